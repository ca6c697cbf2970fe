//! How long to leave a failing source alone: exponential, with jitter so that sources that failed together do not come back
//! together. Pure: the failures so far, what the server asked for and a seed are arguments, so that the same state always
//! gives the same answer and a test can ask for any.

use std::time::Duration;

/// The bounds of the back-off.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The wait after the first failure, before jitter.
    pub first: Duration,
    /// The longest wait, before jitter; what a server asks for may be longer, up to `LONGEST_RETRY_AFTER`.
    pub longest: Duration,
}

impl Default for Backoff {
    /// From five minutes to a day: a source that was down for a night is seen within a day of its return.
    fn default() -> Backoff {
        Backoff {
            first: Duration::from_secs(5 * 60),
            longest: Duration::from_secs(24 * 3600),
        }
    }
}

/// A Retry-After beyond this is a mistake or a joke; a week is the longest that a publication was seen to take offline.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long to wait after `failures` failures in a row (at least 1). `retry_after` is obeyed as a lower bound. `seed` stands
/// for randomness: a hash of the source and the number of failures keeps the answer the same after a restart.
pub fn wait(backoff: Backoff, failures: u32, retry_after: Option<Duration>, seed: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(31);
    let plain = backoff
        .first
        .saturating_mul(1 << doublings)
        .min(backoff.longest);
    let asked = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
    asked.max(jittered(plain, seed))
}

/// Between three quarters and five quarters of `wait`, so that the mean stays.
fn jittered(wait: Duration, seed: u64) -> Duration {
    let part = (scrambled(seed) >> 32) as u32;
    wait * 3 / 4 + (wait / 2).mul_f64(f64::from(part) / f64::from(u32::MAX))
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014), so that neighbouring seeds spread.
fn scrambled(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn waits_stay_within_a_quarter_of_the_doubled_wait(failures in 1u32..=u32::MAX, seed: u64) {
            let plain = (5 * MINUTE).saturating_mul(1 << (failures - 1).min(31)).min(DAY);
            let wait = wait(Backoff::default(), failures, None, seed);
            prop_assert!(wait >= plain * 3 / 4 && wait <= plain * 5 / 4, "{wait:?} for {plain:?}");
        }

        #[test]
        fn a_server_is_never_asked_before_it_wants_to(asked in 0u64..7 * 24 * 3600, seed: u64) {
            let asked = Duration::from_secs(asked);
            prop_assert!(wait(Backoff::default(), 1, Some(asked), seed) >= asked);
        }
    }

    #[test]
    fn sources_that_failed_together_come_back_spread() {
        let waits: Vec<_> = (0..100)
            .map(|seed| wait(Backoff::default(), 3, None, seed))
            .collect();
        let (first, last) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!(
            *last - *first > 8 * MINUTE,
            "100 sources return within {:?}",
            *last - *first
        );
    }

    #[test]
    fn the_same_state_gives_the_same_wait() {
        assert_eq!(
            wait(Backoff::default(), 4, None, 7),
            wait(Backoff::default(), 4, None, 7)
        );
    }

    #[test]
    fn a_server_that_asks_for_a_year_gets_a_week() {
        assert_eq!(
            wait(Backoff::default(), 1, Some(365 * DAY), 1),
            LONGEST_RETRY_AFTER
        );
    }
}
