//! The page of an article.

use jiff::Timestamp;
use minijinja::Value;
use serde::Serialize;
use wirecopy_document::document::Document;

use crate::display::{one_line, title};
use crate::edition::{Listing, Neighbours, OutputFile};
use crate::paths;
use crate::pictures::Pictures;
use crate::site::Site;
use crate::site::frame::Frame;
use crate::site::line::Tongue;
use crate::site::metadata::{self, Metadata};
use crate::site::templates::{Name, TemplateError};
use crate::words::{ArticleWords, fill};

#[derive(Serialize)]
struct ArticlePage<'a> {
    frame: Frame<'a>,
    words: &'static ArticleWords,
    title: String,
    tongue: Tongue,
    source_href: String,
    source_name: String,
    byline: Option<String>,
    published: Moment,
    updated: Option<Moment>,
    captured: Option<Moment>,
    withdrawn: Option<Moment>,
    /// Safe: what the sanitiser let through, with the pictures rewritten.
    body: Value,
    tags: Vec<String>,
    origin: Option<&'a str>,
    origin_host: String,
    document: Option<String>,
    history: Option<String>,
    revisions: u32,
    previous: Option<Beside>,
    next: Option<Beside>,
    metadata: Metadata,
}

/// A time as readers read it and as machines do.
#[derive(Serialize)]
struct Moment {
    exact: String,
    shown: String,
}

/// The article before or after.
#[derive(Serialize)]
struct Beside {
    href: String,
    title: String,
    tongue: Tongue,
}

impl Site<'_> {
    /// The page of an article.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn article(
        &self,
        listing: &Listing,
        document: &Document,
        neighbours: Neighbours<'_>,
    ) -> Result<OutputFile, TemplateError> {
        let path = listing.page();
        let language = self.language_of(listing);
        let trailer = &document.trailer;
        let title = title(&document.title, document.url.as_str());
        let pictures = Pictures::on_page(self.edition, &paths::root(&path));
        let mut frame = self.frame(&path, &title, Some(&listing.source));
        frame.description = metadata::description(document);
        let page = ArticlePage {
            words: &self.words.article,
            tongue: self.tongue(language.as_deref()),
            source_href: paths::link(&path, &paths::source(&listing.source)),
            source_name: one_line(self.edition.source_name(&listing.source)).into_owned(),
            byline: self.byline(&trailer.authors),
            published: self.moment(document.published),
            updated: trailer
                .modified
                .filter(|time| *time > document.published)
                .map(|time| self.moment(time)),
            captured: trailer.captured.map(|time| self.moment(time)),
            withdrawn: trailer.withdrawn.map(|time| self.moment(time)),
            body: Value::from_safe_string(pictures.publish(document)),
            tags: trailer
                .tags
                .iter()
                .map(|tag| one_line(tag).into_owned())
                .collect(),
            origin: matches!(document.url.scheme(), "http" | "https")
                .then_some(document.url.as_str()),
            origin_host: document.url.host_str().unwrap_or_default().to_owned(),
            document: paths::in_git(self.edition.document_url.as_deref(), listing),
            history: paths::in_git(self.edition.history_url.as_deref(), listing),
            revisions: listing.revisions,
            previous: neighbours.previous.map(|beside| self.beside(&path, beside)),
            next: neighbours.next.map(|beside| self.beside(&path, beside)),
            metadata: self.metadata(listing, document, &pictures),
            title,
            frame,
        };
        self.render(Name::Article, path.clone(), &page)
    }

    fn byline(&self, authors: &[String]) -> Option<String> {
        let names: Vec<_> = authors
            .iter()
            .map(|name| one_line(name))
            .filter(|name| !name.is_empty())
            .collect();
        (!names.is_empty()).then(|| {
            fill(
                self.words.article.by,
                "names",
                &names.join(self.words.article.and),
            )
        })
    }

    fn moment(&self, time: Timestamp) -> Moment {
        Moment {
            exact: time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            shown: self.words.calendar.moment(time, &self.edition.time_zone),
        }
    }

    fn beside(&self, path: &str, listing: &Listing) -> Beside {
        Beside {
            href: paths::link(path, &listing.page()),
            title: title(&listing.title, &listing.url),
            tongue: self.tongue(self.language_of(listing).as_deref()),
        }
    }
}
