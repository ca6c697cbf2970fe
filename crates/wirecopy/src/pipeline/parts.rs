//! A feed in parts: a list of sitemaps, whose few parts that may hold news are read and joined. Each part has a memory
//! of its own, so that one that did not change costs a 304, as a feed does; a part that fails takes nothing from the
//! others.

use anyhow::Result;
use wirecopy_discover::feed::{Feed, Problem, SitemapPart};

use crate::archive::index::polls::Poll;
use crate::fetch::{Outcome as Fetched, Purpose, Request, Response, Validators};
use crate::pipeline::{
    poll::Setting,
    source::Source,
    whole::{body_hash, parse},
};

/// What the parts of a list gave.
#[derive(Default)]
pub(crate) struct Parts {
    /// Those that were read anew.
    pub(crate) feeds: Vec<Feed>,
    pub(crate) problems: Vec<Problem>,
    /// What to remember of each that answered.
    pub(crate) memories: Vec<Poll>,
    /// What was wrong with the others, in plain words.
    pub(crate) failures: Vec<String>,
}

/// Reads the parts of a list of sitemaps one after the other: they are one host's.
pub(crate) async fn read(
    setting: &Setting,
    source: &Source,
    list: &[SitemapPart],
) -> Result<Parts> {
    let mut parts = Parts::default();
    for part in list {
        read_one(setting, source, part, &mut parts).await?;
    }
    Ok(parts)
}

async fn read_one(
    setting: &Setting,
    source: &Source,
    part: &SitemapPart,
    parts: &mut Parts,
) -> Result<()> {
    let known = setting.index().poll(&source.slug, &part.url)?;
    let mut memory = known.unwrap_or_else(|| Poll::unasked(&source.slug, &part.url));
    memory.polled = Some(setting.now);
    let request = Request {
        validators: Some(Validators {
            etag: memory.etag.clone(),
            last_modified: memory.last_modified.clone(),
        }),
        proxy: source.proxy.clone(),
        ..Request::new(part.url.clone(), Purpose::Feed)
    };
    match setting.fetcher.get(&request).await {
        Ok(Fetched::Fetched(response)) => take(memory, response, parts).await?,
        Ok(Fetched::NotModified) => parts.memories.push(memory),
        Err(error) => parts.failures.push(format!("{}: {error}", part.url)),
    }
    Ok(())
}

/// Takes over a part that came with a body, if that is another than before.
async fn take(mut memory: Poll, response: Response, parts: &mut Parts) -> Result<()> {
    let hash = Some(body_hash(&response));
    if memory.body_hash != hash {
        let validators = response.validators.clone();
        match parse(response).await? {
            Ok((feed, problems)) => {
                parts.feeds.push(feed);
                parts.problems.extend(problems);
            }
            Err(not_a_feed) => {
                let failure = format!("{}: {not_a_feed}", memory.feed);
                parts.failures.push(failure);
                return Ok(());
            }
        }
        (memory.etag, memory.last_modified) = (validators.etag, validators.last_modified);
        memory.body_hash = hash;
    }
    parts.memories.push(memory);
    Ok(())
}
