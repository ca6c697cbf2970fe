//! Sources come and go: begun, found, imported, exported, removed.

use std::fs;

use crate::story::{Publication, Story};

const PAGE: &str = "<!doctype html><title>The Hill</title>\
    <link rel=alternate type=application/rss+xml href=/feed.xml>\
    <link rel=alternate type=application/rss+xml href=/comments/feed.xml>";

const FEED: &str = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
    <item><title>Rain</title><link>/rain</link><pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate></item>\
    </channel></rss>";

const OTHER_FEED: &str = "<rss version='2.0'><channel><title>Sport on the hill</title>\
    <item><title>Race</title><link>/race</link></item></channel></rss>";

fn hill() -> Publication {
    Publication::with_pages(&[
        ("/", "text/html", PAGE),
        ("/feed.xml", "application/rss+xml", FEED),
        ("/comments/feed.xml", "application/rss+xml", OTHER_FEED),
        (
            "/two",
            "text/html",
            "<link rel=alternate type=application/rss+xml href=feed.xml><link rel=alternate type=application/rss+xml href=sport.xml>",
        ),
        ("/sport.xml", "application/rss+xml", OTHER_FEED),
        ("/silent", "text/html", "<title>nothing here</title>"),
    ])
}

#[test]
fn a_new_mirror_is_begun_and_what_is_there_is_kept() {
    let story = Story::in_an_empty_directory();
    story.prints(&["init", "--title", "Morning News", "--ci", "github"]);
    assert!(
        story
            .read("wirecopy.toml")
            .contains("title = \"Morning News\"")
    );
    assert!(
        story
            .read(".github/workflows/wirecopy.yml")
            .contains("wirecopy update")
    );
    assert!(story.read(".gitignore").contains("/secrets.toml"));
    story.prints(&["init", "--title", "Evening News"]);
    assert!(
        story
            .read("wirecopy.toml")
            .contains("title = \"Morning News\"")
    );
}

#[test]
fn a_page_leads_to_its_feed_and_not_to_its_comments() {
    let hill = hill();
    let story = Story::with_settings(&hill.allowed());
    let told = story.runs(&["add", &hill.url("/")]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.err.contains("followed as `the-hill`"), "{told:?}");
    let (feed, site) = (hill.url("/feed.xml"), hill.url("/"));
    let source = format!(
        "\n[[source]]\nname = \"the-hill\"\ntitle = \"The Hill\"\nfeed = \"{feed}\"\nsite = \"{site}\"\n"
    );
    assert_eq!(story.read("wirecopy.toml"), hill.allowed() + &source);
}

#[test]
fn a_feed_that_is_followed_is_not_added_twice() {
    let hill = hill();
    let story = Story::with_settings(&hill.allowed());
    story.prints(&["add", &hill.url("/")]);
    let before = story.read("wirecopy.toml");
    let told = story.runs(&["add", &hill.url("/feed.xml")]);
    assert!(
        told.code == 0 && told.err.contains("followed already, as `the-hill`"),
        "{told:?}"
    );
    assert_eq!(story.read("wirecopy.toml"), before);
}

#[test]
fn several_feeds_are_shown_and_none_is_taken() {
    let hill = hill();
    let story = Story::with_settings(&hill.allowed());
    let told = story.runs(&["add", &hill.url("/two")]);
    assert_eq!(told.code, 1, "{told:?}");
    assert!(
        told.out.contains("Sport on the hill") && told.out.contains("The Hill"),
        "{told:?}"
    );
    assert_eq!(story.read("wirecopy.toml"), hill.allowed());
}

#[test]
fn a_page_without_a_feed_is_told_as_such() {
    let hill = hill();
    let story = Story::with_settings(&hill.allowed());
    let told = story.runs(&["add", &hill.url("/silent")]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("there is no feed at"), "{told:?}");
}

#[test]
fn an_address_on_ones_own_network_is_not_asked() {
    let hill = hill();
    let told = Story::with_settings("format = 1\n").runs(&["add", &hill.url("/")]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("is refused"), "{told:?}");
}

#[test]
fn subscriptions_survive_the_way_through_opml() {
    let story = Story::with_settings("format = 1\n");
    let list = "<opml version='2.0'><head/><body><outline text='News'>\
        <outline text='The Hill' type='rss' xmlUrl='https://hill.example/feed' htmlUrl='https://hill.example/'/>\
        <outline text='山报' type='rss' xmlUrl='https://shan.example/feed'/></outline></body></opml>";
    fs::write(story.path("list.opml"), list).unwrap();
    let file = story.path("list.opml");
    let import = ["import", "opml", file.to_str().unwrap()];
    assert_eq!(
        story.prints(&import),
        "2 sources added, 0 were followed already or named twice\n"
    );
    assert_eq!(
        story.prints(&import),
        "0 sources added, 2 were followed already or named twice\n"
    );
    let settings = story.read("wirecopy.toml");

    let copy = Story::with_settings("format = 1\n");
    fs::write(copy.path("list.opml"), story.prints(&["export", "opml"])).unwrap();
    copy.prints(&["import", "opml", copy.path("list.opml").to_str().unwrap()]);
    assert_eq!(copy.read("wirecopy.toml"), settings);
}

