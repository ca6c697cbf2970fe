//! The page of an article.

use jiff::Timestamp;
use minijinja::Value;
use serde::Serialize;
use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::subject::{self, Subject, SubjectKind};

use crate::display::{one_line, size, title};
use crate::edition::{ImagePolicy, Listing, Neighbours, OutputFile};
use crate::headings::{self, in_order};
use crate::paths;
use crate::pictures::Pictures;
use crate::site::frame::Frame;
use crate::site::line::Tongue;
use crate::site::metadata::{self, Metadata};
use crate::site::templates::{Name, TemplateError};
use crate::site::{Form, Site};

#[derive(Serialize)]
struct ArticlePage<'a> {
    frame: Frame<'a>,
    /// [`crate::words::ArticleWords`]
    words: Value,
    title: String,
    tongue: Tongue,
    source_href: String,
    source_name: String,
    byline: Option<Byline>,
    /// The articles of the day on which it was published.
    day_href: String,
    published: Moment,
    updated: Option<Moment>,
    captured: Option<Moment>,
    withdrawn: Option<Moment>,
    /// Safe: what the sanitiser let through, with the pictures rewritten.
    body: Value,
    /// Safe: rules that colour the places of pictures until they are there.
    style: Value,
    media: Vec<Media<'a>>,
    tags: Vec<Filed>,
    origin: Option<&'a str>,
    origin_host: String,
    document: Option<String>,
    history: Option<String>,
    /// The page of its versions.
    revisions: Option<String>,
    same_story: Vec<Elsewhere>,
    previous: Option<Beside>,
    next: Option<Beside>,
    metadata: Metadata,
}

/// Who wrote it, with the words around and between the names.
#[derive(Serialize)]
struct Byline {
    before: String,
    between: &'static str,
    authors: Vec<Filed>,
    after: String,
}

/// A tag or an author, and the other articles under that name.
#[derive(Serialize)]
struct Filed {
    name: String,
    href: Option<String>,
}

/// The names that an article is filed under.
struct Names {
    authors: Vec<Filed>,
    tags: Vec<Filed>,
}

/// A time as readers read it and as machines do.
#[derive(Serialize)]
pub(crate) struct Moment {
    exact: String,
    shown: String,
}

/// A sound or film that belongs to the article.
#[derive(Serialize)]
struct Media<'a> {
    href: &'a str,
    media_type: &'a str,
    /// What it is called.
    word: &'static str,
    host: &'a str,
    /// Its length, where the feed told it.
    size: Option<String>,
    /// Whether it can be heard on the page: not in the text edition, nor where nothing is loaded from elsewhere.
    player: bool,
}

/// The article before or after.
#[derive(Serialize)]
struct Beside {
    href: String,
    title: String,
    tongue: Tongue,
}

