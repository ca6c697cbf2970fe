//! A sitemap read as a feed: sitemaps.org 0.9 with Google's news extension, whose title and time of publication it
//! takes over. A sitemap has no order, so that the newest addresses come first here.
//!
//! One of a whole site holds up to 50,000 addresses. It is followed for its news and not for its past: the newest are
//! kept. A list of sitemaps (`sitemapindex`) is told apart, for its reader to fetch its parts.

pub(super) mod addresses;
mod parts;

use std::cmp::Reverse;

use jiff::Timestamp;
use url::Url;

use super::scope::join;
use super::{Entry, Feed, NotAFeed, Problem, Version};
use crate::date;
use crate::xml::tree::{Element, Tree};

/// Addresses kept: a news sitemap may hold no more.
const NEWEST: usize = 1000;

/// The outermost element of a sitemap, if it is one.
///
/// # Errors
/// It is a list of sitemaps.
pub(super) fn root<'t, 'a>(
    tree: &'t Tree<'a>,
    base: Option<&Url>,
) -> Result<Option<Element<'t, 'a>>, NotAFeed> {
    let mut roots = tree.roots();
    let found = roots.find(|root| matches!(root.name(), "urlset" | "sitemapindex"));
    match found {
        Some(index) if index.name() == "sitemapindex" => Err(NotAFeed::SitemapIndex {
            parts: parts::with_news(index, base),
        }),
        other => Ok(other),
    }
}

/// The parts of a list of sitemaps as one feed: the newest entries of all, newest first.
pub(super) fn joined(parts: Vec<Feed>) -> Feed {
    let mut feed = empty("utf-8");
    for part in parts {
        feed.language = feed.language.or(part.language);
        feed.entries.extend(part.entries);
    }
    feed.entries.sort_by_key(time_of);
    feed.entries.truncate(NEWEST);
    feed
}

/// A sitemap without entries.
fn empty(encoding: &str) -> Feed {
    Feed {
        encoding: encoding.to_owned(),
        ..Feed::empty(Version::Sitemap)
    }
}

/// As many values as there is room for: the first half of them from the beginning, the others from the end.
fn both_ends<T>(mut values: Vec<T>, room: usize) -> Vec<T> {
    if values.len() > room {
        let first = room.div_ceil(2);
        values.drain(first..values.len() - (room - first));
    }
    values
}

/// The newest entries, newest first.
pub(super) fn entries(
    root: Element<'_, '_>,
    base: Option<&Url>,
    problems: &mut Vec<Problem>,
) -> Vec<Entry> {
    let urls = root
        .elements()
        .filter(|element| element.name() == "url" && !element.is_cut());
    let mut entries: Vec<Entry> = urls.filter_map(|url| entry(url, base)).collect();
    entries.sort_by_key(time_of);
    if entries.len() > NEWEST {
        entries.truncate(NEWEST);
        problems.push(Problem::Limit("addresses"));
    }
    entries
}

fn entry(url: Element<'_, '_>, base: Option<&Url>) -> Option<Entry> {
    let link = join(base, &text(url, "loc")?)?;
    if !matches!(link.scheme(), "http" | "https") {
        return None;
    }
    let news = url.elements().find(|element| element.name() == "news");
    let publication = news.and_then(|news| {
        let mut parts = news.elements();
        parts.find(|element| element.name() == "publication")
    });
    Some(Entry {
        title: news.and_then(|news| text(news, "title")),
        published: news.and_then(|news| time(news, "publication_date")),
        updated: time(url, "lastmod"),
        language: publication.and_then(|publication| text(publication, "language")),
        ..entry_at(link)
    })
}

/// An entry of which only the address is known.
pub(super) fn entry_at(link: Url) -> Entry {
    Entry {
        id: Some(link.to_string()),
        id_is_permalink: true,
        link: Some(link),
        ..Entry::default()
    }
}

/// What entries are sorted by, newest first and those without a time last.
fn time_of(entry: &Entry) -> Reverse<Option<Timestamp>> {
    Reverse(entry.published.or(entry.updated))
}

