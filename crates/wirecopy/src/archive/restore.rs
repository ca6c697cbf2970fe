//! Fetches volumes from a remote, without their history: what a CI job starts from, and a machine that lost its disk.

use crate::archive::Archive;
use crate::archive::durable::sync;
use crate::archive::format;
use crate::archive::git::{self, BRANCH, Reach};
use crate::archive::history;
use crate::archive::push::run;
use crate::archive::remote::{Cause, Refusal, Remote};
use crate::archive::volume::{Volume, VolumeName};
use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Holds a fetched branch until it is known to follow from ours.
const FETCHED: &str = "refs/wirecopy/fetched";

/// A volume that came from a remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The remote's address without its passwords.
    pub remote: String,
    /// The volume.
    pub volume: String,
}

impl Archive {
    /// Fetches from the first remote that answers the volumes that are missing here, without their history, and what
    /// is newer there in those that are here. Each command gets at most `limit`. Where a remote has a repository for
    /// each volume they are sought from the year of `now` backwards until a year has none.
    ///
    /// # Errors
    ///
    /// When there are remotes and none answers: beginning a new archive then would end in two.
    pub fn restore(
        &mut self,
        remotes: &[Remote],
        now: Timestamp,
        limit: Duration,
    ) -> anyhow::Result<Vec<Restored>> {
        let mut refusals = Vec::new();
        for remote in remotes {
            match self.restore_from(remote, now, limit) {
                Ok(restored) => return Ok(restored),
                Err(error) => refusals.push(format!("{remote}: {error:#}")),
            }
        }
        if refusals.is_empty() {
            return Ok(Vec::new());
        }
        bail!("no remote gives the archive: {}", refusals.join("; "))
    }

    fn restore_from(
        &mut self,
        remote: &Remote,
        now: Timestamp,
        limit: Duration,
    ) -> anyhow::Result<Vec<Restored>> {
        let listing = Listing::new(&self.directory, remote, limit)?;
        let year = now.to_zoned(TimeZone::UTC).year();
        let found = if remote.is_divided() {
            listing.seek(year)?
        } else {
            listing.branches(year)?
        };
        drop(listing);
        let mut restored = Vec::new();
        for (name, head) in found {
            let known = self.volumes.iter().find(|volume| volume.name == name);
            let fetched = match known {
                Some(volume) if volume.head.is_some() => {
                    follow(volume.clone(), remote, &head, limit)?
                }
                Some(_) | None => Some(fetch(&self.directory, name, remote, limit)?),
            };
            if let Some(mut volume) = fetched {
                format::settle(&mut volume, &self.options)?;
                self.volumes.retain(|known| known.name != name);
                self.volumes.push(volume);
                self.volumes.sort_by_key(|volume| volume.name);
                restored.push(Restored {
                    remote: remote.to_string(),
                    volume: name.to_string(),
                });
            }
        }
        Ok(restored)
    }
}

/// Asks a remote what it has, from an empty repository, so that no other one's settings play in.
struct Listing<'a> {
    repository: std::path::PathBuf,
    remote: &'a Remote,
    limit: Duration,
}

impl Listing<'_> {
    fn new<'a>(
        directory: &Path,
        remote: &'a Remote,
        limit: Duration,
    ) -> anyhow::Result<Listing<'a>> {
        let repository = Volume::unfinished(directory, VolumeName { year: 0, part: 1 })?;
        Ok(Listing {
            repository,
            remote,
            limit,
        })
    }

    /// The volumes of a remote with a repository for each.
    fn seek(&self, newest: i16) -> Result<Vec<(VolumeName, String)>, Refusal> {
        let mut found = Vec::new();
        for year in (1..=newest).rev() {
            let before = found.len();
            for part in 1.. {
                let name = VolumeName { year, part };
                match self.heads(name, BRANCH) {
                    Ok(listed) => match listed.split('\t').next().filter(|head| !head.is_empty()) {
                        Some(head) => found.push((name, head.to_owned())),
                        None => break,
                    },
                    Err(refusal) if refusal.cause == Cause::Missing => break,
                    Err(refusal) => return Err(refusal),
                }
            }
            // In January the year that begins may have none yet.
            if found.len() == before && year < newest {
                break;
            }
        }
        Ok(found)
    }

    /// The volumes of a remote that holds all as branches.
    fn branches(&self, year: i16) -> Result<Vec<(VolumeName, String)>, Refusal> {
        let listed = self.heads(VolumeName { year, part: 1 }, "refs/heads/*")?;
        let volumes = listed.lines().filter_map(|line| {
            let (head, branch) = line.split_once('\t')?;
            Some((
                branch.strip_prefix("refs/heads/")?.parse().ok()?,
                head.to_owned(),
            ))
        });
        Ok(volumes.collect())
    }

    fn heads(&self, name: VolumeName, pattern: &str) -> Result<String, Refusal> {
        let mut command = git::command(&self.repository, Reach::Network);
        command.args(["ls-remote", "--", &self.remote.address(name), pattern]);
        run(&mut command, self.remote, self.limit)
    }
}

impl Drop for Listing<'_> {
    fn drop(&mut self) {
        // What stays is cleared at the next start.
        let _ = fs::remove_dir_all(&self.repository);
    }
}

/// Fetches a volume that is not here. It appears under its name only when it is whole.
fn fetch(
    directory: &Path,
    name: VolumeName,
    remote: &Remote,
    limit: Duration,
) -> anyhow::Result<Volume> {
    let unfinished = Volume::unfinished(directory, name)?;
    let mut command = git::command(&unfinished, Reach::Network);
    command.args([
        "fetch",
        "--quiet",
        "--depth=1",
        "--no-tags",
        "--no-write-fetch-head",
        "--",
    ]);
    command
        .arg(remote.address(name))
        .arg(format!("+{}:{BRANCH}", remote.branch(name)));
    run(&mut command, remote, limit).with_context(|| format!("cannot fetch volume {name}"))?;
    for part in ["shallow", "objects/pack", "refs/heads", "."] {
        let path = unfinished.join(part);
        if path.exists() {
            sync(&path)?;
        }
    }
    Volume::finish(directory, name, &unfinished)
}

/// Brings a volume that is here up to what the remote has; nothing when it lacks nothing. Commits that are here and
/// not there stay, to be pushed.
fn follow(
    mut volume: Volume,
    remote: &Remote,
    head: &str,
    limit: Duration,
) -> anyhow::Result<Option<Volume>> {
    if history::contains(&volume, head)? {
        return Ok(None);
    }
    let mut command = git::command(&volume.repository, Reach::Network);
    command.args([
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--",
    ]);
    command
        .arg(remote.address(volume.name))
        .arg(format!("+{}:{FETCHED}", remote.branch(volume.name)));
    run(&mut command, remote, limit)
        .with_context(|| format!("cannot fetch volume {}", volume.name))?;
    let before = volume.head.replace(head.to_owned());
    let follows = history::contains(&volume, before.as_deref().unwrap_or_default())?;
    volume.head = before;
    git::output(git::command(&volume.repository, Reach::Local).args([
        "update-ref",
        "-d",
        FETCHED,
    ]))?;
    if !follows {
        bail!(Refusal {
            cause: Cause::Diverged,
            detail: format!("volume {}", volume.name)
        });
    }
    sync(&volume.repository.join("objects/pack"))?;
    crate::archive::write::advance(&mut volume, head)?;
    Ok(Some(volume))
}
