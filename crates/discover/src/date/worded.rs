//! Dates with the month in words, or in numbers with the day first: RFC 822, asctime, `July 5th, 2021`,
//! `1 июля 2021 г.`, `05.07.2021`. Names of days and other words are passed over.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Clock, clock, full_year, instant, months, valid_date, zone};

/// The instant that the words and numbers of a text give.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let (before, mut clock, after) = match clock::find(text) {
        Some(found) => (found.before, found.clock, found.after),
        None => (
            text,
            Clock {
                since_midnight: SignedDuration::ZERO,
                offset: None,
            },
            "",
        ),
    };
    let (offset, after) = zone::offset(after);
    clock.offset = offset;
    instant(date(&format!("{before} {after}"))?, &clock)
}

/// What a date is made of, in order.
#[derive(Default)]
struct Parts<'a> {
    numbers: Vec<&'a str>,
    month: Option<i8>,
    has_slash: bool,
}

fn date(text: &str) -> Option<Date> {
    let parts = parts(text);
    match (parts.month, parts.numbers.as_slice()) {
        (None | Some(_), [first, second, third, ..])
            if parts.month.is_none() || is_numeric(first, second, third) =>
        {
            numeric([first, second, third], parts.has_slash)
        }
        (Some(month), [first, second, ..]) if first.len() >= 3 => with_month(first, month, second),
        (Some(month), [first, second, ..]) => with_month(second, month, first),
        (Some(month), [year]) if year.len() == 4 => with_month(year, month, "1"),
        _ => None,
    }
}

/// Whether three numbers are a whole date, so that a word like a month's is a day's (`mar` is Tuesday in Spanish).
fn is_numeric(first: &str, second: &str, third: &str) -> bool {
    second.len() <= 2 && (first.len() == 4) != (third.len() == 4)
}

fn parts(text: &str) -> Parts<'_> {
    let mut parts = Parts {
        has_slash: text.contains('/'),
        ..Parts::default()
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_digit = c.is_ascii_digit();
        let ends = |next: char| {
            if is_digit {
                !next.is_ascii_digit()
            } else {
                !next.is_alphabetic()
            }
        };
        let (token, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()).max(c.len_utf8()));
        rest = after;
        if is_digit {
            parts.numbers.push(token);
        } else if let Some(month) = months::number(token) {
            // The name of the day comes before the month's, so that the last one counts.
            parts.month = Some(month);
        }
    }
    parts
}

fn with_month(year: &str, month: i8, day: &str) -> Option<Date> {
    valid_date(full_year(year)?, month, day.parse().ok()?)
}

/// Three numbers. With slashes the month comes first, as in the United States, unless it cannot; with dots or
/// hyphens the day.
fn numeric(numbers: [&str; 3], has_slash: bool) -> Option<Date> {
    let [first, second, third] = numbers;
    let year_first = first.len() == 4;
    let year = full_year(if year_first { first } else { third })?;
    let (a, b): (i8, i8) = if year_first {
        (second.parse().ok()?, third.parse().ok()?)
    } else {
        (first.parse().ok()?, second.parse().ok()?)
    };
    let month_first = if year_first {
        a <= 12
    } else {
        b > 12 || (has_slash && a <= 12)
    };
    if month_first {
        valid_date(year, a, b)
    } else {
        valid_date(year, b, a)
    }
}
