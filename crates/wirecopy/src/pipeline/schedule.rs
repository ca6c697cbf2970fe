//! When a feed is polled next: pure decisions from what it published, what it asks for, its last outcome and the time.
//!
//! A feed is polled four times for each piece of news that it has been bringing lately, so that news is seen an eighth
//! of its usual interval late on average. What it brought in its last four pieces counts where that is more than in its
//! last sixteen: a burst is followed at once. The time since the newest counts as well, so that a feed that falls quiet
//! is polled less and less.

use std::time::Duration;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::archive::index::polls::Rhythm;
use crate::pipeline::source::Polling;

/// Polls for each piece of news.
const POLLS_FOR_NEWS: u32 = 4;
/// Pieces of news that tell how much a feed brings at present.
const LATELY: usize = 4;
/// Pieces of news that are remembered.
const REMEMBERED: usize = 16;
/// News within this time came together, as a morning's edition does: none of it tells when the next comes.
const TOGETHER: SignedDuration = SignedDuration::from_mins(10);
/// How often a feed is polled of which nothing is known, where the bounds allow it.
const UNKNOWN: Duration = Duration::from_secs(30 * 60);
/// A feed without news for this long is polled once a day, if the bounds do not make it rarer still.
const SILENT: SignedDuration = SignedDuration::from_hours(90 * 24);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The first wait after a failure; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(5 * 60);
/// The longest wait after failures: a source that comes back is seen within a day.
const LONGEST_BACKOFF: Duration = DAY;
/// How often a feed is looked at that its server declares gone (410), or that has failed for two weeks.
const DEAD: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Failures in a row that make two weeks: nine that double to a day, and a day each.
const DEAD_AFTER: u32 = 23;
/// The longest that a server may make us wait by Retry-After, Cache-Control or its feed's `ttl`.
const LONGEST_REQUEST: Duration = DAY;

/// What a poll ended with, as far as it bears on the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The feed answered.
    Answered,
    /// The feed failed, for the n-th time in a row (1 is the first), and may have named a wait.
    Failed {
        in_a_row: u32,
        retry_after: Option<Duration>,
    },
    /// The server says that the feed is gone for good.
    Gone,
}

/// What bears on each poll of a feed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habit<'a> {
    /// The operator's choice.
    pub(crate) polling: Polling,
    pub(crate) rhythm: &'a Rhythm,
    /// Any number that differs by feed and round: it spreads polls by up to a quarter, so that feeds which are equally
    /// quiet, or of one broken host, do not come together.
    pub(crate) seed: u64,
}

/// When to poll next.
pub(crate) fn next_due(ended: Ended, habit: Habit<'_>, now: Timestamp) -> Timestamp {
    let Habit { rhythm, seed, .. } = habit;
    let wait = match ended {
        Ended::Answered => {
            let wish = Duration::from_secs(rhythm.wish_seconds);
            of_answer(habit, now).max(wish.min(LONGEST_REQUEST))
        }
        Ended::Failed {
            in_a_row,
            retry_after,
        } => (backoff(in_a_row) + share(backoff(in_a_row), seed))
            .max(retry_after.unwrap_or_default().min(LONGEST_REQUEST)),
        Ended::Gone => DEAD,
    };
    outside_of_skipped(rhythm, later(now, wait))
}

/// Whether a feed that failed so often in a row is given up for dead, and only looked at once a week.
pub(crate) fn is_dead(failures: u32) -> bool {
    failures >= DEAD_AFTER
}

/// Whether a feed that answers has brought nothing for so long that it is polled once a day.
pub(crate) fn is_silent(rhythm: &Rhythm, now: Timestamp) -> bool {
    let newest = rhythm.news.first();
    newest.is_some_and(|newest| now.duration_since(*newest) >= SILENT)
}

/// The wait after an answer, before the publisher's own wishes.
fn of_answer(habit: Habit<'_>, now: Timestamp) -> Duration {
    let Habit { rhythm, seed, .. } = habit;
    match habit.polling {
        Polling::Every(every) => every,
        Polling::AsPublished { slowest, .. } if is_silent(rhythm, now) => slowest.max(DAY),
        Polling::AsPublished { fastest, slowest } => {
            let wait =
                interval(&rhythm.news, now).map_or(UNKNOWN, |interval| interval / POLLS_FOR_NEWS);
            let wait = wait.clamp(fastest, slowest.max(fastest));
            (wait - share(wait, seed)).max(fastest)
        }
    }
}

/// The time that a feed takes for a piece of news, by the last few or by all that are remembered, whichever is shorter.
/// `news` is newest first; none where it is empty.
fn interval(news: &[Timestamp], now: Timestamp) -> Option<Duration> {
    let of = |count: usize| {
        let oldest = *news.get(count.checked_sub(1)?)?;
        let span = Duration::try_from(now.duration_since(oldest)).unwrap_or_default();
        Some(span / u32::try_from(count).ok()?)
    };
    let lately = of(LATELY.min(news.len()))?;
    Some(lately.min(of(news.len())?))
}

/// What is remembered of a feed's news once more has been seen, newest first. A time that lies ahead is now.
pub(crate) fn with_news(
    before: &[Timestamp],
    seen: impl IntoIterator<Item = Timestamp>,
    now: Timestamp,
) -> Vec<Timestamp> {
    let seen = seen.into_iter().map(|time| time.min(now));
    let mut all: Vec<Timestamp> = before.iter().copied().chain(seen).collect();
    all.sort_unstable();
    let mut news: Vec<Timestamp> = Vec::new();
    for time in all.into_iter().rev() {
        let apart = |kept: &Timestamp| kept.duration_since(time) >= TOGETHER;
        if news.len() < REMEMBERED && news.last().is_none_or(apart) {
            news.push(time);
        }
    }
    news
}

/// The first time from `due` on that lies in no hour or day at which the publisher asks not to be polled. Who skips
/// every hour of a week asks for nothing that can be meant.
fn outside_of_skipped(rhythm: &Rhythm, due: Timestamp) -> Timestamp {
    let mut time = due;
    for _ in 0..=7 * 24 {
        let local = time.to_zoned(TimeZone::UTC);
        let is_skipped = rhythm.skip_hours.contains(&local.hour().unsigned_abs())
            || rhythm.skip_days.contains(&day(local.weekday()));
        if !is_skipped {
            return time;
        }
        let hour = time.as_second() - time.as_second().rem_euclid(3600);
        time = Timestamp::from_second(hour + 3600).unwrap_or(Timestamp::MAX);
    }
    due
}

/// A weekday as [`Rhythm`] has it.
pub(crate) fn day(weekday: Weekday) -> u8 {
    weekday.to_monday_one_offset().unsigned_abs()
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX))
        .unwrap_or(Timestamp::MAX)
}

fn backoff(in_a_row: u32) -> Duration {
    if is_dead(in_a_row) {
        return DEAD;
    }
    let doublings = in_a_row.saturating_sub(1).min(16);
    FIRST_BACKOFF
        .saturating_mul(1 << doublings)
        .min(LONGEST_BACKOFF)
}

/// Up to a quarter of the wait.
fn share(wait: Duration, seed: u64) -> Duration {
    wait.mul_f64(f64::from(u32::try_from(seed % 1000).unwrap_or_default()) / 4000.0)
}

#[cfg(test)]
mod tests;
