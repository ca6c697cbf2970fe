//! The lists inside the archive, as a reader of a git host finds them.

use std::fs;
use std::process::Command;

use crate::story::{Publication, Story};

const MARCH: &str = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
    <item><title>Rain [again] on the hill</title><link>/rain</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>\
    <description>It rained for the whole of the day.</description></item></channel></rss>";

const APRIL: &str = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
    <item><title>Sun on the hill</title><link>/sun</link><pubDate>Wed, 01 Apr 2026 08:00:00 GMT</pubDate>\
    <description>The sun shone for the whole of the day.</description></item></channel></rss>";

const LATE: &str = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
    <item><title>Snow on the hill</title><link>/snow</link><pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate>\
    <description>It snowed for the whole of the night.</description></item></channel></rss>";

/// A file of the volume 2026; empty where there is none.
fn archived(story: &Story, path: &str) -> String {
    archived_in("2026", story, path)
}

fn archived_in(volume: &str, story: &Story, path: &str) -> String {
    let shown = Command::new("git")
        .arg("--git-dir")
        .arg(story.path(&format!("archive/{volume}.git")))
        .args(["show", &format!("main:{path}")])
        .output()
        .unwrap();
    String::from_utf8(shown.stdout).unwrap()
}

fn follow(story: &Story, hill: &Publication, feed: &str) {
    let source = format!(
        "\n[[source]]\nname = \"the-hill\"\ntitle = \"The Hill\"\ntext = \"feed\"\nfeed = \"{}\"\n",
        hill.url(feed)
    );
    fs::write(story.path("wirecopy.toml"), hill.allowed() + &source).unwrap();
}

#[test]
fn an_article_is_listed_at_once_and_under_its_month_once_that_is_over() {
    let hill = Publication::with_pages(&[
        ("/march.xml", "application/rss+xml", MARCH),
        ("/april.xml", "application/rss+xml", APRIL),
        ("/late.xml", "application/rss+xml", LATE),
    ]);
    let story = Story::in_an_empty_directory();
    let (newest, march) = ("lists/the-hill/README.md", "lists/the-hill/2026-03.md");

    follow(&story, &hill, "/march.xml");
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    let listed = archived(&story, newest);
    assert!(
        listed.contains("Rain \\[again\\] on the hill](../../articles/the-hill/2026/03/02-rain"),
        "{listed}"
    );
    assert!(archived(&story, "README.md").contains("[The Hill](lists/the-hill/README.md) | 1 |"));
    assert_eq!(archived(&story, march), "");

    follow(&story, &hill, "/april.xml");
    story.prints_at("2026-04-01T12:00:00Z", &["update"]);
    let listed = archived(&story, newest);
    assert!(listed.contains("Sun on the hill") && listed.contains("[2026-03](2026-03.md)"));
    assert!(!listed.contains("2026-04.md"), "{listed}");
    assert!(archived(&story, march).contains("Rain \\[again\\] on the hill](../../articles/"));

    follow(&story, &hill, "/late.xml");
    story.prints_at("2026-04-02T12:00:00Z", &["update"]);
    let listed = archived(&story, march);
    let place = |title: &str| listed.find(title).unwrap_or(usize::MAX);
    assert!(
        place("Rain") < place("Snow") && listed.contains("Snow"),
        "{listed}"
    );
}

#[test]
fn a_silent_source_gets_its_last_month_listed_when_another_speaks() {
    let hill = Publication::with_pages(&[
        ("/march.xml", "application/rss+xml", MARCH),
        ("/april.xml", "application/rss+xml", APRIL),
    ]);
    let story = Story::in_an_empty_directory();
    let source = |name: &str, feed: &str| {
        let feed = hill.url(feed);
        format!("\n[[source]]\nname = \"{name}\"\ntext = \"feed\"\nfeed = \"{feed}\"\n")
    };
    let follow = |source: &str| {
        fs::write(story.path("wirecopy.toml"), hill.allowed() + source).unwrap();
    };
    follow(&source("silent", "/march.xml"));
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    follow(&source("the-hill", "/april.xml"));
    story.prints_at("2026-04-01T12:00:00Z", &["update"]);
    assert!(archived(&story, "lists/silent/2026-03.md").contains("Rain"));
    assert!(archived(&story, "lists/silent/README.md").contains("[2026-03](2026-03.md)"));
}

