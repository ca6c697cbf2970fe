//! Writes the archive in the layouts of the first mirrors: files for another program, never for this one.
//!
//! A document that was imported in a layout is exported in it as the bytes that came, unless it has changed since or
//! the repaired form is asked for. Identifiers of the seed's layout are given anew, the newest document lowest, so
//! that all sort as numbers and as text alike, however many there are.

use crate::archive::Archive;
use crate::archive::history;
use crate::archive::index::Index;
use crate::archive::index::documents::Row;
use crate::archive::reader::Reader;
use anyhow::{Context, bail};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use wirecopy_document::document::Document;
use wirecopy_document::forms::jekyll::{post_path, write_jekyll};
use wirecopy_document::forms::lists::{Item, List};
use wirecopy_document::forms::repair::repaired;
use wirecopy_document::forms::seed::write_seed;
use wirecopy_document::forms::{Form, read_foreign};

/// The identifier of a source's first document in the seed's layout.
const FIRST_ID: usize = 1_048_574;

/// The first one where there are more documents than identifiers of as many digits.
const FIRST_LONG_ID: usize = 9_999_999;

/// Lines of a list.
const LIST_LENGTH: usize = 300;

/// A layout of the first mirrors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `articles/<source>/<id>.md`, lists and a front page.
    Seed,
    /// `_posts/<day>-<title>.md`.
    Jekyll,
}

/// How to export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// The directory to write, which is made and must be empty.
    pub to: PathBuf,
    /// The layout.
    pub layout: Layout,
    /// Whether to write the repaired form of what was imported, and not the bytes that came.
    pub repaired: bool,
}

/// The outcome of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExportReport {
    /// Documents written.
    pub documents: usize,
    /// Those written as the bytes that were once imported.
    pub as_they_came: usize,
    /// Lists and front pages.
    pub lists: usize,
    /// Documents that could not be read, with the reason.
    pub unread: Vec<String>,
}

impl fmt::Display for ExportReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:>9}  documents", self.documents)?;
        writeln!(formatter, "{:>9}  of them as they came", self.as_they_came)?;
        write!(formatter, "{:>9}  lists and front pages", self.lists)?;
        for unread in &self.unread {
            write!(formatter, "\nleft out: {unread}")?;
        }
        Ok(())
    }
}

/// Writes all documents. `progress` is told how many of how many are written.
///
/// # Errors
///
/// When the directory holds something or cannot be written, or the archive cannot be read.
pub fn export_archive(
    archive: &Archive,
    index: &Index,
    options: &ExportOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> anyhow::Result<ExportReport> {
    begin(&options.to)?;
    let rows = rows(index)?;
    let mut export = Export {
        options,
        histories: if options.repaired {
            HashMap::new()
        } else {
            histories(archive)?
        },
        reader: archive.reader(),
        report: ExportReport::default(),
        taken: HashSet::new(),
    };
    let total = rows.values().map(Vec::len).sum();
    progress(0, total);
    for (source, rows) in &rows {
        let mut items = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            items.extend(export.document(row, seed_path(source, rows.len(), place))?);
            let done = export.report.documents;
            if done.is_multiple_of(1000) {
                progress(done, total);
            }
        }
        if options.layout == Layout::Seed {
            export.list(source, items)?;
        }
    }
    if options.layout == Layout::Seed {
        export.front(rows.keys())?;
    }
    progress(total, total);
    Ok(export.report)
}

fn begin(to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    if fs::read_dir(to)?.next().is_some() {
        bail!("{} is not empty: name a new directory", to.display());
    }
    Ok(())
}

/// The documents of each source, oldest first.
fn rows(index: &Index) -> anyhow::Result<BTreeMap<String, Vec<Row>>> {
    let mut sources: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    index.each(|row| {
        sources.entry(row.source.clone()).or_default().push(row);
        Ok(())
    })?;
    for rows in sources.values_mut() {
        rows.sort_by_key(|row| (row.published, row.id));
    }
    Ok(sources)
}

/// The object names of each document's revisions before the newest, oldest first.
fn histories(archive: &Archive) -> anyhow::Result<HashMap<String, Vec<String>>> {
    let mut histories: HashMap<String, Vec<String>> = HashMap::new();
    for volume in archive.volumes() {
        history::commits(volume, None, |commit| {
            for file in commit.files {
                if let Some(revision) = file.revision {
                    histories.entry(file.path).or_default().push(revision);
                }
            }
            Ok(())
        })?;
    }
    Ok(histories)
}

