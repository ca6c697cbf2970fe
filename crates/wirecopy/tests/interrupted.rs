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

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// When rounds happen, in seconds since 1970: the first, the second, which is disturbed, and the one that heals it.
const FIRST: &str = "1763892000";
const SECOND: &str = "1763895600";
const THIRD: &str = "1763899200";

/// The system calls by which a round changes what is on disk.
const CHANGING: &str = "write,pwrite64,fsync,fdatasync,rename,renameat2,unlink,unlinkat,openat,mkdir,link,symlink,ftruncate";
/// Those that fail on a full disk. `write` is not among them: it also carries the program's own signals between its
/// threads, which no full disk stops.
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

/// Calls at which the fault is injected: the count is kept by strace for each thread and process of the round.
fn points() -> Vec<u32> {
    let all = std::env::var("WIRECOPY_FAULT_POINTS").is_ok_and(|points| points == "all");
    if all {
        (1..=120).collect()
    } else {
        vec![1, 2, 3, 5, 8, 11, 14, 18, 23, 29, 37, 48, 64]
    }
}

/// A mirror after its first round, and what the second must lead to, at its time and an hour later.
struct Scene {
    first: tempfile::TempDir,
    second: State,
    third: State,
}

impl Scene {
    fn set(newsroom: &Newsroom) -> Scene {
        let first = tempfile::tempdir().unwrap();
        let settings = format!(
            "format = 1\n\n[mirror]\ntitle = \"Interrupted\"\n\n[fetch]\nallow = [\"127.0.0.1\"]\nhost_delay = \"0s\"\n\n\
             [[source]]\nname = \"lindquay\"\nfeed = \"http://127.0.0.1:{port}/lindquay.xml\"\ntext = \"feed\"\n\n\
             [[source]]\nname = \"gang-bao\"\nfeed = \"http://127.0.0.1:{port}/gang-bao.xml\"\ntext = \"feed\"\n",
            port = newsroom.port
        );
        std::fs::write(first.path().join("wirecopy.toml"), settings).unwrap();
        let round = update(first.path(), FIRST, None);
        assert!(
            round.status.success(),
            "{}",
            String::from_utf8_lossy(&round.stderr)
        );
        newsroom.step.store(1, Ordering::SeqCst);
        let undisturbed = |time| {
            let mirror = copy(first.path());
            let round = update(mirror.path(), time, None);
            assert!(
                round.status.success(),
                "{}",
                String::from_utf8_lossy(&round.stderr)
            );
            state(mirror.path())
        };
        let (second, third) = (undisturbed(SECOND), undisturbed(THIRD));
        assert_ne!(
            second,
            state(first.path()),
            "the second round must bring something"
        );
        assert_ne!(second, third, "a round's time must show in its bytes");
        Scene {
            first,
            second,
            third,
        }
    }

    fn copy_of_first_round(&self) -> tempfile::TempDir {
        copy(self.first.path())
    }

    /// A disturbed mirror is whole, and the next run, an hour later, brings it to the bytes of an undisturbed one: of
    /// the second round where that had begun, under its time, else of a round at the later time.
    #[track_caller]
    fn heals(&self, mirror: &Path, point: &str) {
        assert_whole(mirror, point);
        let begun = mirror.join("round").exists() || heads(mirror) == heads_of(&self.second);
        let healed = update(mirror, THIRD, None);
        let words = String::from_utf8_lossy(&healed.stderr);
        assert!(
            healed.status.success(),
            "{point}: the next run fails: {words}"
        );
        let expected = if begun { &self.second } else { &self.third };
        assert_same(expected, &state(mirror), point);
    }
}

fn copy(mirror: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let source = format!("{}/.", mirror.display());
    assert!(
        Command::new("cp")
            .args(["-a", &source])
            .arg(copy.path())
            .status()
            .unwrap()
            .success()
    );
    copy
}

/// One round, at a fixed time, perhaps with a fault.
fn update(mirror: &Path, time: &str, inject: Option<(&str, &str)>) -> Output {
    let round = command(mirror, time);
    let Some((calls, inject)) = inject else {
        let mut round = round;
        return round.output().unwrap();
    };
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qqq",
        "-o",
        "/dev/null",
        "-e",
        &format!("trace={calls}"),
        "-e",
        inject,
        "--",
    ]);
    strace.arg(round.get_program()).args(round.get_args());
    strace.env("SOURCE_DATE_EPOCH", time).output().unwrap()
}

fn command(mirror: &Path, time: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
    command
        .args(["update", "--mirror"])
        .arg(mirror)
        .env("SOURCE_DATE_EPOCH", time);
    command
}

