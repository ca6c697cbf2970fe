//! Finishes or drops what a killed git left in a volume. Only for the one instance that holds the mirror's lock:
//! a lock file of git's own is a leftover then, and never another's.

use crate::archive::git::{self, Reach};
use crate::archive::volume::{UNFINISHED, Volume};
use anyhow::Context;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Drops volumes that were being begun or restored when the last run ended.
pub(crate) fn drop_unfinished(directory: &Path) -> anyhow::Result<()> {
    for path in listed(directory)? {
        if file_name(&path).starts_with(UNFINISHED) {
            fs::remove_dir_all(&path)
                .with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// Clears the leftovers of one volume and returns how many there were.
pub(crate) fn clear(volume: &Volume) -> anyhow::Result<usize> {
    let repository = &volume.repository;
    let mut leftovers = found(repository, |name| {
        name.starts_with("fast_import_crash_") || name.ends_with(".lock")
    })?;
    leftovers.extend(found(&repository.join("objects"), |name| {
        name.starts_with("tmp_objdir-") || name.starts_with("incoming-")
    })?);
    let packs = repository.join("objects/pack");
    leftovers.extend(found(&packs, is_half_pack)?);
    for directory in [
        "objects/info",
        "objects/info/commit-graphs",
        "refs",
        "refs/heads",
    ] {
        leftovers.extend(found(&repository.join(directory), |name| {
            name.ends_with(".lock")
        })?);
    }
    for leftover in &leftovers {
        remove(leftover)?;
    }
    Ok(leftovers.len() + finish_packs(repository, &packs)?)
}

/// Packs are written under temporary names; `.keep` protects one while its process lives.
fn is_half_pack(name: &str) -> bool {
    name.starts_with("tmp_")
        || name.starts_with(".tmp-")
        || name.ends_with(".lock")
        || name.ends_with(".keep")
}

/// A pack without an index came to its name, and its process no further: it gets one. What cannot be indexed stays:
/// git does not see it, and if the disk was at fault it may be the only copy.
fn finish_packs(repository: &Path, packs: &Path) -> anyhow::Result<usize> {
    let lonely = |path: &PathBuf| {
        path.extension() == Some(OsStr::new("pack")) && !path.with_extension("idx").exists()
    };
    let mut finished = 0;
    for pack in listed(packs)?.into_iter().filter(lonely) {
        let mut index = git::command(repository, Reach::Local);
        if git::output(index.arg("index-pack").arg(&pack)).is_ok() {
            finished += 1;
        }
    }
    Ok(finished)
}

fn found(directory: &Path, matches: impl Fn(&str) -> bool) -> anyhow::Result<Vec<PathBuf>> {
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let mut paths = listed(directory)?;
    paths.retain(|path| matches(file_name(path)));
    Ok(paths)
}

fn listed(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

fn remove(path: &Path) -> anyhow::Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    removed.with_context(|| format!("cannot remove the leftover {}", path.display()))
}
