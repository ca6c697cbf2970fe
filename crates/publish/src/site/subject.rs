//! Tags and authors: the list of each, the newest articles under one, and its numbered pages.

use serde::Serialize;
use wirecopy_document::subject::{Subject, SubjectKind};

use crate::display::one_line;
use crate::edition::{Listing, OutputFile};
use crate::feed::Channel;
use crate::paths;
use crate::site::frame::{FeedLink, Frame};
use crate::site::line::{Columns, Day};
use crate::site::overview::{Link, NumberedPage, linked_pages};
use crate::site::templates::{Name, TemplateError};
use crate::site::{Site, page_of};

/// How many articles the first page of a subject shows; one of no more has no numbered pages.
pub const SUBJECT_ARTICLES: u64 = 60;
/// How many subjects a list of them shows, those of most articles first.
pub const SUBJECTS_LISTED: usize = 400;

/// A subject and how many articles are filed under it.
#[derive(Clone, Debug)]
pub struct SubjectSummary {
    /// Which.
    pub subject: Subject,
    /// How many.
    pub articles: u64,
}

#[derive(Serialize)]
struct SubjectsPage<'a> {
    frame: Frame<'a>,
    archive: Link,
    heading: &'static str,
    subjects: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    href: String,
    name: String,
    articles: u64,
}

#[derive(Serialize)]
struct SubjectPage<'a> {
    frame: Frame<'a>,
    parent: Link,
    name: String,
    articles: u64,
    days: Vec<Day>,
    pages: Vec<Link>,
}

/// The numbered pages that a subject of so many articles has.
#[must_use]
pub fn subject_pages(articles: u64) -> u64 {
    if articles > SUBJECT_ARTICLES {
        page_of(articles)
    } else {
        0
    }
}

impl Site<'_> {
    /// The subjects of a kind, those of most articles first.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn subjects(
        &self,
        kind: SubjectKind,
        subjects: &[SubjectSummary],
    ) -> Result<OutputFile, TemplateError> {
        let path = paths::subjects(kind);
        let heading = self.subjects_name(kind);
        let entries = subjects.iter().map(|summary| Entry {
            href: paths::link(&path, &paths::subject(kind, &summary.subject.slug)),
            name: self.subject_name(&summary.subject),
            articles: summary.articles,
        });
        let page = SubjectsPage {
            frame: self.frame(&path, heading, None),
            archive: Link {
                href: paths::link(&path, paths::ARCHIVE),
                text: self.words.navigation.archive.to_owned(),
            },
            heading,
            subjects: entries.collect(),
        };
        self.render(Name::Subjects, path.clone(), &page)
    }

    /// The newest articles under a subject, newest first, and the way to its numbered pages.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn subject(
        &self,
        SubjectSummary { subject, articles }: &SubjectSummary,
        newest: &[Listing],
    ) -> Result<OutputFile, TemplateError> {
        let (kind, slug) = (subject.kind, &subject.slug);
        let path = paths::subject(kind, slug);
        let pages = linked_pages(subject_pages(*articles))
            .map(|page| self.page_link(&path, paths::subject_page(kind, slug, page), page));
        let mut frame = self.frame(&path, &self.subject_name(subject), None);
        if self.edition.tag_feeds && kind == SubjectKind::Tag {
            let channel = Channel::Subject(subject);
            let feed = FeedLink {
                title: self.subject_name(subject),
                atom: paths::link(&path, &channel.atom()),
                json: paths::link(&path, &channel.json()),
            };
            frame.feeds.insert(0, feed);
        }
        let page = SubjectPage {
            frame,
            parent: self.subjects_link(&path, kind),
            name: self.subject_name(subject),
            articles: *articles,
            days: self.days(&path, newest, COLUMNS),
            pages: pages.collect(),
        };
        self.render(Name::Subject, path.clone(), &page)
    }

    /// A numbered page of a subject: the articles of [`crate::site::numbers_of`] in the order of archiving.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn subject_page(
        &self,
        SubjectSummary { subject, articles }: &SubjectSummary,
        number: u64,
        listings: &[Listing],
    ) -> Result<OutputFile, TemplateError> {
        let (kind, slug) = (subject.kind, &subject.slug);
        let path = paths::subject_page(kind, slug, number);
        let beside = |page: u64| paths::link(&path, &paths::subject_page(kind, slug, page));
        let heading = self.page_heading(number);
        let page = NumberedPage {
            frame: self.frame(
                &path,
                &format!("{} · {heading}", self.subject_name(subject)),
                None,
            ),
            parent: Link {
                href: paths::link(&path, &paths::subject(kind, slug)),
                text: self.subject_name(subject),
            },
            heading,
            days: self.days(&path, listings, COLUMNS),
            previous: (number > 1).then(|| beside(number - 1)),
            next: (number < subject_pages(*articles)).then(|| beside(number + 1)),
        };
        self.render(Name::Numbered, path.clone(), &page)
    }

    fn subject_name(&self, subject: &Subject) -> String {
        one_line(&self.edition.name(&subject.name)).into_owned()
    }

    /// What the subjects of a kind are called together.
    pub(crate) fn subjects_name(&self, kind: SubjectKind) -> &'static str {
        match kind {
            SubjectKind::Tag => self.words.navigation.tags,
            SubjectKind::Author => self.words.navigation.authors,
        }
    }

    fn subjects_link(&self, from: &str, kind: SubjectKind) -> Link {
        Link {
            href: paths::link(from, &paths::subjects(kind)),
            text: self.subjects_name(kind).to_owned(),
        }
    }
}

const COLUMNS: Columns = Columns {
    source: true,
    summaries: 0,
};
