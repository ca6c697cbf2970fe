//! The archive's version, and what maintenance keeps.

use super::{git, open, put, round};
use crate::archive::maintain::Repack;
use crate::archive::{Access, Archive, ArchiveOptions};
use std::time::Duration;

#[test]
fn newer_archive_is_refused_with_a_sentence() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    archive
        .commit(&round("2026-01-02T03:00:00Z", vec![put("a", "1")]))
        .unwrap();
    archive
        .commit(&round(
            "2026-01-02T04:00:00Z",
            vec![put("state/archive.toml", "format = 9\n")],
        ))
        .unwrap();
    let refusal = Archive::open(&mirror.path().join("archive"), ArchiveOptions::default())
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("volume 2026") && refusal.contains("format 9, which is newer"),
        "{refusal}"
    );
}

#[test]
fn archive_without_a_version_is_migrated_once_and_its_state_before_is_kept() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    archive
        .commit(&round("2026-01-02T03:00:00Z", vec![put("a", "1")]))
        .unwrap();
    let without = round(
        "2026-01-02T04:00:00Z",
        vec![super::delete("2026", "state/archive.toml")],
    );
    let old = archive.commit(&without).unwrap().remove(0).commit;
    let looking = ArchiveOptions {
        access: Access::Read,
        ..ArchiveOptions::default()
    };
    assert_eq!(
        Archive::open(&mirror.path().join("archive"), looking)
            .unwrap()
            .volumes()[0]
            .head
            .as_ref(),
        Some(&old)
    );
    let migrated = open(mirror.path()).volumes()[0].clone();
    assert_eq!(
        git(&migrated.repository, &["rev-parse", "refs/backup/format-0"]),
        old
    );
    assert!(
        git(&migrated.repository, &["show", "main:state/archive.toml"]).ends_with("format = 1")
    );
    assert_eq!(
        git(
            &migrated.repository,
            &["log", "-1", "--format=%P %ct", "main"]
        ),
        format!("{old} 1767326400")
    );
    assert_eq!(open(mirror.path()).volumes()[0].head, migrated.head);
}

#[test]
fn maintenance_joins_packs_and_keeps_every_revision() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let mut reader = archive.reader();
    for minute in 0..30 {
        let time = format!("2026-01-02T03:{minute:02}:00Z");
        archive
            .commit(&round(
                &time,
                vec![put("a", &time), put(&format!("b/{minute}"), &time)],
            ))
            .unwrap();
        assert!(reader.read("2026", "a").unwrap().is_some());
    }
    let done = archive.maintain(Duration::from_secs(60)).unwrap();
    assert_eq!(
        done.iter().map(|done| done.repack).collect::<Vec<_>>(),
        [Some(Repack::Whole)]
    );
    assert!(done[0].after < done[0].before / 2, "{done:?}");
    assert_eq!(archive.maintain(Duration::from_secs(60)).unwrap(), []);
    assert_eq!(archive.revisions("2026", "a").unwrap().len(), 30);
    assert_eq!(
        reader.read("2026", "b/0").unwrap().unwrap(),
        b"2026-01-02T03:00:00Z"
    );
    git(
        &archive.volumes()[0].repository,
        &["fsck", "--full", "--strict"],
    );
}

#[test]
fn maintenance_without_time_loses_nothing() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    for minute in 0..24 {
        archive
            .commit(&round(
                &format!("2026-01-02T03:{minute:02}:00Z"),
                vec![put("a", &minute.to_string())],
            ))
            .unwrap();
    }
    let done = archive.maintain(Duration::ZERO).unwrap();
    assert_eq!(done[0].repack, None);
    git(
        &archive.volumes()[0].repository,
        &["fsck", "--full", "--strict"],
    );
}
