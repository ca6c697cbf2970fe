//! Books beside the site: one for each day, week and source, in proportion to what changed.

use std::collections::BTreeMap;

use wirecopy_publish::book::BookKind;
use wirecopy_publish::edition::Edition;

use super::links;
use super::newsroom::{Newsroom, edition};

fn with_books() -> Edition {
    Edition {
        books: vec![
            BookKind::Day,
            BookKind::Week,
            BookKind::Source,
            BookKind::Page,
        ],
        ..edition()
    }
}

fn books(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, &[u8]> {
    let books = files
        .iter()
        .filter(|(path, _)| path.starts_with("books/") && !path.ends_with(".gz"));
    books
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect()
}

/// Articles come every 50 minutes from Sunday, 1 November 2026 on: 29 make that day and no more.
#[test]
fn every_day_week_and_source_has_its_book_and_is_named_in_the_catalogue() {
    let mut newsroom = Newsroom::with(40);
    newsroom.publish_as(&with_books()).unwrap();
    let files = newsroom.files();
    assert!(!files.contains_key("books/days/2026-11-01.epub.gz"));
    let books = books(&files);
    let expected = [
        "books/catalog.xml",
        "books/cover.png",
        "books/days/2026-11-01.epub",
        "books/days/2026-11-01.html",
        "books/days/2026-11-02.epub",
        "books/days/2026-11-02.html",
        "books/days/2026.xml",
        "books/index.html",
        "books/sources.xml",
        "books/sources/evening-post.epub",
        "books/sources/虚构日报.epub",
        "books/weeks/2026-W44.epub",
        "books/weeks/2026-W45.epub",
        "books/weeks/2026.xml",
    ];
    let twins = books.keys().filter(|path| path.ends_with(".json"));
    assert_eq!(twins.count(), 4 + 2 + 2 + 2);
    let others = books
        .keys()
        .copied()
        .filter(|path| !path.ends_with(".json"));
    assert_eq!(others.collect::<Vec<_>>(), expected);
    for (list, named) in [
        ("books/index.html", 8),
        ("books/days/2026.xml", 4),
        ("books/catalog.xml", 3),
    ] {
        let text = std::str::from_utf8(books[list]).unwrap().replace('>', " >");
        let inner = links(list, &text);
        let inner: Vec<_> = inner
            .iter()
            .filter(|link| link.starts_with("books/"))
            .collect();
        for link in &inner {
            let known = books
                .keys()
                .any(|path| wirecopy_publish::paths::encoded(path) == ***link);
            assert!(known, "{list} names {link}, which is not there");
        }
        if let Some(stem) = list.strip_suffix(".xml") {
            let twin = format!("{stem}.json");
            let text = std::str::from_utf8(books[twin.as_str()]).unwrap();
            let text = text.replace("\"href\":", " href=");
            for link in links(&twin, &text) {
                let known = books
                    .keys()
                    .any(|path| wirecopy_publish::paths::encoded(path) == link);
                assert!(known, "{twin} names {link}, which is not there");
            }
        }
        assert!(inner.len() >= named, "{list} names only {inner:?}");
    }
}

#[test]
fn article_makes_only_the_books_that_hold_it_and_an_increment_is_as_a_whole_build() {
    let edition = with_books();
    let mut newsroom = Newsroom::with(120);
    newsroom.publish_as(&edition).unwrap();
    let before = newsroom.files();
    newsroom.write(120, "Later");
    newsroom.write(30, "Corrected");
    assert!(!newsroom.publish_as(&edition).unwrap().whole);
    let after = newsroom.files();
    let changed: Vec<&str> = books(&after)
        .into_iter()
        .filter(|(path, bytes)| before.get(*path).map(Vec::as_slice) != Some(*bytes))
        .map(|(path, _)| path)
        .filter(|path| path.ends_with(".epub"))
        .collect();
    let expected = [
        "books/days/2026-11-02.epub",
        "books/days/2026-11-05.epub",
        "books/sources/evening-post.epub",
        "books/weeks/2026-W45.epub",
    ];
    assert_eq!(changed, expected);
    std::fs::remove_file(newsroom.site()).unwrap();
    assert!(newsroom.publish_as(&edition).unwrap().whole);
    assert_eq!(newsroom.files(), after);
}

#[test]
fn book_of_a_day_that_lost_its_only_article_goes() {
    let edition = with_books();
    let mut newsroom = Newsroom::with(30);
    newsroom.publish_as(&edition).unwrap();
    assert!(newsroom.files().contains_key("books/days/2026-11-02.epub"));
    let mut moved = super::article(29, "Moved");
    moved.published = "2026-11-01T05:00:00Z".parse().unwrap();
    newsroom.put(29, Some(moved.to_bytes()));
    assert!(!newsroom.publish_as(&edition).unwrap().whole);
    let files = newsroom.files();
    let left: Vec<&str> = books(&files)
        .into_keys()
        .filter(|path| path.contains("11-02") || path.contains("W45"))
        .collect();
    assert_eq!(left, Vec::<&str>::new());
}
