//! A mirror from its first round to its last: recorded, published, pushed, lost and found again.

use std::fs;
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

fn hill() -> Publication {
    Publication::with_pages(&[
        ("/feed.xml", "application/rss+xml", FEED),
        ("/rain", "text/html", PAGE),
    ])
}

fn mirror_of(hill: &Publication) -> Story {
    let story = Story::with_settings(&hill.allowed());
    let remote = story.path("remote.git");
    let made = Command::new("git")
        .args(["init", "--quiet", "--bare"])
        .arg(&remote)
        .status()
        .unwrap();
    assert!(made.success());
    let archive = format!("\n[archive]\nremotes = [\"{}\"]\n", remote.display());
    fs::write(story.path("wirecopy.toml"), hill.allowed() + &archive).unwrap();
    story.prints(&["add", &hill.url("/feed.xml")]);
    story
}

/// The article pages of the mirror's site.
fn pages(story: &Story) -> usize {
    fs::read_to_string(story.path("site/index.html"))
        .unwrap_or_default()
        .matches("Rain on the hill")
        .count()
}

#[test]
fn a_round_records_publishes_and_pushes_and_the_next_has_nothing_to_do() {
    let hill = hill();
    let story = mirror_of(&hill);
    assert!(story.prints(&["update"]).contains("1 new"));
    assert!(pages(&story) > 0);
    assert!(story.prints(&["update"]).contains("0 new, 0 revised"));
    assert!(story.prints(&["push"]).contains("was there already"));
    assert!(story.prints(&["status"]).contains("1 articles"));
    let remote = story.path("remote.git");
    let listed = Command::new("git")
        .arg("--git-dir")
        .arg(remote)
        .args(["ls-tree", "-r", "--name-only", "main"])
        .output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    assert!(
        listed.contains("articles/the-hill/2026/03/02-rain-on-the-hill-"),
        "{listed}"
    );
}

#[test]
fn an_article_in_two_pages_is_recorded_whole() {
    let second = PAGE.replace("Nobody was hurt", "On the second day nobody was hurt");
    let first = PAGE.replace(
        "</article>",
        "<a href='/rain?page=2'>Next page</a></article>",
    );
    let hill = Publication::with_pages(&[
        ("/feed.xml", "application/rss+xml", FEED),
        ("/rain", "text/html", &first),
        ("/rain?page=2", "text/html", &second),
    ]);
    let story = mirror_of(&hill);
    assert!(story.prints(&["update"]).contains("1 new"));
    let remote = story.path("remote.git");
    let found = Command::new("git")
        .arg("--git-dir")
        .arg(remote)
        .args([
            "grep",
            "--count",
            "-e",
            "obody was hurt, said the mayor",
            "main",
            "--",
            "articles",
        ])
        .output();
    let found = String::from_utf8(found.unwrap().stdout).unwrap();
    assert!(found.trim_end().ends_with(":2"), "{found}");
}

#[test]
fn a_dry_run_writes_nothing() {
    let hill = hill();
    let story = mirror_of(&hill);
    assert!(story.prints(&["update", "--dry-run"]).contains("1 new"));
    assert_eq!(pages(&story), 0);
    assert!(story.prints(&["update"]).contains("1 new"));
}

#[test]
fn the_settings_and_a_remote_are_enough_to_go_on() {
    let hill = hill();
    let story = mirror_of(&hill);
    story.prints(&["update"]);
    for lost in ["archive", "site.d"] {
        fs::remove_dir_all(story.path(lost)).unwrap();
    }
    for lost in ["index.sqlite", "site"] {
        fs::remove_file(story.path(lost)).unwrap();
    }
    assert!(story.prints(&["update"]).contains("0 new, 0 revised"));
    assert!(pages(&story) > 0);
}

#[test]
fn index_and_site_are_made_again_from_the_archive() {
    let hill = hill();
    let story = mirror_of(&hill);
    story.prints(&["update"]);
    fs::remove_file(story.path("index.sqlite")).unwrap();
    fs::remove_file(story.path("site")).unwrap();
    assert!(
        story
            .prints(&["reindex"])
            .starts_with("1 documents indexed")
    );
    story.prints(&["publish"]);
    assert!(pages(&story) > 0);
}

