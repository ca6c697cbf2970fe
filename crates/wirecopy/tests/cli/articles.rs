//! `wirecopy import articles`: what was extracted from a web archive, recorded as if it had been fetched.
//!
//! Every article here is invented.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::changing::Changing;
use crate::story::{Publication, Story};

const SETTINGS: &str = "format = 1\n";

/// A page as a crawler had it from the hill on that day.
fn capture(path: &str, day: u32, text: &str) -> String {
    let page = format!(
        "<html lang=en><title>Rain at {path}</title>\
        <meta property=article:published_time content='2026-03-02T08:00:00+01:00'><article><h1>Rain at {path}</h1>\
        <p>It rained on the hill of Exampleton for the whole of the day, and the people in the valley heard it.</p>\
        <p>{text}, said those who had gone up to look, long before the sun had come out again on the other side.</p>"
    );
    let http = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    );
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://hill.example/{path}\r\n\
        WARC-Date: 2026-03-{day:02}T12:00:00Z\r\nWARC-Record-ID: <urn:test:{path}-{day}>\r\n\
        Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    )
}

/// Writes the lines that `extract warc` prints of these captures to a file, and gives its path.
fn extracted(story: &Story, name: &str, captures: &[String]) -> String {
    let warc = story.path("news.warc");
    fs::write(&warc, captures.concat()).unwrap();
    let lines = story.prints(&["extract", "warc", warc.to_str().unwrap()]);
    write(story, name, &lines)
}

fn write(story: &Story, name: &str, text: &str) -> String {
    fs::write(story.path(name), text).unwrap();
    story.path(name).to_str().unwrap().to_owned()
}

/// A line of a short article.
fn line(number: usize) -> String {
    let text =
        format!("<p>It rained on hill {number} for the whole of the day, and nobody minded.</p>");
    let line = json!({
        "kind": "article", "url": format!("https://hill.example/{number}"), "fetched": "2026-03-05T12:00:00Z",
        "title": format!("Rain on hill {number}"), "date": "2026-03-02T08:00:00Z", "html": text,
    });
    format!("{line}\n")
}

#[track_caller]
fn imports(story: &Story, arguments: &[&str]) -> Value {
    let arguments = [&["import", "articles", "--json"], arguments].concat();
    let told = story.prints_at("2026-03-20T12:00:00Z", &arguments);
    serde_json::from_str(&told).unwrap()
}

/// The volume's newest commit, and the documents in it by path and content.
fn state(story: &Story) -> (String, String) {
    let head = story.git(&["rev-parse", "main"]);
    (head, documents(story))
}

fn documents(story: &Story) -> String {
    story.git(&["ls-tree", "-r", "main", "articles/"])
}

#[test]
fn a_capture_becomes_the_document_of_that_day_and_the_second_import_changes_nothing() {
    let story = Story::with_settings(SETTINGS);
    let lines = extracted(&story, "lines.jsonl", &[capture("rain", 5, "It was loud")]);
    let told = imports(&story, &[&lines]);
    assert_eq!(
        (&told["new"], &told["bad"]),
        (&json!(1), &json!(0)),
        "{told}"
    );
    let documents = story.git(&["grep", "-h", "", "main", "--", "articles/"]);
    for part in [
        "[Rain at rain](https://hill.example/rain)",
        "<p>It was loud, said those",
        "hill-example",
        "2026-03-05T12:00:00",
    ] {
        assert!(documents.contains(part), "{part} in {documents}");
    }
    let lists = story.git(&["ls-tree", "-r", "--name-only", "main", "lists/"]);
    assert!(lists.contains("lists/hill-example/README.md"), "{lists}");
    let before = state(&story);
    let again = imports(&story, &[&lines]);
    assert_eq!(
        (&again["unchanged"], &again["commits"]),
        (&json!(1), &json!(0)),
        "{again}"
    );
    assert_eq!(state(&story), before);
}

#[test]
fn captures_of_one_article_are_its_revisions_in_the_order_of_their_times() {
    let story = Story::with_settings(SETTINGS);
    let captures = [
        capture("rain", 9, "It was very loud"),
        capture("rain", 5, "It was loud"),
        capture("rain", 7, "It was loud"),
    ];
    let lines = extracted(&story, "lines.jsonl", &captures);
    let told = imports(&story, &[&lines]);
    let counts = ["new", "revised", "unchanged"].map(|name| told[name].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1], "{told}");
    let patches = story.git(&["log", "--reverse", "-p", "--format=", "--", "articles/"]);
    let said: Vec<&str> = patches
        .lines()
        .filter(|line| line.starts_with("+<p>It was"))
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(said, ["+<p>It was loud", "+<p>It was very loud"]);
    // The page of an article's versions tells them apart by the second of their commits.
    let times = story.git(&["log", "--format=%ct", "--", "articles/"]);
    let times: Vec<&str> = times.lines().collect();
    assert!(times.len() == 2 && times[0] > times[1], "{times:?}");
    let before = state(&story);
    let again = imports(&story, &[&lines]);
    assert_eq!(again["commits"], 0, "{again}");
    assert_eq!(state(&story), before);
}

