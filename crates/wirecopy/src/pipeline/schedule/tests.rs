//! How long a feed is left alone, by examples and as properties. The rhythms are invented.

use super::*;
use proptest::prelude::*;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);
const OWN: Polling = Polling::AsPublished {
    fastest: Duration::from_secs(10 * 60),
    slowest: Duration::from_secs(6 * 3600),
};

/// A Tuesday, 22:13:20 in UTC.
fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn ago(wait: Duration) -> Timestamp {
    now()
        .checked_sub(SignedDuration::try_from(wait).unwrap())
        .unwrap()
}

/// The rhythm of a feed whose news came at these times before now.
fn news(times: impl IntoIterator<Item = Duration>) -> Rhythm {
    Rhythm {
        news: with_news(&[], times.into_iter().map(ago), now()),
        ..Rhythm::default()
    }
}

fn regularly(interval: Duration) -> Rhythm {
    news((1..=20).map(|times| interval * times))
}

#[track_caller]
fn check_with(
    ended: Ended,
    polling: Polling,
    rhythm: &Rhythm,
    minutes: std::ops::RangeInclusive<i64>,
) {
    for seed in [0, 1, 500, 999, u64::MAX] {
        let habit = Habit {
            polling,
            rhythm,
            seed,
        };
        let due = next_due(ended, habit, now());
        let waited = due.duration_since(now()).as_mins();
        assert!(
            minutes.contains(&waited),
            "{ended:?}, seed {seed}: {waited} min"
        );
    }
}

#[track_caller]
fn check(rhythm: &Rhythm, minutes: std::ops::RangeInclusive<i64>) {
    check_with(Ended::Answered, OWN, rhythm, minutes);
}

#[track_caller]
fn check_fixed(ended: Ended, rhythm: &Rhythm, minutes: std::ops::RangeInclusive<i64>) {
    check_with(ended, Polling::Every(HOUR), rhythm, minutes);
}

#[test]
fn a_feed_is_polled_four_times_for_each_piece_of_news_within_bounds() {
    check(&regularly(2 * HOUR), 22..=31);
    check(&regularly(8 * HOUR), 90..=121);
    check(&regularly(12 * MINUTE), 10..=10);
    check(&regularly(48 * HOUR), 270..=360);
}

#[test]
fn a_feed_of_which_nothing_is_known_is_polled_within_half_an_hour() {
    check(&Rhythm::default(), 22..=30);
}

#[test]
fn a_burst_of_news_is_followed_at_once() {
    let days = (1..=16).map(|days| days * 24 * HOUR);
    let burst = (1..=4).map(|times| times * 15 * MINUTE);
    check(&news(days.clone()), 270..=360);
    check(&news(days.chain(burst)), 10..=10);
}

#[test]
fn a_feed_that_falls_quiet_is_polled_less_and_less() {
    let since = |quiet: Duration| news((0..16).map(move |times| quiet + times * HOUR));
    check(&since(MINUTE), 10..=15);
    check(&since(24 * HOUR), 26..=38);
    check(&since(7 * 24 * HOUR), 120..=172);
    check(&since(30 * 24 * HOUR), 270..=360);
    check(&since(91 * 24 * HOUR), 1440..=1440);
}

#[test]
fn an_edition_that_comes_at_once_is_one_piece_of_news() {
    let editions = (1..=3)
        .flat_map(|days| (0..20).map(move |item| days * 24 * HOUR + item * 20 * MINUTE / 60));
    let rhythm = news(editions);
    assert_eq!(rhythm.news.len(), 3);
    check(&rhythm, 270..=360);
}

#[test]
fn news_is_remembered_once_and_a_time_ahead_is_now() {
    let before = with_news(&[], [ago(5 * HOUR), ago(HOUR)], now());
    let after = with_news(&before, [ago(HOUR), later(now(), HOUR)], now());
    assert_eq!(after, [now(), ago(HOUR), ago(5 * HOUR)]);
}

#[test]
fn the_operators_own_pace_is_kept() {
    check_fixed(Ended::Answered, &regularly(12 * MINUTE), 60..=60);
}

#[test]
fn a_publisher_may_ask_for_more_time_but_not_for_more_than_a_day() {
    for (hours, minutes) in [(3, 180), (1000, 1440)] {
        let rhythm = Rhythm {
            wish_seconds: hours * 3600,
            ..regularly(12 * MINUTE)
        };
        check(&rhythm, minutes..=minutes);
        check_fixed(Ended::Answered, &rhythm, minutes..=minutes);
    }
}

