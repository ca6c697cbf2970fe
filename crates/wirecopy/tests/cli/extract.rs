//! `wirecopy extract`: one page in every form, and lists of pages that do not end at what is wrong in them.

use std::fs;
use std::io::Write;

use serde_json::Value;

use crate::story::{Publication, Story};

/// An invented page.
const PAGE: &str = "<html lang=en><title>The harbour reopens - The Hill</title><meta property=og:title content='The harbour reopens'>\
    <meta property=article:published_time content='2026-03-02T08:00:00+01:00'><meta name=author content='Ann Example'>\
    <nav><a href=/>Home</a></nav><article><h1>The harbour reopens</h1>\
    <p>The harbour of Exampleton opened again on Monday, after a winter of repairs that had cost <em>more</em> than planned.</p>\
    <p>Fishers said that they had waited long enough, and went out with the first tide, long before the sun had come up.</p></article>";

const MARKDOWN: &str = "The harbour of Exampleton opened again on Monday, after a winter of repairs that had cost *more* than planned.\n\n\
    Fishers said that they had waited long enough, and went out with the first tide, long before the sun had come up.\n";

fn with_page() -> (Story, String) {
    let story = Story::in_an_empty_directory();
    fs::write(story.path("page.html"), PAGE).unwrap();
    let page = story.path("page.html").to_str().unwrap().to_owned();
    (story, page)
}

