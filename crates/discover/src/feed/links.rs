//! Links, ids, enclosures and pictures of an entry or a feed, and the choice of the one link that is its page.

use url::Url;

use super::record::{Rank, Record};
use super::scope::{Scope, join};
use super::{Enclosure, Link};
use crate::xml::tree::Element;

/// Adds a `link`: Atom's with attributes, or RSS's with text.
pub(super) fn read(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    let href = element
        .attribute("href")
        .or_else(|| element.attribute("url"))
        .or_else(|| element.attribute("uri"));
    let Some(href) = href.or_else(|| element.text()) else {
        return;
    };
    let href: String = href
        .chars()
        .filter(|c| !matches!(c, '\n' | '\r' | '\t'))
        .collect();
    let rel = element
        .attribute("rel")
        .unwrap_or_else(|| "alternate".to_owned());
    let link = Link {
        href: scope.absolute(element, href),
        rel,
        media_type: element.attribute("type"),
        title: element.attribute("title"),
        hreflang: element.attribute("hreflang"),
        length: element.attribute("length"),
    };
    match relation(&link) {
        "enclosure" => push_enclosure(
            record,
            &link.href,
            link.media_type.clone(),
            link.length.as_deref(),
        ),
        "replies" if record.comments.is_none() && is_page(&link) => {
            record.comments = Url::parse(&link.href).ok()
        }
        "license" if record.rights.is_none() => record.rights = Some(link.href.clone()),
        _ => {}
    }
    record.push_link(link);
}

/// The relation without the registry's address (RFC 4287 §4.2.7.2 allows both).
pub(super) fn relation(link: &Link) -> &str {
    link.rel
        .strip_prefix("http://www.iana.org/assignments/relation/")
        .unwrap_or(&link.rel)
}

/// Whether a link leads to a page that a person reads. Without a media type it does.
fn is_page(link: &Link) -> bool {
    let media_type = link
        .media_type
        .as_deref()
        .unwrap_or("text/html")
        .to_ascii_lowercase();
    media_type.starts_with("text/html")
        || media_type.starts_with("application/xhtml")
        || media_type == "html"
}

/// The page: the first alternate that is HTML, else any alternate.
pub(super) fn page(links: &[Link]) -> Option<Url> {
    let alternates = || {
        links
            .iter()
            .filter(|link| relation(link).eq_ignore_ascii_case("alternate"))
    };
    alternates()
        .filter(|link| is_page(link))
        .find_map(address)
        .or_else(|| alternates().find_map(address))
}

/// Where a link leads, if that is on the web: a feed may name a script or a file as well.
fn address(link: &Link) -> Option<Url> {
    Url::parse(&link.href).ok().filter(is_web)
}

/// Whether an address can be asked of a server: `http` or `https`.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// The first link with this relation.
pub(super) fn related(links: &[Link], relation_name: &str) -> Option<Url> {
    links
        .iter()
        .filter(|link| relation(link) == relation_name)
        .find_map(address)
}

/// Reads an id. A relative address is made absolute, unless the feed says that it is none.
pub(super) fn read_id(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    let Some(id) = element.text() else { return };
    let permalink = element
        .attribute("isPermaLink")
        .map(|value| value.eq_ignore_ascii_case("true"));
    let is_opaque = permalink == Some(false);
    let looks_relative = id.starts_with(['/', '.', '?', '#']);
    let id = match scope.resolve(element, &id) {
        Some(url) if looks_relative && !is_opaque => url.to_string(),
        _ => id,
    };
    record.id_is_permalink = !is_opaque && Url::parse(&id).is_ok_and(|url| is_web(&url));
    record.id = Some(id);
}

/// Reads an RSS `enclosure`.
pub(super) fn read_enclosure(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    let Some(reference) = element
        .attribute("url")
        .or_else(|| element.attribute("href"))
    else {
        return;
    };
    let href = scope.absolute(element, reference);
    let (media_type, length) = (element.attribute("type"), element.attribute("length"));
    push_enclosure(record, &href, media_type.clone(), length.as_deref());
    record.push_link(Link {
        href,
        rel: "enclosure".to_owned(),
        media_type,
        length,
        ..Link::default()
    });
}

fn push_enclosure(
    record: &mut Record,
    href: &str,
    media_type: Option<String>,
    length: Option<&str>,
) {
    let Ok(url) = Url::parse(href) else { return };
    if is_picture(&url, media_type.as_deref()) {
        record.image.put(Rank::Hint, Some(url.clone()));
    }
    record.push_enclosure(Enclosure {
        url,
        media_type,
        length: length.and_then(|length| length.trim().parse().ok()),
    });
}

/// Whether a file is a picture, by its media type or else by its name.
pub(super) fn is_picture(url: &Url, media_type: Option<&str>) -> bool {
    match media_type {
        Some(media_type) => media_type.to_ascii_lowercase().starts_with("image"),
        None => {
            let path = url.path().to_ascii_lowercase();
            [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"]
                .iter()
                .any(|ending| path.ends_with(ending))
        }
    }
}

/// The address in an `image`, `logo` or `icon`, in a child, an attribute, or as text.
pub(super) fn image(element: Element<'_, '_>, scope: &Scope) -> Option<Url> {
    let child = element
        .child("url")
        .or_else(|| element.child("href"))
        .and_then(Element::text);
    let attribute = || {
        ["href", "url", "src", "resource"]
            .iter()
            .find_map(|name| element.attribute(name))
    };
    let own_text = || {
        element
            .elements()
            .next()
            .is_none()
            .then(|| element.text())
            .flatten()
    };
    let reference = child.or_else(attribute).or_else(own_text)?;
    join(scope.base_of(element), &reference)
}
