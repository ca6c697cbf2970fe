//! Full-text feeds of the edition: Atom 1.0 (RFC 4287), with archive documents (RFC 5005 section 4), and JSON Feed 1.1.
//!
//! The identity of a feed and of an entry is a UUID made from what never changes (the source's feed, the document), so
//! a mirror that moves keeps its readers' state. Characters that XML 1.0 cannot hold are left out.

pub(crate) mod atom;
pub(crate) mod identity;
mod json;
#[cfg(test)]
mod tests;
pub(crate) mod xml;

use std::borrow::Cow;

use jiff::Timestamp;
use url::Url;
use wirecopy_document::document::Document;
use wirecopy_document::subject::Subject;

use crate::display::{language_tag, one_line};
use crate::edition::{Edition, Listing, OutputFile, SavedSearch, SourceInfo};
use crate::paths;
use crate::pictures::Pictures;
use crate::site::SourceSummary;

/// How many articles a feed holds. The median article of a public archive of 128,801 is 3.5 kB of text, so that this is
/// a download of some 60 kB compressed; RFC 5005 is the way to more.
pub const ENTRIES: usize = 50;

/// What a feed carries.
#[derive(Clone, Copy, Debug)]
pub enum Channel<'a> {
    /// The whole edition.
    All,
    /// A source.
    Source(&'a SourceInfo),
    /// A tag or an author.
    Subject(&'a Subject),
    /// A saved search.
    Search(&'a SavedSearch),
}

/// Which part of its channel a feed document holds (RFC 5005 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The newest, and how many archive documents there are beside it.
    Current {
        /// The number of the newest archive document; 0 where there is none.
        archives: u64,
    },
    /// An archive document, by its number from 1, the oldest. It holds [`ENTRIES`] articles in the order of archiving
    /// and no others ever after.
    Archive(u64),
}

/// The Atom feed of a channel, with the whole text of its entries.
///
/// `updated` is when the newest of them changed, as [`updated`] tells.
#[must_use]
pub fn atom(
    edition: &Edition,
    (channel, part): (Channel<'_>, Part),
    entries: &[(Listing, Document)],
    updated: Timestamp,
) -> OutputFile {
    let path = match part {
        Part::Current { .. } => channel.atom(),
        Part::Archive(number) => channel.archive(number),
    };
    let head = Head::of(edition, (channel, part), &path);
    let bytes = atom::write(&head, &shown(edition, entries), updated).into_bytes();
    let path = edition.place(&path);
    OutputFile { path, bytes }
}

/// The JSON feed of the newest of a channel, with the whole text of its entries.
#[must_use]
pub fn json(
    edition: &Edition,
    channel: Channel<'_>,
    entries: &[(Listing, Document)],
) -> OutputFile {
    let path = channel.json();
    let head = Head::of(edition, (channel, Part::Current { archives: 0 }), &path);
    let bytes = json::write(&head, &shown(edition, entries));
    let path = edition.place(&path);
    OutputFile { path, bytes }
}

/// Articles as the edition shows them.
fn shown<'e>(
    edition: &Edition,
    entries: &'e [(Listing, Document)],
) -> Cow<'e, [(Listing, Document)]> {
    if edition.script.is_none() {
        return Cow::Borrowed(entries);
    }
    let shown = entries.iter().map(|(listing, document)| {
        let document = edition.document(listing, document).into_owned();
        (listing.clone(), document)
    });
    Cow::Owned(shown.collect())
}

impl<'a> Channel<'a> {
    /// The channel of a source, or of all.
    #[must_use]
    pub fn of_source(source: Option<&'a SourceInfo>) -> Channel<'a> {
        source.map_or(Channel::All, Channel::Source)
    }

    fn source(self) -> Option<&'a SourceInfo> {
        match self {
            Channel::Source(source) => Some(source),
            Channel::All | Channel::Subject(_) | Channel::Search(_) => None,
        }
    }

    fn title(self, edition: &Edition) -> String {
        let title = one_line(&edition.title);
        let name = match self {
            Channel::All => return title.into_owned(),
            Channel::Source(source) => Cow::Borrowed(source.name.as_str()),
            Channel::Subject(subject) => edition.name(&subject.name),
            Channel::Search(search) => edition.name(&search.name),
        };
        format!("{} · {title}", one_line(&name))
    }

    /// The page that shows the same.
    fn page(self) -> String {
        match self {
            Channel::All => paths::FRONT.to_owned(),
            Channel::Source(source) => paths::source(&source.slug),
            Channel::Subject(subject) => paths::subject(subject.kind, &subject.slug),
            Channel::Search(search) => paths::saved_search(&search.slug),
        }
    }

    /// The path of its Atom feed.
    #[must_use]
    pub fn atom(self) -> String {
        paths::beside(&self.page(), "feed.xml")
    }

