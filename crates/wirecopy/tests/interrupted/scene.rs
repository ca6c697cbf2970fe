//! A small mirror before and after its second round, and what must hold of one whose second round was disturbed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::Ordering;

use crate::newsroom::Newsroom;

/// When rounds happen, in seconds since 1970: the first, the second, which is disturbed, and the one that heals it.
const FIRST: &str = "1763892000";
pub(crate) const SECOND: &str = "1763895600";
pub(crate) const THIRD: &str = "1763899200";

/// A mirror after its first round, and what the second must lead to, at its time and an hour later.
pub(crate) struct Scene {
    first: tempfile::TempDir,
    second: State,
    third: State,
}

impl Scene {
    pub(crate) fn set(newsroom: &Newsroom) -> Scene {
        let first = tempfile::tempdir().unwrap();
        let settings = format!(
            "format = 1\n\n[mirror]\ntitle = \"Interrupted\"\n\n[fetch]\nallow = [\"127.0.0.1\"]\nhost_delay = \"0s\"\n\n\
             [[source]]\nname = \"lindquay\"\nfeed = \"http://127.0.0.1:{port}/lindquay.xml\"\ntext = \"feed\"\n\n\
             [[source]]\nname = \"gang-bao\"\nfeed = \"http://127.0.0.1:{port}/gang-bao.xml\"\ntext = \"feed\"\n\n\
             [[source]]\nname = \"saltmarrow\"\nfeed = \"http://127.0.0.1:{port}/saltmarrow.xml\"\ntext = \"page\"\n",
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
        let versions = |state: &State| {
            state
                .keys()
                .any(|name| name.ends_with(".versions.html") && name.contains("saltmarrow"))
        };
        assert!(
            versions(&second),
            "the second round must see the edited page"
        );
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

    /// What a mirror is after the first round, once an article was taken out at that time.
    pub(crate) fn without_an_article(&self, port: u16, time: &str) -> State {
        let mirror = self.copy_of_first_round();
        let withdrawn = withdraw((mirror.path(), port), time, None);
        let words = String::from_utf8_lossy(&withdrawn.stderr);
        assert!(withdrawn.status.success(), "{words}");
        state(mirror.path())
    }

    pub(crate) fn copy_of_first_round(&self) -> tempfile::TempDir {
        copy(self.first.path())
    }

    /// A disturbed mirror is whole, and the next run, an hour later, brings it to the bytes of an undisturbed one: of
    /// the second round where that had begun, under its time, else of a round at the later time.
    #[track_caller]
    pub(crate) fn heals(&self, mirror: &Path, point: &str) {
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
pub(crate) fn update(mirror: &Path, time: &str, inject: Option<(&str, &str)>) -> Output {
    disturbed(command(mirror, time), time, inject)
}

/// Takes the article of the newsroom's page out, at a fixed time, perhaps with a fault.
pub(crate) fn withdraw(
    (mirror, port): (&Path, u16),
    time: &str,
    inject: Option<(&str, &str)>,
) -> Output {
    let mut withdrawal = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
    let address = format!("http://127.0.0.1:{port}/saltmarrow/harbour");
    withdrawal
        .args(["withdraw", &address, "--reason", "asked for", "--mirror"])
        .arg(mirror)
        .env("SOURCE_DATE_EPOCH", time);
    disturbed(withdrawal, time, inject)
}

fn disturbed(mut round: Command, time: &str, inject: Option<(&str, &str)>) -> Output {
    let Some((calls, inject)) = inject else {
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

pub(crate) fn command(mirror: &Path, time: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
    command
        .args(["update", "--mirror"])
        .arg(mirror)
        .env("SOURCE_DATE_EPOCH", time);
    command
}

/// What must hold even before the next run: the archive is sound, and no page links to one that is not there.
#[track_caller]
pub(crate) fn assert_whole(mirror: &Path, point: &str) {
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
pub(crate) type State = BTreeMap<String, String>;

pub(crate) fn state(mirror: &Path) -> State {
    let mut state = heads(mirror);
    let site = mirror.join("site").canonicalize().unwrap();
    files(&site, &mut |path| {
        let bytes = std::fs::read(path).unwrap();
        let name = path.strip_prefix(&site).unwrap().display().to_string();
        state.insert(name, blake3::hash(&bytes).to_hex().to_string());
    });
    state
}

pub(crate) fn heads(mirror: &Path) -> State {
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

pub(crate) fn heads_of(state: &State) -> State {
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
pub(crate) fn assert_same(
    expected: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
    point: &str,
) {
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
