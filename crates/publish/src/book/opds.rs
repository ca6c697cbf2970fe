//! The catalogue of the books for programs that read them: OPDS 1.2, which is Atom.
//!
//! Its twin of OPDS 2.0 is made by [`crate::book::opds2`]. Links are relative, so that it works wherever the
//! site stands. A year's list changes with the books of that year alone.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::book::{BookKind, Scope};
use crate::display::{language_tag, one_line};
use crate::edition::{Edition, OutputFile};
use crate::feed::atom::moment;
use crate::feed::identity;
use crate::feed::xml::{declaration, element, empty, open};
use crate::paths;
use crate::words::{Words, choose};

const NAVIGATION: &str = "application/atom+xml;profile=opds-catalog;kind=navigation";
const ACQUISITION: &str = "application/atom+xml;profile=opds-catalog;kind=acquisition";

/// A list of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    /// The books of the days of a year.
    Days(i16),
    /// Those of its weeks.
    Weeks(i16),
    /// Those of the sources.
    Sources,
}

/// A book in a list.
#[derive(Clone, Debug)]
pub struct Shelved {
    /// What it gathers.
    pub scope: Scope,
    /// How many articles that is.
    pub articles: u64,
    /// When the last of them was archived.
    pub updated: Timestamp,
}

impl Shelf {
    /// The list of a day's book.
    #[must_use]
    pub fn of_day(date: Date) -> Shelf {
        Shelf::Days(date.year())
    }

    /// The list of a week's book: of the year that the week belongs to (ISO 8601).
    #[must_use]
    pub fn of_week(monday: Date) -> Shelf {
        Shelf::Weeks(monday.iso_week_date().year())
    }

    pub(crate) fn title(self, words: &Words) -> String {
        match self {
            Shelf::Days(year) => format!("{}: {year}", words.books.days),
            Shelf::Weeks(year) => format!("{}: {year}", words.books.weeks),
            Shelf::Sources => words.books.newest_of.to_owned(),
        }
    }
}

/// The files of a book in an edition, with their media types: a day can stand alone as a page.
pub(crate) fn files(edition: &Edition, scope: &Scope) -> Vec<(BookKind, String, &'static str)> {
    let epub = match scope {
        Scope::Day(_) => BookKind::Day,
        Scope::Week(_) => BookKind::Week,
        Scope::Source(_) => BookKind::Source,
    };
    let mut files = vec![(epub, paths::book(scope), "application/epub+zip")];
    if matches!(scope, Scope::Day(_)) {
        files.push((BookKind::Page, paths::single(scope), "text/html"));
    }
    files.retain(|(kind, ..)| edition.books.contains(kind));
    files
}

/// The first list: the others, each with when it changed.
#[must_use]
pub fn catalogue(edition: &Edition, shelves: &[(Shelf, Timestamp)]) -> OutputFile {
    let words = choose(&edition.language);
    let path = paths::CATALOGUE;
    let updated = shelves.iter().map(|(_, updated)| *updated).max();
    let title = format!("{} · {}", one_line(&edition.title), words.books.books);
    let mut text = opening(
        edition,
        (path, &title, NAVIGATION),
        updated.unwrap_or(Timestamp::UNIX_EPOCH),
    );
    for (shelf, updated) in shelves {
        let to = paths::shelf(*shelf);
        text.push_str("<entry>");
        element(&mut text, "title", &[], &shelf.title(words));
        element(&mut text, "id", &[], &identity::of_shelf(edition, &to));
        element(&mut text, "updated", &[], &moment(*updated));
        element(
            &mut text,
            "content",
            &[("type", "text")],
            &shelf.title(words),
        );
        link(
            &mut text,
            ("subsection", ACQUISITION),
            &paths::link(path, &to),
        );
        text.push_str("</entry>\n");
    }
    closing(text, path)
}

/// A list of books, in the order in which they are given.
#[must_use]
pub fn shelf(edition: &Edition, shelf: Shelf, books: &[Shelved]) -> OutputFile {
    let words = choose(&edition.language);
    let path = paths::shelf(shelf);
    let updated = books.iter().map(|book| book.updated).max();
    let title = shelf.title(words);
    let mut text = opening(
        edition,
        (&path, &title, ACQUISITION),
        updated.unwrap_or(Timestamp::UNIX_EPOCH),
    );
    link(
        &mut text,
        ("up", NAVIGATION),
        &paths::link(&path, paths::CATALOGUE),
    );
    text.push('\n');
    for book in books {
        entry(&mut text, (edition, words), &path, book);
    }
    closing(text, &path)
}

fn entry(text: &mut String, (edition, words): (&Edition, &Words), path: &str, book: &Shelved) {
    text.push_str("<entry>");
    element(text, "title", &[], &book_title(edition, &book.scope));
    element(text, "id", &[], &identity::of_book(edition, &book.scope));
    element(text, "updated", &[], &moment(book.updated));
    author(text, edition);
    if let Some(language) = language(edition, &book.scope) {
        element(text, "dc:language", &[], &language);
    }
    if let Scope::Day(date) | Scope::Week(date) = &book.scope {
        element(text, "dc:issued", &[], &date.to_string());
    }
    let count = format!("{}: {}", words.navigation.articles, book.articles);
    element(text, "summary", &[("type", "text")], &count);
    for (_, file, media_type) in files(edition, &book.scope) {
        let relation = "http://opds-spec.org/acquisition/open-access";
        link(text, (relation, media_type), &paths::link(path, &file));
    }
    text.push_str("</entry>\n");
}

/// The mirror's title and what the book gathers.
pub(crate) fn book_title(edition: &Edition, scope: &Scope) -> String {
    let words = choose(&edition.language);
    format!("{} · {}", one_line(&edition.title), scope.title(words))
}

/// The language of a book: its source's, else the edition's.
pub(crate) fn language(edition: &Edition, scope: &Scope) -> Option<String> {
    let of_source = match scope {
        Scope::Source(source) => source.language.as_deref().and_then(language_tag),
        Scope::Day(_) | Scope::Week(_) => None,
    };
    of_source.or_else(|| language_tag(&edition.language))
}

fn opening(
    edition: &Edition,
    (path, title, kind): (&str, &str, &str),
    updated: Timestamp,
) -> String {
    let mut text = declaration();
    let words = choose(&edition.language);
    let attributes = [
        ("xmlns", "http://www.w3.org/2005/Atom"),
        ("xmlns:dc", "http://purl.org/dc/terms/"),
        ("xml:lang", words.tag),
    ];
    open(&mut text, "feed", &attributes);
    text.push('\n');
    element(&mut text, "id", &[], &identity::of_shelf(edition, path));
    element(&mut text, "title", &[], title);
    element(&mut text, "updated", &[], &moment(updated));
    author(&mut text, edition);
    link(&mut text, ("self", kind), &paths::link(path, path));
    link(
        &mut text,
        ("start", NAVIGATION),
        &paths::link(path, paths::CATALOGUE),
    );
    text.push('\n');
    text
}

fn author(text: &mut String, edition: &Edition) {
    text.push_str("<author>");
    element(text, "name", &[], &one_line(&edition.title));
    text.push_str("</author>");
}

fn link(text: &mut String, (relation, media_type): (&str, &str), href: &str) {
    let attributes = [("rel", relation), ("type", media_type), ("href", href)];
    empty(text, "link", &attributes);
}

fn closing(mut text: String, path: &str) -> OutputFile {
    text.push_str("</feed>\n");
    OutputFile {
        path: path.to_owned(),
        bytes: text.into_bytes(),
    }
}