    /// The path of its JSON feed.
    #[must_use]
    pub fn json(self) -> String {
        paths::beside(&self.page(), "feed.json")
    }

    /// The path of an archive document of its.
    #[must_use]
    pub fn archive(self, number: u64) -> String {
        paths::beside(&self.page(), &format!("feed-{number}.xml"))
    }
}

/// The feeds of these sources as OPML 2.0, after that of all: their addresses here where the edition's own is known,
/// else those of the publications' own feeds, since OPML knows no relative ones. `None` where no address is known: a
/// body holds one outline at least.
#[must_use]
pub fn opml(edition: &Edition, summaries: &[SourceSummary<'_>]) -> Option<OutputFile> {
    let outlines = outlines(edition, summaries);
    if outlines.is_empty() {
        return None;
    }
    let mut text = xml::declaration();
    text.push_str("<opml version=\"2.0\">\n<head>");
    xml::element(&mut text, "title", &[], &one_line(&edition.title));
    text.push_str("</head>\n<body>\n");
    text.push_str(&outlines);
    text.push_str("</body>\n</opml>\n");
    Some(OutputFile {
        path: paths::OPML.to_owned(),
        bytes: text.into_bytes(),
    })
}

fn outlines(edition: &Edition, summaries: &[SourceSummary<'_>]) -> String {
    let mut text = String::new();
    let here = |channel: Channel<'_>| absolute(edition.base_url.as_ref()?, &channel.atom());
    if let Some(feed) = here(Channel::All) {
        let name = one_line(&edition.title);
        let site = edition.base_url.as_ref().map(Url::as_str);
        outline(&mut text, (&name, &feed), site);
    }
    for SourceSummary { source, .. } in summaries {
        let own = here(Channel::Source(source));
        let Some(feed) = own.or_else(|| source.feed.as_ref().map(Url::to_string)) else {
            continue;
        };
        let site = source.site.as_ref().map(Url::as_str);
        outline(&mut text, (&one_line(&source.name), &feed), site);
    }
    for search in &edition.searches {
        if let Some(feed) = here(Channel::Search(search)) {
            outline(&mut text, (&one_line(&search.name), &feed), None);
        }
    }
    text
}

fn outline(text: &mut String, (name, feed): (&str, &str), site: Option<&str>) {
    let mut attributes = vec![
        ("type", "rss"),
        ("text", name),
        ("title", name),
        ("xmlUrl", feed),
    ];
    attributes.extend(site.map(|site| ("htmlUrl", site)));
    xml::empty(text, "outline", &attributes);
    text.push('\n');
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
    /// Where a change is announced (WebSub), if followers can be told this feed's address.
    hub: Option<&'a Url>,
    part: Part,
    /// The current document of this feed, for its archive documents.
    current_url: String,
    /// The archive document before this one.
    earlier_url: Option<String>,
    pictures: Pictures<'a>,
}

impl<'a> Head<'a> {
    fn of(edition: &'a Edition, (channel, part): (Channel<'a>, Part), path: &str) -> Head<'a> {
        let source = channel.source();
        let here = |path: &str| {
            edition
                .base_url
                .as_ref()
                .and_then(|base| absolute(base, &edition.place(path)))
        };
        // Between feeds beside one another a relative link does where the address is unknown.
        let link = |to: &str| here(to).unwrap_or_else(|| paths::link(path, to));
        let earlier = match part {
            Part::Current { archives } => archives,
            Part::Archive(number) => number.saturating_sub(1),
        };
        let own_url = here(path);
        Head {
            edition,
            id: identity::of_feed(edition, channel),
            title: channel.title(edition),
            language: language_tag(
                source
                    .and_then(|source| source.language.as_deref())
                    .unwrap_or(&edition.language),
            ),
            page_url: here(&channel.page()).or_else(|| {
                source
                    .and_then(|source| source.site.as_ref())
                    .map(Url::to_string)
            }),
            via: source.and_then(|source| source.feed.as_ref()),
            hub: edition.hub.as_ref().filter(|_| own_url.is_some()),
            own_url,
            part,
            current_url: link(&channel.atom()),
            earlier_url: (earlier > 0).then(|| link(&channel.archive(earlier))),
            pictures: Pictures::in_feed(edition),
        }
    }

    /// Where an entry can be read: here where the edition's address is known, else at the origin.
    fn entry_url(&self, listing: &Listing, document: &Document) -> String {
        let page = match self.edition.has_page(listing) {
            true => self.edition.place(&listing.page()),
            false => listing.page(),
        };
        let here = self
            .edition
            .base_url
            .as_ref()
            .and_then(|base| absolute(base, &page));
        here.unwrap_or_else(|| document.url.to_string())
    }

    fn entry_id(&self, listing: &Listing) -> String {
        identity::of_entry(listing.id, self.edition.script_of(listing))
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
