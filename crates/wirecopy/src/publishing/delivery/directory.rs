//! A site in a directory of the operator's, such as one that a web server serves: file by file, each replaced by a
//! rename.
//!
//! A directory is only touched that was empty or absent at first, and holds our mark since: what is not of the site is
//! removed from it.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::publishing::delivery::Sent;
use crate::publishing::walk;

/// Tells a directory of ours.
const MARK: &str = ".wirecopy-site";
/// What a file is called until it is whole.
const PARTIAL: &str = ".wirecopy-partial";

pub(super) fn deliver(site: &Path, directory: &Path) -> Result<Sent> {
    claim(directory)?;
    let files = walk::files(site)?;
    let mut sent = Sent::default();
    for path in &files {
        let (from, to) = (site.join(path), directory.join(path));
        let failed = || format!("cannot write {}", to.display());
        let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        if holds(&to, &bytes) {
            continue;
        }
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(failed)?;
        }
        let partial = directory.join(PARTIAL);
        fs::write(&partial, bytes).with_context(failed)?;
        fs::rename(&partial, &to).with_context(failed)?;
        sent.written += 1;
    }
    let kept: BTreeSet<String> = files.into_iter().collect();
    for path in walk::files(directory)? {
        if !kept.contains(&path) && path != MARK {
            let gone = directory.join(&path);
            fs::remove_file(&gone).with_context(|| format!("cannot remove {}", gone.display()))?;
            sent.removed += 1;
        }
    }
    Ok(sent)
}

/// Makes the directory ours if nobody else has anything in it.
fn claim(directory: &Path) -> Result<()> {
    let mark = directory.join(MARK);
    if mark.exists() {
        return Ok(());
    }
    let is_empty = match fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", directory.display()));
        }
    };
    if !is_empty {
        bail!(
            "{} holds files that are not of this site; name a directory that is empty or absent",
            directory.display()
        );
    }
    fs::create_dir_all(directory)
        .and_then(|()| {
            fs::write(
                &mark,
                "The files here are written and removed by Wirecopy.\n",
            )
        })
        .with_context(|| format!("cannot write {}", directory.display()))
}

/// A length that differs saves reading.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    fs::metadata(path).is_ok_and(|found| found.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|found| found == bytes)
}
