//! Whose turn it is: the delay between the starts of requests to one host, how many run at one host and in all.
//! Requests wait first for their host and only then for a place among all, one of each host at a time, so that the
//! waiting requests of one host never hold up the others; and what drags on steps aside. Knows nothing of HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// How long a request waits for a host that asked to be left alone; for longer ones the caller has something better to
/// do.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Of how many slow requests for each ordinary one the place is given to another. Measured with 50 hosts in 1,000 that
/// answer nothing: at 4 the others do not notice them.
const SLOW_FOR_EACH: usize = 4;

/// How many hosts are remembered before the idle ones are forgotten; some 200 bytes each.
const REMEMBERED_HOSTS: usize = 20_000;

/// The queue of all requests.
pub(super) struct Turns {
    delay: Duration,
    at_one_host: usize,
    running: Arc<Semaphore>,
    slow: Arc<Semaphore>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

struct Host {
    seats: Arc<Semaphore>,
    /// Held by the one request of this host that is next; first come, first served.
    gate: tokio::sync::Mutex<()>,
    times: Mutex<Times>,
}

struct Times {
    delay: Duration,
    last_start: Option<Instant>,
    held_until: Option<Instant>,
}

impl Times {
    /// When the next request may start.
    fn next_start(&self) -> Option<Instant> {
        self.last_start
            .map(|start| start + self.delay)
            .max(self.held_until)
    }
}

/// The right to run one request, given back when dropped.
pub(super) struct Turn {
    _seat: OwnedSemaphorePermit,
    place: OwnedSemaphorePermit,
    slow: Arc<Semaphore>,
}

impl Turn {
    /// Gives the place among all requests to another one, as long as not too many are slow already.
    pub(super) fn step_aside(&mut self) {
        if let Ok(place) = Arc::clone(&self.slow).try_acquire_owned() {
            self.place = place;
        }
    }
}

impl Turns {
    /// A queue with this delay between the starts at one host, and so many requests at one host and in all.
    pub(super) fn new(delay: Duration, at_one_host: usize, in_all: usize) -> Turns {
        let in_all = in_all.max(1);
        Turns {
            delay,
            at_one_host: at_one_host.max(1),
            running: Arc::new(Semaphore::new(in_all)),
            slow: Arc::new(Semaphore::new(in_all * SLOW_FOR_EACH)),
            hosts: Mutex::default(),
        }
    }

    /// Waits for a turn at the host. An error is the time for which the host wants to be left alone, when that is
    /// longer than `LONGEST_WAIT`.
    pub(super) async fn take(&self, host: &str) -> Result<Turn, Duration> {
        let host = self.host(host);
        let seat = acquire(&host.seats).await;
        let _gate = host.gate.lock().await;
        loop {
            let (held, next) = {
                let times = lock(&host.times);
                (times.held_until, times.next_start())
            };
            let now = Instant::now();
            let wait = held.map_or(Duration::ZERO, |held| held.saturating_duration_since(now));
            if wait > LONGEST_WAIT {
                return Err(wait);
            }
            match next {
                // Asked again after the sleep, for another answer may have asked for more patience meanwhile.
                Some(next) if next > now => sleep_until(next).await,
                _ => break,
            }
        }
        let place = acquire(&self.running).await;
        lock(&host.times).last_start = Some(Instant::now());
        Ok(Turn {
            _seat: seat,
            place,
            slow: Arc::clone(&self.slow),
        })
    }

    /// Leaves the host alone for this long from now.
    pub(super) fn hold(&self, host: &str, wait: Duration) {
        let host = self.host(host);
        let mut times = lock(&host.times);
        times.held_until = times.held_until.max(Instant::now().checked_add(wait));
    }

    /// Sets the least delay that the host asks for; never less than everyone's.
    pub(super) fn slow_down(&self, host: &str, delay: Duration) {
        lock(&self.host(host).times).delay = delay.max(self.delay);
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = lock(&self.hosts);
        if let Some(host) = hosts.get(name) {
            return Arc::clone(host);
        }
        if hosts.len() >= REMEMBERED_HOSTS {
            let now = Instant::now();
            let idle = |host: &Host| {
                lock(&host.times)
                    .next_start()
                    .is_none_or(|next| next <= now)
            };
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || !idle(host));
        }
        let host = Arc::new(Host {
            seats: Arc::new(Semaphore::new(self.at_one_host)),
            gate: tokio::sync::Mutex::default(),
            times: Mutex::new(Times {
                delay: self.delay,
                last_start: None,
                held_until: None,
            }),
        });
        hosts.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}

async fn acquire(semaphore: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    Arc::clone(semaphore)
        .acquire_owned()
        .await
        .expect("these semaphores are never closed")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("nothing panics while it holds this lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_start_apart_and_in_order() {
        let turns = Turns::new(SECOND, 2, 10);
        let begun = Instant::now();
        for number in 0..4u32 {
            turns.take("a.example").await.map(drop).unwrap();
            assert_eq!(begun.elapsed().as_secs(), u64::from(number));
        }
        turns.take("b.example").await.map(drop).unwrap();
        assert_eq!(
            begun.elapsed().as_secs(),
            3,
            "another host waits for nothing"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_run_at_one_host_than_allowed() {
        let turns = Turns::new(Duration::ZERO, 1, 10);
        let first = turns.take("a.example").await.unwrap();
        let second = tokio::time::timeout(SECOND, turns.take("a.example")).await;
        assert!(second.is_err(), "two ran at once");
        drop(first);
        assert!(
            tokio::time::timeout(SECOND, turns.take("a.example"))
                .await
                .is_ok()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_queue_of_one_host_holds_up_no_other() {
        let turns = Arc::new(Turns::new(10 * SECOND, 5, 2));
        let waiting: Vec<_> = (0..50)
            .map(|_| {
                let turns = Arc::clone(&turns);
                tokio::spawn(async move { turns.take("busy.example").await.map(drop) })
            })
            .collect();
        tokio::task::yield_now().await;
        for other in 0..20 {
            let turn = tokio::time::timeout(SECOND, turns.take(&format!("{other}.example"))).await;
            assert!(turn.is_ok(), "host {other} waited for the busy one");
        }
        waiting.iter().for_each(tokio::task::JoinHandle::abort);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_steps_aside_gives_its_place_away() {
        let turns = Turns::new(SECOND, 1, 1);
        let mut slow = turns.take("slow.example").await.unwrap();
        assert!(
            tokio::time::timeout(SECOND, turns.take("a.example"))
                .await
                .is_err()
        );
        slow.step_aside();
        assert!(
            tokio::time::timeout(SECOND, turns.take("a.example"))
                .await
                .is_ok()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_host_is_waited_for_briefly_or_not_at_all() {
        let turns = Turns::new(Duration::ZERO, 1, 1);
        let begun = Instant::now();
        turns.hold("a.example", 5 * SECOND);
        turns.take("a.example").await.map(drop).unwrap();
        assert_eq!(begun.elapsed().as_secs(), 5);
        turns.hold("a.example", 3600 * SECOND);
        turns.hold("a.example", SECOND);
        assert_eq!(turns.take("a.example").await.map(drop), Err(3600 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten() {
        let turns = Turns::new(Duration::ZERO, 1, 1);
        turns.hold("held.example", SECOND);
        for number in 0..=REMEMBERED_HOSTS {
            turns.slow_down(&number.to_string(), Duration::ZERO);
        }
        let hosts = lock(&turns.hosts);
        assert!(hosts.len() < 10 && hosts.contains_key("held.example"));
    }
}
