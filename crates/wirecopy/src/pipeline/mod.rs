//! A mirror and its rounds: poll what is due, choose the text, compose documents, record, publish, push.
//!
//! Decisions are pure functions (`schedule`, `text`, `compose`, `revise`, `edited`, `withdrawal`, `ladder`); the other
//! modules obey them.
//! The order of a round is the order of trust: a document is in git before the index knows it, the index before its
//! entry counts as done, and each later step finds out by itself what it has not done yet.

pub mod looks;
pub mod pictures;
pub mod remove;
pub mod report;
pub mod round;
pub mod rules;
pub mod run;
pub mod source;

mod absent;
pub(crate) mod captures;
pub(crate) mod compose;
mod edited;
pub(crate) mod gather;
mod journal;
mod ladder;
pub(crate) mod ledger;
mod list_page;
pub(crate) mod lists;
mod message;
mod moved;
mod news;
mod parts;
mod patience;
mod poll;
pub(crate) mod record;
mod revise;
pub(crate) mod schedule;
mod settle;
mod text;
mod whole;
mod withdrawal;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use wirecopy_extract::SiteRules;
use wirecopy_publish::edition::Edition;

use crate::archive::{
    Archive, ArchiveOptions,
    commit::Signature,
    index::{
        Index,
        rebuild::{Freshness, NO_INDEX},
    },
    remote::Remote,
};
use crate::fetch::{FetchOptions, Fetcher};
use crate::images::renditions::make::MakingOptions;
use crate::lock::{self, Lock};
use crate::pipeline::pictures::PicturesOptions;
use crate::pipeline::source::Source;
use crate::publishing::PublishOptions;
use crate::publishing::delivery::Deliveries;

/// The longest that one git command may talk to a remote: a first push of a volume takes minutes on a slow line.
pub(crate) const REMOTE_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Everything that a mirror is made of, checked.
#[derive(Clone, Debug)]
pub struct MirrorOptions {
    /// Where the mirror lies on disk.
    pub directory: PathBuf,
    /// The publications that it follows.
    pub sources: Vec<Source>,
    /// How requests are made.
    pub fetch: FetchOptions,
    /// What mends the extraction of single sites.
    pub rules: Arc<SiteRules>,
    /// How the archive is kept.
    pub archive: ArchiveOptions,
    /// Where the archive is pushed, and fetched from when it is not here.
    pub remotes: Vec<Remote>,
    /// In whose name commits are made.
    pub author: Signature,
    /// What is published.
    pub edition: Edition,
    /// How the site is written; none when there is to be no site.
    pub publish: Option<PublishOptions>,
    /// Where the site goes after that; none when it goes nowhere.
    pub deliveries: Option<Deliveries>,
    /// The most time that a round takes to look at recorded articles again; none when they are not looked at.
    pub looks: Option<Duration>,
    /// How pictures are kept; none when they are not.
    pub pictures: Option<PicturesOptions>,
    /// What is made of them for pages; nothing where pages do not show them.
    pub renditions: Option<MakingOptions>,
    /// The settings file as it is, to be kept in the archive too.
    pub settings: Option<Vec<u8>>,
}

/// An open mirror. It holds the mirror's lock until it is dropped.
pub struct Mirror {
    pub(crate) options: MirrorOptions,
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) archive: Archive,
    pub(crate) index: Arc<Mutex<Index>>,
    _lock: Lock,
}

impl Mirror {
    /// Opens a mirror: finishes or drops what a killed run left, fetches the archive from the first remote that has it
    /// when none is here, and brings the index up to date with the archive.
    ///
    /// # Errors
    /// Another instance works on it, or the archive or the index cannot be read.
    pub fn open(options: MirrorOptions, now: Timestamp) -> Result<Mirror> {
        let directory = &options.directory;
        std::fs::create_dir_all(directory).with_context(|| {
            format!("cannot make the mirror's directory {}", directory.display())
        })?;
        let lock = lock::acquire(directory)?;
        let mut archive = Archive::open(&directory.join("archive"), options.archive.clone())?;
        let path = directory.join("index.sqlite");
        if archive.volumes().is_empty() || lacks_volumes(&path, &archive) {
            for restored in archive.restore(&options.remotes, now, REMOTE_LIMIT)? {
                tracing::info!(
                    remote = restored.remote,
                    volume = restored.volume,
                    "volume fetched"
                );
            }
        }
        let (index, freshness) = Index::open_current(&path, &archive, &mut |_| {})?;
        match freshness {
            Freshness::Rebuilt(reason) if reason != NO_INDEX => {
                tracing::warn!(reason, "index made anew from the archive");
            }
            Freshness::Rebuilt(_) => tracing::info!("index made from the archive"),
            Freshness::Current | Freshness::CaughtUp(_) => {}
        }
        let fetcher = Arc::new(Fetcher::new(options.fetch.clone())?);
        Ok(Mirror {
            options,
            fetcher,
            archive,
            index: Arc::new(Mutex::new(index)),
            _lock: lock,
        })
    }

    /// The fetcher, for a server beside the rounds: politeness and its counters are shared.
    pub fn fetcher(&self) -> Arc<Fetcher> {
        self.fetcher.clone()
    }
}

/// Whether the index, if it can be read, knows volumes that are not there.
fn lacks_volumes(index: &Path, archive: &Archive) -> bool {
    index.exists()
        && Index::open(index)
            .and_then(|index| index.lacking(archive))
            .is_ok_and(|lacking| !lacking.is_empty())
}
