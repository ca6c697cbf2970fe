//! The feeds of a site: a follower who walks the archive documents misses nothing, and what is closed stays.

use std::collections::{BTreeMap, BTreeSet};

use wirecopy_publish::edition::Edition;

use super::newsroom::{Newsroom, edition};

fn with_archives() -> Edition {
    Edition {
        feed_archives: true,
        tag_feeds: true,
        ..edition()
    }
}

/// The titles of all articles that a follower finds who begins at the current feed.
fn followed(files: &BTreeMap<String, Vec<u8>>, directory: &str) -> BTreeSet<String> {
    let mut titles = BTreeSet::new();
    let mut next = Some("feed.xml".to_owned());
    while let Some(name) = next {
        let path = format!("{directory}{name}");
        let text = std::str::from_utf8(&files[&path]).unwrap();
        let entries = text.split("<entry").skip(1);
        titles.extend(entries.map(|entry| between(entry, "<title>", "</title>").unwrap()));
        next = between(
            text,
            "rel=\"prev-archive\" type=\"application/atom+xml\" href=\"",
            "\"",
        );
    }
    titles
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0.to_owned())
}

#[test]
fn follower_who_was_away_finds_every_article_by_the_archive_documents() {
    let edition = with_archives();
    let mut newsroom = Newsroom::with(317);
    newsroom.publish_as(&edition).unwrap();
    let files = newsroom.files();
    assert_eq!(followed(&files, "").len(), 317);
    let of_source = followed(&files, "sources/evening-post/");
    assert_eq!(
        of_source.len(),
        (0..317).filter(|number| number % 3 == 0).count()
    );
    assert!(files.contains_key("feed-6.xml") && !files.contains_key("feed-7.xml"));
    assert!(files.contains_key("tags/ferries/feed.xml"));
    assert!(
        !files
            .keys()
            .any(|path| path.starts_with("authors/") && path.ends_with("feed.xml"))
    );
}

#[test]
fn closed_archive_documents_stay_and_an_increment_is_as_a_whole_build() {
    let edition = with_archives();
    let mut newsroom = Newsroom::with(199);
    newsroom.publish_as(&edition).unwrap();
    let before = newsroom.files();
    for number in 199..206 {
        newsroom.write(number, "Later");
    }
    assert!(!newsroom.publish_as(&edition).unwrap().whole);
    let after = newsroom.files();
    let archives = |files: &BTreeMap<String, Vec<u8>>| {
        let archives = files.iter().filter(|(path, _)| path.contains("feed-"));
        archives
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    let (former, now) = (archives(&before), archives(&after));
    assert!(
        former
            .iter()
            .all(|(path, bytes)| now.get(path) == Some(bytes))
    );
    assert!(now.contains_key("feed-4.xml") && !former.contains_key("feed-4.xml"));
    assert_eq!(newsroom.rebuilt_as(&edition), after);
}
