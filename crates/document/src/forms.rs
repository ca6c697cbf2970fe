//! Archives of the mirrors that Wirecopy grew out of: each form is read without loss, and what was
//! amiss in a file is named, so that an import can count and repair it.

mod entities;
pub mod head;
pub mod jekyll;
pub mod lists;
mod markdown;
mod markup;
pub mod proxy;
pub mod repair;
pub mod seed;
pub mod submitted;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use url::Url;

use self::repair::Repair;

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
    /// As written, character references included.
    pub title: String,
    /// Where its publisher serves it; a URN of the file's path where the form does not tell.
    pub url: Url,
    /// The archive's own name for the source.
    pub source: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The body as the file has it, not sanitised.
    pub body_html: String,
    /// What the form itself shows to be amiss; [`repair::repaired`] finds the rest.
    pub repairs: Vec<Repair>,
}

/// Why a file is no article of a foreign archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignError {
    /// A list, a front page or another file that holds no article.
    #[error("not an article")]
    NotAnArticle,
    /// A list of articles.
    #[error("a list of articles")]
    List,
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
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let unix;
    let text = if text.contains("\r\n") {
        unix = text.replace("\r\n", "\n");
        &unix
    } else {
        text
    };
    if text.starts_with("---\n") {
        jekyll::read(text)
    } else if text.starts_with("<!--") {
        seed::read(path, text)
    } else if lists::List::read(text).is_some() {
        Err(ForeignError::List)
    } else if path.ends_with("README.md") {
        Err(ForeignError::NotAnArticle)
    } else {
        submitted::read(path, text)
    }
}

/// The name of the directory that a file lies in, which is its source's.
fn source_of_path(path: &str) -> Option<String> {
    let (directories, _) = path.rsplit_once('/')?;
    let name = directories.rsplit('/').next()?;
    (!name.is_empty() && name != "articles").then(|| name.to_owned())
}
