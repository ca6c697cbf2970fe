//! What readers and parsers get: whole pages, feeds and lists as snapshots, and hostile articles.

mod forms;
mod hostile;
mod stocked;

use jiff::Timestamp;
use wirecopy_document::document::enclosure::Enclosure;

use crate::edition::{ImagePolicy, Listing, Neighbours, OutputFile};
use crate::feed::{self, Channel, Part};
use crate::lists::{Lists, newest_count};
use crate::samples::{arabic, chinese, edition, english};
use crate::site::revisions::Revision;
use crate::site::templates::Templates;
use crate::site::{Site, SourceSummary};

fn text(file: &OutputFile) -> &str {
    std::str::from_utf8(&file.bytes).unwrap()
}

/// Without the hashes of the assets, which change with every touch of the style sheet.
macro_rules! check_snapshot {
    ($text:expr) => {
        insta::with_settings!({ filters => vec![(r"(style|reader)-[0-9a-f]{10}", "$1-[hash]")] }, {
            insta::assert_snapshot!($text);
        })
    };
}

fn newest() -> Vec<Listing> {
    vec![english().0, chinese().0, arabic().0]
}

#[test]
fn article_page_of_an_invented_english_article() {
    let edition = edition();
    let (listing, document) = english();
    let neighbours = Neighbours {
        previous: Some(&chinese().0),
        next: Some(&arabic().0),
        revised: true,
        same_story: &[],
    };
    let page = Site::new(&edition, Templates::built_in())
        .article(&listing, &document, neighbours)
        .unwrap();
    check_snapshot!(format!("{}\n{}", page.path, text(&page)));
}

#[test]
fn sound_is_heard_on_the_page_where_anything_is_loaded_from_elsewhere() {
    let (listing, mut document) = english();
    let url = url::Url::parse("https://paper.example/1.mp3").unwrap();
    document
        .trailer
        .enclosures
        .extend(Enclosure::new(url, None, Some(7_000)));
    for (images, player) in [(ImagePolicy::Link, true), (ImagePolicy::None, false)] {
        let edition = crate::edition::Edition {
            images,
            ..edition()
        };
        let site = Site::new(&edition, Templates::built_in());
        for (site, player) in [(site.text().unwrap(), false), (site, player)] {
            let page = site
                .article(&listing, &document, Neighbours::default())
                .unwrap();
            let html = text(&page);
            assert!(html.contains("<a href=\"https://paper.example/1.mp3\" type=\"audio/mpeg\""));
            assert!(html.contains("(7 kB)"));
            let heard = html
                .contains("<audio controls preload=\"none\" src=\"https://paper.example/1.mp3\"");
            assert_eq!(heard, player, "{}", page.path);
        }
    }
}

#[test]
fn versions_page_of_an_invented_chinese_article() {
    let edition = edition();
    let (listing, first) = chinese();
    let (mut second, mut third) = (first.clone(), first.clone());
    second.body = wirecopy_document::clean::clean(
        "<p>（虚构）渡轮晚点一小时，<em>无人</em>介意。</p><p>晚到的一段。</p>",
        None,
    );
    third.body = second.body.clone();
    third.title = "虚构的<渡轮>晚点".into();
    let time = |hour: &str| format!("2026-11-02T{hour}:00:00Z").parse().unwrap();
    let revisions = [
        ("10", first),
        ("11", second.clone()),
        ("12", second),
        ("13", third),
    ];
    let revisions = revisions.map(|(hour, document)| Revision {
        time: time(hour),
        document,
    });
    let site = Site::new(&edition, Templates::built_in());
    let page = site.revisions(&listing, &revisions).unwrap().unwrap();
    let main = text(&page)
        .split("<main")
        .nth(1)
        .unwrap()
        .split("</main>")
        .next()
        .unwrap()
        .to_owned();
    check_snapshot!(format!("{}\n{main}", page.path));
    assert_eq!(site.revisions(&listing, &revisions[1..3]).unwrap(), None);
}

