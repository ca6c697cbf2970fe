//! A quick look at foreign markup as text, for what must be found or cut before it is parsed.
//! Nothing here is trusted: what is kept goes through the sanitiser.

use super::entities;

/// A start tag.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tag {
    /// In lower case.
    pub(super) name: String,
    attributes: String,
}

/// An element's place in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Element {
    pub(super) tag: Tag,
    pub(super) start: usize,
    pub(super) end: usize,
    inner: (usize, usize),
}

impl Tag {
    /// An attribute's value, its references undone.
    pub(super) fn attribute(&self, key: &str) -> Option<String> {
        let mut rest = self.attributes.as_str();
        loop {
            let at = find_ignoring_case(rest, key)?;
            let starts = at == 0
                || rest[..at].ends_with(|letter: char| {
                    letter.is_whitespace() || matches!(letter, '"' | '\'')
                });
            let after = rest[at + key.len()..].trim_start();
            rest = &rest[at + key.len()..];
            let Some(value) = after
                .strip_prefix('=')
                .map(str::trim_start)
                .filter(|_| starts)
            else {
                continue;
            };
            let value = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
                _ => value.split(|letter: char| letter.is_whitespace()).next(),
            };
            return value.map(entities::plain);
        }
    }
}

impl Element {
    /// What is between its tags.
    pub(super) fn inner<'a>(&self, html: &'a str) -> &'a str {
        &html[self.inner.0..self.inner.1]
    }
}

/// The start tags of a text, each with its place and the place behind it.
pub(super) fn tags(html: &str) -> impl Iterator<Item = (Tag, usize, usize)> {
    let mut at = 0;
    // After a quote that never ends, quotes mean nothing: looking on for each would be quadratic.
    let mut quotes = true;
    std::iter::from_fn(move || {
        loop {
            let start = at + html[at..].find('<')?;
            let quoted = tag_length(&html[start..]).filter(|_| quotes);
            quotes = quoted.is_some();
            let length = quoted.or_else(|| html[start..].find('>').map(|place| place + 1))?;
            at = start + length;
            if let Some(tag) = tag(&html[start + 1..at - 1]) {
                return Some((tag, start, at));
            }
        }
    })
}

/// The length of the tag that a text starts with, `>` included; quotes may hold one.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (place, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(place + 1),
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        after_equals = byte == b'=' || after_equals && byte.is_ascii_whitespace();
    }
    None
}

fn tag(inner: &str) -> Option<Tag> {
    let end = inner
        .find(|letter: char| letter.is_whitespace() || letter == '/')
        .unwrap_or(inner.len());
    let name = inner[..end].to_ascii_lowercase();
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    is_name.then(|| Tag {
        name,
        attributes: inner[end..].to_owned(),
    })
}

/// The start tag that a text begins with, and what is behind it.
pub(super) fn tag_at_start(html: &str) -> Option<(Tag, &str)> {
    if !html.starts_with('<') {
        return None;
    }
    let length = tag_length(html)?;
    Some((tag(&html[1..length - 1])?, &html[length..]))
}

/// The first element of a name.
pub(super) fn first(html: &str, name: &str) -> Option<Element> {
    find(html, &|element| element.tag.name == name)
}

/// The first element for which `wanted` holds; `None` as well where it has no end.
pub(super) fn find(html: &str, wanted: &dyn Fn(&Element) -> bool) -> Option<Element> {
    let elements = tags(html).map(|(tag, start, end)| Element {
        tag,
        start,
        end,
        inner: (end, end),
    });
    let element = elements.into_iter().find(wanted)?;
    closed(html, element)
}

/// An element with its end found, elements of the same name within counted.
fn closed(html: &str, element: Element) -> Option<Element> {
    let name = &element.tag.name;
    let mut open = 1;
    let mut at = element.end;
    while open > 0 {
        let start = at + html[at..].find('<')?;
        let rest = &html[start + 1..];
        let is_end = rest.starts_with('/');
        let word = if is_end { &rest[1..] } else { rest };
        let same = word
            .get(..name.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(name))
            && !word[name.len()..]
                .starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '-');
        at = start + 1;
        match (same, is_end) {
            (true, true) => open -= 1,
            (true, false) => open += 1,
            (false, _) => {}
        }
    }
    let inner = (element.end, at - 1);
    let end = at + html[at..].find('>')? + 1;
    Some(Element {
        end,
        inner,
        ..element
    })
}

fn find_ignoring_case(text: &str, key: &str) -> Option<usize> {
    text.as_bytes()
        .windows(key.len())
        .position(|window| window.eq_ignore_ascii_case(key.as_bytes()))
}

/// Text for content and for quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
