//! Full-text feeds of the edition: Atom 1.0 (RFC 4287) and JSON Feed 1.1.
//!
//! The identity of a feed and of an entry is a UUID made from what never changes (the source's feed, the document), so
//! a mirror that moves keeps its readers' state. Characters that XML 1.0 cannot hold are left out.

mod atom;
mod identity;
mod json;
pub(crate) mod xml;

use jiff::Timestamp;
use url::Url;
use wirecopy_document::document::Document;

use crate::display::{language_tag, one_line};
use crate::edition::{Edition, Listing, OutputFile, SourceInfo};
use crate::paths;
use crate::pictures::Pictures;

/// How many articles a feed holds. The median article of a public archive of 128,801 is 3.5 kB of text, so that this is
/// a download of some 60 kB compressed; RFC 5005 is the way to more.
pub const ENTRIES: usize = 50;

/// The Atom feed of a source, or of the edition, with the whole text of its entries.
///
/// `updated` is when the newest of them changed, as [`updated`] tells.
#[must_use]
pub fn atom(
    edition: &Edition,
    source: Option<&SourceInfo>,
    entries: &[(Listing, Document)],
    updated: Timestamp,
) -> OutputFile {
    let path = paths::atom(source.map(|source| source.slug.as_str()));
    let head = Head::of(edition, source, &path);
    let bytes = atom::write(&head, entries, updated).into_bytes();
    OutputFile { path, bytes }
}

/// The JSON feed of a source, or of the edition, with the whole text of its entries.
#[must_use]
pub fn json(
    edition: &Edition,
    source: Option<&SourceInfo>,
    entries: &[(Listing, Document)],
) -> OutputFile {
    let path = paths::json_feed(source.map(|source| source.slug.as_str()));
    let head = Head::of(edition, source, &path);
    let bytes = json::write(&head, entries);
    OutputFile { path, bytes }
}

/// The feeds of the edition's sources as OPML 2.0: their addresses here where the edition's own is known, else the
/// addresses of the publications' own feeds, since OPML knows no relative ones.
#[must_use]
pub fn opml(edition: &Edition) -> OutputFile {
    let mut text = xml::declaration();
    text.push_str("<opml version=\"2.0\">\n<head>");
    xml::element(&mut text, "title", &[], &one_line(&edition.title));
    text.push_str("</head>\n<body>\n");
    for source in &edition.sources {
        let here = edition
            .base_url
            .as_ref()
            .and_then(|base| absolute(base, &paths::atom(Some(&source.slug))));
        let Some(feed) = here.or_else(|| source.feed.as_ref().map(Url::to_string)) else {
            continue;
        };
        let name = one_line(&source.name);
        let site = source.site.as_ref().map(Url::as_str);
        let mut attributes = vec![
            ("type", "rss"),
            ("text", &*name),
            ("title", &*name),
            ("xmlUrl", &*feed),
        ];
        attributes.extend(site.map(|site| ("htmlUrl", site)));
        xml::empty(&mut text, "outline", &attributes);
        text.push('\n');
    }
    text.push_str("</body>\n</opml>\n");
    OutputFile {
        path: paths::OPML.to_owned(),
        bytes: text.into_bytes(),
    }
}

/// When an entry last changed, for RFC 4287 section 4.2.15: what its publisher says, its withdrawal, and for a document
/// that was recorded more than once the time of the last recording. It only grows as a document is revised.
#[must_use]
pub fn updated(listing: &Listing, document: &Document) -> Timestamp {
    let trailer = &document.trailer;
    let recorded = trailer.captured.filter(|_| listing.revisions > 1);
    let told = [trailer.modified, trailer.withdrawn, recorded];
    told.into_iter()
        .flatten()
        .fold(document.published, Timestamp::max)
}

/// What both kinds of feed say of themselves.
struct Head<'a> {
    edition: &'a Edition,
    id: String,
    title: String,
    language: Option<String>,
    /// Of this feed, where the edition's address is known.
    own_url: Option<String>,
    /// The page that shows the same: here where the edition's address is known, else at the origin.
    page_url: Option<String>,
    /// The feed that was followed.
    via: Option<&'a Url>,
    pictures: Pictures<'a>,
}

impl<'a> Head<'a> {
    fn of(edition: &'a Edition, source: Option<&'a SourceInfo>, path: &str) -> Head<'a> {
        let page = source.map_or(paths::FRONT.to_owned(), |source| {
            paths::source(&source.slug)
        });
        let here = |path: &str| {
            edition
                .base_url
                .as_ref()
                .and_then(|base| absolute(base, path))
        };
        let title = match source {
            Some(source) => format!("{} · {}", one_line(&source.name), one_line(&edition.title)),
            None => one_line(&edition.title).into_owned(),
        };
        Head {
            edition,
            id: identity::of_feed(edition, source),
            title,
            language: language_tag(
                source
                    .and_then(|source| source.language.as_deref())
                    .unwrap_or(&edition.language),
            ),
            own_url: here(path),
            page_url: here(&page).or_else(|| {
                source
                    .and_then(|source| source.site.as_ref())
                    .map(Url::to_string)
            }),
            via: source.and_then(|source| source.feed.as_ref()),
            pictures: Pictures::in_feed(edition),
        }
    }

    /// Where an entry can be read: here where the edition's address is known, else at the origin.
    fn entry_url(&self, listing: &Listing, document: &Document) -> String {
        let here = self
            .edition
            .base_url
            .as_ref()
            .and_then(|base| absolute(base, &listing.page()));
        here.unwrap_or_else(|| document.url.to_string())
    }

    /// The language of an entry: its own, else its source's.
    fn language(&self, listing: &Listing, document: &Document) -> Option<String> {
        let own = document.trailer.language.as_deref().and_then(language_tag);
        own.or_else(|| language_tag(self.edition.source(&listing.source)?.language.as_deref()?))
    }

    /// Who wrote an entry; its source where nobody is named, since RFC 4287 section 4.2.1 wants somebody.
    fn authors(&self, listing: &Listing, document: &Document) -> Vec<String> {
        let named: Vec<String> = document
            .trailer
            .authors
            .iter()
            .map(|name| one_line(name).into_owned())
            .collect();
        if named.iter().any(|name| !name.is_empty()) {
            return named.into_iter().filter(|name| !name.is_empty()).collect();
        }
        vec![one_line(self.edition.source_name(&listing.source)).into_owned()]
    }
}

/// The address of a path of the site; absent only for a base that cannot be one (`mailto:`).
fn absolute(base: &Url, path: &str) -> Option<String> {
    base.join(&paths::encoded(path))
        .ok()
        .map(|url| url.to_string())
}
