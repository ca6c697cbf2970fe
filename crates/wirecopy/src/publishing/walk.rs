//! The files of a site, in the order in which readers may meet them: what pages load, articles, the lists that name
//! them, and the front page last.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wirecopy_publish::paths;

/// The files' paths, parts divided by `/`, in that order.
pub(crate) fn files(site: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut directories = vec![String::new()];
    while let Some(directory) = directories.pop() {
        let within = site.join(&directory);
        let failed = || format!("cannot read {}", within.display());
        for entry in fs::read_dir(&within).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{directory}{name}");
            if entry.file_type().with_context(failed)?.is_dir() {
                directories.push(format!("{path}/"));
            } else {
                files.push(path);
            }
        }
    }
    files.sort_by_cached_key(|path| (rank(path), path.clone()));
    Ok(files)
}

/// The place of a file in that order among others of its kind.
pub(crate) fn rank(path: &str) -> u8 {
    match path.split('/').next() {
        Some("assets") => 0,
        Some("articles") => 1,
        _ if path == paths::FRONT => 3,
        _ => 2,
    }
}
