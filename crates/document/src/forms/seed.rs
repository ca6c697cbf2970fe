//! The first form: epoch, link, rule, a blank line, the body on one line.

use jiff::Timestamp;
use url::Url;

use super::{Foreign, ForeignError, Form};
use crate::document::{Document, read_header};

/// Reads a file of the first form.
pub(super) fn read(bytes: &[u8]) -> Result<Foreign, ForeignError> {
    let header = read_header(bytes).map_err(|_| ForeignError::NotAnArticle)?;
    let text = String::from_utf8_lossy(bytes);
    let body = text.splitn(5, '\n').nth(4).unwrap_or_default();
    let url = Url::parse(&header.url).map_err(|_| ForeignError::NoUrl)?;
    Ok(Foreign {
        form: Form::Seed,
        published: Some(header.published),
        title: header.title,
        url,
        source: None,
        authors: Vec::new(),
        body_html: body.trim_end().to_owned(),
        repairs: Vec::new(),
    })
}

/// The document in the first form, byte for byte as a first mirror would write it.
pub fn write_seed(document: &Document) -> Vec<u8> {
    let published: Timestamp = document.published;
    let body: String = document.body.blocks().collect();
    format!(
        "<!--{}-->\n[{}]({})\n------\n\n{body}\n",
        published.as_millisecond(),
        document.title.trim(),
        document.url,
    )
    .into_bytes()
}
