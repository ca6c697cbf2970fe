//! One archived article and its file, which a person can read on any git host.
//!
//! The file is a superset of the format that the first mirrors wrote: the publication time in a
//! comment, the title as a link, a rule, the body as HTML, and then, in documents of our own, a
//! comment that holds what the head cannot. A file of theirs is a valid document.

pub mod enclosure;
mod header;
#[cfg(test)]
mod tests;
mod trailer;

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use url::Url;

use crate::clean::{CleanHtml, clean};
use crate::document::enclosure::Enclosure;

/// The version of the format, the trailer's last line.
pub const FORMAT: u32 = 1;

/// One archived article.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// When it was published, to the millisecond.
    pub published: Timestamp,
    /// Plain text on one line.
    pub title: String,
    /// Where its publisher serves it.
    pub url: Url,
    /// The article itself.
    pub body: CleanHtml,
    /// All else that is known of it.
    pub trailer: Trailer,
}

/// What is known of an article beside time, title, address and body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trailer {
    /// The slug of the source that told it.
    pub source: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Its language, a BCP 47 tag.
    pub language: Option<String>,
    /// When its publisher says that it was last changed.
    pub modified: Option<Timestamp>,
    /// When it was fetched.
    pub captured: Option<Timestamp>,
    /// The picture that stands for it.
    pub image: Option<Url>,
    /// Its publisher's subjects.
    pub tags: Vec<String>,
    /// Plain text that stands for it in lists.
    pub summary: Option<String>,
    /// Sounds and films that its feed attaches to it.
    pub enclosures: Vec<Enclosure>,
    /// Fingerprint of the feed entry that it was made from, 16 hexadecimal digits: a round without
    /// an index does not fetch it again.
    pub entry: Option<String>,
    /// When its publisher took it back.
    pub withdrawn: Option<Timestamp>,
    /// Keys that this version does not know, and known ones whose value it could not read, in order.
    pub rest: Vec<(String, String)>,
}

/// What a list needs of a document: everything but the body.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// When it was published, to the millisecond.
    pub published: Timestamp,
    /// Plain text on one line.
    pub title: String,
    /// Where its publisher serves it, as the file has it.
    pub url: String,
    /// All else that is known of it.
    pub trailer: Trailer,
}

/// Why bytes are no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The first line is no publication time.
    #[error("the first line is not `<!--milliseconds-->`")]
    Published,
    /// The second line is no link.
    #[error("the second line is not `[title](address)`")]
    Link,
    /// The link's address is none.
    #[error("`{0}` is not an address")]
    Url(String),
    /// Written by a later version of the program.
    #[error(
        "written in format {0}, which is newer than this program's {FORMAT}; update the program"
    )]
    Newer(u32),
}

/// What was amiss in a document that could be read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Bytes that are not UTF-8 were replaced.
    NotUtf8,
    /// The rule under the title is missing.
    NoRule,
    /// The body held markup that the sanitiser does not leave as it is.
    Body,
    /// A line of the trailer that is no `key: value`, or a known key with a value that is none.
    Trailer(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NotUtf8 => formatter.write_str("bytes that are not UTF-8 were replaced"),
            Problem::NoRule => formatter.write_str("the rule under the title is missing"),
            Problem::Body => formatter.write_str("the body had to be sanitised"),
            Problem::Trailer(line) => {
                write!(formatter, "the trailer's `{line}` was not understood")
            }
        }
    }
}

impl Document {
    /// Reads a document, sanitising its body again, with what was amiss in it.
    ///
    /// # Errors
    ///
    /// When head or address cannot be read, or the format is newer than [`FORMAT`].
    pub fn parse(bytes: &[u8]) -> Result<(Document, Vec<Problem>), DocumentError> {
        let text = text_of(bytes);
        let (header, body, mut problems) = header::split(&text)?;
        if matches!(text, Cow::Owned(_)) {
            problems.push(Problem::NotUtf8);
        }
        let url = Url::parse(&header.url).map_err(|_| DocumentError::Url(header.url.clone()))?;
        let clean_body = clean(body, Some(&url));
        if clean_body.as_str() != body {
            problems.push(Problem::Body);
        }
        let document = Document {
            published: header.published,
            title: header.title,
            url,
            body: clean_body,
            trailer: header.trailer,
        };
        Ok((document, problems))
    }

    /// The document's file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = String::with_capacity(self.body.as_str().len() + 512);
        header::write(self, &mut file);
        file.push_str(self.body.as_str());
        file.push_str(if self.body.is_empty() { "\n" } else { "\n\n" });
        trailer::write(&self.trailer, &mut file);
        file.into_bytes()
    }

    /// Whether both tell the same: title, address, body, authors and withdrawal are equal. Times
    /// of capture and the like are no part of what an article says.
    pub fn same_article(&self, other: &Document) -> bool {
        self.title == other.title
            && self.url == other.url
            && self.body == other.body
            && self.trailer.authors == other.trailer.authors
            && self.trailer.withdrawn == other.trailer.withdrawn
    }
}

/// Reads a document's head and trailer alone; the body is not looked at.
///
/// # Errors
///
/// As [`Document::parse`], save that the address is not checked.
pub fn read_header(bytes: &[u8]) -> Result<Header, DocumentError> {
    let (header, _, _) = header::split(&text_of(bytes))?;
    Ok(header)
}

/// A file's text, what is not UTF-8 replaced. Nearly all is, and the lossy way takes three times as long to find it so.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    simdutf8::basic::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}
