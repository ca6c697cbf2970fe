//! Dates as feeds and pages write them, to instants: RFC 822 and its successors with all lies about them, ISO 8601,
//! asctime, Unix time, and dates in words of some thirty languages. A date without a zone is taken as UTC, one
//! without a time as midnight. Nothing here knows today's date, so a date without a year is none.

mod calendar;
mod clock;
mod months;
mod worded;
mod zone;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// Longer texts are no dates; the longest real ones, with names of day and zone, have about sixty letters.
const MAX_BYTES: usize = 160;

/// Reads a date in any form that feeds use. Absent where no rule reads it, or the date cannot be.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    let text = normal(text);
    unix(&text)
        .or_else(|| calendar_date(&text))
        .or_else(|| worded::parse(&text))
}

/// Lower case, ASCII digits, spaces and minus signs.
fn normal(text: &str) -> String {
    let plain = text.chars().flat_map(char::to_lowercase).map(|c| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        '٠'..='٩' => char::from_digit(u32::from(c) - u32::from('٠'), 10).unwrap_or(c),
        '：' => ':',
        '−' | '‐' | '‑' | '–' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    });
    // Marks that some systems put around numbers to order the writing directions, and combining dots of `İ`.
    plain
        .filter(|c| {
            !matches!(
                c,
                '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{307}'
            )
        })
        .collect()
}

/// Seconds or milliseconds since 1970, in the ranges that mean 2001 to 2286.
fn unix(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// A date that begins with its numbers, then a time of day.
fn calendar_date(text: &str) -> Option<Timestamp> {
    let (date, rest) = calendar::leading_date(text)?;
    let clock = clock::after_date(rest)?;
    instant(date, &clock)
}

/// A time of day: the time since midnight, and the zone's offset where one is given.
#[derive(Debug, Default)]
struct Clock {
    since_midnight: SignedDuration,
    offset: Option<Offset>,
}

fn instant(date: Date, clock: &Clock) -> Option<Timestamp> {
    let midnight = clock
        .offset
        .unwrap_or(Offset::UTC)
        .to_timestamp(date.at(0, 0, 0, 0))
        .ok()?;
    midnight.checked_add(clock.since_midnight).ok()
}

/// A date whose day may lie beyond the end of its month: 31 June was meant as its last day.
fn valid_date(year: i16, month: i8, day: i8) -> Option<Date> {
    let first = Date::new(year, month, 1).ok()?;
    (1..=31).contains(&day).then(|| {
        first
            .with()
            .day(day.min(first.days_in_month()))
            .build()
            .ok()
    })?
}

/// The year that two digits mean (RFC 2822 §4.3: below 50 this century); three are years since 1900.
fn full_year(digits: &str) -> Option<i16> {
    let number: i16 = digits.parse().ok()?;
    match digits.len() {
        1 | 2 if number < 50 => Some(number + 2000),
        2 | 3 => Some(number + 1900),
        4 => Some(number),
        _ => None,
    }
}

/// The digits at the start of a text, and the rest.
fn digits(text: &str) -> (&str, &str) {
    text.split_at(
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len()),
    )
}

#[cfg(test)]
mod tests;
