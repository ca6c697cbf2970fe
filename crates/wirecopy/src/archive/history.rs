//! A volume's commits with the files that each changed, oldest first, as git's own history tells them.

use crate::archive::commit::{RecordedFile, VolumeCommit};
use crate::archive::git::{self, NOT_STARTED, Reach};
use crate::archive::volume::Volume;
use anyhow::{Context, bail};
use jiff::Timestamp;
use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// A revision of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The commit that made it.
    pub commit: String,
    /// When.
    pub time: Timestamp,
    /// The commit's whole message.
    pub message: String,
}

/// Hands over the commits after `since` (all, without it) that touch documents or state, oldest first. Of a history
/// that was cut off the oldest commit is left out: it seems to add every file there is.
pub(crate) fn commits(
    volume: &Volume,
    since: Option<&str>,
    mut each: impl FnMut(VolumeCommit) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(head) = &volume.head else {
        return Ok(());
    };
    let cut_off = volume.cut_off()?;
    let mut log = git::command(&volume.repository, Reach::Local);
    log.args([
        "log",
        "--first-parent",
        "--reverse",
        "--raw",
        "-z",
        "--no-renames",
        "--no-abbrev",
        HEADING,
    ]);
    if let Some(since) = since {
        log.arg(format!("^{since}"));
    }
    log.args([head, "--", "articles", "state"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = log.spawn().context(NOT_STARTED)?;
    let stdout = child.stdout.take().context("git gave no output")?;
    let read = read_commits(
        BufReader::with_capacity(1 << 16, stdout),
        volume,
        &cut_off,
        &mut each,
    );
    if read.is_err() {
        let _ = child.kill();
    }
    let status = child.wait()?;
    read?;
    if !status.success() {
        bail!(
            "git log failed in volume {}; is it damaged? (git fsck tells)",
            volume.name
        );
    }
    Ok(())
}

/// Begins with a control character, which no path of an archive has.
const HEADING: &str = "--format=%x01%H %ct %P";

fn read_commits(
    mut output: impl BufRead,
    volume: &Volume,
    cut_off: &HashSet<String>,
    each: &mut impl FnMut(VolumeCommit) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut pending: Option<VolumeCommit> = None;
    let mut field = Vec::new();
    while next_field(&mut output, &mut field)? {
        let text = std::str::from_utf8(&field).context("git named a commit in no text")?;
        if let Some(heading) = text.strip_prefix('\x01') {
            let commit = parse_heading(heading, volume)?;
            if let Some(whole) = pending.replace(commit) {
                hand_over(whole, cut_off, each)?;
            }
            continue;
        }
        // `:mode mode before after letter`, after a line break when it follows a heading.
        let mut change = text.trim_start_matches(['\n', ':']).split(' ').skip(2);
        let (before, after) = (
            change.next().context("no object")?.to_owned(),
            change.next().context("no object")?,
        );
        let revision = Some(after.to_owned()).filter(|name| !is_nowhere(name));
        if !next_field(&mut output, &mut field)? {
            bail!("git log ended in the middle");
        }
        let file = RecordedFile {
            path: String::from_utf8_lossy(&field).into_owned(),
            revision,
            added: is_nowhere(&before),
        };
        pending
            .as_mut()
            .context("a change before its commit")?
            .files
            .push(file);
    }
    pending.map_or(Ok(()), |whole| hand_over(whole, cut_off, each))
}

fn hand_over(
    commit: VolumeCommit,
    cut_off: &HashSet<String>,
    each: &mut impl FnMut(VolumeCommit) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    if cut_off.contains(&commit.commit) {
        Ok(())
    } else {
        each(commit)
    }
}

fn parse_heading(heading: &str, volume: &Volume) -> anyhow::Result<VolumeCommit> {
    let mut words = heading.split(' ');
    let commit = words.next().context("no commit")?.to_owned();
    let seconds = words.next().context("no time")?.parse()?;
    let parent = words
        .next()
        .filter(|parent| !parent.is_empty())
        .map(str::to_owned);
    let time = Timestamp::from_second(seconds)?;
    Ok(VolumeCommit {
        volume: volume.name.to_string(),
        commit,
        parent,
        time,
        files: Vec::new(),
    })
}

fn next_field(output: &mut impl BufRead, field: &mut Vec<u8>) -> std::io::Result<bool> {
    field.clear();
    let read = output.read_until(0, field)?;
    if field.last() == Some(&0) {
        field.pop();
    }
    Ok(read > 0)
}

fn is_nowhere(object: &str) -> bool {
    object.bytes().all(|byte| byte == b'0')
}

/// The revisions of the file at `path`, newest first.
pub(crate) fn revisions(volume: &Volume, path: &str) -> anyhow::Result<Vec<Revision>> {
    let Some(head) = &volume.head else {
        return Ok(Vec::new());
    };
    let mut log = git::command(&volume.repository, Reach::Local);
    log.args([
        "--literal-pathspecs",
        "log",
        "--first-parent",
        "-z",
        "--no-renames",
        "--format=%H %ct%n%B",
        head,
        "--",
        path,
    ]);
    let text = String::from_utf8_lossy(&git::output(&mut log)?).into_owned();
    let revisions = text
        .split('\0')
        .filter(|revision| !revision.is_empty())
        .map(|revision| {
            let (heading, message) = revision.split_once('\n').context("no message")?;
            let (commit, seconds) = heading.trim().split_once(' ').context("no time")?;
            let time = Timestamp::from_second(seconds.parse()?)?;
            Ok(Revision {
                commit: commit.to_owned(),
                time,
                message: message.trim_end().to_owned(),
            })
        });
    revisions.collect()
}

/// Whether `commit` is part of the volume's history.
pub(crate) fn contains(volume: &Volume, commit: &str) -> anyhow::Result<bool> {
    let Some(head) = &volume.head else {
        return Ok(false);
    };
    if head == commit {
        return Ok(true);
    }
    let mut query = git::command(&volume.repository, Reach::Local);
    query.args(["merge-base", "--is-ancestor", commit, head]);
    let done = query.stdin(Stdio::null()).output().context(NOT_STARTED)?;
    Ok(done.status.success())
}
