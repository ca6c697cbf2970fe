//! The search page, and the parts of the search index that name sources and documents as the site shows them.

use serde::Serialize;

use crate::display::{one_line, title};
use crate::edition::{Listing, OutputFile};
use crate::paths;
use crate::search::entries::{self, Entry, Manifest};
use crate::search::fold;
use crate::search::query::days_since_1970;
use crate::site::frame::{Frame, Place};
use crate::site::overview::Link;
use crate::site::templates::{Name, TemplateError};
use crate::site::{Site, SourceSummary};
use crate::words::SearchWords;

#[derive(Serialize)]
struct SearchPage<'a> {
    frame: Frame<'a>,
    words: &'static SearchWords,
    script: &'a str,
    sources: Vec<Choice<'a>>,
    saved: Vec<Link>,
}

#[derive(Serialize)]
struct Choice<'a> {
    slug: &'a str,
    name: String,
}

impl Site<'_> {
    /// The search page.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn search(&self) -> Result<OutputFile, TemplateError> {
        let path = paths::SEARCH;
        let mut frame = self.frame(path, self.words.search.title, None);
        frame.place = Place::Search;
        frame.policy = self.shared.search_policy().into();
        let sources = self.edition.sources.iter().map(|source| Choice {
            slug: &source.slug,
            name: one_line(&source.name).into_owned(),
        });
        let page = SearchPage {
            frame,
            words: &self.words.search,
            script: self.shared.search_script(),
            sources: sources.collect(),
            saved: self.saved_links(path),
        };
        self.render(Name::Search, path.to_owned(), &page)
    }

    /// The table by which the search page's script folds Chinese.
    #[must_use]
    pub fn search_table(&self) -> OutputFile {
        fold::table()
    }

    /// What the search index holds, with the latest published of its documents.
    #[must_use]
    pub fn search_manifest(
        &self,
        summaries: &[SourceSummary<'_>],
        newest: Option<&Listing>,
    ) -> OutputFile {
        let articles: u64 = summaries.iter().map(|summary| summary.articles).sum();
        let sources = summaries.iter().map(|summary| {
            let slug = summary.source.slug.clone();
            (slug, one_line(&summary.source.name).into_owned())
        });
        let manifest = Manifest {
            format: entries::FORMAT,
            count: u32::try_from(articles).unwrap_or(u32::MAX),
            newest: newest.map_or(0, |listing| self.search_day(listing)),
            sources: sources.collect(),
        };
        manifest.file()
    }

    /// A chunk of what the search shows, from the listings of its documents.
    #[must_use]
    pub fn search_chunk(&self, number: u32, listings: &[Listing]) -> OutputFile {
        let entries: Vec<Entry> = listings
            .iter()
            .map(|listing| {
                let shown = title(&listing.title, &listing.url);
                let day = self.search_day(listing);
                Entry::new(&listing.page(), shown, day, self.language_of(listing))
            })
            .collect();
        entries::chunk(number, &entries)
    }

    /// The day on which the edition says that a document was published, in days since 1970.
    #[must_use]
    pub fn search_day(&self, listing: &Listing) -> i32 {
        days_since_1970(self.date(listing)).unwrap_or_default()
    }
}
