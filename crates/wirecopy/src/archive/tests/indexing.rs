//! The index against the archive it reflects.

use super::{article_change, at, delete, id, open, path, put, round};
use crate::archive::Archive;
use crate::archive::aliases::{self, Aliases};
use crate::archive::commit::Change;
use crate::archive::index::Index;
use crate::archive::index::documents::Row;
use crate::archive::index::entries::EntryRecord;
use crate::archive::index::polls::{Poll, Rhythm};
use crate::archive::index::rebuild::Freshness;
use std::path::Path;
use wirecopy_document::subject::SubjectKind;

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

/// A document with these tags, which [`article_change`] leaves out.
fn tagged(name: &str, time: &str, tags: &str) -> Change {
    let mut change = article_change(name, time, "invented");
    let content = String::from_utf8(change.content.take().unwrap()).unwrap();
    let content = content.replace(
        "\nsource:",
        &format!("\ntag: {}\nsource:", tags.replace(", ", "\ntag: ")),
    );
    change.content = Some(content.into_bytes());
    change
}

#[test]
fn subjects_are_counted_as_documents_come_change_and_go() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let (mut index, _) = current(mirror.path(), &archive);
    let day = "2026-01-01T10:00:00Z";
    let rounds = [
        round(
            "2026-01-02T03:00:00Z",
            vec![tagged("flood", day, "Rivers, Ferries")],
        ),
        round("2026-01-02T04:00:00Z", vec![tagged("fire", day, "RIVERS")]),
        round("2026-01-02T05:00:00Z", vec![tagged("flood", day, "rivers")]),
    ];
    let told = |index: &Index| {
        let holdings = index.subjects(SubjectKind::Tag, 9).unwrap();
        let told = holdings
            .iter()
            .map(|holding| (holding.subject.name.clone(), holding.articles));
        told.collect::<Vec<_>>()
    };
    let expected: [&[(&str, u64)]; 3] = [
        &[("Rivers", 1), ("Ferries", 1)],
        &[("Rivers", 2), ("Ferries", 1)],
        &[("rivers", 2)],
    ];
    for (round, expected) in rounds.iter().zip(expected) {
        let commits = archive.commit(round).unwrap();
        index.apply(round, &commits).unwrap();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count))
            .collect();
        assert_eq!(told(&index), expected);
    }
    let newest = index.newest_under((SubjectKind::Tag, "rivers"), 9).unwrap();
    assert_eq!(newest.len(), 2);
    let first = index
        .numbered_under((SubjectKind::Tag, "rivers"), 1..2)
        .unwrap();
    assert!(first[0].path.contains("flood"));
    assert_eq!(
        index
            .number_under((SubjectKind::Tag, "rivers"), &first[0])
            .unwrap(),
        1
    );
    drop(index);
    let path = mirror.path().join("index.sqlite");
    let rebuilt = Index::rebuild(&path, &archive, &mut |_| ()).unwrap();
    assert_eq!(told(&rebuilt), [("rivers".to_owned(), 2)]);
}

#[test]
fn index_of_the_format_without_subjects_is_rebuilt_and_keeps_its_entries() {
    let mirror = tempfile::tempdir().unwrap();
    let (archive, mut index) = fill(mirror.path());
    let entry = EntryRecord {
        source: "bell-tower".to_owned(),
        entry: "invented".to_owned(),
        fingerprint: "f".to_owned(),
        id: None,
        waiting_since: None,
    };
    index.put_entries(std::slice::from_ref(&entry)).unwrap();
    drop(index);
    let old = rusqlite::Connection::open(mirror.path().join("index.sqlite")).unwrap();
    old.execute_batch(
        "DROP TABLE subjects; DROP TABLE mentions; DROP TABLE revisions; DROP TABLE pictures; \
         DROP TABLE visits; DROP TABLE begun; DROP TABLE tombstones; DROP TABLE shortfalls; \
         DROP TABLE ledgers; ALTER TABLE polls DROP COLUMN rhythm; \
         ALTER TABLE polls DROP COLUMN self_link; PRAGMA user_version = 1",
    )
    .unwrap();
    drop(old);
    let (index, freshness) = current(mirror.path(), &archive);
    assert!(matches!(freshness, Freshness::Rebuilt(_)), "{freshness:?}");
    assert_eq!(index.entry("bell-tower", "invented").unwrap(), Some(entry));
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
    for (row, recorded) in kept.iter().zip([2, 1]) {
        let revisions = index.revisions(row.id).unwrap();
        assert_eq!(revisions.len(), recorded);
        assert_eq!(revisions.last().unwrap().revision, row.revision);
        assert_eq!(rebuilt.revisions(row.id).unwrap(), revisions);
    }
    assert_eq!(
        index.last_archived(Some("bell-tower")).unwrap(),
        Some(at("2026-01-02T03:00:00Z"))
    );
    let mut followed = Index::open(&mirror.path().join("third.sqlite")).unwrap();
    assert_eq!(followed.catch_up(&archive).unwrap(), Some(4));
    assert_eq!(rows(&followed), kept);
    assert_eq!(followed.catch_up(&archive).unwrap(), Some(0));
}

