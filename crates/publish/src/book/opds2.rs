//! The same catalogue as OPDS 2.0, which is JSON (specs.opds.io/opds-2.0), for programs that read that.
//!
//! A list stands beside its twin of OPDS 1.2 ([`crate::book::opds`]) and leads to the same files. Each book has a
//! document of its own too, since its schema asks for a `self` link in each publication.

use jiff::Timestamp;
use serde::Serialize;

use crate::book::Scope;
use crate::book::opds::{Shelf, Shelved, book_title, files, language};
use crate::display::one_line;
use crate::edition::{Edition, OutputFile};
use crate::feed::atom::moment;
use crate::feed::identity;
use crate::paths;
use crate::words::choose;

const FEED: &str = "application/opds+json";
const PUBLICATION: &str = "application/opds-publication+json";
const OPEN_ACCESS: &str = "http://opds-spec.org/acquisition/open-access";
/// A sheet of newspaper, the same for all books: the format wants a bitmap for each.
const COVER: &[u8] = include_bytes!("../../assets/cover.png");
const COVER_SIZE: [u32; 2] = [240, 340];

#[derive(Serialize)]
struct Feed<'a> {
    metadata: FeedMetadata<'a>,
    links: Vec<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    navigation: Option<Vec<Link>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publications: Option<Vec<Publication>>,
}

#[derive(Serialize)]
struct FeedMetadata<'a> {
    title: &'a str,
    modified: String,
    #[serde(rename = "numberOfItems", skip_serializing_if = "Option::is_none")]
    items: Option<usize>,
}

#[derive(Serialize)]
struct Publication {
    metadata: Metadata,
    links: Vec<Link>,
    images: [Image; 1],
}

#[derive(Serialize)]
struct Metadata {
    #[serde(rename = "@type")]
    kind: &'static str,
    identifier: String,
    title: String,
    author: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    modified: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    description: String,
}

#[derive(Serialize)]
struct Link {
    #[serde(rename = "rel")]
    relation: &'static str,
    href: String,
    #[serde(rename = "type")]
    media_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

#[derive(Serialize)]
struct Image {
    href: String,
    #[serde(rename = "type")]
    media_type: &'static str,
    width: u32,
    height: u32,
}

/// The picture that stands for every book.
#[must_use]
pub fn cover() -> OutputFile {
    OutputFile {
        path: paths::COVER.to_owned(),
        bytes: COVER.to_vec(),
    }
}

/// The first list: the others.
#[must_use]
pub fn catalogue(edition: &Edition, shelves: &[(Shelf, Timestamp)]) -> OutputFile {
    let words = choose(&edition.language);
    let path = paths::CATALOGUE_2;
    let updated = shelves.iter().map(|(_, updated)| *updated).max();
    let navigation = shelves.iter().map(|(shelf, _)| Link {
        title: Some(shelf.title(words)),
        ..link(path, ("subsection", &paths::shelf_2(*shelf), FEED))
    });
    written(
        path,
        &Feed {
            metadata: FeedMetadata {
                title: &format!("{} · {}", one_line(&edition.title), words.books.books),
                modified: moment(updated.unwrap_or(Timestamp::UNIX_EPOCH)),
                items: None,
            },
            links: vec![link(path, ("self", path, FEED))],
            navigation: Some(navigation.collect()),
            publications: None,
        },
    )
}

/// A list of books, in the order in which they are given.
#[must_use]
pub fn shelf(edition: &Edition, shelf: Shelf, books: &[Shelved]) -> OutputFile {
    let path = paths::shelf_2(shelf);
    let updated = books.iter().map(|book| book.updated).max();
    let publications = books.iter().map(|book| publication(edition, &path, book));
    let feed = Feed {
        metadata: FeedMetadata {
            title: &shelf.title(choose(&edition.language)),
            modified: moment(updated.unwrap_or(Timestamp::UNIX_EPOCH)),
            items: Some(books.len()),
        },
        links: vec![
            link(&path, ("self", &path, FEED)),
            link(&path, ("up", paths::CATALOGUE_2, FEED)),
        ],
        navigation: None,
        publications: Some(publications.collect()),
    };
    written(&path, &feed)
}

/// The document of a single book.
#[must_use]
pub fn book(edition: &Edition, book: &Shelved) -> OutputFile {
    let path = paths::publication(&book.scope);
    written(&path, &publication(edition, &path, book))
}

/// A book as it is told in the document at `from`.
fn publication(edition: &Edition, from: &str, book: &Shelved) -> Publication {
    let words = choose(&edition.language);
    let own = paths::publication(&book.scope);
    let files = files(edition, &book.scope).into_iter();
    let files = files.map(|(_, file, media_type)| link(from, (OPEN_ACCESS, &file, media_type)));
    Publication {
        metadata: Metadata {
            kind: "http://schema.org/Book",
            identifier: identity::of_book(edition, &book.scope),
            title: book_title(edition, &book.scope),
            author: one_line(&edition.title).into_owned(),
            language: language(edition, &book.scope),
            modified: moment(book.updated),
            published: match &book.scope {
                Scope::Day(date) | Scope::Week(date) => Some(date.to_string()),
                Scope::Source(_) => None,
            },
            description: format!("{}: {}", words.navigation.articles, book.articles),
        },
        links: std::iter::once(link(from, ("self", &own, PUBLICATION)))
            .chain(files)
            .collect(),
        images: [Image {
            href: paths::link(from, paths::COVER),
            media_type: "image/png",
            width: COVER_SIZE[0],
            height: COVER_SIZE[1],
        }],
    }
}

fn link(from: &str, (relation, to, media_type): (&'static str, &str, &'static str)) -> Link {
    Link {
        relation,
        href: paths::link(from, to),
        media_type,
        title: None,
    }
}

fn written(path: &str, value: &impl Serialize) -> OutputFile {
    OutputFile {
        path: path.to_owned(),
        bytes: serde_json::to_vec(value).expect("strings always serialise"),
    }
}
