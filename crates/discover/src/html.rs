//! The little that feeds need of HTML without a DOM: whether a text is HTML, its plain text, and its links made
//! absolute. It does not sanitise: whoever shows HTML cleans it first.

use std::borrow::Cow;

use url::Url;

use crate::xml::entities;
use crate::xml::tokens::{Attribute, Token, Tokens};

/// Attributes whose value is one address (HTML §3.2.6, and the obsolete ones of HTML 4).
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "action",
    "cite",
    "poster",
    "data",
    "longdesc",
    "background",
    "codebase",
    "classid",
    "profile",
    "usemap",
    "formaction",
];
/// Elements that begin a new line of text.
pub(crate) const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];
/// Elements whose content is no text.
const SILENT: &[&str] = &["script", "style"];
/// Elements without which prose in HTML is rare: what a title or a `text` that is really HTML contains.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "center", "cite", "code", "del",
    "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "ruby", "rb",
    "rp", "rt", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
];

/// Absolute links cost at most this many times the HTML, plus [`SPARE_BYTES`]; beyond, links stay as they are.
const MAX_GROWTH: usize = 8;
const SPARE_BYTES: usize = 4096;

/// The text for use in HTML, with `&`, `<` and `>` as references.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;"),
    )
}

/// Whether a text that is said to be plain is HTML: it closes an element or holds a reference, and everything in it
/// that looks like a tag is one. A formula such as `a<b` must not lose its end.
pub(crate) fn is_html(text: &str) -> bool {
    let Some(first) = text.find(['<', '&']) else {
        return false;
    };
    let mut convincing = entities::decode(&text[first..]) != text[first..];
    for token in Tokens::new(text) {
        match token {
            Token::Start { name, .. } if is_element(name) => {
                convincing |= name.eq_ignore_ascii_case("br")
            }
            Token::End(name) if is_element(name) => convincing = true,
            Token::Text(_) | Token::CData(_) => {}
            _ => return false,
        }
    }
    convincing
}

/// HTML that was wrapped once too often: escaped twice, so that a reader would see its tags, or in a CDATA section
/// that is itself escaped. Text that merely speaks of tags begins or ends otherwise.
pub(crate) fn unwrapped(html: &str) -> Cow<'_, str> {
    let trimmed = html.trim();
    if let Some(inner) = trimmed
        .strip_prefix("<![CDATA[")
        .and_then(|rest| rest.strip_suffix("]]>"))
    {
        return Cow::Borrowed(inner);
    }
    if trimmed.contains('<') || !trimmed.starts_with("&lt;") || !trimmed.ends_with("&gt;") {
        return Cow::Borrowed(html);
    }
    let decoded = entities::decode(trimmed);
    let begins_with_block = match Tokens::new(&decoded).next() {
        Some(Token::Start { name, .. }) => [BLOCKS, &["a", "img"]]
            .concat()
            .contains(&name.to_ascii_lowercase().as_str()),
        _ => false,
    };
    if begins_with_block {
        Cow::Owned(decoded.into_owned())
    } else {
        Cow::Borrowed(html)
    }
}

fn is_element(name: &str) -> bool {
    [INLINE, BLOCKS, SILENT]
        .iter()
        .any(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// The text of HTML on one line: tags dropped, references decoded, white space collapsed.
pub(crate) fn text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Start { name, empty, .. } => {
                if SILENT
                    .iter()
                    .any(|silent| silent.eq_ignore_ascii_case(name))
                    && !empty
                {
                    tokens.skip_raw_text(name);
                }
                push_break(&mut text, name);
            }
            Token::End(name) => push_break(&mut text, name),
            Token::Text(raw) => text.push_str(&entities::decode(raw)),
            Token::CData(part) => text.push_str(part),
            // Not a declaration, but a sentence about one.
            Token::Doctype(part) if tokens.cut => text.extend(["<!", part]),
            Token::Doctype(_) => {}
        }
    }
    collapse(&text)
}

fn push_break(text: &mut String, element: &str) {
    if BLOCKS
        .iter()
        .any(|block| block.eq_ignore_ascii_case(element))
    {
        text.push(' ');
    }
}

/// One space for each run of white space, none at the ends. No-break spaces stay, they are the author's.
pub(crate) fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text
        .split([' ', '\t', '\r', '\n', '\x0c'])
        .filter(|word| !word.is_empty())
    {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

/// The HTML with its relative links made absolute; everything else stays byte for byte.
pub(crate) fn absolute_links<'a>(html: &'a str, base: &Url) -> Cow<'a, str> {
    let mut absolute = String::new();
    let mut copied = 0;
    let limit = html.len() * MAX_GROWTH + SPARE_BYTES;
    for token in Tokens::new(html) {
        let Token::Start { attributes, .. } = token else {
            continue;
        };
        for attribute in attributes {
            let Some(value) = absolute_value(&attribute, base) else {
                continue;
            };
            if absolute.len() + value.len() > limit {
                continue;
            }
            absolute.push_str(&html[copied..attribute.offset]);
            absolute.push_str(&value.replace('&', "&amp;").replace('"', "&quot;"));
            copied = attribute.offset + attribute.value.len();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    absolute.push_str(&html[copied..]);
    Cow::Owned(absolute)
}

/// The absolute form of an attribute's value, where it has to change.
pub(crate) fn absolute_value(attribute: &Attribute<'_>, base: &Url) -> Option<String> {
    let is = |names: &[&str]| {
        names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(attribute.name))
    };
    if is(ADDRESSES) {
        absolute(&entities::decode(attribute.value), base)
    } else if is(&["srcset"]) {
        absolute_set(&entities::decode(attribute.value), base)
    } else {
        None
    }
}

/// The absolute form of a relative reference; nothing for what is absolute or no address.
fn absolute(reference: &str, base: &Url) -> Option<String> {
    let reference = reference.trim();
    if reference.is_empty()
        || !matches!(
            Url::parse(reference),
            Err(url::ParseError::RelativeUrlWithoutBase)
        )
    {
        return None;
    }
    base.join(reference).ok().map(String::from)
}

/// A `srcset` (HTML §4.8.4.2.1): addresses with descriptors. A comma inside an address is followed by no space.
fn absolute_set(set: &str, base: &Url) -> Option<String> {
    let candidates: Vec<String> = set
        .split(", ")
        .map(|candidate| {
            let candidate = candidate.trim();
            let (address, descriptor) = candidate
                .split_once(char::is_whitespace)
                .unwrap_or((candidate, ""));
            let address = absolute(address, base).unwrap_or_else(|| address.to_owned());
            format!("{address} {descriptor}").trim_end().to_owned()
        })
        .collect();
    let joined = candidates.join(", ");
    (joined != set).then_some(joined)
}
