//! Atom 1.0, RFC 4287.

use jiff::Timestamp;
use wirecopy_document::document::Document;
use wirecopy_document::document::enclosure::Enclosure;

use crate::display::one_line;
use crate::edition::Listing;
use crate::feed::{Head, Part, updated, xml};

/// The whole feed.
pub(super) fn write(
    head: &Head<'_>,
    entries: &[(Listing, Document)],
    changed: Timestamp,
) -> String {
    let mut text = xml::declaration();
    let mut attributes = vec![("xmlns", "http://www.w3.org/2005/Atom")];
    if matches!(head.part, Part::Archive(_)) {
        attributes.push(("xmlns:fh", "http://purl.org/syndication/history/1.0"));
    }
    attributes.extend(
        head.language
            .as_deref()
            .map(|language| ("xml:lang", language)),
    );
    xml::open(&mut text, "feed", &attributes);
    text.push('\n');
    write_head(&mut text, head, changed);
    for (listing, document) in entries {
        write_entry(&mut text, head, listing, document);
    }
    text.push_str("</feed>\n");
    text
}

fn write_head(text: &mut String, head: &Head<'_>, changed: Timestamp) {
    xml::element(text, "id", &[], &head.id);
    xml::element(text, "title", &[], &head.title);
    let description = one_line(&head.edition.description);
    if !description.is_empty() {
        xml::element(text, "subtitle", &[], &description);
    }
    xml::element(text, "updated", &[], &moment(changed));
    if let Some(own_url) = &head.own_url {
        link(text, "self", "application/atom+xml", own_url);
    }
    if let Some(page_url) = &head.page_url {
        link(text, "alternate", "text/html", page_url);
    }
    if let Some(via) = head.via {
        xml::empty(text, "link", &[("rel", "via"), ("href", via.as_str())]);
    }
    write_course(text, head);
    xml::element(text, "generator", &[], "Wirecopy");
    text.push('\n');
}

/// The way to the other documents of the feed, and to the hub that tells of changes, which archive documents have none
/// of. They have no link to the next one either: that would change them when it comes into being.
fn write_course(text: &mut String, head: &Head<'_>) {
    const ATOM: &str = "application/atom+xml";
    match head.part {
        Part::Archive(_) => {
            xml::empty(text, "fh:archive", &[]);
            link(text, "current", ATOM, &head.current_url);
        }
        Part::Current { .. } => {
            if let Some(hub) = head.hub {
                xml::empty(text, "link", &[("rel", "hub"), ("href", hub.as_str())]);
            }
        }
    }
    if let Some(earlier) = &head.earlier_url {
        link(text, "prev-archive", ATOM, earlier);
    }
}

fn write_entry(text: &mut String, head: &Head<'_>, listing: &Listing, document: &Document) {
    let language = head.language(listing, document);
    let attributes: Vec<(&str, &str)> = language
        .as_deref()
        .map(|tag| ("xml:lang", tag))
        .into_iter()
        .collect();
    xml::open(text, "entry", &attributes);
    xml::element(text, "id", &[], &head.entry_id(listing));
    xml::element(text, "title", &[], &one_line(&document.title));
    xml::element(text, "published", &[], &moment(document.published));
    xml::element(text, "updated", &[], &moment(updated(listing, document)));
    let entry_url = head.entry_url(listing, document);
    link(text, "alternate", "text/html", &entry_url);
    if entry_url != document.url.as_str() {
        link(text, "via", "text/html", document.url.as_str());
    }
    for enclosure in &document.trailer.enclosures {
        write_enclosure(text, enclosure);
    }
    for name in head.authors(listing, document) {
        text.push_str("<author>");
        xml::element(text, "name", &[], &name);
        text.push_str("</author>");
    }
    for tag in &document.trailer.tags {
        xml::empty(text, "category", &[("term", &one_line(tag))]);
    }
    if let Some(summary) = &document.trailer.summary {
        xml::element(text, "summary", &[], &one_line(summary));
    }
    xml::element(
        text,
        "content",
        &[("type", "html")],
        &head.pictures.publish(document),
    );
    text.push_str("</entry>\n");
}

/// RFC 4287 section 4.2.7.2: the length is a hint, and left out where it is unknown.
fn write_enclosure(text: &mut String, enclosure: &Enclosure) {
    let length = enclosure.length().map(|length| length.to_string());
    let mut attributes = vec![
        ("rel", "enclosure"),
        ("type", enclosure.media_type()),
        ("href", enclosure.url().as_str()),
    ];
    attributes.extend(length.as_deref().map(|length| ("length", length)));
    xml::empty(text, "link", &attributes);
}

fn link(text: &mut String, relation: &str, media_type: &str, href: &str) {
    xml::empty(
        text,
        "link",
        &[("rel", relation), ("type", media_type), ("href", href)],
    );
}

/// RFC 3339, whole seconds: what every reader takes.
pub(crate) fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
