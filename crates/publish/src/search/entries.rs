//! What stands beside the lists of documents: what is shown of each, when each was published, and what the index holds.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::edition::OutputFile;
use crate::search::file;
use crate::search::postings::{Numbers, write};

/// Documents in one chunk of what is shown: some four kilobytes, of which ten results may need ten.
pub const CHUNK: u32 = 32;

/// The name of the manifest.
pub const MANIFEST: &str = "index";

/// The path of an index file in the site, from its name.
#[must_use]
pub fn path(name: &str) -> String {
    file::path(name)
}

/// The form of the index. Another is another program's, and is made anew.
pub const FORMAT: u32 = 1;

/// What the index holds; everything else about its files follows from the count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// How many documents.
    pub count: u32,
    /// The latest day of publication, in days since 1970.
    pub newest: i32,
    /// Slug and name of each source that a search may be confined to.
    pub sources: Vec<(String, String)>,
}

/// What a list of results shows of a document, in this order: page, title, day, and language where it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry(
    /// Path of the page, without what all have: `articles/` and `.html`.
    pub String,
    /// Plain text on one line.
    pub String,
    /// Days since 1970.
    pub i32,
    /// BCP 47 tag, empty where it is unknown.
    pub String,
);

impl Entry {
    /// An entry whose page stands at `path`.
    #[must_use]
    pub fn new(path: &str, title: String, day: i32, language: Option<String>) -> Entry {
        let path = path.strip_prefix("articles/").unwrap_or(path);
        let path = path.strip_suffix(".html").unwrap_or(path);
        Entry(path.to_owned(), title, day, language.unwrap_or_default())
    }

    /// The path of the page in the site.
    #[must_use]
    pub fn page(&self) -> String {
        format!("articles/{}.html", self.0)
    }

    /// The day of publication; absent where it is none that a calendar has.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        date(1970, 1, 1).checked_add(self.2.days()).ok()
    }

    /// The slug of its source.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

impl Manifest {
    /// The manifest as a file.
    #[must_use]
    pub fn file(&self) -> OutputFile {
        file::script_of(MANIFEST, &json(self))
    }

    /// Reads the file; `None` for what is none, or is of another form.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Manifest> {
        let manifest: Manifest = serde_json::from_str(file::content(bytes)?).ok()?;
        (manifest.format == FORMAT).then_some(manifest)
    }
}

/// The name of the chunk that holds a document.
#[must_use]
pub fn chunk_of(ordinal: u32) -> String {
    format!("d/{:x}", ordinal / CHUNK)
}

/// The file of a chunk, from the entries of its documents.
#[must_use]
pub fn chunk(number: u32, entries: &[Entry]) -> OutputFile {
    file::script_of(&chunk_of(number * CHUNK), &json(&entries))
}

/// The entries of a chunk's file; empty for what is none.
#[must_use]
pub fn read_chunk(bytes: &[u8]) -> Vec<Entry> {
    let content = file::content(bytes).unwrap_or_default();
    serde_json::from_str(content).unwrap_or_default()
}

/// Days of publication as text: how much later than the one before, twice it or one less for earlier, and how many more
/// documents are of the same day.
pub(crate) fn write_days(days: &[i32]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut before = 0;
    for run in days.chunk_by(|one, other| one == other) {
        let later = run[0] - before;
        let number = if later < 0 {
            later.unsigned_abs() * 2 - 1
        } else {
            later.unsigned_abs() * 2
        };
        write(&mut text, number);
        write(&mut text, u32::try_from(run.len() - 1).unwrap_or(u32::MAX));
        before = run[0];
    }
    text
}

/// Reads at most `count` days.
pub(crate) fn read_days(text: &[u8], count: usize) -> Vec<i32> {
    let mut numbers = Numbers(text);
    let mut days = Vec::with_capacity(count);
    let mut day = 0_i32;
    while let (Some(later), Some(more)) = (numbers.next(), numbers.next()) {
        let half = i32::try_from(later.div_ceil(2)).unwrap_or_default();
        day = day.wrapping_add(if later % 2 == 0 { half } else { -half });
        let room = count.saturating_sub(days.len());
        days.extend(std::iter::repeat_n(day, room.min(more as usize + 1)));
    }
    days
}

/// Strings and numbers only: nothing that JSON refuses.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings and numbers can be written as JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_back() {
        let days = [20_780, 20_780, 20_779, -3, 20_800, 20_800, 20_800];
        assert_eq!(read_days(&write_days(&days), days.len()), days);
        assert_eq!(read_days(&write_days(&days), 2), days[..2]);
        assert!(read_days(b"", 5).is_empty());
    }

    #[test]
    fn entries_are_read_back_from_a_script() {
        let entry = Entry::new(
            "articles/voa/2026/11/23-abc.html",
            "A \"title\" with </script> and \u{2028}".into(),
            20_780,
            None,
        );
        let file = chunk(3, std::slice::from_ref(&entry));
        assert_eq!(file.path, "search/d/3.js");
        assert_eq!(read_chunk(&file.bytes), std::slice::from_ref(&entry));
        assert_eq!(entry.page(), "articles/voa/2026/11/23-abc.html");
        assert_eq!(entry.source(), "voa");
    }
}
