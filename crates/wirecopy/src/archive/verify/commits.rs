//! The commits of a clone, read one by one from the newest, and who signed each.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, ensure};
use jiff::Timestamp;

use crate::archive::git;
use crate::archive::reader::Batch;
use crate::archive::tree::object_name;
use crate::archive::verify::signature::{self, Commit};
use crate::archive::verify::{Clone, Finding, Judged, Kind, Question, signers};

/// What can be seen of a history.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Its newest commit.
    pub(super) head: Option<String>,
    commits: HashMap<String, Commit>,
    /// The names of the commits, newest first.
    order: Vec<String>,
    /// Commits whose parents were not fetched.
    pub(super) cut_off: Vec<String>,
    /// Commits that are missing or damaged.
    pub(super) findings: Vec<Finding>,
}

impl History {
    /// Reads every commit that the newest one leads to.
    pub(super) fn read(clone: &Clone) -> anyhow::Result<History> {
        let mut history = History {
            head: head(clone)?,
            ..History::default()
        };
        let shallow = shallow(clone)?;
        let mut batch = Batch::of(clone.git())?;
        let mut waiting: Vec<String> = history.head.iter().cloned().collect();
        let mut met: HashSet<String> = waiting.iter().cloned().collect();
        while let Some(name) = waiting.pop() {
            match read(&mut batch, &name) {
                Ok(commit) if shallow.contains(&name) => {
                    history.cut_off.push(name.clone());
                    history.add(name, commit);
                }
                Ok(commit) => {
                    let new = |parent: &&String| met.insert((*parent).clone());
                    waiting.extend(commit.parents.iter().rev().filter(new).cloned());
                    history.add(name, commit);
                }
                Err(error) => {
                    history.findings.push(Finding {
                        kind: Kind::Damaged,
                        commit: Some(name),
                        path: None,
                        detail: format!("{error:#}; what lies before it cannot be seen"),
                    });
                    // Git ends the conversation over an object that it cannot read.
                    batch = Batch::of(clone.git())?;
                }
            }
        }
        Ok(history)
    }

    fn add(&mut self, name: String, commit: Commit) {
        self.order.push(name.clone());
        self.commits.insert(name, commit);
    }

    /// How many commits were seen.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// When the commits were made.
    pub(super) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.commits.values().map(|commit| commit.time)
    }

    /// Whether there is more of it elsewhere.
    pub(super) fn is_cut_off(&self) -> bool {
        !self.cut_off.is_empty()
    }

    /// Whether a commit is part of it, whose name may be given by its beginning.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&String> {
        self.order.iter().find(|known| known.starts_with(name))
    }

    /// Counts who signed, and tells of what the operator's key did not.
    pub(super) fn judge_signatures(&self, question: &Question, judged: &mut Judged) {
        let before = self.before(question.signed_from);
        for name in &self.order {
            let commit = &self.commits[name];
            let (kind, detail) = match commit.signer() {
                Ok(Some(key)) if question.signers.trust(&key, commit.time) => {
                    judged.signed += 1;
                    judged.first_signed = Some(name.clone());
                    continue;
                }
                Ok(Some(key)) => (Kind::OtherKey, signers::fingerprint(&key)),
                Ok(None) if before.contains(name.as_str()) => {
                    judged.vouched += 1;
                    continue;
                }
                Ok(None) => (Kind::Unsigned, "it bears no signature".to_owned()),
                Err(error) => (Kind::BadSignature, format!("{error:#}")),
            };
            judged.findings.push(Finding {
                kind,
                commit: Some(name.clone()),
                path: None,
                detail,
            });
        }
    }

    /// The commits before the given ones, which their hashes vouch for.
    fn before(&self, names: &[String]) -> HashSet<&str> {
        let begun = names.iter().filter_map(|name| self.find(name));
        let mut waiting: Vec<&str> = begun.map(String::as_str).collect();
        let mut before = HashSet::new();
        while let Some(name) = waiting.pop() {
            let parents = self.commits.get(name).map(|commit| &commit.parents);
            for parent in parents.into_iter().flatten() {
                if before.insert(parent.as_str()) {
                    waiting.push(parent);
                }
            }
        }
        before
    }
}

/// The commit that is looked at; none where nothing is recorded yet.
fn head(clone: &Clone) -> anyhow::Result<Option<String>> {
    let branches = git::line(
        clone
            .git()
            .args(["for-each-ref", "--count=1", "--format=x"]),
    )?;
    if branches.is_empty() {
        return Ok(None);
    }
    let head = git::line(clone.git().args(["rev-parse", "--verify", "HEAD"]))
        .context("HEAD names no commit; check out the branch `main`")?;
    Ok(Some(head))
}

/// The commits whose parents were left out when the clone was made.
fn shallow(clone: &Clone) -> anyhow::Result<HashSet<String>> {
    let path = git::line(clone.git().args(["rev-parse", "--git-path", "shallow"]))?;
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {path}")),
    }
}

/// The commit of that name, if its bytes are those that the name says.
fn read(batch: &mut Batch, name: &str) -> anyhow::Result<Commit> {
    let bytes = batch.ask(name)?.context("the commit is missing")?;
    ensure!(
        object_name("commit", &bytes) == name,
        "the commit's bytes are not those that were recorded"
    );
    signature::commit(&bytes)
}
