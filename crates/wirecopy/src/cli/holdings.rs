//! The archive and the index of a mirror, held by one command that writes.

use std::path::Path;

use anyhow::Context;

use crate::archive::Archive;
use crate::archive::index::Index;
use crate::archive::index::rebuild::{Freshness, NO_INDEX};
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
