//! The store through its own doors, on a disk.

use std::collections::HashSet;
use std::fs;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use url::Url;

use super::check::{Verified, verify};
use super::prune::{Retention, candidates};
use super::wanted::{Failed, Want, Wanted, next_try};
use super::{Arrival, Store, kin};

const NOON: Timestamp = Timestamp::constant(1_772_452_800, 0);

fn url(name: &str) -> Url {
    Url::parse(&format!("https://i.example/{name}")).unwrap()
}

fn keep(store: &mut Store, bytes: &[u8], name: &str, time: Timestamp) -> bool {
    let address = url(name);
    let arrival = Arrival {
        bytes,
        media_type: "image/jpeg",
        size: (640, 480),
        likeness: u64::from(bytes[0]).wrapping_mul(0x9E37_79B9_7F4A_7C15),
        is_bounded: false,
        address: &address,
        had_from: &address,
        page: "https://news.example/a\tb",
        time,
    };
    store.keep(&arrival).unwrap()
}

fn ledger(mirror: &TempDir) -> std::path::PathBuf {
    mirror.path().join("originals/ledger/2026-03.tsv")
}

#[test]
fn the_same_bytes_under_many_addresses_are_kept_once_and_every_address_finds_them() {
    let mirror = TempDir::new().unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    let new: Vec<bool> = (0..10)
        .map(|number| keep(&mut store, b"one picture", &number.to_string(), NOON))
        .collect();
    assert_eq!(new.iter().filter(|new| **new).count(), 1);
    let store = Store::open(mirror.path()).unwrap();
    assert_eq!(store.originals().count(), 1);
    let original = store.find(&url("7")).unwrap();
    assert_eq!(store.read(original).unwrap(), b"one picture");
    assert_eq!(original.addresses.len(), 10);
    // Whether an old link has http or https makes no difference.
    assert!(
        store
            .find(&Url::parse("http://i.example/3").unwrap())
            .is_some()
    );
    assert!(store.find(&url("10")).is_none());
}

#[test]
fn a_line_that_a_crash_cut_off_costs_that_picture_alone() {
    let mirror = TempDir::new().unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    keep(&mut store, b"first", "1", NOON);
    keep(&mut store, b"second", "2", NOON);
    let text = fs::read(ledger(&mirror)).unwrap();
    let half = text.len() - 40;
    fs::write(ledger(&mirror), &text[..half]).unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    assert!(store.find(&url("1")).is_some() && store.find(&url("2")).is_none());
    keep(&mut store, b"third", "3", NOON);
    let store = Store::open(mirror.path()).unwrap();
    assert!(store.find(&url("1")).is_some() && store.find(&url("3")).is_some());
}

#[test]
fn every_cut_of_a_ledger_can_be_read_and_gives_what_came_before_it() {
    let mirror = TempDir::new().unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    keep(&mut store, b"first", "1", NOON);
    let first = fs::read(ledger(&mirror)).unwrap().len();
    keep(&mut store, b"second", "2", NOON);
    let text = fs::read(ledger(&mirror)).unwrap();
    for length in 0..=text.len() {
        fs::write(ledger(&mirror), &text[..length]).unwrap();
        let store = Store::open(mirror.path()).unwrap();
        assert_eq!(store.find(&url("1")).is_some(), length >= first, "{length}");
    }
}

#[test]
fn damage_absence_and_strangers_are_told_apart() {
    let mirror = TempDir::new().unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    for name in ["sound", "damaged", "absent"] {
        keep(&mut store, name.as_bytes(), name, NOON);
    }
    let path = |name: &str| store.find(&url(name)).unwrap().path();
    let (damaged, absent) = (path("damaged"), path("absent"));
    let root = mirror.path().join("originals");
    fs::write(root.join(&damaged), b"other").unwrap();
    fs::remove_file(root.join(&absent)).unwrap();
    fs::create_dir_all(root.join("files/zz")).unwrap();
    fs::write(root.join("files/zz/stranger"), b"").unwrap();
    let found = verify(&store, &|_| {}).unwrap();
    let expected = Verified {
        sound: 1,
        damaged: vec![damaged],
        absent: vec![absent],
        untold: vec!["files/zz/stranger".to_owned()],
    };
    assert_eq!(found, expected);
    assert!(store.read(store.find(&url("damaged")).unwrap()).is_err());
}

#[test]
fn what_is_dropped_is_gone_but_not_forgotten_and_can_come_back() {
    let mirror = TempDir::new().unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    keep(&mut store, b"picture", "1", NOON);
    let original = store.find(&url("1")).unwrap().clone();
    store.drop(original.hash, NOON, "too old").unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    assert!(store.find(&url("1")).is_none() && store.was_dropped(&url("1")));
    assert!(!store.directory().join(original.path()).exists());
    assert!(keep(&mut store, b"picture", "1", NOON));
    let store = Store::open(mirror.path()).unwrap();
    assert!(store.find(&url("1")).is_some() && !store.was_dropped(&url("1")));
}

