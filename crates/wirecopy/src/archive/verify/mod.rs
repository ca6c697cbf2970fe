//! Whether an archive is what its operator recorded, told from a clone of it and the operator's public key alone:
//! every commit of the history is signed by that key, every file is the one that the commits name, nothing was taken
//! out, and what was signed before is still there. Nothing is fetched, and nothing written.
//!
//! A clone may come from anybody, so that neither its configuration nor its replacements, grafts and caches of the
//! history are believed: commits are read one by one from the newest, each known by the hash of its bytes.
//! docs/verify.md shows each step by hand with git alone.

mod commits;
mod files;
mod signature;
pub mod signers;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use serde::Serialize;

use crate::archive::git::{self, Reach};
use crate::archive::verify::commits::History;
use crate::archive::verify::signers::Signers;

/// What is asked.
#[derive(Debug)]
pub struct Question<'a> {
    /// Whose signatures count.
    pub signers: &'a Signers,
    /// Commits from which on everything is signed; what lies before them need not be.
    pub signed_from: &'a [String],
    /// Heads that a reader saw before.
    pub since: &'a [String],
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether nothing is amiss in what could be seen.
    pub good: bool,
    /// Whether all of the history could be seen.
    pub complete: bool,
    /// Fingerprints of the keys whose signatures counted.
    pub keys: Vec<String>,
    /// Each repository, in the order of their paths.
    pub repositories: Vec<Judged>,
    /// What became of the heads seen before.
    pub since: Vec<Since>,
}

/// What was found in one repository.
#[derive(Debug, Serialize)]
pub struct Judged {
    /// Where it is.
    pub path: PathBuf,
    /// Its newest commit: what a reader keeps to ask for it the next time. Absent where nothing is recorded yet.
    pub head: Option<String>,
    /// Commits seen.
    pub commits: usize,
    /// Those signed by the key.
    pub signed: usize,
    /// Those without a signature from before signing began, which the commits after them vouch for.
    pub vouched: usize,
    /// The oldest commit that the key signed.
    pub first_signed: Option<String>,
    /// The time of the oldest commit seen.
    pub oldest: Option<Timestamp>,
    /// The time of the newest.
    pub newest: Option<Timestamp>,
    /// Documents in the newest commit.
    pub documents: usize,
    /// Documents that the operator took out, each with a tombstone in its place that says when and why.
    pub tombstones: Vec<Removed>,
    /// Whether a working tree was compared too.
    pub working_tree: bool,
    /// Commits whose parents are not here: how far a shallow clone could see.
    pub cut_off: Vec<String>,
    /// Whether objects were left with a remote (a partial clone), whose files were then not seen.
    pub partial: bool,
    /// All that is amiss.
    pub findings: Vec<Finding>,
}

/// A document that the operator took out, and said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Its path, where the tombstone lies.
    pub path: String,
    /// When.
    pub time: Timestamp,
    /// Why.
    pub reason: String,
    /// Whether the law asked for it.
    pub legal: bool,
}

/// Something amiss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// The commit in which it is, where it is in one.
    pub commit: Option<String>,
    /// The file that it concerns, where it is one.
    pub path: Option<String>,
    /// More of it, in words.
    pub detail: String,
}

/// What may be amiss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A commit without a signature.
    Unsigned,
    /// A good signature by a key that is not the operator's, or not at that time.
    OtherKey,
    /// A signature that is not of this commit, or cannot be read.
    BadSignature,
    /// A document that a commit took out.
    TakenOut,
    /// An object whose bytes are not those that its name says, or that is missing.
    Damaged,
    /// A file of the working tree that is not as recorded.
    Differs,
    /// A file that is recorded and not in the working tree.
    Missing,
    /// A document in the working tree that is not recorded.
    Unrecorded,
}

/// A head seen before, and what became of it.
#[derive(Debug, Serialize)]
pub struct Since {
    /// As it was given.
    pub head: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a head seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is part of the history: what came since was added to it.
    Kept,
    /// It is not: history was rewritten, or its repository is not among these.
    Rewritten,
    /// It is not in what could be seen of a history that is cut off.
    OutOfSight,
}

