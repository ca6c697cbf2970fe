//! Signs a commit with the operator's SSH key, by git's own signatures (gitformat-signature, `gpg.format=ssh`).
//!
//! `git fast-import` cannot sign. It makes the commit's tree, and a second commit of the same tree, parent, dates and
//! message carries the signature; the first stays without a reference until the archive is packed. An Ed25519
//! signature is a function of key and content (RFC 8032 §5.1.6), so that a round done again makes the same commit.

use crate::archive::commit::RoundCommit;
use crate::archive::durable::sync;
use crate::archive::git::{self, NOT_STARTED, Reach};
use crate::archive::volume::Volume;
use anyhow::{Context, bail, ensure};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

/// The name of a commit that is the `imported` one with a signature. Its objects are durable, and nothing refers to
/// them yet.
///
/// # Errors
///
/// When the key cannot be read or asks for a password, or git or ssh-keygen fails. The volume is as it was.
pub(crate) fn signed(
    volume: &Volume,
    round: &RoundCommit,
    imported: &str,
    key: &Path,
) -> anyhow::Result<String> {
    ensure!(
        key.is_file(),
        "there is no signing key {}; make one with `ssh-keygen -t ed25519 -N '' -f {0}`, or take `signing_key` out of \
         [archive]",
        key.display()
    );
    let commit = commit_tree(volume, round, imported, key)
        .with_context(|| format!("cannot sign the commit in volume {}", volume.name))?;
    // Git has synced the file; where it is listed is ours to sync.
    let objects = volume.repository.join("objects");
    sync(&objects.join(&commit[..2]))?;
    sync(&objects)?;
    Ok(commit)
}

fn commit_tree(
    volume: &Volume,
    round: &RoundCommit,
    imported: &str,
    key: &Path,
) -> anyhow::Result<String> {
    let mut command = git::command(&volume.repository, Reach::Local);
    command.args(["-c", "gpg.format=ssh", "-c"]);
    command.arg(format!("user.signingKey={}", key.display()));
    command.args(["commit-tree", "-S", "-F", "-"]);
    if let Some(parent) = &volume.head {
        command.args(["-p", parent]);
    }
    command.arg(format!("{imported}^{{tree}}"));
    let date = format!("{} +0000", round.time.as_second());
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), round.author.name())
            .env(format!("GIT_{role}_EMAIL"), round.author.email())
            .env(format!("GIT_{role}_DATE"), &date);
    }
    // ssh-keygen must not wait for somebody who types a password: it asks a program that has none.
    command
        .env("SSH_ASKPASS_REQUIRE", "force")
        .env("SSH_ASKPASS", "false");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context(NOT_STARTED)?;
    let mut message = child.stdin.take().context("git takes no input")?;
    let sent = message.write_all(round.message.as_bytes());
    drop(message);
    let done = child.wait_with_output()?;
    if !done.status.success() {
        bail!("{}", refusal(&done.stderr));
    }
    sent?;
    let commit = String::from_utf8(done.stdout)?.trim().to_owned();
    ensure!(commit.len() == 40, "git commit-tree named no commit");
    Ok(commit)
}

/// Why it was not signed; git's last line only says that it was not.
fn refusal(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    if text.contains("cannot run ssh-keygen") || text.contains("could not run ssh-keygen") {
        return "there is no ssh-keygen; install OpenSSH, or take `signing_key` out of [archive]"
            .to_owned();
    }
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("; ")
}
