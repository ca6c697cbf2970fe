//! How the documents of a feed lead to one another, and to the hub.

use jiff::Timestamp;
use wirecopy_document::document::enclosure::Enclosure;
use wirecopy_document::subject::{Subject, SubjectKind};

use crate::edition::{Edition, SourceInfo};
use crate::feed::{Channel, Part, atom, json};
use crate::samples::{edition, english};
use crate::site::SourceSummary;

/// The relation and address of every link of the feed itself.
fn links(edition: &Edition, channel: Channel<'_>, part: Part) -> Vec<(String, String)> {
    let feed = atom(
        edition,
        (channel, part),
        &[english()],
        Timestamp::UNIX_EPOCH,
    );
    let text = String::from_utf8(feed.bytes).unwrap();
    let is_archive = text.contains("<fh:archive/>");
    assert_eq!(is_archive, matches!(part, Part::Archive(_)), "{text}");
    let head = text.split("<entry").next().unwrap();
    let value = |tag: &str, key: &str| {
        let after = tag.split(&format!("{key}=\"")).nth(1)?;
        Some(after.split('"').next()?.to_owned())
    };
    let links = head.split("<link ").skip(1);
    links
        .map(|tag| (value(tag, "rel").unwrap(), value(tag, "href").unwrap()))
        .collect()
}

#[track_caller]
fn check(links: &[(String, String)], relation: &str, expected: Option<&str>) {
    let found = links.iter().find(|(known, _)| known == relation);
    assert_eq!(
        found.map(|(_, href)| href.as_str()),
        expected,
        "{relation} of {links:?}"
    );
}

#[test]
fn current_feed_leads_to_the_newest_archive_and_each_archive_to_the_one_before() {
    let edition = edition();
    let source = Channel::of_source(edition.sources.last());
    let below = "https://mirror.example/news/sources/evening-post";
    let current = links(&edition, source, Part::Current { archives: 2 });
    check(
        &current,
        "prev-archive",
        Some(&format!("{below}/feed-2.xml")),
    );
    check(&current, "current", None);
    let second = links(&edition, source, Part::Archive(2));
    check(&second, "self", Some(&format!("{below}/feed-2.xml")));
    check(&second, "current", Some(&format!("{below}/feed.xml")));
    check(
        &second,
        "prev-archive",
        Some(&format!("{below}/feed-1.xml")),
    );
    check(&second, "next-archive", None);
    let first = links(&edition, source, Part::Archive(1));
    check(&first, "prev-archive", None);
    let unknown = Edition {
        base_url: None,
        ..edition.clone()
    };
    let relative = links(&unknown, source, Part::Current { archives: 2 });
    check(&relative, "prev-archive", Some("feed-2.xml"));
}

#[test]
fn hub_is_told_in_current_feeds_that_have_an_address() {
    let edition = edition();
    let hub = Some("https://hub.example/");
    check(
        &links(&edition, Channel::All, Part::Current { archives: 0 }),
        "hub",
        hub,
    );
    check(
        &links(&edition, Channel::All, Part::Archive(1)),
        "hub",
        None,
    );
    let unknown = Edition {
        base_url: None,
        ..edition.clone()
    };
    check(
        &links(&unknown, Channel::All, Part::Current { archives: 0 }),
        "hub",
        None,
    );
    let feed: serde_json::Value =
        serde_json::from_slice(&json(&edition, Channel::All, &[english()]).bytes).unwrap();
    assert_eq!(feed["hubs"][0]["url"], "https://hub.example/");
}

#[test]
fn sounds_of_an_article_are_attached_to_its_entries() {
    let (listing, mut document) = english();
    let url = url::Url::parse("https://paper.example/1.mp3?a=1&b=2").unwrap();
    let sound = Enclosure::new(url, Some("audio/mpeg"), Some(12_300_000));
    document.trailer.enclosures.extend(sound);
    let (edition, entries) = (edition(), [(listing, document)]);
    let course = (Channel::All, Part::Current { archives: 0 });
    let feed = atom(&edition, course, &entries, Timestamp::UNIX_EPOCH);
    let text = String::from_utf8(feed.bytes).unwrap();
    let link = "<link rel=\"enclosure\" type=\"audio/mpeg\" href=\"https://paper.example/1.mp3?a=1&amp;b=2\" \
                length=\"12300000\"/>";
    assert!(text.contains(link), "{text}");
    let feed = json(&edition, Channel::All, &entries);
    let feed: serde_json::Value = serde_json::from_slice(&feed.bytes).unwrap();
    let attachment = &feed["items"][0]["attachments"][0];
    assert_eq!(attachment["url"], "https://paper.example/1.mp3?a=1&b=2");
    assert_eq!(attachment["size_in_bytes"], 12_300_000);
}

#[test]
fn feed_of_a_tag_stands_beside_its_page_under_its_name() {
    let subject = Subject {
        kind: SubjectKind::Tag,
        slug: "ferries".to_owned(),
        name: "Ferries & <ships>".to_owned(),
    };
    let feed = atom(
        &edition(),
        (Channel::Subject(&subject), Part::Current { archives: 0 }),
        &[english()],
        Timestamp::UNIX_EPOCH,
    );
    assert_eq!(feed.path, "tags/ferries/feed.xml");
    let text = String::from_utf8(feed.bytes).unwrap();
    assert!(text.contains("<title>Ferries &amp; &lt;ships&gt; · The Invented Mirror</title>"));
    assert!(text.contains("href=\"https://mirror.example/news/tags/ferries/index.html\""));
}

fn summaries(edition: &Edition) -> Vec<SourceSummary<'_>> {
    let sources = edition.sources.iter().map(|source| SourceSummary {
        source,
        articles: 1,
        newest: None,
        archived: None,
    });
    sources.collect()
}

#[test]
fn opml_lists_the_publications_own_feeds_where_the_mirror_has_no_address_and_says_so() {
    let source = |slug: &str, feed: Option<&str>| SourceInfo {
        slug: slug.into(),
        name: slug.into(),
        site: None,
        feed: feed.map(|feed| url::Url::parse(feed).unwrap()),
        language: None,
    };
    let mut edition = Edition {
        title: "The Invented Mirror".into(),
        sources: vec![
            source("post", Some("https://post.example/rss")),
            source("lost", None),
        ],
        ..Edition::default()
    };
    let listed = |edition: &Edition| {
        let text = super::opml(edition, &summaries(edition))
            .map(|file| String::from_utf8(file.bytes).unwrap());
        let text = text.unwrap_or_default();
        let feeds = text.split("xmlUrl=\"").skip(1);
        feeds
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let about = |edition: &Edition| {
        let site = crate::site::Site::new(edition, crate::site::templates::Templates::built_in());
        String::from_utf8(site.about(&summaries(edition)).unwrap().bytes).unwrap()
    };
    assert_eq!(listed(&edition), ["https://post.example/rss"]);
    assert!(about(&edition).contains("own feeds (OPML)"));
    edition.sources.remove(0);
    assert!(super::opml(&edition, &summaries(&edition)).is_none());
    assert!(!about(&edition).contains("OPML)"));
    edition.base_url = url::Url::parse("https://news.example/mirror/").ok();
    let expected = [
        "https://news.example/mirror/feed.xml",
        "https://news.example/mirror/sources/lost/feed.xml",
    ];
    assert_eq!(listed(&edition), expected);
    assert!(about(&edition).contains("All feeds (OPML)"));
}
