//! The article: what a page is taken to say once everything around it is gone.

use jiff::Timestamp;
use jiff::tz::Offset;
use url::Url;
use wirecopy_document::clean::{CleanHtml, Picture};

/// An article as found on its page. Fields that the page does not give are absent, never guessed
/// from the clock.
#[derive(Clone, Debug)]
pub struct Article {
    /// The headline, without the site's name.
    pub title: String,
    /// People or agencies named as authors, in the page's order, each once.
    pub authors: Vec<String>,
    /// First publication.
    pub published: Option<Timestamp>,
    /// The offset from UTC in which the page wrote `published`, zero where it gave none: what day it
    /// was where the article appeared.
    pub published_offset: Option<Offset>,
    /// Last change that the page states.
    pub modified: Option<Timestamp>,
    /// BCP 47 tag, declared by the page or detected from the text.
    pub language: Option<String>,
    /// The publication's own name.
    pub site_name: Option<String>,
    /// The address that the page calls its own, absolute.
    pub canonical_url: Option<Url>,
    /// The picture that stands for the article.
    pub lead_image: Option<Picture>,
    /// The text, sanitised.
    pub body: CleanHtml,
    /// The text alone, one block a line: what a reader reads, without the captions that `body` keeps
    /// beside its pictures.
    pub text: String,
    /// The standfirst or description, plain text.
    pub summary: Option<String>,
    /// Keywords and sections as the page gives them.
    pub tags: Vec<String>,
    /// From 0 to 1: how likely the words of the text are to belong to the article, on average.
    pub confidence: f32,
}
