//! An invented newsroom published to a temporary directory: what readers find there after builds, increments and
//! failures.

mod books;
mod chinese;
mod copies;
mod feeds;
mod newsroom;
mod script;
mod searches;
mod stories;
mod worker;
mod zim;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use wirecopy_publish::edition::Edition;

use self::newsroom::{Newsroom, article, edition};
use crate::images::renditions::Mark;
use crate::publishing::Published;
use crate::publishing::generation::{Generations, State};

/// Every `href` and `src` of a page that leads into the site, as a path of the site.
fn links(page: &str, html: &str) -> BTreeSet<String> {
    let base = url::Url::parse("https://site.example/below/")
        .unwrap()
        .join(page)
        .unwrap();
    let targets = html.split([' ', '\n']).filter_map(|part| {
        let value = part
            .strip_prefix("href=\"")
            .or_else(|| part.strip_prefix("src=\""))?;
        let value = value.split('"').next()?;
        let target = base.join(value).unwrap();
        let path = target.path().strip_prefix("/below/")?.to_owned();
        (target.host_str() == Some("site.example")).then_some(path)
    });
    targets.collect()
}

/// How many links of a site's pages were followed; each must lead to a file of it.
#[track_caller]
fn check_links(files: &BTreeMap<String, Vec<u8>>) -> usize {
    let encoded: BTreeSet<String> = files
        .keys()
        .map(|path| wirecopy_publish::paths::encoded(path))
        .collect();
    let mut checked = 0;
    for (path, bytes) in files
        .iter()
        .filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
    {
        for link in links(path, std::str::from_utf8(bytes).unwrap()) {
            assert!(
                encoded.contains(&link),
                "{path} links {link}, which is not there"
            );
            checked += 1;
        }
    }
    checked
}

#[test]
fn every_link_of_a_site_leads_to_a_file_of_it() {
    let mut newsroom = Newsroom::with(320);
    let published = newsroom.publish().unwrap();
    assert!(published.whole && published.problems.is_empty());
    let checked = check_links(&newsroom.files());
    assert!(checked > 3_000, "only {checked} links were found");
}

/// What an increment leaves behind is what a whole build would make.
#[track_caller]
fn check_increment(newsroom: &mut Newsroom, most_written: usize) {
    check_increment_of(newsroom, &edition(), most_written);
}