/// The same story in another source.
#[derive(Serialize)]
struct Elsewhere {
    source: String,
    article: Beside,
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
        let names = self.names(&path, &document.trailer);
        let document = &*self.edition.document(listing, document);
        let trailer = &document.trailer;
        let title = title(&document.title, document.url.as_str());
        let pictures = self.pictures(&path);
        let body = body(document, &pictures);
        let style = pictures.style();
        let mut frame = self.article_frame(&path, &title, (listing, document));
        if !style.is_empty() {
            frame.allow_style(&style);
        }
        let page = ArticlePage {
            frame,
            words: self.shared.article.clone(),
            tongue: self.tongue(language.as_deref()),
            source_href: paths::link(&path, &paths::source(&listing.source)),
            source_name: one_line(self.edition.source_name(&listing.source)).into_owned(),
            byline: self.byline(names.authors),
            day_href: paths::link(&path, &paths::day(self.date(listing), 1)),
            published: self.moment(document.published),
            updated: trailer
                .modified
                .filter(|time| *time > document.published)
                .map(|time| self.moment(time)),
            captured: trailer.captured.map(|time| self.moment(time)),
            withdrawn: trailer.withdrawn.map(|time| self.moment(time)),
            body,
            style: Value::from_safe_string(style),
            media: self.media(document),
            tags: names.tags,
            origin: matches!(document.url.scheme(), "http" | "https")
                .then_some(document.url.as_str()),
            origin_host: document.url.host_str().unwrap_or_default().to_owned(),
            document: paths::in_git(self.edition.document_url.as_deref(), listing),
            history: paths::in_git(self.edition.history_url.as_deref(), listing),
            revisions: neighbours
                .revised
                .then(|| self.link_out(&path, &paths::revisions(&path))),
            same_story: neighbours
                .same_story
                .iter()
                .map(|other| self.elsewhere(&path, other))
                .collect(),
            previous: neighbours.previous.map(|beside| self.beside(&path, beside)),
            next: neighbours.next.map(|beside| self.beside(&path, beside)),
            metadata: self.metadata(listing, document, &pictures),
            title,
        };
        self.render(Name::Article, path.clone(), &page)
    }

    fn pictures(&self, path: &str) -> Pictures<'_> {
        match self.form {
            Form::Full => Pictures::on_page(self.edition, &paths::root(&self.place(path))),
            Form::Text => Pictures::in_text(self.edition),
        }
    }

    fn article_frame(
        &self,
        path: &str,
        title: &str,
        (listing, document): (&Listing, &Document),
    ) -> Frame<'_> {
        let mut frame = self.frame(path, title, Some(&listing.source));
        frame.description = metadata::description(document);
        // An article weighs as little as it can; the pages that list it lead to the books.
        frame.books = None;
        if !self.edition.is_chinese(listing) {
            frame.scripts.clear();
        }
        frame
    }

    /// What is attached to an article. A reader's browser asks for nothing of it before the reader does.
    fn media<'d>(&self, document: &'d Document) -> Vec<Media<'d>> {
        let plays = self.form == Form::Full && self.edition.images != ImagePolicy::None;
        let media = document.trailer.enclosures.iter().map(|enclosure| Media {
            href: enclosure.url().as_str(),
            media_type: enclosure.media_type(),
            word: match enclosure.is_audio() {
                true => self.words.article.audio,
                false => self.words.article.video,
            },
            host: enclosure.url().host_str().unwrap_or_default(),
            size: enclosure.length().map(size),
            player: plays && enclosure.is_audio(),
        });
        media.collect()
    }

    /// What an article is filed under: by the names that it was written with, which the slugs are made from.
    fn names(&self, path: &str, trailer: &Trailer) -> Names {
        let subjects = subject::subjects(trailer);
        Names {
            authors: self.filed(path, SubjectKind::Author, (&trailer.authors, &subjects)),
            tags: self.filed(path, SubjectKind::Tag, (&trailer.tags, &subjects)),
        }
    }

    /// Names as links to what else is filed under them, where the archive files the article under that name.
    fn filed(
        &self,
        path: &str,
        kind: SubjectKind,
        (names, subjects): (&[String], &[Subject]),
    ) -> Vec<Filed> {
        let names = names.iter().map(|name| {
            let slug = subject::slug(name).filter(|slug| {
                let is_this = |subject: &Subject| subject.kind == kind && subject.slug == *slug;
                subjects.iter().any(is_this)
            });
            Filed {
                href: slug.map(|slug| paths::link(path, &paths::subject(kind, &slug))),
                name: one_line(&self.edition.name(name)).into_owned(),
            }
        });
        names.filter(|filed| !filed.name.is_empty()).collect()
    }

    fn byline(&self, authors: Vec<Filed>) -> Option<Byline> {
        let words = &self.words.article;
        let (before, after) = words.by.split_once("{names}").unwrap_or((words.by, ""));
        (!authors.is_empty()).then(|| Byline {
            before: before.to_owned(),
            between: words.and,
            authors,
            after: after.to_owned(),
        })
    }

    pub(crate) fn moment(&self, time: Timestamp) -> Moment {
        Moment {
            exact: time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            shown: self.words.calendar.moment(time, &self.edition.time_zone),
        }
    }

    fn elsewhere(&self, path: &str, listing: &Listing) -> Elsewhere {
        Elsewhere {
            source: one_line(self.edition.source_name(&listing.source)).into_owned(),
            article: self.beside(path, listing),
        }
    }

    fn beside(&self, path: &str, listing: &Listing) -> Beside {
        Beside {
            href: self.article_link(path, listing),
            title: title(&self.edition.text_of(listing, &listing.title), &listing.url),
            tongue: self.tongue(self.language_of(listing).as_deref()),
        }
    }
}

/// The text as it stands on a page: safe, because it is what the sanitiser let through.
fn body(document: &Document, pictures: &Pictures<'_>) -> Value {
    let body = pictures.publish(document);
    Value::from_safe_string(in_order(&body, headings::PAGE).into_owned())
}
