//! Keeps volumes small and quick: the packs that rounds leave are rolled up now and then.
//!
//! Rolling up joins small packs into larger ones so that their sizes stay a geometric row: each object is rewritten
//! a logarithmic number of times. That never looks for likeness across the large packs, and keeps directories that
//! rounds have rewritten, so once the small packs hold a good part of the volume it is repacked as a whole.

use crate::archive::Archive;
use crate::archive::durable::sync;
use crate::archive::git::{self, Ended, Reach};
use crate::archive::volume::Volume;
use anyhow::bail;
use std::ffi::OsStr;
use std::fs;
use std::time::{Duration, Instant};

/// Packs from which a volume is looked at: a day of hourly rounds.
const MANY_PACKS: usize = 24;

/// A whole repack is due when all packs but the largest hold more than this part of what it holds. Each byte is then
/// rewritten about four times while a volume grows by its own size.
const WHOLE_PART: u64 = 4;

/// How a volume was repacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repack {
    /// Its small packs were joined.
    Rolled,
    /// It is one pack.
    Whole,
}

/// What maintenance did to a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintained {
    /// The volume.
    pub volume: String,
    /// What was done; absent when there was no time to end it. It is tried again when it is next due.
    pub repack: Option<Repack>,
    /// Bytes on disk before.
    pub before: u64,
    /// Bytes on disk after.
    pub after: u64,
}

impl Archive {
    /// Repacks what needs it, for at most `limit` in all, in at most 200 MB of memory and one thread of git's. Readers
    /// and commits are served meanwhile; a repack that is cut short loses nothing but its work.
    ///
    /// # Errors
    ///
    /// When git fails (no space left, for one); the volume is as it was.
    pub fn maintain(&self, limit: Duration) -> anyhow::Result<Vec<Maintained>> {
        let deadline = Instant::now() + limit;
        let mut done = Vec::new();
        for volume in self.volumes() {
            let Some(due) = due(&pack_sizes(volume)?) else {
                continue;
            };
            let before = volume.bytes()?;
            let mut repack = repack(volume, due, deadline)?;
            if repack.is_none() && due == Repack::Whole {
                // Grown beyond what a whole repack has time for; joining the small ones is always quick.
                repack = self::repack(volume, Repack::Rolled, Instant::now() + limit / 4)?;
            }
            done.push(Maintained {
                volume: volume.name.to_string(),
                repack,
                before,
                after: volume.bytes()?,
            });
        }
        Ok(done)
    }
}

impl Archive {
    /// Repacks as a whole every volume of more packs than one, for at most `limit` in all: after an import.
    ///
    /// # Errors
    ///
    /// As [`Archive::maintain`].
    pub fn repack(&self, limit: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + limit;
        for volume in self.volumes() {
            if pack_sizes(volume)?.len() > 1 {
                repack(volume, Repack::Whole, deadline)?;
            }
        }
        Ok(())
    }
}

/// What a volume with packs of these sizes needs.
fn due(pack_sizes: &[u64]) -> Option<Repack> {
    if pack_sizes.len() < MANY_PACKS {
        return None;
    }
    let largest = pack_sizes.iter().max().copied().unwrap_or_default();
    let others = pack_sizes.iter().sum::<u64>() - largest;
    Some(if others > largest / WHOLE_PART {
        Repack::Whole
    } else {
        Repack::Rolled
    })
}

fn pack_sizes(volume: &Volume) -> anyhow::Result<Vec<u64>> {
    let mut sizes = Vec::new();
    for entry in fs::read_dir(volume.repository.join("objects/pack"))? {
        let entry = entry?;
        if entry.path().extension() == Some(OsStr::new("pack")) {
            sizes.push(entry.metadata()?.len());
        }
    }
    Ok(sizes)
}

/// Nothing when the time was over first.
fn repack(volume: &Volume, repack: Repack, deadline: Instant) -> anyhow::Result<Option<Repack>> {
    let mut command = git::command(&volume.repository, Reach::Local);
    command.args(["repack", "-d", "-q", "--write-midx"]);
    command.args(match repack {
        Repack::Rolled => ["--geometric=2", "--window=10"],
        // Deltas are kept, and nothing is dropped, whether or not the branch leads to it.
        Repack::Whole => ["-ak", "--window=10"],
    });
    let limit = deadline.saturating_duration_since(Instant::now());
    match git::bounded(&mut command, limit)? {
        Ended::Itself(done) if done.status.success() => {
            sync(&volume.repository.join("objects/pack"))?;
            Ok(Some(repack))
        }
        Ended::Itself(done) => bail!(
            "cannot repack volume {}: {}",
            volume.name,
            git::last_words(&done.stderr)
        ),
        Ended::TimedOut => {
            crate::archive::recovery::clear(volume)?;
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MANY_PACKS, Repack, due};

    #[test]
    fn repacks_seldom_and_wholly_only_when_it_pays() {
        let with_small = |largest: u64, small: u64, count: usize| {
            let mut sizes = vec![small; count];
            sizes.push(largest);
            due(&sizes)
        };
        assert_eq!(with_small(1000, 500, MANY_PACKS - 2), None);
        assert_eq!(with_small(100_000, 10, MANY_PACKS), Some(Repack::Rolled));
        assert_eq!(with_small(100_000, 2_000, MANY_PACKS), Some(Repack::Whole));
        assert_eq!(due(&[]), None);
    }
}
