//! Recorded articles are looked at again: edits become revisions, withdrawals are dated, and what is as it was costs
//! one short answer. The news is invented.

use std::fs;

use crate::changing::Changing;
use crate::story::Story;

/// The first round; the article was published then too.
const FIRST: &str = "2026-03-02T12:00:00Z";
const SENTENCE: &str =
    "The harbour reopened on Monday after nine weeks of repairs to its breakwater, the port said. ";

/// A publication whose feed tells a sentence of its one article, and whose page has it whole.
struct Port {
    server: Changing,
    story: Story,
}

impl Port {
    fn opened(text: &str) -> Port {
        let server = Changing::new();
        let feed = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Port</title><entry><title>Harbour reopens</title>\
             <link href='{}'/><summary>It reopened.</summary><published>{FIRST}</published></entry></feed>",
            server.url("/harbour")
        );
        let head = "200 OK\r\ncontent-type: application/atom+xml\r\netag: \"feed\"";
        server.answer("/feed", head, feed);
        let story = Story::in_an_empty_directory();
        let settings = format!(
            "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
             [[source]]\nname = \"port\"\ntext = \"{text}\"\nfeed = \"{}\"\n",
            server.address,
            server.url("/feed")
        );
        fs::write(story.path("wirecopy.toml"), settings).unwrap();
        let port = Port { server, story };
        port.page("\"1\"", "Harbour reopens", "The first ferry left at dawn.");
        let printed = port.update(FIRST);
        assert!(printed.contains("1 new"), "{printed}");
        port.server.asked();
        port
    }

    fn page(&self, etag: &str, title: &str, last: &str) {
        let text = SENTENCE.repeat(8);
        let body = format!(
            "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p><p>{text}</p>\
             <p>{last}</p></article></body></html>"
        );
        let head = format!("200 OK\r\ncontent-type: text/html\r\netag: {etag}");
        self.server.answer("/harbour", &head, body);
    }

    fn fails(&self, status: &str) {
        self.server.answer("/harbour", status, String::new());
    }

    fn update(&self, time: &str) -> String {
        self.story.prints_at(time, &["update"])
    }

    /// The article's file as it is now.
    fn document(&self) -> String {
        self.story.git(&["show", &format!("main:{}", self.path())])
    }

    fn path(&self) -> String {
        let paths = self
            .story
            .git(&["ls-tree", "-r", "--name-only", "main", "articles"]);
        let mut paths = paths.lines().filter(|path| !path.ends_with("README.md"));
        paths.next().unwrap().to_owned()
    }

    fn commits(&self) -> usize {
        self.story.git(&["rev-list", "main"]).lines().count()
    }
}

#[test]
fn an_edit_that_no_feed_tells_of_becomes_a_revision() {
    let port = Port::opened("auto");
    port.page("\"2\"", "Harbour reopens", "The first ferry left at noon.");
    let printed = port.update("2026-03-02T13:00:00Z");
    assert!(
        printed.contains("looked again at 1 article: 1 revised, 0 withdrawn"),
        "{printed}"
    );
    let document = port.document();
    assert!(document.contains("left at noon"), "{document}");
    assert!(
        document.contains("modified: 2026-03-02T13:00:00Z"),
        "{document}"
    );
    // The feed had told of its title: the page's is taken once that changes.
    port.page(
        "\"3\"",
        "Harbour reopens at last",
        "The first ferry left at noon.",
    );
    port.update("2026-03-02T18:00:00Z");
    assert!(port.document().contains("[Harbour reopens at last]"));
}

#[test]
fn a_page_as_it_was_costs_one_short_answer_at_each_rung_and_no_commit() {
    let port = Port::opened("auto");
    let commits = port.commits();
    // Nothing is asked between the rungs, and nothing after the last.
    for (time, asked) in [
        ("2026-03-02T12:59:00Z", false),
        ("2026-03-02T13:00:00Z", true),
        ("2026-03-02T17:59:00Z", false),
        ("2026-03-02T18:00:00Z", true),
        ("2026-03-03T12:00:00Z", true),
        ("2026-03-05T12:00:00Z", true),
        ("2026-03-20T12:00:00Z", false),
        ("2026-04-01T12:00:00Z", true),
        ("2026-06-01T12:00:00Z", false),
    ] {
        port.update(time);
        let mut of_page = port.server.asked();
        of_page.retain(|asked| asked.ends_with("/harbour"));
        let expected: &[&str] = if asked { &["304 /harbour"] } else { &[] };
        assert_eq!(of_page, expected, "{time}");
    }
    assert_eq!(port.commits(), commits);
}

