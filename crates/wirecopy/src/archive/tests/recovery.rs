//! What a killed run leaves, and what the next one makes of it.

use super::{git, open, put, round};
use crate::archive::Archive;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// An archive of one commit, closed.
fn recorded(mirror: &Path) -> PathBuf {
    let mut archive = open(mirror);
    archive
        .commit(&round("2026-01-02T03:00:00Z", vec![put("a/b", "first")]))
        .unwrap();
    archive.volumes()[0].repository.clone()
}

/// Everything but git's own samples and the like, with sizes.
fn listing(repository: &Path) -> String {
    let done = Command::new("find")
        .arg(repository)
        .args(["-type", "f", "-printf", "%P %s\n"])
        .output()
        .unwrap();
    let mut lines: Vec<&str> = std::str::from_utf8(&done.stdout).unwrap().lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn assert_sound_and_writable(archive: &mut Archive) {
    let repository = archive.volumes()[0].repository.clone();
    git(&repository, &["fsck", "--full", "--strict"]);
    archive
        .commit(&round("2026-01-02T04:00:00Z", vec![put("a/c", "second")]))
        .unwrap();
    assert_eq!(git(&repository, &["show", "main:a/b"]), "first");
    assert_eq!(git(&repository, &["show", "main:a/c"]), "second");
}

/// git as the archive starts it to write a commit.
fn begun_import(repository: &Path) -> Child {
    let mut import = Command::new("git");
    import
        .arg("--git-dir")
        .arg(repository)
        .args(["fast-import", "--quiet", "--done", "--depth=0"]);
    import
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn import_killed_midway_leaves_nothing() {
    let mirror = tempfile::tempdir().unwrap();
    let repository = recorded(mirror.path());
    let before = listing(&repository);
    let mut import = begun_import(&repository);
    let mut stream = import.stdin.take().unwrap();
    // Large enough that git has begun a pack, and no end.
    writeln!(
        stream,
        "commit refs/wirecopy/round\ncommitter a <a@b> 1 +0000\ndata 1\nx"
    )
    .unwrap();
    for file in 0..200 {
        let bytes = blake3::hash(&[file; 1]).to_hex().repeat(200);
        writeln!(
            stream,
            "M 100644 inline f{file}\ndata {}\n{bytes}",
            bytes.len()
        )
        .unwrap();
    }
    stream.flush().unwrap();
    import.kill().unwrap();
    import.wait().unwrap();
    assert_ne!(
        listing(&repository),
        before,
        "the kill left nothing to clear; the test shows nothing"
    );
    let mut archive = open(mirror.path());
    assert_eq!(listing(&repository), before);
    assert_sound_and_writable(&mut archive);
}

#[test]
fn import_without_an_end_moves_no_branch() {
    let mirror = tempfile::tempdir().unwrap();
    let repository = recorded(mirror.path());
    let before = listing(&repository);
    let mut import = begun_import(&repository);
    // As if the mirror were killed while it writes: the stream ends in the middle of a file.
    let mut stream = import.stdin.take().unwrap();
    write!(stream, "commit refs/wirecopy/round\ncommitter a <a@b> 1 +0000\ndata 1\nx\nM 100644 inline f\ndata 9\nhal").unwrap();
    drop(stream);
    assert!(!import.wait().unwrap().success());
    let crash = fs::read_dir(&repository).unwrap().any(|entry| {
        entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("fast_import_crash_")
    });
    assert!(crash, "git left no report; the test shows nothing");
    let mut archive = open(mirror.path());
    assert_eq!(listing(&repository), before);
    assert_sound_and_writable(&mut archive);
}

#[test]
fn commit_killed_before_its_branch_moved_is_made_again_as_the_same() {
    let mirror = tempfile::tempdir().unwrap();
    let repository = recorded(mirror.path());
    let first = git(&repository, &["rev-parse", "main"]);
    let mut archive = open(mirror.path());
    let second = round("2026-01-02T05:00:00Z", vec![put("a/d", "later")]);
    let commit = archive.commit(&second).unwrap().remove(0).commit;
    drop(archive);
    git(&repository, &["update-ref", "refs/heads/main", &first]);
    let mut archive = open(mirror.path());
    assert_eq!(archive.commit(&second).unwrap()[0].commit, commit);
}

#[test]
fn locks_and_half_packs_of_a_killed_git_are_cleared() {
    let mirror = tempfile::tempdir().unwrap();
    let repository = recorded(mirror.path());
    let before = listing(&repository);
    let leftovers = [
        "refs/heads/main.lock",
        "packed-refs.lock",
        "HEAD.lock",
        "objects/pack/tmp_pack_1a2b3c",
        "objects/pack/.tmp-77-pack-0f.pack",
        "objects/pack/multi-pack-index.lock",
        "objects/tmp_objdir-incoming-x/pack",
    ];
    for leftover in leftovers {
        fs::create_dir_all(repository.join(leftover).parent().unwrap()).unwrap();
        fs::write(repository.join(leftover), "half").unwrap();
    }
    fs::create_dir(mirror.path().join("archive/unfinished-2027.git")).unwrap();
    let mut archive = open(mirror.path());
    assert_eq!(listing(&repository), before);
    assert!(!mirror.path().join("archive/unfinished-2027.git").exists());
    assert_sound_and_writable(&mut archive);
}

#[test]
fn pack_that_lost_its_index_gets_one() {
    let mirror = tempfile::tempdir().unwrap();
    let repository = recorded(mirror.path());
    let before = listing(&repository);
    std::fs::remove_file(pack(&repository).with_extension("idx")).unwrap();
    let mut archive = open(mirror.path());
    assert_eq!(listing(&repository), before);
    assert_sound_and_writable(&mut archive);
}

/// The only pack.
fn pack(repository: &Path) -> PathBuf {
    let files = fs::read_dir(repository.join("objects/pack")).unwrap();
    let mut paths = files.map(|entry| entry.unwrap().path());
    paths
        .find(|path| path.extension().is_some_and(|kind| kind == "pack"))
        .unwrap()
}

#[test]
fn volume_that_lost_its_objects_is_no_old_one() {
    let mirror = tempfile::tempdir().unwrap();
    let repository = recorded(mirror.path());
    let pack = pack(&repository);
    let half = fs::metadata(&pack).unwrap().len() / 2;
    fs::remove_file(pack.with_extension("idx")).unwrap();
    let bytes = fs::read(&pack).unwrap();
    fs::remove_file(&pack).unwrap();
    fs::write(&pack, &bytes[..usize::try_from(half).unwrap()]).unwrap();
    let told = Archive::open(&mirror.path().join("archive"), Default::default())
        .unwrap_err()
        .to_string();
    assert!(told.contains("lacks its newest commit"), "{told}");
    assert!(pack.exists(), "what might be the only copy was removed");
}

#[test]
fn damaged_volume_is_told_with_what_to_do() {
    let mirror = tempfile::tempdir().unwrap();
    let repository = recorded(mirror.path());
    fs::write(repository.join("HEAD"), "").unwrap();
    let told = format!(
        "{:#}",
        Archive::open(&mirror.path().join("archive"), Default::default()).unwrap_err()
    );
    assert!(
        told.contains("2026.git") && told.contains("restore it from a remote"),
        "{told}"
    );
}

#[test]
fn what_a_git_that_outlived_its_run_leaves_holds_a_commit_up_but_not_off() {
    let (mirror, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (repository, elsewhere) = (recorded(mirror.path()), recorded(other.path()));
    let next = round("2026-01-02T04:00:00Z", vec![put("a/c", "second")]);
    let before = listing(&elsewhere);
    open(other.path()).commit(&next).unwrap();
    let written = listing(&elsewhere);
    let mut new = written.lines().filter(|line| !before.contains(line));
    let pack = new.find_map(|line| line.split_once(".pack ")).unwrap().0;

    let mut archive = open(mirror.path());
    // The same commit makes the same pack; git refuses to write it beside the mark of another that does.
    fs::write(repository.join(format!("{pack}.keep")), "").unwrap();
    archive.commit(&next).unwrap();
    assert_eq!(git(&repository, &["show", "main:a/c"]), "second");
}