/// As [`check_increment`], with settings of one's own.
#[track_caller]
fn check_increment_of(newsroom: &mut Newsroom, edition: &Edition, most_written: usize) {
    let increment = newsroom.publish_as(edition).unwrap();
    assert!(!increment.whole);
    assert!(increment.written <= most_written, "{increment:?}");
    let grown = newsroom.files();
    let built = newsroom.rebuilt_as(edition);
    assert_eq!(
        grown.keys().collect::<Vec<_>>(),
        built.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in &built {
        assert!(grown[path] == *bytes, "{path} differs from a whole build's");
    }
}

#[test]
fn an_increment_gives_the_bytes_of_a_whole_build_and_writes_little() {
    let mut newsroom = Newsroom::with(320);
    newsroom.publish().unwrap();
    newsroom.write(320, "Late");
    newsroom.write(7, "Edited");
    check_increment(&mut newsroom, 60);
}

#[test]
fn an_article_that_moves_to_another_day_and_subject_leaves_the_former_ones() {
    let mut newsroom = Newsroom::with(320);
    newsroom.publish().unwrap();
    let mut moved = article(5, "Moved");
    moved.published = "2027-02-03T00:00:00Z".parse().unwrap();
    moved.trailer.tags = vec!["A tag of its own".to_owned()];
    newsroom.put(5, Some(moved.to_bytes()));
    check_increment(&mut newsroom, 60);
    let files = newsroom.files();
    assert!(files.contains_key("archive/2027/02/03.html"));
    assert!(files.contains_key("tags/a-tag-of-its-own/index.html"));
    newsroom.write(5, "Moved back");
    check_increment(&mut newsroom, 60);
    let files = newsroom.files();
    assert!(!files.contains_key("archive/2027/02/03.html"));
    assert!(!files.contains_key("tags/a-tag-of-its-own/index.html"));
}

#[test]
fn an_edited_article_has_a_page_of_its_versions() {
    let mut newsroom = Newsroom::with(3);
    newsroom.publish().unwrap();
    assert!(
        newsroom
            .files()
            .keys()
            .all(|path| !path.contains("versions"))
    );
    newsroom.write(1, "Edited");
    newsroom.publish().unwrap();
    let files = newsroom.files();
    let page = files
        .iter()
        .find(|(path, _)| path.ends_with(".versions.html"))
        .unwrap();
    let html = String::from_utf8_lossy(page.1);
    assert!(html.contains("<del>Invented 1</del>"), "{html}");
    let article = &files[&page.0.replace(".versions", "")];
    assert!(String::from_utf8_lossy(article).contains(".versions.html"));
}

#[test]
fn a_late_entry_changes_no_numbered_page_that_was_full() {
    let mut newsroom = Newsroom::with(320);
    newsroom.publish().unwrap();
    let before = newsroom.files();
    let mut late = article(321, "Late");
    late.published = "2026-11-01T00:01:00Z".parse().unwrap();
    newsroom.put(321, Some(late.to_bytes()));
    newsroom.publish().unwrap();
    let after = newsroom.files();
    let full = [
        "sources/evening-post/page-1.html",
        "tags/ferries/page-1.html",
    ];
    for page in full {
        assert_eq!(before[page], after[page], "{page}");
    }
    let day = String::from_utf8_lossy(&after["archive/2026/11/01.html"]);
    assert!(day.contains("Late 321"), "{day}");
}

#[test]
fn a_day_of_many_articles_has_several_pages() {
    let mut newsroom = Newsroom::with(0);
    for number in 0..310 {
        let mut crowded = article(number, "Crowded");
        crowded.published = "2026-11-01T12:00:00Z".parse().unwrap();
        newsroom.put(number, Some(crowded.to_bytes()));
    }
    newsroom.publish().unwrap();
    let files = newsroom.files();
    let second = String::from_utf8_lossy(&files["archive/2026/11/01-2.html"]);
    assert_eq!(second.matches("<li>").count(), 10);
    assert!(!files.contains_key("archive/2026/11/01-3.html"));
}

#[test]
fn nothing_is_written_where_nothing_changed() {
    let mut newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    assert_eq!(newsroom.publish().unwrap(), Published::default());
}

#[test]
fn a_sealed_increment_is_carried_through_at_the_next_start() {
    let mut newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    let staged = newsroom.directory.path().join("site.d/1.staged");
    fs::create_dir(&staged).unwrap();
    fs::write(staged.join("0"), "the new front page").unwrap();
    let state = State::new("other".into(), BTreeMap::new(), Mark::default());
    let journal =
        serde_json::json!({ "paths": ["index.html", "renamed before the kill"], "state": state });
    fs::write(staged.join("journal"), journal.to_string()).unwrap();
    let generations = Generations::open(&newsroom.site()).unwrap();
    assert_eq!(newsroom.files()["index.html"], b"the new front page");
    assert_eq!(generations.current().unwrap().1, state);
    assert_eq!(newsroom.store(), ["1", "1.json"]);
}

#[test]
fn a_damaged_journal_leads_to_a_whole_build() {
    let mut newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    let staged = newsroom.directory.path().join("site.d/1.staged");
    fs::create_dir(&staged).unwrap();
    fs::write(staged.join("journal"), "half").unwrap();
    assert!(newsroom.publish().unwrap().whole);
    assert_eq!(newsroom.store(), ["2", "2.json"]);
}

#[test]
fn what_was_never_finished_is_removed_and_the_site_stays() {
    let mut newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    let before = newsroom.files();
    let store = newsroom.directory.path().join("site.d");
    fs::create_dir_all(store.join("1.staged")).unwrap();
    fs::write(store.join("1.staged/0"), "half").unwrap();
    fs::create_dir_all(store.join("2/articles")).unwrap();
    fs::write(store.join("2/articles/half.html"), "half").unwrap();
    Generations::open(&newsroom.site()).unwrap();
    assert_eq!(newsroom.store(), ["1", "1.json"]);
    assert_eq!(newsroom.files(), before);
}

#[test]
fn a_failed_build_or_increment_leaves_the_old_site_whole() {
    let mut newsroom = Newsroom::with(320);
    newsroom.publish().unwrap();
    let before = newsroom.files();
    newsroom.meddle("UPDATE documents SET revision = '0000000000000000000000000000000000000001'");
    let mut next = 320;
    for added in [1, 300] {
        for _ in 0..added {
            newsroom.write(next, "Unpublished");
            next += 1;
        }
        let error = format!("{:#}", newsroom.publish().unwrap_err());
        assert!(error.contains("is not in volume 2026"), "{error}");
        assert_eq!(newsroom.files(), before);
        assert_eq!(newsroom.store(), ["1", "1.json"]);
    }
}

#[test]
fn a_document_that_cannot_be_read_is_told_and_stops_nothing() {
    let mut newsroom = Newsroom::with(5);
    let unreadable = "<!--1640817542000-->\n[Title](no address)\n------\n\n<p>Text</p>\n";
    newsroom.put(7, Some(unreadable.into()));
    let published = newsroom.publish().unwrap();
    assert_eq!(published.problems.len(), 1, "{:?}", published.problems);
    assert!(published.problems[0].ends_with("; it has no page"));
    assert!(newsroom.files().contains_key("index.html"));
    newsroom.put(3, Some(unreadable.into()));
    let published = newsroom.publish().unwrap();
    assert!(!published.whole);
    let told: Vec<&String> = published.problems.iter().collect();
    assert!(
        told.iter()
            .any(|told| told.ends_with("; its page stays as it was before")),
        "{told:?}"
    );
}

#[test]
fn a_deleted_document_leaves_the_site() {
    let mut newsroom = Newsroom::with(5);
    newsroom.publish().unwrap();
    let before = newsroom.files();
    newsroom.put(3, None);
    assert!(newsroom.publish().unwrap().whole);
    let after = newsroom.files();
    let gone: Vec<&String> = before
        .keys()
        .filter(|path| !after.contains_key(*path))
        .collect();
    let html = gone.iter().filter(|path| path.ends_with(".html"));
    assert_eq!(
        html.count(),
        3,
        "its page in both forms and its only author's, not {gone:?}"
    );
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    let mut newsroom = Newsroom::with(1);
    fs::create_dir(newsroom.site()).unwrap();
    let error = newsroom.publish().unwrap_err().to_string();
    assert!(
        error.contains("is not a site made by this program"),
        "{error}"
    );
}
