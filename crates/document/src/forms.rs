//! Archives of the mirrors that Wirecopy grew out of: each form is read without loss, and what was
//! amiss in a file is named, so that an import can count and repair it.

pub mod head;
pub mod jekyll;
pub mod proxy;
pub mod seed;

use std::fmt;

use jiff::Timestamp;
use url::Url;

/// The forms in which a foreign archive holds articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// One Markdown file an article, as the first mirrors wrote it.
    Seed,
    /// A post for a site generator, with front matter.
    Jekyll,
    /// The answer of a queue of submitted addresses.
    Submitted,
}

/// One file of a foreign archive, as it tells of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// The form it was written in.
    pub form: Form,
    /// When the article was published.
    pub published: Option<Timestamp>,
    /// Plain text.
    pub title: String,
    /// Where its publisher serves it, image and page proxies undone.
    pub url: Url,
    /// The archive's own name for the source.
    pub source: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The body as the file has it, not sanitised.
    pub body_html: String,
    /// What is amiss in the file and what the repaired document mends.
    pub repairs: Vec<Repair>,
}

/// What was amiss in a file of a foreign archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repair {
    /// A post without the head of the first form.
    WithoutEpoch,
    /// The date of the front matter and the epoch are not the same moment.
    DateDiffers,
    /// Less than 150 characters of text.
    Stub,
    /// Brackets in the title, which break the link where the file is rendered.
    TitleBrackets,
    /// An embedded page, which becomes a link.
    Iframe,
    /// A script, which goes.
    Script,
    /// A style element, which goes.
    Style,
    /// A picture that waits for a script to load it.
    LazyImage,
    /// A picture in several sizes, of which the best is kept.
    Srcset,
    /// A picture without a source.
    ImageWithoutSource,
    /// A picture behind an image proxy.
    ProxiedImage,
    /// A second file of the same address with the same body.
    SameUrlSameBody,
    /// A second file of the same address with another body.
    SameUrlOtherBody,
}

impl fmt::Display for Repair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Repair::WithoutEpoch => "without epoch, link and rule",
            Repair::DateDiffers => "date differs from the epoch",
            Repair::Stub => "stub of less than 150 characters",
            Repair::TitleBrackets => "brackets in the title",
            Repair::Iframe => "embedded page made a link",
            Repair::Script => "script removed",
            Repair::Style => "style element removed",
            Repair::LazyImage => "lazy picture resolved",
            Repair::Srcset => "picture in several sizes, best kept",
            Repair::ImageWithoutSource => "picture without a source",
            Repair::ProxiedImage => "image proxy undone",
            Repair::SameUrlSameBody => "same address, same body",
            Repair::SameUrlOtherBody => "same address, another body: kept as a revision",
        })
    }
}

/// Why a file is no article of a foreign archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignError {
    /// A list, a front page or another file that holds no article.
    #[error("not an article")]
    NotAnArticle,
    /// An article's file without an address to know it by.
    #[error("no address to know the article by")]
    NoUrl,
}

/// Reads one file of a foreign archive; `path` is its place there, `/` between names.
///
/// # Errors
///
/// When the file is no article, or an article without an address.
pub fn read_foreign(path: &str, bytes: &[u8]) -> Result<Foreign, ForeignError> {
    let _ = path;
    seed::read(bytes)
}
