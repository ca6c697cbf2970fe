//! The page of the books that stand beside the site, and the ways to them from other pages.

use serde::Serialize;

use crate::book::opds::{Shelved, files};
use crate::book::{BookKind, Scope};
use crate::edition::OutputFile;
use crate::paths;
use crate::site::Site;
use crate::site::frame::Frame;
use crate::site::overview::Link;
use crate::site::templates::{Name, TemplateError};
use crate::words::BookWords;

/// Days that the page of books shows; the page of each day leads to its own.
pub const DAYS_SHOWN: usize = 60;
/// Weeks that it shows.
pub const WEEKS_SHOWN: usize = 26;

/// The books that the page shows.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// Of the days, newest first.
    pub days: Vec<Shelved>,
    /// Of the weeks, newest first.
    pub weeks: Vec<Shelved>,
    /// Of the sources, in their order.
    pub sources: Vec<Shelved>,
}

#[derive(Serialize)]
struct BooksPage<'a> {
    frame: Frame<'a>,
    words: &'static BookWords,
    catalogue: String,
    /// The same as OPDS 2.0.
    catalogue_2: String,
    shelves: Vec<ShelfPart>,
}

#[derive(Serialize)]
struct ShelfPart {
    anchor: &'static str,
    title: &'static str,
    books: Vec<BookLine>,
}

#[derive(Serialize)]
struct BookLine {
    title: String,
    articles: u64,
    files: Vec<Link>,
}

impl Site<'_> {
    /// The page of the books.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn books(&self, books: &Books) -> Result<OutputFile, TemplateError> {
        let path = paths::BOOKS;
        let words = &self.words.books;
        let shelves = [
            ("days", words.days, &books.days),
            ("weeks", words.weeks, &books.weeks),
            ("newest", words.newest_of, &books.sources),
        ];
        let shelves = shelves.into_iter().filter(|(.., books)| !books.is_empty());
        let page = BooksPage {
            frame: self.frame(path, words.books, None),
            words,
            catalogue: paths::link(path, paths::CATALOGUE),
            catalogue_2: paths::link(path, paths::CATALOGUE_2),
            shelves: shelves
                .map(|(anchor, title, books)| ShelfPart {
                    anchor,
                    title,
                    books: books
                        .iter()
                        .map(|book| self.book_line(path, book))
                        .collect(),
                })
                .collect(),
        };
        self.render(Name::Books, path.to_owned(), &page)
    }

    fn book_line(&self, from: &str, book: &Shelved) -> BookLine {
        BookLine {
            title: book.scope.title(self.words),
            articles: book.articles,
            files: self.book_links(from, &book.scope),
        }
    }

    /// The ways from a page to the files of a book; none where the edition has no such books.
    pub(crate) fn book_links(&self, from: &str, scope: &Scope) -> Vec<Link> {
        let words = &self.words.books;
        let link = |(kind, file, _): (BookKind, String, _)| Link {
            href: self.link_out(from, &file),
            text: match kind {
                BookKind::Page => words.single.to_owned(),
                BookKind::Day | BookKind::Week | BookKind::Source => words.epub.to_owned(),
            },
        };
        files(self.edition, scope).into_iter().map(link).collect()
    }
}