#[test]
fn hours_and_days_that_the_publisher_skips_are_waited_for() {
    let skipping = |hours: &[u8], days: &[u8]| Rhythm {
        skip_hours: hours.to_vec(),
        skip_days: days.to_vec(),
        ..regularly(12 * MINUTE)
    };
    // Now is Tuesday, 22:13; the next poll would be at 22:23.
    check(&skipping(&[3], &[1]), 10..=10);
    check(&skipping(&[22, 23, 0], &[]), 166..=166);
    check(&skipping(&[], &[2]), 106..=106);
    check(
        &skipping(&[0, 1], &[2, 3]),
        106 + 24 * 60 + 120..=106 + 24 * 60 + 120,
    );
    check(&skipping(&(0..24).collect::<Vec<u8>>(), &[]), 10..=10);
}

#[test]
fn failures_double_the_wait_up_to_a_day_and_two_weeks_of_them_make_it_a_week() {
    let failed = |in_a_row| Ended::Failed {
        in_a_row,
        retry_after: None,
    };
    let unknown = Rhythm::default();
    check_fixed(failed(1), &unknown, 5..=6);
    check_fixed(failed(3), &unknown, 20..=25);
    check_fixed(failed(22), &unknown, 1440..=1800);
    assert!(!is_dead(22) && is_dead(23));
    check_fixed(failed(23), &unknown, 10_080..=12_600);
    check_fixed(failed(u32::MAX), &unknown, 10_080..=12_600);
}

#[test]
fn retry_after_is_obeyed_where_it_is_longer_than_our_own_wait() {
    let failed = Ended::Failed {
        in_a_row: 1,
        retry_after: Some(HOUR),
    };
    check_fixed(failed, &Rhythm::default(), 60..=60);
}

#[test]
fn a_feed_that_is_gone_is_tried_once_a_week() {
    check_fixed(Ended::Gone, &Rhythm::default(), 10_080..=10_080);
}

/// Seconds before now at which there was news, up to half a year.
fn times() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(0..16_000_000_u64, 0..40)
}

fn due(rhythm: &Rhythm, seed: u64, at: Timestamp) -> Timestamp {
    let habit = Habit {
        polling: OWN,
        rhythm,
        seed,
    };
    next_due(Ended::Answered, habit, at)
}

fn waited(rhythm: &Rhythm, seed: u64, at: Timestamp) -> i64 {
    due(rhythm, seed, at).duration_since(at).as_secs()
}

proptest! {
    #[test]
    fn the_wait_keeps_its_bounds(times in times(), seed: u64, wish_seconds in 0..400_000_u64) {
        let mut rhythm = news(times.into_iter().map(Duration::from_secs));
        let wait = waited(&rhythm, seed, now());
        prop_assert!((600..=86_400).contains(&wait));
        prop_assert!(is_silent(&rhythm, now()) || wait <= 6 * 3600);
        rhythm.wish_seconds = wish_seconds;
        prop_assert!(waited(&rhythm, seed, now()) >= i64::try_from(wish_seconds.min(86_400)).unwrap());
    }

    #[test]
    fn time_without_news_never_makes_it_faster(times in times(), quiet in 0..20_000_000_i64) {
        let rhythm = news(times.into_iter().map(Duration::from_secs));
        let later = Timestamp::from_second(now().as_second() + quiet).unwrap();
        prop_assert!(waited(&rhythm, 0, now()) <= waited(&rhythm, 0, later));
    }

    #[test]
    fn news_never_makes_it_slower(times in times()) {
        let before = news(times.into_iter().map(Duration::from_secs));
        prop_assume!(before.news.first().is_none_or(|newest| now().duration_since(*newest) >= TOGETHER));
        prop_assume!(!before.news.is_empty());
        let after = Rhythm { news: with_news(&before.news, [now()], now()), ..Rhythm::default() };
        prop_assert!(waited(&after, 0, now()) <= waited(&before, 0, now()));
    }

    #[test]
    fn what_is_skipped_is_never_due_unless_everything_is(
        hours in prop::collection::vec(0..24_u8, 0..20), days in prop::collection::vec(1..=7_u8, 0..6), seed: u64
    ) {
        let rhythm = Rhythm { skip_hours: hours, skip_days: days, ..regularly(12 * MINUTE) };
        let due = due(&rhythm, seed, now()).to_zoned(TimeZone::UTC);
        prop_assert!(!rhythm.skip_hours.contains(&due.hour().unsigned_abs()));
        prop_assert!(!rhythm.skip_days.contains(&day(due.weekday())));
    }
}
