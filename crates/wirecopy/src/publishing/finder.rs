//! Searching a published site from this machine: the files that its script reads, with the same answers.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use wirecopy_publish::search::bookmark::Bookmark;
use wirecopy_publish::search::excerpt::Marked;
use wirecopy_publish::search::find::{Finder, Found, Hit, Window};
use wirecopy_publish::search::query::{Filter, Query};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Words and operators.
    pub query: String,
    /// What confines it beside them.
    pub filter: Filter,
    /// Where the results begin.
    pub from: Bookmark,
    /// Results wanted.
    pub take: usize,
}

/// An answer as JSON; its fields are part of the HTTP API and of `wirecopy search --json`.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// How many articles have what was asked for: exactly, or at most.
    pub count: usize,
    /// Whether `count` is exact.
    pub exact: bool,
    /// What to ask for as `after` to get the results after these; absent where there are none.
    pub next: Option<String>,
    /// The best first.
    pub results: Vec<Article>,
}

/// An article that was found.
#[derive(Debug, Serialize)]
pub struct Article {
    /// Plain text.
    pub title: String,
    /// Path of its page in the site.
    pub page: String,
    /// Slug of its source.
    pub source: String,
    /// Name of its source.
    pub source_name: String,
    /// Day of publication.
    pub date: Option<jiff::civil::Date>,
    /// BCP 47 tag, where it is known.
    pub language: Option<String>,
    /// A piece of its text, with what was asked for between U+E000 and U+E001.
    pub excerpt: String,
    /// Whether it holds only parts of what was asked for.
    pub parts: bool,
}

/// Stand around what was found, in [`Article::excerpt`]: private characters, which no cleaned text needs.
pub const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];

/// Searches the site in a directory.
///
/// # Errors
///
/// When there is no site, or none with a search index.
pub fn find(site: &Path, question: &Question) -> Result<Found> {
    // Followed once: a site that is published anew meanwhile stands elsewhere.
    let site = site.canonicalize().with_context(|| {
        format!(
            "there is no site at {}: run `wirecopy publish`",
            site.display()
        )
    })?;
    let read = |path: &str| std::fs::read(site.join(path)).ok();
    let finder = Finder::open(&read).with_context(|| {
        format!(
            "{} cannot be searched: run `wirecopy publish`, without `search = false` under [publish]",
            site.display()
        )
    })?;
    let query = Query::parse(&question.query, &question.filter);
    let window = Window {
        from: question.from,
        take: question.take,
    };
    Ok(finder.find(&query, window))
}

impl From<Found> for Answer {
    fn from(found: Found) -> Answer {
        Answer {
            count: found.count,
            exact: found.exact,
            next: found.next.map(|next| next.to_string()),
            results: found.hits.into_iter().map(Article::from).collect(),
        }
    }
}

impl From<Hit> for Article {
    fn from(hit: Hit) -> Article {
        Article {
            page: hit.entry.page(),
            source: hit.entry.source().to_owned(),
            source_name: hit.source,
            date: hit.entry.date(),
            excerpt: marked(&hit.shown.excerpt),
            title: hit.entry.1,
            language: Some(hit.entry.3).filter(|tag| !tag.is_empty()),
            parts: hit.loose,
        }
    }
}

fn marked(text: &Marked) -> String {
    let mut marked = String::with_capacity(text.text.len() + 6 * text.marks.len());
    let mut place = 0;
    for mark in &text.marks {
        marked.push_str(&text.text[place..mark.start]);
        marked.push(MARKS[0]);
        marked.push_str(&text.text[mark.clone()]);
        marked.push(MARKS[1]);
        place = mark.end;
    }
    marked.push_str(&text.text[place..]);
    marked
}
