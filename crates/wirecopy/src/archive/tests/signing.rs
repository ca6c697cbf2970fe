//! Commits that the operator's key signs, checked by git itself.

use super::{git, put, round};
use crate::archive::{Archive, ArchiveOptions};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A new key in the directory; none on a machine without OpenSSH, where the test shows nothing and says so.
pub(super) fn key(directory: &Path, password: &str) -> Option<PathBuf> {
    let path = directory.join("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-C", "", "-N", password, "-f"])
        .arg(&path)
        .stdin(Stdio::null())
        .status();
    if made.is_ok_and(|status| status.success()) {
        return Some(path);
    }
    writeln!(std::io::stderr(), "skipped: there is no ssh-keygen").unwrap();
    None
}

pub(super) fn signed_archive(directory: &Path, key: &Path) -> Archive {
    let options = ArchiveOptions {
        signing_key: Some(key.to_owned()),
        ..ArchiveOptions::default()
    };
    Archive::open(&directory.join("archive"), options).unwrap()
}

#[test]
fn every_commit_bears_a_signature_that_git_finds_good() {
    let mirror = tempfile::tempdir().unwrap();
    let Some(key) = key(mirror.path(), "") else {
        return;
    };
    let mut archive = signed_archive(mirror.path(), &key);
    for (time, change) in [
        ("2026-01-02T03:00:00Z", put("a/b", "first")),
        ("2026-01-02T04:00:00Z", put("a/c", "second")),
    ] {
        archive.commit(&round(time, vec![change])).unwrap();
    }
    let allowed = mirror.path().join("allowed");
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    fs::write(&allowed, format!("operator {public}")).unwrap();
    let repository = &archive.volumes()[0].repository;
    let signers = format!("gpg.ssh.allowedSignersFile={}", allowed.display());
    let told = git(
        repository,
        &["-c", &signers, "log", "--format=%G? %GS %ct %an", "main"],
    );
    assert_eq!(
        told,
        "G operator 1767326400 The mirror\nG operator 1767322800 The mirror"
    );
    assert_eq!(git(repository, &["show", "main:a/b"]), "first");
    git(repository, &["fsck", "--full", "--strict"]);
}

#[test]
fn a_signed_commit_that_was_killed_before_its_branch_moved_is_made_again_as_the_same() {
    let mirror = tempfile::tempdir().unwrap();
    let Some(key) = key(mirror.path(), "") else {
        return;
    };
    let mut archive = signed_archive(mirror.path(), &key);
    archive
        .commit(&round("2026-01-02T03:00:00Z", vec![put("a/b", "first")]))
        .unwrap();
    let repository = archive.volumes()[0].repository.clone();
    let first = git(&repository, &["rev-parse", "main"]);
    let second = round("2026-01-02T05:00:00Z", vec![put("a/d", "later")]);
    let commit = archive.commit(&second).unwrap().remove(0).commit;
    drop(archive);
    git(&repository, &["update-ref", "refs/heads/main", &first]);
    let mut archive = signed_archive(mirror.path(), &key);
    assert_eq!(archive.commit(&second).unwrap()[0].commit, commit);
    assert_eq!(git(&repository, &["rev-parse", "main"]), commit);
}

#[test]
fn without_a_key_that_can_sign_nothing_is_recorded_and_the_reason_told() {
    let mirror = tempfile::tempdir().unwrap();
    let Some(locked) = key(mirror.path(), "a password") else {
        return;
    };
    let round = round("2026-01-02T03:00:00Z", vec![put("a/b", "first")]);
    for (key, reason) in [
        (locked, "incorrect passphrase"),
        (mirror.path().join("none"), "ssh-keygen -t ed25519"),
    ] {
        let refusal = signed_archive(mirror.path(), &key)
            .commit(&round)
            .unwrap_err();
        let told = format!("{refusal:#}");
        assert!(told.contains(reason), "{told}");
    }
    assert_eq!(super::open(mirror.path()).commit(&round).unwrap().len(), 1);
}
