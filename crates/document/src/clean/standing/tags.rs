//! Attributes of start tags, as the sanitiser writes them.

use url::Url;

use crate::clean::markup::attribute;
use crate::clean::scan;
use crate::clean::walk::MAX_URL_BYTES;

/// Whether attributes stand as they are.
type Stands = fn(&str) -> bool;

/// The elements within a line that mean something with attributes only, and whether theirs stand.
pub(super) const WITH_ATTRIBUTES: [(&str, Stands); 3] =
    [("a", is_link), ("span", is_direction), ("time", is_time)];

/// The longest language of an element, in bytes, that the sanitiser keeps.
const MAX_LANGUAGE: usize = 35;

/// The longest time of an element that is looked at, in bytes.
const MAX_TIME: usize = 64;

/// Whether attributes are a direction, a language, both or nothing.
pub(super) fn is_direction(attributes: &str) -> bool {
    let mut rest = attributes;
    if let Some((value, after)) = taken(rest, " dir=\"") {
        if !matches!(value, "ltr" | "rtl" | "auto") {
            return false;
        }
        rest = after;
    }
    if let Some((value, after)) = taken(rest, " lang=\"") {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if value.is_empty() || value.len() > MAX_LANGUAGE || !value.bytes().all(is_plain) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

/// The value of the attribute that stands first, still escaped, and what follows it.
fn taken<'a>(attributes: &'a str, begin: &str) -> Option<(&'a str, &'a str)> {
    attributes.strip_prefix(begin)?.split_once('"')
}

/// Whether attributes are those of a time: its exact form, and what [`is_direction`] allows.
fn is_time(attributes: &str) -> bool {
    let Some((time, rest)) = taken(attributes, " datetime=\"") else {
        return false;
    };
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b':' | b'.');
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_plain);
    time.len() <= MAX_TIME && time.split(' ').all(is_word) && is_direction(rest)
}

/// Whether attributes are those of a link to another page: its address, and what [`is_direction`] allows.
fn is_link(attributes: &str) -> bool {
    let Some((value, rest)) = taken(attributes, " href=\"") else {
        return false;
    };
    let href = scan::unescape(value);
    let mut written = String::with_capacity(attributes.len());
    attribute(&mut written, "href", &href);
    attributes.starts_with(&written)
        && is_direction(rest)
        && address(&href).is_some()
        && !may_be_of_the_page(&href)
}

/// Whether a link may lead to a part of the page itself, whose names all begin with `note-`.
fn may_be_of_the_page(href: &str) -> bool {
    let fragment = href.split_once('#').map(|(_, fragment)| fragment);
    fragment.is_some_and(|fragment| fragment.starts_with(['n', '%']))
}

/// An absolute address of the web, as the sanitiser writes it.
pub(in crate::clean) fn address(text: &str) -> Option<Url> {
    let is_absolute = text.starts_with("https://") || text.starts_with("http://");
    if !is_absolute || text.len() > MAX_URL_BYTES {
        return None;
    }
    Url::parse(text).ok().filter(|url| url.as_str() == text)
}
