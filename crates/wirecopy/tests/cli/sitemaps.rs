//! A publication without a feed is followed by its news sitemap. The news is invented.

use crate::story::{Publication, Story};

const SITEMAP: &str = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
    xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>http://[HERE]/rain</loc><news:news>\
    <news:publication_date>2026-03-02T10:00:00Z</news:publication_date><news:title>Rain on the hill</news:title>\
    </news:news></url></urlset>";
const INDEX: &str =
    "<sitemapindex><sitemap><loc>http://[HERE]/news.xml</loc></sitemap></sitemapindex>";

#[test]
fn articles_of_a_news_sitemap_are_read_from_their_pages_and_once() {
    let text =
        "It rained on the hill for the whole of the day, and the brook rose by a hand. ".repeat(9);
    let page = format!(
        "<html><body><article><h1>Rain on the hill</h1><p>{text}</p><p>{text}</p></article></body></html>"
    );
    let hill = Publication::with_pages(&[
        ("/news.xml", "application/xml", SITEMAP),
        ("/index.xml", "application/xml", INDEX),
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
    let told = follow("/index.xml").runs(&["update"]);
    let words = format!(
        "follow the one that has the news, such as {}",
        hill.url("/news.xml")
    );
    assert!(told.out.contains(&words), "{told:?}");
}
