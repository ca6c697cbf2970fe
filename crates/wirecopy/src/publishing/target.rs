//! Where finished files go: into a new generation, or staged for an increment. Used from several threads at once.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use anyhow::{Context, Result};
use wirecopy_publish::edition::OutputFile;

use crate::publishing::copies::{self, Coding};
use crate::publishing::generation::Changes;
use crate::publishing::weight::{Overweight, overweight};

/// Takes files.
pub(crate) struct Target {
    directory: PathBuf,
    place: Place,
    precompress: bool,
    written: AtomicUsize,
    unchanged: AtomicUsize,
    overweight: Mutex<Vec<Overweight>>,
    feeds: Mutex<Vec<String>>,
}

/// What came of the files that were put.
pub(crate) struct Account {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
    pub(crate) overweight: Vec<Overweight>,
    /// The paths of the current feeds among those written.
    pub(crate) feeds: Vec<String>,
}

enum Place {
    /// A new generation, and the one before it, whose copies are taken over.
    New(Option<PathBuf>),
    /// The staging directory, and what is to become of the files that lie in it under their numbers.
    Staged(PathBuf, Mutex<Changes>),
}

impl Target {
    /// Into the directory of a new generation, which follows upon `former`.
    pub(crate) fn new(directory: &Path, former: Option<PathBuf>, precompress: bool) -> Target {
        Target::at(directory, Place::New(former), precompress)
    }

    /// Staged for the current generation in `directory`. Copies are compressed where the former were.
    pub(crate) fn staged(directory: &Path, staging: PathBuf, precompress: bool) -> Target {
        Target::at(
            directory,
            Place::Staged(staging, Mutex::default()),
            precompress,
        )
    }

    fn at(directory: &Path, place: Place, precompress: bool) -> Target {
        let (written, unchanged) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Target {
            directory: directory.to_owned(),
            place,
            precompress,
            written,
            unchanged,
            overweight: Mutex::default(),
            feeds: Mutex::default(),
        }
    }

