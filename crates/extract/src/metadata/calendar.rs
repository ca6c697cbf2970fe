//! Dates as people and machines write them: ISO 8601 and its slips, RFC 2822, and day, month and year
//! in the order and the month names of many languages.
//!
//! A time without zone is taken as UTC; a day without time as its midnight in UTC.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// Month names and their usual short forms, January to December, one language a line.
const MONTH_TABLE: &str = include_str!("months.tsv");

/// Reads a date that makes up the whole of `text` or begins it.
///
/// The zone of the result is the offset that the text gives, so that the day stays as written.
pub(super) fn parse(text: &str) -> Option<Zoned> {
    let text = text.trim();
    machine(text).or_else(|| find(text)).filter(is_plausible)
}

/// Web pages were not written before 1990; what says so is a template's default. The future is let
/// stand, since this crate has no clock.
fn is_plausible(time: &Zoned) -> bool {
    (1990..=2100).contains(&time.year())
}

/// The forms of machines.
fn machine(text: &str) -> Option<Zoned> {
    iso(text)
        .or_else(|| jiff::fmt::rfc2822::parse(text).ok())
        .or_else(|| seconds(text))
}

/// Seconds or milliseconds since 1970.
fn seconds(text: &str) -> Option<Zoned> {
    if !matches!(text.len(), 10 | 13) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let time = if text.len() == 10 {
        Timestamp::from_second(number)
    } else {
        Timestamp::from_millisecond(number)
    };
    Some(time.ok()?.to_zoned(TimeZone::UTC))
}

/// `2026-07-04`, `2026/7/4 9:05`, `2026-07-04T09:05:06.7+0200`, `20260704`, with slips of punctuation.
fn iso(text: &str) -> Option<Zoned> {
    let numbers = Numbers::read(text);
    let year_first = numbers
        .list
        .first()
        .is_some_and(|number| number.digits == 4);
    if !year_first || numbers.list.len() < 3 {
        return compact(text);
    }
    let value = |index: usize| numbers.list[index].value;
    let date = Date::new(
        i16::try_from(value(0)).ok()?,
        i8::try_from(value(1)).ok()?,
        i8::try_from(value(2)).ok()?,
    )
    .ok()?;
    at(date, text.get(numbers.list[2].end..).unwrap_or_default())
}

fn compact(text: &str) -> Option<Zoned> {
    let digits = text
        .get(..8)
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let date = Date::new(
        digits[..4].parse().ok()?,
        digits[4..6].parse().ok()?,
        digits[6..].parse().ok()?,
    )
    .ok()?;
    at(date, text.get(8..).unwrap_or_default())
}

/// The moment on `date` that `rest` tells: a time of day, perhaps with an offset.
fn at(date: Date, rest: &str) -> Option<Zoned> {
    let rest = rest.trim_start_matches(|character: char| !character.is_ascii_digit());
    let (time, zone) = clock(rest).unwrap_or((Time::midnight(), ""));
    let moment = DateTime::from_parts(date, time);
    let offset = offset(zone).unwrap_or(Offset::UTC);
    moment.to_zoned(TimeZone::fixed(offset)).ok()
}

/// `9:05`, `09:05:06.7`, `9:05 pm`, and what follows.
fn clock(text: &str) -> Option<(Time, &str)> {
    let numbers = Numbers::read(text);
    let (hour, minute) = (numbers.list.first()?, numbers.list.get(1)?);
    if hour.digits > 2
        || minute.digits != 2
        || minute.start != hour.end + 1
        || !matches!(text.as_bytes()[hour.end], b':' | b'.' | b'h')
    {
        return None;
    }
    let second = numbers
        .list
        .get(2)
        .filter(|second| second.start == minute.end + 1 && text.as_bytes()[minute.end] == b':');
    let end = second.map_or(minute.end, |second| second.end);
    let rest = text[end..]
        .trim_start_matches('.')
        .trim_start_matches(|character: char| character.is_ascii_digit())
        .trim_start();
    let afternoon = rest
        .get(..2)
        .is_some_and(|mark| mark.eq_ignore_ascii_case("pm"))
        && hour.value < 12;
    let hour = i8::try_from(hour.value).ok()? + if afternoon { 12 } else { 0 };
    let second = second.map_or(0, |second| second.value.min(59));
    Some((
        Time::new(
            hour,
            i8::try_from(minute.value).ok()?,
            i8::try_from(second).ok()?,
            0,
        )
        .ok()?,
        rest,
    ))
}

