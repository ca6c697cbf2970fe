//! The forms of an article's page: its language and direction beside the site's, and the text edition.

use wirecopy_document::document::Document;

use crate::edition::{Edition, Listing, Neighbours};
use crate::samples::{arabic, chinese, edition, english};
use crate::site::Site;
use crate::site::templates::Templates;
use crate::tests::{newest, text};

#[track_caller]
fn check_article((listing, document): (Listing, Document), language: &str, expected: &[&str]) {
    let edition = Edition {
        language: language.into(),
        ..edition()
    };
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

#[test]
fn text_carries_its_language_and_direction_where_they_differ_from_the_pages() {
    check_article(
        chinese(),
        "en",
        &[
            "<html lang=\"en\" dir=\"ltr\">",
            "<h1 lang=\"zh-Hans\">虚构的渡轮晚点</h1>",
        ],
    );
    check_article(
        chinese(),
        "zh",
        &[
            "<html lang=\"zh-Hans\"",
            "<h1>虚构的渡轮晚点</h1>",
            "2026年11月2日 09:05 UTC",
        ],
    );
    check_article(
        arabic(),
        "en",
        &[
            "<div class=\"text\" lang=\"ar\" dir=\"rtl\">",
            "The publication withdrew this article.",
        ],
    );
    check_article(
        english(),
        "ar",
        &[
            "<html lang=\"ar\" dir=\"rtl\">",
            "<h1 lang=\"en\" dir=\"ltr\">",
        ],
    );
}

#[test]
fn text_edition_holds_text_and_links_alone() {
    let edition = edition();
    let (listing, mut document) = english();
    let media =
        "<video src='/film.mp4' controls></video><audio controls><source src='/a.mp3'></audio>";
    let body = format!("{}{media}", document.body.as_str());
    document.body = wirecopy_document::clean::clean(&body, Some(&document.url));
    let site = Site::new(&edition, Templates::built_in()).text().unwrap();
    let neighbours = Neighbours {
        previous: Some(&chinese().0),
        ..Neighbours::default()
    };
    let page = site.article(&listing, &document, neighbours).unwrap();
    assert_eq!(page.path, format!("text/{}", listing.page()));
    let html = text(&page);
    let parsed = dom_query::Document::from(html);
    for element in [
        "img",
        "video",
        "audio",
        "source",
        "script",
        "link[rel=stylesheet]",
    ] {
        assert!(!parsed.select(element).exists(), "{element} in\n{html}");
    }
    // The browser's own colours and nothing else; the policy's hash is of these very bytes.
    let rules = parsed.select("style").text();
    assert_eq!(&*rules, ":root{background:Canvas;color:CanvasText}");
    let full = format!("../../../../../{}", listing.page());
    assert!(
        html.contains(&full) && html.contains("The invented ferry was"),
        "{html}"
    );
    assert!(
        html.contains("The quay"),
        "the caption of a picture is text\n{html}"
    );
    let front = site.front(&newest()).unwrap();
    assert_eq!(front.path, "text/index.html");
    assert!(text(&front).contains("href=\"../index.html\""));
    let without = Edition {
        text: false,
        ..edition.clone()
    };
    let without = Site::new(&without, Templates::built_in());
    assert!(without.text().is_none());
    assert!(!text(&without.front(&newest()).unwrap()).contains("text/"));
}

#[test]
fn a_link_that_holds_only_an_undescribed_picture_is_called_by_where_it_leads() {
    let quay = "<img src=\"https://img.example/quay.jpg\"";
    let link = |inner: &str| {
        let body = format!("<p><a href=\"https://harbour.example/a?b\">{inner}</a></p>");
        let (listing, mut document) = english();
        document.body = wirecopy_document::clean::clean(&body, None);
        (listing, document)
    };
    let nameless = link(&format!("{quay} alt=\"\">"));
    check_article(nameless, "en", &["alt=\"harbour.example\""]);
    let described = link(&format!("{quay} alt=\"A quay\">"));
    check_article(described, "en", &["alt=\"A quay\""]);
    let beside_text = link(&format!("{quay}>The quay"));
    check_article(beside_text, "en", &["quay.jpg\" alt=\"\""]);
}

#[test]
fn a_page_without_a_logo_names_the_programs_sign_as_its_icon() {
    check_article(
        english(),
        "en",
        &["<link rel=\"icon\" href=\"../../../../assets/icon-"],
    );
}
