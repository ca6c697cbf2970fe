//! The archive and the index of a mirror: held by one command that writes, or opened beside it to read.

use std::path::Path;

use anyhow::{Context, bail};

use crate::archive::index::Index;
use crate::archive::index::rebuild::{Freshness, NO_INDEX};
use crate::archive::{Access, Archive, ArchiveOptions};
use crate::cli::options;
use crate::cli::terminal::Terminal;
use crate::config::Settings;
use crate::lock::{self, Lock};

/// What a mirror holds. No other instance works on it until this is dropped.
pub(super) struct Holdings {
    pub(super) archive: Archive,
    pub(super) index: Index,
    _lock: Lock,
}

/// Opens the mirror's holdings and brings the index up to date.
///
/// # Errors
/// Another instance holds the mirror, or the archive or index cannot be read.
pub(super) fn open(
    mirror: &Path,
    settings: &Settings,
    terminal: &Terminal,
) -> anyhow::Result<Holdings> {
    let lock = lock::acquire(mirror)?;
    let archive = Archive::open(&mirror.join("archive"), options::archive_options(settings))
        .context("cannot open the archive")?;
    let counter = terminal.counter("documents read for the index");
    let path = mirror.join("index.sqlite");
    let (index, freshness) =
        Index::open_current(&path, &archive, &mut |read| counter.set_position(read))?;
    counter.finish_and_clear();
    match freshness {
        Freshness::Rebuilt(reason) if reason != NO_INDEX => {
            tracing::warn!(reason, "index made anew from the archive");
        }
        Freshness::Rebuilt(_) => tracing::info!("index made from the archive"),
        Freshness::Current | Freshness::CaughtUp(_) => {}
    }
    Ok(Holdings {
        archive,
        index,
        _lock: lock,
    })
}

/// Opens the mirror's holdings for reading alone, so that a mirror at work need not stop.
///
/// # Errors
/// There is no index, or the archive or index cannot be read.
pub(super) fn open_to_read(mirror: &Path) -> anyhow::Result<(Archive, Index)> {
    let path = mirror.join("index.sqlite");
    // Opening would begin an empty one.
    if !path.exists() {
        bail!("there is no index yet; `wirecopy update` or `wirecopy reindex` makes it");
    }
    let options = ArchiveOptions {
        access: Access::Read,
        ..ArchiveOptions::default()
    };
    let archive =
        Archive::open(&mirror.join("archive"), options).context("cannot open the archive")?;
    Ok((archive, Index::open(&path)?))
}
