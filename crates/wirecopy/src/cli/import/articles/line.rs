//! One line of what `wirecopy extract warc` or `--batch` printed, read back: an article, its page, its time.
//!
//! The HTML is sanitised again, since the line may come from anywhere.

use std::io;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;
use url::Url;
use wirecopy_document::clean::{Picture, clean};
use wirecopy_extract::Article;

use crate::cli::import::articles::choice::Choice;
use crate::pipeline::source::plausible;

/// The fields that are read; there may be others.
#[derive(Debug, Deserialize)]
struct Line {
    /// Of a web archive's record: `ok` where there is an article.
    status: Option<String>,
    /// `article`, or what the page is instead.
    kind: Option<String>,
    url: Option<String>,
    fetched: Option<String>,
    title: Option<String>,
    #[serde(default)]
    author: Vec<String>,
    date: Option<String>,
    modified: Option<String>,
    language: Option<String>,
    site_name: Option<String>,
    canonical_url: Option<String>,
    image: Option<String>,
    image_caption: Option<String>,
    summary: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    html: Option<String>,
}

/// What a line tells of.
pub(super) enum Told {
    /// It is empty.
    Nothing,
    /// A page without an article.
    NoArticle,
    /// An article that is not chosen.
    Other,
    Article(Box<Found>),
}

/// An article that a line tells of.
pub(super) struct Found {
    pub(super) url: Url,
    /// When the page was had.
    pub(super) captured: Option<Timestamp>,
    pub(super) article: Article,
}

/// Reads a line; `now` bounds what its times can mean.
///
/// # Errors
/// It cannot be read, is no record of a page, or lacks what an article is recorded by: address, HTML, a time.
pub(super) fn read(
    line: io::Result<Vec<u8>>,
    choice: &Choice,
    now: Timestamp,
) -> anyhow::Result<Told> {
    let line = line.context("cannot read on")?;
    if line.trim_ascii().is_empty() {
        return Ok(Told::Nothing);
    }
    let line: Line = serde_json::from_slice(&line).context("not an article's record")?;
    if !line.is_article()? {
        return Ok(Told::NoArticle);
    }
    let url = line.address()?;
    let captured = line.fetched.as_deref().map(time_of).transpose();
    let captured = captured.context("`fetched` is no time")?;
    let captured = plausible(captured.map(|(time, _)| time), now);
    // An article keeps its time of publication for ever, so that none is made up for one that cannot be read.
    let published = line.date.as_deref().map(time_of).transpose();
    let published = published.context("`date` is no time")?;
    let bound = captured.unwrap_or(now);
    let said = plausible(published.map(|(time, _)| time), bound);
    let Some(time) = said.or(captured) else {
        bail!("there is neither a `date` nor a time at which the page was `fetched`");
    };
    if !choice.takes(&url, time, line.language.as_deref()) {
        return Ok(Told::Other);
    }
    let article = line.article(&url, published)?;
    Ok(Told::Article(Box::new(Found {
        url,
        captured,
        article,
    })))
}

impl Line {
    fn is_article(&self) -> anyhow::Result<bool> {
        match (self.status.as_deref(), self.kind.as_deref()) {
            (None, None) => bail!("not an article's record: neither `status` nor `kind` is there"),
            (status, kind) => Ok(status.is_none_or(|status| status == "ok")
                && kind.is_none_or(|kind| kind == "article")),
        }
    }

    fn address(&self) -> anyhow::Result<Url> {
        let told = self.url.as_deref().or(self.canonical_url.as_deref());
        let told = told.context("there is no `url`")?;
        let url = Url::parse(told).ok();
        url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .with_context(|| format!("`{told}` is no address of a page"))
    }

    fn article(self, url: &Url, published: Option<(Timestamp, Offset)>) -> anyhow::Result<Article> {
        let html = self
            .html
            .context("there is no `html`, and so no body of the article")?;
        let body = clean(&html, Some(url));
        let absolute = |text: &String| url.join(text).ok();
        Ok(Article {
            title: self.title.unwrap_or_default(),
            authors: self.author,
            published: published.map(|(time, _)| time),
            published_offset: published.map(|(_, offset)| offset),
            modified: self
                .modified
                .and_then(|modified| Some(time_of(&modified).ok()?.0)),
            language: self.language,
            site_name: self.site_name,
            canonical_url: self.canonical_url.as_ref().and_then(absolute),
            next_page: None,
            lead_image: self.image.as_ref().and_then(absolute).map(|image| Picture {
                url: image,
                alt: String::new(),
                caption: self.image_caption.unwrap_or_default(),
                width: None,
                height: None,
            }),
            text: body.text(),
            body,
            summary: self.summary,
            tags: self.tags,
            confidence: 1.0,
        })
    }
}

/// A time as RFC 3339 writes it, with the offset that it names; or a day, which other extractors tell alone, as its
/// beginning in UTC.
fn time_of(text: &str) -> anyhow::Result<(Timestamp, Offset)> {
    let time = text.parse().ok().or_else(|| beginning_of_day(text));
    let time = time
        .with_context(|| format!("`{text}` is neither a day nor a time as RFC 3339 writes it"))?;
    let offset = Pieces::parse(text)
        .ok()
        .and_then(|pieces| pieces.to_numeric_offset());
    Ok((time, offset.unwrap_or(Offset::UTC)))
}

fn beginning_of_day(text: &str) -> Option<Timestamp> {
    let day = Date::strptime("%Y-%m-%d", text).ok()?;
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_its_offset_and_a_day_from_its_beginning() {
        for (text, time, offset) in [
            ("2026-03-02T08:00:00+08:00", "2026-03-02T00:00:00Z", 8),
            ("2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z", 0),
            ("2026-03-02", "2026-03-02T00:00:00Z", 0),
        ] {
            let expected = (time.parse().unwrap(), Offset::constant(offset));
            assert_eq!(time_of(text).unwrap(), expected, "{text}");
        }
        for text in ["2 March 2026", "2026-13-02", "2026-03-02 or so", ""] {
            assert!(time_of(text).is_err(), "{text}");
        }
    }
}