    /// Writes a file, unless the site has it with the same bytes, and its compressed copies.
    pub(crate) fn put(&self, file: &OutputFile) -> Result<()> {
        if matches!(self.place, Place::Staged(..)) && is_there(&self.directory, file)? {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        self.write(&file.path, &file.bytes)?;
        if self.precompress {
            self.put_copies(file)?;
        }
        if let Some(page) = overweight(&file.path, &file.bytes)? {
            lock(&self.overweight).push(page);
        }
        if file.path.ends_with("feed.xml") || file.path.ends_with("feed.json") {
            lock(&self.feeds).push(file.path.clone());
        }
        self.written.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Puts a file that stands elsewhere under a name that tells its content, as a link to the same bytes where the
    /// disk can.
    pub(crate) fn put_file(&self, path: &str, from: &Path) -> Result<()> {
        let place = match &self.place {
            Place::New(_) => self.directory.join(path),
            Place::Staged(..) if self.directory.join(path).exists() => {
                self.unchanged.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
            Place::Staged(staging, changes) => staged_place(staging, changes, path),
        };
        link_or_copy(from, &place).with_context(|| format!("cannot write {}", place.display()))?;
        self.written.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// A file without a name for what does not fit memory, on the site's own disk: a system's directory for such files
    /// may be memory itself.
    pub(crate) fn scratch(&self) -> Result<File> {
        let store = self.directory.parent().unwrap_or(&self.directory);
        tempfile::tempfile_in(store)
            .with_context(|| format!("cannot make a file in {}", store.display()))
    }

    /// What was done so far.
    pub(crate) fn account(&self) -> Account {
        let mut overweight = lock(&self.overweight).clone();
        overweight.sort();
        Account {
            written: self.written.load(Ordering::Relaxed),
            unchanged: self.unchanged.load(Ordering::Relaxed),
            overweight,
            feeds: lock(&self.feeds).clone(),
        }
    }

    /// Takes a file and its compressed copies away. A new generation has nothing to take away.
    pub(crate) fn remove(&self, path: &str) -> Result<()> {
        self.remove_one(path.to_owned())?;
        self.remove_copies(path)
    }

    /// Whether the site has a file of before that stays where nothing is put in its place.
    pub(crate) fn keeps(&self, path: &str) -> bool {
        matches!(self.place, Place::Staged(..)) && self.directory.join(path).exists()
    }

    /// A file that has become too small for copies must lose those it had: they would be served in its place.
    fn put_copies(&self, file: &OutputFile) -> Result<()> {
        if !copies::is_compressed(file) {
            return self.remove_copies(&file.path);
        }
        let former = match &self.place {
            Place::New(Some(former)) if is_there(former, file)? => Some(former),
            _ => None,
        };
        for coding in Coding::ALL {
            let path = coding.path(&file.path);
            let taken = former.is_some_and(|former| {
                copies::take_over(&former.join(&path), &self.directory.join(&path))
            });
            if !taken {
                self.write(&path, &coding.compress(&file.bytes)?)?;
            }
        }
        Ok(())
    }

    fn remove_copies(&self, path: &str) -> Result<()> {
        Coding::ALL
            .iter()
            .try_for_each(|coding| self.remove_one(coding.path(path)))
    }

    fn remove_one(&self, path: String) -> Result<()> {
        if let Place::Staged(_, changes) = &self.place
            && self.directory.join(&path).try_exists()?
        {
            lock(changes).removed.push(path);
        }
        Ok(())
    }

    /// What the site will show, read by path: what was put so far, else what is there.
    pub(crate) fn reader(&self) -> impl Fn(&str) -> Option<Vec<u8>> {
        let staged: HashMap<String, PathBuf> = match &self.place {
            Place::New(_) => HashMap::new(),
            Place::Staged(staging, changes) => {
                let changes = lock(changes);
                let paths = changes.paths.iter().cloned().enumerate();
                paths
                    .map(|(number, path)| (path, staging.join(number.to_string())))
                    .collect()
            }
        };
        let directory = self.directory.clone();
        move |path| {
            let staged = staged.get(path).cloned();
            fs::read(staged.unwrap_or_else(|| directory.join(path))).ok()
        }
    }

    /// What was staged.
    pub(crate) fn into_changes(self) -> Changes {
        match self.place {
            Place::New(_) => Changes::default(),
            Place::Staged(_, changes) => changes
                .into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        match &self.place {
            Place::New(_) => write_making_directories(&self.directory.join(path), bytes),
            Place::Staged(staging, changes) => {
                let path = staged_place(staging, changes, path);
                fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
            }
        }
    }
}

/// Where a file waits that is to appear at `path`.
fn staged_place(staging: &Path, changes: &Mutex<Changes>, path: &str) -> PathBuf {
    let mut changes = lock(changes);
    changes.paths.push(path.to_owned());
    staging.join((changes.paths.len() - 1).to_string())
}

/// The same file under a second name, or its copy on another disk. One that is there already is the same.
fn link_or_copy(from: &Path, to: &Path) -> std::io::Result<()> {
    let linked = match fs::hard_link(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound && from.exists() => {
            fs::create_dir_all(to.parent().unwrap_or(to)).and_then(|()| fs::hard_link(from, to))
        }
        other => other,
    };
    match linked {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(error),
        Err(_) => fs::copy(from, to).map(drop),
    }
}

/// Whether the generation in `directory` has the file with these bytes.
fn is_there(directory: &Path, file: &OutputFile) -> Result<bool> {
    let path = directory.join(&file.path);
    match fs::metadata(&path) {
        Ok(found) if found.len() != file.bytes.len() as u64 => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        _ => {}
    }
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes == file.bytes)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Directories are made when one is missed: asking for each file would double the calls.
fn write_making_directories(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = match fs::write(path, bytes) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(path)).and_then(|()| fs::write(path, bytes))
        }
        other => other,
    };
    written.with_context(|| format!("cannot write {}", path.display()))
}
