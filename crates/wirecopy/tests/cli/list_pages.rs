//! A publication with neither feed nor sitemap is followed by its page that lists articles. The news is invented.

use std::fs;

use crate::changing::Changing;
use crate::story::Story;

/// A server of one publication, and a mirror that may ask it.
fn hill() -> (Changing, Story) {
    let hill = Changing::new();
    let settings = format!(
        "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n",
        hill.address
    );
    let story = Story::with_settings(&settings);
    (hill, story)
}

const TITLES: [&str; 4] = [
    "Rain falls on the hill all day",
    "The brook rises by a hand",
    "Sun returns to the valley",
    "A bridge is mended at last",
];

/// Lists the first of [`TITLES`] in this class of cards, with their pages, beside a menu.
fn list(hill: &Changing, titles: usize, class: &str) {
    let mut cards = String::new();
    for (number, title) in TITLES[..titles].iter().enumerate() {
        cards +=
            &format!("<div class={class}><h3><a href='{number}?from=list'>{title}</a></h3></div>");
        let text =
            format!("{title}, as everybody on the hill could see, and the miller too. ").repeat(9);
        let page = format!(
            "<html><body><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
        );
        let path = format!("/news/{number}?from=list");
        hill.answer(&path, "200 OK\r\ncontent-type: text/html", page);
    }
    let page = format!(
        "<html><head><base href='/news/'><title>The Hill</title></head><body><nav><a href=/section/sport>Sport and \
         games of all kinds</a></nav>{cards}</body></html>"
    );
    hill.answer("/list", "200 OK\r\ncontent-type: text/html", page);
}

#[test]
fn a_page_that_lists_articles_is_added_with_a_selector_and_followed() {
    let (hill, story) = hill();
    list(&hill, 3, "card");
    let told = story.runs(&["add", &hill.url("/list")]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(
        told.err
            .contains("the links that `h3 > a` chooses, such as “Rain falls"),
        "{told:?}"
    );
    assert!(
        story
            .read("wirecopy.toml")
            .contains("link_selector = \"h3 > a\"")
    );
    let printed = story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    assert!(printed.contains("3 new"), "{printed}");
    list(&hill, 4, "card");
    let printed = story.prints_at("2026-03-02T13:00:00Z", &["update"]);
    assert!(printed.contains("1 new, 0 revised"), "{printed}");
}

#[test]
fn a_list_where_nothing_matches_any_more_is_a_failure_with_its_selector() {
    let (hill, story) = hill();
    list(&hill, 3, "card");
    let source = format!(
        "\n[[source]]\nname = \"hill\"\nfeed = \"{}\"\nlink_selector = \".card a\"\n",
        hill.url("/list")
    );
    let settings = story.read("wirecopy.toml") + &source;
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    list(&hill, 3, "tile");
    let told = story.runs(&["update"]);
    let words = format!(
        "{}: no link to an article matches its link_selector `.card a`",
        hill.url("/list")
    );
    assert!(told.code == 1 && told.out.contains(&words), "{told:?}");
}

#[test]
fn a_sitemap_is_found_before_a_list_is_suggested() {
    let (hill, story) = hill();
    list(&hill, 3, "card");
    let robots = "User-agent: *\nSitemap: /maps/news.xml\n";
    hill.answer("/robots.txt", "200 OK", robots.to_owned());
    let sitemap = format!(
        "<urlset><url><loc>{}</loc></url></urlset>",
        hill.url("/news/0")
    );
    hill.answer("/maps/news.xml", "200 OK", sitemap);
    story.prints(&["add", &hill.url("/list")]);
    let settings = story.read("wirecopy.toml");
    assert!(
        settings.contains("/maps/news.xml") && !settings.contains("link_selector"),
        "{settings}"
    );
}
