//! A thread that reads pages, watched so that no page can end the run: one that panics or takes too long
//! costs the thread, which is replaced, and is told as that page's outcome.

use std::any::Any;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What a browser's main thread has; nothing in the engine recurses deeper than a fixed bound.
const STACK_BYTES: usize = 8 << 20;

/// Longest time for one page. The largest that is read at all, 128 MiB, takes some ten seconds on one core.
pub(super) const PAGE_LIMIT: Duration = Duration::from_secs(120);

/// Why a task has no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Lost {
    /// It panicked, with these words.
    #[error("panicked: {0}")]
    Panicked(String),
    /// It was still at work when its time was over.
    #[error("not done after {} s", PAGE_LIMIT.as_secs())]
    TooSlow,
}

impl Lost {
    /// The page's kind.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Lost::Panicked(_) => "failed",
            Lost::TooSlow => "too-slow",
        }
    }
}

/// A watched thread that does one task after the other.
pub(super) struct Hand<T, A> {
    work: fn(T) -> A,
    limit: Duration,
    thread: Watched<T, A>,
}

struct Watched<T, A> {
    tasks: Sender<T>,
    answers: Receiver<A>,
    handle: JoinHandle<()>,
}

impl<T: Send + 'static, A: Send + 'static> Hand<T, A> {
    /// A hand that does `work`, each task within `limit`.
    pub(super) fn new(work: fn(T) -> A, limit: Duration) -> Hand<T, A> {
        Hand {
            work,
            limit,
            thread: start(work),
        }
    }

    /// Does one task.
    pub(super) fn answer(&mut self, task: T) -> Result<A, Lost> {
        self.thread
            .tasks
            .send(task)
            .expect("a thread that ended was replaced at once");
        let error = match self.thread.answers.recv_timeout(self.limit) {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let lost = std::mem::replace(&mut self.thread, start(self.work));
        Err(match error {
            // Nothing can stop a thread; it is left to itself until the program ends.
            RecvTimeoutError::Timeout => Lost::TooSlow,
            RecvTimeoutError::Disconnected => Lost::Panicked(last_words(lost.handle)),
        })
    }
}

fn start<T: Send + 'static, A: Send + 'static>(work: fn(T) -> A) -> Watched<T, A> {
    let (tasks, given) = channel::<T>();
    let (answer, answers) = channel();
    let body = move || {
        for task in given {
            // Whoever gave a task up does not wait for its answer.
            if answer.send(work(task)).is_err() {
                return;
            }
        }
    };
    let handle = thread::Builder::new()
        .name("page".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(body)
        .expect("the system has a thread for each core and for each page given up");
    Watched {
        tasks,
        answers,
        handle,
    }
}

fn last_words(handle: JoinHandle<()>) -> String {
    let said = |cause: Box<dyn Any + Send>| {
        let owned = cause.downcast_ref::<String>().cloned();
        owned.or_else(|| Some((*cause.downcast_ref::<&str>()?).to_owned()))
    };
    handle.join().err().and_then(said).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(task: &str) -> usize {
        match task {
            "panic" => panic!("no {task} please"),
            "hang" => {
                thread::park();
                0
            }
            _ => task.len(),
        }
    }

    #[test]
    fn a_panic_is_an_outcome_and_work_goes_on() {
        let mut hand = Hand::new(work, Duration::from_secs(60));
        assert_eq!(hand.answer("four"), Ok(4));
        let words = "no panic please".to_owned();
        assert_eq!(hand.answer("panic"), Err(Lost::Panicked(words)));
        assert_eq!(hand.answer("three"), Ok(5));
    }

    #[test]
    fn a_standstill_is_an_outcome_and_work_goes_on() {
        let mut hand = Hand::new(work, Duration::from_millis(200));
        assert_eq!(hand.answer("hang"), Err(Lost::TooSlow));
        hand.limit = Duration::from_secs(60);
        assert_eq!(hand.answer("two"), Ok(3));
    }
}
