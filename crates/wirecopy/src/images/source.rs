//! Pictures fetched from their origins, with a memory for what failed: the same failure is not asked for again at once,
//! and an origin that fails again and again is left alone for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use url::Url;

use crate::fetch::{Fetcher, Outcome, Purpose, Request};
use crate::images::failures::{Failures, MAX_FAILURES};
use crate::images::trouble::Trouble;

/// How long a refusal of an origin is repeated without asking: what is missing stays missing for a while.
const KEEP_REFUSAL: Duration = Duration::from_secs(15 * 60);

/// How long any other failure is: the origin may be back soon.
pub(super) const KEEP_FAILURE: Duration = Duration::from_secs(60);

/// Failures in a row, none of them an answer, after which a host is left alone.
const BREAKS_AFTER: u32 = 5;

/// For how long it is.
const LEFT_ALONE: Duration = Duration::from_secs(30);

/// A picture as its origin has it.
#[derive(Clone, Debug)]
pub(super) struct Original {
    /// Where it came from in the end.
    pub(super) url: Url,
    pub(super) bytes: Bytes,
}

/// The way to all origins.
pub(super) struct Sources {
    fetcher: Fetcher,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    failures: Failures<Url>,
    /// Failures in a row of a host, and when the last one was.
    hosts: HashMap<String, (u32, Instant)>,
}

impl Sources {
    pub(super) fn new(fetcher: Fetcher) -> Sources {
        Sources {
            fetcher,
            memory: Mutex::default(),
        }
    }

    /// Fetches one, unless it failed a moment ago.
    pub(super) async fn get(&self, url: &Url) -> Result<Original, Trouble> {
        self.remembered(|memory| memory.recall(url, Instant::now()))?;
        let request = Request::new(url.clone(), Purpose::Other);
        let outcome = match self.fetcher.get(&request).await {
            Ok(Outcome::Fetched(response)) => Ok(Original {
                url: response.url,
                bytes: response.body.into(),
            }),
            Ok(Outcome::NotModified) => Err(Trouble::Unreachable),
            Err(error) => Err(error.into()),
        };
        let failure = outcome.as_ref().err();
        self.remembered(|memory| memory.note(url, failure, Instant::now()));
        outcome
    }

    /// Remembers that what came from there is no picture.
    pub(super) fn refuse(&self, url: &Url, trouble: &Trouble) {
        self.remembered(|memory| memory.note(url, Some(trouble), Instant::now()));
    }

    fn remembered<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Memory {
    /// What is known against asking now.
    fn recall(&self, url: &Url, now: Instant) -> Result<(), Trouble> {
        self.failures.recall(url, now)?;
        let host = self.hosts.get(url.host_str().unwrap_or_default());
        match host {
            Some((failures, last)) if *failures >= BREAKS_AFTER => {
                let wait = (*last + LEFT_ALONE).saturating_duration_since(now);
                // When the time is over one request is let through, and its end decides.
                match wait.is_zero() {
                    true => Ok(()),
                    false => Err(Trouble::LeftAlone(wait)),
                }
            }
            _ => Ok(()),
        }
    }

    fn note(&mut self, url: &Url, failure: Option<&Trouble>, now: Instant) {
        let host = url.host_str().unwrap_or_default().to_owned();
        if self.hosts.len() > MAX_FAILURES {
            self.hosts.clear();
        }
        let keep = match failure {
            // It is our own queue or the host's wish that ends sooner by itself.
            Some(Trouble::LeftAlone(_)) | None => None,
            Some(Trouble::TimedOut | Trouble::Unreachable | Trouble::Status(500..)) => {
                Some(KEEP_FAILURE)
            }
            Some(_) => Some(KEEP_REFUSAL),
        };
        if let (Some(trouble), Some(keep)) = (failure, keep) {
            self.failures.note(url.clone(), trouble, now + keep);
        }
        match failure {
            Some(Trouble::TimedOut | Trouble::Unreachable) => {
                let (failures, last) = self.hosts.entry(host).or_insert((0, now));
                (*failures, *last) = (failures.saturating_add(1), now);
            }
            _ => {
                self.hosts.remove(&host);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse(&format!("https://i.example/{path}")).unwrap()
    }

    #[test]
    fn a_failure_is_repeated_for_its_time_and_then_asked_for_again() {
        let (mut memory, now) = (Memory::default(), Instant::now());
        memory.note(&url("a"), Some(&Trouble::Status(404)), now);
        memory.note(&url("b"), Some(&Trouble::Status(502)), now);
        let after = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(
            memory.recall(&url("a"), after(800)),
            Err(Trouble::Status(404))
        );
        assert_eq!(memory.recall(&url("a"), after(901)), Ok(()));
        assert_eq!(
            memory.recall(&url("b"), after(59)),
            Err(Trouble::Status(502))
        );
        assert_eq!(memory.recall(&url("b"), after(61)), Ok(()));
        assert_eq!(memory.recall(&url("c"), now), Ok(()));
    }

    #[test]
    fn a_host_that_never_answers_is_left_alone_until_one_more_try() {
        let (mut memory, now) = (Memory::default(), Instant::now());
        for number in 0..BREAKS_AFTER {
            assert_eq!(memory.recall(&url("other"), now), Ok(()));
            memory.note(&url(&number.to_string()), Some(&Trouble::TimedOut), now);
        }
        let left = memory.recall(&url("other"), now);
        assert_eq!(left, Err(Trouble::LeftAlone(LEFT_ALONE)));
        assert_eq!(memory.recall(&url("other"), now + LEFT_ALONE), Ok(()));
        memory.note(&url("other"), None, now);
        assert_eq!(memory.recall(&url("more"), now), Ok(()));
    }
}
