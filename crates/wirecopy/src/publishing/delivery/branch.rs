//! A site as a branch of a git host, such as the pages of one: always a single commit without a parent, so that the
//! repository there never grows beyond what the site holds.
//!
//! The branch is replaced only if it still is what this mirror pushed last, or does not exist.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::archive::git::{self, Reach};
use crate::archive::push;
use crate::archive::remote::Remote;
use crate::publishing::delivery::{Courier, Sent};

/// Loose objects from which the former commits' are swept together and away.
const SWEEP_FROM: &str = "gc.auto=2000";

pub(super) fn deliver(
    site: &Path,
    (remote, branch): (&Remote, &str),
    courier: &Courier,
) -> Result<Sent> {
    let repository = &courier.repository;
    if !repository.join("HEAD").exists() {
        begin(repository)?;
    }
    let tree = write_tree(repository, site).with_context(|| {
        format!(
            "git cannot take the site into {}; delete that directory, and it is made again",
            repository.display()
        )
    })?;
    let delivered = delivered_ref(remote, branch);
    let former = resolve(repository, &delivered)?;
    let there = head_there(repository, (remote, branch), courier.limit)?;
    if there != former && there.is_some() {
        bail!(
            "{}; nothing was overwritten. If nothing there is wanted, delete the branch {branch} there, and the next \
             delivery makes it anew; else name another `branch`",
            not_ours(branch, former.is_some())
        );
    }
    // What is gone there is sent whole.
    let former = former.filter(|_| there.is_some());
    let former_tree = match &former {
        Some(commit) => resolve(repository, &format!("{commit}^{{tree}}"))?,
        None => None,
    };
    if there.is_some() && former_tree.as_deref() == Some(&tree) {
        return Ok(Sent::default());
    }
    let sent = changes(repository, former_tree.as_deref(), &tree)?;
    let commit = commit(repository, &tree, courier)?;
    push(
        repository,
        (remote, branch),
        (&commit, there.as_deref()),
        courier.limit,
    )?;
    git::output(local(repository).args(["update-ref", &delivered, &commit]))?;
    git::output(local(repository).args([
        "-c",
        SWEEP_FROM,
        "gc",
        "--auto",
        "--quiet",
        "--prune=now",
    ]))?;
    Ok(sent)
}

fn local(repository: &Path) -> Command {
    git::command(repository, Reach::Local)
}

fn begin(repository: &Path) -> Result<()> {
    let mut command = local(repository);
    command
        .args(["init", "--quiet", "--bare", "--initial-branch=main"])
        .arg(repository);
    git::output(&mut command).map(drop)
}

/// Where the commit is remembered that was pushed last: by the place, since there may be several.
fn delivered_ref(remote: &Remote, branch: &str) -> String {
    let place = blake3::hash(format!("{remote} {branch}").as_bytes()).to_hex();
    format!("refs/delivered/{}", &place[..20])
}

/// Why a branch is left alone: it was moved there, or what this mirror knew of it is lost.
fn not_ours(branch: &str, is_known: bool) -> String {
    match is_known {
        true => format!("somebody else has pushed to the branch {branch} since this mirror did"),
        false => format!(
            "the branch {branch} is there already, and this mirror does not remember to have pushed it (`pages.git` in \
             its directory is new)"
        ),
    }
}

/// The site as a tree. Git's index knows the files that have not changed by their times, and reads the others alone.
/// `.nojekyll` tells some hosts of pages to serve the files as they are.
fn write_tree(repository: &Path, site: &Path) -> Result<String> {
    let with_site = || {
        let mut command = local(repository);
        command
            .arg("--work-tree")
            .arg(site)
            .args(["-c", "core.bare=false"]);
        command
    };
    git::output(
        with_site()
            .args(["add", "--all", "--force", "."])
            .current_dir(site),
    )?;
    let empty = git::line(local(repository).args(["hash-object", "-w", "--stdin"]))?;
    let entry = format!("100644,{empty},.nojekyll");
    git::output(local(repository).args(["update-index", "--add", "--cacheinfo", &entry]))?;
    git::line(local(repository).arg("write-tree"))
}

fn commit(repository: &Path, tree: &str, courier: &Courier) -> Result<String> {
    let author = &courier.author;
    let mut command = local(repository);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), &author.name);
        command.env(format!("GIT_{role}_EMAIL"), &author.email);
    }
    git::line(command.args(["commit-tree", "-m", "The site as it is published", tree]))
}

/// The commit or tree of that name, if there is one.
fn resolve(repository: &Path, name: &str) -> Result<Option<String>> {
    let mut command = local(repository);
    command.args(["rev-parse", "--verify", "--quiet", "--end-of-options", name]);
    let done = command.output().context(git::NOT_STARTED)?;
    let text = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    Ok(done
        .status
        .success()
        .then_some(text)
        .filter(|text| !text.is_empty()))
}

/// What the branch is there.
fn head_there(
    repository: &Path,
    (remote, branch): (&Remote, &str),
    limit: Duration,
) -> Result<Option<String>> {
    let mut command = git::command(repository, Reach::Network);
    let name = format!("refs/heads/{branch}");
    command.args(["ls-remote", "--", remote.template(), &name]);
    let listed = push::run(&mut command, remote, limit).map_err(|refusal| anyhow!("{refusal}"))?;
    let first = listed.split('\t').next().unwrap_or_default().trim();
    Ok(Some(first.to_owned()).filter(|first| !first.is_empty()))
}

fn push(
    repository: &Path,
    (remote, branch): (&Remote, &str),
    (commit, there): (&str, Option<&str>),
    limit: Duration,
) -> Result<()> {
    let name = format!("refs/heads/{branch}");
    let lease = format!("--force-with-lease={name}:{}", there.unwrap_or_default());
    let mut command = git::command(repository, Reach::Network);
    command.args(["push", "--porcelain", &lease, "--", remote.template()]);
    command.arg(format!("{commit}:{name}"));
    push::run(&mut command, remote, limit).map_err(|refusal| anyhow!("{refusal}"))?;
    Ok(())
}

/// How many files differ from the former tree.
fn changes(repository: &Path, former: Option<&str>, tree: &str) -> Result<Sent> {
    let Some(former) = former else {
        let listed =
            git::output(local(repository).args(["ls-tree", "-r", "-z", "--name-only", tree]))?;
        let written = listed.iter().filter(|byte| **byte == 0).count();
        return Ok(Sent {
            written,
            removed: 0,
        });
    };
    let mut command = local(repository);
    command.args([
        "diff-tree",
        "-r",
        "--no-renames",
        "--name-status",
        former,
        tree,
    ]);
    let listed = git::output(&mut command)?;
    let (removed, written): (Vec<&[u8]>, Vec<&[u8]>) = listed
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .partition(|line| line.starts_with(b"D"));
    Ok(Sent {
        written: written.len(),
        removed: removed.len(),
    })
}
