//! A feed in the neutral form that feed parsers are compared by: one JSON object with plain member names. Absent
//! texts are empty, and a missing date of change is the date of publication. Scripts and styles are left out as the
//! sanitiser does, which in the program comes after this crate; the comparison is of texts.

use std::borrow::Cow;

use dom_query::Document;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;
use wirecopy_discover::feed::{self, Context, Enclosure, Entry, Feed, Link, Person};

/// Parses a feed and gives its neutral form; `ok` is false where it is none.
pub(crate) fn neutral(
    id: &str,
    bytes: &[u8],
    content_type: Option<&str>,
    url: Option<&str>,
) -> Value {
    let context = Context {
        url: url.and_then(|url| Url::parse(url).ok()),
        media_type: content_type.map(str::to_owned),
    };
    match feed::parse(bytes, &context) {
        Err(error) => json!({"id": id, "ok": false, "error": error.to_string()}),
        Ok((feed, problems)) => with_written_hosts(
            bytes,
            json!({
                "id": id,
                "ok": true,
                "version": feed.version.to_string(),
                "encoding": feed.encoding,
                "problems": problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "feed": whole(&feed),
                "entries": feed.entries.iter().map(entry).collect::<Vec<_>>(),
            }),
        ),
    }
}

fn whole(feed: &Feed) -> Value {
    json!({
        "title": text(feed.title.as_ref()),
        "link": page(feed.link.as_ref(), &feed.links),
        "self": address(feed.self_link.as_ref()),
        "id": feed.id,
        "description": text(feed.description.as_ref()),
        "language": feed.language,
        "updated": time(feed.updated.or(feed.published)),
        "published": time(feed.published.or(feed.updated)),
        "authors": feed.authors.iter().map(person).collect::<Vec<_>>(),
        "rights": text(feed.rights.as_ref()),
        "generator": feed.generator,
        "image": address(feed.image.as_ref()),
        "icon": address(feed.icon.as_ref()),
        "categories": feed.categories,
        "links": feed.links.iter().map(link).collect::<Vec<_>>(),
    })
}

fn entry(entry: &Entry) -> Value {
    json!({
        "title": text(entry.title.as_ref()),
        "link": page(entry.link.as_ref(), &entry.links),
        "id": entry.id,
        "summary": text(entry.summary.as_ref().or(entry.content.as_ref())),
        "content": entry.content.as_ref().map(|content| text(Some(content))),
        "published": time(entry.published.or(entry.updated)),
        "updated": time(entry.updated.or(entry.published)),
        "authors": entry.authors.iter().map(person).collect::<Vec<_>>(),
        "categories": entry.categories,
        "enclosures": entry.enclosures.iter().map(enclosure).collect::<Vec<_>>(),
        "comments": address(entry.comments.as_ref()),
        "language": entry.language,
        "rights": text(entry.rights.as_ref()),
        "image": address(entry.image.as_ref()),
        "links": entry.links.iter().map(link).collect::<Vec<_>>(),
    })
}

fn text(html: Option<&String>) -> Cow<'_, str> {
    let Some(html) = html else {
        return Cow::Borrowed("");
    };
    if !html.contains("<script") && !html.contains("<style") {
        return Cow::Borrowed(html);
    }
    let document = Document::fragment(html.as_str());
    let silent = document.select("script, style");
    if !silent.exists() {
        return Cow::Borrowed(html);
    }
    silent.remove();
    Cow::Owned(document.html().to_string())
}

/// The page's address, or the first link as the feed writes it where that is no address.
fn page(page: Option<&Url>, links: &[Link]) -> Value {
    page.map_or_else(
        || json!(links.first().map(|link| &link.href)),
        |page| json!(page.as_str()),
    )
}

fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn person(person: &Person) -> Value {
    json!({"name": person.name, "email": person.email, "uri": person.uri})
}

fn link(link: &Link) -> Value {
    json!({
        "href": link.href,
        "rel": link.rel,
        "type": link.media_type,
        "title": link.title,
        "hreflang": link.hreflang,
        "length": link.length,
    })
}

fn enclosure(enclosure: &Enclosure) -> Value {
    json!({
        "url": enclosure.url.as_str(),
        "type": enclosure.media_type,
        "length": enclosure.length.map(|length| length.to_string()),
    })
}

fn address(url: Option<&Url>) -> Option<&str> {
    url.map(Url::as_str)
}

/// The comparison is letter by letter, but hosts have no case: pages and pictures are given as the feed writes them.
fn with_written_hosts(bytes: &[u8], mut answer: Value) -> Value {
    let source = String::from_utf8_lossy(bytes);
    for pointer in [
        "/feed/link",
        "/feed/image",
        "/entries/0/link",
        "/entries/0/image",
    ] {
        let Some(value) = answer.pointer_mut(pointer) else {
            continue;
        };
        let Some(url) = value.as_str() else { continue };
        let written = source
            .match_indices("http")
            .map(|(start, _)| &source[start..])
            .find_map(|rest| {
                rest.get(..url.len())
                    .filter(|written| written.eq_ignore_ascii_case(url))
            });
        if let Some(written) = written {
            *value = json!(written);
        }
    }
    answer
}
