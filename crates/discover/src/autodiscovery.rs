//! Where a page names its feeds, and where they usually are when it does not.

use url::Url;

/// A feed that a page names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Its address.
    pub url: Url,
    /// The name that the page gives it.
    pub title: Option<String>,
    /// The media type that the page gives it.
    pub media_type: Option<String>,
}

/// The feeds that a page names, the most promising first.
pub fn feeds(html: &str, base: &Url) -> Vec<FeedLink> {
    let _ = (html, base);
    Vec::new()
}

/// Addresses at which common software puts its feed, the most common first.
pub fn common_paths(site: &Url) -> Vec<Url> {
    ["feed/", "rss.xml", "atom.xml", "index.xml", "feed.json"]
        .iter()
        .filter_map(|path| site.join(path).ok())
        .collect()
}

/// The publication's name as a page gives it.
pub fn site_name(html: &str) -> Option<String> {
    let _ = html;
    None
}
