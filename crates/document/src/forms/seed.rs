//! The first form: epoch, link, rule, a blank line, and the body on one line.
//!
//! Title and address are raw: a title may hold brackets, and what ends it is the last `](`.

use std::fmt::Write;

use jiff::Timestamp;
use url::Url;

use super::{Foreign, ForeignError, Form, source_of_path};
use crate::document::Document;

/// A file of the first form, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed<'a> {
    /// Milliseconds since 1970 UTC.
    pub epoch: i64,
    /// As written, not escaped.
    pub title: &'a str,
    /// As written.
    pub url: &'a str,
    /// As written; one line in files of the first mirrors.
    pub body: &'a str,
}

impl Seed<'_> {
    /// The parts of a file; `None` where it is none of this form.
    pub fn read(text: &str) -> Option<Seed<'_>> {
        let (epoch, rest) = text.split_once('\n')?;
        let epoch = epoch
            .trim_end()
            .strip_prefix("<!--")?
            .strip_suffix("-->")?
            .parse()
            .ok()?;
        let (link, rest) = rest.split_once('\n')?;
        let (title, url) = link
            .trim_end()
            .strip_prefix('[')?
            .strip_suffix(')')?
            .rsplit_once("](")?;
        let (rule, rest) = rest.split_once('\n')?;
        (rule.trim_end() == "------").then_some(())?;
        let body = rest
            .strip_prefix('\n')
            .or_else(|| rest.strip_prefix("\r\n"))
            .unwrap_or(rest);
        Some(Seed {
            epoch,
            title,
            url,
            body: body.strip_suffix('\n').unwrap_or(body),
        })
    }

    /// The file, byte for byte as the first mirrors wrote it.
    pub fn write(&self) -> String {
        let mut file = String::with_capacity(self.body.len() + 256);
        self.write_head(&mut file);
        file.push_str(self.body);
        file.push('\n');
        file
    }

    /// Epoch, link, rule and the blank line.
    pub(super) fn write_head(&self, file: &mut String) {
        let Seed {
            epoch, title, url, ..
        } = self;
        write!(file, "<!--{epoch}-->\n[{title}]({url})\n------\n\n")
            .expect("writing to a string cannot fail");
    }
}

/// Reads a file of the first form.
pub(super) fn read(path: &str, text: &str) -> Result<Foreign, ForeignError> {
    let seed = Seed::read(text).ok_or(ForeignError::NotAnArticle)?;
    let url = Url::parse(seed.url.trim()).map_err(|_| ForeignError::NoUrl)?;
    Ok(Foreign {
        form: Form::Seed,
        published: Timestamp::from_millisecond(seed.epoch).ok(),
        title: seed.title.to_owned(),
        url,
        source: source_of_path(path),
        authors: Vec::new(),
        body_html: seed.body.to_owned(),
        repairs: Vec::new(),
    })
}

/// A document in the first form.
pub fn write_seed(document: &Document) -> Vec<u8> {
    let body: String = document.body.blocks().collect();
    let seed = Seed {
        epoch: document.published.as_millisecond(),
        title: document.title.trim(),
        url: document.url.as_str(),
        body: &body,
    };
    seed.write().into_bytes()
}