#[test]
fn a_bad_line_is_named_and_the_others_are_imported() {
    let story = Story::with_settings(SETTINGS);
    let timeless = r#"{"kind":"article","url":"https://hill.example/x","html":"<p>x</p>"}"#;
    let text = line(1)
        + "{\"kind\":\n\n{\"a\":1}\n"
        + timeless
        + "\n{\"kind\":\"article\",\"url\":\"urn:x\"}\n{\"kind\":\"list\"}\n"
        + &line(2)
        + &line(3).replace("2026-03-02T08:00:00Z", "2 March 2026");
    let lines = write(&story, "lines.jsonl", &text);
    let told = story.runs(&["import", "articles", "--json", &lines]);
    let report: Value = serde_json::from_str(&told.out).unwrap();
    let counts = ["new", "bad", "not_articles"].map(|name| report[name].as_u64().unwrap());
    assert_eq!((told.code, counts), (1, [2, 5, 1]), "{told:?}");
    for place in [
        "[MIRROR]/lines.jsonl:2: not an article's record: EOF",
        "[MIRROR]/lines.jsonl:4: not an article's record: neither",
        "[MIRROR]/lines.jsonl:5: there is neither a `date` nor a time",
        "[MIRROR]/lines.jsonl:6: `urn:x` is no address of a page",
        "[MIRROR]/lines.jsonl:9: `date` is no time: `2 March 2026` is neither a day nor a time as RFC 3339 writes it",
    ] {
        assert!(told.err.contains(place), "{place} in {}", told.err);
    }
}

#[test]
fn a_dry_run_tells_what_would_be_recorded_and_writes_nothing() {
    let story = Story::with_settings(SETTINGS);
    let lines = write(&story, "lines.jsonl", &(line(1) + &line(2)));
    let told = imports(&story, &["--dry-run", "--until", "2026-03-02", &lines]);
    assert_eq!(
        (&told["new"], &told["commits"]),
        (&json!(2), &json!(0)),
        "{told}"
    );
    let told = imports(&story, &["--dry-run", "--since", "2026-03-03", &lines]);
    assert_eq!(
        (&told["new"], &told["not_chosen"]),
        (&json!(0), &json!(2)),
        "{told}"
    );
    assert!(!story.path("archive/2026.git").exists());
}

#[test]
fn an_article_that_the_mirror_fetched_later_stays_the_newest_and_stays_one() {
    let feed = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
        <item><title>Rain on the hill</title><link>/rain</link><pubDate>Mon, 02 Mar 2026 07:00:00 GMT</pubDate>\
        <description>It rained for the whole of the day, as it was said on the radio.</description></item></channel></rss>";
    let hill = Publication::with_pages(&[("/feed.xml", "application/rss+xml", feed)]);
    let source = format!(
        "\n[[source]]\nname = \"the-hill\"\ntext = \"feed\"\nfeed = \"{}\"\n",
        hill.url("/feed.xml")
    );
    let story = Story::with_settings(&(hill.allowed() + &source));
    story.prints_at("2026-03-10T12:00:00Z", &["update"]);
    let before = documents(&story);
    let text = line(1).replace("https://hill.example/1", &hill.url("/rain"));
    let lines = write(&story, "lines.jsonl", &text);
    let told = imports(&story, &[&lines]);
    assert_eq!(
        (&told["older"], &told["new"]),
        (&json!(1), &json!(0)),
        "{told}"
    );
    assert_eq!(documents(&story), before);
    let later = text.replace("2026-03-05T12", "2026-03-15T12");
    let lines = write(&story, "later.jsonl", &later);
    let told = imports(&story, &[&lines]);
    assert_eq!(
        (&told["revised"], &told["new"]),
        (&json!(1), &json!(0)),
        "{told}"
    );
}

