//! What the address of a feed answered with, as one feed: the feed itself, the parts of a list of sitemaps joined, or
//! the links of a page that lists articles.

use anyhow::{Context as _, Result};
use wirecopy_discover::feed::{self, Feed, NotAFeed, Problem};

use crate::archive::index::polls::Poll;
use crate::fetch::Response;
use crate::pipeline::{
    list_page, parts,
    poll::{Polled, Setting},
};

/// A hash of a body, 32 hexadecimal digits.
pub(crate) fn body_hash(response: &Response) -> String {
    blake3::hash(&response.body).to_hex()[..32].to_owned()
}

/// A feed, whatever it was read from.
pub(crate) struct Whole {
    pub(crate) feed: Feed,
    /// What to remember of its parts, where it has any.
    pub(crate) parts: Option<Vec<Poll>>,
    /// Whether each part was read anew.
    pub(crate) is_whole: bool,
}

impl Whole {
    /// A feed without parts.
    fn of(feed: Feed) -> Whole {
        Whole {
            feed,
            parts: None,
            is_whole: true,
        }
    }
}

/// Reads a feed with its parts, or says in plain words why there is none.
pub(crate) async fn whole(
    setting: &Setting,
    response: Response,
    polled: &mut Polled,
) -> Result<std::result::Result<Whole, String>> {
    if let Some(selector) = polled.source.link_selector.clone() {
        // An article that left a list of the best was not withdrawn.
        polled.complete = false;
        let read = list_page::read(response, selector).await?;
        return Ok(read.map(Whole::of));
    }
    match parse(response).await? {
        Ok((feed, problems)) => {
            // What the end of a damaged feed cut off was not withdrawn.
            polled.complete &= !is_cut_off(&problems);
            Ok(Ok(Whole::of(feed)))
        }
        Err(NotAFeed::SitemapIndex { parts }) => {
            let mut parts = parts::read(setting, &polled.source, &parts).await?;
            // What is in the other parts was not withdrawn either.
            polled.complete = false;
            if parts.memories.is_empty() {
                let why = parts.failures.into_iter().next();
                return Ok(Err(
                    why.unwrap_or_else(|| "the list of sitemaps is empty".to_owned())
                ));
            }
            let is_whole = parts.failures.is_empty() && parts.feeds.len() == parts.memories.len();
            polled.report.failures.extend(parts.failures);
            // One that is also followed by itself has its memory there, and its own times.
            let own = &polled.source.feeds;
            parts.memories.retain(|part| !own.contains(&part.feed));
            Ok(Ok(Whole {
                is_whole,
                feed: feed::join_sitemaps(parts.feeds),
                parts: Some(parts.memories),
            }))
        }
        Err(not_a_feed) => Ok(Err(not_a_feed.to_string())),
    }
}

fn is_cut_off(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|problem| matches!(problem, Problem::Truncated { .. }))
}

pub(crate) type Parsed = std::result::Result<(Feed, Vec<Problem>), NotAFeed>;

/// Parsing megabytes of hostile XML takes a while; the polls of other sources go on.
pub(crate) async fn parse(response: Response) -> Result<Parsed> {
    let context = feed::Context {
        url: Some(response.url),
        media_type: response.media_type,
    };
    let body = response.body;
    tokio::task::spawn_blocking(move || feed::parse(&body, &context))
        .await
        .context("the feed's parser ended abnormally")
}
