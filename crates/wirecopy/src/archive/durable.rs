//! Makes files and directory entries survive a power cut. Git syncs the objects, packs and references that it
//! writes, but not the directories it renames them in, nor a new repository's settings.

use anyhow::Context;
use std::fs::File;
use std::path::Path;

/// Writes a file's content, or a directory's entries, to disk.
///
/// # Errors
///
/// When the system cannot. What it dropped then cannot be synced again, so the caller must end the process and let
/// the next start recover.
pub(crate) fn sync(path: &Path) -> anyhow::Result<()> {
    // Windows opens no directories as files, and NTFS journals renames by itself.
    if cfg!(unix) || path.is_file() {
        File::open(path)
            .and_then(|opened| opened.sync_all())
            .with_context(|| format!("cannot sync {}", path.display()))?;
    }
    Ok(())
}