/// A mirror at whose source an article was there at noon, and gone for good an hour later.
fn withdrawn(hill: &Changing, text: &str) -> Story {
    let entry = format!(
        "<entry><title>Rain on hill 1</title><link href='{}'/><content>{text}</content>\
         <published>2026-03-02T12:00:00Z</published></entry>",
        hill.url("/1")
    );
    let feed =
        format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>Hill</title>{entry}</feed>");
    hill.answer(
        "/feed",
        "200 OK\r\ncontent-type: application/atom+xml",
        feed,
    );
    let page = format!("<article><h1>Rain on hill 1</h1><p>{text}</p></article>");
    hill.answer("/1", "200 OK\r\ncontent-type: text/html", page);
    let story = Story::with_settings(&format!(
        "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
         [[source]]\nname = \"hill\"\nfeed = \"{}\"\n",
        hill.address,
        hill.url("/feed")
    ));
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    hill.answer("/1", "410 Gone", String::new());
    story.prints_at("2026-03-02T13:00:00Z", &["update"]);
    story
}

#[test]
fn a_capture_from_before_an_article_was_withdrawn_does_not_bring_it_back() {
    let hill = Changing::new();
    let text = "It rained on the hill for the whole of the day, and nobody minded. ".repeat(20);
    let story = withdrawn(&hill, &text);
    let document = || story.git(&["grep", "-h", "", "main", "--", "articles/*.md"]);
    assert!(document().contains("withdrawn:"), "{}", document());
    for (hour, count, is_withdrawn) in [(12, "older", true), (14, "revised", false)] {
        let line = json!({
            "kind": "article", "url": hill.url("/1"), "fetched": format!("2026-03-02T{hour}:30:00Z"),
            "title": "Rain on hill 1", "date": "2026-03-02T12:00:00Z", "html": format!("<p>{text}</p>"),
        });
        let told = imports(
            &story,
            &[&write(&story, "lines.jsonl", &format!("{line}\n"))],
        );
        assert_eq!(told[count], 1, "{told}");
        assert_eq!(document().contains("withdrawn:"), is_withdrawn, "{hour}");
    }
}

#[test]
fn an_article_of_two_sources_is_refused_until_one_is_named() {
    let source = |name: &str| {
        format!("\n[[source]]\nname = \"{name}\"\nfeed = \"https://hill.example/{name}.xml\"\n")
    };
    let story = Story::with_settings(&(SETTINGS.to_owned() + &source("one") + &source("two")));
    let lines = write(&story, "lines.jsonl", &line(1));
    let told = story.runs(&["import", "articles", &lines]);
    assert_eq!(told.code, 1, "{told:?}");
    assert!(
        told.err.contains(
            "lines.jsonl:1: https://hill.example/1 may be of one, two: name one with `--source`"
        ),
        "{told:?}"
    );
    imports(&story, &["--source", "two", &lines]);
    assert!(documents(&story).contains("articles/two/2026/03/"));
}

#[test]
fn an_import_that_was_killed_loses_nothing_and_goes_on() {
    let text: String = (0..4100).map(line).collect();
    let (killed, whole) = (
        Story::with_settings(SETTINGS),
        Story::with_settings(SETTINGS),
    );
    kill_after_the_first_batch(&killed, &text);
    let recorded = documents(&killed).lines().count();
    assert!((1..4100).contains(&recorded), "{recorded}");
    for story in [&killed, &whole] {
        let lines = write(story, "lines.jsonl", &text);
        let told = imports(story, &[&lines]);
        let sum = told["new"].as_u64().unwrap() + told["unchanged"].as_u64().unwrap();
        assert_eq!(sum, 4100, "{told}");
    }
    assert_eq!(documents(&killed), documents(&whole));
}

/// Gives an import lines without an end, and kills it once it has recorded some.
fn kill_after_the_first_batch(story: &Story, text: &str) {
    let mut import = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .args(["import", "articles", "-", "--mirror"])
        .arg(story.path(""))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = import.stdin.take().unwrap();
    lines.write_all(text.as_bytes()).unwrap();
    let begun = Instant::now();
    while !story.path("archive/2026.git/refs/heads/main").exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(300),
            "nothing was recorded"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    import.kill().unwrap();
    import.wait().unwrap();
}

/// What a shell's `<(…)` gives is a pipe by its name.
#[cfg(unix)]
#[test]
fn lines_are_read_from_a_pipe_that_has_a_name() {
    let story = Story::with_settings(SETTINGS);
    let mut import = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .args(["import", "articles", "/dev/stdin", "--mirror"])
        .arg(story.path(""))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // It is closed at the end of this statement.
    let written = import.stdin.take().unwrap().write_all(line(1).as_bytes());
    assert!(import.wait().unwrap().success());
    written.unwrap();
    assert_eq!(documents(&story).lines().count(), 1);
}