#[test]
fn a_page_that_is_new_to_look_at_and_says_the_same_makes_no_revision() {
    let port = Port::opened("auto");
    let commits = port.commits();
    port.page(
        "\"of another server\"",
        "Harbour reopens",
        "The first ferry left at dawn.",
    );
    let printed = port.update("2026-03-02T13:00:00Z");
    assert!(
        printed.contains("looked again at 1 article: 0 revised"),
        "{printed}"
    );
    assert_eq!(port.server.asked(), ["304 /feed", "200 /harbour"]);
    assert_eq!(port.commits(), commits);
}

#[test]
fn a_page_missing_at_two_looks_is_withdrawn_since_the_first_and_kept() {
    let port = Port::opened("auto");
    port.fails("404 Not Found");
    let printed = port.update("2026-03-02T13:00:00Z");
    assert!(printed.contains("0 revised, 0 withdrawn"), "{printed}");
    assert!(!port.document().contains("withdrawn:"));
    let printed = port.update("2026-03-02T14:00:00Z");
    assert!(printed.contains("0 revised, 1 withdrawn"), "{printed}");
    let document = port.document();
    assert!(
        document.contains("withdrawn: 2026-03-02T13:00:00Z"),
        "{document}"
    );
    assert!(
        document.contains("The first ferry left at dawn"),
        "{document}"
    );
    // Back a day later, it is told as published again.
    port.page("\"1\"", "Harbour reopens", "The first ferry left at dawn.");
    port.update("2026-03-03T12:00:00Z");
    let document = port.document();
    assert!(!document.contains("withdrawn:"), "{document}");
    assert!(
        port.story
            .git(&["log", "-1", "--format=%B"])
            .contains("published again")
    );
}

#[test]
fn a_page_gone_for_good_is_withdrawn_at_once() {
    let port = Port::opened("auto");
    port.fails("410 Gone");
    let printed = port.update("2026-03-02T13:00:00Z");
    assert!(printed.contains("1 withdrawn"), "{printed}");
    assert!(port.document().contains("withdrawn: 2026-03-02T13:00:00Z"));
}

#[test]
fn a_server_in_trouble_withdraws_nothing_however_long() {
    let port = Port::opened("auto");
    port.fails("404 Not Found");
    port.update("2026-03-02T13:00:00Z");
    for (status, time) in [
        ("503 Service Unavailable", "2026-03-02T15:00:00Z"),
        ("500 Internal Server Error", "2026-03-02T20:00:00Z"),
        ("403 Forbidden", "2026-03-03T12:00:00Z"),
    ] {
        port.fails(status);
        let printed = port.update(time);
        assert!(
            printed.contains("0 withdrawn, 1 without an answer"),
            "{printed}"
        );
    }
    assert!(!port.document().contains("withdrawn:"));
}

#[test]
fn a_page_that_leads_elsewhere_by_now_replaces_no_article() {
    let port = Port::opened("auto");
    let text =
        "Ferries, tides, fish prices and the weather at sea, all on one page for you. ".repeat(20);
    let front = format!("<html><body><article><h1>Port</h1><p>{text}</p></article></body></html>");
    port.server
        .answer("/", "200 OK\r\ncontent-type: text/html", front);
    let moved = format!("302 Found\r\nlocation: {}", port.server.url("/"));
    port.fails(&moved);
    let printed = port.update("2026-03-02T13:00:00Z");
    assert!(
        printed.contains("looked again at 1 article: 0 revised"),
        "{printed}"
    );
    assert!(port.document().contains("The first ferry left at dawn"));
}

#[test]
fn a_ladder_that_was_lost_begins_again_from_the_archive() {
    let port = Port::opened("page");
    fs::remove_file(port.story.path("index.sqlite")).unwrap();
    port.page("\"2\"", "Harbour reopens", "The first ferry left at noon.");
    let printed = port.update("2026-03-02T14:00:00Z");
    assert!(!printed.contains("looked again"), "{printed}");
    port.server.asked();
    let printed = port.update("2026-03-02T18:00:00Z");
    assert!(
        printed.contains("looked again at 1 article: 1 revised"),
        "{printed}"
    );
    assert_eq!(port.server.asked(), ["304 /feed", "200 /harbour"]);
    assert!(port.document().contains("left at noon"));
}

#[test]
fn articles_are_left_alone_where_the_operator_wishes_it() {
    let port = Port::opened("auto");
    let settings = port.story.read("wirecopy.toml");
    let settings = settings.replace("[fetch]\n", "[fetch]\nlooks = \"0s\"\n");
    fs::write(port.story.path("wirecopy.toml"), settings).unwrap();
    port.fails("410 Gone");
    port.update("2026-03-02T13:00:00Z");
    assert_eq!(port.server.asked(), ["304 /feed"]);
}

#[test]
fn a_source_of_feeds_alone_is_asked_for_no_page() {
    let port = Port::opened("feed");
    port.update("2026-03-02T13:00:00Z");
    port.update("2026-03-03T13:00:00Z");
    let asked = port.server.asked();
    assert!(
        asked.iter().all(|asked| asked.ends_with("/feed")),
        "{asked:?}"
    );
}
