//! Whether a short line has a date or a time in it: where many lines do, readers are writing.

/// Bytes of a line that are looked at; what follows is no stamp any more.
const REACH: usize = 200;

/// Beginnings of the names of months, which stand beside the number of a day.
const MONTHS: [&[u8; 3]; 16] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"mai", b"jun", b"jul", b"aug", b"sep", b"oct", b"okt",
    b"nov", b"dec", b"dez", b"ago",
];

/// Beginnings of words for a span of time.
const SPANS: [&[u8; 3]; 2] = [b"hou", b"min"];

/// What the numbers near the beginning of a line tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// A date (`2004-12-27`, `2005年6月`, `27.12.04`) or a number beside a month (`March 3`).
    date: bool,
    /// A time (`12:46`).
    time: bool,
    /// A number beside a span (`3 hours`).
    span: bool,
}

impl Told {
    pub(super) fn of(text: &str) -> Told {
        let bytes = &text.as_bytes()[..text.len().min(REACH)];
        let mut told = Told::default();
        let mut at = 0;
        while let Some(offset) = bytes[at..].iter().position(u8::is_ascii_digit) {
            let start = at + offset;
            let end = digits(bytes, start);
            told.time |= is_time(bytes, start, end);
            told.date |= is_date(bytes, start, end);
            for word in [word_before(bytes, start), word_after(bytes, end)] {
                told.date |= is_word(word, &MONTHS);
                told.span |= is_word(word, &SPANS);
            }
            at = end;
        }
        told
    }

    /// Whether it is a date or a time at all.
    pub(super) fn is_stamp(self) -> bool {
        self.date || self.time || self.span
    }

    /// Whether it is a date with its time, as stands over what readers write.
    pub(super) fn is_moment(self) -> bool {
        self.date && self.time
    }
}

/// Where the digits end that begin at `start`.
fn digits(bytes: &[u8], start: usize) -> usize {
    let count = bytes[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    start + count.count()
}

fn is_time(bytes: &[u8], start: usize, end: usize) -> bool {
    let follows = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    matches!(end - start, 1 | 2) && bytes.get(end) == Some(&b':') && follows
}

fn is_date(bytes: &[u8], start: usize, end: usize) -> bool {
    let year = "年".as_bytes();
    let next = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    match (end - start, bytes.get(end)) {
        (4, Some(b'-' | b'/' | b'.')) => next(end + 1),
        (4, Some(_)) => bytes[end..].starts_with(year),
        (1 | 2, Some(mark @ (b'.' | b'/'))) if next(end + 1) => {
            let second = digits(bytes, end + 1);
            bytes.get(second) == Some(mark) && next(second + 1)
        }
        _ => false,
    }
}

/// The letters before `end`, a stop, a comma and spaces apart.
fn word_before(bytes: &[u8], end: usize) -> &[u8] {
    let gap = |byte: &&u8| matches!(byte, b' ' | b'.' | b',');
    let end = end - bytes[..end].iter().rev().take_while(gap).count();
    let letters = bytes[..end].iter().rev();
    &bytes[end
        - letters
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count()..end]
}

/// The letters after `start`, a stop and spaces apart.
fn word_after(bytes: &[u8], start: usize) -> &[u8] {
    let gap = |byte: &&u8| matches!(byte, b' ' | b'.');
    let start = start + bytes[start..].iter().take_while(gap).count();
    let letters = bytes[start..].iter();
    &bytes[start
        ..start
            + letters
                .take_while(|byte| byte.is_ascii_alphabetic())
                .count()]
}

fn is_word(word: &[u8], known: &[&[u8; 3]]) -> bool {
    let begins = |known: &&[u8; 3]| word[..3].eq_ignore_ascii_case(*known);
    word.len() >= 3 && known.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_dates_and_spans_are_stamps() {
        for line in [
            "# re: hello 12:46 someone",
            "2004-12-27",
            "2005年6月12日",
            "27.12.04 Anna",
            "Posted March 3, 2021",
            "3. Mai",
            "5 minutes ago",
        ] {
            assert!(Told::of(line).is_stamp(), "{line}");
        }
    }

    #[test]
    fn a_date_with_its_time_is_a_moment() {
        for line in [
            "# re: hello 2004-12-27 12:46 someone",
            "suz December 21, 2023 at 1:24 pm",
            "20:41 25.10.21",
        ] {
            assert!(Told::of(line).is_moment(), "{line}");
        }
        for line in [
            "12:46 The ferry leaves",
            "December 21, 2023",
            "5 minutes ago",
        ] {
            assert!(!Told::of(line).is_moment(), "{line}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        for line in [
            "",
            "12",
            "Room 12",
            "3.5 million",
            "24/7 service",
            "1999",
            "page 7 of 9:",
        ] {
            assert!(!Told::of(line).is_stamp(), "{line}");
        }
    }
}
