//! Pushing to remotes and starting from them. All of them are directories.

use super::{article_change, at, git, open, put, round};
use crate::archive::Archive;
use crate::archive::commit::Change;
use crate::archive::index::Index;
use crate::archive::push::Pushed;
use crate::archive::remote::{Cause, Remote};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

fn bare(directory: &Path, name: &str) -> PathBuf {
    let path = directory.join(name);
    assert!(
        Command::new("git")
            .args(["init", "--quiet", "--bare"])
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    path
}

fn remote(directory: &Path, name: &str) -> Remote {
    Remote::new(directory.join(name).to_str().unwrap()).unwrap()
}

/// Two years' volumes, with the second still open.
fn two_years(mirror: &Path) -> Archive {
    let mut archive = open(mirror);
    let old = article_change("flood", "2025-12-31T10:00:00Z", "a");
    archive
        .commit(&round(
            "2025-12-31T11:00:00Z",
            vec![old, put("README.md", "2025")],
        ))
        .unwrap();
    let new = article_change("storm", "2026-01-01T10:00:00Z", "b");
    archive
        .commit(&round(
            "2026-01-01T11:00:00Z",
            vec![new, put("README.md", "2026")],
        ))
        .unwrap();
    archive
}

fn results(archive: &Archive, remotes: &[Remote]) -> Vec<(String, Result<Pushed, Cause>)> {
    let outcomes = archive.push(remotes, LIMIT).into_iter();
    outcomes
        .map(|outcome| {
            (
                outcome.volume,
                outcome.result.map_err(|refusal| refusal.cause),
            )
        })
        .collect()
}

fn told(volume: &str, result: Result<Pushed, Cause>) -> (String, Result<Pushed, Cause>) {
    (volume.to_owned(), result)
}

#[test]
fn each_volume_goes_to_its_own_repository_and_a_missing_one_stops_nothing() {
    let mirror = tempfile::tempdir().unwrap();
    let archive = two_years(mirror.path());
    bare(mirror.path(), "host-2025");
    bare(mirror.path(), "other-2026");
    let remotes = [
        remote(mirror.path(), "none/{volume}"),
        remote(mirror.path(), "host-{volume}"),
    ];
    let missing = Err(Cause::Missing);
    let first = [
        told("2026", missing),
        told("2025", missing),
        told("2026", missing),
        told("2025", Ok(Pushed::Sent)),
    ];
    assert_eq!(results(&archive, &remotes), first);
    let created = bare(mirror.path(), "host-2026");
    assert_eq!(
        results(&archive, &remotes[1..]),
        [
            told("2026", Ok(Pushed::Sent)),
            told("2025", Ok(Pushed::Current))
        ]
    );
    assert_eq!(
        Some(git(&created, &["rev-parse", "main"])),
        archive.volumes()[1].head
    );
}

#[test]
fn one_repository_shows_the_newest_volume_and_keeps_all() {
    let mirror = tempfile::tempdir().unwrap();
    let host = bare(mirror.path(), "host");
    let remotes = [remote(mirror.path(), "host")];
    let mut archive = open(mirror.path());
    archive
        .commit(&round(
            "2025-12-31T11:00:00Z",
            vec![put("README.md", "2025")],
        ))
        .unwrap();
    assert_eq!(
        results(&archive, &remotes),
        [told("2025", Ok(Pushed::Sent))]
    );
    assert_eq!(git(&host, &["show", "main:README.md"]), "2025");
    archive
        .commit(&round(
            "2026-01-01T11:00:00Z",
            vec![put("README.md", "2026")],
        ))
        .unwrap();
    assert_eq!(
        results(&archive, &remotes),
        [
            told("2026", Ok(Pushed::Sent)),
            told("2025", Ok(Pushed::Current))
        ]
    );
    assert_eq!(git(&host, &["show", "main:README.md"]), "2026");
    assert_eq!(git(&host, &["show", "2025:README.md"]), "2025");
    assert_eq!(
        results(&archive, &remotes),
        [
            told("2026", Ok(Pushed::Current)),
            told("2025", Ok(Pushed::Current))
        ]
    );
}

#[test]
fn what_another_pushed_is_never_overwritten() {
    let mirror = tempfile::tempdir().unwrap();
    let host = bare(mirror.path(), "host");
    let other = tempfile::tempdir().unwrap();
    let mut stranger = open(other.path());
    stranger
        .commit(&round(
            "2026-01-01T09:00:00Z",
            vec![put("README.md", "another mirror's")],
        ))
        .unwrap();
    results(&stranger, &[remote(mirror.path(), "host")]);
    let before = git(&host, &["for-each-ref"]);
    let archive = two_years(mirror.path());
    assert_eq!(
        results(&archive, &[remote(mirror.path(), "host")])[0],
        told("2026", Err(Cause::Diverged))
    );
    assert_eq!(
        git(&host, &["rev-parse", "main"]),
        before.split(' ').next().unwrap()
    );
}

/// A machine pushes; a job that has nothing fetches, records and pushes; the machine takes that over.
#[track_caller]
fn check_restores(template: &str, hosts: &[&str]) {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = two_years(mirror.path());
    let again = article_change("flood", "2025-12-31T10:00:00Z", "a, revised");
    let again = Change {
        volume: Some("2025".to_owned()),
        ..again
    };
    archive
        .commit(&round("2026-01-01T12:00:00Z", vec![again]))
        .unwrap();
    for host in hosts {
        bare(mirror.path(), host);
    }
    let remotes = [remote(mirror.path(), template)];
    assert!(
        results(&archive, &remotes)
            .iter()
            .all(|(_, result)| result.is_ok())
    );
    let job = tempfile::tempdir().unwrap();
    let recorded = run_job(job.path(), &remotes);
    let now = at("2026-02-01T00:00:00Z");
    assert_eq!(archive.restore(&remotes, now, LIMIT).unwrap().len(), 1);
    let volume = &archive.volumes()[1];
    assert_eq!(volume.head, Some(recorded));
    assert_eq!(
        git(&volume.repository, &["rev-list", "--count", "main"]),
        "2"
    );
}

/// One round of a scheduled job; returns its commit.
fn run_job(directory: &Path, remotes: &[Remote]) -> String {
    let mut archive = open(directory);
    let now = at("2026-02-01T00:00:00Z");
    assert_eq!(archive.restore(remotes, now, LIMIT).unwrap().len(), 2);
    assert_eq!(archive.restore(remotes, now, LIMIT).unwrap(), []);
    let revisions = ["rev-list", "--count", "main"];
    assert_eq!(
        git(&archive.volumes()[0].repository, &revisions),
        "1",
        "the history came too"
    );
    let file = directory.join("index.sqlite");
    let (mut index, _) = Index::open_current(&file, &archive, &mut |_| ()).unwrap();
    let rows = index.newest(None, 9).unwrap();
    assert_eq!(
        rows.iter()
            .map(|row| row.title.as_str())
            .collect::<Vec<_>>(),
        ["storm", "flood"]
    );
    let next = article_change("fire", "2026-02-01T00:00:00Z", "c");
    let next = round("2026-02-01T00:00:00Z", vec![next]);
    let commits = archive.commit(&next).unwrap();
    index.apply(&next, &commits).unwrap();
    assert_eq!(
        results(&archive, remotes)[0],
        told("2026", Ok(Pushed::Sent))
    );
    commits[0].commit.clone()
}

#[test]
fn job_without_state_goes_on_from_separate_repositories() {
    check_restores("host-{volume}", &["host-2025", "host-2026"]);
}

#[test]
fn job_without_state_goes_on_from_one_repository() {
    check_restores("host", &["host"]);
}

#[test]
fn restore_from_nowhere_is_an_error_and_from_an_empty_remote_a_beginning() {
    let mirror = tempfile::tempdir().unwrap();
    let mut archive = open(mirror.path());
    let now = at("2026-02-01T00:00:00Z");
    let error = archive
        .restore(&[remote(mirror.path(), "none")], now, LIMIT)
        .unwrap_err()
        .to_string();
    assert!(error.contains("no such repository"), "{error}");
    bare(mirror.path(), "host");
    assert_eq!(
        archive
            .restore(
                &[remote(mirror.path(), "none"), remote(mirror.path(), "host")],
                now,
                LIMIT
            )
            .unwrap(),
        []
    );
    assert_eq!(archive.restore(&[], now, LIMIT).unwrap(), []);
}
