//! JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): members of the wrong type are passed over one by one, and a
//! feed that is cut off keeps its whole items.

use serde_json::Value;
use url::Url;

use super::links;
use super::scope::join;
use super::{
    Context, Enclosure, Entry, Feed, Link, MAX_ENTRIES, NotAFeed, Person, Problem, Version,
};
use crate::html;

/// Bytes read of a JSON feed; what is beyond is cut off. Its values take up to sixteen times the memory of their
/// text, and real ones have under a megabyte.
const MAX_BYTES: usize = 8 << 20;

/// Reads a feed in JSON.
pub(super) fn read(
    text: &str,
    encoding: &str,
    context: &Context,
) -> Result<(Feed, Vec<Problem>), NotAFeed> {
    let (document, mut problems) = parse(text).ok_or(NotAFeed::Unknown)?;
    let version = document
        .get("version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let items = document.get("items").and_then(Value::as_array);
    if !version.contains("jsonfeed") && items.is_none() {
        return Err(NotAFeed::Unknown);
    }
    let base = context
        .url
        .clone()
        .or_else(|| url(&document, "feed_url", None))
        .or_else(|| url(&document, "home_page_url", None));
    let version = if version.ends_with("version/1") {
        Version::Json10
    } else {
        Version::Json11
    };
    let mut feed = feed(&document, base.as_ref(), version, encoding);
    let items = items.map_or(&[] as &[Value], Vec::as_slice);
    if items.len() > MAX_ENTRIES {
        problems.push(Problem::Limit("entries"));
    }
    for item in items
        .iter()
        .filter(|item| item.is_object())
        .take(MAX_ENTRIES)
    {
        feed.entries
            .push(entry(item, &feed, base.as_ref(), &mut problems));
    }
    Ok((feed, problems))
}

/// The document, mended where it is cut off or has raw control characters in its strings.
fn parse(text: &str) -> Option<(Value, Vec<Problem>)> {
    let start = text.find('{')?;
    // Outside strings every such character is white space anyway.
    let text =
        &text[start..text.floor_char_boundary(start.saturating_add(MAX_BYTES).min(text.len()))];
    let text = text.replace(|c: char| c.is_ascii_control(), " ");
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    match values.next()? {
        Ok(value) => Some((value, Vec::new())),
        Err(error) if error.is_eof() => {
            let value = serde_json::from_str(&mended(&text)?).ok()?;
            Some((
                value,
                vec![Problem::Truncated {
                    entry_dropped: true,
                }],
            ))
        }
        Err(_) => None,
    }
}

/// The text up to its last whole item, with what is open there closed.
fn mended(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut in_string = false;
    let mut escaped = false;
    let mut whole = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => open.push(byte),
            b'}' | b']' => {
                open.pop();
                if byte == b'}' && open == b"{[" {
                    whole = Some(at + 1);
                }
            }
            _ => {}
        }
    }
    Some(format!("{}]}}", &text[..whole?]))
}