/// `Z`, `+02:00`, `+0200`, `-5`.
fn offset(text: &str) -> Option<Offset> {
    let sign = match text.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..]
        .chars()
        .take(5)
        .filter(char::is_ascii_digit)
        .collect();
    let (hours, minutes) = match digits.len() {
        4 => (
            digits[..2].parse::<i32>().ok()?,
            digits[2..].parse::<i32>().ok()?,
        ),
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        _ => return None,
    };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// A run of digits and where it stands.
struct Number {
    value: u32,
    digits: usize,
    start: usize,
    end: usize,
}

/// The first few numbers of a text.
struct Numbers {
    list: Vec<Number>,
}

impl Numbers {
    fn read(text: &str) -> Numbers {
        let bytes = text.as_bytes();
        let (mut list, mut index) = (Vec::new(), 0);
        while index < bytes.len().min(120) && list.len() < 8 {
            let start = index;
            while index < bytes.len() && bytes[index].is_ascii_digit() {
                index += 1;
            }
            if index == start {
                index += 1;
            } else {
                let value = text[start..index].parse().unwrap_or(u32::MAX);
                list.push(Number {
                    value,
                    digits: index - start,
                    start,
                    end: index,
                });
            }
        }
        Numbers { list }
    }
}

/// The first date written out anywhere in `text`, which is looked at for 300 bytes.
pub(super) fn find(text: &str) -> Option<Zoned> {
    let end = text
        .char_indices()
        .map(|(index, _)| index)
        .take_while(|index| *index <= 300)
        .last()
        .unwrap_or(0);
    let end = if text.len() <= 300 { text.len() } else { end };
    let text = &text[..end];
    numeric(text).or_else(|| worded(text)).filter(is_plausible)
}

/// Year, month and day, or day, month and year, in digits alone; `年月日` count as marks.
fn numeric(text: &str) -> Option<Zoned> {
    let numbers = Numbers::read(text).list;
    numbers.windows(3).find_map(|three| {
        let [first, second, third] = three else {
            return None;
        };
        let joined = |left: &Number, right: &Number| is_date_mark(&text[left.end..right.start]);
        if !joined(first, second) || !joined(second, third) {
            return None;
        }
        let (year, month, day) = match (first.digits, third.digits) {
            (4, 1 | 2) => (first.value, second.value, third.value),
            // A short year only in the form that has no other reading, alone in its line.
            (1 | 2, 2) if is_alone(text, first, third) => {
                (2000 + third.value, second.value, first.value)
            }
            // Day before month unless that cannot be: most of the world, and the ambiguous rest is a guess.
            (1 | 2, 4) if second.value <= 12 && text[first.end..second.start].trim() != "/" => {
                (third.value, second.value, first.value)
            }
            (1 | 2, 4) if first.value <= 12 => (third.value, first.value, second.value),
            (1 | 2, 4) => (third.value, second.value, first.value),
            _ => return None,
        };
        let date = Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()?;
        at(date, &text[third.end..])
    })
}

/// Whether `31.12.22` is all that the text says.
fn is_alone(text: &str, first: &Number, third: &Number) -> bool {
    let date = &text[first.start..third.end];
    date.matches('.').count() == 2 && text.trim().len() <= date.len() + 1
}

fn is_date_mark(between: &str) -> bool {
    matches!(
        between.trim(),
        "-" | "/" | "." | "年" | "月" | "년" | "월" | "–"
    )
}

