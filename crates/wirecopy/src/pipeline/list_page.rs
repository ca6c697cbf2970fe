//! A page that lists articles as a feed: the links that its source's selector chooses. A page where nothing matches any
//! more has changed its form, which is a failure of the feed and never an empty one.

use anyhow::{Context as _, Result};
use wirecopy_discover::feed::{self, Feed};
use wirecopy_extract::{LinkSelector, decode, links};

use crate::fetch::Response;

/// Reads the feed or the list at an address, or says in plain words why there is none.
pub(crate) async fn read(
    response: Response,
    selector: LinkSelector,
) -> Result<std::result::Result<Feed, String>> {
    tokio::task::spawn_blocking(move || of_response(&response, &selector))
        .await
        .context("the reading of a list of links ended abnormally")
}

fn of_response(response: &Response, selector: &LinkSelector) -> std::result::Result<Feed, String> {
    let context = feed::Context {
        url: Some(response.url.clone()),
        media_type: response.media_type.clone(),
    };
    // One of the source's several feeds may be one by itself.
    if let Ok((feed, _)) = feed::parse(&response.body, &context) {
        return Ok(feed);
    }
    let (html, _) = decode(&response.body, response.media_type.as_deref());
    let links = links(&html, &response.url, selector);
    match links.is_empty() {
        true => Err(format!(
            "no link to an article matches its link_selector `{selector}`: the page may have changed its form; \
             look at it and correct the selector in the settings"
        )),
        false => Ok(feed::of_links(links)),
    }
}
