//! What the disk does to a mirror: the sentence that the operator reads, and the way back.
//!
//! The damage is real: bytes of the pack and of the index are other ones than were written.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::story::{Publication, Story};

const FEED: &str = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
    <item><title>Rain on the hill</title><link>/rain</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>\
    </channel></rss>";

const PAGE: &str = "<!doctype html><html lang=en><title>Rain on the hill</title><article><h1>Rain on the hill</h1>\
    <p>It rained on the hill for the whole of the day, and the river rose by more than a metre, the council said on \
    Monday evening, while people carried sandbags through the lower streets and closed the bridge to cars.</p>\
    <p>Nobody was hurt, said the mayor, who thanked everyone that had helped and promised that the water would be gone \
    from the cellars of the old town before the end of the week, if the weather allows.</p></article></html>";

/// A mirror of one article, sent to a remote beside it.
fn mirror() -> (Publication, Story) {
    let hill = Publication::with_pages(&[
        ("/feed.xml", "application/rss+xml", FEED),
        ("/rain", "text/html", PAGE),
    ]);
    let story = Story::with_settings("");
    let remote = story.path("remote.git");
    let made = Command::new("git")
        .args(["init", "--quiet", "--bare"])
        .arg(&remote)
        .status();
    assert!(made.unwrap().success());
    let settings = format!(
        "{}\n[archive]\nremotes = [\"{}\"]\n",
        hill.allowed(),
        remote.display()
    );
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    story.prints(&["add", &hill.url("/feed.xml")]);
    assert!(
        story
            .prints_at("2026-03-02T12:00:00Z", &["update"])
            .contains("1 new")
    );
    (hill, story)
}

#[track_caller]
fn assert_whole(story: &Story) {
    let told = story.prints_at("2026-03-02T13:00:00Z", &["update"]);
    assert!(told.contains("0 new, 0 revised"), "{told}");
    assert!(
        story
            .prints(&["reindex"])
            .starts_with("1 documents indexed")
    );
    let sound = Command::new("git")
        .arg("--git-dir")
        .arg(story.path("archive/2026.git"))
        .args(["fsck", "--full", "--strict"])
        .status();
    assert!(sound.unwrap().success());
}

#[test]
fn a_damaged_index_is_told_and_made_again() {
    let (_hill, story) = mirror();
    let garbage = vec![b'?'; 40_000];
    fs::write(story.path("index.sqlite"), &garbage).unwrap();
    let told = story.runs(&["status"]);
    assert_eq!(told.code, 1, "{told:?}");
    assert!(
        told.err
            .contains("index.sqlite is damaged: run `wirecopy reindex`"),
        "{told:?}"
    );
    assert_whole(&story);
}

/// The volume's packs.
fn packs(story: &Story) -> Vec<PathBuf> {
    let entries = fs::read_dir(story.path("archive/2026.git/objects/pack")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "pack"))
        .collect()
}

/// Turns over every byte between a pack's head and its sum.
fn damage(pack: &PathBuf) {
    let mut bytes = fs::read(pack).unwrap();
    let end = bytes.len() - 20;
    for byte in &mut bytes[12..end] {
        *byte ^= 0xff;
    }
    // Git writes packs read-only; a name of its own takes the place of the file.
    fs::remove_file(pack).unwrap();
    fs::write(pack, bytes).unwrap();
}

#[test]
fn a_damaged_pack_is_told_and_fetched_again() {
    let (_hill, story) = mirror();
    let packs = packs(&story);
    assert!(!packs.is_empty());
    packs.iter().for_each(damage);
    for command in ["reindex", "update"] {
        let told = story.runs(&[command]);
        assert_eq!(told.code, 1, "{told:?}");
        assert!(
            told.err.contains("fsck --full") && told.err.contains("Move that volume away"),
            "{told:?}"
        );
    }
    fs::rename(story.path("archive/2026.git"), story.path("damaged.git")).unwrap();
    assert_whole(&story);
}