fn string(object: &Value, name: &str) -> Option<String> {
    let text = match object.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn url(object: &Value, name: &str, base: Option<&Url>) -> Option<Url> {
    join(base, &string(object, name)?).filter(links::is_web)
}

/// Titles are plain text; many writers put references in them all the same.
fn plain(object: &Value, name: &str) -> Option<String> {
    let text = string(object, name)?;
    Some(if html::is_html(&text) {
        html::text(&text)
    } else {
        html::collapse(&text)
    })
}

fn feed(document: &Value, base: Option<&Url>, version: Version, encoding: &str) -> Feed {
    let address = |name| url(document, name, base);
    let links = [
        ("home_page_url", "alternate"),
        ("feed_url", "self"),
        ("next_url", "next"),
    ];
    Feed {
        version,
        encoding: encoding.to_owned(),
        title: plain(document, "title"),
        link: address("home_page_url"),
        self_link: address("feed_url"),
        hubs: hubs(document),
        id: None,
        description: string(document, "description").map(|text| html::escape(&text).into_owned()),
        language: string(document, "language"),
        updated: None,
        published: None,
        authors: authors(document),
        rights: None,
        generator: None,
        image: address("icon"),
        icon: address("favicon"),
        categories: Vec::new(),
        links: links
            .iter()
            .filter_map(|(name, rel)| {
                Some(Link {
                    href: address(name)?.into(),
                    rel: (*rel).to_owned(),
                    ..Link::default()
                })
            })
            .collect(),
        ttl: None,
        skip_hours: Vec::new(),
        skip_days: Vec::new(),
        next: address("next_url"),
        previous_archive: None,
        entries: Vec::new(),
    }
}

fn hubs(document: &Value) -> Vec<Url> {
    list(document, "hubs")
        .filter_map(|hub| url(hub, "url", None))
        .collect()
}

fn list<'v>(object: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    object
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// `authors` of 1.1, else `author` of 1.0.
fn authors(object: &Value) -> Vec<Person> {
    let persons = list(object, "authors").chain(
        object
            .get("author")
            .filter(|_| object.get("authors").is_none()),
    );
    persons
        .map(|person| Person {
            name: plain(person, "name").or_else(|| person.as_str().map(str::to_owned)),
            email: None,
            uri: string(person, "url"),
        })
        .filter(|person| *person != Person::default())
        .collect()
}

fn entry(item: &Value, feed: &Feed, base: Option<&Url>, problems: &mut Vec<Problem>) -> Entry {
    let mut date = |name| {
        let text = string(item, name)?;
        let date = crate::date::parse(&text);
        if date.is_none() {
            problems.push(Problem::Date(text.chars().take(80).collect()));
        }
        date
    };
    let (published, updated) = (date("date_published"), date("date_modified"));
    let id = string(item, "id");
    let permalink = id
        .as_deref()
        .and_then(|id| Url::parse(id).ok())
        .filter(|id| matches!(id.scheme(), "http" | "https"));
    let link = url(item, "url", base)
        .or_else(|| permalink.clone())
        .or_else(|| url(item, "external_url", base));
    let html = string(item, "content_html").map(|html| match link.as_ref().or(base) {
        Some(base) => html::absolute_links(&html, base).into_owned(),
        None => html,
    });
    let authors = Some(authors(item))
        .filter(|authors| !authors.is_empty())
        .unwrap_or_else(|| feed.authors.clone());
    Entry {
        title: plain(item, "title"),
        id_is_permalink: permalink.is_some(),
        link,
        id,
        summary: string(item, "summary").map(|text| html::escape(&text).into_owned()),
        content: html.or_else(|| string(item, "content_text").map(|text| paragraphs(&text))),
        published,
        updated,
        authors,
        categories: list(item, "tags")
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        enclosures: list(item, "attachments")
            .filter_map(|attachment| enclosure(attachment, base))
            .collect(),
        image: url(item, "image", base).or_else(|| url(item, "banner_image", base)),
        comments: None,
        language: string(item, "language").or_else(|| feed.language.clone()),
        rights: None,
        links: links(item, base),
    }
}

fn links(item: &Value, base: Option<&Url>) -> Vec<Link> {
    let names = [("url", "alternate"), ("external_url", "related")];
    let found = names
        .iter()
        .filter_map(|(name, rel)| Some((url(item, name, base)?, rel)));
    found
        .map(|(href, rel)| Link {
            href: href.into(),
            rel: (*rel).to_owned(),
            ..Link::default()
        })
        .collect()
}

/// Plain text as HTML: an empty line ends a paragraph.
fn paragraphs(text: &str) -> String {
    let paragraphs = text
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty());
    paragraphs
        .map(|paragraph| format!("<p>{}</p>", html::escape(paragraph)))
        .collect()
}

fn enclosure(attachment: &Value, base: Option<&Url>) -> Option<Enclosure> {
    Some(Enclosure {
        url: url(attachment, "url", base)?,
        media_type: string(attachment, "mime_type"),
        length: attachment.get("size_in_bytes").and_then(Value::as_u64),
    })
}
