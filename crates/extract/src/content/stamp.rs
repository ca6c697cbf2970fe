//! Whether a short line has a date or a time in it: where many lines do, readers are writing.

/// Bytes of a line that are looked at; what follows is no stamp any more.
const REACH: usize = 200;

/// Beginnings of words that stand beside the number of a day or a span of time.
const WORDS: [&[u8; 3]; 18] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"mai", b"jun", b"jul", b"aug", b"sep", b"oct", b"okt",
    b"nov", b"dec", b"dez", b"ago", b"hou", b"min",
];

/// Whether `text` has a time (`12:46`), a date (`2004-12-27`, `2005年6月`, `27.12.04`), or a number
/// beside a month or a span (`March 3`, `3 hours`) near its beginning.
pub(super) fn is_stamp(text: &str) -> bool {
    let bytes = &text.as_bytes()[..text.len().min(REACH)];
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + offset;
        let end = digits(bytes, start);
        if is_time_or_date(bytes, start, end)
            || is_word(word_before(bytes, start))
            || is_word(word_after(bytes, end))
        {
            return true;
        }
        at = end;
    }
    false
}

/// Where the digits end that begin at `start`.
fn digits(bytes: &[u8], start: usize) -> usize {
    let count = bytes[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    start + count.count()
}

fn is_time_or_date(bytes: &[u8], start: usize, end: usize) -> bool {
    let year = "年".as_bytes();
    let next = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    match (end - start, bytes.get(end)) {
        (1 | 2, Some(b':')) => next(end + 1),
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

fn is_word(word: &[u8]) -> bool {
    word.len() >= 3
        && WORDS
            .iter()
            .any(|known| word[..3].eq_ignore_ascii_case(*known))
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
            assert!(is_stamp(line), "{line}");
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
            assert!(!is_stamp(line), "{line}");
        }
    }
}
