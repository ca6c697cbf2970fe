//! The headings of an article's text, below the page's own: publishers choose levels by their looks, and skip some,
//! which loses readers who move by headings.
//!
//! Works on the text of `CleanHtml`, whose form is known. Attribute values may hold what looks like a tag; a digit in
//! one is then another, and nothing else changes.

use std::borrow::Cow;

/// The level of the heading over an article that has a page of its own.
pub(crate) const PAGE: u8 = 1;
/// The deepest level there is.
const DEEPEST: u8 = 6;

/// The text with its headings' levels following one another, the first one level below the article's own.
pub(crate) fn in_order(html: &str, own: u8) -> Cow<'_, str> {
    let mut used: Vec<u8> = tags(html).filter_map(|(_, tag)| tag.opens()).collect();
    used.sort_unstable();
    used.dedup();
    if used.is_empty() {
        return Cow::Borrowed(html);
    }
    let mut ordered = String::with_capacity(html.len());
    let (mut copied, mut level) = (0, own);
    for (place, tag) in tags(html) {
        if let Some(written) = tag.opens() {
            let rank = used.iter().filter(|level| **level <= written).count();
            let wanted = own.saturating_add(u8::try_from(rank).unwrap_or(DEEPEST));
            level = wanted.min(level + 1).min(DEEPEST);
        }
        ordered.push_str(&html[copied..place]);
        ordered.push(char::from(b'0' + level));
        copied = place + 1;
    }
    ordered.push_str(&html[copied..]);
    Cow::Owned(ordered)
}

/// A tag of a heading.
#[derive(Clone, Copy)]
struct Tag {
    level: u8,
    is_end: bool,
}

impl Tag {
    fn opens(self) -> Option<u8> {
        (!self.is_end).then_some(self.level)
    }
}

/// The tags of headings, each with the place of its digit. No heading stands within another.
fn tags(html: &str) -> impl Iterator<Item = (usize, Tag)> {
    memchr::memchr_iter(b'<', html.as_bytes()).filter_map(|place| {
        let rest = &html.as_bytes()[place + 1..];
        let is_end = rest.first() == Some(&b'/');
        let name = &rest[usize::from(is_end)..];
        let [b'h', digit @ b'1'..=b'6', b'>' | b' ', ..] = name else {
            return None;
        };
        let level = digit - b'0';
        Some((place + 2 + usize::from(is_end), Tag { level, is_end }))
    })
}

#[cfg(test)]
mod tests {
    use super::{PAGE, in_order};

    #[test]
    fn headings_of_an_article_among_others_begin_below_its_own() {
        assert_eq!(in_order("<h2>a</h2><h6>b</h6>", 2), "<h3>a</h3><h4>b</h4>");
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(in_order(html, PAGE), expected);
    }

    #[test]
    fn headings_begin_below_the_pages_own_and_skip_no_level() {
        check("<h1>a</h1><h1>b</h1>", "<h2>a</h2><h2>b</h2>");
        check(
            "<h4 dir=\"rtl\">a</h4><p>b</p>",
            "<h2 dir=\"rtl\">a</h2><p>b</p>",
        );
        check(
            "<h2>a</h2><h5>b</h5><h2>c</h2>",
            "<h2>a</h2><h3>b</h3><h2>c</h2>",
        );
        check(
            "<h3>a</h3><h2>b</h2><h3>c</h3>",
            "<h2>a</h2><h2>b</h2><h3>c</h3>",
        );
        check("<hr><p>&lt;h4&gt;</p>", "<hr><p>&lt;h4&gt;</p>");
    }
}
