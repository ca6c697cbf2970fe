//! The version of an archive, in `state/archive.toml` of each volume: a newer one is refused, an older one is brought
//! up to date by a commit, and the commit before it stays under a reference of its own.

use crate::archive::commit::{Change, RoundCommit, Signature};
use crate::archive::git::{self, Reach};
use crate::archive::reader::Batch;
use crate::archive::volume::Volume;
use crate::archive::{Access, ArchiveOptions, record};
use anyhow::{Context, bail};
use jiff::Timestamp;
use std::path::Path;

/// The version of paths and state files that this program writes.
pub const FORMAT: u32 = 1;

/// Where a volume tells its version.
const FILE: &str = "state/archive.toml";

/// What takes a volume from each older version to the next: the files to change besides [`FILE`]. The first is for
/// archives from before there was a version, which differ in nothing else.
const MIGRATIONS: [Migration; FORMAT as usize] = [|_| Ok(Vec::new())];

/// Gives the changes of one step.
type Migration = fn(&Volume) -> anyhow::Result<Vec<Change>>;

/// The file that tells the version, for a volume's first commit.
pub(crate) fn file() -> Change {
    let text = format!(
        "# The version of this archive's paths and state files. Do not edit.\nformat = {FORMAT}\n"
    );
    Change {
        volume: None,
        path: FILE.to_owned(),
        content: Some(text.into_bytes()),
    }
}

/// Checks a volume's version and migrates an older one where that is allowed.
pub(crate) fn settle(volume: &mut Volume, options: &ArchiveOptions) -> anyhow::Result<()> {
    let Some(head) = volume.head.clone() else {
        return Ok(());
    };
    let format = version(volume, &head)?;
    if format > FORMAT {
        bail!(
            "volume {} of the archive has format {format}, which is newer than this program's {FORMAT}; update the program",
            volume.name
        );
    }
    if format < FORMAT && options.access == Access::Write {
        migrate(volume, &head, format, options.signing_key.as_deref())
            .with_context(|| format!("cannot bring volume {} to format {FORMAT}", volume.name))?;
    }
    Ok(())
}

fn version(volume: &Volume, head: &str) -> anyhow::Result<u32> {
    let mut batch = Batch::start(&volume.repository)?;
    // Without its newest commit everything seems absent, and a damaged volume must not pass for an old one.
    if batch.ask(&format!("{head}^{{tree}}"))?.is_none() {
        bail!(
            "volume {} lacks its newest commit {head}; move it away and restore it from a remote",
            volume.name
        );
    }
    let Some(bytes) = batch.ask(&format!("{head}:{FILE}"))? else {
        return Ok(0);
    };
    let told = toml::from_slice::<toml::Table>(&bytes)
        .ok()
        .and_then(|table| table.get("format")?.as_integer());
    let told = told.and_then(|format| u32::try_from(format).ok());
    told.with_context(|| {
        format!(
            "{FILE} of volume {} does not tell the archive's format",
            volume.name
        )
    })
}

/// The time is that of the commit before, so that a migration that is repeated makes the same commit.
fn migrate(volume: &mut Volume, head: &str, format: u32, key: Option<&Path>) -> anyhow::Result<()> {
    let backup = format!("refs/backup/format-{format}");
    let repository = volume.repository.clone();
    git::output(git::command(&repository, Reach::Local).args(["update-ref", "--", &backup, head]))?;
    let seconds = git::line(git::command(&repository, Reach::Local).args([
        "show",
        "-s",
        "--format=%ct",
        head,
    ]))?;
    let mut changes = vec![file()];
    for step in &MIGRATIONS[format as usize..] {
        changes.extend(step(volume)?);
    }
    let round = RoundCommit {
        time: Timestamp::from_second(seconds.parse()?)?,
        message: format!("Bring the archive from format {format} to {FORMAT}"),
        author: Signature::new("Wirecopy", ""),
        changes: Vec::new(),
    };
    let by_path = changes
        .iter()
        .map(|change| (change.path.as_str(), change))
        .collect();
    record(volume, &round, &by_path, key)?;
    Ok(())
}
