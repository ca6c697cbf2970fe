//! The pages that lead to articles: the front page, the list of sources, a source's front page and its numbered pages.

use jiff::Timestamp;
use serde::Serialize;

use crate::book::Scope;
use crate::display::one_line;
use crate::edition::{Listing, OutputFile, SourceInfo};
use crate::paths;
use crate::site::frame::{Frame, Place};
use crate::site::line::{Columns, Day};
use crate::site::templates::{Name, TemplateError};
use crate::site::{Site, SourceSummary, page_of};
use crate::words::fill;

/// How many lines of the front page carry a summary: those of the two upper rows.
const FRONT_SUMMARIES: usize = 6;
/// How many numbered pages a source's front page links; each page links its neighbours.
const PAGES_LINKED: u64 = 60;

#[derive(Serialize)]
struct FrontPage<'a> {
    frame: Frame<'a>,
    newest: Option<String>,
    sources: Vec<Link>,
    days: Vec<Day>,
}

/// A link within the site.
#[derive(Serialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) text: String,
}

#[derive(Serialize)]
struct SourcesPage<'a> {
    frame: Frame<'a>,
    sources: Vec<SourceRow>,
}

/// A source as a row of a table.
#[derive(Serialize)]
pub(crate) struct SourceRow {
    href: String,
    name: String,
    feed: String,
    origin: Option<String>,
    articles: u64,
    newest: Option<(String, String)>,
    archived: Option<(String, String)>,
}

#[derive(Serialize)]
struct SourcePage<'a> {
    frame: Frame<'a>,
    name: String,
    feed: String,
    origin: Option<String>,
    articles: u64,
    /// Its newest articles as a book.
    books: Vec<Link>,
    days: Vec<Day>,
    pages: Vec<Link>,
}

/// A page of a list in the order of archiving.
#[derive(Serialize)]
pub(crate) struct NumberedPage<'a> {
    pub(crate) frame: Frame<'a>,
    /// What the list is of.
    pub(crate) parent: Link,
    pub(crate) heading: String,
    pub(crate) days: Vec<Day>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// The numbered pages that the first page of a list of so many links: the first and the last ones, newest first.
pub(crate) fn linked_pages(last: u64) -> impl Iterator<Item = u64> {
    (1..=last)
        .rev()
        .filter(move |page| *page == 1 || page + PAGES_LINKED > last)
}

impl Site<'_> {
    /// The front page: the newest articles of all sources, newest first, by day.
    ///
    /// # Errors
    ///
    /// As for every page: only when an operator's template asks for what is not there.
    pub fn front(&self, newest: &[Listing]) -> Result<OutputFile, TemplateError> {
        let path = paths::FRONT;
        let mut frame = self.frame(path, &self.edition.title, None);
        frame.place = Place::Front;
        let sources = self.edition.sources.iter().map(|source| Link {
            href: paths::link(path, &paths::source(&source.slug)),
            text: one_line(&source.name).into_owned(),
        });
        let page = FrontPage {
            newest: newest
                .first()
                .map(|listing| self.words.calendar.long(self.date(listing))),
            sources: sources.collect(),
            days: self.days(
                path,
                newest,
                Columns {
                    source: true,
                    summaries: FRONT_SUMMARIES,
                },
            ),
            frame,
        };
        self.render(Name::Front, path.to_owned(), &page)
    }

    /// The list of all sources.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn sources(&self, summaries: &[SourceSummary<'_>]) -> Result<OutputFile, TemplateError> {
        let path = paths::SOURCES;
        let mut frame = self.frame(path, self.words.navigation.sources, None);
        frame.place = Place::Sources;
        let page = SourcesPage {
            frame,
            sources: self.source_rows(path, summaries),
        };
        self.render(Name::Sources, path.to_owned(), &page)
    }

    pub(crate) fn source_rows(
        &self,
        path: &str,
        summaries: &[SourceSummary<'_>],
    ) -> Vec<SourceRow> {
        let moment = |time: Timestamp| {
            (
                time.strftime("%Y-%m-%dT%H:%MZ").to_string(),
                self.words.calendar.moment(time, &self.edition.time_zone),
            )
        };
        let row = |summary: &SourceSummary<'_>| {
            let slug = &summary.source.slug;
            SourceRow {
                href: paths::link(path, &paths::source(slug)),
                name: one_line(&summary.source.name).into_owned(),
                feed: paths::link(path, &paths::atom(Some(slug))),
                origin: summary.source.site.as_ref().map(ToString::to_string),
                articles: summary.articles,
                newest: summary.newest.map(moment),
                archived: summary.archived.map(moment),
            }
        };
        summaries.iter().map(row).collect()
    }

    /// The front page of a source: its newest articles, newest first, and the way to its numbered pages.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn source(
        &self,
        summary: &SourceSummary<'_>,
        newest: &[Listing],
    ) -> Result<OutputFile, TemplateError> {
        let SourceInfo {
            slug, name, site, ..
        } = summary.source;
        let path = paths::source(slug);
        let pages = linked_pages(page_of(summary.articles));
        let page = SourcePage {
            frame: self.frame(&path, name, Some(slug)),
            name: one_line(name).into_owned(),
            feed: paths::link(&path, &paths::atom(Some(slug))),
            origin: site.as_ref().map(ToString::to_string),
            articles: summary.articles,
            books: if summary.articles > 0 {
                self.book_links(&path, &Scope::Source(summary.source.clone()))
            } else {
                Vec::new()
            },
            days: self.days(
                &path,
                newest,
                Columns {
                    source: false,
                    summaries: 0,
                },
            ),
            pages: pages
                .map(|page| self.page_link(&path, paths::source_page(slug, page), page))
                .collect(),
        };
        self.render(Name::Source, path, &page)
    }

    /// A numbered page of a source: the articles of [`crate::site::numbers_of`] in the order of archiving.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn source_page(
        &self,
        summary: &SourceSummary<'_>,
        number: u64,
        listings: &[Listing],
    ) -> Result<OutputFile, TemplateError> {
        let source = summary.source;
        let path = paths::source_page(&source.slug, number);
        let beside = |page: u64| paths::link(&path, &paths::source_page(&source.slug, page));
        let heading = self.page_heading(number);
        let page = NumberedPage {
            frame: self.frame(
                &path,
                &format!("{} · {heading}", source.name),
                Some(&source.slug),
            ),
            parent: Link {
                href: paths::link(&path, &paths::source(&source.slug)),
                text: one_line(&source.name).into_owned(),
            },
            heading,
            days: self.days(
                &path,
                listings,
                Columns {
                    source: false,
                    summaries: 0,
                },
            ),
            previous: (number > 1).then(|| beside(number - 1)),
            next: (number < page_of(summary.articles)).then(|| beside(number + 1)),
        };
        self.render(Name::Numbered, path, &page)
    }

    pub(crate) fn page_link(&self, from: &str, to: String, page: u64) -> Link {
        Link {
            href: paths::link(from, &to),
            text: self.page_heading(page),
        }
    }

    pub(crate) fn page_heading(&self, page: u64) -> String {
        fill(self.words.navigation.page, "number", &page.to_string())
    }
}
