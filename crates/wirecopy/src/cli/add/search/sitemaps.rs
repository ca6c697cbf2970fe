//! Where a site's sitemaps may be: as its robots.txt names them (sitemaps.org, "Specifying the Sitemap location in your
//! robots.txt file"), or where most sites have theirs.

use url::Url;

use crate::fetch::{Fetcher, Outcome, Purpose, Request};

/// Sitemaps of a robots.txt that are looked at; one of news is commonly among the first.
const NAMED: usize = 6;
/// Where sites have theirs when they name none.
const USUAL: &[&str] = &["/news-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml"];

/// The addresses at which the sitemaps of the site of a page may be, the likeliest to list news first.
pub(super) async fn addresses(fetcher: &Fetcher, page: &Url, proxy: Option<&Url>) -> Vec<Url> {
    let Ok(robots) = page.join("/robots.txt") else {
        return Vec::new();
    };
    let request = Request {
        proxy: proxy.cloned(),
        ..Request::new(robots, Purpose::Robots)
    };
    let mut addresses = match fetcher.get(&request).await {
        Ok(Outcome::Fetched(response)) => named(&String::from_utf8_lossy(&response.body), page),
        Ok(Outcome::NotModified) | Err(_) => Vec::new(),
    };
    let usual = USUAL.iter().filter_map(|path| page.join(path).ok());
    addresses.extend(usual);
    addresses
}

/// The sitemaps that a robots.txt names, those of news first.
fn named(robots: &str, page: &Url) -> Vec<Url> {
    let lines = robots.lines().filter_map(|line| line.split_once(':'));
    let sitemaps = lines.filter(|(key, _)| key.trim().eq_ignore_ascii_case("sitemap"));
    let mut sitemaps: Vec<Url> = sitemaps
        .filter_map(|(_, address)| page.join(address.trim()).ok())
        .collect();
    sitemaps.sort_by_key(|sitemap| !sitemap.path().contains("news"));
    sitemaps.truncate(NAMED);
    sitemaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sitemaps_of_a_robots_txt_are_found_those_of_news_first() {
        let robots = "User-agent: *\nDisallow: /search\nSitemap: https://hill.example/all.xml\r\n\
            sitemap: /news.xml\n";
        let page = "https://hill.example/list".parse().unwrap();
        let found = named(robots, &page);
        let found: Vec<&str> = found.iter().map(Url::as_str).collect();
        assert_eq!(
            found,
            [
                "https://hill.example/news.xml",
                "https://hill.example/all.xml"
            ]
        );
    }
}
