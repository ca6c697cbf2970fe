//! Jobs done on all cores, and their outcomes told in the jobs' order. No more than a window of them is under way at
//! a time, so that a slow job holds the others up in the end instead of filling the memory with their outcomes.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// Jobs taken and not yet told, for each core.
const WINDOW: usize = 32;

/// Does `work` on every job, with a tool of its own for each thread, and gives every outcome to `tell` in its turn.
/// Jobs are taken only as they are needed.
///
/// # Errors
/// That of `tell`, after which no job is begun.
pub(super) fn in_order<J, T, O: Send>(
    jobs: impl Iterator<Item = J> + Send,
    tool: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, J) -> O + Sync,
    mut tell: impl FnMut(O) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = Mutex::new(jobs.enumerate());
    let gate = Gate {
        told: Mutex::new(0),
        moved: Condvar::new(),
        window: cores * WINDOW,
    };
    let (sender, outcomes) = channel();
    thread::scope(|scope| {
        for _ in 0..cores {
            let sender = sender.clone();
            let (jobs, gate, tool, work) = (&jobs, &gate, &tool, &work);
            scope.spawn(move || {
                let mut tool = tool();
                each(jobs, gate, &sender, |job| work(&mut tool, job));
            });
        }
        drop(sender);
        let (mut next, mut early) = (0, BTreeMap::new());
        for (number, outcome) in outcomes {
            early.insert(number, outcome);
            while let Some(outcome) = early.remove(&next) {
                next += 1;
                let told = tell(outcome);
                gate.open_to(if told.is_ok() { next } else { CLOSED });
                told?;
            }
        }
        Ok(())
    })
}

/// Takes one job after the other, until there are none or nobody is told any more.
fn each<J, O>(
    jobs: &Mutex<impl Iterator<Item = (usize, J)>>,
    gate: &Gate,
    outcomes: &Sender<(usize, O)>,
    mut work: impl FnMut(J) -> O,
) {
    let _close = CloseInPanic(gate);
    loop {
        // Held while the next job is read, which may take long where it comes from a pipe.
        let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((number, job)) = jobs.next() else {
            return;
        };
        drop(jobs);
        if !gate.lets(number) || outcomes.send((number, work(job))).is_err() {
            return;
        }
    }
}

/// Holds jobs back until those long before them are told. Apart from the jobs' own lock, so that telling never waits
/// for a job to be read.
struct Gate {
    told: Mutex<usize>,
    moved: Condvar,
    window: usize,
}

/// In place of the number of those told, once nobody is told any more.
const CLOSED: usize = usize::MAX;

impl Gate {
    fn open_to(&self, told: usize) {
        let mut known = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        *known = told.max(*known);
        drop(known);
        self.moved.notify_all();
    }

    /// Waits until the job may begin; false where it need not.
    fn lets(&self, number: usize) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_far = |told: &mut usize| *told != CLOSED && number - *told >= self.window;
        let told = self.moved.wait_while(told, is_far);
        *told.unwrap_or_else(PoisonError::into_inner) != CLOSED
    }
}

/// A thread that panics takes its job along, whose turn then never comes: the others must not wait for it.
struct CloseInPanic<'a>(&'a Gate);

impl Drop for CloseInPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.open_to(CLOSED);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn outcomes_come_in_order_and_no_further_ahead_than_the_window() {
        let begun = AtomicUsize::new(0);
        let (mut told, mut furthest) = (Vec::new(), 0);
        let work = |_: &mut (), job: usize| {
            begun.fetch_max(job, Ordering::SeqCst);
            // The first job takes as long as it takes for the others to be held back.
            let is_held = || begun.load(Ordering::SeqCst) > WINDOW / 2;
            while job == 0 && !is_held() {
                thread::yield_now();
            }
            job
        };
        let tell = |job| {
            furthest = furthest.max(begun.load(Ordering::SeqCst) - told.len());
            told.push(job);
            Ok(())
        };
        in_order(0..5_000, || (), work, tell).unwrap();
        assert_eq!(told, (0..5_000).collect::<Vec<_>>());
        let cores = thread::available_parallelism().unwrap().get();
        assert!(furthest <= cores * WINDOW, "{furthest}");
    }

    #[test]
    fn an_endless_list_ends_when_telling_fails() {
        let told = in_order(
            0..,
            || (),
            |(), job: usize| job,
            |job| {
                anyhow::ensure!(job < 1_000, "closed");
                Ok(())
            },
        );
        assert_eq!(told.unwrap_err().to_string(), "closed");
    }
}
