//! Writes one commit to one volume through `git fast-import`: no working tree, and the cost of what changes.
//!
//! The stream names the parent and the changed files only, so git reads and writes no directory but those on their
//! way. It moves no branch: the commit's objects are made durable first, and only then does [`advance`] move the
//! branch. A power cut between the two leaves objects that nothing refers to, and never a branch to nowhere.

use crate::archive::commit::{Change, RoundCommit};
use crate::archive::durable::sync;
use crate::archive::git::{self, BRANCH, NOT_STARTED, Reach};
use crate::archive::recovery;
use crate::archive::volume::Volume;
use anyhow::{Context, bail};
use std::io::{BufWriter, Write};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The name under which fast-import holds the commit; it is undone before the stream ends and never on disk.
const SCRATCH: &str = "refs/wirecopy/round";

/// Writes the commit's objects and returns its name. They are durable, and nothing refers to them yet.
///
/// # Errors
///
/// When git fails (no space left, for one). The volume is as it was.
pub(crate) fn write_commit(
    volume: &Volume,
    round: &RoundCommit,
    changes: &[&Change],
) -> anyhow::Result<String> {
    let commit = patiently(volume, || import(volume, round, changes))?;
    sync(&volume.repository.join("objects/pack"))?;
    Ok(commit)
}

/// How long to wait for a git that outlived a killed run: it writes what it was given, and that is little.
const ORPHANS_LIMIT: Duration = Duration::from_secs(10);

const ORPHANS_PAUSE: Duration = Duration::from_millis(50);

/// Pauses after which such a git must have ended, and what is still in the way is its leftover.
const ORPHANS_PAUSES: u32 = 20;

/// Tries again while the files of a git that outlived a killed run are in the way. Nobody else writes here: the
/// mirror's lock is ours.
fn patiently<T>(
    volume: &Volume,
    mut attempt: impl FnMut() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let end = Instant::now() + ORPHANS_LIMIT;
    let mut pauses = 0;
    loop {
        let ended = attempt();
        let in_the_way = |error: &anyhow::Error| format!("{error:#}").contains("File exists");
        if !ended.as_ref().is_err_and(in_the_way) || Instant::now() > end {
            return ended;
        }
        std::thread::sleep(ORPHANS_PAUSE);
        pauses += 1;
        if pauses % ORPHANS_PAUSES == 0 {
            recovery::clear(volume)?;
        }
    }
}

fn import(volume: &Volume, round: &RoundCommit, changes: &[&Change]) -> anyhow::Result<String> {
    let mut command = git::command(&volume.repository, Reach::Local);
    // Without deltas (`--depth=0`): fast-import knows no better base for a file than the one that it wrote before it,
    // and a repack keeps whatever delta it finds. So lists of a month took 74 MB as deltas of unrelated articles.
    command.args([
        "fast-import",
        "--quiet",
        "--done",
        "--date-format=raw",
        "--depth=0",
    ]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context(NOT_STARTED)?;
    let sent = send(&mut child, volume, round, changes);
    let done = child.wait_with_output()?;
    if !done.status.success() {
        // Git's own cause (a full disk) says more than our broken pipe.
        bail!(
            "cannot write to volume {}: git fast-import: {}",
            volume.name,
            cause(&done.stderr)
        );
    }
    sent.with_context(|| format!("cannot write to volume {}", volume.name))?;
    let commit = String::from_utf8(done.stdout)?.trim().to_owned();
    if commit.len() != 40 {
        bail!("git fast-import named no commit in volume {}", volume.name);
    }
    Ok(commit)
}

fn send(
    child: &mut Child,
    volume: &Volume,
    round: &RoundCommit,
    changes: &[&Change],
) -> anyhow::Result<()> {
    let stdin = child
        .stdin
        .take()
        .context("git fast-import takes no input")?;
    let mut stream = BufWriter::with_capacity(1 << 16, stdin);
    let author = format!(
        "{} <{}> {} +0000",
        round.author.name(),
        round.author.email(),
        round.time.as_second()
    );
    writeln!(
        stream,
        "commit {SCRATCH}\nmark :1\nauthor {author}\ncommitter {author}"
    )?;
    data(&mut stream, round.message.as_bytes())?;
    if let Some(parent) = &volume.head {
        writeln!(stream, "from {parent}")?;
    }
    for change in changes {
        match &change.content {
            Some(content) => {
                writeln!(stream, "M 100644 inline {}", change.path)?;
                data(&mut stream, content)?;
            }
            None => writeln!(stream, "D {}", change.path)?,
        }
    }
    let nowhere = "0".repeat(40);
    writeln!(
        stream,
        "get-mark :1\nreset {SCRATCH}\nfrom {nowhere}\n\ndone"
    )?;
    stream.flush()?;
    Ok(())
}

fn data(stream: &mut impl Write, bytes: &[u8]) -> std::io::Result<()> {
    writeln!(stream, "data {}", bytes.len())?;
    stream.write_all(bytes)?;
    stream.write_all(b"\n")
}

/// Fast-import puts the cause first and where its report lies last.
fn cause(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let fatal = text.lines().find(|line| line.starts_with("fatal:"));
    fatal.map_or_else(
        || git::last_words(stderr),
        |line| line.trim_start_matches("fatal: ").to_owned(),
    )
}

/// Moves the volume's branch to `commit`, durably. Git refuses when the branch is not where it was.
///
/// # Errors
///
/// When it has moved, or the reference cannot be written.
pub(crate) fn advance(volume: &mut Volume, commit: &str) -> anyhow::Result<()> {
    let before = volume.head.clone().unwrap_or_else(|| "0".repeat(40));
    let moved = patiently(volume, || {
        let mut update = git::command(&volume.repository, Reach::Local);
        git::output(update.args(["update-ref", "--", BRANCH, commit, &before]))
    });
    // The git of a killed run may have moved it just now: a round done again makes the same commit.
    if moved.is_err() && !is_at(volume, commit) {
        moved.with_context(|| format!("cannot record the commit in volume {}", volume.name))?;
    }
    sync(&volume.repository.join("refs/heads"))?;
    volume.head = Some(commit.to_owned());
    Ok(())
}

fn is_at(volume: &Volume, commit: &str) -> bool {
    let mut query = git::command(&volume.repository, Reach::Local);
    let branch = git::output(query.args(["rev-parse", "--verify", "--quiet", BRANCH]));
    branch.is_ok_and(|name| name.trim_ascii() == commit.as_bytes())
}
