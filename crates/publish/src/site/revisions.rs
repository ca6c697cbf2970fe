//! The page of an article's versions: when each was recorded, and what it changed.

use jiff::Timestamp;
use serde::Serialize;
use wirecopy_document::document::Document;

use crate::difference::{Piece, difference};
use crate::display::{one_line, title};
use crate::edition::{Listing, OutputFile};
use crate::paths;
use crate::site::Site;
use crate::site::article::Moment;
use crate::site::frame::Frame;
use crate::site::line::Tongue;
use crate::site::templates::{Name, TemplateError};
use crate::words::ArticleWords;

/// Most versions that are compared, the latest ones; git has them all.
pub const REVISIONS_SHOWN: usize = 20;

/// One version of an article.
#[derive(Clone, Debug)]
pub struct Revision {
    /// When it was recorded.
    pub time: Timestamp,
    /// What was recorded.
    pub document: Document,
}

#[derive(Serialize)]
struct RevisionsPage<'a> {
    frame: Frame<'a>,
    words: &'static ArticleWords,
    article: String,
    title: String,
    tongue: Tongue,
    history: Option<String>,
    /// The latest first.
    changes: Vec<Change>,
    first: Moment,
}

#[derive(Serialize)]
struct Change {
    time: Moment,
    blocks: Vec<Vec<Part>>,
}

/// A piece of text in the element that it stands in, if any.
#[derive(Serialize)]
struct Part {
    element: Option<&'static str>,
    text: String,
}

impl Site<'_> {
    /// The page of an article's versions, oldest first as they are handed in; `None` where no version changed a word
    /// that a reader sees.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn revisions(
        &self,
        listing: &Listing,
        revisions: &[Revision],
    ) -> Result<Option<OutputFile>, TemplateError> {
        let changes = self.changes(revisions);
        let (Some(first), Some(last)) = (revisions.first(), revisions.last()) else {
            return Ok(None);
        };
        if changes.is_empty() {
            return Ok(None);
        }
        let article = listing.page();
        let path = paths::revisions(&article);
        let title = title(&last.document.title, last.document.url.as_str());
        let words = &self.words.article;
        let page = RevisionsPage {
            frame: self.frame(
                &path,
                &format!("{title} · {}", words.revisions),
                Some(&listing.source),
            ),
            words,
            article: paths::link(&path, &article),
            tongue: self.tongue(self.language_of(listing).as_deref()),
            history: paths::in_git(self.edition.history_url.as_deref(), listing),
            title,
            changes,
            first: self.moment(first.time),
        };
        self.render(Name::Revisions, path.clone(), &page).map(Some)
    }

    fn changes(&self, revisions: &[Revision]) -> Vec<Change> {
        let pairs = revisions.windows(2).rev().map(|pair| {
            let (before, after) = (Text::of(&pair[0].document), Text::of(&pair[1].document));
            let blocks = difference(&before.blocks(), &after.blocks());
            Change {
                time: self.moment(pair[1].time),
                blocks: blocks.into_iter().map(parts).collect(),
            }
        });
        pairs.filter(|change| !change.blocks.is_empty()).collect()
    }
}

/// What readers see of a document.
struct Text {
    title: String,
    body: String,
}

impl Text {
    fn of(document: &Document) -> Text {
        Text {
            title: title(&document.title, document.url.as_str()),
            body: document.body.text(),
        }
    }

    fn blocks(&self) -> Vec<&str> {
        let body = self.body.lines().map(str::trim);
        // A text that opens with its title is shown without it.
        let body = body
            .filter(|line| !line.is_empty())
            .skip_while(|line| *line == self.title);
        std::iter::once(self.title.as_str()).chain(body).collect()
    }
}

fn parts(pieces: Vec<Piece>) -> Vec<Part> {
    let part = |piece| {
        let (element, text) = match piece {
            Piece::Kept(text) => (None, text),
            Piece::Deleted(text) => (Some("del"), text),
            Piece::Inserted(text) => (Some("ins"), text),
        };
        let text = spaced(&text);
        Part { element, text }
    };
    pieces.into_iter().map(part).collect()
}

/// A piece fit for its line, with the spaces at its ends that part it from its neighbours.
fn spaced(text: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    let line = one_line(text);
    if line.is_empty() {
        return space(!text.is_empty()).to_owned();
    }
    let begins = text.starts_with(char::is_whitespace);
    let ends = text.ends_with(char::is_whitespace);
    format!("{}{line}{}", space(begins), space(ends))
}
