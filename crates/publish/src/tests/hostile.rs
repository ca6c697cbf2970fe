//! Articles that want out: of their element, their attribute, their feed, their line.

use proptest::prelude::*;
use quick_xml::events::Event;
use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::subject::{Subject, SubjectKind};

use crate::edition::{Edition, Listing, Neighbours, SavedSearch};
use crate::feed::{self, Channel, Part};
use crate::lists::Lists;
use crate::samples::{article, edition};
use crate::site::dates::{Beside, DayOfMonth, DayPage};
use crate::site::removed::RemovedArticle;
use crate::site::subject::SubjectSummary;
use crate::site::templates::Templates;
use crate::site::{Site, SourceSummary};
use crate::tests::text;

const HOSTILE: [&str; 8] = [
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</script><script>alert(1)//",
    "<!--<script>",
    "]]><script>alert(1)</script><![CDATA[",
    "{{ 77777 * 77777 }}{% raw %}",
    "\u{202E}gnp.exe\u{2066}\0\u{FFFE}",
];

fn hostile(text: &str) -> (Listing, Document) {
    let trailer = Trailer {
        authors: vec![text.into()],
        language: Some(text.into()),
        tags: vec![text.into()],
        summary: Some(text.into()),
        image: url::Url::parse("https://paper.example/\"><script>alert(1)</script>.png").ok(),
        ..Trailer::default()
    };
    // A control in the text itself ends with its paragraph.
    let paragraph = text.replace('\u{202E}', "");
    let body = format!(
        "<p>{paragraph}</p><img src='https://paper.example/a.png' alt='<img onerror=alert(1) src=x'>"
    );
    article("evening-post", text, &body, trailer)
}

fn hostile_edition(text: &str) -> Edition {
    let mut edition = Edition {
        title: text.into(),
        description: text.into(),
        contact: Some(text.into()),
        ..edition()
    };
    edition.sources[1].name = text.into();
    edition.searches = vec![SavedSearch {
        slug: "hostile".into(),
        name: text.into(),
        query: text.into(),
    }];
    edition
}

/// Elements and attributes as a browser sees them, by the parser that browsers' standard describes.
#[track_caller]
fn check_page(html: &str) {
    let page = dom_query::Document::from(html);
    for script in page.select("script").iter() {
        let kind = script.attr("type");
        assert!(
            kind.as_deref() == Some("application/ld+json") || script.attr("src").is_some(),
            "a script came in:\n{html}"
        );
        if kind.is_some() {
            serde_json::from_str::<serde_json::Value>(&script.text()).expect("JSON-LD is JSON");
        }
    }
    for element in page.select("*").iter() {
        for attribute in element.attrs() {
            assert!(
                !attribute.name.local.starts_with("on"),
                "a handler came in:\n{html}"
            );
        }
    }
    assert!(
        !html.contains(['\u{202E}', '\0']),
        "a control came through:\n{html}"
    );
    assert!(
        !html.contains("6049261729"),
        "a title was taken for a template:\n{html}"
    );
}

/// A tag of that name.
fn tag_named(name: &str) -> SubjectSummary {
    SubjectSummary {
        subject: Subject {
            kind: SubjectKind::Tag,
            slug: "hostile".into(),
            name: name.to_owned(),
        },
        articles: 100,
    }
}

#[test]
fn hostile_titles_names_and_addresses_stay_text() {
    for text in HOSTILE {
        let edition = hostile_edition(text);
        let site = Site::new(&edition, Templates::built_in());
        let (listing, document) = hostile(text);
        let neighbours = Neighbours {
            previous: Some(&listing),
            next: Some(&listing),
            revised: true,
            same_story: std::slice::from_ref(&listing),
        };
        let summaries = [SourceSummary {
            source: &edition.sources[1],
            articles: 1,
            newest: None,
            archived: None,
        }];
        let listings = std::slice::from_ref(&listing);
        let subject = tag_named(text);
        let date = jiff::civil::date(2026, 11, 2);
        let day = DayOfMonth {
            date,
            articles: 9,
            first: vec![listing.clone()],
        };
        let shown = DayPage {
            page: 1,
            articles: 1,
        };
        let removed = RemovedArticle {
            id: listing.id,
            document: &listing.path,
            time: listing.published,
            reason: text,
            is_legal: true,
        };
        for page in [
            site.article(&listing, &document, neighbours),
            site.front(listings),
            site.source(&summaries[0], listings),
            site.source_page(&summaries[0], 1, listings),
            site.sources(&summaries),
            site.about(&summaries),
            site.not_found(),
            site.removed(&removed),
            site.subject(&subject, listings),
            site.subject_page(&subject, 1, listings),
            site.subjects(SubjectKind::Tag, std::slice::from_ref(&subject)),
            site.search(),
            site.saved_search(&edition.searches[0], listings),
            site.month(date, std::slice::from_ref(&day), Beside::default()),
            site.day(date, shown, (listings, Beside::default())),
        ] {
            check_page(super::text(&page.unwrap()));
        }
    }
}

#[test]
fn hostile_titles_cannot_leave_their_line_of_a_list() {
    for title in [
        "[a](https://evil.example)",
        "a\n# b\n<b>",
        "](x) ![p](y)",
        "`|*_~",
        "<script>alert(1)</script>",
    ] {
        let (listing, _) = article("evening-post", title, "<p>.</p>", Trailer::default());
        let edition = edition();
        let lists = Lists {
            edition: &edition,
            volume: "2026",
        };
        let list = lists.source(&edition.sources[1], &[listing], &[]);
        let lines: Vec<&str> = text(&list).lines().collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        let line = lines[2].replace("\\[", "").replace("\\]", "");
        assert_eq!(
            (line.matches('[').count(), line.matches("](").count()),
            (1, 1),
            "{line}"
        );
        assert!(!line.contains('<'), "{line}");
    }
}

#[track_caller]
fn check_atom(edition: &Edition, entries: &[(Listing, Document)]) {
    let feed = feed::atom(
        edition,
        (
            Channel::of_source(edition.sources.last()),
            Part::Current { archives: 0 },
        ),
        entries,
        jiff::Timestamp::UNIX_EPOCH,
    );
    let mut reader = quick_xml::Reader::from_str(text(&feed));
    let mut depth = 0;
    let mut found = 0;
    loop {
        match reader.read_event().expect("the feed is well-formed") {
            Event::Start(tag) => {
                depth += 1;
                found += usize::from(tag.name().as_ref() == "entry");
                assert!(tag.attributes().all(|attribute| attribute.is_ok()));
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((depth, found), (0, entries.len()));
    let forbidden = |letter: char| {
        letter.is_control() && letter != '\n' || matches!(letter, '\u{FFFE}' | '\u{FFFF}')
    };
    assert!(!text(&feed).contains(forbidden));
    assert!(!text(&feed).contains("]]>"));
}

#[test]
fn hostile_articles_stay_within_their_entry() {
    for text in HOSTILE {
        check_atom(&hostile_edition(text), &[hostile(text), hostile(text)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_makes_well_formed_atom(
        title in any::<String>(),
        name in any::<String>(),
        body in "[<>&\"'a-z/= \\PC]{0,80}",
    ) {
        let trailer = Trailer {
            authors: vec![name.clone()],
            tags: vec![name],
            summary: Some(title.clone()),
            ..Trailer::default()
        };
        check_atom(&edition(), &[article("evening-post", &title, &body, trailer)]);
    }
}
