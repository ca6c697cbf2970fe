//! Where an archive is read from: files of a directory, or every version of every file in the history of a
//! repository, so that an article that a later one overwrote is found too.

use crate::archive::git::{self, NOT_STARTED, Reach};
use crate::archive::reader::Batch;
use anyhow::{Context, bail};
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Largest file that is taken for an article, in bytes; the largest real one in 128,801 has 465 kB.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// An archive that can be read.
pub(super) enum Origin {
    Directory(PathBuf),
    Repository { path: PathBuf, batch: Batch },
}

/// One version of one file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Relative, separated by `/`.
    pub(super) path: String,
    /// Its object name in a repository.
    pub(super) blob: Option<String>,
}

impl Origin {
    pub(super) fn open(from: &Path) -> anyhow::Result<Origin> {
        if !from.is_dir() {
            bail!("{} is no directory", from.display());
        }
        let inner = from.join(".git");
        let bare = from.join("HEAD").is_file() && from.join("objects").is_dir();
        let path = match (inner.exists(), bare) {
            (true, _) => git_directory(&inner)?,
            (false, true) => from.to_owned(),
            (false, false) => return Ok(Origin::Directory(from.to_owned())),
        };
        let batch = Batch::start(&path)?;
        Ok(Origin::Repository { path, batch })
    }

    /// Whether the order of [`Origin::places`] is that in which they were written.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(self, Origin::Repository { .. })
    }

    /// All that may be an article: Markdown files, each version once.
    pub(super) fn places(&self) -> anyhow::Result<Vec<Place>> {
        match self {
            Origin::Directory(directory) => files(directory),
            Origin::Repository { path, .. } => versions(path),
        }
    }

    pub(super) fn read(&mut self, place: &Place) -> anyhow::Result<Vec<u8>> {
        match (self, &place.blob) {
            (Origin::Repository { batch, .. }, Some(blob)) => batch
                .ask(blob)?
                .with_context(|| format!("{} is missing in the repository", place.path)),
            (Origin::Directory(directory), _) => fs::read(directory.join(&place.path))
                .with_context(|| format!("cannot read {}", place.path)),
            (Origin::Repository { .. }, None) => bail!("{} has no object name", place.path),
        }
    }
}

/// The repository behind `.git`, which is a file in a linked work tree.
fn git_directory(inner: &Path) -> anyhow::Result<PathBuf> {
    if inner.is_dir() {
        return Ok(inner.to_owned());
    }
    let text =
        fs::read_to_string(inner).with_context(|| format!("cannot read {}", inner.display()))?;
    let target = text
        .trim()
        .strip_prefix("gitdir: ")
        .context("the file .git names no repository")?;
    Ok(inner.parent().unwrap_or(inner).join(target))
}

/// The Markdown files under a directory, by path; hidden ones and symbolic links are left out.
fn files(directory: &Path) -> anyhow::Result<Vec<Place>> {
    let mut waiting = vec![String::new()];
    let mut found = Vec::new();
    while let Some(prefix) = waiting.pop() {
        let here = directory.join(&prefix);
        let entries =
            fs::read_dir(&here).with_context(|| format!("cannot read {}", here.display()))?;
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if name.starts_with('.') {
                continue;
            } else if kind.is_dir() {
                waiting.push(format!("{path}/"));
            } else if kind.is_file()
                && is_markdown(&path)
                && entry.metadata()?.len() <= MAX_FILE_BYTES
            {
                found.push(Place { path, blob: None });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// Every version of every Markdown file that the history of `HEAD` has, in the order of its commits.
fn versions(repository: &Path) -> anyhow::Result<Vec<Place>> {
    let mut log = git::command(repository, Reach::Local);
    log.args([
        "log",
        "--reverse",
        "--topo-order",
        "--raw",
        "-z",
        "--no-renames",
        "--no-abbrev",
    ]);
    log.args(["--diff-filter=AM", "--format=", "HEAD", "--"]);
    log.stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = log.spawn().context(NOT_STARTED)?;
    let stdout = child.stdout.take().context("git gave no output")?;
    let read = read_versions(BufReader::with_capacity(1 << 16, stdout));
    if read.is_err() {
        let _ = child.kill();
    }
    let status = child.wait()?;
    let places = read?;
    if !status.success() {
        bail!("git cannot read the history of {}", repository.display());
    }
    Ok(places)
}

/// Reads `:mode mode object object status<NUL>path<NUL>` and so on.
fn read_versions(output: impl BufRead) -> anyhow::Result<Vec<Place>> {
    let mut places = Vec::new();
    let mut seen = HashSet::new();
    let mut fields = output.split(0);
    while let Some(field) = fields.next() {
        let field = String::from_utf8_lossy(&field?).into_owned();
        let Some(change) = field.trim_start().strip_prefix(':') else {
            continue;
        };
        let words: Vec<&str> = change.split(' ').collect();
        let path = fields
            .next()
            .context("git told a change without a path")??;
        let (Some(mode), Some(blob), Ok(path)) =
            (words.get(1), words.get(3), String::from_utf8(path))
        else {
            continue;
        };
        let is_file = mode.starts_with("100") && is_markdown(&path);
        // An article that is only moved comes once.
        if is_file && seen.insert((*blob).to_owned()) {
            let blob = Some((*blob).to_owned());
            places.push(Place { path, blob });
        }
    }
    Ok(places)
}

fn is_markdown(path: &str) -> bool {
    path.ends_with(".md") || path.ends_with(".markdown")
}
