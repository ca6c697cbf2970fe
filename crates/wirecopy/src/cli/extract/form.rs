//! The forms in which an article is printed or written to a file.

use anyhow::Context;
use clap::ValueEnum;
use url::Url;
use wirecopy_extract::{Article, markdown};
use wirecopy_render::{DateChoice, Fields, Form, Options, Parts, render};

use crate::cli::extract::record::Record;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// CommonMark with tables, strikethrough and footnotes.
    Markdown,
    /// Sanitised HTML, one block a line.
    Html,
    /// The text alone, one block a line.
    Text,
    /// One JSON value with every field.
    Json,
    /// TEI P5, with what is known of the article in its header.
    Tei,
    /// XML in TEI's words, without its header.
    Xml,
}

impl Format {
    /// What names of files in it end with.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Format::Markdown => "md",
            Format::Html => "html",
            Format::Text => "txt",
            Format::Json => "json",
            Format::Tei => "tei.xml",
            Format::Xml => "xml",
        }
    }
}

/// The article that came from `url`, without a newline at the end.
pub(super) fn written(
    article: &Article,
    url: Option<&Url>,
    format: Format,
) -> anyhow::Result<String> {
    Ok(match format {
        Format::Markdown => markdown(&article.body),
        Format::Html => article.body.as_str().to_owned(),
        Format::Text => article.text.clone(),
        Format::Json => serde_json::to_string_pretty(&Record::of_article(article))
            .context("cannot write the article as JSON")?,
        Format::Tei => as_xml(article, url, Form::Tei)?,
        Format::Xml => as_xml(article, url, Form::Xml)?,
    })
}

/// A file in one of the forms that carry the article's fields.
fn as_xml(article: &Article, url: Option<&Url>, form: Form) -> anyhow::Result<String> {
    let fields = Fields::of(article, url, &DateChoice::default()).map_err(anyhow::Error::msg)?;
    let options = Options {
        parts: Parts::default(),
        metadata: true,
    };
    Ok(render(form, article, &fields, &options))
}
