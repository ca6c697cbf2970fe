//! The archive of a mirror: one bare git repository for each volume, and the index that makes it quick to ask.
//! Git holds the truth; the index may be deleted at any time.
//!
//! A volume holds what was recorded in a year, or less when it would grow past a size that git hosts accept. A
//! document stays in the volume of its first recording, with all its revisions. Nothing here decides what is
//! written: callers give whole files, and whether to write them at all is known by comparing.

pub mod aliases;
pub mod commit;
pub mod export;
pub mod format;
pub mod history;
pub mod import;
pub mod index;
pub mod maintain;
pub mod push;
pub mod reader;
pub mod remote;
pub mod restore;
pub mod verify;
pub mod volume;

mod bulk;
pub(crate) mod durable;
pub(crate) mod git;
mod packs;
mod recovery;
mod sign;
pub mod tombstone;
pub(crate) mod tree;
mod write;

use crate::archive::commit::{Change, RecordedFile, RoundCommit, VolumeCommit};
use crate::archive::history::Revision;
use crate::archive::reader::Reader;
use crate::archive::tree::Tree;
use crate::archive::volume::{Volume, VolumeName};
use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How an archive is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveOptions {
    /// Size on disk from which a volume takes no new documents, in bytes.
    pub max_volume_bytes: u64,
    /// Whether this instance holds the mirror's lock and may write and clear up.
    pub access: Access,
    /// The private SSH key that signs commits; none are signed without it.
    pub signing_key: Option<PathBuf>,
}

/// What an instance may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look, while another instance may be writing.
    Read,
    /// Everything; the mirror's lock is held.
    Write,
}

impl Default for ArchiveOptions {
    /// Volumes of 1 GB: hosts recommend to stay below that, and refuse single pushes of 2 GB.
    fn default() -> ArchiveOptions {
        ArchiveOptions {
            max_volume_bytes: 1_000_000_000,
            access: Access::Write,
            signing_key: None,
        }
    }
}

/// All volumes of a mirror.
#[derive(Debug)]
pub struct Archive {
    directory: PathBuf,
    options: ArchiveOptions,
    volumes: Vec<Volume>,
}

impl Archive {
    /// Opens the archive in `directory` (`<mirror>/archive`), which is made when it is not there, and finishes or
    /// drops what a killed run left.
    ///
    /// # Errors
    ///
    /// When a volume cannot be read, or was written by a newer version of the program.
    pub fn open(directory: &Path, options: ArchiveOptions) -> anyhow::Result<Archive> {
        if options.access == Access::Write {
            fs::create_dir_all(directory).with_context(|| {
                format!(
                    "cannot make the archive's directory {}",
                    directory.display()
                )
            })?;
            recovery::drop_unfinished(directory)?;
        }
        let mut volumes = Volume::all(directory)?;
        for volume in &mut volumes {
            if options.access == Access::Write {
                recovery::clear(volume)?;
            }
            format::settle(volume, &options)?;
        }
        Ok(Archive {
            directory: directory.to_owned(),
            options,
            volumes,
        })
    }

    /// The volumes, oldest first.
    pub fn volumes(&self) -> &[Volume] {
        &self.volumes
    }