#[test]
fn a_failing_feed_is_told_in_plain_words_and_by_the_exit_code() {
    let hill = hill();
    let story = mirror_of(&hill);
    let settings = story
        .read("wirecopy.toml")
        .replace("/feed.xml", "/gone.xml");
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    let told = story.runs(&["update"]);
    assert_eq!(told.code, 1, "{told:?}");
    assert!(story.prints(&["status"]).contains("404"));
}

#[test]
fn a_second_instance_is_turned_away_with_its_own_exit_code() {
    let hill = hill();
    let story = mirror_of(&hill);
    let _held = wirecopy::lock::acquire(&story.path("")).unwrap();
    let told = story.runs(&["update"]);
    assert_eq!(told.code, 3, "{told:?}");
    assert!(told.err.contains("another wirecopy (process "), "{told:?}");
}

#[test]
fn doctor_names_a_remote_that_does_not_answer() {
    let hill = hill();
    let story = mirror_of(&hill);
    story.prints(&["doctor"]);
    fs::remove_dir_all(story.path("remote.git")).unwrap();
    let told = story.runs(&["doctor"]);
    assert!(
        told.code == 1 && told.out.contains("remote.git"),
        "{told:?}"
    );
}

#[test]
fn an_imported_archive_is_exported_as_it_came() {
    let story = Story::with_settings("format = 1\n");
    let document = "<!--1640817542000-->\n[Rain](https://hill.example/rain)\n------\n\n<p>It rained on the hill.</p>\n";
    fs::create_dir_all(story.path("old/articles/hill")).unwrap();
    fs::write(story.path("old/articles/hill/1.md"), document).unwrap();
    let (old, copy) = (story.path("old"), story.path("copy"));
    assert!(
        story
            .prints(&["import", "archive", old.to_str().unwrap()])
            .contains("1    new")
    );
    story.prints(&[
        "export",
        "archive",
        "--layout",
        "seed",
        copy.to_str().unwrap(),
    ]);
    let exported = fs::read_dir(copy.join("articles/hill"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    let exported: Vec<String> = exported
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert_eq!(exported, [document]);
}

#[test]
fn the_demonstration_holds_what_its_newsroom_told() {
    let story = Story::in_an_empty_directory();
    let told = story.prints(&["demo", "--once", "--json"]);
    assert!(told.contains("\"differences\": []"), "{told}");
}

/// Imports one article of an older archive into a mirror.
fn import_snow(story: &Story, time: &str) {
    let old = story.path("old/articles/hill/1.md");
    fs::create_dir_all(old.parent().unwrap()).unwrap();
    let text =
        "<!--1583143200000-->\n[Snow](https://hill.example/snow)\n------\n\n<p>It fell.</p>\n";
    fs::write(old, text).unwrap();
    let from = story.path("old").display().to_string();
    story.prints_at(time, &["import", "archive", &from]);
}

#[test]
fn a_volume_that_lost_its_branch_is_no_empty_one() {
    let hill = hill();
    let story = mirror_of(&hill);
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    // A second commit, which makes a history of it.
    let settings = story.read("wirecopy.toml") + "\n[publish]\nnoindex = true\n";
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    import_snow(&story, "2026-03-02T13:00:00Z");
    fs::remove_file(story.path("archive/2026.git/refs/heads/main")).unwrap();
    for command in ["update", "reindex", "publish"] {
        let told = story.runs(&[command]);
        assert_eq!(told.code, 1, "{told:?}");
        assert!(
            told.err.contains("volume 2026 has commits, but no branch"),
            "{told:?}"
        );
    }
}

#[test]
fn a_volume_that_is_gone_is_missed() {
    let hill = hill();
    let story = mirror_of(&hill);
    story.prints_at("2025-12-31T12:00:00Z", &["update"]);
    import_snow(&story, "2026-03-02T12:00:00Z");
    // Without its remote.
    fs::write(story.path("wirecopy.toml"), hill.allowed()).unwrap();
    fs::remove_dir_all(story.path("archive/2025.git")).unwrap();
    let told = story.runs(&["update"]);
    assert_eq!(told.code, 1, "{told:?}");
    assert!(
        told.err.contains("the archive lacks volume 2025"),
        "{told:?}"
    );
    assert!(
        story
            .prints(&["reindex"])
            .starts_with("1 documents indexed")
    );
}
