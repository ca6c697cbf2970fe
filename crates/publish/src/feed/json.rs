//! JSON Feed 1.1 (jsonfeed.org/version/1.1).

use serde::Serialize;
use wirecopy_document::document::Document;
use wirecopy_document::document::enclosure::Enclosure;

use crate::display::one_line;
use crate::edition::Listing;
use crate::feed::{Head, updated};

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    url: String,
    external_url: &'a str,
    title: String,
    content_html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Author {
    name: String,
}

/// The whole feed.
pub(crate) fn write(head: &Head<'_>, entries: &[(Listing, Document)]) -> Vec<u8> {
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &head.title,
        home_page_url: head.page_url.as_deref(),
        feed_url: head.own_url.as_deref(),
        description: &head.edition.description,
        language: head.language.as_deref(),
        hubs: head
            .hub
            .iter()
            .map(|hub| Hub {
                kind: "WebSub",
                url: hub.as_str(),
            })
            .collect(),
        items: entries
            .iter()
            .map(|(listing, document)| item(head, listing, document))
            .collect(),
    };
    serde_json::to_vec(&feed).expect("strings, times and lists always serialise")
}

fn item<'a>(head: &Head<'_>, listing: &Listing, document: &'a Document) -> Item<'a> {
    let trailer = &document.trailer;
    Item {
        id: head.entry_id(listing),
        url: head.entry_url(listing, document),
        external_url: document.url.as_str(),
        title: one_line(&document.title).into_owned(),
        content_html: head.pictures.publish(document),
        summary: trailer.summary.as_deref(),
        image: trailer
            .image
            .as_ref()
            .and_then(|image| head.pictures.address(image.as_str())),
        date_published: document.published.to_string(),
        date_modified: updated(listing, document).to_string(),
        authors: head
            .authors(listing, document)
            .into_iter()
            .map(|name| Author { name })
            .collect(),
        tags: &trailer.tags,
        language: head.language(listing, document),
        attachments: trailer.enclosures.iter().map(attachment).collect(),
    }
}

fn attachment(enclosure: &Enclosure) -> Attachment<'_> {
    Attachment {
        url: enclosure.url().as_str(),
        mime_type: enclosure.media_type(),
        size_in_bytes: enclosure.length(),
    }
}
