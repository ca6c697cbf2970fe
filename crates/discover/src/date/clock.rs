//! Times of day: with colons, with the signs of East Asia, on the twelve-hour clock, packed as in ISO 8601's basic
//! form. 24:00 is the next midnight, and a leap second the one after.

use jiff::SignedDuration;

use super::{Clock, digits, zone};

/// Words and signs for the first half of the day.
const MORNING: &[&str] = &[
    "上午", "早上", "凌晨", "午前", "오전", "a.m", "a. m", "am", "πμ", "π.μ", "ص",
];
/// And for the second.
const AFTERNOON: &[&str] = &[
    "下午", "晚上", "午後", "午后", "오후", "p.m", "p. m", "pm", "μμ", "μ.μ", "م",
];

/// A time found in a text, with the text before and after it.
pub(super) struct Found<'a> {
    pub before: &'a str,
    pub clock: Clock,
    pub after: &'a str,
}

/// The time in what follows a date. No digits at all mean midnight; digits that are no time mean that the date was
/// misread.
pub(super) fn after_date(text: &str) -> Option<Clock> {
    if let Some(found) = find(text) {
        return Some(Clock {
            offset: zone::offset(found.after).0,
            ..found.clock
        });
    }
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == 't' || c == '_');
    let (packed, rest) = digits(text);
    let (since_midnight, rest) = match packed.len() {
        0 => (SignedDuration::ZERO, text),
        2 | 4 | 6 => (packed_time(packed)?, fraction(rest).1),
        _ => return None,
    };
    Some(Clock {
        since_midnight,
        offset: zone::offset(rest).0,
    })
}

fn packed_time(packed: &str) -> Option<SignedDuration> {
    let part = |from: usize| packed.get(from..from + 2).unwrap_or("0");
    duration(
        part(0).parse().ok()?,
        part(2).parse().ok()?,
        part(4).parse().ok()?,
    )
}

/// The first time in the text. An offset such as `+02:00` is none.
pub(super) fn find(text: &str) -> Option<Found<'_>> {
    let mut start = 0;
    while let Some(at) = text[start..].find(|c: char| c.is_ascii_digit()) {
        let at = start + at;
        let (number, rest) = digits(&text[at..]);
        let is_signed =
            text[..at].ends_with('+') || (text[..at].ends_with('-') && number.len() == 2);
        if let Some((time, rest)) = (!is_signed).then(|| time(number, rest)).flatten() {
            let hour = whole_day_hour(time.hour, &text[..at], rest);
            let since_midnight = duration(hour, time.minute, time.second)? + time.fraction;
            return Some(Found {
                before: &text[..at],
                clock: Clock {
                    since_midnight,
                    offset: None,
                },
                after: rest,
            });
        }
        start = text.len() - rest.len();
    }
    None
}

/// Hours, minutes, seconds with their fraction.
struct Time {
    hour: u8,
    minute: u8,
    second: u8,
    fraction: SignedDuration,
}

/// The time that begins with the hour `hour`.
fn time<'a>(hour: &str, rest: &'a str) -> Option<(Time, &'a str)> {
    let hour: u8 = (hour.len() <= 2).then(|| hour.parse().ok())??;
    let separator = rest.chars().next()?;
    let (minute, rest) = digits(rest[separator.len_utf8()..].trim_start());
    let is_minute = match separator {
        ':' | 'h' => minute.len() == 2,
        // `08.30`, but not a date such as `1.07.2021`.
        '.' => minute.len() == 2 && !rest.starts_with(['.', '-', '/']),
        '時' | '时' | '点' | '點' | '시' => minute.len() <= 2,
        _ => false,
    };
    let minute = match minute {
        _ if !is_minute => return None,
        "" => 0,
        minute => minute.parse().ok()?,
    };
    let (second, rest) = second(rest).unwrap_or(("0", rest));
    let (fraction, rest) = fraction(rest);
    Some((
        Time {
            hour,
            minute,
            second: second.parse().ok()?,
            fraction,
        },
        rest,
    ))
}

/// The seconds behind the minutes, and what follows them; also passes over the sign for minutes.
fn second(rest: &str) -> Option<(&str, &str)> {
    if let Some(rest) = rest.strip_prefix(':') {
        let (second, rest) = digits(rest);
        return matches!(second.len(), 1 | 2).then_some((second, rest));
    }
    let rest = rest.trim_start().strip_prefix(['分', '분'])?.trim_start();
    let (second, after) = digits(rest);
    Some(
        after
            .strip_prefix(['秒', '초'])
            .map_or(("0", rest), |after| (second, after)),
    )
}

/// A decimal fraction of a second, if there is one.
fn fraction(text: &str) -> (SignedDuration, &str) {
    let (digits, rest) = digits(text.strip_prefix(['.', ',']).unwrap_or(""));
    if digits.is_empty() {
        return (SignedDuration::ZERO, text);
    }
    let nanoseconds = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanoseconds = nanoseconds.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    (SignedDuration::from_nanos(nanoseconds), rest)
}

/// The hour on the twenty-four-hour clock, by a word for the half of the day before or after the time.
fn whole_day_hour(hour: u8, before: &str, after: &str) -> u8 {
    let names = |words: &[&str]| {
        words
            .iter()
            .any(|word| before.trim_end().ends_with(word) || after.trim_start().starts_with(word))
    };
    match hour {
        1..=11 if names(AFTERNOON) => hour + 12,
        12 if names(MORNING) => 0,
        _ => hour,
    }
}

fn duration(hour: u8, minute: u8, second: u8) -> Option<SignedDuration> {
    let is_time = hour <= 24 && minute <= 59 && second <= 60;
    is_time.then(|| {
        SignedDuration::from_secs(
            i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second),
        )
    })
}
