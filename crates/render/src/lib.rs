//! An extracted article in the forms that programs read: text, Markdown, HTML, JSON, CSV, XML and TEI.
//!
//! The forms with fields follow trafilatura's, so that what reads those reads these. Pure: an article in, a
//! text out.

mod body;
mod fields;
mod head;
mod parts;
mod table;
mod tei;
mod xml;

pub use fields::{DateChoice, Fields};
pub use parts::Parts;

use wirecopy_document::clean::CleanHtml;
use wirecopy_extract::{Article, markdown};

/// What an article is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One block a line; Markdown where links, formatting or pictures are asked for.
    Text,
    /// CommonMark with tables, strikethrough and footnotes.
    Markdown,
    /// A whole HTML file.
    Html,
    /// One JSON value.
    Json,
    /// One line of values between tabs, without a header.
    Csv,
    /// A flat XML document, its fields as attributes.
    Xml,
    /// TEI P5: `TEI/teiHeader/text/body`.
    Tei,
}

/// What of an article is written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the body may hold.
    pub parts: Parts,
    /// Whether the fields stand with the text. CSV and TEI always have them.
    pub metadata: bool,
}

/// An article on its way into one of the forms.
struct Work<'a> {
    fields: &'a Fields,
    body: CleanHtml,
    text: String,
    options: &'a Options,
}

/// The article with these fields in a form, without a newline at the end.
pub fn render(form: Form, article: &Article, fields: &Fields, options: &Options) -> String {
    let body = options.parts.of(&article.body);
    let work = Work {
        text: options.parts.text(article, &body),
        fields,
        body,
        options,
    };
    match form {
        Form::Text => head::before(&work, &work.text),
        Form::Markdown => head::before(&work, &markdown(&work.body)),
        Form::Html => head::html(&work),
        Form::Json => table::json(&work),
        Form::Csv => table::csv(&work),
        Form::Xml => xml::document(&work),
        Form::Tei => tei::document(&work),
    }
}