#[test]
fn front_page_of_invented_articles() {
    let edition = edition();
    let page = Site::new(&edition, Templates::built_in())
        .front(&newest())
        .unwrap();
    check_snapshot!(text(&page));
}

#[test]
fn atom_feed_of_invented_articles() {
    let edition = edition();
    let entries = [english(), chinese()];
    let updated: Timestamp = "2026-11-02T12:00:00Z".parse().unwrap();
    check_snapshot!(text(&feed::atom(
        &edition,
        (Channel::All, Part::Current { archives: 3 }),
        &entries,
        updated
    )));
}

#[test]
fn json_feed_of_an_invented_article() {
    let edition = edition();
    let feed = feed::json(
        &edition,
        Channel::of_source(edition.sources.last()),
        &[english()],
    );
    let feed: serde_json::Value = serde_json::from_slice(&feed.bytes).unwrap();
    check_snapshot!(serde_json::to_string_pretty(&feed).unwrap());
}

#[test]
fn lists_of_invented_articles() {
    let edition = edition();
    let lists = Lists {
        edition: &edition,
        volume: "2026",
    };
    let summaries = edition.sources.iter().map(|source| SourceSummary {
        source,
        articles: 2,
        newest: None,
        archived: None,
    });
    let readme = lists.readme(&summaries.collect::<Vec<_>>(), &newest());
    let month = jiff::civil::date(2026, 11, 1);
    let source = lists.source(&edition.sources[1], &newest()[..1], &[month]);
    let of_month = lists.month(&edition.sources[1], month, &newest()[..1]);
    check_snapshot!(
        [readme, source, of_month]
            .map(|file| format!("{}\n\n{}", file.path, text(&file)))
            .join("\n\n")
    );
}

#[test]
fn a_list_tells_of_an_article_that_was_withdrawn() {
    let edition = edition();
    let lists = Lists {
        edition: &edition,
        volume: "2026",
    };
    let mut listings = newest();
    let month = jiff::civil::date(2026, 11, 1);
    let told = |listings: &[_]| text(&lists.month(&edition.sources[1], month, listings)).to_owned();
    let told_before = told(&listings);
    listings[0].withdrawn = Some(listings[0].published);
    let withdrawn = told(&listings);
    let changed = |(before, after): &(&str, &str)| before != after;
    let changes: Vec<(&str, &str)> = told_before
        .lines()
        .zip(withdrawn.lines())
        .filter(changed)
        .collect();
    let [(before, after)] = changes[..] else {
        panic!("one line changes: {changes:?}");
    };
    assert_eq!(
        after,
        format!("{before} *The publication withdrew this article.*")
    );
}

#[test]
fn heading_that_repeats_the_title_is_shown_once() {
    let (listing, document) = chinese();
    let edition = edition();
    let page = Site::new(&edition, Templates::built_in())
        .article(&listing, &document, Neighbours::default())
        .unwrap();
    assert_eq!(
        text(&page).matches("虚构的渡轮晚点</h").count(),
        1,
        "{}",
        text(&page)
    );
}

#[test]
fn pictures_follow_the_policy() {
    let lead = "src=\"https://paper.example/lead.jpg?w=800&amp;h=600\" alt=\"\" referrerpolicy=\"no-referrer\"";
    let quay = "alt=\"A quay\" width=\"640\" height=\"480\" loading=\"lazy\" referrerpolicy=\"no-referrer\"";
    for (images, expected) in [
        (
            ImagePolicy::Link,
            vec![lead, quay, "img-src &#39;self&#39; http: https:;"],
        ),
        (
            ImagePolicy::Proxy {
                template: "https://proxy.example/?url={url}&w=9".into(),
            },
            vec![
                "https://proxy.example/?url=https%3A%2F%2Fpaper.example%2Flead.jpg%3Fw%3D800%26h%3D600&amp;w=9",
                "img-src &#39;self&#39; https://proxy.example;",
            ],
        ),
        (
            ImagePolicy::Proxy {
                template: "image?url={url}".into(),
            },
            vec![
                "src=\"../../../../image?url=https%3A%2F%2Fpaper.example%2Fquay.jpg\"",
                "img-src &#39;self&#39;;",
            ],
        ),
        (
            ImagePolicy::None,
            vec![
                "<span class=\"picture\">A quay</span>",
                "The quay",
                "img-src &#39;self&#39;;",
            ],
        ),
    ] {
        let edition = crate::edition::Edition {
            images,
            ..edition()
        };
        let (listing, document) = english();
        let page = Site::new(&edition, Templates::built_in())
            .article(&listing, &document, Neighbours::default())
            .unwrap();
        for expected in expected {
            assert!(
                text(&page).contains(expected),
                "{expected} is missing in\n{}",
                text(&page)
            );
        }
    }
}