    /// The volume of that name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn volume(&self, name: &str) -> anyhow::Result<&Volume> {
        let found = self
            .volumes
            .iter()
            .find(|volume| volume.name.to_string() == name);
        found.with_context(|| format!("the archive has no volume {name}"))
    }

    /// The name of the volume that takes what is new at `time`; it need not exist yet.
    ///
    /// # Errors
    ///
    /// When a volume's size cannot be told.
    pub fn current(&self, time: Timestamp) -> anyhow::Result<VolumeName> {
        let year = time.to_zoned(TimeZone::UTC).year();
        let last = self.volumes.iter().rfind(|volume| volume.name.year == year);
        Ok(match last {
            None => VolumeName { year, part: 1 },
            Some(volume) if volume.bytes()? < self.options.max_volume_bytes => volume.name,
            Some(volume) => VolumeName {
                year,
                part: volume.name.part + 1,
            },
        })
    }

    /// Records a round: one commit in each volume where something differs, in order of the volumes. It is durable on
    /// return. Done again it makes nothing.
    ///
    /// # Errors
    ///
    /// When something cannot be written; some of the volumes may have their commit then, and the same call after the
    /// next start makes the others. After a failed sync the process must end (see reliability in ARCHITECTURE.md).
    pub fn commit(&mut self, round: &RoundCommit) -> anyhow::Result<Vec<VolumeCommit>> {
        let current = self.current(round.time)?;
        let format = format::file();
        let mut commits = Vec::new();
        for (name, mut changes) in commit::by_volume(&round.changes, current)? {
            let position = self.position(name)?;
            let volume = &mut self.volumes[position];
            if volume.head.is_none() {
                changes.insert(&format.path, &format);
            }
            let key = self.options.signing_key.as_deref();
            commits.extend(record(volume, round, &changes, key)?);
        }
        Ok(commits)
    }

    /// Where the volume stands in the list; it is begun when there is none of that name.
    fn position(&mut self, name: VolumeName) -> anyhow::Result<usize> {
        match self
            .volumes
            .binary_search_by_key(&name, |volume| volume.name)
        {
            Ok(position) => Ok(position),
            Err(position) => {
                self.volumes
                    .insert(position, Volume::create(&self.directory, name)?);
                Ok(position)
            }
        }
    }

    /// The revisions of the file at `path`, newest first; none when there is no such file.
    ///
    /// # Errors
    ///
    /// When there is no such volume, or it cannot be read.
    pub fn revisions(&self, volume: &str, path: &str) -> anyhow::Result<Vec<Revision>> {
        history::revisions(self.volume(volume)?, path)
    }

    /// What the newest commit of a volume holds: nothing where the volume is not begun.
    pub(crate) fn tree(&self, volume: &str) -> anyhow::Result<Tree> {
        let begun = self
            .volumes
            .iter()
            .find(|known| known.name.to_string() == volume);
        begun.map_or_else(|| Ok(Tree::default()), Tree::of)
    }

    /// A reader of all volumes.
    pub fn reader(&self) -> Reader {
        Reader::new(&self.directory)
    }
}

/// Commits the changes that are any, if there are any.
fn record(
    volume: &mut Volume,
    round: &RoundCommit,
    changes: &BTreeMap<&str, &Change>,
    signing_key: Option<&Path>,
) -> anyhow::Result<Option<VolumeCommit>> {
    let files = differing(volume, changes)?;
    if files.is_empty() {
        return Ok(None);
    }
    let written: Vec<&Change> = files
        .iter()
        .map(|file| changes[file.path.as_str()])
        .collect();
    let parent = volume.head.clone();
    let imported = write::write_commit(volume, round, &written)?;
    let commit = match signing_key {
        Some(key) => sign::signed(volume, round, &imported, key)?,
        None => imported,
    };
    write::advance(volume, &commit)?;
    let time = Timestamp::from_second(round.time.as_second())?;
    Ok(Some(VolumeCommit {
        volume: volume.name.to_string(),
        commit,
        parent,
        time,
        files,
    }))
}

/// The changes that make a difference to the volume's newest commit.
fn differing(
    volume: &Volume,
    changes: &BTreeMap<&str, &Change>,
) -> anyhow::Result<Vec<RecordedFile>> {
    let mut tree = Tree::of(volume)?;
    let mut files = Vec::new();
    for (path, change) in changes {
        let before = tree.blob(path)?;
        let revision = change.content.as_deref().map(tree::blob_name);
        if before != revision {
            files.push(RecordedFile {
                path: (*path).to_owned(),
                revision,
                added: before.is_none(),
            });
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