#[test]
fn the_too_old_go_and_then_the_oldest_while_there_is_no_room() {
    let mirror = TempDir::new().unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    for day in 0..6 {
        let time = NOON + SignedDuration::from_hours(24 * day);
        keep(
            &mut store,
            &[b'a' + u8::try_from(day).unwrap(); 100],
            &day.to_string(),
            time,
        );
    }
    let now = NOON + SignedDuration::from_hours(24 * 6);
    let spared = store.find(&url("1")).unwrap().hash;
    let check = |max_bytes, days: Option<u64>, expected: &[(&str, &str)]| {
        let age = days.map(|days| Duration::from_secs(days * 24 * 3600));
        let retention = Retention { max_bytes, age };
        let gone = candidates(&store, retention, now, |original| {
            Ok(original.hash == spared)
        });
        let gone: Vec<_> = gone.unwrap();
        let gone: HashSet<_> = gone
            .iter()
            .map(|one| (one.original.hash, one.why))
            .collect();
        let expected: HashSet<_> = expected
            .iter()
            .map(|(name, why)| (store.find(&url(name)).unwrap().hash, *why))
            .collect();
        assert_eq!(gone, expected);
    };
    check(600, None, &[]);
    check(500, None, &[("0", "no room")]);
    check(
        350,
        None,
        &[("0", "no room"), ("2", "no room"), ("3", "no room")],
    );
    check(600, Some(4), &[("0", "too old")]);
    check(400, Some(4), &[("0", "too old"), ("2", "no room")]);
}

#[test]
fn a_picture_that_cannot_be_had_is_asked_for_less_and_less_and_then_no_more() {
    let hours = |failures, failed| {
        let next: Option<Timestamp> = next_try(failures, failed, NOON);
        next.map(|time| time.duration_since(NOON).as_hours())
    };
    let waits: Vec<_> = (1..=8)
        .map(|failures| hours(failures, Failed::ForNow))
        .collect();
    let expected = [
        Some(1),
        Some(6),
        Some(24),
        Some(72),
        Some(168),
        Some(336),
        Some(720),
        None,
    ];
    assert_eq!(waits, expected);
    assert_eq!(hours(1, Failed::ForGood), None);
    assert_eq!(
        hours(0, Failed::NotAsked(Duration::from_secs(7200))),
        Some(2)
    );
}

#[test]
fn what_is_wanted_survives_a_restart() {
    let mirror = TempDir::new().unwrap();
    let mut wanted = Wanted::open(mirror.path()).unwrap();
    for name in ["new", "old"] {
        wanted.add(Want {
            address: url(name),
            page: "https://news.example/".to_owned(),
            source: "river".to_owned(),
            published: NOON + SignedDuration::from_hours(if name == "new" { 1 } else { 0 }),
            failures: 0,
            due: Some(NOON),
            why: String::new(),
        });
    }
    wanted.failed(&url("old"), (Failed::ForNow, "HTTP\t503"), NOON);
    wanted.reflected.insert("2026".to_owned(), "abc".to_owned());
    wanted.save().unwrap();
    let read = Wanted::open(mirror.path()).unwrap();
    assert_eq!(read.all().len(), 2);
    assert_eq!(read.reflected, wanted.reflected);
    assert_eq!(read.all()[1].why, "HTTP 503");
    let names = |time| -> Vec<String> {
        let due = read.due(time).into_iter();
        due.map(|want| want.address.path().to_owned()).collect()
    };
    assert_eq!(names(NOON), ["/new"]);
    assert_eq!(
        names(NOON + SignedDuration::from_hours(1)),
        ["/new", "/old"]
    );
    // Without the list what was found in the archive is found again.
    fs::remove_file(mirror.path().join("wanted.tsv")).unwrap();
    assert!(Wanted::open(mirror.path()).unwrap().reflected.is_empty());
}

#[test]
fn kin_are_found_and_strangers_are_not() {
    let mirror = TempDir::new().unwrap();
    let mut store = Store::open(mirror.path()).unwrap();
    let likenesses = [
        0_u64,
        0b111_1111,
        0b1111_1111_0000_0000,
        u64::MAX,
        u64::MAX << 7,
    ];
    for (number, likeness) in likenesses.into_iter().enumerate() {
        let address = url(&number.to_string());
        let arrival = Arrival {
            bytes: &[u8::try_from(number).unwrap()],
            media_type: "image/png",
            size: (100 + u32::try_from(number).unwrap(), 100),
            likeness,
            is_bounded: false,
            address: &address,
            had_from: &address,
            page: "",
            time: NOON,
        };
        store.keep(&arrival).unwrap();
    }
    let groups = kin::groups(&store);
    let widths: Vec<Vec<u32>> = groups
        .iter()
        .map(|group| group.iter().map(|original| original.width).collect())
        .collect();
    assert_eq!(widths, [vec![101, 100], vec![104, 103]]);
}
