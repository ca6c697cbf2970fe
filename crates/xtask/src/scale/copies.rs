//! Copies of real articles that differ in all that identifies them and in the letters of their text.

use anyhow::{Context, bail};
use jiff::{Timestamp, ToSpan};
use std::path::{Path, PathBuf};
use url::Url;
use wirecopy::archive::commit::Change;
use wirecopy_document::clean::clean;
use wirecopy_document::forms::read_foreign;
use wirecopy_document::forms::seed::Seed;
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::{document_path, slug};

/// The number of a source's first file in the flat layout; they count down, so that the newest is listed first. The
/// first mirrors began lower and ran out.
const FIRST_FILE: usize = 99_999_999;

/// The years of a generated archive: those of the archive that the originals are from, in minutes.
const SPAN_MINUTES: usize = 7 * 365 * 24 * 60;

/// The end of those years.
const NEWEST: &str = "2021-08-01T00:00:00Z";

/// Articles to make copies of.
pub(super) struct Copies {
    originals: Vec<Original>,
}

struct Original {
    source: String,
    title: String,
    url: Url,
    /// As its file has it, on one line.
    body: String,
}

/// A copy of an article.
pub(super) struct Copy<'a> {
    pub(super) source: &'a str,
    pub(super) title: String,
    pub(super) url: Url,
    pub(super) published: Timestamp,
    pub(super) body: String,
}

/// A file of the flat layout.
pub(super) struct Post {
    pub(super) path: String,
    pub(super) text: String,
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
        let originals = self.originals.iter();
        let mut sources: Vec<&str> = originals.map(|original| original.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// The `number`th copy, published at that time.
    pub(super) fn copy(&self, number: usize, published: Timestamp) -> Copy<'_> {
        let original = &self.originals[number % self.originals.len()];
        let alphabet = u32::try_from(number / self.originals.len()).unwrap_or_default();
        let mut url = original.url.clone();
        let directory = original.url.path().trim_end_matches('/');
        url.set_path(&format!("{directory}/{number}"));
        Copy {
            source: &original.source,
            title: rotated(&original.title, alphabet),
            url,
            published,
            body: rotated(&original.body, alphabet),
        }
    }

    /// The `number`th of `count` files of an archive in the flat layout, oldest first.
    pub(super) fn post(&self, number: usize, count: usize) -> Post {
        let newest: Timestamp = NEWEST.parse().unwrap_or_default();
        let age = (count - number) * SPAN_MINUTES / count;
        let published = newest - i64::try_from(age).unwrap_or_default().minutes();
        self.copy(number, published).post(number)
    }

    /// The `number`th copy as a document recorded at `captured`, published at any time of the year before.
    pub(super) fn document(&self, number: usize, captured: Timestamp) -> Change {
        // Coprime to a year's minutes, so that copies spread over all days.
        let minutes = i64::try_from(number * 7_919 % 525_600).unwrap_or_default();
        self.copy(number, captured - minutes.minutes())
            .document(captured)
    }
}

impl Copy<'_> {
    /// As the first mirrors wrote it.
    pub(super) fn post(&self, number: usize) -> Post {
        let seed = Seed {
            epoch: self.published.as_millisecond(),
            title: &self.title,
            url: self.url.as_str(),
            body: &self.body,
        };
        Post {
            path: format!("articles/{}/{}.md", self.source, FIRST_FILE - number),
            text: seed.write(),
        }
    }

    fn document(&self, captured: Timestamp) -> Change {
        let Copy {
            source,
            title,
            url,
            published,
            ..
        } = self;
        let body = clean(&self.body, Some(url));
        let bytes = format!(
            "<!--{}-->\n[{title}]({url})\n------\n\n{}\n\n<!--\nsource: {source}\ncaptured: {captured}\nformat: 1\n-->\n",
            published.as_millisecond(),
            body.as_str(),
        );
        Change {
            volume: None,
            path: document_path(source, *published, title, DocumentId::of(source, url)),
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
    let title = foreign.title.replace(['[', ']', '\\', '\n'], " ");
    Some(Original {
        source: slug(foreign.source.as_deref().unwrap_or("source")),
        title: title.trim().to_owned(),
        url: foreign.url,
        body: foreign.body_html.replace('\n', " ").trim().to_owned(),
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