#[test]
fn an_imported_archive_is_listed_at_once() {
    let story = Story::with_settings("format = 1\n");
    let file = story.path("old/articles/hill/1048574.md");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(
        &file,
        "<!--1583143200000-->\n[Old rain](https://hill.example/old)\n------\n\n<p>It rained.</p>\n",
    )
    .unwrap();
    let old = story.path("old").display().to_string();
    let time = "2026-04-02T12:00:00Z";
    story.prints_at(time, &["import", "archive", &old]);
    let month = archived(&story, "lists/hill/2020-03.md");
    assert!(
        month.contains("[Old rain](../../articles/hill/2020/03/02-old-rain-"),
        "{month}"
    );
    assert!(archived(&story, "lists/hill/README.md").contains("[2020-03](2020-03.md)"));
    assert!(archived(&story, "README.md").contains("[hill](lists/hill/README.md) | 1 |"));
}

#[test]
fn the_last_month_of_a_volume_is_listed_there_once_the_next_has_begun() {
    let hill = Publication::with_pages(&[
        ("/march.xml", "application/rss+xml", MARCH),
        ("/april.xml", "application/rss+xml", APRIL),
    ]);
    let story = Story::in_an_empty_directory();
    follow(&story, &hill, "/march.xml");
    story.prints_at("2026-12-31T12:00:00Z", &["update"]);
    follow(&story, &hill, "/april.xml");
    let sources = story.read("wirecopy.toml")
        + "\n[[source]]\nname = \"silent\"\npaused = true\nfeed = \"http://127.0.0.1/s\"\n";
    fs::write(story.path("wirecopy.toml"), sources).unwrap();
    story.prints_at("2027-01-01T12:00:00Z", &["update"]);
    assert!(archived(&story, "lists/the-hill/2026-03.md").contains("](../../articles/"));
    assert!(
        !archived(&story, "lists/the-hill/README.md").contains("](../../articles/the-hill/2026/04")
    );

    let front = archived_in("2027", &story, "README.md");
    assert!(
        front.contains("[The Hill](lists/the-hill/README.md) | 2 |"),
        "{front}"
    );
    assert!(
        !front.contains("silent"),
        "a link to a list that is not there: {front}"
    );
    let listed = archived_in("2027", &story, "lists/the-hill/README.md");
    assert!(listed.contains("[Sun on the hill](../../articles/the-hill/2026/04"));
    assert!(!listed.contains("2026-03.md"), "{listed}");
}

#[test]
fn a_revision_of_an_old_volume_changes_the_month_listed_there() {
    let edited = MARCH.replace("Rain [again] on the hill", "Hail on the hill");
    let hill = Publication::with_pages(&[
        ("/march.xml", "application/rss+xml", MARCH),
        ("/april.xml", "application/rss+xml", APRIL),
        ("/edited.xml", "application/rss+xml", &edited),
    ]);
    let story = Story::in_an_empty_directory();
    let feeds = ["/march.xml", "/april.xml", "/april.xml", "/edited.xml"];
    for (year, feed) in (2026..).zip(feeds) {
        follow(&story, &hill, feed);
        story.prints_at(&format!("{year}-12-31T12:00:00Z"), &["update"]);
    }
    let month = archived(&story, "lists/the-hill/2026-03.md");
    assert!(
        month.contains("Hail on the hill") && !month.contains("Rain"),
        "{month}"
    );
}

#[test]
fn a_second_import_adds_to_the_months_of_the_first() {
    let story = Story::with_settings("format = 1\n");
    for (directory, number, title) in [("one", 2, "Old rain"), ("two", 1, "Old snow")] {
        let file = story.path(&format!("{directory}/articles/hill/{number}.md"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = format!(
            "<!--1583143200000-->\n[{title}](https://hill.example/{number})\n------\n\n<p>It fell.</p>\n"
        );
        fs::write(&file, text).unwrap();
        let from = story.path(directory).display().to_string();
        story.prints_at("2026-04-02T12:00:00Z", &["import", "archive", &from]);
    }
    let month = archived(&story, "lists/hill/2020-03.md");
    assert!(
        month.contains("Old rain") && month.contains("Old snow"),
        "{month}"
    );
}