#[test]
fn deleted_index_comes_back_and_a_damaged_one_is_kept_aside() {
    let mirror = tempfile::tempdir().unwrap();
    let (archive, index) = fill(mirror.path());
    let kept = rows(&index);
    drop(index);
    let file = mirror.path().join("index.sqlite");
    std::fs::write(&file, [b'?'; 9000]).unwrap();
    let _ = std::fs::remove_file(mirror.path().join("index.sqlite-wal"));
    let (index, freshness) = current(mirror.path(), &archive);
    assert!(
        matches!(&freshness, Freshness::Rebuilt(why) if why.contains("damaged") && why.contains("index.sqlite.damaged")),
        "{freshness:?}"
    );
    assert_eq!(rows(&index), kept);
    drop(index);
    std::fs::remove_file(&file).unwrap();
    let (index, _) = current(mirror.path(), &archive);
    assert_eq!(rows(&index), kept);
    drop(index);
    assert_eq!(current(mirror.path(), &archive).1, Freshness::Current);
}

#[test]
fn index_that_missed_commits_catches_up_and_refuses_later_ones() {
    let mirror = tempfile::tempdir().unwrap();
    let (mut archive, mut index) = fill(mirror.path());
    let missed = round(
        "2026-01-03T00:00:00Z",
        vec![article_change("quake", "2026-01-03T00:00:00Z", "d")],
    );
    archive.commit(&missed).unwrap();
    let next = round(
        "2026-01-03T01:00:00Z",
        vec![article_change("frost", "2026-01-03T01:00:00Z", "e")],
    );
    let commits = archive.commit(&next).unwrap();
    assert!(index.apply(&next, &commits).is_err());
    drop(index);
    let (index, freshness) = current(mirror.path(), &archive);
    assert_eq!(freshness, Freshness::CaughtUp(2));
    let rebuilt =
        Index::rebuild(&mirror.path().join("other.sqlite"), &archive, &mut |_| ()).unwrap();
    assert_eq!(rows(&index), rows(&rebuilt));
}

#[test]
fn index_of_another_history_is_rebuilt() {
    let mirror = tempfile::tempdir().unwrap();
    let (archive, index) = fill(mirror.path());
    drop((archive, index));
    std::fs::remove_dir_all(mirror.path().join("archive")).unwrap();
    let mut archive = open(mirror.path());
    archive
        .commit(&round(
            "2026-01-05T00:00:00Z",
            vec![article_change("thaw", "2026-01-05T00:00:00Z", "f")],
        ))
        .unwrap();
    let (index, freshness) = current(mirror.path(), &archive);
    assert!(matches!(freshness, Freshness::Rebuilt(_)));
    assert_eq!(
        rows(&index)
            .iter()
            .map(|row| row.title.as_str())
            .collect::<Vec<_>>(),
        ["thaw"]
    );
}

#[test]
fn documents_are_found_by_key_and_by_alias() {
    let mirror = tempfile::tempdir().unwrap();
    let (mut archive, mut index) = fill(mirror.path());
    let known = Aliases::from([("short.example/s".to_owned(), id("storm"))]);
    let learnt = Change {
        volume: None,
        path: aliases::path("bell-tower", at("2026-01-03T00:00:00Z")),
        content: Some(aliases::merge(b"", &known)),
    };
    let learnt = round("2026-01-03T00:00:00Z", vec![learnt]);
    let commits = archive.commit(&learnt).unwrap();
    index.apply(&learnt, &commits).unwrap();
    let other = mirror.path().join("other.sqlite");
    let rebuilt = Index::rebuild(&other, &archive, &mut |_| ()).unwrap();
    for index in [&index, &rebuilt] {
        let titled = |source: &str, key: &str| {
            let row = index.document_by_key(source, key).unwrap();
            row.map(|row| row.title).unwrap_or_default()
        };
        assert_eq!(titled("bell-tower", "bell-tower.example/storm"), "storm");
        assert_eq!(titled("bell-tower", "short.example/s"), "storm");
        assert_eq!(titled("other", "short.example/s"), "");
        assert_eq!(titled("bell-tower", "bell-tower.example/flood"), "");
        let everywhere = index.documents_by_key("short.example/s").unwrap();
        assert_eq!(titles(&everywhere), ["storm"]);
    }
}