/// A month's name with day and year around it.
fn worded(text: &str) -> Option<Zoned> {
    let numbers = Numbers::read(text).list;
    // A day and a year.
    if numbers.len() < 2 {
        return None;
    }
    let mut start = 0;
    for word in text.split(|character: char| !character.is_alphabetic()) {
        let offset = start;
        start += word.len()
            + text[start + word.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let Some(month) = month(word) else { continue };
        let before = numbers.iter().rfind(|number| number.end <= offset);
        let mut after = numbers
            .iter()
            .filter(|number| number.start >= offset + word.len());
        let (first, second) = (after.next(), after.next());
        let is_year = |number: &&Number| number.digits == 4;
        let is_day = |number: &&Number| number.digits <= 2 && (1..=31).contains(&number.value);
        let near = |number: &&Number| offset - number.end <= 12;
        let (day, year) = match (before.filter(is_day).filter(near), first) {
            (Some(day), Some(year)) if is_year(&year) => (day, year),
            (_, Some(day)) if is_day(&day) => (day, second.filter(is_year)?),
            _ => continue,
        };
        let end = day.end.max(year.end);
        if let Ok(date) = Date::new(
            i16::try_from(year.value).ok()?,
            month,
            i8::try_from(day.value).ok()?,
        ) {
            return at(date, &text[end..]);
        }
    }
    None
}

/// The month that a word names in any of the languages.
fn month(word: &str) -> Option<i8> {
    if word.chars().nth(2).is_none() || word.len() > LONGEST_MONTH {
        return None;
    }
    MONTHS.get(word.to_lowercase().as_str()).copied()
}

/// Bytes of a word that may name a month; the longest of the table has 22.
const LONGEST_MONTH: usize = 48;

/// The names of the months in lower case, each with its number. Where two languages give a name to
/// different months, the first in the table has it.
static MONTHS: LazyLock<HashMap<&str, i8>> = LazyLock::new(|| {
    let mut months = HashMap::new();
    let lines = MONTH_TABLE.lines().filter(|line| !line.starts_with('#'));
    for names in lines.map(|line| line.split('\t').skip(1)) {
        for (names, month) in names.zip(1..) {
            for name in names.split(' ') {
                months.entry(name).or_insert(month);
            }
        }
    }
    months
});

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(
            parse(text)
                .map(|time| time.timestamp().to_string())
                .unwrap_or_default(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn reads_machines_dates_with_their_slips() {
        check("2026-07-04T09:05:06+02:00", "2026-07-04T07:05:06Z");
        check("2026-07-04T09:05:06+0200", "2026-07-04T07:05:06Z");
        check("2026-07-04 09:05", "2026-07-04T09:05:00Z");
        check("2026-07-04", "2026-07-04T00:00:00Z");
        check("20260704", "2026-07-04T00:00:00Z");
        check("Sat, 04 Jul 2026 09:05:06 GMT", "2026-07-04T09:05:06Z");
        check("1783155906", "2026-07-04T09:05:06Z");
    }

    #[test]
    fn reads_peoples_dates() {
        check("July 4, 2026 at 9:05 pm", "2026-07-04T21:05:00Z");
        check("4. Juli 2026", "2026-07-04T00:00:00Z");
        check("le 4 juillet 2026", "2026-07-04T00:00:00Z");
        check("04.07.2026, 09:05 Uhr", "2026-07-04T09:05:00Z");
        check("4.7.26", "2026-07-04T00:00:00Z");
        check("2026年7月4日", "2026-07-04T00:00:00Z");
        check("4 июля 2026", "2026-07-04T00:00:00Z");
    }

    #[test]
    fn what_is_no_date_is_none() {
        check("0001-01-01T00:00:00", "");
        check("May I ask 12 people", "");
        check("Version 4.7.26 is out", "");
        check("192.168.2.2026", "");
        check("", "");
    }
}