/// What must hold even before the next run: the archive is sound, and no page links to one that is not there.
#[track_caller]
fn assert_whole(mirror: &Path, point: &str) {
    for volume in volumes(mirror) {
        let fsck = Command::new("git")
            .arg("-C")
            .arg(&volume)
            .args(["fsck", "--strict", "--no-dangling"])
            .output()
            .unwrap();
        assert!(
            fsck.status.success(),
            "{point}: {}",
            String::from_utf8_lossy(&fsck.stderr)
        );
    }
    let site = mirror.join("site");
    let front = std::fs::read_to_string(site.join("index.html"))
        .unwrap_or_else(|error| panic!("{point}: no front page: {error}"));
    for link in front
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        if link.starts_with("articles/") {
            let path = percent_decoded(link.split('#').next().unwrap());
            assert!(
                site.join(&path).exists(),
                "{point}: the front page links to {path}, which is not there"
            );
        }
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok())
        {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn volumes(mirror: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(mirror.join("archive"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "git"))
        .collect()
}

/// What a mirror says: the head commit of each volume, and every file of the site by its hash.
type State = BTreeMap<String, String>;

fn state(mirror: &Path) -> State {
    let mut state = heads(mirror);
    let site = mirror.join("site").canonicalize().unwrap();
    files(&site, &mut |path| {
        let bytes = std::fs::read(path).unwrap();
        let name = path.strip_prefix(&site).unwrap().display().to_string();
        state.insert(name, blake3::hash(&bytes).to_hex().to_string());
    });
    state
}

fn heads(mirror: &Path) -> State {
    let head = |volume: PathBuf| {
        let head = Command::new("git")
            .arg("-C")
            .arg(&volume)
            .args(["rev-parse", "main"])
            .output()
            .unwrap();
        let name = volume.file_name().unwrap().display().to_string();
        (name, String::from_utf8(head.stdout).unwrap())
    };
    volumes(mirror).into_iter().map(head).collect()
}

fn heads_of(state: &State) -> State {
    state
        .iter()
        .filter(|(name, _)| name.ends_with(".git"))
        .map(|(name, head)| (name.clone(), head.clone()))
        .collect()
}

fn files(directory: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, each)
        } else {
            each(&path)
        }
    }
}

#[track_caller]
fn assert_same(expected: &BTreeMap<String, String>, found: &BTreeMap<String, String>, point: &str) {
    let missing: Vec<_> = expected
        .keys()
        .filter(|key| !found.contains_key(*key))
        .collect();
    let surplus: Vec<_> = found
        .keys()
        .filter(|key| !expected.contains_key(*key))
        .collect();
    let other: Vec<_> = expected
        .iter()
        .filter(|(key, value)| found.get(*key).is_some_and(|found| found != *value))
        .collect();
    assert!(
        missing.is_empty() && surplus.is_empty() && other.is_empty(),
        "{point}: missing {missing:?}, surplus {surplus:?}, different {other:?}"
    );
}

/// Two invented full-text feeds, which hold more at their second step.
struct Newsroom {
    port: u16,
    step: Arc<AtomicU32>,
}

impl Newsroom {
    fn open() -> Newsroom {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let step = Arc::new(AtomicU32::new(0));
        let served = step.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let mut request = String::new();
                let _ = reader.read_line(&mut request);
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let body = feed(&request, served.load(Ordering::SeqCst), port);
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close";
                let _ = write!(
                    reader.into_inner(),
                    "{head}\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Newsroom { port, step }
    }
}

/// At the second step each feed has two more items, and one of the first is edited.
fn feed(request: &str, step: u32, port: u16) -> String {
    let (title, words) = match request.contains("gang-bao") {
        true => (
            "港报（虚构）",
            "港口在修理九周之后于星期一重新开放，第一班渡轮在黎明时分载着四十名乘客离开码头。",
        ),
        false => (
            "Lindquay Post (invented)",
            "The harbour reopened on Monday after nine weeks of repairs to its breakwater. ",
        ),
    };
    let count = 3 + 2 * step;
    let items: String = (0..count)
        .map(|number| {
            let edit = if number == 1 && step > 0 { " It closed again at noon. 中午又关闭了。" } else { "" };
            let text = words.repeat(6 + number as usize);
            format!(
                "<item><title>{title} {number}</title><link>http://127.0.0.1:{port}/{title}/{number}</link>\
                 <pubDate>Sun, 23 Nov 2025 0{number}:00:00 GMT</pubDate><description>&lt;p&gt;{text}{edit}&lt;/p&gt;</description></item>"
            )
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>{title}</title>{items}</channel></rss>")
}
