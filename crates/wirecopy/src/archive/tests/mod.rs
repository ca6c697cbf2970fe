//! The archive at its border, with real git in temporary directories. The news in it is invented.

mod commits;
mod formats;
mod indexing;
mod packs;
mod pictures;
mod recovery;
mod remotes;
mod signing;
mod verifying;

use crate::archive::commit::{Change, RoundCommit, Signature};
use crate::archive::{Archive, ArchiveOptions};
use jiff::Timestamp;
use std::path::Path;
use std::process::Command;
use url::Url;
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::document_path;

/// An archive in `<directory>/archive`.
pub(crate) fn open(directory: &Path) -> Archive {
    Archive::open(&directory.join("archive"), ArchiveOptions::default()).unwrap()
}

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

pub(crate) fn round(time: &str, changes: Vec<Change>) -> RoundCommit {
    let author = Signature::new("The mirror", "mirror@example.org");
    RoundCommit {
        time: at(time),
        message: "3 new from Bell Tower\n\nOne more line".to_owned(),
        author,
        changes,
    }
}

pub(crate) fn put(path: &str, content: &str) -> Change {
    Change {
        volume: None,
        path: path.to_owned(),
        content: Some(content.as_bytes().to_vec()),
    }
}

pub(crate) fn delete(volume: &str, path: &str) -> Change {
    Change {
        volume: Some(volume.to_owned()),
        path: path.to_owned(),
        content: None,
    }
}

pub(crate) fn id(name: &str) -> DocumentId {
    DocumentId::of("bell-tower", &url(name))
}

fn url(name: &str) -> Url {
    Url::parse(&format!("https://bell-tower.example/{name}")).unwrap()
}

/// The path of the invented article called `name`.
pub(crate) fn path(name: &str, published: &str) -> String {
    document_path("bell-tower", at(published), name, id(name))
}

/// The file of the invented article called `name`.
pub(crate) fn article(name: &str, published: &str, body: &str) -> String {
    let time = at(published).as_millisecond();
    let url = url(name);
    format!(
        "<!--{time}-->\n[{name}]({url})\n------\n\n<p>{body}</p>\n\n<!--\nsource: bell-tower\nauthor: A. Bell\n\
        captured: {published}\nformat: 1\n-->\n"
    )
}

/// A change that adds or revises the invented article called `name`.
pub(crate) fn article_change(name: &str, published: &str, body: &str) -> Change {
    put(&path(name, published), &article(name, published, body))
}

/// What git says, asked as an operator would.
pub(crate) fn git(repository: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .arg("--git-dir")
        .arg(repository)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}
