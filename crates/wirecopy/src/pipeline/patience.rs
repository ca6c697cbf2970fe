//! How long a round waits for the feeds that answer last. A thousand feeds answer in seconds; a few that are dead or
//! drag their answers out for as long as they may must not make all others late.
//!
//! It bears on a feed's answer alone: the pages of a source with much news are fetched slowly out of politeness, and
//! for them there is always time.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// A round over fewer feeds waits for each as long as it may take.
const FEW: usize = 20;
/// The share of feeds that must have answered before the others count as late.
const PROMPT: f64 = 0.9;
/// What the late ones get at least. Of real feeds 99 in a hundred answer within five seconds.
const LEAST: Duration = Duration::from_secs(5);

/// The patience of one round.
pub(crate) struct Patience {
    feeds: usize,
    answered: AtomicUsize,
    began: Instant,
    ends: watch::Sender<Option<Instant>>,
}

/// The round did not wait for a feed's answer any longer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLate;

impl Patience {
    /// The patience with so many feeds, from now on.
    pub(crate) fn with(feeds: usize) -> Patience {
        Patience {
            feeds,
            answered: AtomicUsize::new(0),
            began: Instant::now(),
            ends: watch::Sender::new(None),
        }
    }

    /// Waits for an answer, but when most others are there not much longer.
    pub(crate) async fn wait_for<T>(&self, answer: impl Future<Output = T>) -> Result<T, TooLate> {
        let mut ends = self.ends.subscribe();
        let late = async {
            let end = *ends.wait_for(Option::is_some).await.map_err(|_| TooLate)?;
            tokio::time::sleep_until(end.unwrap_or_else(Instant::now)).await;
            Err(TooLate)
        };
        tokio::select! {
            biased;
            answer = answer => {
                self.note_answer();
                Ok(answer)
            }
            late = late => late,
        }
    }

    /// Waits for an answer for as long as it takes.
    pub(crate) async fn wait_long_for<T>(&self, answer: impl Future<Output = T>) -> T {
        let answer = answer.await;
        self.note_answer();
        answer
    }

    fn note_answer(&self) {
        let answered = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        let elapsed = self.began.elapsed();
        if let Some(more) = more_time(self.feeds, answered, elapsed) {
            self.ends.send_if_modified(|ends| {
                ends.replace(ends.unwrap_or(self.began + elapsed + more))
                    .is_none()
            });
        }
    }
}

/// What the feeds get that have not answered, once enough of the others have: as long again as those took.
fn more_time(feeds: usize, answered: usize, elapsed: Duration) -> Option<Duration> {
    let enough = feeds >= FEW && answered as f64 >= feeds as f64 * PROMPT;
    enough.then(|| elapsed.max(LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_late_get_as_long_again_as_the_prompt_took_and_never_less_than_five_seconds() {
        let seconds = Duration::from_secs;
        assert_eq!(more_time(1000, 899, seconds(1)), None);
        assert_eq!(more_time(1000, 900, seconds(1)), Some(seconds(5)));
        assert_eq!(more_time(1000, 900, seconds(60)), Some(seconds(60)));
        assert_eq!(more_time(10, 9, seconds(1)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_round_does_not_wait_for_an_answer_that_never_comes() {
        let patience = Patience::with(20);
        let silent = patience.wait_for(std::future::pending::<()>());
        let prompt = async {
            for _ in 0..19 {
                patience.wait_for(async {}).await.unwrap();
            }
        };
        let began = Instant::now();
        let (late, ()) = tokio::join!(silent, prompt);
        assert_eq!(late, Err(TooLate));
        assert!((LEAST..LEAST * 2).contains(&began.elapsed()));
    }
}
