//! One making for all who ask for the same at the same time, and a bound on how many makings wait.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use tokio::sync::OnceCell;

use crate::images::cache::{Entry, Key};
use crate::images::trouble::Trouble;

/// What a making gives.
pub(super) type Made = Result<(Arc<Entry>, Bytes), Trouble>;

/// The makings that are under way.
pub(super) struct Flights {
    under_way: Mutex<HashMap<Key, Arc<OnceCell<Made>>>>,
    count: AtomicUsize,
    most: usize,
}

impl Flights {
    /// At most so many at once, those that wait included.
    pub(super) fn new(most: usize) -> Flights {
        Flights {
            under_way: Mutex::default(),
            count: AtomicUsize::new(0),
            most,
        }
    }

    /// Makes it, or waits for whoever is making it. If the one who makes goes away, another who waits takes over.
    pub(super) async fn share<F: Future<Output = Made>>(
        &self,
        key: Key,
        make: impl FnOnce() -> F,
    ) -> Made {
        let cell = Arc::clone(self.locked().entry(key).or_default());
        let made = cell
            .get_or_init(|| async {
                match Place::take(&self.count, self.most) {
                    Some(_place) => make().await,
                    None => Err(Trouble::Busy),
                }
            })
            .await
            .clone();
        let mut under_way = self.locked();
        if under_way
            .get(&key)
            .is_some_and(|known| Arc::ptr_eq(known, &cell))
        {
            under_way.remove(&key);
        }
        made
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<OnceCell<Made>>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, given back when it is dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(count: &'a AtomicUsize, most: usize) -> Option<Place<'a>> {
        let place = Place(count);
        (count.fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn key(number: u8) -> Key {
        Key([number; 32])
    }

    #[tokio::test(start_paused = true)]
    async fn what_many_ask_for_at_once_is_made_once() {
        let flights = Flights::new(1);
        let makings = AtomicUsize::new(0);
        let ask = || {
            flights.share(key(1), || async {
                makings.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                Err(Trouble::TimedOut)
            })
        };
        let (one, other, third) = tokio::join!(ask(), ask(), ask());
        assert_eq!(one.unwrap_err(), Trouble::TimedOut);
        assert_eq!(other.unwrap_err(), third.unwrap_err());
        assert_eq!(makings.load(Ordering::Relaxed), 1);
        assert!(flights.locked().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn beyond_the_queue_a_client_is_sent_away_at_once() {
        let flights = Flights::new(3);
        let slow = |number| {
            flights.share(key(number), || async {
                tokio::time::sleep(Duration::from_secs(9)).await;
                Err(Trouble::TimedOut)
            })
        };
        let asked = (1..=4).map(slow);
        let ends = futures_util::future::join_all(asked).await;
        let busy = ends
            .iter()
            .filter(|end| matches!(end, Err(Trouble::Busy)))
            .count();
        assert_eq!(busy, 1);
        assert_eq!(slow(1).await.unwrap_err(), Trouble::TimedOut);
    }
}
