//! Text constructs (RFC 4287 §3.1 and what the other forms have in their place): text, HTML as text, or HTML as
//! elements, which the feed's own claim about it often gets wrong.

use std::borrow::Cow;

use url::Url;

use super::markup;
use crate::html;
use crate::xml::namespace::Namespace;
use crate::xml::tree::{Child, Element};

/// What an element that gives no `type` holds by its specification.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Untyped {
    /// Plain text, unless it is evidently HTML.
    Text,
    /// HTML.
    Html,
}

/// What an element really holds.
enum Construct {
    Text(String),
    Html(String),
}

/// The element's content as HTML with absolute links. Absent where the content is no text at all.
pub(super) fn html(
    element: Element<'_, '_>,
    untyped: Untyped,
    base: Option<&Url>,
) -> Option<String> {
    match read(element, untyped, base)? {
        Construct::Text(text) => Some(html::escape(&text).into_owned()),
        Construct::Html(html) => Some(html),
    }
}

/// The element's content as text on one line.
pub(super) fn text(element: Element<'_, '_>, untyped: Untyped) -> Option<String> {
    match read(element, untyped, None)? {
        Construct::Text(text) => Some(html::collapse(&text)),
        Construct::Html(html) => Some(html::text(&html)),
    }
}

fn read(element: Element<'_, '_>, untyped: Untyped, base: Option<&Url>) -> Option<Construct> {
    let claim = Claim::of(element);
    if claim == Claim::Binary {
        return None;
    }
    if has_markup(element) {
        return Some(Construct::Html(markup::inner(element, base)));
    }
    let text = element.text().unwrap_or_default();
    let (text, claim) = match claim {
        Claim::Base64(inner) => (base64(&text).unwrap_or(text), *inner),
        claim => (text, claim),
    };
    let is_html = match claim {
        Claim::Html => true,
        Claim::Text => false,
        // Elements were promised, but text has come: HTML, if it is that, in a CDATA section.
        Claim::Inline => html::is_html(&text),
        Claim::None | Claim::Binary | Claim::Base64(_) => {
            untyped == Untyped::Html || html::is_html(&text)
        }
    };
    Some(if is_html {
        Construct::Html(absolute(&html::unwrapped(&text), base).into_owned())
    } else {
        Construct::Text(text)
    })
}

fn absolute<'a>(html: &'a str, base: Option<&Url>) -> Cow<'a, str> {
    base.map_or(Cow::Borrowed(html), |base| html::absolute_links(html, base))
}

/// What an element's attributes say of it.
#[derive(PartialEq, Eq)]
enum Claim {
    Html,
    Inline,
    Text,
    Base64(Box<Claim>),
    Binary,
    None,
}

impl Claim {
    fn of(element: Element<'_, '_>) -> Claim {
        let mode = element
            .attribute("mode")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let media_type = element
            .attribute("type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let claim = match media_type.split(';').next().unwrap_or_default().trim() {
            "html" | "text/html" => Claim::Html,
            "xhtml" => Claim::Inline,
            "text" | "text/plain" | "plain" => Claim::Text,
            "" => Claim::None,
            media_type if media_type.ends_with("xml") => Claim::Inline,
            media_type if media_type.starts_with("text/") => Claim::Text,
            media_type if !media_type.contains('/') => Claim::None,
            _ if mode == "escaped" || mode == "xml" => Claim::None,
            media_type if media_type.starts_with("image/") => Claim::Binary,
            // Any other media type is in base64 (RFC 4287 §4.1.3.3).
            _ => Claim::Base64(Box::new(Claim::None)),
        };
        if mode == "base64" && !matches!(claim, Claim::Base64(_)) {
            Claim::Base64(Box::new(claim))
        } else {
            claim
        }
    }
}

/// Whether there are elements of HTML inside. Words of other vocabularies inside a text are ignored with it.
fn has_markup(element: Element<'_, '_>) -> bool {
    element.elements().any(|child| {
        matches!(
            child.namespace(),
            Namespace::Feed | Namespace::Xhtml | Namespace::Other
        )
    })
}

/// The text that base64 (RFC 2045 §6.8) encodes, white space ignored.
fn base64(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in encoded
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
    {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The only element inside, if there is no text beside it.
pub(super) fn only_child<'t, 'a>(element: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    let mut only = None;
    for child in element.children() {
        match child {
            Child::Element(child) if only.is_none() => only = Some(child),
            Child::Text(text) | Child::CData(text) if text.trim().is_empty() => {}
            Child::Element(_) | Child::Text(_) | Child::CData(_) => return None,
        }
    }
    only
}