#[test]
fn entry_is_updated_by_a_recorded_revision_and_never_goes_back() {
    let (mut listing, mut document) = english();
    let first = feed::updated(&listing, &document);
    document.trailer.captured = Some("2026-11-05T00:00:00Z".parse().unwrap());
    assert_eq!(
        feed::updated(&listing, &document),
        first,
        "fetched again, not revised"
    );
    listing.revisions = 2;
    assert_eq!(
        feed::updated(&listing, &document),
        document.trailer.captured.unwrap()
    );
}

#[test]
fn operators_template_replaces_a_built_in_one() {
    let about = (
        "about.html".to_owned(),
        "{{ frame.site_title }}: {{ contact }}".to_owned(),
    );
    let edition = edition();
    let page = Site::new(&edition, Templates::replacing(&[about]).unwrap())
        .about(&[])
        .unwrap();
    assert_eq!(text(&page), "The Invented Mirror: mirror@mirror.example");
    for (name, template) in [("unknown.html", ""), ("about.html", "{% if %}")] {
        assert!(
            Templates::replacing(&[(name.into(), template.into())]).is_err(),
            "{name}"
        );
    }
    let broken =
        Templates::replacing(&[("about.html".into(), "{{ nothing.there }}".into())]).unwrap();
    assert_eq!(
        Site::new(&edition, broken).about(&[]).unwrap_err().name,
        "about.html"
    );
}

#[test]
fn overview_pages_are_made_for_no_article_and_for_many() {
    let edition = edition();
    let site = Site::new(&edition, Templates::built_in());
    for articles in [0, 1, 100, 101, 100_000] {
        let summary = SourceSummary {
            source: &edition.sources[0],
            articles,
            newest: None,
            archived: None,
        };
        let page = site.source(&summary, &[]).unwrap();
        assert!(page.bytes.len() < 20_000, "{} bytes", page.bytes.len());
        assert_eq!(
            text(&page).contains("page-2.html"),
            articles == 101,
            "{articles}"
        );
        site.about(std::slice::from_ref(&summary)).unwrap();
        site.sources(&[summary]).unwrap();
    }
    site.front(&[]).unwrap();
    site.not_found().unwrap();
}

#[test]
fn article_page_is_within_its_budget_without_its_text() {
    let edition = edition();
    let (listing, mut document) = english();
    document.body = wirecopy_document::clean::clean("<p>.</p>", None);
    let page = Site::new(&edition, Templates::built_in())
        .article(&listing, &document, Neighbours::default())
        .unwrap();
    // A third of it when compressed, of the 14 kB that an article page may weigh.
    assert!(page.bytes.len() < 5_100, "{} bytes", page.bytes.len());
}

#[test]
fn a_list_of_the_newest_grows_and_is_cut_back_at_once() {
    let check = |recorded: usize, listed: usize| assert_eq!(newest_count(recorded), listed);
    check(0, 0);
    check(299, 299);
    check(300, 300);
    check(301, 301);
    check(599, 599);
    check(600, 300);
    check(1_000_001, 300 + 1_000_001 % 300);
}
