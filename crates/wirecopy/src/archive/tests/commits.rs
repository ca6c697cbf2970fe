//! What a round writes.

use super::{at, delete, git, open, put, round};
use crate::archive::commit::Change;
use crate::archive::{Access, Archive, ArchiveOptions};

#[test]
fn round_is_one_commit_with_its_own_time_and_message() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let changes = vec![
        put("articles/a/2026/01/02-x.md", "x"),
        put("lists/新闻.md", "y"),
        put("README.md", "z"),
    ];
    let commits = archive
        .commit(&round("2026-01-02T03:04:05.678Z", changes))
        .unwrap();
    assert_eq!(commits.len(), 1);
    let repository = &archive.volumes()[0].repository;
    let shown = git(
        repository,
        &["log", "-1", "--format=%H %at %ct %an <%ae> %B"],
    );
    let time = at("2026-01-02T03:04:05Z").as_second();
    let commit = &commits[0].commit;
    assert_eq!(
        shown,
        format!(
            "{commit} {time} {time} The mirror <mirror@example.org> 3 new from Bell Tower\n\nOne more line"
        )
    );
    assert_eq!(
        git(repository, &["ls-tree", "-r", "-z", "--name-only", "main"]),
        "README.md\0articles/a/2026/01/02-x.md\0lists/新闻.md\0state/archive.toml\0"
    );
    git(repository, &["fsck", "--strict"]);
    assert_eq!(
        git(repository, &["for-each-ref", "--format=%(refname)"]),
        "refs/heads/main"
    );
}

#[test]
fn round_without_a_difference_makes_no_commit() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let first = round(
        "2026-01-02T03:04:05Z",
        vec![put("a/b.md", "x"), put("c.md", "y")],
    );
    let commits = archive.commit(&first).unwrap();
    assert_eq!(archive.commit(&first).unwrap(), []);
    let again = round(
        "2026-01-02T04:04:05Z",
        vec![
            put("a/b.md", "x"),
            delete("2026", "a/none.md"),
            delete("2026", "none/c.md"),
        ],
    );
    assert_eq!(archive.commit(&again).unwrap(), []);
    assert_eq!(archive.volumes()[0].head.as_ref(), Some(&commits[0].commit));
}

#[test]
fn only_what_differs_is_told() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let first = archive
        .commit(&round(
            "2026-01-02T03:04:05Z",
            vec![put("a/b", "1"), put("a/c", "1"), put("d", "1")],
        ))
        .unwrap();
    let changes = vec![
        put("a/b", "1"),
        put("a/c", "2"),
        put("a/e", "1"),
        delete("2026", "d"),
    ];
    let second = archive
        .commit(&round("2026-01-02T04:04:05Z", changes))
        .unwrap()
        .remove(0);
    assert_eq!(second.parent.as_ref(), Some(&first[0].commit));
    let told: Vec<_> = second
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.revision.is_some(), file.added))
        .collect();
    assert_eq!(
        told,
        [
            ("a/c", true, false),
            ("a/e", true, true),
            ("d", false, false)
        ]
    );
}

#[test]
fn reader_sees_new_commits_old_ones_and_names() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let mut reader = archive.reader();
    let first = archive
        .commit(&round("2026-01-02T03:04:05Z", vec![put("a/b", "1\n2")]))
        .unwrap()
        .remove(0);
    assert_eq!(reader.read("2026", "a/b").unwrap().unwrap(), b"1\n2");
    archive
        .commit(&round("2026-01-02T04:04:05Z", vec![put("a/b", "")]))
        .unwrap();
    assert_eq!(reader.read("2026", "a/b").unwrap().unwrap(), b"");
    assert_eq!(reader.read("2026", "a/none").unwrap(), None);
    assert_eq!(
        reader
            .read_at("2026", &first.commit, "a/b")
            .unwrap()
            .unwrap(),
        b"1\n2"
    );
    assert_eq!(
        reader
            .read_blob("2026", first.files[0].revision.as_ref().unwrap())
            .unwrap()
            .unwrap(),
        b"1\n2"
    );
    assert!(reader.read("2025", "a/b").is_err());
    assert!(reader.read("../2026", "a/b").is_err());
}

#[test]
fn revisions_are_told_newest_first() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    for (hour, content) in [("03", "1"), ("04", "2"), ("05", "2")] {
        archive
            .commit(&round(
                &format!("2026-01-02T{hour}:00:00Z"),
                vec![put("a[1]*.md", content), put("other", hour)],
            ))
            .unwrap();
    }
    let revisions = archive.revisions("2026", "a[1]*.md").unwrap();
    assert_eq!(
        revisions
            .iter()
            .map(|revision| revision.time)
            .collect::<Vec<_>>(),
        [at("2026-01-02T04:00:00Z"), at("2026-01-02T03:00:00Z")]
    );
    assert_eq!(
        revisions[0].message,
        "3 new from Bell Tower\n\nOne more line"
    );
}

#[test]
fn volumes_roll_over_by_year_and_by_size_and_keep_their_documents() {
    let mirror = tempfile::tempdir().unwrap();
    let options = ArchiveOptions {
        max_volume_bytes: 2_500,
        access: Access::Write,
        signing_key: None,
    };
    let mut archive = Archive::open(mirror.path(), options.clone()).unwrap();
    let mut names = Vec::new();
    for (round_number, time) in [
        "2025-12-31T23:59:59Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01T01:00:00Z",
    ]
    .iter()
    .enumerate()
    {
        // Does not compress, so that the size is what it seems.
        let noise: String = blake3::hash(&round_number.to_le_bytes())
            .to_hex()
            .to_string();
        let mut bytes = vec![0; 3_000];
        blake3::Hasher::new()
            .update(noise.as_bytes())
            .finalize_xof()
            .fill(&mut bytes);
        let change = Change {
            volume: None,
            path: format!("{round_number}"),
            content: Some(bytes),
        };
        names.push(
            archive.commit(&round(time, vec![change])).unwrap()[0]
                .volume
                .clone(),
        );
    }
    assert_eq!(names, ["2025", "2026", "2026-2"]);
    let late = Change {
        volume: Some("2025".to_owned()),
        ..put("0", "revised")
    };
    let commits = archive
        .commit(&round("2026-01-01T02:00:00Z", vec![late, put("3", "")]))
        .unwrap();
    assert_eq!(
        commits
            .iter()
            .map(|commit| commit.volume.as_str())
            .collect::<Vec<_>>(),
        ["2025", "2026-3"]
    );
    let again = Archive::open(mirror.path(), options).unwrap();
    let volumes: Vec<String> = again
        .volumes()
        .iter()
        .map(|volume| volume.name.to_string())
        .collect();
    assert_eq!(volumes, ["2025", "2026", "2026-2", "2026-3"]);
}
