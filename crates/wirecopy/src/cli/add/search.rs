//! The feeds of a publication: at the address itself, named by the page there, or where feeds usually are; or else its
//! sitemap, or the page as a list of links.

mod sitemaps;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::Serialize;
use url::Url;
use wirecopy_discover::autodiscovery;
use wirecopy_discover::feed::{self, Entry, Feed, NotAFeed};
use wirecopy_extract::LinkSelector;

use crate::cli::terminal::Terminal;
use crate::config::SETTINGS_FILE;
use crate::fetch::{Fetcher, Outcome, Purpose, Request, Response};

/// Feeds of one page that are looked at; a page that names more names one for each tag or author.
const MAX_CANDIDATES: usize = 12;

/// Below this an entry's text is a teaser and not the article, in characters. A news item in brief has about 400.
const LEAST_WHOLE_TEXT: usize = 400;

/// A feed that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Found {
    /// Where it is: after permanent redirects, not after temporary ones.
    pub(super) url: Url,
    /// Its own name.
    pub(super) title: Option<String>,
    /// The page that it names as its publication's.
    pub(super) site: Option<Url>,
    /// Its format, such as `atom10`.
    format: String,
    /// How many articles it lists.
    articles: usize,
    /// Publication of the newest.
    newest: Option<Timestamp>,
    /// Whether its entries carry whole articles.
    is_full_text: bool,
    /// What chooses the links to articles, where it is a page that lists them.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub(super) link_selector: Option<LinkSelector>,
    /// The words of the first such link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) example: Option<String>,
}

impl Found {
    /// Says by what the articles of a page without a feed are told.
    pub(super) fn explain(&self, terminal: &Terminal) {
        if let (Some(selector), Some(example)) = (&self.link_selector, &self.example) {
            terminal.remark(&format!(
                "there is no feed: its articles are the links that `{selector}` chooses, such as “{example}”; \
                 correct `link_selector` in {SETTINGS_FILE} if they are not"
            ));
        }
    }

    /// Its line in the table of `wirecopy add`.
    pub(super) fn row(&self) -> Vec<String> {
        let newest = self
            .newest
            .map_or("-".to_owned(), |time| time.strftime("%Y-%m-%d").to_string());
        let text = if self.is_full_text {
            "whole"
        } else {
            "teasers"
        };
        let title = self.title.clone().unwrap_or_else(|| "-".to_owned());
        vec![
            title,
            self.articles.to_string(),
            newest,
            text.to_owned(),
            self.url.to_string(),
        ]
    }
}

/// The feeds at `address`, at least one, without feeds of comments and without second forms of the same articles.
///
/// # Errors
/// When the address cannot be fetched or no feed is found.
pub(super) async fn feeds_at(
    fetcher: &Fetcher,
    address: &Url,
    proxy: Option<&Url>,
) -> anyhow::Result<Vec<Found>> {
    let response = get(fetcher, address, proxy)
        .await
        .with_context(|| format!("cannot fetch {address}"))?;
    if let Some(feed) = read(fetcher, &response, proxy).await {
        return Ok(vec![found(&response, feed)]);
    }
    let (html, _) = wirecopy_extract::decode(&response.body, response.media_type.as_deref());
    let named: Vec<Url> = autodiscovery::feeds(&html, &response.url)
        .into_iter()
        .map(|link| link.url)
        .collect();
    let feeds = fetch_all(fetcher, &named, proxy, usize::MAX).await;
    if !feeds.is_empty() {
        return Ok(feeds);
    }
    let usual = autodiscovery::common_paths(&response.url);
    let feeds = fetch_all(fetcher, &usual, proxy, 1).await;
    if !feeds.is_empty() {
        return Ok(feeds);
    }
    let sitemaps = sitemaps::addresses(fetcher, &response.url, proxy).await;
    let mut found = fetch_all(fetcher, &sitemaps, proxy, 1).await;
    found.retain(|sitemap| sitemap.articles > 0);
    if found.is_empty() {
        found.extend(list(&response, &html));
    }
    if found.is_empty() {
        bail!(
            "there is no feed at {address}: the page names none that answers, and neither do {} usual addresses, \
             no sitemap, and no list of links that look like articles; look for a link named RSS or Atom on the site \
             and add that, or the page that lists its news",
            usual.len()
        );
    }
    Ok(found)
}

/// The page itself, where a selector chooses what look like articles on it.
fn list(response: &Response, html: &str) -> Option<Found> {
    let suggestion = wirecopy_extract::suggest(html, &response.url)?;
    Some(Found {
        link_selector: Some(suggestion.selector),
        example: Some(suggestion.example),
        title: autodiscovery::site_name(html),
        site: Some(response.url.clone()),
        ..found(response, feed::of_links(suggestion.links))
    })
}

