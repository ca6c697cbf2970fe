//! What `wirecopy verify` finds in clones that were tampered with, made by real git. The news in them is invented.

use super::signing::{key, signed_archive};
use super::{article_change, delete, git, open, path, put, round};
use crate::archive::Archive;
use crate::archive::verify::signers::Signers;
use crate::archive::verify::{Finding, Kind, Question, Report, Verdict, verify};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const HARBOUR: (&str, &str) = ("harbour", "2026-01-02T02:00:00Z");
const FERRY: (&str, &str) = ("ferry", "2026-01-02T03:00:00Z");

/// A mirror of three signed commits and a clone of its volume with a working tree.
struct Scene {
    directory: tempfile::TempDir,
    archive: Archive,
}

impl Scene {
    /// None on a machine without OpenSSH.
    fn new() -> Option<Scene> {
        let directory = tempfile::tempdir().unwrap();
        let key = key(directory.path(), "")?;
        let mut archive = signed_archive(directory.path(), &key);
        for (time, change) in [
            (
                "2026-01-02T03:00:00Z",
                article_change(HARBOUR.0, HARBOUR.1, "It reopens."),
            ),
            (
                "2026-01-02T04:00:00Z",
                article_change(FERRY.0, FERRY.1, "It is late."),
            ),
            (
                "2026-01-02T05:00:00Z",
                article_change(FERRY.0, FERRY.1, "It is very late."),
            ),
        ] {
            archive.commit(&round(time, vec![change])).unwrap();
        }
        let scene = Scene { directory, archive };
        scene.clone_as("clone", &[]);
        Some(scene)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn volume(&self) -> PathBuf {
        self.archive.volumes()[0].repository.clone()
    }

    fn head(&self) -> String {
        git(&self.volume(), &["rev-parse", "main"])
    }

    fn clone_as(&self, name: &str, options: &[&str]) -> PathBuf {
        let address = format!("file://{}", self.volume().display());
        let done = Command::new("git")
            .args(["clone", "--quiet"])
            .args(options)
            .arg(address)
            .arg(self.path(name))
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        self.path(name)
    }

    fn signers(&self) -> Signers {
        Signers::parse(&fs::read_to_string(self.path("key.pub")).unwrap()).unwrap()
    }

    fn verify(&self, name: &str, signed_from: &[String], since: &[String]) -> Report {
        let signers = self.signers();
        let question = Question {
            signers: &signers,
            signed_from,
            since,
        };
        verify(&[self.path(name)], &question).unwrap()
    }

    fn findings(&self, name: &str) -> Vec<Finding> {
        let report = self.verify(name, &[], &[]);
        assert_eq!(report.good, report.repositories[0].findings.is_empty());
        report
            .repositories
            .into_iter()
            .flat_map(|judged| judged.findings)
            .collect()
    }

    /// The kinds of what is found in the clone, and the place of each.
    #[track_caller]
    fn finds(&self, name: &str, expected: &[(Kind, Option<&str>, Option<&str>)]) {
        let findings = self.findings(name);
        let found: Vec<_> = findings
            .iter()
            .map(|finding| {
                (
                    finding.kind,
                    finding.path.as_deref(),
                    finding.commit.as_deref(),
                )
            })
            .collect();
        assert_eq!(found, expected, "{findings:#?}");
    }

    fn commit_in_clone(&self, settings: &[&str]) -> String {
        let clone = self.path("clone");
        let done = Command::new("git")
            .arg("-C")
            .arg(&clone)
            .args([
                "-c",
                "user.name=A",
                "-c",
                "user.email=a@b",
                "-c",
                "gpg.format=ssh",
            ])
            .args(settings)
            .args(["commit", "--quiet", "--all", "--allow-empty", "-m", "a lie"])
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        git(&clone.join(".git"), &["rev-parse", "HEAD"])
    }
}

fn harbour() -> String {
    path(HARBOUR.0, HARBOUR.1)
}

fn ferry() -> String {
    path(FERRY.0, FERRY.1)
}

#[test]
fn an_honest_clone_is_as_recorded_with_and_without_a_working_tree() {
    let Some(scene) = Scene::new() else { return };
    scene.clone_as("bare", &["--bare"]);
    for name in ["clone", "bare", "archive"] {
        let report = scene.verify(name, &[], &[]);
        assert!(report.good && report.complete, "{report:#?}");
        let judged = &report.repositories[0];
        assert_eq!((judged.commits, judged.signed, judged.documents), (3, 3, 2));
        assert_eq!(judged.head, Some(scene.head()));
        assert_eq!(judged.working_tree, name == "clone");
    }
    let fingerprint = Command::new("ssh-keygen")
        .args(["-l", "-f"])
        .arg(scene.path("key.pub"))
        .output()
        .unwrap();
    let told = String::from_utf8(fingerprint.stdout).unwrap();
    let keys = scene.verify("clone", &[], &[]).keys;
    assert!(told.contains(&keys[0]), "{told} {keys:?}");
}

#[test]
fn each_file_of_a_working_tree_that_is_not_as_recorded_is_named() {
    let Some(scene) = Scene::new() else { return };
    let clone = scene.path("clone");
    fs::write(clone.join(harbour()), "It stays closed.").unwrap();
    fs::remove_file(clone.join(ferry())).unwrap();
    fs::write(clone.join("articles/bell-tower/more.md"), "More.").unwrap();
    scene.finds(
        "clone",
        &[
            (Kind::Missing, Some(&ferry()), None),
            (Kind::Differs, Some(&harbour()), None),
            (Kind::Unrecorded, Some("articles/bell-tower/more.md"), None),
        ],
    );
}

#[test]
fn line_ends_of_windows_are_no_difference() {
    let Some(scene) = Scene::new() else { return };
    let place = scene.path("clone").join(harbour());
    let text = fs::read_to_string(&place).unwrap().replace('\n', "\r\n");
    fs::write(&place, text).unwrap();
    scene.finds("clone", &[]);
}

#[test]
fn a_commit_by_anybody_else_is_named() {
    let Some(scene) = Scene::new() else { return };
    let unsigned = scene.commit_in_clone(&[]);
    scene.finds("clone", &[(Kind::Unsigned, None, Some(&unsigned))]);
    let other = tempfile::tempdir().unwrap();
    let key = key(other.path(), "").unwrap();
    let setting = format!("user.signingKey={}", key.display());
    let signed = scene.commit_in_clone(&["-c", "commit.gpgSign=true", "-c", &setting]);
    scene.finds(
        "clone",
        &[
            (Kind::OtherKey, None, Some(&signed)),
            (Kind::Unsigned, None, Some(&unsigned)),
        ],
    );
}

/// Writes a commit object of those bytes and makes it the clone's newest.
fn forge(clone: &Path, bytes: &[u8]) -> String {
    let mut child = Command::new("git")
        .arg("--git-dir")
        .arg(clone.join(".git"))
        .args(["hash-object", "-t", "commit", "-w", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let done = child.wait_with_output().unwrap();
    let name = String::from_utf8(done.stdout).unwrap().trim().to_owned();
    git(&clone.join(".git"), &["update-ref", "HEAD", &name]);
    name
}

#[test]
fn a_signature_on_another_commit_than_it_was_made_for_is_bad() {
    let Some(scene) = Scene::new() else { return };
    let clone = scene.path("clone");
    let head = git(&clone.join(".git"), &["cat-file", "commit", "HEAD"]);
    let forged = forge(
        &clone,
        format!("{}\n", head.replace("3 new", "4 new")).as_bytes(),
    );
    scene.finds("clone", &[(Kind::BadSignature, None, Some(&forged))]);
}

#[test]
fn what_the_clone_says_of_its_own_history_is_not_believed() {
    let Some(scene) = Scene::new() else { return };
    let repository = scene.path("clone/.git");
    let lie = scene.commit_in_clone(&[]);
    git(&repository, &["replace", &lie, &scene.head()]);
    git(&repository, &["config", "gpg.ssh.program", "true"]);
    assert_eq!(
        git(&repository, &["log", "-1", "--format=%s"]),
        "3 new from Bell Tower"
    );
    scene.finds("clone", &[(Kind::Unsigned, None, Some(&lie))]);
}

#[test]
fn a_document_that_a_signed_commit_took_out_is_named() {
    let Some(mut scene) = Scene::new() else {
        return;
    };
    let removal = round("2026-01-02T06:00:00Z", vec![delete("2026", &harbour())]);
    let commit = scene.archive.commit(&removal).unwrap().remove(0).commit;
    scene.finds(
        "archive",
        &[(Kind::TakenOut, Some(&harbour()), Some(&commit))],
    );
}

#[test]
fn a_shallow_clone_tells_how_far_it_could_see() {
    let Some(scene) = Scene::new() else { return };
    scene.clone_as("shallow", &["--depth", "2"]);
    let first = git(&scene.volume(), &["rev-parse", "main~2"]);
    let second = git(&scene.volume(), &["rev-parse", "main~1"]);
    let report = scene.verify("shallow", &[], &[first, scene.head()]);
    assert!(report.good && !report.complete, "{report:#?}");
    assert_eq!(report.repositories[0].cut_off, [second]);
    let verdicts: Vec<_> = report.since.iter().map(|since| since.verdict).collect();
    assert_eq!(verdicts, [Verdict::OutOfSight, Verdict::Kept]);
}

#[test]
fn a_partial_clone_tells_that_it_could_not_see_every_file() {
    let Some(scene) = Scene::new() else { return };
    git(
        &scene.volume(),
        &["config", "uploadpack.allowFilter", "true"],
    );
    scene.clone_as("partial", &["--bare", "--filter=blob:none"]);
    let report = scene.verify("partial", &[], &[]);
    assert!(report.good && !report.complete, "{report:#?}");
}

#[test]
fn a_history_that_was_made_anew_and_signed_again_is_no_longer_the_one_seen() {
    let Some(mut scene) = Scene::new() else {
        return;
    };
    let seen = scene.head();
    let report = scene.verify("archive", &[], std::slice::from_ref(&seen));
    assert_eq!(report.since[0].verdict, Verdict::Kept);
    let volume = scene.volume();
    git(&volume, &["update-ref", "refs/heads/main", "main~1"]);
    let key = scene.path("key");
    scene.archive = signed_archive(scene.directory.path(), &key);
    let other = article_change(FERRY.0, FERRY.1, "It was never late.");
    scene
        .archive
        .commit(&round("2026-01-02T05:00:00Z", vec![other]))
        .unwrap();
    let report = scene.verify("archive", &[], &[seen]);
    assert!(report.repositories[0].findings.is_empty(), "{report:#?}");
    assert_eq!(
        (report.since[0].verdict, report.good),
        (Verdict::Rewritten, false)
    );
}

#[test]
fn a_document_whose_bytes_changed_in_the_repository_is_named() {
    let Some(scene) = Scene::new() else { return };
    let bare = scene.clone_as("bare", &["--bare"]);
    let packs = fs::read_dir(bare.join("objects/pack")).unwrap();
    let packs: Vec<PathBuf> = packs.map(|entry| entry.unwrap().path()).collect();
    let aside = scene.path("aside.pack");
    for pack in packs {
        match pack.extension().is_some_and(|ending| ending == "pack") {
            true => fs::rename(&pack, &aside).unwrap(),
            false => fs::remove_file(&pack).unwrap(),
        }
    }
    let unpacked = Command::new("git")
        .arg("--git-dir")
        .arg(&bare)
        .args(["unpack-objects", "-q"])
        .stdin(fs::File::open(&aside).unwrap())
        .status();
    assert!(unpacked.unwrap().success());
    let loose = |path: &str| {
        let name = git(&bare, &["rev-parse", &format!("main:{path}")]);
        bare.join("objects").join(&name[..2]).join(&name[2..])
    };
    scene.finds("bare", &[]);
    let changed = fs::read(loose(&ferry())).unwrap();
    let first = git(&bare, &["rev-parse", "main~2"]);
    let path = harbour();
    let damaged = [(Kind::Damaged, Some(path.as_str()), Some(first.as_str()))];
    fs::remove_file(loose(&harbour())).unwrap();
    fs::write(loose(&harbour()), changed).unwrap();
    scene.finds("bare", &damaged);
    fs::remove_file(loose(&harbour())).unwrap();
    scene.finds("bare", &damaged);
}

#[test]
fn commits_from_before_signing_began_are_vouched_for_by_the_first_signed_one() {
    let mirror = tempfile::tempdir().unwrap();
    let Some(key) = key(mirror.path(), "") else {
        return;
    };
    let mut archive = open(mirror.path());
    archive
        .commit(&round("2026-01-02T03:00:00Z", vec![put("a/b", "first")]))
        .unwrap();
    let mut archive = signed_archive(mirror.path(), &key);
    let second = round("2026-01-02T04:00:00Z", vec![put("a/b", "second")]);
    let first_signed = archive.commit(&second).unwrap().remove(0).commit;
    let scene = Scene {
        directory: mirror,
        archive,
    };
    let first = git(&scene.volume(), &["rev-parse", "main~1"]);
    scene.finds("archive", &[(Kind::Unsigned, None, Some(&first))]);
    let report = scene.verify("archive", std::slice::from_ref(&first_signed), &[]);
    assert!(report.good, "{report:#?}");
    let judged = &report.repositories[0];
    assert_eq!((judged.signed, judged.vouched), (1, 1));
    assert_eq!(judged.first_signed, Some(first_signed));
}
