//! One range of bytes (RFC 9110 §14.1.2). Several at once are answered with the whole, as §14.2 allows.

use std::ops::Range;

/// What of a file is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// These bytes, at least one.
    Some(Range<usize>),
    /// What was asked for lies behind its end.
    None,
}

/// What a Range header asks for, of a file of this length.
pub(super) fn part(header: Option<&str>, length: usize) -> Part {
    let asked = header.and_then(|header| header.trim().strip_prefix("bytes="));
    let Some((first, last)) = asked.and_then(|range| range.trim().split_once('-')) else {
        return Part::Whole;
    };
    match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if last < first => Part::Whole,
        (Ok(first), _) if first >= length => Part::None,
        (Ok(first), Ok(last)) => Part::Some(first..last.saturating_add(1).min(length)),
        (Ok(first), Err(_)) if last.is_empty() => Part::Some(first..length),
        (Err(_), Ok(0)) if first.is_empty() => Part::None,
        (Err(_), Ok(count)) if first.is_empty() && length > 0 => {
            Part::Some(length.saturating_sub(count)..length)
        }
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_anything_else_is_the_whole() {
        let check = |header: &str, expected: Part| {
            assert_eq!(part(Some(header), 10), expected, "{header}");
        };
        check("bytes=0-3", Part::Some(0..4));
        check("bytes=4-", Part::Some(4..10));
        check("bytes=-3", Part::Some(7..10));
        check("bytes=-99", Part::Some(0..10));
        check("bytes=8-99", Part::Some(8..10));
        check("bytes=10-", Part::None);
        check("bytes=-0", Part::None);
        check("bytes=5-3", Part::Whole);
        check("bytes=0-1,3-4", Part::Whole);
        check("bytes=a-b", Part::Whole);
        check("lines=0-3", Part::Whole);
        assert_eq!(part(None, 10), Part::Whole);
    }
}
