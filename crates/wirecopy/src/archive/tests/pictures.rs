//! What the index knows of the pictures that documents show.

use super::{article_change, delete, open, path, round};
use crate::archive::Archive;
use crate::archive::commit::Change;
use crate::archive::index::Index;
use std::path::Path;
use url::Url;

const DAY: &str = "2026-01-01T10:00:00Z";

fn current(mirror: &Path, archive: &Archive) -> Index {
    let path = mirror.join("index.sqlite");
    Index::open_current(&path, archive, &mut |_| ()).unwrap().0
}

/// Commits one change and takes it into the index.
fn record(archive: &mut Archive, index: &mut Index, time: &str, change: Change) {
    let round = round(time, vec![change]);
    let commits = archive.commit(&round).unwrap();
    index.apply(&round, &commits).unwrap();
}

#[track_caller]
fn check(index: &Index, shown: &[&str], not_shown: &[&str]) {
    let shows = |address: &str| index.shows_picture(&Url::parse(address).unwrap()).unwrap();
    for address in shown {
        assert!(shows(address), "{address} is not known");
    }
    for address in not_shown {
        assert!(!shows(address), "{address} is known");
    }
}

#[test]
fn a_picture_is_known_as_long_as_a_document_shows_it() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let mut index = current(mirror.path(), &archive);
    let (a, b) = ("https://i.example/a.jpg", "https://i.example/b.jpg?w=5&h=6");
    let picture =
        |address: &str| format!("<img src=\"{}\" alt=\"\">", address.replace('&', "&amp;"));
    record(
        &mut archive,
        &mut index,
        "2026-01-02T03:00:00Z",
        article_change("fire", DAY, &picture(a)),
    );
    record(
        &mut archive,
        &mut index,
        "2026-01-02T04:00:00Z",
        article_change("storm", DAY, &picture(b)),
    );
    check(
        &index,
        &[a, b, "http://i.example/a.jpg"],
        &["https://i.example/b.jpg", "https://i.example/"],
    );
    record(
        &mut archive,
        &mut index,
        "2026-01-02T05:00:00Z",
        article_change("fire", DAY, "no picture"),
    );
    check(&index, &[b], &[a]);
    drop(index);
    std::fs::remove_file(mirror.path().join("index.sqlite")).unwrap();
    let mut index = current(mirror.path(), &archive);
    check(&index, &[b], &[a]);
    let gone = delete("2026", &path("storm", DAY));
    record(&mut archive, &mut index, "2026-01-02T06:00:00Z", gone);
    check(&index, &[], &[a, b]);
}
