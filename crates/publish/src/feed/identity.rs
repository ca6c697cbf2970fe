//! The names of feeds and entries: `urn:uuid:` (RFC 9562, version 8, from a hash), because a `tag:` would need the
//! mirror's address, which may change or be unknown, and an entry's name may not.

use wirecopy_document::identity::DocumentId;
use wirecopy_document::subject::{Subject, SubjectKind};

use crate::book::Scope;
use crate::edition::{Edition, SourceInfo};
use crate::feed::Channel;
use crate::script::Script;

/// The name of an entry, equal in every feed that carries it; in the other script an article is another entry.
pub(crate) fn of_entry(id: DocumentId, script: Option<Script>) -> String {
    match script {
        Some(script) => urn(script.tag(), &id.to_string()),
        None => urn("document", &id.to_string()),
    }
}

/// The name of a feed: from the feed that is followed, else the source's slug; the edition's own from its title.
pub(crate) fn of_feed(edition: &Edition, channel: Channel<'_>) -> String {
    let written = of_channel(edition, channel);
    match edition.script {
        Some(script) => urn(script.tag(), &written),
        None => written,
    }
}

fn of_channel(edition: &Edition, channel: Channel<'_>) -> String {
    match channel {
        Channel::Source(SourceInfo {
            feed: Some(feed), ..
        }) => urn("feed", feed.as_str()),
        Channel::Source(source) => urn("source", &source.slug),
        Channel::Subject(Subject { kind, slug, .. }) => {
            let kind = match kind {
                SubjectKind::Tag => "tag",
                SubjectKind::Author => "author",
            };
            urn(kind, &format!("{}\0{slug}", edition.title))
        }
        Channel::Search(search) => urn("search", &format!("{}\0{}", edition.title, search.slug)),
        Channel::All => urn("edition", &edition.title),
    }
}

/// The name of a book, the same in the book and in the catalogue: from what it gathers for which edition.
pub(crate) fn of_book(edition: &Edition, scope: &Scope) -> String {
    let kind = match scope {
        Scope::Day(_) | Scope::Week(_) => "time",
        Scope::Source(_) => "source",
    };
    urn(
        "book",
        &format!("{}\0{kind}\0{}", edition.title, scope.name()),
    )
}

/// The name of a list of the catalogue.
pub(crate) fn of_shelf(edition: &Edition, path: &str) -> String {
    urn("catalogue", &format!("{}\0{path}", edition.title))
}

fn urn(kind: &str, name: &str) -> String {
    let hash = blake3::Hasher::new()
        .update(kind.as_bytes())
        .update(b"\0")
        .update(name.as_bytes())
        .finalize();
    let mut bits = [0; 16];
    bits.copy_from_slice(&hash.as_bytes()[..16]);
    // RFC 9562 section 5.8: four bits of version, two of variant.
    bits[6] = bits[6] & 0x0F | 0x80;
    bits[8] = bits[8] & 0x3F | 0x80;
    let hex = |part: &[u8]| {
        part.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let parts = [
        &bits[..4],
        &bits[4..6],
        &bits[6..8],
        &bits[8..10],
        &bits[10..],
    ];
    format!("urn:uuid:{}", parts.map(hex).join("-"))
}
