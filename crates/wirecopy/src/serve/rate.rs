//! How often each client may ask: token buckets, a bounded number of them.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Clients remembered at once. Beyond it the fullest bucket, whose owner has asked least, is forgotten.
const MAX_BUCKETS: usize = 4096;

/// How often one client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a minute, in the long run; at least 1.
    pub per_minute: u32,
    /// Requests at once after a pause; at least 1.
    pub burst: u32,
}

/// The buckets of all clients.
#[derive(Debug)]
pub(crate) struct Buckets<C> {
    rate: Rate,
    buckets: Mutex<HashMap<C, Bucket>>,
}

impl<C: Copy + Eq + Hash> Buckets<C> {
    pub(crate) fn new(rate: Rate) -> Buckets<C> {
        Buckets {
            rate,
            buckets: Mutex::default(),
        }
    }

    /// Takes one request from a client's bucket, or says how long until there is one.
    pub(crate) fn take(&self, client: C, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&client) {
            self.forget_fullest(&mut buckets, now);
        }
        let bucket = buckets
            .entry(client)
            .or_insert_with(|| Bucket::full(self.rate, now));
        bucket.take(self.rate, now)
    }

    fn forget_fullest(&self, buckets: &mut HashMap<C, Bucket>, now: Instant) {
        let level = |bucket: &Bucket| bucket.level_at(self.rate, now);
        let fullest = buckets
            .iter()
            .max_by(|a, b| level(a.1).total_cmp(&level(b.1)))
            .map(|(client, _)| *client);
        if let Some(client) = fullest {
            buckets.remove(&client);
        }
    }
}

/// A token bucket: refilled evenly, emptied by one for each request.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: f64,
    at: Instant,
}

impl Bucket {
    fn full(rate: Rate, now: Instant) -> Bucket {
        Bucket {
            level: f64::from(rate.burst.max(1)),
            at: now,
        }
    }

    fn level_at(&self, rate: Rate, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * per_second(rate);
        (self.level + gained).min(f64::from(rate.burst.max(1)))
    }

    /// Takes one, or says how long until there is one.
    fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let level = self.level_at(rate, now);
        if level < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - level) / per_second(rate)));
        }
        *self = Bucket {
            level: level - 1.0,
            at: now,
        };
        Ok(())
    }
}

fn per_second(rate: Rate) -> f64 {
    f64::from(rate.per_minute.max(1)) / 60.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_minute: 6,
        burst: 2,
    };

    #[test]
    fn bucket_lets_a_burst_pass_then_refills_evenly() {
        let start = Instant::now();
        let mut bucket = Bucket::full(RATE, start);
        assert_eq!(bucket.take(RATE, start), Ok(()));
        assert_eq!(bucket.take(RATE, start), Ok(()));
        assert_eq!(bucket.take(RATE, start), Err(Duration::from_secs(10)));
        assert_eq!(bucket.take(RATE, start + Duration::from_secs(10)), Ok(()));
        assert!(bucket.take(RATE, start + Duration::from_secs(11)).is_err());
        assert_eq!(bucket.take(RATE, start + Duration::from_secs(1000)), Ok(()));
        assert_eq!(bucket.take(RATE, start + Duration::from_secs(1000)), Ok(()));
        assert!(
            bucket
                .take(RATE, start + Duration::from_secs(1000))
                .is_err(),
            "a long pause must not save up more than a burst"
        );
    }

    #[test]
    fn remembers_a_bounded_number_of_clients_and_never_frees_the_busiest() {
        let (buckets, now) = (Buckets::new(RATE), Instant::now());
        while buckets.take(0, now).is_ok() {}
        for client in 1..=MAX_BUCKETS + 10 {
            buckets.take(client, now).unwrap();
        }
        assert_eq!(buckets.buckets.lock().unwrap().len(), MAX_BUCKETS);
        assert!(buckets.take(0, now).is_err());
    }
}