#[test]
fn documents_are_found_by_time_and_neighbourhood() {
    let mirror = tempfile::tempdir().unwrap();
    let (_, index) = fill(mirror.path());
    assert_eq!(titles(&index.newest(None, 9).unwrap()), ["storm", "fire"]);
    assert_eq!(
        titles(&index.newest(Some("bell-tower"), 1).unwrap()),
        ["storm"]
    );
    let on = |source, day: &str| index.by_day(source, day.parse().unwrap()).unwrap();
    assert_eq!(titles(&on(None, "2026-01-01")), ["storm", "fire"]);
    assert_eq!(titles(&on(Some("bell-tower"), "2026-01-02")), [""; 0]);
    assert_eq!(index.counts().unwrap(), [("bell-tower".to_owned(), 2)]);
    let storm = index.document(id("storm")).unwrap().unwrap();
    let neighbours = index.neighbours(&storm).unwrap();
    assert_eq!(
        (neighbours.older.unwrap().id, neighbours.newer),
        (id("fire"), None)
    );
    let first = rows(&index).remove(0);
    assert_eq!(
        titles(&index.archived_after(first.sequence, 9).unwrap()),
        ["storm"]
    );
}

#[test]
fn documents_are_found_by_their_place_from_both_ends() {
    let mirror = tempfile::tempdir().unwrap();
    let (_, index) = fill(mirror.path());
    let all = rows(&index);
    let count = all.len() as u64;
    for (place, row) in (0..).zip(&all) {
        assert_eq!(index.ordinal(row, count).unwrap(), place);
    }
    for start in 0..=count {
        for end in start..=count + 2 {
            let found = index.archived(start..end, count).unwrap();
            let expected = &all[start as usize..end.min(count) as usize];
            assert_eq!(titles(&found), titles(expected), "{start} to {end}");
        }
    }
}

fn titles(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.title.as_str()).collect()
}

#[test]
fn unreadable_document_keeps_its_place_until_it_is_repaired() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let (mut index, _) = current(mirror.path(), &archive);
    let day = "2026-01-01T10:00:00Z";
    let rounds = [
        round(
            "2026-01-02T03:00:00Z",
            vec![put(&path("flood", day), "as it came")],
        ),
        round(
            "2026-01-02T04:00:00Z",
            vec![article_change("fire", day, "a")],
        ),
        round(
            "2026-01-02T05:00:00Z",
            vec![article_change("flood", day, "repaired")],
        ),
    ];
    for (number, round) in rounds.iter().enumerate() {
        let commits = archive.commit(round).unwrap();
        index.apply(round, &commits).unwrap();
        assert_eq!(index.unread().unwrap().len(), usize::from(number < 2));
        let rebuilt =
            Index::rebuild(&mirror.path().join("other.sqlite"), &archive, &mut |_| ()).unwrap();
        assert_eq!(rows(&rebuilt), rows(&index));
        assert_eq!(rebuilt.unread().unwrap(), index.unread().unwrap());
    }
    assert_eq!(
        rows(&index)
            .iter()
            .map(|row| (row.title.as_str(), row.revisions))
            .collect::<Vec<_>>(),
        [("flood", 2), ("fire", 1)]
    );
}

