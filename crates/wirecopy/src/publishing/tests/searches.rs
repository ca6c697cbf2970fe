//! Saved searches: their pages and feeds hold what the search finds, newest first, and follow what changes.

use std::collections::BTreeMap;

use wirecopy_publish::edition::{Edition, SavedSearch};

use super::check_increment_of;
use super::newsroom::{Newsroom, edition};

fn with_searches() -> Edition {
    let saved = |slug: &str, query: &str| SavedSearch {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        query: query.to_owned(),
    };
    Edition {
        search: true,
        searches: vec![
            saved("ferries", "title:Ferry source:evening-post"),
            saved("phrase", "\"text of article 12\" OR \"Ferry 9\""),
        ],
        ..edition()
    }
}

/// The titles of a feed's entries, as they come.
fn titles(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Vec<String> {
    let feed: serde_json::Value = serde_json::from_slice(&files[path]).unwrap();
    let items = feed["items"].as_array().unwrap().iter();
    items
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_saved_search_has_what_it_finds_newest_first_on_its_page_and_in_its_feeds() {
    let mut newsroom = Newsroom::with(30);
    for number in [3, 9, 12, 14] {
        newsroom.write(number, "Ferry");
    }
    newsroom.publish_as(&with_searches()).unwrap();
    let files = newsroom.files();
    assert_eq!(
        titles(&files, "searches/ferries/feed.json"),
        ["Ferry 12", "Ferry 9", "Ferry 3"]
    );
    assert_eq!(
        titles(&files, "searches/phrase/feed.json"),
        ["Ferry 12", "Ferry 9"]
    );
    assert!(files.contains_key("searches/ferries/feed.xml"));
    let page = String::from_utf8(files["searches/ferries/index.html"].clone()).unwrap();
    let places = ["Ferry 12", "Ferry 9", "Ferry 3"].map(|title| page.find(title).unwrap());
    assert!(places.is_sorted() && !page.contains("Ferry 14"));
    assert!(page.contains("search.html?q=title%3AFerry+source%3Aevening-post"));
    let search = String::from_utf8(files["search.html"].clone()).unwrap();
    assert!(search.contains("href=\"searches/ferries/index.html\""));
}

#[test]
fn an_increment_brings_a_saved_search_up_to_date_and_leaves_one_alone_that_finds_nothing_new() {
    let edition = with_searches();
    let mut newsroom = Newsroom::with(120);
    newsroom.write(9, "Ferry");
    newsroom.publish_as(&edition).unwrap();
    let before = newsroom.files();
    newsroom.write(120, "Ferry");
    newsroom.write(122, "Later");
    check_increment_of(&mut newsroom, &edition, 80);
    newsroom.publish_as(&edition).unwrap();
    let after = newsroom.files();
    assert_eq!(
        titles(&after, "searches/ferries/feed.json"),
        ["Ferry 120", "Ferry 9"]
    );
    let phrase = "searches/phrase/feed.xml";
    assert_eq!(before[phrase], after[phrase]);
}
