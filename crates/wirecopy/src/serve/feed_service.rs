//! `/feed?url=`: any feed with the whole text of its articles, as Atom (RFC 4287).
//!
//! Each article takes the way that a mirror's own take, so a feed read through here and one that is mirrored say the
//! same. An address that turns out to be a page is asked for the feed that it names.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use tokio::time::Instant;
use url::Url;
use wirecopy_discover::autodiscovery;
use wirecopy_discover::feed::{self, Context, Entry, Feed, NotAFeed};
use wirecopy_document::document::Document;
use wirecopy_document::identity::DocumentId;
use wirecopy_publish::edition::{Edition, Listing, SourceInfo};
use wirecopy_publish::feed::{Channel, Part};

use crate::fetch::{self, Purpose};
use crate::pipeline::gather::{Scene, gather};
use crate::pipeline::source::{Polling, Source, TextChoice};
use crate::serve::ServerState;
use crate::serve::refusal::Refusal;
use crate::serve::services::{self, Services};

/// Pages of one feed fetched at once; the fetcher's limits for each host hold besides.
const PAGES_AT_ONCE: usize = 4;

const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// A feed that was read, and where.
struct Found {
    url: Url,
    feed: Feed,
}

/// As of when an answer is made, and by when it must be out.
#[derive(Clone, Copy)]
struct Time {
    now: Timestamp,
    deadline: Instant,
}

/// Answers with the feed made whole, or says why there is none.
pub(crate) async fn feed(
    State(state): State<ServerState>,
    request: Request,
) -> Result<Response, Refusal> {
    let (request, _) = request.into_parts();
    let (services, url) = services::admit(&state, &request)?;
    let bytes = services
        .feeds
        .get_or_make(url.as_str(), whole(&services, &url, Timestamp::now()))
        .await?;
    Ok(services::answer(
        bytes,
        MEDIA_TYPE,
        &request.headers,
        services.options.keep,
    ))
}

async fn whole(services: &Services, url: &Url, now: Timestamp) -> Result<Arc<[u8]>, Refusal> {
    let deadline = Instant::now() + services.options.deadline;
    let found = tokio::time::timeout_at(deadline, find(services, url))
        .await
        .map_err(|_| services::too_slow())??;
    let source = Arc::new(source(url, &found));
    let documents = documents(services, &found, &source, Time { now, deadline }).await;
    Ok(atom(&source, &found, documents, now).into())
}

/// The feed at `url`, or the first that the page there names.
async fn find(services: &Services, url: &Url) -> Result<Found, Refusal> {
    let response = services.fetch(url, Purpose::Feed).await?;
    match read(&response) {
        Ok(found) => Ok(found),
        Err(NotAFeed::Html) => {
            let named = named_feed(&response)
                .ok_or_else(|| no_feed("the address leads to a page that names no feed"))?;
            let response = services.fetch(&named, Purpose::Feed).await?;
            read(&response).map_err(|why| no_feed(&format!("{named}, which the page names: {why}")))
        }
        Err(why) => Err(no_feed(&why.to_string())),
    }
}

fn read(response: &fetch::Response) -> Result<Found, NotAFeed> {
    let context = Context {
        url: Some(response.url.clone()),
        media_type: response.media_type.clone(),
    };
    let (feed, _problems) = feed::parse(&response.body, &context)?;
    Ok(Found {
        url: response.url.clone(),
        feed,
    })
}

fn named_feed(response: &fetch::Response) -> Option<Url> {
    let (html, _) = wirecopy_extract::decode(&response.body, response.media_type.as_deref());
    autodiscovery::feeds(&html, &response.url)
        .into_iter()
        .map(|link| link.url)
        .next()
}

fn no_feed(why: &str) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "no_feed", why)
}

/// The feed as a source that nobody follows. Its slug, from which readers' ids are made, comes from the address asked
/// for.
fn source(asked: &Url, found: &Found) -> Source {
    let slug = format!(
        "feed-{}",
        &blake3::hash(asked.as_str().as_bytes()).to_hex()[..16]
    );
    let name = found
        .feed
        .title
        .clone()
        .unwrap_or_else(|| found.url.host_str().unwrap_or_default().to_owned());
    Source {
        slug,
        name,
        feeds: vec![found.url.clone()],
        link_selector: None,
        site: found.feed.link.clone(),
        text: TextChoice::Auto,
        language: None,
        proxy: None,
        polling: Polling::Every(Duration::ZERO),
        paused: false,
        max_articles: usize::MAX,
    }
}

async fn documents(
    services: &Services,
    found: &Found,
    source: &Arc<Source>,
    time: Time,
) -> Vec<Document> {
    let scene = |text| Scene {
        fetcher: services.options.fetcher.clone(),
        source: Arc::new(Source {
            text,
            ..Source::clone(source)
        }),
        rules: services.options.rules.clone(),
        feed: found.url.clone(),
        feed_language: found.feed.language.clone(),
        proofs: 0,
        now: time.now,
    };
    let (best, carried) = (scene(TextChoice::Auto), scene(TextChoice::Feed));
    let documents = newest(found, services.options.max_entries)
        .map(|entry| document(&best, &carried, entry, time.deadline));
    let documents: Vec<_> = documents.collect();
    stream::iter(documents)
        .buffered(PAGES_AT_ONCE)
        .collect()
        .await
}

/// One entry with its page, or as the feed itself carries it where the page does not come in time.
async fn document(best: &Scene, carried: &Scene, entry: &Entry, deadline: Instant) -> Document {
    let fingerprint = wirecopy_discover::feed::fingerprint(entry);
    match tokio::time::timeout_at(deadline, gather(best, entry, &fingerprint)).await {
        Ok(gathered) => gathered.document,
        Err(_) => gather(carried, entry, &fingerprint).await.document,
    }
}

/// The first entries, which by all feeds' habit are the newest.
fn newest(found: &Found, at_most: usize) -> impl Iterator<Item = &Entry> {
    found.feed.entries.iter().take(at_most)
}

fn atom(source: &Source, found: &Found, documents: Vec<Document>, now: Timestamp) -> Vec<u8> {
    let info = SourceInfo {
        slug: source.slug.clone(),
        name: source.name.clone(),
        site: source.site.clone(),
        feed: Some(found.url.clone()),
        language: found.feed.language.clone(),
    };
    let edition = Edition {
        title: "full text".to_owned(),
        sources: vec![info.clone()],
        noindex: true,
        ..Edition::default()
    };
    let entries: Vec<_> = documents
        .into_iter()
        .map(|document| (listing(source, &document), document))
        .collect();
    let updated = entries
        .iter()
        .map(|(listing, document)| wirecopy_publish::feed::updated(listing, document))
        .max()
        .unwrap_or(now);
    let course = (Channel::Source(&info), Part::Current { archives: 0 });
    wirecopy_publish::feed::atom(&edition, course, &entries, updated).bytes
}

/// A line of a list for a document that is in no archive.
fn listing(source: &Source, document: &Document) -> Listing {
    Listing {
        id: DocumentId::of(&source.slug, &document.url),
        source: source.slug.clone(),
        title: document.title.clone(),
        url: document.url.to_string(),
        published: document.published,
        language: document.trailer.language.clone(),
        summary: document.trailer.summary.clone(),
        path: String::new(),
        volume: String::new(),
        revision: String::new(),
        revisions: 1,
        number: 1,
        withdrawn: None,
    }
}
