//! The invented newsroom: an archive in a temporary directory, rounds that add to it, and the site made of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::{Timestamp, ToSpan};
use wirecopy_document::clean::clean;
use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::document_path;
use wirecopy_publish::edition::{Edition, SourceInfo};

use crate::archive::commit::{Change, RoundCommit, Signature};
use crate::archive::index::Index;
use crate::archive::{Archive, ArchiveOptions};
use crate::publishing::records::{Records, publish};
use crate::publishing::{PublishOptions, Published};

/// An archive that rounds add to, and the directory that it is published to.
pub(super) struct Newsroom {
    pub(super) archive: Archive,
    pub(super) index: Index,
    /// What the next round records.
    changes: Vec<Change>,
    rounds: i64,
    pub(super) precompress: bool,
    pub(super) directory: tempfile::TempDir,
}

/// An invented article: its number tells where and when it was published, and under what.
pub(super) fn article(number: usize, title: &str) -> Document {
    let source = source_of(number);
    let published: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
    let tag = |tag: &str| tag.to_owned();
    let tags = match number % 5 {
        0 => vec![tag("Ferries"), tag("港口")],
        1 => vec![tag("ferries")],
        _ => Vec::new(),
    };
    Document {
        published: published + (i64::try_from(number).unwrap() * 50).minutes(),
        title: format!("{title} {number}"),
        body: clean(&format!("<p>Invented text of article {number}.</p>"), None),
        trailer: Trailer {
            source: Some(source.into()),
            tags,
            authors: vec![format!("Ada {}", number % 40)],
            ..Trailer::default()
        },
        url: url::Url::parse(&format!("https://{}.example/{number}", number % 3)).unwrap(),
    }
}

pub(super) fn source_of(number: usize) -> &'static str {
    if number.is_multiple_of(3) {
        "evening-post"
    } else {
        "虚构日报"
    }
}

/// Where the document of an article lies, fixed by its first recording.
pub(super) fn path_of(number: usize) -> String {
    let first = article(number, "");
    let id = DocumentId::of(source_of(number), &first.url);
    document_path(source_of(number), first.published, "fixed", id)
}

impl Newsroom {
    pub(super) fn with(articles: usize) -> Newsroom {
        let directory = tempfile::tempdir().unwrap();
        let archive =
            Archive::open(&directory.path().join("archive"), ArchiveOptions::default()).unwrap();
        let path = directory.path().join("index.sqlite");
        let (index, _) = Index::open_current(&path, &archive, &mut |_| ()).unwrap();
        let mut newsroom = Newsroom {
            archive,
            index,
            changes: Vec::new(),
            rounds: 0,
            precompress: false,
            directory,
        };
        for number in 0..articles {
            newsroom.write(number, "Invented");
        }
        newsroom
    }

    /// Writes an article, or writes it again.
    pub(super) fn write(&mut self, number: usize, title: &str) {
        self.put(number, Some(article(number, title).to_bytes()));
    }

    pub(super) fn put(&mut self, number: usize, content: Option<Vec<u8>>) {
        let volume = content.is_none().then(|| "2026".to_owned());
        let path = path_of(number);
        self.changes.push(Change {
            volume,
            path,
            content,
        });
    }

    /// Records what was written in one round, and publishes.
    pub(super) fn publish(&mut self) -> Result<Published> {
        self.publish_as(&edition())
    }

    /// As [`Newsroom::publish`], with settings of one's own.
    pub(super) fn publish_as(&mut self, edition: &Edition) -> Result<Published> {
        let first: Timestamp = "2026-12-02T10:00:00Z".parse().unwrap();
        let round = RoundCommit {
            time: first + self.rounds.minutes(),
            message: "An invented round".to_owned(),
            author: Signature::new("The mirror", "mirror@example.org"),
            changes: std::mem::take(&mut self.changes),
        };
        self.rounds += 1;
        let commits = self.archive.commit(&round).unwrap();
        self.index.apply(&round, &commits).unwrap();
        let records = Records {
            archive: &self.archive,
            index: &self.index,
        };
        publish(records, edition, &self.options(), &|_, _| ())
    }

    /// The site as a whole build makes it.
    pub(super) fn rebuilt(&mut self) -> BTreeMap<String, Vec<u8>> {
        self.rebuilt_as(&edition())
    }

    /// As [`Newsroom::rebuilt`], with settings of one's own.
    pub(super) fn rebuilt_as(&mut self, edition: &Edition) -> BTreeMap<String, Vec<u8>> {
        fs::remove_file(self.site()).unwrap();
        assert!(self.publish_as(edition).unwrap().whole);
        self.files()
    }

    /// Changes the index behind the program's back.
    pub(super) fn meddle(&self, sql: &str) {
        let index = rusqlite::Connection::open(self.directory.path().join("index.sqlite"));
        index.unwrap().execute_batch(sql).unwrap();
    }

    pub(super) fn options(&self) -> PublishOptions {
        PublishOptions {
            pictures: None,
            directory: self.site(),
            precompress: self.precompress,
            revisions: true,
        }
    }

    pub(super) fn site(&self) -> PathBuf {
        self.directory.path().join("site")
    }

    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        read_tree(&self.site(), "", &mut files);
        files
    }

    /// What stands beside the site: generations and what belongs to them.
    pub(super) fn store(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path().join("site.d")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub(super) fn edition() -> Edition {
    let source = |slug: &str| SourceInfo {
        slug: slug.into(),
        name: format!("{slug} (invented)"),
        site: None,
        feed: None,
        language: Some("en".into()),
    };
    Edition {
        title: "The Invented Mirror".into(),
        sources: vec![source("evening-post"), source("虚构日报")],
        text: true,
        search: true,
        offline: true,
        ..Edition::default()
    }
}

pub(super) fn read_tree(directory: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read_tree(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}
