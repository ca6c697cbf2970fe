//! The store of pictures: filled by a round, told of, checked and cleared out.

use std::fs;

use serde_json::Value;

use crate::story::{Publication, Story};

const FEED: &str = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
    <item><title>Rain on the hill</title><link>/rain</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>\
    </channel></rss>";

/// An invented article with three pictures, two of which are one file.
const PAGE: &str = "<!doctype html><html lang=en><title>Rain on the hill</title><article><h1>Rain on the hill</h1>\
    <p>It rained on the hill for the whole of the day, and the river rose by more than a metre, the council said on \
    Monday evening, while people carried sandbags through the lower streets and closed the bridge to cars.</p>\
    <figure><img src='/bridge.bmp' width=640 height=480><figcaption>The bridge on Monday.</figcaption></figure>\
    <p>Nobody was hurt, said the mayor, who thanked everyone that had helped and promised that the water would be gone \
    from the cellars of the old town before the end of the week, if the weather allows.</p>\
    <figure><img src='/copy/bridge.bmp' width=640 height=480><figcaption>The same bridge.</figcaption></figure>\
    <p>The bridge was built after the flood of 1954, and has been closed four times since then, the last time in the \
    spring of 2013, when the water stood in the market hall and the school had to send its children home.</p>\
    <figure><img src='/lost.bmp' width=640 height=480><figcaption>The old bridge.</figcaption></figure>\
    <p>Work on a higher bridge is to begin next year, if the county gives the money that it has promised for it.</p>\
    </article></html>";

/// A picture of so many pixels to a side, all of one colour.
pub(crate) fn picture(side: u32, colour: [u8; 4]) -> Vec<u8> {
    let pixels = colour.repeat((side * side) as usize);
    let mut file = b"BM".to_vec();
    for field in [54 + pixels.len() as u32, 0, 54, 40, side, side] {
        file.extend(field.to_le_bytes());
    }
    file.extend([1, 0, 32, 0]);
    file.extend([0; 24]);
    file.extend(pixels);
    file
}

/// The publication, with what it has beside the bridge.
pub(crate) fn hill(more: &[(&str, Vec<u8>)]) -> Publication {
    let bridge = picture(60, [90, 120, 40, 255]);
    let mut pictures = vec![
        ("/bridge.bmp", bridge.clone()),
        ("/copy/bridge.bmp", bridge),
    ];
    pictures.extend_from_slice(more);
    let pages = [
        ("/feed.xml", "application/rss+xml", FEED),
        ("/rain", "text/html", PAGE),
    ];
    Publication::with_pictures(&pages, &pictures)
}

/// A mirror of it that keeps pictures, with further settings of `[pictures]`, after one round.
fn kept(hill: &Publication, settings: &str) -> Story {
    let text = format!("{}\n[pictures]\nkeep = true\n{settings}", hill.allowed());
    let story = Story::with_settings(&text);
    story.prints(&["add", &hill.url("/feed.xml")]);
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    story
}

#[track_caller]
fn json(story: &Story, arguments: &[&str]) -> Value {
    serde_json::from_str(&story.prints(arguments)).unwrap()
}

#[track_caller]
fn check_stats(story: &Story, expected: [(&str, u64); 4]) {
    let stats = json(story, &["images", "stats", "--json"]);
    for (name, number) in expected {
        assert_eq!(stats[name], number, "{name} of {stats}");
    }
}

#[test]
fn a_round_keeps_a_picture_once_and_asks_again_later_for_one_that_is_missing() {
    let story = kept(&hill(&[]), "");
    check_stats(
        &story,
        [
            ("pictures", 1),
            ("addresses", 2),
            ("waiting", 1),
            ("given_up", 0),
        ],
    );
    // The second round comes before the missing one is due, the third after.
    let told = story.prints_at("2026-03-02T12:30:00Z", &["update"]);
    assert!(!told.contains("missed"), "{told}");
    let told = story.prints_at("2026-03-02T13:30:00Z", &["update"]);
    assert!(
        told.contains("pictures: 0 kept (0 kB), 0 known, 1 missed, 1 waiting"),
        "{told}"
    );
}

#[test]
fn what_the_origin_lost_is_taken_from_the_archive_that_is_named() {
    let archive = picture(50, [10, 20, 200, 255]);
    let lost = "/web/20260302100000im_/lost";
    let hill = hill(&[(lost, archive)]);
    // The publication plays the archive too, which has one picture alone.
    let setting = format!(
        "archive = \"{}?{{url}}\"\n",
        hill.url("/web/{time}im_/lost")
    );
    let story = kept(&hill, &setting);
    check_stats(
        &story,
        [
            ("pictures", 2),
            ("addresses", 3),
            ("waiting", 0),
            ("given_up", 0),
        ],
    );
    let ledger = story.read("originals/ledger/2026-03.tsv");
    assert!(ledger.contains(lost), "{ledger}");
}

#[test]
fn a_spacer_is_given_up() {
    let story = kept(&hill(&[("/lost.bmp", picture(1, [0; 4]))]), "");
    check_stats(
        &story,
        [
            ("pictures", 1),
            ("addresses", 2),
            ("waiting", 0),
            ("given_up", 1),
        ],
    );
}

#[test]
fn a_larger_picture_is_brought_down_to_the_bound() {
    let wide = picture(700, [40, 90, 160, 255]);
    let story = kept(&hill(&[("/lost.bmp", wide)]), "bound = 640\n");
    let ledger = story.read("originals/ledger/2026-03.tsv");
    let line = ledger.lines().find(|line| line.contains("/lost.bmp"));
    let line = line.unwrap();
    assert!(
        line.contains("\t640x640\t") && line.contains("\tbounded\t"),
        "{line}"
    );
}

#[test]
fn damage_is_told_by_name_and_by_the_exit_code() {
    let story = kept(&hill(&[]), "");
    assert_eq!(
        story.prints(&["images", "verify"]),
        "1 pictures are sound\n"
    );
    let ledger = story.read("originals/ledger/2026-03.tsv");
    let hash = ledger.split('\t').nth(2).unwrap();
    let path = format!("originals/files/{}/{hash}.bmp", &hash[..2]);
    fs::write(story.path(&path), "other").unwrap();
    let told = story.runs(&["images", "verify"]);
    assert_eq!(told.code, 1, "{told:?}");
    assert_eq!(told.out, format!("damaged: {path}\n0 pictures are sound\n"));
}

#[test]
fn pruning_spares_what_an_article_shows_unless_told_to_take_it() {
    let story = kept(&hill(&[]), "");
    // The picture is older than a day by now, whatever the day.
    let settings = story.read("wirecopy.toml");
    let settings = settings.replace("keep = true", "keep = true\nkeep_for = \"1d\"");
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    let count = |arguments: &[&str]| json(&story, arguments).as_array().unwrap().len();
    assert_eq!(count(&["images", "prune", "--json"]), 0);
    let dry = ["images", "prune", "--shown", "--dry-run", "--json"];
    assert_eq!(count(&dry), 1);
    assert_eq!(count(&["images", "prune", "--shown", "--json"]), 1);
    assert_eq!(json(&story, &["images", "stats", "--json"])["pictures"], 0);
    assert_eq!(count(&dry), 0);
    // It is not asked for again.
    let told = story.prints_at("2026-03-02T12:30:00Z", &["update"]);
    assert!(!told.contains("kept"), "{told}");
}
