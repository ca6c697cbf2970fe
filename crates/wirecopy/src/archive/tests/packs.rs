//! Files as they lie in packs, beside what git shows of them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::packs::Packs;
use crate::archive::tests::{article_change, git, open, round};

/// A volume of forty articles in three revisions each, in one pack with deltas; its repository, and its files by name.
fn volume(mirror: &Path) -> (PathBuf, Vec<(String, Vec<u8>)>) {
    let mut archive = open(mirror);
    for revision in 0..3 {
        let articles = (0..40).map(|number| {
            let body = format!("invented article {number} of the tower. ").repeat(20 + number * 9);
            let (name, body) = (format!("a{number}"), format!("{body} revision {revision}"));
            article_change(&name, "2026-01-02T03:04:05Z", &body)
        });
        let time = format!("2026-01-02T0{revision}:04:05Z");
        archive.commit(&round(&time, articles.collect())).unwrap();
    }
    let repository = mirror.join("archive/2026.git");
    git(
        &repository,
        &["repack", "-a", "-d", "-f", "-q", "--depth=20"],
    );
    let format = "--batch-check=%(objecttype) %(objectname) %(deltabase)";
    let listed = git(&repository, &["cat-file", "--batch-all-objects", format]);
    let blobs: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("blob "))
        .collect();
    let nothing = "0".repeat(40);
    let deltas = blobs.iter().filter(|line| !line.ends_with(&nothing));
    assert!(deltas.count() > 60, "{listed}");
    let mut reader = archive.reader();
    let files = blobs.iter().map(|line| {
        let name = line[..40].to_owned();
        let bytes = reader.read_blob("2026", &name).unwrap().unwrap();
        (name, bytes)
    });
    let files = files.collect();
    (repository, files)
}

#[test]
fn files_are_read_from_packs_as_git_shows_them() {
    let mirror = tempfile::tempdir().unwrap();
    let (repository, files) = volume(mirror.path());
    let mut packs = Packs::open(&repository);
    assert!(files.len() >= 120);
    // Again in the other order, when what they lie upon is held.
    for (name, bytes) in files.iter().chain(files.iter().rev()) {
        assert_eq!(packs.file(name).as_ref(), Some(bytes), "{name}");
    }
    let tree = git(&repository, &["rev-parse", "main^{tree}"]);
    for left_to_git in [&tree, "main:a", "", &"0".repeat(40), &"ü".repeat(20)] {
        assert_eq!(packs.file(left_to_git), None, "{left_to_git}");
    }
}

#[test]
fn many_files_are_read_whether_packed_before_or_later() {
    let mirror = tempfile::tempdir().unwrap();
    let (_, files) = volume(mirror.path());
    let mut archive = open(mirror.path());
    let mut reader = archive.reader();
    for (name, bytes) in files.iter().cycle().take(300) {
        assert_eq!(
            reader.read_blob("2026", name).unwrap().as_ref(),
            Some(bytes)
        );
    }
    let late = round(
        "2026-01-03T03:04:05Z",
        vec![article_change("late", "2026-01-02T03:04:05Z", "late")],
    );
    let recorded = archive.commit(&late).unwrap().remove(0);
    let revision = recorded.files[0].revision.as_ref().unwrap();
    assert!(reader.read_blob("2026", revision).unwrap().is_some());
    assert_eq!(reader.read_blob("2026", &"0".repeat(40)).unwrap(), None);
}

#[test]
fn a_damaged_pack_or_index_is_left_to_git() {
    let mirror = tempfile::tempdir().unwrap();
    let (repository, files) = volume(mirror.path());
    let directory = repository.join("objects/pack");
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let whole = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        for place in (0..whole.len()).step_by(97) {
            let mut damaged = whole.clone();
            damaged[place] ^= 0xff;
            fs::write(&path, &damaged[..damaged.len() - place % 3]).unwrap();
            let mut packs = Packs::open(&repository);
            let found = files.iter().filter(|(name, _)| packs.file(name).is_some());
            assert!(found.count() <= files.len());
        }
        fs::write(&path, whole).unwrap();
    }
}