#[test]
fn a_file_is_printed_in_each_form() {
    let (story, page) = with_page();
    let markdown = story.prints(&["extract", &page]);
    assert!(markdown.ends_with(MARKDOWN), "{markdown}");
    let html = story.prints(&["extract", &page, "--format", "html"]);
    assert!(
        html.contains("cost <em>more</em> than planned.</p>\n<p>Fishers"),
        "{html}"
    );
    let text = story.prints(&["extract", &page, "--format", "text"]);
    assert!(text.contains("cost more than planned.\nFishers"), "{text}");
    let tei = story.prints(&["extract", &page, "--format", "tei"]);
    assert!(
        tei.starts_with("<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">")
            && tei.contains("cost <hi rend=\"#i\">more</hi>"),
        "{tei}"
    );
    let xml = story.prints(&["extract", &page, "--format", "xml"]);
    assert!(
        xml.starts_with("<doc title=\"The harbour reopens\""),
        "{xml}"
    );
    let json: Value = serde_json::from_str(&story.prints(&["extract", &page, "--json"])).unwrap();
    assert_eq!(
        (
            &json["kind"],
            &json["title"],
            &json["author"][0],
            &json["date"]
        ),
        (
            &"article".into(),
            &"The harbour reopens".into(),
            &"Ann Example".into(),
            &"2026-03-02T08:00:00+01:00".into()
        )
    );
}

#[test]
fn a_page_is_fetched_as_the_mirror_would() {
    let hill = Publication::with_pages(&[("/harbour", "text/html", PAGE)]);
    let story = Story::with_settings(&hill.allowed());
    let markdown = story.prints(&["extract", &hill.url("/harbour")]);
    assert!(markdown.ends_with(MARKDOWN), "{markdown}");
    let told = Story::in_an_empty_directory().runs(&["extract", &hill.url("/harbour")]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("is refused"), "{told:?}");
}

#[test]
fn a_page_without_an_article_is_a_failure_with_its_kind() {
    let story = Story::in_an_empty_directory();
    fs::write(story.path("page.html"), "<title>x</title>").unwrap();
    let page = story.path("page.html").to_str().unwrap().to_owned();
    let told = story.runs(&["extract", &page, "--json"]);
    let json: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((told.code, &json["kind"]), (1, &"empty".into()), "{told:?}");
}

#[test]
fn the_report_shows_decisions_and_origins() {
    let (story, page) = with_page();
    let report = story.prints(&["extract", &page, "--explain"]);
    assert!(
        report
            .contains("<td>published<td>2026-03-02T08:00:00+01:00<td>meta: article:published_time"),
        "{report}"
    );
    assert!(
        report.contains("<div class=\"block kept\" dir=auto><p>The harbour of Exampleton"),
        "{report}"
    );
    assert!(
        report.contains("<div class=\"block left\" dir=auto><p>Home"),
        "{report}"
    );
}

#[test]
fn a_batch_answers_in_order_and_bad_lines_do_not_stop_it() {
    let (story, page) = with_page();
    let task = |id: &str, file: &str| {
        format!("{{\"id\":{id},\"url\":\"https://news.example/1\",\"file\":\"{file}\"}}\n")
    };
    let list = task("\"first\"", &page) + "{\"id\":\n\n" + &task("2", "gone.html") + "{\"id\":\"x\"}\n"
        // Beside the list, and not in the working directory.
        + &task("3", "page.html");
    fs::write(story.path("list.jsonl"), list).unwrap();
    let list = story.path("list.jsonl");
    let told = story.runs(&["extract", "--batch", list.to_str().unwrap()]);
    let lines: Vec<Value> = told
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds: Vec<_> = lines
        .iter()
        .map(|line| (line["id"].to_string(), line["kind"].as_str().unwrap()))
        .collect();
    let expected = [
        ("\"first\"", "article"),
        ("2", "unreadable"),
        ("3", "article"),
    ];
    assert_eq!(
        kinds,
        expected.map(|(id, kind)| (id.to_owned(), kind)),
        "{told:?}"
    );
    assert_eq!(lines[0]["author"], serde_json::json!(["Ann Example"]));
    assert!(lines[0]["ms"].is_f64() && lines[0]["body"].as_str().unwrap().contains("first tide"));
    for place in [
        "[MIRROR]/list.jsonl:2: not a task",
        "[MIRROR]/list.jsonl:4: cannot read gone.html",
        "[MIRROR]/list.jsonl:5: not a task: missing field `file`",
    ] {
        assert!(told.err.contains(place), "{place} in {}", told.err);
    }
    assert_eq!(
        (told.code, told.err.lines().count()),
        (1, 3),
        "{}",
        told.err
    );
}

#[test]
fn a_rule_mends_its_site_and_a_faulty_one_is_refused() {
    let (story, page) = with_page();
    fs::create_dir(story.path("rules")).unwrap();
    let rule =
        "hosts = ['hill.example']\ntest = ['https://hill.example/1']\nbody = ['p:not(.x) + p']\n";
    fs::write(story.path("rules/hill.example.toml"), rule).unwrap();
    let directory = story.path("rules");
    let directory = directory.to_str().unwrap();
    let printed = |url: &str| {
        story.prints(&[
            "extract", &page, "--rules", directory, "--url", url, "--format", "text",
        ])
    };
    let mended = printed("https://www.hill.example/1");
    assert!(
        mended.starts_with("Fishers said") && mended.lines().count() == 1,
        "{mended}"
    );
    assert!(printed("https://river.example/1").contains("The harbour of Exampleton"));

    fs::write(
        story.path("rules/hill.example.toml"),
        "hosts = ['hill.example']\ntest = []\nbody = ['p::x']\n",
    )
    .unwrap();
    let told = story.runs(&["extract", &page, "--rules", directory]);
    assert_eq!(told.code, 1);
    assert!(
        told.err
            .contains("[MIRROR]/rules/hill.example.toml is no site rule: body: `p::x`"),
        "{told:?}"
    );
}

/// Two articles, one below a directory and gzipped; a page without one; bytes that are no page; what is no page by name.
fn with_pages() -> Story {
    let story = Story::in_an_empty_directory();
    fs::create_dir_all(story.path("pages/old")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(PAGE.as_bytes()).unwrap();
    fs::write(story.path("pages/old/2.htm.gz"), packed.finish().unwrap()).unwrap();
    fs::write(story.path("pages/1.html"), PAGE).unwrap();
    fs::write(story.path("pages/empty.html"), "<title>x</title>").unwrap();
    fs::write(story.path("pages/torn.html.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    fs::write(story.path("pages/style.css"), "p {}").unwrap();
    story
}

#[test]
fn a_directory_is_lines_of_json_and_what_is_wrong_in_it_stops_nothing() {
    let story = with_pages();
    let pages = story.path("pages");
    let told = story.runs(&["extract", pages.to_str().unwrap(), "gone.html"]);
    let lines = told
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let kinds: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["file"].as_str().unwrap(),
                line["kind"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("[MIRROR]/pages/1.html", "article"),
        ("[MIRROR]/pages/empty.html", "empty"),
        ("[MIRROR]/pages/old/2.htm.gz", "article"),
        ("[MIRROR]/pages/torn.html.gz", "unreadable"),
        ("gone.html", "unreadable"),
    ];
    assert_eq!(kinds, expected, "{told:?}");
    assert!(lines[2]["body"].as_str().unwrap().contains("first tide"));
    let errors: Vec<&str> = told.err.lines().collect();
    assert_eq!((told.code, errors.len()), (1, 3), "{told:?}");
    assert!(
        errors[2].starts_with("error: gone.html: cannot read gone.html"),
        "{told:?}"
    );
}

#[test]
fn articles_of_many_pages_are_written_beside_each_other() {
    let story = with_pages();
    let (pages, out) = (story.path("pages"), story.path("pages/out"));
    let arguments = [
        "extract",
        pages.to_str().unwrap(),
        "--output",
        out.to_str().unwrap(),
    ];
    // The second time what the first wrote is there, and is not read.
    for _ in 0..2 {
        let told = story.runs(&[&arguments[..], &["--format", "html"]].concat());
        assert_eq!((told.code, told.out.as_str()), (1, ""), "{told:?}");
        assert!(
            told.err
                .contains("error: [MIRROR]/pages/empty.html: there is no article: empty")
                && told.err.ends_with("2 articles in [MIRROR]/pages/out\n"),
            "{told:?}"
        );
    }
    let html = story.read("pages/out/old/2.html");
    assert!(
        html.starts_with("<h1>The harbour") && html.ends_with("</p>\n"),
        "{html}"
    );
    let written = fs::read_dir(out.join("old")).unwrap().count();
    assert_eq!(written, 1);
    let good = [pages.join("1.html"), pages.join("old/2.htm.gz")];
    let [first, second] = good.each_ref().map(|path| path.to_str().unwrap());
    let out = story.path("articles");
    story.prints(&["extract", first, second, "--output", out.to_str().unwrap()]);
    assert!(story.read("articles/2.md").ends_with(MARKDOWN));
}

/// A record as crawlers write it, gzipped for itself.
fn capture(url: &str, status: &str, body: &str) -> Vec<u8> {
    let http = format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n{body}");
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-02T08:00:00Z\r\n\
         Content-Type: application/http\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(record.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn an_archive_is_a_line_for_each_capture_and_a_torn_one_is_told() {
    let story = Story::in_an_empty_directory();
    let mut bytes = capture("https://hill.example/1", "200 OK", PAGE);
    bytes.extend(capture("https://hill.example/2", "404 Not Found", PAGE));
    bytes.extend(capture("https://hill.example/3", "200 OK", "%PDF-1.7 \0"));
    let torn = bytes.len();
    bytes.extend(capture("https://hill.example/4", "200 OK", PAGE));
    fs::write(story.path("whole.warc.gz"), &bytes[..torn]).unwrap();
    fs::write(story.path("torn.warc.gz"), &bytes[..bytes.len() - 9]).unwrap();
    let [whole, torn_file] = ["whole.warc.gz", "torn.warc.gz"].map(|name| story.path(name));
    let [whole, torn_file] = [&whole, &torn_file].map(|path| path.to_str().unwrap());
    story.prints(&["extract", "warc", whole]);
    let told = story.runs(&["extract", "warc", "gone.warc", torn_file]);
    let lines = told
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let statuses: Vec<_> = lines
        .iter()
        .map(|line| line["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        statuses,
        ["ok", "no-article", "not-html", "truncated"],
        "{told:?}"
    );
    assert_eq!(lines[0]["url"], "https://hill.example/1");
    assert!(lines[0]["body"].as_str().unwrap().contains("first tide"));
    assert_eq!(
        (&lines[1]["http_status"], &lines[3]["offset"]),
        (&404.into(), &torn.into())
    );
    assert_eq!(lines[3]["body"], "");
    let errors: Vec<&str> = told.err.lines().collect();
    let expected =
        format!("error: [MIRROR]/torn.warc.gz: at byte {torn}: the file ends within the record");
    assert_eq!(
        (told.code, errors.len(), errors[1]),
        (1, 2, expected.as_str()),
        "{told:?}"
    );
}

#[test]
fn what_many_pages_cannot_be_is_said_before_any_is_read() {
    let story = with_pages();
    let refused = [
        (
            vec!["a.html", "https://news.example/1"],
            "https://news.example/1 stands among files: give it alone",
        ),
        (
            vec!["a.html", "b.html", "--format", "text"],
            "many pages are printed as lines of JSON: name a directory with `--output` for another format",
        ),
        (
            vec!["a.html", "b.html", "--explain"],
            "`--explain` and `--url` are for one page: give a single file or address",
        ),
    ];
    for (arguments, words) in refused {
        story.refuses(&[&["extract"][..], &arguments].concat(), 2, words);
    }
}
