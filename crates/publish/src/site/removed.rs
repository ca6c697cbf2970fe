//! What stands in the place of an article that the operator took out: a page that says so, when and why, and the list
//! by which a server answers 410 or 451 there (RFC 9110 §15.5.11, RFC 7725). Neither tells what was taken out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wirecopy_document::identity::DocumentId;

use crate::display::one_line;
use crate::edition::OutputFile;
use crate::paths;
use crate::site::Site;
use crate::site::article::Moment;
use crate::site::frame::Frame;
use crate::site::templates::{Name, TemplateError};
use crate::words::RemovedWords;

/// An article that the operator took out.
#[derive(Clone, Copy, Debug)]
pub struct RemovedArticle<'a> {
    /// The identity that it had.
    pub id: DocumentId,
    /// The path of its document, where its tombstone lies.
    pub document: &'a str,
    /// When it was taken out.
    pub time: Timestamp,
    /// Why, as the operator has it.
    pub reason: &'a str,
    /// Whether the law asked for it.
    pub is_legal: bool,
}

/// The content of [`paths::REMOVED`]: what a server answers for the pages of an article, by its identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedList(pub BTreeMap<String, RemovedLine>);

/// One article of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedLine {
    /// The status: 410, or 451 where the law asked for it.
    pub status: u16,
    /// The page that says so.
    pub page: String,
}

#[derive(Serialize)]
struct RemovedPage<'a> {
    frame: Frame<'a>,
    words: &'static RemovedWords,
    removed: Moment,
    reason: String,
}

impl Site<'_> {
    /// The page in the place of an article.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn removed(&self, article: &RemovedArticle<'_>) -> Result<OutputFile, TemplateError> {
        let path = paths::article(article.document, article.id);
        let mut frame = self.frame(&path, self.words.removed.title, None);
        // There is no page in another form to lead to.
        (frame.other, frame.scripts) = (None, Vec::new());
        frame.noindex = true;
        let page = RemovedPage {
            frame,
            words: &self.words.removed,
            removed: self.moment(article.time),
            reason: one_line(article.reason).into_owned(),
        };
        self.render(Name::Removed, path, &page)
    }
}

impl RemovedList {
    /// The list of these articles.
    #[must_use]
    pub fn of(articles: &[RemovedArticle<'_>]) -> RemovedList {
        let line = |article: &RemovedArticle<'_>| {
            let line = RemovedLine {
                status: if article.is_legal { 451 } else { 410 },
                page: paths::article(article.document, article.id),
            };
            (article.id.to_string(), line)
        };
        RemovedList(articles.iter().map(line).collect())
    }

    /// The file of the list.
    #[must_use]
    pub fn file(&self) -> OutputFile {
        let bytes = serde_json::to_vec(self).expect("strings and numbers have a form in JSON");
        OutputFile {
            path: paths::REMOVED.to_owned(),
            bytes,
        }
    }
}
