//! What was found on a page, as JSON. The fields of a batch are those that evaluations of extractors read.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;
use wirecopy_extract::{Article, Rejection};

/// The word for a page that has an article.
const ARTICLE: &str = "article";

/// A page's article, or what the page is instead. A field that the page does not give is null.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Record {
    /// `article`, or what the page is instead.
    pub(super) kind: &'static str,
    /// What showed that there is no article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<String>,
    pub(super) title: Option<String>,
    pub(super) author: Vec<String>,
    /// RFC 3339, in the offset that the page gave.
    pub(super) date: Option<String>,
    /// RFC 3339, in UTC.
    pub(super) modified: Option<String>,
    /// BCP 47.
    pub(super) language: Option<String>,
    pub(super) site_name: Option<String>,
    pub(super) canonical_url: Option<String>,
    /// Where the article goes on, for one that is parted into several pages.
    pub(super) next_page: Option<String>,
    pub(super) image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_caption: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) tags: Vec<String>,
    /// The text, one block a line, without captions; of a front page or a list, what it lists.
    pub(super) body: String,
    /// Sanitised, one block a line, with captions.
    pub(super) html: String,
}

impl Record {
    pub(super) fn of(found: &Result<Article, Rejection>) -> Record {
        match found {
            Ok(article) => Record::of_article(article),
            Err(rejection) => Record {
                kind: rejection.kind.word(),
                evidence: Some(rejection.evidence.clone()),
                ..rejection
                    .page
                    .as_deref()
                    .map(Record::of_article)
                    .unwrap_or_default()
            },
        }
    }

    pub(super) fn of_article(article: &Article) -> Record {
        let offset = article.published_offset.unwrap_or(Offset::UTC);
        let written = |time: Timestamp| time.display_with_offset(offset).to_string();
        let image = article.lead_image.as_ref();
        Record {
            kind: ARTICLE,
            evidence: None,
            title: Some(article.title.clone()).filter(|title| !title.is_empty()),
            author: article.authors.clone(),
            date: article.published.map(written),
            modified: article.modified.map(|time| time.to_string()),
            language: article.language.clone(),
            site_name: article.site_name.clone(),
            canonical_url: article.canonical_url.as_ref().map(ToString::to_string),
            next_page: article.next_page.as_ref().map(ToString::to_string),
            image: image.map(|picture| picture.url.to_string()),
            image_caption: image
                .map(|picture| picture.caption.clone())
                .filter(|caption| !caption.is_empty()),
            summary: article.summary.clone(),
            tags: article.tags.clone(),
            body: article.text.clone(),
            html: article.body.as_str().to_owned(),
        }
    }
}
