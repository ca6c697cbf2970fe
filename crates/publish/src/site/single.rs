//! A day, a week or a source as one HTML file with the site's typography, which asks for nothing else: it can be
//! mailed, kept on a stick, and read where there is no line.

use minijinja::Value;
use serde::Serialize;
use wirecopy_document::document::Document;

use crate::book::xhtml::Manner;
use crate::book::{Book, Scope, leaves};
use crate::display::{one_line, title};
use crate::edition::{Listing, OutputFile};
use crate::paths;
use crate::site::Site;
use crate::site::article::Moment;
use crate::site::line::Tongue;
use crate::site::templates::{Name, TemplateError};
use crate::words::{ArticleWords, BookWords, Navigation, fill};

/// Nothing is loaded, and nothing runs.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/// The level of the headings over articles, below the file's own.
const HEADING: u8 = 2;

#[derive(Serialize)]
struct SinglePage<'a> {
    language: &'static str,
    direction: &'static str,
    policy: &'static str,
    /// Safe: the sheet cannot end its element.
    style: Value,
    noindex: bool,
    site_title: String,
    title: String,
    heading: String,
    count: usize,
    words: &'static BookWords,
    navigation: &'static Navigation,
    article: &'static ArticleWords,
    sections: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    title: &'a str,
    articles: Vec<Piece>,
}

#[derive(Serialize)]
struct Piece {
    anchor: String,
    title: String,
    tongue: Tongue,
    source: String,
    byline: Option<String>,
    published: Moment,
    withdrawn: bool,
    /// Safe: what the sanitiser let through, written anew.
    body: Value,
    origin: Option<String>,
    origin_host: String,
}

impl Site<'_> {
    /// The articles, oldest first (those of a source newest first), as one file.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn single(
        &self,
        scope: &Scope,
        entries: &[(Listing, Document)],
    ) -> Result<OutputFile, TemplateError> {
        let book = Book::new(self.edition, scope, entries);
        let mut number = 0;
        let sections = book.sections.iter().map(|section| Part {
            title: &section.title,
            articles: section
                .articles
                .iter()
                .map(|entry| {
                    number += 1;
                    self.piece(&book, number, entry)
                })
                .collect(),
        });
        let page = SinglePage {
            language: self.words.tag,
            direction: self.words.direction,
            policy: POLICY,
            style: Value::from_safe_string(self.style()),
            noindex: self.edition.noindex,
            site_title: one_line(&self.edition.title).into_owned(),
            sections: sections.collect(),
            title: book.title.clone(),
            heading: scope.title(self.words),
            count: entries.len(),
            words: &self.words.books,
            navigation: &self.words.navigation,
            article: &self.words.article,
        };
        self.render(Name::Single, paths::single(scope), &page)
    }

    /// The style sheet with the operator's; as text within the page it may not end its element.
    fn style(&self) -> String {
        String::from_utf8_lossy(&self.shared.assets.style.bytes).replace("</", "<\\/")
    }

    fn piece(&self, book: &Book<'_>, number: usize, entry: &(Listing, Document)) -> Piece {
        let (listing, document) = entry;
        let anchor = format!("a{number}");
        let manner = Manner {
            prefix: &format!("{anchor}-"),
            heading: HEADING,
            picture: &|_| None,
            left_out: self.words.article.picture,
        };
        let authors = document
            .trailer
            .authors
            .iter()
            .map(|name| one_line(name).into_owned());
        let authors: Vec<String> = authors.filter(|name| !name.is_empty()).collect();
        let words = &self.words.article;
        let byline = fill(words.by, "names", &authors.join(words.and));
        let is_web = matches!(document.url.scheme(), "http" | "https");
        Piece {
            title: title(&document.title, document.url.as_str()),
            tongue: self.tongue(self.language_of(listing).as_deref()),
            source: one_line(self.edition.source_name(&listing.source)).into_owned(),
            byline: (!authors.is_empty()).then_some(byline),
            published: self.moment(document.published),
            withdrawn: document.trailer.withdrawn.is_some(),
            body: Value::from_safe_string(leaves::body(book, document, &manner)),
            origin: is_web.then(|| document.url.to_string()),
            origin_host: document.url.host_str().unwrap_or_default().to_owned(),
            anchor,
        }
    }
}