struct Export<'a> {
    options: &'a ExportOptions,
    histories: HashMap<String, Vec<String>>,
    reader: Reader,
    report: ExportReport,
    /// Paths written, in lower case: two articles of a day may bear one title.
    taken: HashSet<String>,
}

impl Export<'_> {
    /// Writes one document, whose path in the seed's layout is given, and gives its line of the source's list.
    fn document(&mut self, row: &Row, seed_path: String) -> anyhow::Result<Option<Item>> {
        let bytes = self.reader.read_blob(&row.volume, &row.revision)?;
        let bytes =
            bytes.with_context(|| format!("{} is missing in volume {}", row.path, row.volume))?;
        let document = match Document::parse(&bytes) {
            Ok((document, _)) => document,
            Err(error) => {
                self.report.unread.push(format!("{}: {error}", row.path));
                return Ok(None);
            }
        };
        let came = self.as_it_came(row, &document, bytes)?;
        let (path, written) = match self.options.layout {
            Layout::Seed => (seed_path, write_seed(&document)),
            Layout::Jekyll => (self.free(&document), write_jekyll(&document, &row.source)),
        };
        self.report.documents += 1;
        self.report.as_they_came += usize::from(came.is_some());
        self.write(&path, &came.unwrap_or(written))?;
        let day = row
            .published
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
            .date();
        Ok(Some(Item {
            date: (day.month().unsigned_abs(), day.day().unsigned_abs()),
            title: document.title,
            path: format!("/{path}"),
        }))
    }

    /// The bytes that were imported, where the document still is what their repair made of them.
    fn as_it_came(
        &mut self,
        row: &Row,
        document: &Document,
        newest: Vec<u8>,
    ) -> anyhow::Result<Option<Vec<u8>>> {
        let form = match self.options.layout {
            Layout::Seed => Form::Seed,
            Layout::Jekyll => Form::Jekyll,
        };
        let Some(history) = self.histories.get(&row.path) else {
            return Ok(None);
        };
        let before = history
            .iter()
            .rev()
            .find(|revision| **revision != row.revision)
            .cloned();
        let earlier = match before {
            Some(revision) => self.reader.read_blob(&row.volume, &revision)?,
            None => None,
        };
        for bytes in [Some(newest), earlier].into_iter().flatten() {
            // A document of our own has a trailer; what came has none.
            let is_ours = bytes.ends_with(b"\n-->\n");
            let foreign = read_foreign(&row.path, &bytes)
                .ok()
                .filter(|foreign| !is_ours && foreign.form == form);
            if let Some(foreign) = foreign
                && repaired(&foreign, &row.source, row.published)
                    .0
                    .same_article(document)
            {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    fn free(&mut self, document: &Document) -> String {
        let path = post_path(document.published, &document.title);
        let stem = path.trim_end_matches(".md").to_owned();
        let mut free = path;
        for number in 2.. {
            if self.taken.insert(free.to_lowercase()) {
                break;
            }
            free = format!("{stem} {number}.md");
        }
        free
    }

    /// Writes a source's list, given its documents oldest first.
    fn list(&mut self, source: &str, mut items: Vec<Item>) -> anyhow::Result<()> {
        items.reverse();
        items.truncate(LIST_LENGTH);
        let list = List {
            name: source.to_owned(),
            items,
        };
        self.report.lists += 1;
        self.write(&format!("lists/{source}.md"), list.write().as_bytes())
    }

    fn front<'s>(&mut self, sources: impl Iterator<Item = &'s String>) -> anyhow::Result<()> {
        let mut page = "News\n------\n".to_owned();
        for source in sources {
            page.push_str(&format!("\n[{source}](/lists/{source}.md)\n"));
        }
        self.report.lists += 1;
        self.write("README.md", page.as_bytes())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.options.to.join(path);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)
                .with_context(|| format!("cannot make {}", directory.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The path of the `place`th of a source's documents, oldest first.
fn seed_path(source: &str, count: usize, place: usize) -> String {
    // One digit less would sort behind one more.
    let first = if count <= FIRST_ID - 1_000_000 {
        FIRST_ID
    } else {
        FIRST_LONG_ID
    };
    format!("articles/{source}/{}.md", first - place)
}
