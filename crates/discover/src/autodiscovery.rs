//! Where a page names its feeds, and where they usually are when it does not: `link` elements (HTML §4.6.7.1), then
//! ordinary links that look like feeds. The page is read once as tokens; it needs no tree, and may be of any size.

mod paths;

use url::Url;

use crate::html;
use crate::xml::entities;
use crate::xml::tokens::{Attribute, Token, Tokens};

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

/// Feeds told of one page; a directory of feeds names hundreds, of which no one is the page's own.
const MAX_FEEDS: usize = 64;
/// Longer link texts are no names.
const MAX_TITLE_CHARS: usize = 120;
/// Tokens read for a link's text.
const MAX_TITLE_TOKENS: usize = 32;
/// Media types that only feeds have.
const FEED_TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/x-rss",
    "application/rss",
    "application/atom",
    "text/rss+xml",
    "text/atom+xml",
    "text/rss",
];
/// Media types that feeds have when their server knows no better.
const LOOSE_TYPES: &[&str] = &["application/xml", "text/xml", "application/json"];
/// Ends of paths that belong to feeds.
const FEED_ENDINGS: &[&str] = &[
    "/feed",
    "/feeds",
    "/rss",
    "/atom",
    ".rss",
    ".rdf",
    ".atom",
    "rss.xml",
    "atom.xml",
    "feed.xml",
    "/index.xml",
    "feed.json",
    "/feeds/posts/default",
    "/rss2",
    "rss.php",
    "feed.php",
    "/rss.aspx",
    "/feed.atom",
    "rss.asp",
];
/// Queries of feeds.
const FEED_QUERIES: &[&str] = &[
    "feed=rss",
    "feed=rss2",
    "feed=atom",
    "format=rss",
    "format=feed",
    "type=rss",
    "page=backend",
];
/// Words for comments, whose feed is not the publication's.
const COMMENT_WORDS: &[&str] = &[
    "comment",
    "kommentar",
    "comentario",
    "comentário",
    "commenti",
    "reacties",
    "комментари",
    "评论",
    "評論",
    "コメント",
    "댓글",
];

/// The feeds that a page names, the most promising first: declared ones, then linked ones, feeds of comments last.
/// Addresses are resolved against the page's `base` element or else `base`, and each is told once.
pub fn feeds(html: &str, base: &Url) -> Vec<FeedLink> {
    let mut scan = Scan {
        base: base.clone(),
        has_base: false,
        declared: Vec::new(),
        linked: Vec::new(),
    };
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        let Token::Start {
            name,
            attributes,
            empty,
        } = token
        else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "base" => scan.rebase(&attributes),
            "link" => scan.declare(&attributes),
            "a" => scan.link(&attributes, &tokens),
            name @ ("script" | "style") if !empty => tokens.skip_raw_text(name),
            _ => {}
        }
    }
    scan.ranked()
}

/// Addresses at which common software puts its feed, the most common first, for the site and for the folder that the
/// address is in. None of them has been asked.
pub fn common_paths(site: &Url) -> Vec<Url> {
    paths::candidates(site)
}

/// The publication's name as a page gives it: `og:site_name`, else `application-name`, else the page's title up to
/// the first separator.
pub fn site_name(html: &str) -> Option<String> {
    let mut tokens = Tokens::new(html);
    let (mut application, mut title) = (None, None);
    while let Some(token) = tokens.next() {
        let Token::Start {
            name,
            attributes,
            empty,
        } = token
        else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "meta" => {
                let property =
                    value(&attributes, "property").or_else(|| value(&attributes, "name"));
                match property.unwrap_or_default().to_ascii_lowercase().as_str() {
                    "og:site_name" => {
                        return value(&attributes, "content").map(|name| html::collapse(&name));
                    }
                    "application-name" => {
                        application = application.or_else(|| value(&attributes, "content"))
                    }
                    _ => {}
                }
            }
            "title" if title.is_none() => title = element_text(&tokens, "title"),
            name @ ("script" | "style") if !empty => tokens.skip_raw_text(name),
            _ => {}
        }
    }
    application.or_else(|| title.map(|title| name_in_title(&title)))
}

/// The part of a front page's title that is the publication's name.
fn name_in_title(title: &str) -> String {
    const SEPARATORS: &[&str] = &[
        " | ", " - ", " – ", " — ", " :: ", " · ", " » ", " • ", "_", "｜",
    ];
    const FRONT: &[&str] = &[
        "home",
        "homepage",
        "home page",
        "startseite",
        "accueil",
        "inicio",
        "início",
        "главная",
        "首页",
        "首頁",
        "ホーム",
    ];
    let mut parts = vec![title];
    for separator in SEPARATORS {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(separator))
            .collect();
    }
    let is_name = |part: &&str| {
        !part.trim().is_empty() && !FRONT.contains(&part.trim().to_lowercase().as_str())
    };
    parts
        .into_iter()
        .find(is_name)
        .unwrap_or(title)
        .trim()
        .to_owned()
}