#[test]
fn polls_and_entries_survive_a_rebuild() {
    let mirror = tempfile::tempdir().unwrap();
    let (archive, mut index) = fill(mirror.path());
    let feed: url::Url = "https://bell-tower.example/feed".parse().unwrap();
    let poll = Poll {
        etag: Some("\"1\"".to_owned()),
        due: Some(at("2026-01-03T00:00:00Z")),
        failures: 2,
        rhythm: Rhythm {
            news: vec![at("2026-01-02T03:00:00Z")],
            skip_hours: vec![3],
            ..Rhythm::default()
        },
        self_link: Some(feed.clone()),
        ..Poll::unasked("bell-tower", &feed)
    };
    let text = str::to_owned;
    let entry = EntryRecord {
        source: text("bell-tower"),
        entry: text("e"),
        fingerprint: text("f"),
        id: Some(id("fire")),
        waiting_since: None,
    };
    index.put_polls(std::slice::from_ref(&poll)).unwrap();
    index.put_entries(std::slice::from_ref(&entry)).unwrap();
    drop(index);
    let mut index =
        Index::rebuild(&mirror.path().join("index.sqlite"), &archive, &mut |_| ()).unwrap();
    assert_eq!(index.polls().unwrap(), std::slice::from_ref(&poll));
    assert_eq!(index.poll("bell-tower", &feed).unwrap(), Some(poll));
    assert_eq!(index.entry("bell-tower", "e").unwrap(), Some(entry));
    index.forget_source("bell-tower").unwrap();
    assert_eq!(
        (
            index.polls().unwrap(),
            index.entry("bell-tower", "e").unwrap()
        ),
        (vec![], None)
    );
    assert_eq!(rows(&index).len(), 2);
}

#[test]
fn a_part_that_is_polled_no_more_is_forgotten() {
    let mirror = tempfile::tempdir().unwrap();
    let (_archive, mut index) = fill(mirror.path());
    let poll = |name: &str, polled: &str| {
        let address = format!("https://bell-tower.example/{name}");
        Poll {
            polled: Some(at(polled)),
            ..Poll::unasked("bell-tower", &address.parse().unwrap())
        }
    };
    let (old, kept) = ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z");
    index
        .put_polls(&[poll("old.xml", old), poll("kept.xml", kept)])
        .unwrap();
    assert_eq!(index.polls().unwrap().len(), 2);
    index
        .put_polls(&[poll("new.xml", "2026-04-02T00:00:00Z")])
        .unwrap();
    let names: Vec<_> = index
        .polls()
        .unwrap()
        .into_iter()
        .map(|poll| poll.feed.path().to_owned())
        .collect();
    assert_eq!(names, ["/kept.xml", "/new.xml"]);
}

/// What other hands may put into a volume: a repository within it, and a name that is no text.
#[cfg(unix)]
fn put_foreign(repository: &Path) {
    use std::os::unix::ffi::OsStrExt;
    let run = |arguments: &[&std::ffi::OsStr]| {
        let mut git = std::process::Command::new("git");
        git.arg("-C").arg(repository).args(arguments);
        let output = git.env("GIT_INDEX_FILE", "foreign-index").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let git = |arguments: &[&str]| run(&arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    git(&["read-tree", "main"]);
    let commit = git(&["rev-parse", "main"]);
    let blob = git(&["rev-parse", "main:README.md"]);
    let submodule = format!("160000,{commit},articles/bell-tower/2026/module.md");
    git(&["update-index", "--add", "--cacheinfo", &submodule]);
    let mut name = format!("100644,{blob},articles/bell-tower/2026/").into_bytes();
    name.extend_from_slice(b"\xff\xfe.md");
    let option = |text: &'static str| std::ffi::OsStr::new(text);
    run(&[
        option("update-index"),
        option("--add"),
        option("--cacheinfo"),
        std::ffi::OsStr::from_bytes(&name),
    ]);
    let tree = git(&["write-tree"]);
    let identity = ["-c", "user.name=Hand", "-c", "user.email=hand@example.org"];
    let commit_tree = ["commit-tree", &tree, "-p", &commit, "-m", "By hand"];
    let made = git(&[&identity[..], &commit_tree].concat());
    git(&["update-ref", "refs/heads/main", &made]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_or_has_no_readable_name_is_passed_over() {
    let mirror = tempfile::tempdir().unwrap();
    let (archive, index) = fill(mirror.path());
    let before = rows(&index);
    put_foreign(&archive.volumes()[0].repository);
    let archive = open(mirror.path());
    let rebuilt =
        Index::rebuild(&mirror.path().join("other.sqlite"), &archive, &mut |_| ()).unwrap();
    assert_eq!(rows(&rebuilt), before);
    let (caught_up, _) = current(mirror.path(), &archive);
    assert_eq!(rows(&caught_up), before);
}