fn as_text<S: serde::Serializer>(
    selector: &Option<LinkSelector>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match selector {
        Some(selector) => serializer.collect_str(selector),
        None => serializer.serialize_none(),
    }
}

/// The feeds at those addresses that differ in their articles, until `enough` are found.
async fn fetch_all(
    fetcher: &Fetcher,
    addresses: &[Url],
    proxy: Option<&Url>,
    enough: usize,
) -> Vec<Found> {
    let mut feeds: Vec<(Found, Vec<Url>)> = Vec::new();
    for address in addresses.iter().take(MAX_CANDIDATES) {
        let response = match get(fetcher, address, proxy).await {
            Ok(response) => response,
            Err(error) => {
                tracing::info!(%address, %error, "no feed here");
                continue;
            }
        };
        let Some(feed) = read(fetcher, &response, proxy).await else {
            continue;
        };
        let articles: Vec<Url> = feed
            .entries
            .iter()
            .filter_map(|entry| entry.link.clone())
            .collect();
        let is_second_form = feeds
            .iter()
            .any(|(_, others)| !articles.is_empty() && *others == articles);
        if !is_second_form && !is_of_comments(&response.url) {
            feeds.push((found(&response, feed), articles));
        }
        if feeds.len() >= enough {
            break;
        }
    }
    feeds.into_iter().map(|(found, _)| found).collect()
}

async fn get(fetcher: &Fetcher, address: &Url, proxy: Option<&Url>) -> anyhow::Result<Response> {
    let request = Request {
        proxy: proxy.cloned(),
        ..Request::new(address.clone(), Purpose::Feed)
    };
    match fetcher.get(&request).await? {
        Outcome::Fetched(response) => Ok(response),
        Outcome::NotModified => {
            bail!("the server answers that nothing changed since a visit that never was")
        }
    }
}

/// The feed in a response; of a list of sitemaps, the first part that can be read.
async fn read(fetcher: &Fetcher, response: &Response, proxy: Option<&Url>) -> Option<Feed> {
    let parts = match parse(response) {
        Ok(feed) => return Some(feed),
        Err(NotAFeed::SitemapIndex { parts }) => parts,
        Err(_) => return None,
    };
    for part in parts {
        match get(fetcher, &part.url, proxy).await {
            Ok(response) => match parse(&response) {
                Ok(feed) => return Some(feed),
                Err(error) => tracing::info!(part = %part.url, %error, "no sitemap here"),
            },
            Err(error) => tracing::info!(part = %part.url, %error, "no sitemap here"),
        }
    }
    None
}

fn parse(response: &Response) -> Result<Feed, NotAFeed> {
    let context = feed::Context {
        url: Some(response.url.clone()),
        media_type: response.media_type.clone(),
    };
    feed::parse(&response.body, &context).map(|(feed, _)| feed)
}

/// WordPress and others name a feed of readers' comments beside the one of articles.
fn is_of_comments(address: &Url) -> bool {
    address
        .path_segments()
        .is_some_and(|mut segments| segments.any(|segment| segment == "comments"))
}

fn found(response: &Response, feed: Feed) -> Found {
    Found {
        url: lasting_address(response),
        format: feed.version.to_string(),
        articles: feed.entries.len(),
        newest: feed
            .entries
            .iter()
            .filter_map(|entry| entry.published.or(entry.updated))
            .max(),
        is_full_text: is_full_text(&feed.entries),
        link_selector: None,
        example: None,
        title: feed.title.filter(|title| !title.trim().is_empty()),
        site: feed.link,
    }
}

/// The address to keep: redirects are followed as long as they are permanent.
fn lasting_address(response: &Response) -> Url {
    let temporary = response
        .redirects
        .iter()
        .find(|redirect| !redirect.permanent);
    temporary
        .map_or(&response.url, |redirect| &redirect.from)
        .clone()
}

/// Whether most entries carry a text as long as an article.
fn is_full_text(entries: &[Entry]) -> bool {
    let length = |entry: &Entry| {
        let html = entry.content.as_ref().or(entry.summary.as_ref())?;
        Some(
            wirecopy_document::clean::clean(html, None)
                .text()
                .chars()
                .count(),
        )
    };
    let whole = entries
        .iter()
        .filter(|entry| length(entry).is_some_and(|length| length >= LEAST_WHOLE_TEXT))
        .count();
    whole * 2 > entries.len()
}