#[test]
fn a_mistyped_source_is_answered_with_the_right_name() {
    let story = Story::with_settings(
        "format = 1\n\n[[source]]\nname = \"hill\"\nfeed = \"https://hill.example/\"\n",
    );
    story.refuses(
        &["remove", "hil"],
        1,
        "there is no source `hil`; did you mean `hill`?",
    );
    story.prints(&["remove", "hill"]);
    assert_eq!(story.read("wirecopy.toml").trim_end(), "format = 1");
}

#[test]
fn status_of_a_mirror_that_never_polled_says_so() {
    let story = Story::with_settings(
        "format = 1\n\n[[source]]\nname = \"hill\"\nfeed = \"https://hill.example/\"\n",
    );
    let expected = "source  articles  last poll  next  state\nhill    0         never      now   new\n\n\
                    1 sources, 0 failing, 0 articles\n";
    assert_eq!(story.prints(&["status"]), expected);
}

#[test]
fn a_feed_is_polled_at_its_own_pace_and_its_wishes_outlast_answers_that_bring_nothing() {
    let feed = |wishes: &str| {
        format!(
            "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>{wishes}\
             <item><title>Rain</title><link>/rain</link><pubDate>Mon, 02 Mar 2026 04:00:00 GMT</pubDate></item>\
             <item><title>Sun</title><link>/sun</link><pubDate>Sun, 01 Mar 2026 20:00:00 GMT</pubDate></item>\
             </channel></rss>"
        )
    };
    let hill = Publication::with_pages(&[
        ("/free.xml", "application/rss+xml", &feed("")),
        (
            "/wishing.xml",
            "application/rss+xml",
            &feed("<ttl>180</ttl><skipHours><hour>15</hour></skipHours>"),
        ),
    ]);
    let story = Story::in_an_empty_directory();
    let source = |name: &str, text: &str| {
        let feed = hill.url(&format!("/{name}.xml"));
        format!("\n[[source]]\nname = \"{name}\"\ntext = \"feed\"\nfeed = \"{feed}\"\n{text}")
    };
    let settings = hill.allowed() + &source("free", "") + &source("wishing", "");
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    let due = |place: usize| -> jiff::Timestamp {
        let status: serde_json::Value =
            serde_json::from_str(&story.prints(&["status", "--json"])).unwrap();
        let due = status["sources"][place]["feeds"][0]["due"].as_str();
        due.unwrap().parse().unwrap()
    };
    let at = |time: &str| -> jiff::Timestamp { time.parse().unwrap() };
    // Two pieces of news in sixteen hours make eight for each, and four polls in that time.
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    assert!((at("2026-03-02T13:30:00Z")..=at("2026-03-02T14:00:00Z")).contains(&due(0)));
    assert_eq!(due(1), at("2026-03-02T16:00:00Z"));
    // The same bytes again.
    story.prints_at("2026-03-02T20:00:00Z", &["update"]);
    assert!((at("2026-03-02T22:15:00Z")..=at("2026-03-02T23:00:00Z")).contains(&due(0)));
    assert_eq!(due(1), at("2026-03-02T23:00:00Z"));
}

#[test]
fn doctor_tells_of_a_feed_that_has_failed_for_two_weeks() {
    let hill = hill();
    let source = format!(
        "\n[[source]]\nname = \"hill\"\nfeed = \"{}\"\n",
        hill.url("/nowhere.xml")
    );
    let story = Story::with_settings(&(hill.allowed() + &source));
    let feeds = || {
        let told = story.runs(&["doctor", "--json"]);
        let findings: serde_json::Value = serde_json::from_str(&told.out).unwrap();
        let found = findings.as_array().unwrap().iter();
        let mut found = found.filter(|finding| finding["subject"] == "feeds");
        found.next().cloned().unwrap_or_default()
    };
    let begin: jiff::Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let fails_on = |day: i64| {
        let time = (begin.as_second() + day * 2 * 86_400).to_string();
        let told = story.runs_with(("SOURCE_DATE_EPOCH", &time), &["update"]);
        assert_eq!(told.code, 1, "{told:?}");
    };
    (0..22).for_each(fails_on);
    assert_eq!(feeds()["verdict"], "good");
    fails_on(22);
    let told = feeds();
    assert_eq!(told["verdict"], "doubtful");
    let detail = told["detail"].as_str().unwrap();
    assert!(
        detail.contains("answered 404") && detail.contains("`hill`"),
        "{detail}"
    );
}
