//! The static site: front page, source pages, article pages, and what stands beside them.
//!
//! Every page works without script, below any path and from `file://`, and loads nothing from a third party but the
//! pictures that the edition's policy lets through. Foreign text is escaped by the templates.

mod article;
mod assets;
pub mod books;
pub mod dates;
mod frame;
mod furniture;
mod line;
mod metadata;
mod offline;
mod overview;
pub mod removed;
pub mod revisions;
mod saved;
mod search;
mod single;
pub mod subject;
pub mod templates;

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::edition::{Edition, Listing, OutputFile, SourceInfo};
use crate::paths;
use crate::site::templates::{Name, TemplateError, Templates};
use crate::words::{Words, choose};

/// How many articles the front page shows.
pub const FRONT_ARTICLES: usize = 60;
/// How many articles the front page of a source shows.
pub const SOURCE_ARTICLES: usize = 60;
/// How many articles a numbered page holds. It may never change: the pages would no longer hold what they held.
pub const PAGE_ARTICLES: u64 = 100;

/// An edition made ready to be written: its words chosen, its templates parsed, its assets named.
pub struct Site<'a> {
    edition: &'a Edition,
    words: &'static Words,
    templates: Arc<Templates>,
    shared: frame::Shared,
    form: Form,
}

/// In which form pages are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With style, pictures and script.
    Full,
    /// Text and links alone, below [`paths::in_text`].
    Text,
}

/// What the overview pages tell of a source.
#[derive(Clone, Debug)]
pub struct SourceSummary<'a> {
    /// The source; one that is no longer followed is told by its slug alone.
    pub source: &'a SourceInfo,
    /// How many of its articles are archived.
    pub articles: u64,
    /// When the newest of them was published.
    pub newest: Option<Timestamp>,
    /// When one of them was last archived.
    pub archived: Option<Timestamp>,
}

impl<'a> Site<'a> {
    /// The edition with these templates.
    #[must_use]
    pub fn new(edition: &'a Edition, templates: Templates) -> Site<'a> {
        let words = choose(&edition.language);
        let shared = frame::Shared::new(edition, words);
        Site {
            edition,
            words,
            templates: Arc::new(templates),
            shared,
            form: Form::Full,
        }
    }

    /// The text edition: [`Site::front`], [`Site::source`], [`Site::source_page`] and [`Site::article`] make its pages.
    /// `None` where the edition has none.
    #[must_use]
    pub fn text(&self) -> Option<Site<'a>> {
        self.edition
            .text
            .then(|| self.sharing_templates(self.edition, Form::Text))
    }

    /// The edition in a script, as [`Edition::in_script`] makes it; all but [`Site::revisions`], the search, the books
    /// and what stands once at the root is made for it.
    #[must_use]
    pub fn in_script<'e>(&self, edition: &'e Edition) -> Site<'e> {
        self.sharing_templates(edition, Form::Full)
    }

    fn sharing_templates<'e>(&self, edition: &'e Edition, form: Form) -> Site<'e> {
        let words = choose(&edition.language);
        Site {
            edition,
            words,
            templates: Arc::clone(&self.templates),
            shared: frame::Shared::new(edition, words),
            form,
        }
    }

    fn render(
        &self,
        name: Name,
        path: String,
        page: &impl Serialize,
    ) -> Result<OutputFile, TemplateError> {
        let bytes = self.templates.render(name, self.form, page)?;
        let path = self.place(&path);
        Ok(OutputFile { path, bytes })
    }

    /// Where a page stands in this form and script.
    #[must_use]
    pub fn place(&self, path: &str) -> String {
        match self.form {
            Form::Full => self.edition.place(path),
            Form::Text => self.edition.place(&paths::in_text(path)),
        }
    }

    /// Whether an article has a page in this form and script.
    #[must_use]
    pub fn has_page(&self, listing: &Listing) -> bool {
        self.edition.has_page(listing)
    }

    /// The link from a page to what stands once for all forms and scripts.
    fn link_out(&self, from: &str, to: &str) -> String {
        paths::link(&self.place(from), to)
    }

    /// The link from a page to an article's, which is elsewhere where this script has none of it.
    fn article_link(&self, from: &str, listing: &Listing) -> String {
        let page = listing.page();
        match self.form {
            _ if self.has_page(listing) => paths::link(from, &page),
            Form::Full => self.link_out(from, &page),
            Form::Text => self.link_out(from, &paths::in_text(&page)),
        }
    }
}

/// The numbered page that holds an article, from its place in the order of archiving.
#[must_use]
pub fn page_of(number: u64) -> u64 {
    number.saturating_sub(1) / PAGE_ARTICLES + 1
}

/// The places in the order of archiving that a numbered page holds.
#[must_use]
pub fn numbers_of(page: u64) -> std::ops::Range<u64> {
    let first = page.saturating_sub(1) * PAGE_ARTICLES + 1;
    first..first + PAGE_ARTICLES
}
