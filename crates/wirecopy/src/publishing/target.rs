//! Where finished files go: into a new generation, or staged for an increment. Used from several threads at once.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use wirecopy_publish::edition::OutputFile;

use crate::publishing::generation::{Changes, write_durably};
use crate::publishing::weight::{Overweight, overweight};

/// Smaller files gain nothing: a packet holds them either way.
const COMPRESSED_FROM: usize = 1_200;

/// Takes files.
pub(crate) struct Target {
    directory: PathBuf,
    place: Place,
    precompress: bool,
    written: AtomicUsize,
    unchanged: AtomicUsize,
    overweight: Mutex<Vec<Overweight>>,
}

/// What came of the files that were put.
pub(crate) struct Account {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
    pub(crate) overweight: Vec<Overweight>,
}

enum Place {
    New,
    /// The staging directory, and what is to become of the files that lie in it under their numbers.
    Staged(PathBuf, Mutex<Changes>),
}

impl Target {
    /// Into the directory of a new generation.
    pub(crate) fn new(directory: &Path, precompress: bool) -> Target {
        Target::at(directory, Place::New, precompress)
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
        }
    }

    /// Writes a file, unless the site has it with the same bytes, and its compressed copy.
    pub(crate) fn put(&self, file: &OutputFile) -> Result<()> {
        if matches!(self.place, Place::Staged(..)) && self.is_there(file)? {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        self.write(&file.path, &file.bytes)?;
        if self.precompress && file.bytes.len() >= COMPRESSED_FROM {
            self.write(&format!("{}.gz", file.path), &compressed(&file.bytes)?)?;
        }
        if let Some(page) = overweight(&file.path, &file.bytes)? {
            lock(&self.overweight).push(page);
        }
        self.written.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// What was done so far.
    pub(crate) fn account(&self) -> Account {
        let mut overweight = lock(&self.overweight).clone();
        overweight.sort();
        Account {
            written: self.written.load(Ordering::Relaxed),
            unchanged: self.unchanged.load(Ordering::Relaxed),
            overweight,
        }
    }

    /// Takes a file and its compressed copy away. A new generation has nothing to take away.
    pub(crate) fn remove(&self, path: &str) -> Result<()> {
        let Place::Staged(_, changes) = &self.place else {
            return Ok(());
        };
        for path in [path.to_owned(), format!("{path}.gz")] {
            if self.directory.join(&path).try_exists()? {
                lock(changes).removed.push(path);
            }
        }
        Ok(())
    }

    /// What was staged.
    pub(crate) fn into_changes(self) -> Changes {
        match self.place {
            Place::New => Changes::default(),
            Place::Staged(_, changes) => changes
                .into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    fn is_there(&self, file: &OutputFile) -> Result<bool> {
        let path = self.directory.join(&file.path);
        match fs::metadata(&path) {
            Ok(found) if found.len() != file.bytes.len() as u64 => return Ok(false),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            _ => {}
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(bytes == file.bytes)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        match &self.place {
            Place::New => write_making_directories(&self.directory.join(path), bytes),
            Place::Staged(staging, changes) => {
                let number = {
                    let mut changes = lock(changes);
                    changes.paths.push(path.to_owned());
                    changes.paths.len() - 1
                };
                write_durably(&staging.join(number.to_string()), bytes)
            }
        }
    }
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

/// Level 9 once is cheaper than any level for each reader; no time and no name, so that the same bytes come out.
fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
