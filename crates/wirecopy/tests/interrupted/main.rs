//! Never lost, never half: a round that is killed, or whose system calls fail, at any point leaves a mirror that the
//! next run brings to the very bytes of an undisturbed one.
//!
//! Points are injected with strace, into the program and the git processes below it. Where there is no strace the
//! tests say so and pass. `WIRECOPY_FAULT_POINTS=all` tries every point, not the sample that CI has time for.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says that it was skipped"
)]

mod newsroom;
mod scene;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use newsroom::Newsroom;
use scene::{
    SECOND, Scene, THIRD, assert_same, assert_whole, command, heads, heads_of, state, update,
    withdraw,
};

/// The system calls by which a round changes what is on disk.
const CHANGING: &str = "write,pwrite64,fsync,fdatasync,rename,renameat2,unlink,unlinkat,openat,mkdir,link,symlink,ftruncate";
/// Those that fail on a full disk. `write` is not among them: it also carries the program's own signals between its
/// threads, which no full disk stops. [`a_disk_that_fills_up_at_any_point_of_a_round_loses_nothing`] fails it too.
const FILLING: &str =
    "pwrite64,fsync,fdatasync,rename,renameat2,openat,mkdir,link,symlink,ftruncate";
/// Those that fail for want of file descriptors.
const OPENING: &str = "openat,socket,pipe2,dup";

#[test]
fn killed_at_any_system_call_a_round_converges_to_the_same_bytes() {
    converges_after(CHANGING, "signal=SIGKILL");
}

#[test]
fn out_of_disk_at_any_system_call_a_round_converges_to_the_same_bytes() {
    converges_after(FILLING, "error=ENOSPC");
}

#[test]
fn out_of_file_descriptors_at_any_system_call_a_round_converges_to_the_same_bytes() {
    converges_after(OPENING, "error=EMFILE");
}

fn converges_after(calls: &str, fault: &str) {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: no strace on this machine");
        return;
    }
    let newsroom = Newsroom::open();
    let scene = Scene::set(&newsroom);
    let mut disturbed = 0;
    for point in points() {
        let mirror = scene.copy_of_first_round();
        let inject = format!("inject={calls}:{fault}:when={point}");
        let hurt = update(mirror.path(), SECOND, Some((calls, &inject)));
        disturbed += u32::from(!hurt.status.success());
        scene.heals(mirror.path(), &format!("{fault} at call {point}"));
    }
    assert!(
        disturbed > 3,
        "{fault} disturbed {disturbed} rounds only: the test shows nothing"
    );
}

#[test]
fn killed_at_any_system_call_a_withdrawal_is_ended_by_the_same_command() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: no strace on this machine");
        return;
    }
    let newsroom = Newsroom::open();
    let scene = Scene::set(&newsroom);
    newsroom.step.store(0, std::sync::atomic::Ordering::SeqCst);
    let at = |time| scene.without_an_article(newsroom.port, time);
    let (second, third) = (at(SECOND), at(THIRD));
    assert_ne!(second, third, "its time must show in its bytes");
    let mut disturbed = 0;
    for point in points() {
        let mirror = scene.copy_of_first_round();
        let mirror = mirror.path();
        let inject = format!("inject={CHANGING}:signal=SIGKILL:when={point}");
        let hurt = withdraw((mirror, newsroom.port), SECOND, Some((CHANGING, &inject)));
        disturbed += u32::from(!hurt.status.success());
        let point = format!("killed at call {point}");
        assert_whole(mirror, &point);
        let recorded = heads(mirror) == heads_of(&second);
        let again = withdraw((mirror, newsroom.port), THIRD, None);
        assert!(again.status.success(), "{point}: {again:?}");
        let expected = if recorded { &second } else { &third };
        assert_same(expected, &state(mirror), &point);
    }
    assert!(
        disturbed > 3,
        "{disturbed} were killed only: the test shows nothing"
    );
}