struct Scan {
    base: Url,
    has_base: bool,
    declared: Vec<FeedLink>,
    linked: Vec<FeedLink>,
}

impl Scan {
    /// The first `base` rules (HTML §4.2.3).
    fn rebase(&mut self, attributes: &[Attribute<'_>]) {
        let base = value(attributes, "href").and_then(|href| self.base.join(&href).ok());
        if let Some(base) = base.filter(|_| !self.has_base) {
            self.base = base;
            self.has_base = true;
        }
    }

    fn declare(&mut self, attributes: &[Attribute<'_>]) {
        let rel = value(attributes, "rel")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let has = |word: &str| {
            rel.split_ascii_whitespace()
                .any(|relation| relation == word)
        };
        let media_type =
            value(attributes, "type").map(|media_type| media_type.to_ascii_lowercase());
        let plain_type = media_type
            .as_deref()
            .map(|media_type| media_type.split(';').next().unwrap_or_default().trim());
        let is_feed = match plain_type {
            Some(plain_type) if FEED_TYPES.contains(&plain_type) => {
                has("alternate") || has("feed") || rel.is_empty()
            }
            Some(plain_type) if LOOSE_TYPES.contains(&plain_type) => {
                has("alternate") && self.looks_like_feed(attributes)
            }
            Some(_) => false,
            None => has("feed"),
        };
        let title = value(attributes, "title");
        if let Some(url) = self.address(attributes).filter(|_| is_feed) {
            push(
                &mut self.declared,
                FeedLink {
                    url,
                    title,
                    media_type,
                },
            );
        }
    }

    fn link(&mut self, attributes: &[Attribute<'_>], after: &Tokens<'_>) {
        let typed = value(attributes, "type")
            .filter(|media_type| FEED_TYPES.contains(&media_type.to_ascii_lowercase().as_str()));
        if self.linked.len() >= MAX_FEEDS || (typed.is_none() && !self.looks_like_feed(attributes))
        {
            return;
        }
        if let Some(url) = self.address(attributes) {
            let title = value(attributes, "title").or_else(|| element_text(after, "a"));
            push(
                &mut self.linked,
                FeedLink {
                    url,
                    title,
                    media_type: typed,
                },
            );
        }
    }

    fn address(&self, attributes: &[Attribute<'_>]) -> Option<Url> {
        let href = value(attributes, "href")?;
        let href = href
            .strip_prefix("feed:")
            .map_or(href.as_str(), |rest| rest.trim_start_matches('/'));
        let mut url = self.base.join(href).ok()?;
        url.set_fragment(None);
        matches!(url.scheme(), "http" | "https").then_some(url)
    }

    fn looks_like_feed(&self, attributes: &[Attribute<'_>]) -> bool {
        let Some(url) = self.address(attributes) else {
            return false;
        };
        let path = url.path().trim_end_matches('/').to_ascii_lowercase();
        let query = url.query().unwrap_or_default().to_ascii_lowercase();
        // WordPress declares its programming interface as an alternate, in JSON.
        let is_interface = path.contains("/wp-json") || path.contains("/oembed");
        let is_feed = FEED_ENDINGS.iter().any(|ending| path.ends_with(ending))
            || query.split('&').any(|part| FEED_QUERIES.contains(&part));
        is_feed && !is_interface
    }

    fn ranked(self) -> Vec<FeedLink> {
        let mut feeds = self.declared;
        for link in self.linked {
            push(&mut feeds, link);
        }
        feeds.sort_by_key(is_about_comments);
        feeds
    }
}

fn push(links: &mut Vec<FeedLink>, link: FeedLink) {
    if links.len() < MAX_FEEDS && links.iter().all(|known| known.url != link.url) {
        links.push(link);
    }
}

fn is_about_comments(link: &FeedLink) -> bool {
    let title = link.title.as_deref().unwrap_or_default().to_lowercase();
    let url = link.url.as_str().to_ascii_lowercase();
    COMMENT_WORDS
        .iter()
        .any(|word| title.contains(word) || url.contains(word))
}

/// The decoded value of an attribute, if it is not empty.
fn value(attributes: &[Attribute<'_>], name: &str) -> Option<String> {
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))?;
    let value = entities::decode(attribute.value).trim().to_owned();
    (!value.is_empty()).then_some(value)
}

/// The text up to the end tag of the element just begun, if it is short.
fn element_text(after: &Tokens<'_>, name: &str) -> Option<String> {
    let mut text = String::new();
    for token in after.clone().take(MAX_TITLE_TOKENS) {
        match token {
            Token::Text(raw) => text.push_str(&entities::decode(raw)),
            Token::End(end) if end.eq_ignore_ascii_case(name) => break,
            _ => {}
        }
        if text.len() > MAX_TITLE_CHARS * 4 {
            break;
        }
    }
    let text = html::collapse(&text);
    (!text.is_empty()).then(|| text.chars().take(MAX_TITLE_CHARS).collect())
}

#[cfg(test)]
mod tests;
