//! The index against the archive it reflects.

use super::{article_change, delete, open, path, put, round};
use crate::archive::Archive;
use crate::archive::index::Index;
use crate::archive::index::documents::Row;
use crate::archive::index::rebuild::Freshness;
use std::path::Path;

fn rows(index: &Index) -> Vec<Row> {
    let mut rows = Vec::new();
    index
        .each(|row| {
            rows.push(row);
            Ok(())
        })
        .unwrap();
    rows
}

fn current(mirror: &Path, archive: &Archive) -> (Index, Freshness) {
    Index::open_current(&mirror.join("index.sqlite"), archive, &mut |_| ()).unwrap()
}

/// Some rounds: additions, a revision, a deletion, two commits in one second, a list that is no document.
fn fill(mirror: &Path) -> (Archive, Index) {
    let mut archive = open(mirror);
    let (mut index, _) = current(mirror, &archive);
    let day = "2026-01-01T10:00:00Z";
    let rounds = [
        round(
            "2026-01-02T03:00:00Z",
            vec![
                article_change("flood", day, "b"),
                article_change("fire", day, "a"),
                put("README.md", "r"),
            ],
        ),
        round(
            "2026-01-02T03:00:00Z",
            vec![article_change("storm", "2026-01-01T11:00:00Z", "c")],
        ),
        round(
            "2026-01-02T04:00:00Z",
            vec![
                article_change("fire", day, "a, revised"),
                put("articles/bell-tower/note.txt", "n"),
            ],
        ),
        round(
            "2026-01-02T05:00:00Z",
            vec![delete("2026", &path("flood", day)), put("lists/a.md", "l")],
        ),
        round("2026-01-02T06:00:00Z", vec![put("README.md", "r2")]),
    ];
    for round in &rounds {
        let commits = archive.commit(round).unwrap();
        index.apply(round, &commits).unwrap();
    }
    (archive, index)
}

#[test]
fn rebuilt_index_has_the_rows_of_the_one_kept_up() {
    let mirror = tempfile::tempdir().unwrap();
    let (archive, index) = fill(mirror.path());
    let kept = rows(&index);
    assert_eq!(
        kept.iter()
            .map(|row| (row.title.as_str(), row.revisions))
            .collect::<Vec<_>>(),
        [("fire", 2), ("storm", 1)]
    );
    assert_eq!(kept[0].authors, ["A. Bell"]);
    assert_eq!(kept[0].source, "bell-tower");
    let rebuilt =
        Index::rebuild(&mirror.path().join("other.sqlite"), &archive, &mut |_| ()).unwrap();
    assert_eq!(rows(&rebuilt), kept);
    let mut followed = Index::open(&mirror.path().join("third.sqlite")).unwrap();
    assert_eq!(followed.catch_up(&archive).unwrap(), Some(4));
    assert_eq!(rows(&followed), kept);
    assert_eq!(followed.catch_up(&archive).unwrap(), Some(0));
}
