//! Books: the articles of a day, a week or a source in one file that can be read without a line, as EPUB 3.3
//! ([`epub`]) or as one HTML page ([`crate::site::Site::single`]), and the catalogue of them,
//! OPDS 1.2 ([`opds`]) and 2.0 ([`opds2`]).
//!
//! A book is a function of its articles and the edition: it names no time but theirs, so that the same articles give
//! the same bytes.

mod epub;
pub(crate) mod leaves;
mod package;
mod strict;
mod tree;
pub(crate) mod xhtml;

pub mod opds;
pub mod opds2;
pub mod pictures;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use wirecopy_document::document::Document;

use crate::book::pictures::BookPictures;
use crate::display::{language_tag, one_line};
use crate::edition::{Edition, Listing, OutputFile, SourceInfo};
use crate::feed::updated;
use crate::paths;
use crate::site::templates::TemplateError;
use crate::words::{Words, choose, fill};

/// Articles that one book holds at most: at the 3.5 kB of the median article of a public archive of 128,801 a book of
/// 7 MB, which readers of books still open at once.
pub const BOOK_ARTICLES: usize = 2_000;
/// Articles in the published book of a source: its newest.
pub const SOURCE_BOOK_ARTICLES: usize = 100;

/// What a book gathers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one for each book that is made, which is far larger"
)]
pub enum Scope {
    /// The articles of a day of the edition's zone.
    Day(Date),
    /// Those of the week (ISO 8601) that begins with this Monday.
    Week(Date),
    /// The newest of a source.
    Source(SourceInfo),
}

/// The kinds of books that an edition can be published with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookKind {
    /// An EPUB for each day.
    Day,
    /// An EPUB for each week.
    Week,
    /// An EPUB of the newest of each source.
    Source,
    /// One HTML file for each day.
    Page,
}

/// Why a book could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It is too large for its format, or there is no memory for it.
    #[error("the book cannot be packed: {0}")]
    Packing(String),
    /// Its template cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// A book about to be written.
pub(crate) struct Book<'a> {
    pub(crate) edition: &'a Edition,
    pub(crate) words: &'static Words,
    pub(crate) scope: &'a Scope,
    pub(crate) title: String,
    /// That of most of its articles, else the edition's.
    pub(crate) language: String,
    pub(crate) sections: Vec<Section<'a>>,
}

/// The articles of a source, or of a day where the book has one source.
pub(crate) struct Section<'a> {
    pub(crate) title: String,
    pub(crate) articles: Vec<&'a (Listing, Document)>,
}

/// The monday of a date's week.
#[must_use]
pub fn monday(date: Date) -> Date {
    let days = i64::from(date.weekday().to_monday_zero_offset());
    date.saturating_sub(jiff::Span::new().days(days))
}

/// A day, a week or a source as an EPUB. The articles are given oldest first, those of a source newest first.
///
/// # Errors
///
/// When the book is too large for its format.
pub fn epub(
    edition: &Edition,
    scope: &Scope,
    entries: &[(Listing, Document)],
    pictures: &BookPictures<'_>,
) -> Result<OutputFile, BookError> {
    let book = Book::new(edition, scope, entries);
    let packed =
        epub::write(&book, pictures).map_err(|error| BookError::Packing(error.to_string()))?;
    Ok(OutputFile {
        path: paths::book(scope),
        bytes: packed,
    })
}

impl Scope {
    /// The scope in its file's name, and in the command line: `2026-11-20`, `2026-W47`, `evening-post`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Scope::Day(date) => date.to_string(),
            Scope::Week(monday) => {
                let week = monday.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Scope::Source(source) => source.slug.clone(),
        }
    }

    /// Its name for readers.
    #[must_use]
    pub fn title(&self, words: &Words) -> String {
        match self {
            Scope::Day(date) => words.calendar.long(*date),
            Scope::Week(monday) => {
                let week = monday.iso_week_date();
                let numbered = fill(words.books.week, "week", &week.week().to_string());
                fill(&numbered, "year", &week.year().to_string())
            }
            Scope::Source(source) => one_line(&source.name).into_owned(),
        }
    }
}

impl<'a> Book<'a> {
    pub(crate) fn new(
        edition: &'a Edition,
        scope: &'a Scope,
        entries: &'a [(Listing, Document)],
    ) -> Book<'a> {
        let words = choose(&edition.language);
        let own = scope.title(words);
        let title = one_line(&edition.title);
        Book {
            edition,
            words,
            scope,
            title: match scope {
                Scope::Source(_) => format!("{own} · {title}"),
                Scope::Day(_) | Scope::Week(_) => format!("{title} · {own}"),
            },
            language: language(edition, entries),
            sections: sections(edition, scope, entries),
        }
    }

    /// The articles in the order of the book.
    pub(crate) fn articles(&self) -> impl Iterator<Item = &'a (Listing, Document)> {
        self.sections
            .iter()
            .flat_map(|section| section.articles.iter().copied())
    }

    /// When the newest of its articles changed, and with it the book.
    pub(crate) fn changed(&self) -> Timestamp {
        let changes = self
            .articles()
            .map(|(listing, document)| updated(listing, document));
        changes.max().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// When the newest of its articles was published.
    pub(crate) fn dated(&self) -> Timestamp {
        let dates = self.articles().map(|(_, document)| document.published);
        dates.max().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The names of its sources, in their order.
    pub(crate) fn sources(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (listing, _) in self.articles() {
            let name = one_line(self.edition.source_name(&listing.source)).into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// The language of most articles; the first to come where several are as frequent.
fn language(edition: &Edition, entries: &[(Listing, Document)]) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for language in entries
        .iter()
        .filter_map(|(listing, _)| edition.language_of(listing))
    {
        match counts.iter_mut().find(|(known, _)| *known == language) {
            Some((_, count)) => *count += 1,
            None => counts.push((language, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    let found = counts.into_iter().find(|(_, count)| Some(*count) == most);
    found
        .map(|(language, _)| language)
        .or_else(|| language_tag(&edition.language))
        .unwrap_or_else(|| "en".to_owned())
}

/// By source, in the edition's order and then those that are no longer followed; a source's own book by day.
fn sections<'a>(
    edition: &Edition,
    scope: &Scope,
    entries: &'a [(Listing, Document)],
) -> Vec<Section<'a>> {
    let calendar = &choose(&edition.language).calendar;
    let mut sections: Vec<(String, Section<'a>)> = Vec::new();
    for entry in entries {
        let (key, title) = match scope {
            Scope::Source(_) => {
                let date = entry.1.published.to_zoned(edition.time_zone.clone()).date();
                (date.to_string(), calendar.long(date))
            }
            Scope::Day(_) | Scope::Week(_) => {
                let slug = &entry.0.source;
                (
                    slug.clone(),
                    one_line(edition.source_name(slug)).into_owned(),
                )
            }
        };
        match sections.iter_mut().find(|(known, _)| *known == key) {
            Some((_, section)) => section.articles.push(entry),
            None => sections.push((
                key,
                Section {
                    title,
                    articles: vec![entry],
                },
            )),
        }
    }
    let place = |slug: &str| {
        edition
            .sources
            .iter()
            .position(|source| source.slug == slug)
    };
    sections.sort_by_key(|(slug, _)| match scope {
        Scope::Source(_) => (0, String::new()),
        Scope::Day(_) | Scope::Week(_) => (place(slug).unwrap_or(usize::MAX), slug.clone()),
    });
    sections.into_iter().map(|(_, section)| section).collect()
}
