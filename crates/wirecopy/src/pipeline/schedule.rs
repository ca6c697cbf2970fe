//! When a source is polled next: pure decisions from its last outcome and the time.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The first wait after a failure; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(5 * 60);
/// The longest wait after failures: a source that comes back is seen within a day.
const LONGEST_BACKOFF: Duration = Duration::from_secs(24 * 60 * 60);
/// How often a feed that its server declares gone (410) is looked at again.
const GONE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The longest that a server may make us wait by Retry-After or Cache-Control.
const LONGEST_REQUEST: Duration = LONGEST_BACKOFF;

/// What a poll ended with, as far as it bears on the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The feed answered; the server asks not to be called again before this much time has passed.
    Answered { not_before: Option<Duration> },
    /// The feed failed, for the n-th time in a row (1 is the first), and may have named a wait.
    Failed {
        in_a_row: u32,
        retry_after: Option<Duration>,
    },
    /// The server says that the feed is gone for good.
    Gone,
}

/// When to poll next. `every` is the operator's pace, `seed` any number that differs by source and round: it
/// spreads retries by up to a quarter so that sources of one broken host do not return together.
pub(crate) fn next_due(ended: Ended, every: Duration, seed: u64, now: Timestamp) -> Timestamp {
    let wait = match ended {
        Ended::Answered { not_before } => {
            every.max(not_before.unwrap_or_default().min(LONGEST_REQUEST))
        }
        Ended::Failed {
            in_a_row,
            retry_after,
        } => jittered(backoff(in_a_row), seed)
            .max(retry_after.unwrap_or_default().min(LONGEST_REQUEST)),
        Ended::Gone => GONE,
    };
    now.checked_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX))
        .unwrap_or(Timestamp::MAX)
}

fn backoff(in_a_row: u32) -> Duration {
    let doublings = in_a_row.saturating_sub(1).min(16);
    FIRST_BACKOFF
        .saturating_mul(1 << doublings)
        .min(LONGEST_BACKOFF)
}

fn jittered(wait: Duration, seed: u64) -> Duration {
    let share = f64::from(u32::try_from(seed % 1000).unwrap_or_default()) / 4000.0;
    wait + wait.mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[track_caller]
    fn check(ended: Ended, expected_minutes: std::ops::RangeInclusive<i64>) {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        for seed in [0, 1, 500, 999, u64::MAX] {
            let waited = next_due(ended, HOUR, seed, now)
                .duration_since(now)
                .as_mins();
            assert!(
                expected_minutes.contains(&waited),
                "{ended:?}, seed {seed}: {waited} min"
            );
        }
    }

    #[test]
    fn a_feed_that_answers_is_polled_at_the_operators_pace() {
        check(Ended::Answered { not_before: None }, 60..=60);
    }

    #[test]
    fn a_server_may_ask_for_more_time_but_not_for_more_than_a_day() {
        check(
            Ended::Answered {
                not_before: Some(3 * HOUR),
            },
            180..=180,
        );
        check(
            Ended::Answered {
                not_before: Some(1000 * HOUR),
            },
            1440..=1440,
        );
    }

    #[test]
    fn failures_double_the_wait_up_to_a_day_and_a_quarter() {
        let failed = |in_a_row| Ended::Failed {
            in_a_row,
            retry_after: None,
        };
        check(failed(1), 5..=6);
        check(failed(3), 20..=25);
        check(failed(40), 1440..=1800);
    }

    #[test]
    fn retry_after_is_obeyed_where_it_is_longer_than_our_own_wait() {
        check(
            Ended::Failed {
                in_a_row: 1,
                retry_after: Some(HOUR),
            },
            60..=60,
        );
    }

    #[test]
    fn a_feed_that_is_gone_is_tried_once_a_week() {
        check(Ended::Gone, 10_080..=10_080);
    }
}
