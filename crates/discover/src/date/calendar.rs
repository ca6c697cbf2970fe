//! Dates in numbers, the year first: ISO 8601 in its calendar, week and ordinal forms, whole or shortened, and the
//! East Asian ones with their signs for year, month and day.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::{digits, full_year, valid_date};

/// The date at the start of the text, and what follows it.
pub(super) fn leading_date(text: &str) -> Option<(Date, &str)> {
    signed(text)
        .or_else(|| week(text))
        .or_else(|| separated(text))
        .or_else(|| compact(text))
}

/// `2021年7月1日`, `2021년 7월 1일`.
fn signed(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text);
    let (month, rest) = digits(rest.trim_start().strip_prefix(['年', '년'])?.trim_start());
    let (day, rest) = digits(rest.trim_start().strip_prefix(['月', '월'])?.trim_start());
    let rest = rest.trim_start().strip_prefix(['日', '일', '号', '號'])?;
    Some((
        valid_date(full_year(year)?, month.parse().ok()?, day.parse().ok()?)?,
        rest,
    ))
}

/// `2021-W26-4`, `2021W264`, `2021-W26`.
fn week(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text);
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix('w')?;
    let (week, rest) = rest.split_at_checked(2)?;
    let after = rest.strip_prefix('-').unwrap_or(rest);
    let (day, rest) = match after.split_at_checked(1) {
        Some((day, after)) if day.as_bytes()[0].is_ascii_digit() => (day.parse().ok()?, after),
        _ => (1, rest),
    };
    let weekday = Weekday::from_monday_one_offset(day).ok()?;
    let date = ISOWeekDate::new(full_year(year)?, week.parse().ok()?, weekday)
        .ok()?
        .date();
    Some((date, rest))
}

/// `2021-07-01`, `2021/7/1`, `2021.07.01`, `2021-182`, `2021-07`; `21-07-01`, which ISO 8601 had until 2004.
fn separated(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text);
    let separator = rest
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (month, rest) = digits(rest[1..].trim_start());
    let year_first = year.len() == 4 || (year.len() == 2 && separator == '-');
    if !year_first || month.is_empty() {
        return None;
    }
    if month.len() == 3 {
        return Some((ordinal(year, month)?, rest));
    }
    let day = rest
        .trim_start()
        .strip_prefix(separator)
        .map(|rest| digits(rest.trim_start()));
    match day {
        Some((day, rest)) if matches!(day.len(), 1 | 2) => Some((
            valid_date(full_year(year)?, month.parse().ok()?, day.parse().ok()?)?,
            rest,
        )),
        None if year.len() == 4 => {
            Some((valid_date(full_year(year)?, month.parse().ok()?, 1)?, rest))
        }
        _ => None,
    }
}

/// `20210701`, also with the time right behind it; `2021182`; a year alone.
fn compact(text: &str) -> Option<(Date, &str)> {
    let (number, rest) = digits(text);
    match number.len() {
        8 | 12 | 14 => {
            let date = valid_date(
                number[..4].parse().ok()?,
                number[4..6].parse().ok()?,
                number[6..8].parse().ok()?,
            )?;
            Some((date, &text[8..]))
        }
        7 => Some((ordinal(&number[..4], &number[4..])?, rest)),
        4 if rest.trim().is_empty() => Some((valid_date(number.parse().ok()?, 1, 1)?, rest)),
        _ => None,
    }
}

/// The day of a year counted from 1.
fn ordinal(year: &str, day: &str) -> Option<Date> {
    let first = Date::new(full_year(year)?, 1, 1).ok()?;
    let day: i16 = day.parse().ok()?;
    (1..=first.days_in_year())
        .contains(&day)
        .then(|| first.checked_add(i64::from(day - 1).days()).ok())?
}