fn text(of: Element<'_, '_>, name: &str) -> Option<String> {
    let found = of.elements().find(|element| element.name() == name)?;
    found.text()
}

fn time(of: Element<'_, '_>, name: &str) -> Option<Timestamp> {
    date::parse(&text(of, name)?)
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Feed, NotAFeed, Problem, Version, parse};
    use super::NEWEST;

    fn read(sitemap: &str) -> Result<(Feed, Vec<Problem>), NotAFeed> {
        let url = "https://news.example/sitemap.xml".parse().ok();
        let context = Context {
            url,
            media_type: None,
        };
        parse(sitemap.as_bytes(), &context)
    }

    /// Invented.
    const NEWS: &str = "<?xml version='1.0'?>\
        <urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'\
                xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>\
        <url><loc>https://news.example/old</loc><lastmod>2026-03-01</lastmod></url>\
        <url><loc> https://news.example/flood?a=1&amp;b=2 </loc><news:news>\
        <news:publication><news:name>News</news:name><news:language>en</news:language></news:publication>\
        <news:publication_date>2026-03-02T10:00:00Z</news:publication_date>\
        <news:title>Rain &amp; flood</news:title></news:news></url>\
        <url><lastmod>2026-03-03</lastmod></url><url><loc>mailto:a@news.example</loc></url></urlset>";

    #[test]
    fn a_news_sitemap_tells_of_its_articles_newest_first() {
        let (feed, _) = read(NEWS).unwrap();
        assert_eq!(feed.version, Version::Sitemap);
        let told: Vec<_> = feed
            .entries
            .iter()
            .map(|entry| {
                let link = entry.link.as_ref().unwrap().as_str();
                let time = entry.published.or(entry.updated).unwrap();
                (link, entry.title.as_deref(), time.to_string())
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    "https://news.example/flood?a=1&b=2",
                    Some("Rain & flood"),
                    "2026-03-02T10:00:00Z".to_owned()
                ),
                (
                    "https://news.example/old",
                    None,
                    "2026-03-01T00:00:00Z".to_owned()
                ),
            ]
        );
        assert_eq!(feed.entries[0].language.as_deref(), Some("en"));
    }

    #[test]
    fn an_address_that_the_end_cut_off_is_left_out() {
        let end = NEWS.find("flood").unwrap();
        let (feed, problems) = read(&NEWS[..end]).unwrap();
        assert_eq!(feed.entries.len(), 1);
        let is_told = |problem: &Problem| matches!(problem, Problem::Truncated { .. });
        assert!(problems.iter().any(is_told), "{problems:?}");
    }

    #[test]
    fn of_a_sitemap_of_a_whole_site_the_newest_are_kept() {
        let url = |day: usize| {
            let (year, month) = (1000 + day / 12, day % 12 + 1);
            format!("<url><loc>/{day}</loc><lastmod>{year}-{month:02}-01</lastmod></url>")
        };
        let urls: String = (12_000..12_000 + NEWEST + 200).map(url).collect();
        let (feed, problems) = read(&format!("<urlset>{urls}</urlset>")).unwrap();
        assert_eq!(feed.entries.len(), NEWEST);
        let newest = feed.entries[0].link.as_ref().unwrap().path();
        assert_eq!(newest, format!("/{}", 12_000 + NEWEST + 199));
        assert!(problems.contains(&Problem::Limit("addresses")));
    }

    #[test]
    fn parts_are_joined_newest_first() {
        let part = |path: &str, day: u8| {
            let url = format!("<url><loc>{path}</loc><lastmod>2026-03-0{day}</lastmod></url>");
            read(&format!("<urlset>{url}</urlset>")).unwrap().0
        };
        let feed = super::joined(vec![part("/old", 1), part("/new", 2)]);
        let links = feed.entries.iter().filter_map(|entry| entry.link.as_ref());
        let paths: Vec<_> = links.map(|link| link.path()).collect();
        assert_eq!(paths, ["/new", "/old"]);
    }
}