#[test]
fn killed_at_any_moment_a_round_converges_to_the_same_bytes() {
    let newsroom = Newsroom::open();
    let scene = Scene::set(&newsroom);
    let mut disturbed = 0;
    // A round takes some 200 ms here; steps of a prime leave no phase of it out over the runs of years.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .subsec_millis();
    for run in 0..12 {
        let moment = Duration::from_millis(u64::from((now + run * 37) % 240));
        let mirror = scene.copy_of_first_round();
        let mut round = command(mirror.path(), SECOND)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(moment);
        disturbed += u32::from(round.try_wait().unwrap().is_none());
        round.kill().unwrap();
        round.wait().unwrap();
        scene.heals(mirror.path(), &format!("killed after {moment:?}"));
    }
    assert!(
        disturbed > 2,
        "only {disturbed} rounds were killed: the test shows nothing"
    );
}

fn all_points() -> bool {
    std::env::var("WIRECOPY_FAULT_POINTS").is_ok_and(|points| points == "all")
}

/// Calls at which the fault is injected: the count is kept by strace for each thread and process of the round.
fn points() -> Vec<u32> {
    if all_points() {
        (1..=120).collect()
    } else {
        vec![1, 2, 3, 5, 8, 11, 14, 18, 23, 29, 37, 48, 64]
    }
}

#[test]
fn a_disk_that_fills_up_at_any_point_of_a_round_loses_nothing() {
    if !in_own_namespace("true")
        .status()
        .is_ok_and(|done| done.success())
    {
        eprintln!("skipped: no disk of its own can be mounted on this machine");
        return;
    }
    let newsroom = Newsroom::open();
    let scene = Scene::set(&newsroom);
    let mut disturbed = 0;
    for free in free_kilobytes() {
        let mirror = scene.copy_of_first_round();
        let went_well = update_on_a_disk_with(free, mirror.path());
        disturbed += u32::from(!went_well);
        scene.heals(mirror.path(), &format!("a disk with {free} kB left"));
    }
    assert!(
        disturbed > 3,
        "a full disk disturbed {disturbed} rounds only: the test shows nothing"
    );
}

/// What is left on the disk when the round begins; it needs some 400 kB.
fn free_kilobytes() -> Vec<u32> {
    if all_points() {
        (0..=480).step_by(4).collect()
    } else {
        vec![0, 4, 12, 28, 60, 92, 132, 180, 240, 320, 480]
    }
}

/// Runs a round of the mirror on a disk in memory that has so much left, and brings back what it left there.
fn update_on_a_disk_with(free: u32, mirror: &Path) -> bool {
    let script = format!(
        r#"set -e
        disk=$(mktemp -d)
        mount -t tmpfs -o size=64m none "$disk"
        cp -a "$MIRROR/." "$disk"
        left=$(df --output=avail -k "$disk" | tail -n 1)
        head -c "$((left - {free}))k" /dev/zero >"$disk/filler"
        set +e
        "$WIRECOPY" update --mirror "$disk" >/dev/null 2>&1
        ended=$?
        set -e
        rm "$disk/filler"
        rm -rf "$MIRROR"
        cp -a "$disk" "$MIRROR"
        umount "$disk"
        rmdir "$disk"
        exit "$ended""#
    );
    let mut round = in_own_namespace(&script);
    round
        .env("MIRROR", mirror)
        .env("WIRECOPY", env!("CARGO_BIN_EXE_wirecopy"))
        .env("SOURCE_DATE_EPOCH", SECOND);
    round.status().unwrap().success()
}

/// A shell that may mount, without a right outside itself (Linux, where user namespaces are allowed).
fn in_own_namespace(script: &str) -> Command {
    let mut shell = Command::new("unshare");
    shell.args(["--user", "--map-root-user", "--mount", "bash", "-c", script]);
    shell.stderr(Stdio::null());
    shell
}
