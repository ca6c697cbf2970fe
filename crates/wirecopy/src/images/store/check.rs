//! Whether the store is what its ledger says: every file read again and hashed.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::images::store::Store;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Files that are what they are named by.
    pub sound: u64,
    /// Files that are not, by their path in the store.
    pub damaged: Vec<String>,
    /// Pictures of the ledger whose file is not there.
    pub absent: Vec<String>,
    /// Files that no line of the ledger tells of: what a crash left, or a stranger put there.
    pub untold: Vec<String>,
}

impl Verified {
    /// Whether every picture of the ledger is there, whole.
    pub fn is_sound(&self) -> bool {
        self.damaged.is_empty() && self.absent.is_empty()
    }
}

/// Reads every file and compares it with its name. `progress` is told how many were read.
///
/// # Errors
/// When a directory of the store cannot be listed.
pub fn verify(store: &Store, progress: &dyn Fn(u64)) -> Result<Verified> {
    let mut verified = Verified::default();
    let mut told = HashSet::new();
    for (number, original) in store.originals().enumerate() {
        let path = original.path();
        match fs::read(store.directory().join(&path)) {
            Ok(bytes) if blake3::hash(&bytes) == original.hash => verified.sound += 1,
            Ok(_) => verified.damaged.push(path.clone()),
            Err(_) => verified.absent.push(path.clone()),
        }
        told.insert(path);
        progress(number as u64 + 1);
    }
    let files = store.directory().join("files");
    if files.is_dir() {
        for path in paths_below(&files)? {
            let name = format!("files/{path}");
            if !told.contains(&name) {
                verified.untold.push(name);
            }
        }
    }
    verified.untold.sort();
    Ok(verified)
}

/// What is in the two levels of a store, with `/` between them.
fn paths_below(files: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for shelf in names(files)? {
        for name in names(&files.join(&shelf))? {
            paths.push(format!("{shelf}/{name}"));
        }
    }
    Ok(paths)
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let entries =
        fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    names.collect()
}