/// Judges the repositories at `paths`: clones, bare or not, and directories of them.
///
/// # Errors
///
/// When there is no repository, or git cannot be run. What is amiss in one is a finding.
pub fn verify(paths: &[PathBuf], question: &Question) -> anyhow::Result<Report> {
    let mut repositories = Vec::new();
    let mut histories = Vec::new();
    for clone in clones(paths)? {
        let (judged, history) = judge(&clone, question)
            .with_context(|| format!("cannot verify {}", clone.path.display()))?;
        repositories.push(judged);
        histories.push(history);
    }
    let since = since(question.since, &histories);
    let whole = |judged: &Judged| judged.cut_off.is_empty() && !judged.partial;
    Ok(Report {
        good: repositories.iter().all(|judged| judged.findings.is_empty())
            && since
                .iter()
                .all(|since| since.verdict != Verdict::Rewritten),
        complete: repositories.iter().all(whole),
        keys: question.signers.fingerprints(),
        repositories,
        since,
    })
}

/// A repository that is judged.
struct Clone {
    /// As it was named.
    path: PathBuf,
    /// What git knows it by.
    repository: PathBuf,
    /// Where its files lie, if it is not bare.
    working_tree: Option<PathBuf>,
}

impl Clone {
    fn at(path: &Path) -> Option<Clone> {
        let inner = path.join(".git");
        let (repository, working_tree) = if inner.exists() {
            (inner, Some(path.to_owned()))
        } else if path.join("HEAD").is_file() && path.join("objects").is_dir() {
            (path.to_owned(), None)
        } else {
            return None;
        };
        Some(Clone {
            path: path.to_owned(),
            repository,
            working_tree,
        })
    }

    /// A git command on it that believes nothing that it says of its history, and fetches nothing.
    fn git(&self) -> Command {
        let mut command = git::command(&self.repository, Reach::Local);
        command
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_GRAFT_FILE", "/dev/null")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none");
        for setting in [
            "core.commitGraph=false",
            "core.multiPackIndex=false",
            "advice.graftFileDeprecated=false",
            "log.showRoot=true",
            "log.showSignature=false",
        ] {
            command.args(["-c", setting]);
        }
        command
    }
}

fn clones(paths: &[PathBuf]) -> anyhow::Result<Vec<Clone>> {
    let mut clones = Vec::new();
    for path in paths {
        if let Some(clone) = Clone::at(path) {
            clones.push(clone);
            continue;
        }
        let entries = std::fs::read_dir(path)
            .with_context(|| format!("cannot list {}", path.display()))?
            .map(|entry| entry.map(|entry| entry.path()));
        let mut within = entries.collect::<Result<Vec<_>, _>>()?;
        within.sort();
        let before = clones.len();
        clones.extend(within.iter().filter_map(|path| Clone::at(path)));
        ensure!(
            clones.len() > before,
            "there is no git repository in {}; name a clone of the archive, or a directory of clones",
            path.display()
        );
    }
    Ok(clones)
}

fn judge(clone: &Clone, question: &Question) -> anyhow::Result<(Judged, History)> {
    let format = git::line(clone.git().args(["rev-parse", "--show-object-format"]))?;
    if format != "sha1" {
        bail!("its objects are named by {format}, and archives are in sha1");
    }
    let history = History::read(clone)?;
    let mut judged = Judged {
        path: clone.path.clone(),
        head: history.head.clone(),
        commits: history.len(),
        signed: 0,
        vouched: 0,
        first_signed: None,
        oldest: history.times().min(),
        newest: history.times().max(),
        documents: 0,
        tombstones: Vec::new(),
        working_tree: clone.working_tree.is_some(),
        cut_off: history.cut_off.clone(),
        partial: files::is_partial(clone)?,
        findings: history.findings.clone(),
    };
    history.judge_signatures(question, &mut judged);
    if let Some(head) = &history.head {
        files::judge(clone, head, &mut judged)?;
    }
    Ok((judged, history))
}

fn since(heads: &[String], histories: &[History]) -> Vec<Since> {
    let verdicts = heads.iter().map(|head| {
        let is_kept = histories.iter().any(|history| history.contains(head));
        let verdict = match is_kept {
            true => Verdict::Kept,
            false if histories.iter().any(History::is_cut_off) => Verdict::OutOfSight,
            false => Verdict::Rewritten,
        };
        Since {
            head: head.clone(),
            verdict,
        }
    });
    verdicts.collect()
}
