//! Publishing from a real archive and its index: what rounds record is what the site shows.

use std::path::Path;

use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::document_path;

use crate::archive::commit::{Change, RoundCommit, Signature};
use crate::archive::index::Index;
use crate::archive::{Archive, ArchiveOptions};
use crate::publishing::records::{Records, publish};
use crate::publishing::tests::{edition, read_tree};
use crate::publishing::{PublishOptions, Published};

struct Mirror {
    archive: Archive,
    index: Index,
    directory: tempfile::TempDir,
}

impl Mirror {
    fn new() -> Mirror {
        let directory = tempfile::tempdir().unwrap();
        let archive =
            Archive::open(&directory.path().join("archive"), ArchiveOptions::default()).unwrap();
        let path = directory.path().join("index.sqlite");
        let (index, _) = Index::open_current(&path, &archive, &mut |_| ()).unwrap();
        Mirror {
            archive,
            index,
            directory,
        }
    }

    /// One round at that minute.
    fn record(&mut self, minute: u8, changes: Vec<Change>) {
        let round = RoundCommit {
            time: format!("2026-11-02T10:{minute:02}:00Z").parse().unwrap(),
            message: "An invented round".to_owned(),
            author: Signature::new("The mirror", "mirror@example.org"),
            changes,
        };
        let commits = self.archive.commit(&round).unwrap();
        self.index.apply(&round, &commits).unwrap();
    }

    fn publish(&self) -> Published {
        let records = Records {
            archive: &self.archive,
            index: &self.index,
        };
        let options = PublishOptions {
            directory: self.site(),
            precompress: false,
        };
        publish(records, &edition(), &options, &|_, _| ()).unwrap()
    }

    fn site(&self) -> std::path::PathBuf {
        self.directory.path().join("site")
    }
}

/// An invented article and the path of its document.
fn article(number: u32, title: &str) -> (Document, String) {
    let url = url::Url::parse(&format!("https://evening-post.example/{number}")).unwrap();
    let document = Document {
        published: format!("2026-11-02T09:{number:02}:00Z").parse().unwrap(),
        title: title.to_owned(),
        body: wirecopy_document::clean::clean("<p>An invented text.</p>", None),
        trailer: Trailer {
            source: Some("evening-post".to_owned()),
            ..Trailer::default()
        },
        url,
    };
    let id = DocumentId::of("evening-post", &document.url);
    let path = document_path("evening-post", document.published, "fixed", id);
    (document, path)
}

fn put(number: u32, title: &str) -> Change {
    let (document, path) = article(number, title);
    Change {
        volume: None,
        path,
        content: Some(document.to_bytes()),
    }
}

fn files(site: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    read_tree(site, "", &mut files);
    files
}

#[test]
fn a_round_is_published_by_an_increment_and_as_a_whole_build_would() {
    let mut mirror = Mirror::new();
    mirror.record(
        1,
        (0..20)
            .map(|number| put(number, "Of the first round"))
            .collect(),
    );
    assert!(mirror.publish().whole);
    mirror.record(
        2,
        vec![
            put(30, "Of the second round"),
            put(7, "Edited in the second round"),
        ],
    );
    let increment = mirror.publish();
    assert!(
        !increment.whole && increment.problems.is_empty(),
        "{increment:?}"
    );
    let grown = files(&mirror.site());
    let front = String::from_utf8_lossy(&grown["index.html"]);
    assert!(front.contains("Of the second round") && front.contains("Edited in the second round"));
    std::fs::remove_file(mirror.site()).unwrap();
    assert!(mirror.publish().whole);
    assert!(
        grown == files(&mirror.site()),
        "the increment differs from a whole build"
    );
}

#[test]
fn a_deleted_document_leaves_the_site() {
    let mut mirror = Mirror::new();
    mirror.record(1, (0..5).map(|number| put(number, "Invented")).collect());
    mirror.publish();
    let before = files(&mirror.site()).len();
    let (_, path) = article(3, "Invented");
    mirror.record(
        2,
        vec![Change {
            volume: Some("2026".to_owned()),
            path,
            content: None,
        }],
    );
    assert!(mirror.publish().whole);
    assert_eq!(files(&mirror.site()).len(), before - 1);
}
