//! Invented pages with everything that a scorer of plain text does not see, and what must come of them:
//! `tests/pages/<name>.html` to `<name>.expected.html`, one block a line.

use std::fs;
use std::path::Path;

use url::Url;
use wirecopy_extract::{Page, extract};

#[test]
fn every_page_gives_what_is_written_beside_it() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let url = Url::parse("https://news.example/harbour").unwrap();
    let mut count = 0;
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".expected") {
            continue;
        }
        count += 1;
        let bytes = fs::read(&path).unwrap();
        let page = Page {
            bytes: &bytes,
            media_type: Some("text/html; charset=utf-8"),
            url: Some(&url),
        };
        let article = extract(&page, None).unwrap();
        let expected = fs::read_to_string(path.with_file_name(format!("{name}.expected.html")));
        let expected = expected.unwrap_or_default();
        assert!(
            article.body.as_str() == expected.trim_end(),
            "{name}:\n{}",
            article.body.as_str()
        );
    }
    assert!(count > 0);
}

#[test]
fn pages_of_one_article_are_joined_without_what_they_repeat() {
    let read = |address: &str, text: &str, link: &str| {
        let html = format!(
            "<html lang=en><title>The harbour reopens</title><meta property=og:type content=article>\
            <article><h1>The harbour reopens</h1>{text}{link}</article>"
        );
        let url = Url::parse("https://news.example/")
            .unwrap()
            .join(address)
            .unwrap();
        let page = Page {
            bytes: html.as_bytes(),
            media_type: None,
            url: Some(&url),
        };
        extract(&page, None).unwrap()
    };
    let first = "<p>The harbour of Exampleton opened again on Monday, after a winter of repairs that had cost more than planned.</p>\
        <p>Fishers said that they had waited long enough, and went out with the first tide, long before the sun had come up.</p>";
    let second = "<p>On the second day the ferries came back to their old landing place, and with them the first guests of the year.</p>\
        <p>The town expects the last of the cranes to be gone by the summer, when the new lights are to be lit on the mole.</p>";
    let mut article = read("/harbour", first, "<a href='/harbour?page=2'>Next page</a>");
    let next = article.next_page.clone().unwrap();
    assert_eq!(next.as_str(), "https://news.example/harbour?page=2");
    let further = read("/harbour?page=2", second, "<a href='/ferries'>Next</a>");
    article.join(&further);
    assert_eq!(article.next_page, None);
    for line in ["first tide", "second day", "last of the cranes"] {
        assert!(article.text.contains(line), "{}", article.text);
        assert!(
            article.body.as_str().contains(line),
            "{}",
            article.body.as_str()
        );
    }
    let headlines = article.body.as_str().matches("<h1>").count();
    assert!(headlines <= 1, "{}", article.body.as_str());
}
