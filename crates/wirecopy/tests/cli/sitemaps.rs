//! A publication without a feed is followed by its news sitemap. The news is invented.

use crate::changing::Changing;
use crate::story::{Publication, Story};

const SITEMAP: &str = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
    xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>http://[HERE]/rain</loc><news:news>\
    <news:publication_date>2026-03-02T10:00:00Z</news:publication_date><news:title>Rain on the hill</news:title>\
    </news:news></url></urlset>";

/// A page with an article long enough to be one.
fn page(title: &str) -> String {
    let text = format!(
        "It was {title} on the hill for the whole of the day, and the brook rose by a hand. "
    )
    .repeat(9);
    format!(
        "<html><body><article><h1>{title}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    )
}

#[test]
fn articles_of_a_news_sitemap_are_read_from_their_pages_and_once() {
    let page = page("Rain on the hill");
    let hill = Publication::with_pages(&[
        ("/news.xml", "application/xml", SITEMAP),
        ("/rain", "text/html", &page),
    ]);
    let follow = |path: &str| {
        let source = format!(
            "[[source]]\nname = \"hill\"\nfeed = \"{}\"\n",
            hill.url(path)
        );
        Story::with_settings(&format!("{}\n{source}", hill.allowed()))
    };
    let story = follow("/news.xml");
    let printed = story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    assert!(printed.contains("1 new"), "{printed}");
    let printed = story.prints_at("2026-03-02T12:30:00Z", &["update"]);
    assert!(printed.contains("0 new, 0 revised"), "{printed}");
    let front = story.read("site/index.html");
    assert!(front.contains("Rain on the hill"), "{front}");
}

/// A list of sitemaps that stays as it is while its part for news grows.
fn listed() -> Changing {
    let hill = Changing::new();
    let parts = [("pages.xml", "2026-03-01"), ("news.xml", "2026-03-02")];
    let parts = parts.map(|(name, time)| {
        let url = hill.url(&format!("/{name}"));
        format!("<sitemap><loc>{url}</loc><lastmod>{time}</lastmod></sitemap>")
    });
    let index = format!("<sitemapindex>{}</sitemapindex>", parts.concat());
    hill.answer("/sitemap.xml", "200 OK\r\netag: \"i\"", index);
    for title in ["rain", "sun", "frost"] {
        hill.answer(
            &format!("/{title}"),
            "200 OK\r\ncontent-type: text/html",
            page(title),
        );
    }
    hill
}

fn list_news(hill: &Changing, titles: &[&str]) {
    let urls = titles.iter().map(|title| {
        let url = hill.url(&format!("/{title}"));
        format!("<url><loc>{url}</loc><lastmod>2026-03-02T10:00:00Z</lastmod></url>")
    });
    let etag = format!("200 OK\r\netag: \"{}\"", titles.len());
    let sitemap = format!("<urlset>{}</urlset>", urls.collect::<String>());
    hill.answer("/news.xml", &etag, sitemap);
}

#[test]
fn a_list_of_sitemaps_is_followed_through_its_part_for_news() {
    let hill = listed();
    list_news(&hill, &["rain"]);
    let settings = format!(
        "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
         [[source]]\nname = \"hill\"\nfeed = \"{}\"\n",
        hill.address,
        hill.url("/sitemap.xml")
    );
    let story = Story::with_settings(&settings);
    let printed = story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    assert!(printed.contains("1 new"), "{printed}");
    let asked = ["200 /sitemap.xml", "200 /news.xml", "200 /rain"];
    assert_eq!(hill.asked(), asked);

    let printed = story.prints_at("2026-03-02T12:30:00Z", &["update"]);
    assert!(printed.contains("0 new, 0 revised"), "{printed}");
    assert_eq!(hill.asked(), ["200 /sitemap.xml", "304 /news.xml"]);

    list_news(&hill, &["sun", "rain"]);
    let printed = story.prints_at("2026-03-02T12:40:00Z", &["update"]);
    assert!(printed.contains("1 new"), "{printed}");
    hill.remove("/news.xml");
    let told = story.runs(&["update"]);
    assert!(told.out.contains("answered 404"), "{told:?}");
}

#[test]
fn a_list_of_sitemaps_is_added_by_its_address() {
    let hill = listed();
    list_news(&hill, &["rain", "sun"]);
    let story = Story::with_settings(&format!(
        "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n",
        hill.address
    ));
    let told = story.prints(&["add", "--json", &hill.url("/sitemap.xml")]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["found"][0]["url"], hill.url("/sitemap.xml"));
    assert_eq!(told["found"][0]["articles"], 2);
}

fn settings(hill: &Changing, feeds: &str) -> String {
    format!(
        "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
         [[source]]\nname = \"hill\"\nfeed = {feeds}\n",
        hill.address
    )
}

fn json(story: &Story, command: &str) -> serde_json::Value {
    serde_json::from_str(&story.runs(&[command, "--json"]).out).unwrap()
}

#[test]
fn a_part_that_is_also_followed_by_itself_is_polled_when_it_is_due() {
    let hill = listed();
    list_news(&hill, &["rain"]);
    let feeds = format!("{:?}", [hill.url("/news.xml"), hill.url("/sitemap.xml")]);
    let story = Story::with_settings(&settings(&hill, &feeds));
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    let status = json(&story, "status");
    for feed in [0, 1] {
        let due = &status["sources"][0]["feeds"][feed]["due"];
        assert!(due.as_str() > Some("2026-03-02T12:00:00Z"), "{status}");
    }
}

#[test]
fn a_part_that_begins_beside_one_that_stays_as_it_was_is_no_gap() {
    let hill = listed();
    list_news(&hill, &["rain"]);
    let feed = format!("{:?}", hill.url("/sitemap.xml"));
    let story = Story::with_settings(&settings(&hill, &feed));
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    let urls = ["sun", "frost"].map(|title| {
        let url = hill.url(&format!("/{title}"));
        format!("<url><loc>{url}</loc><lastmod>2026-03-02T12:20:00Z</lastmod></url>")
    });
    hill.answer(
        "/later.xml",
        "200 OK",
        format!("<urlset>{}</urlset>", urls.concat()),
    );
    let parts = ["news.xml", "later.xml"].map(|name| {
        let url = hill.url(&format!("/{name}"));
        format!("<sitemap><loc>{url}</loc><lastmod>2026-03-02</lastmod></sitemap>")
    });
    let index = format!("<sitemapindex>{}</sitemapindex>", parts.concat());
    hill.answer("/sitemap.xml", "200 OK", index);
    let printed = story.prints_at("2026-03-02T12:40:00Z", &["update"]);
    assert!(printed.contains("2 new"), "{printed}");
    let ledger = json(&story, "ledger");
    assert_eq!(ledger[0]["missing"], serde_json::json!([]), "{ledger}");
}
