//! Answers kept for a while: bounded in bytes, each made once however many ask for it at the same moment.
//!
//! Failures are kept too, for a shorter while, so that a broken address is not asked again by every request.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use crate::serve::refusal::Refusal;

/// Slots at once, answers being made included; far more than a household's feeds.
const MAX_SLOTS: usize = 1024;

/// How long answers stay, and how many bytes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CacheLimits {
    pub(crate) keep: Duration,
    pub(crate) keep_failure: Duration,
    pub(crate) max_bytes: usize,
}

type Answer = Result<Arc<[u8]>, Refusal>;

/// One answer, or the making of it: whoever comes first makes it, the others wait; if the maker goes away, the next one
/// takes over.
type Slot = OnceCell<(Instant, Answer)>;

#[derive(Debug)]
pub(crate) struct Cache {
    limits: CacheLimits,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

impl Cache {
    pub(crate) fn new(limits: CacheLimits) -> Cache {
        Cache {
            limits,
            slots: Mutex::default(),
        }
    }

    /// The answer kept under `key`, or what `make` gives, which is kept.
    pub(crate) async fn get_or_make(
        &self,
        key: &str,
        make: impl Future<Output = Answer>,
    ) -> Answer {
        let slot = self.slot(key, Instant::now());
        let (_, answer) = slot
            .get_or_init(|| async { (Instant::now(), make.await) })
            .await;
        let answer = answer.clone();
        self.shrink();
        answer
    }

    fn slot(&self, key: &str, now: Instant) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| !self.is_stale(slot, now));
        if slots.len() >= MAX_SLOTS && !slots.contains_key(key) {
            remove_oldest(&mut slots);
        }
        slots.entry(key.to_owned()).or_default().clone()
    }

    fn is_stale(&self, slot: &Arc<Slot>, now: Instant) -> bool {
        match slot.get() {
            Some((made, Ok(_))) => now.saturating_duration_since(*made) > self.limits.keep,
            Some((made, Err(_))) => now.saturating_duration_since(*made) > self.limits.keep_failure,
            // A slot that nobody fills or waits for is what a client that hung up left behind.
            None => Arc::strong_count(slot) == 1,
        }
    }

    fn shrink(&self) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held: usize = slots.values().map(|slot| bytes_of(slot)).sum();
        while held > self.limits.max_bytes {
            let Some(removed) = remove_oldest(&mut slots) else {
                return;
            };
            held -= bytes_of(&removed);
        }
    }
}

fn bytes_of(slot: &Slot) -> usize {
    match slot.get() {
        Some((_, Ok(bytes))) => bytes.len(),
        _ => 0,
    }
}

/// Removes the answer made first; those still in the making stay, since others wait for them.
fn remove_oldest(slots: &mut HashMap<String, Arc<Slot>>) -> Option<Arc<Slot>> {
    let oldest = slots
        .iter()
        .filter_map(|(key, slot)| Some((slot.get()?.0, key)))
        .min()?
        .1
        .clone();
    slots.remove(&oldest)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn cache(keep: Duration, max_bytes: usize) -> Cache {
        Cache::new(CacheLimits {
            keep,
            keep_failure: Duration::ZERO,
            max_bytes,
        })
    }

    async fn counted(made: &AtomicUsize, bytes: usize) -> Answer {
        made.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok(vec![0; bytes].into())
    }

    #[tokio::test]
    async fn many_at_once_make_it_once() {
        let (cache, made) = (cache(Duration::from_secs(60), 1000), AtomicUsize::new(0));
        let asked = (0..20).map(|_| cache.get_or_make("a", counted(&made, 1)));
        for answer in futures_util::future::join_all(asked).await {
            assert_eq!(answer.unwrap().len(), 1);
        }
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_does_not_spoil_it_for_the_next() {
        let (cache, made) = (cache(Duration::from_secs(60), 1000), AtomicUsize::new(0));
        let gone = cache.get_or_make("a", std::future::pending());
        assert!(futures_util::FutureExt::now_or_never(gone).is_none());
        assert!(cache.get_or_make("a", counted(&made, 1)).await.is_ok());
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn stale_answers_and_failures_are_made_again() {
        let (cache, made) = (cache(Duration::ZERO, 1000), AtomicUsize::new(0));
        assert!(
            cache
                .get_or_make("a", async { Err(Refusal::internal()) })
                .await
                .is_err()
        );
        std::thread::sleep(Duration::from_millis(2));
        assert!(cache.get_or_make("a", counted(&made, 1)).await.is_ok());
        std::thread::sleep(Duration::from_millis(2));
        assert!(cache.get_or_make("a", counted(&made, 1)).await.is_ok());
        assert_eq!(made.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn holds_no_more_bytes_than_allowed_and_forgets_the_oldest_first() {
        let (cache, made) = (cache(Duration::from_secs(60), 250), AtomicUsize::new(0));
        for key in ["a", "b", "c", "b", "a"] {
            assert!(cache.get_or_make(key, counted(&made, 100)).await.is_ok());
        }
        assert_eq!(
            made.load(Ordering::SeqCst),
            4,
            "only the oldest answer is made a second time"
        );
    }
}
