//! The files of a clone: whether their bytes are those that the commits name, whether a commit took a document out,
//! and whether the working tree holds what is recorded.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use wirecopy_document::document::read_header;

use crate::archive::git::{self, NOT_STARTED};
use crate::archive::tombstone::Tombstone;
use crate::archive::tree::blob_name;
use crate::archive::verify::{Clone, Finding, Judged, Kind, Removed};

/// Where documents lie in an archive.
const DOCUMENTS: &str = "articles/";

/// Files by their paths, with the names of their objects.
type Files = BTreeMap<String, String>;

/// Judges the files of every commit that `head` leads to.
pub(super) fn judge(clone: &Clone, head: &str, judged: &mut Judged) -> anyhow::Result<()> {
    let damaged = damaged(clone, head)?;
    // What cannot be listed for a damage that is told already is left out.
    let is_whole =
        damaged.is_empty() && judged.findings.iter().all(|one| one.kind != Kind::Damaged);
    judged.findings.extend(damaged);
    match taken_out(clone, head) {
        Ok(findings) => judged.findings.extend(findings),
        Err(error) if is_whole => return Err(error),
        Err(_) => {}
    }
    match recorded(clone, head) {
        Ok(files) => {
            judged.documents = files
                .keys()
                .filter(|path| path.starts_with(DOCUMENTS))
                .count();
            judged.tombstones = tombstones(clone, head)?;
            judged.documents -= judged.tombstones.len();
            if let Some(working_tree) = &clone.working_tree {
                judged.findings.extend(compared(working_tree, &files)?);
            }
        }
        Err(error) if is_whole => return Err(error),
        Err(_) => {}
    }
    Ok(())
}

/// Whether the clone was made without some of its objects, which git would fetch when they are asked for.
pub(super) fn is_partial(clone: &Clone) -> anyhow::Result<bool> {
    let mut query = clone.git();
    query.args([
        "config",
        "--get-regexp",
        r"^(remote\..*\.promisor|extensions\.partialclone)$",
    ]);
    let done = query.stdin(Stdio::null()).output().context(NOT_STARTED)?;
    Ok(done.status.success())
}

/// The files of a commit. Repositories within it are none.
fn recorded(clone: &Clone, head: &str) -> anyhow::Result<Files> {
    let listed = git::output(
        clone
            .git()
            .args(["ls-tree", "-r", "-z", "--full-tree", head]),
    )?;
    let listed = String::from_utf8_lossy(&listed);
    let files = listed.split_terminator('\0').filter_map(|line| {
        let (kind, path) = line.split_once('\t')?;
        let (kind, name) = kind.rsplit_once(' ')?;
        kind.ends_with(" blob")
            .then(|| (path.to_owned(), name.to_owned()))
    });
    Ok(files.collect())
}

/// The tombstones of a commit. A document whose text only has such a line is none.
fn tombstones(clone: &Clone, head: &str) -> anyhow::Result<Vec<Removed>> {
    let mut search = clone.git();
    search.args(["grep", "-l", "-z", "--full-name", "-E", "^removed: ", head]);
    let done = search.args(["--", DOCUMENTS]).stdin(Stdio::null()).output();
    // git ends with 1 where nothing was found.
    let listed = done.context(NOT_STARTED)?.stdout;
    let listed = String::from_utf8_lossy(&listed);
    let mut removed = Vec::new();
    for name in listed.split_terminator('\0') {
        let bytes = git::output(clone.git().args(["cat-file", "blob", name]))?;
        let header = read_header(&bytes).ok();
        let tombstone = header.and_then(|header| Tombstone::of(&header.trailer));
        let path = name.split_once(':').map(|(_, path)| path.to_owned());
        removed.extend(path.zip(tombstone).map(|(path, tombstone)| Removed {
            path,
            time: tombstone.time,
            reason: tombstone.reason,
            legal: tombstone.is_legal,
        }));
    }
    Ok(removed)
}

/// The documents that some commit has no more and its parent had.
fn taken_out(clone: &Clone, head: &str) -> anyhow::Result<Vec<Finding>> {
    let mut log = clone.git();
    let (changes, ended_well) = changes(log.args(LOG).args(["--diff-filter=D", head]))?;
    ensure!(ended_well, "git log failed");
    let documents = changes
        .into_iter()
        .filter(|change| change.path.starts_with(DOCUMENTS));
    let findings = documents.map(|change| Finding {
        kind: Kind::TakenOut,
        commit: Some(change.commit),
        path: Some(change.path),
        detail: "the commit takes it out and leaves nothing in its place".to_owned(),
    });
    Ok(findings.collect())
}

/// What a commit did to a file.
struct Change {
    commit: String,
    /// The name of the file's new object.
    object: String,
    path: String,
}

/// Commits from the newest on, of a merge what differs from each parent; a heading begins with a control character,
/// which no path of an archive has.
const LOG: [&str; 7] = [
    "log",
    "-m",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--format=%x01%H",
];

