//! Copies of real documents that differ in all that identifies them and in the letters of their text.

use anyhow::{Context, bail};
use jiff::{Timestamp, ToSpan};
use std::path::{Path, PathBuf};
use url::Url;
use wirecopy::archive::commit::Change;
use wirecopy_document::clean::clean;
use wirecopy_document::forms::read_foreign;
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::{document_path, slug};

/// Documents that new copies of a month's rounds are told from; the first copies are the archive's own.
pub(super) struct Copies {
    originals: Vec<Original>,
}

struct Original {
    source: String,
    title: String,
    url: Url,
    body: String,
}

impl Copies {
    /// Reads the originals, the files of a seed form anywhere under `directory`, in order of their paths.
    pub(super) fn read(directory: &Path) -> anyhow::Result<Copies> {
        let mut paths = Vec::new();
        list(directory, &mut paths)?;
        paths.sort();
        let originals: Vec<Original> = paths.iter().filter_map(|path| original(path)).collect();
        if originals.is_empty() {
            bail!("no article of a seed form under {}", directory.display());
        }
        Ok(Copies { originals })
    }

    /// The sources, each once.
    pub(super) fn sources(&self) -> Vec<&str> {
        let mut sources: Vec<&str> = self
            .originals
            .iter()
            .map(|original| original.source.as_str())
            .collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// The `number`th document, recorded at `captured` and published in the year before.
    pub(super) fn document(&self, number: usize, captured: Timestamp) -> Change {
        // Coprime to a year's minutes, so that copies spread over all days.
        let minutes = i64::try_from(number * 7_919 % 525_600).unwrap_or_default();
        self.published_document(number, captured, captured - minutes.minutes())
    }

    /// The `number`th document, recorded within the hour of its publication.
    pub(super) fn new_document(&self, number: usize, captured: Timestamp) -> Change {
        let minutes = i64::try_from(number * 7 % 60).unwrap_or_default();
        self.published_document(number, captured, captured - minutes.minutes())
    }

    fn published_document(
        &self,
        number: usize,
        captured: Timestamp,
        published: Timestamp,
    ) -> Change {
        let original = &self.originals[number % self.originals.len()];
        let alphabet = u32::try_from(number / self.originals.len()).unwrap_or_default();
        let title = rotated(&original.title, alphabet);
        let mut url = original.url.clone();
        url.set_path(&format!(
            "{}/{number}",
            original.url.path().trim_end_matches('/')
        ));
        let (source, body) = (&original.source, rotated(&original.body, alphabet));
        let bytes = format!(
            "<!--{}-->\n[{title}]({url})\n------\n\n{body}\n\n<!--\nsource: {source}\ncaptured: {captured}\nformat: 1\n-->\n",
            published.as_millisecond()
        );
        let path = document_path(source, published, &title, DocumentId::of(source, &url));
        Change {
            volume: None,
            path,
            content: Some(bytes.into_bytes()),
        }
    }
}

fn list(directory: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(directory)
        .with_context(|| format!("cannot list {}", directory.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), paths)?;
        } else {
            paths.push(entry.path());
        }
    }
    Ok(())
}

/// Absent for files that are no article.
fn original(path: &Path) -> Option<Original> {
    let bytes = std::fs::read(path).ok()?;
    let foreign = read_foreign(&path.to_string_lossy(), &bytes).ok()?;
    let body = clean(&foreign.body_html, Some(&foreign.url))
        .as_str()
        .to_owned();
    let title = foreign
        .title
        .replace(['[', ']', '\\', '\n'], " ")
        .trim()
        .to_owned();
    let source = slug(foreign.source.as_deref().unwrap_or("source"));
    Some(Original {
        source,
        title,
        url: foreign.url,
        body,
    })
}

/// Letters of the text, not of tags and character references, moved on within their alphabets. Lengths stay.
fn rotated(html: &str, by: u32) -> String {
    let mut closes = None;
    let moved = html.chars().map(|letter| {
        match (closes, letter) {
            (None, '<') => closes = Some('>'),
            (None, '&') => closes = Some(';'),
            (Some(end), letter) if letter == end => closes = None,
            _ => {}
        }
        if closes.is_some() {
            letter
        } else {
            moved_on(letter, by)
        }
    });
    moved.collect()
}

fn moved_on(letter: char, by: u32) -> char {
    let within = |first: char, count: u32| {
        let place = (u32::from(letter) - u32::from(first) + by) % count;
        char::from_u32(u32::from(first) + place).unwrap_or(letter)
    };
    match letter {
        'a'..='z' => within('a', 26),
        'A'..='Z' => within('A', 26),
        // The block of CJK unified ideographs.
        '\u{4e00}'..='\u{9fff}' => within('\u{4e00}', 0x5200),
        _ => letter,
    }
}