/// What commits did, and whether that is all: of a damaged history git tells the newest part.
fn changes(log: &mut Command) -> anyhow::Result<(Vec<Change>, bool)> {
    let done = log.stdin(Stdio::null()).output().context(NOT_STARTED)?;
    let listed = String::from_utf8_lossy(&done.stdout);
    let mut fields = listed.split_terminator('\0');
    let mut commit = "";
    let mut changes = Vec::new();
    while let Some(field) = fields.next() {
        let field = field.trim_start_matches('\n');
        if let Some(heading) = field.strip_prefix('\x01') {
            // Of a merge the name of the parent follows.
            commit = heading.split(' ').next().unwrap_or_default();
        } else if let (Some(states), Some(path)) = (field.strip_prefix(':'), fields.next()) {
            changes.push(Change {
                commit: commit.to_owned(),
                object: states.split(' ').nth(3).unwrap_or_default().to_owned(),
                path: path.to_owned(),
            });
        }
    }
    Ok((changes, done.status.success()))
}

/// Objects that git finds damaged or missing, with the file of each.
fn damaged(clone: &Clone, head: &str) -> anyhow::Result<Vec<Finding>> {
    let mut check = clone.git();
    check.args([
        "fsck",
        "--full",
        "--no-dangling",
        "--no-reflogs",
        "--no-progress",
        head,
    ]);
    let done = check.stdin(Stdio::null()).output().context(NOT_STARTED)?;
    if done.status.success() {
        return Ok(Vec::new());
    }
    let told = [done.stderr, done.stdout].concat();
    let told = String::from_utf8_lossy(&told);
    let mut objects: BTreeMap<String, &str> = BTreeMap::new();
    // A broken link tells who names the object, on two lines; that the object is missing is told besides.
    let of_objects = |line: &&str| !line.starts_with([' ', '\t']) && !line.starts_with(BROKEN_LINK);
    for line in told.lines().filter(of_objects) {
        match line.split_once(FOUND_AT) {
            // The line begins with what its bytes are; what is damaged is the object that should lie there.
            Some((_, place)) => drop(objects.insert(object_at(place), line)),
            None => object_names(line).for_each(|name| {
                objects.entry(name.to_owned()).or_insert(line);
            }),
        }
    }
    if objects.is_empty() {
        bail!("git fsck failed: {}", git::last_words(told.as_bytes()));
    }
    let mut log = clone.git();
    let (changes, _) = changes(log.args(LOG).arg(head))?;
    let recorded: HashMap<&str, &Change> = changes
        .iter()
        .map(|change| (change.object.as_str(), change))
        .collect();
    let findings = objects.into_iter().map(|(name, line)| {
        let recorded = recorded.get(name.as_str());
        Finding {
            kind: Kind::Damaged,
            commit: recorded.map(|change| change.commit.clone()),
            path: recorded.map(|change| change.path.clone()),
            detail: line.to_owned(),
        }
    });
    Ok(findings.collect())
}

/// What `git fsck` says between the name of some bytes and the place of another object, where they were.
const FOUND_AT: &str = ": hash-path mismatch, found at: ";

/// How `git fsck` begins to tell which object names a missing one.
const BROKEN_LINK: &str = "broken link from";

/// The object whose file lies there: two digits name the directory, the others the file.
fn object_at(place: &str) -> String {
    let mut parts: Vec<&str> = place.rsplit('/').take(2).collect();
    parts.reverse();
    parts.concat()
}

/// The objects that a line of `git fsck` is about; a pack is none, though named alike.
fn object_names(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    words.filter(|word| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// What differs between a working tree and the files that are recorded.
fn compared(working_tree: &Path, files: &Files) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut find = |kind, path: &str, detail: &str| {
        findings.push(Finding {
            kind,
            commit: None,
            path: Some(path.to_owned()),
            detail: detail.to_owned(),
        });
    };
    for (path, name) in files {
        let place = working_tree.join(path);
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_file() => {
                let bytes = fs::read(&place).with_context(|| format!("cannot read {path}"))?;
                if !is_recorded(&bytes, name) {
                    find(
                        Kind::Differs,
                        path,
                        "the working tree has other bytes than are recorded",
                    );
                }
            }
            Ok(_) => find(Kind::Differs, path, "the working tree has no file there"),
            Err(_) => find(
                Kind::Missing,
                path,
                "it is recorded and not in the working tree",
            ),
        }
    }
    for path in found(working_tree)? {
        if !files.contains_key(&path) {
            find(
                Kind::Unrecorded,
                &path,
                "it is in the working tree and not recorded",
            );
        }
    }
    Ok(findings)
}

/// Whether these are the bytes of that object, or what git on Windows makes of its line ends.
fn is_recorded(bytes: &[u8], name: &str) -> bool {
    if blob_name(bytes) == name {
        return true;
    }
    let text = String::from_utf8_lossy(bytes);
    text.contains("\r\n") && blob_name(text.replace("\r\n", "\n").as_bytes()) == name
}

/// The documents of a working tree.
fn found(working_tree: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![DOCUMENTS.trim_end_matches('/').to_owned()];
    while let Some(directory) = waiting.pop() {
        let place = working_tree.join(&directory);
        if !place.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&place).with_context(|| format!("cannot list {directory}"))?;
        for entry in entries {
            let entry = entry?;
            let path = format!("{directory}/{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => waiting.push(path),
                false => drop(found.insert(path)),
            }
        }
    }
    Ok(found)
}
