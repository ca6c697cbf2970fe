//! One source's part in a round: read its feeds, tell the entries that bring something, gather those.
//! Nothing is recorded here; what is to be remembered goes back to the round, which records it after its commit.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use url::Url;
use wirecopy_discover::feed::Feed;
use wirecopy_document::identity::DocumentId;
use wirecopy_extract::SiteRules;

use crate::archive::index::{
    Index,
    polls::{Poll, Rhythm},
    shortfalls::Shortfall,
};
use crate::fetch::error::FetchError;
use crate::fetch::{Fetcher, Outcome as Fetched, Purpose, Request, Response, Validators};
use crate::pipeline::{
    gather::{Gathered, Scene, gather},
    ledger, moved,
    news::{FALSE_UPDATES, Reading, wanted},
    patience::{Patience, TooLate},
    report::{Outcome, SourceReport},
    schedule::{self, Ended, Habit},
    source::{Source, plausible},
    whole::{Whole, body_hash, parse, whole},
};

/// Pages of one source gathered side by side; the fetcher keeps its host's own limits besides.
const PAGES_AT_ONCE: usize = 4;

/// What every poll of a round shares.
pub(crate) struct Setting {
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) rules: Arc<SiteRules>,
    pub(crate) index: Arc<Mutex<Index>>,
    pub(crate) patience: Patience,
    /// Whether feeds are left out whose time has not come, of a source that has another whose time has.
    pub(crate) only_due: bool,
    pub(crate) now: Timestamp,
}

impl Setting {
    /// The index, also after a panic elsewhere: each of its operations is a transaction of its own.
    pub(crate) fn index(&self) -> std::sync::MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a poll gave.
pub(crate) struct Polled {
    pub(crate) source: Arc<Source>,
    pub(crate) report: SourceReport,
    /// What was gathered, in the feeds' order.
    pub(crate) articles: Vec<Incoming>,
    /// What to remember of each feed.
    pub(crate) feeds: Vec<Poll>,
    /// The recorded documents that the feeds told of.
    pub(crate) present: HashSet<DocumentId>,
    /// What is missing of what they announced, and the keys of entries that are not missing any more.
    pub(crate) missing: Vec<Shortfall>,
    pub(crate) mended: Vec<String>,
    /// Whether every feed was read whole in this poll, so that what it lacks is really gone from it.
    pub(crate) complete: bool,
}

/// An article that came in.
pub(crate) struct Incoming {
    /// The key of the address that its entry gave.
    pub(crate) entry_key: String,
    /// What the entry's state is remembered by.
    pub(crate) mark: String,
    /// Whether nothing but the entry's date of change was new.
    pub(crate) renewed: bool,
    /// Which of the source's feeds it came with: a place in [`Polled::feeds`].
    pub(crate) feed: usize,
    /// The document that this address is known to belong to.
    pub(crate) known: Option<DocumentId>,
    pub(crate) gathered: Gathered,
}

/// Polls all feeds of a source and gathers what is new.
pub(crate) async fn poll(setting: &Setting, source: Arc<Source>) -> Polled {
    let mut polled = Polled {
        report: SourceReport {
            source: source.slug.clone(),
            ..SourceReport::default()
        },
        source,
        articles: Vec::new(),
        feeds: Vec::new(),
        present: HashSet::new(),
        missing: Vec::new(),
        mended: Vec::new(),
        complete: true,
    };
    for url in polled.source.feeds.clone() {
        if let Err(error) = poll_feed(setting, &url, &mut polled).await {
            polled.report.failures.push(format!("{error:#}"));
            polled.report.outcome = Outcome::Failed;
        }
    }
    polled
}

/// Polls one feed. An error here is of our own disk; what the feed does wrong is an outcome.
async fn poll_feed(setting: &Setting, url: &Url, polled: &mut Polled) -> Result<()> {
    let memory = setting
        .index()
        .poll(&polled.source.slug, url)?
        .unwrap_or_else(|| Poll::unasked(&polled.source.slug, url));
    if setting.only_due && memory.due.is_some_and(|due| due > setting.now) {
        polled.complete = false;
        return Ok(());
    }
    let request = Request {
        url: memory.moved_to.clone().unwrap_or_else(|| url.clone()),
        purpose: match polled.source.link_selector {
            // A page that people read, for which robots.txt is asked.
            Some(_) => Purpose::Page,
            None => Purpose::Feed,
        },
        validators: Some(Validators {
            etag: memory.etag.clone(),
            last_modified: memory.last_modified.clone(),
        }),
        proxy: polled.source.proxy.clone(),
    };
    let answer = setting.fetcher.get(&request);
    // Every second time a late feed gets all the time there is, and one behind a proxy (a Tor daemon) always.
    let answer = match memory.failures.is_multiple_of(2) && polled.source.proxy.is_none() {
        true => setting.patience.wait_for(answer).await,
        false => Ok(setting.patience.wait_long_for(answer).await),
    };
    match answer {
        Ok(Ok(Fetched::NotModified)) => unchanged(setting, memory, polled),
        Ok(Ok(Fetched::Fetched(response))) => read(setting, memory, response, polled).await?,
        Ok(Err(error)) => failed(setting, memory, &Failure::of(url, &error), polled),
        Err(TooLate) => failed(setting, memory, &Failure::late(url), polled),
    }
    Ok(())
}

/// A feed that is the same as before: nothing is parsed, and nothing can have been withdrawn that was not before.
fn unchanged(setting: &Setting, mut memory: Poll, polled: &mut Polled) {
    polled.complete = false;
    answered(setting, &mut memory, &polled.source);
    polled.feeds.push(memory);
}

/// How a feed failed.
struct Failure {
    words: String,
    retry_after: Option<Duration>,
    gone: bool,
}

impl Failure {
    fn of(feed: &Url, error: &FetchError) -> Failure {
        Failure {
            words: format!("{feed}: {error}"),
            retry_after: error.retry_after(),
            gone: matches!(error, FetchError::Status { status: 410, .. }),
        }
    }

    fn unreadable(feed: &Url, words: &str) -> Failure {
        Failure {
            words: format!("{feed}: {words}"),
            retry_after: None,
            gone: false,
        }
    }

    fn late(feed: &Url) -> Failure {
        Failure {
            words: format!(
                "{feed}: it had not answered long after nine in ten had; the next poll gives it more time"
            ),
            retry_after: None,
            gone: false,
        }
    }
}

fn failed(setting: &Setting, mut memory: Poll, failure: &Failure, polled: &mut Polled) {
    memory.polled = Some(setting.now);
    memory.failures += 1;
    memory.failure = Some(failure.words.clone());
    memory.moved_to = moved::after_failure(&memory);
    let ended = match failure.gone {
        true => Ended::Gone,
        false => Ended::Failed {
            in_a_row: memory.failures,
            retry_after: failure.retry_after,
        },
    };
    memory.due = Some(due(setting, &memory, ended, &polled.source));
    polled.complete = false;
    polled.report.outcome = Outcome::Failed;
    polled.report.failures.push(failure.words.clone());
    polled.feeds.push(memory);
}

/// What a feed that answered is remembered by.
fn answered(setting: &Setting, memory: &mut Poll, source: &Source) {
    memory.polled = Some(setting.now);
    memory.answered = Some(setting.now);
    memory.failures = 0;
    memory.failure = None;
    memory.due = Some(due(setting, memory, Ended::Answered, source));
}

fn due(setting: &Setting, memory: &Poll, ended: Ended, source: &Source) -> Timestamp {
    let habit = Habit {
        polling: source.polling,
        rhythm: &memory.rhythm,
        seed: spread(memory, setting.now),
    };
    schedule::next_due(ended, habit, setting.now)
}

/// A number that differs by feed and round and is the same when the round is done again.
fn spread(memory: &Poll, now: Timestamp) -> u64 {
    let hash = blake3::hash(format!("{} {}", memory.feed, now.as_second()).as_bytes());
    hash.as_bytes()
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Reads a feed that came with a body, and gathers what it brings.
async fn read(
    setting: &Setting,
    mut memory: Poll,
    response: Response,
    polled: &mut Polled,
) -> Result<()> {
    let hash = body_hash(&response);
    if memory.body_hash.as_deref() == Some(&hash) {
        unchanged(setting, memory, polled);
        return Ok(());
    }
    let (validators, max_age, url) = (
        response.validators.clone(),
        response.max_age,
        response.url.clone(),
    );
    memory.moved_to = moved::by_redirect(&memory, &response);
    let Whole {
        feed,
        parts,
        is_whole,
    } = match whole(setting, response, polled).await? {
        Ok(whole) => whole,
        Err(words) => {
            let failure = Failure::unreadable(&memory.feed, &words);
            failed(setting, memory, &failure, polled);
            return Ok(());
        }
    };
    tracing::debug!(feed = %memory.feed, entries = feed.entries.len(), "feed read");
    let reading = Reading {
        feed: &feed,
        url: &url,
        is_whole,
    };
    follow(setting, reading, &mut memory, &polled.source).await?;
    let waits = gather_entries(setting, reading, &mut memory, polled).await?;
    memory.rhythm = rhythm(&memory.rhythm, &feed, max_age, setting.now);
    answered(setting, &mut memory, &polled.source);
    // A feed with entries left over is read again in full; the others only when something changed. A list of parts may
    // stay as it is while they change.
    let is_done = !waits && parts.is_none();
    (memory.etag, memory.last_modified) = (validators.etag, validators.last_modified);
    memory.body_hash = Some(hash);
    polled.feeds.push(remembered(memory, is_done));
    let parts = parts.into_iter().flatten();
    polled
        .feeds
        .extend(parts.map(|part| remembered(part, !waits)));
    Ok(())
}

/// What is remembered of a feed: what it must differ from to be read again, only where it is done with.
fn remembered(mut memory: Poll, is_done: bool) -> Poll {
    if !is_done {
        (memory.etag, memory.last_modified, memory.body_hash) = (None, None, None);
    }
    memory
}

/// What a feed that was read tells of when it is to be polled.
fn rhythm(before: &Rhythm, feed: &Feed, max_age: Option<Duration>, now: Timestamp) -> Rhythm {
    let dates = feed.entries.iter().filter_map(|entry| {
        let date = entry.published.or(entry.updated);
        plausible(date, now)
    });
    let wish = feed.ttl.into_iter().chain(max_age).max();
    Rhythm {
        news: schedule::with_news(&before.news, dates, now),
        wish_seconds: wish.unwrap_or_default().as_secs(),
        skip_hours: feed.skip_hours.clone(),
        skip_days: feed
            .skip_days
            .iter()
            .map(|day| schedule::day(*day))
            .collect(),
    }
}

/// Follows a feed to the address that it newly gives for itself, if it is found there. A network that fails is tried
/// again with the next news; any other answer settles it.
async fn follow(
    setting: &Setting,
    reading: Reading<'_>,
    memory: &mut Poll,
    source: &Source,
) -> Result<()> {
    if let Some(address) = moved::announced(memory, reading.feed, reading.url) {
        let mut request = Request::new(address.clone(), Purpose::Feed);
        request.proxy = source.proxy.clone();
        match setting.fetcher.get(&request).await {
            Ok(Fetched::Fetched(response)) => {
                let found = parse(response).await?;
                if found.is_ok_and(|(found, _)| moved::is_same(reading.feed, &found, address)) {
                    memory.moved_to = Some(address.clone());
                }
            }
            Err(error) if !error.is_permanent() => return Ok(()),
            Ok(Fetched::NotModified) | Err(_) => {}
        }
    }
    if reading.feed.self_link.is_some() {
        memory.self_link.clone_from(&reading.feed.self_link);
    }
    Ok(())
}

/// Gathers what is new in a feed; true when something was left for the next round.
async fn gather_entries(
    setting: &Setting,
    reading: Reading<'_>,
    memory: &mut Poll,
    polled: &mut Polled,
) -> Result<bool> {
    polled.report.entries += reading.feed.entries.len();
    let trusts_updates = memory.false_updates < FALSE_UPDATES;
    let gap = ledger::missed(&setting.index(), reading, memory, setting.now)?;
    polled.missing.extend(gap);
    let mut wanted = wanted(&setting.index(), reading, polled, trusts_updates)?;
    let room = polled
        .source
        .max_articles
        .saturating_sub(polled.articles.len());
    let left = wanted.len().saturating_sub(room);
    wanted.truncate(room);
    // Oldest first, so that documents are recorded in the order in which they were published.
    wanted.reverse();
    polled.report.waiting += left;
    let scene = Scene {
        fetcher: setting.fetcher.clone(),
        source: polled.source.clone(),
        rules: setting.rules.clone(),
        feed: reading.url.clone(),
        feed_language: reading.feed.language.clone(),
        proofs: memory.proofs,
        now: setting.now,
    };
    let place = polled.feeds.len();
    let mut came = stream::iter(wanted)
        .map(async |wanted| {
            let gathered = gather(&scene, wanted.entry, &wanted.mark.fingerprint).await;
            Incoming {
                entry_key: wanted.key,
                mark: wanted.mark.to_string(),
                renewed: wanted.renewed,
                feed: place,
                known: wanted.known,
                gathered,
            }
        })
        .buffered(PAGES_AT_ONCE);
    let mut unfinished = false;
    while let Some(incoming) = came.next().await {
        memory.proofs = incoming.gathered.proofs.unwrap_or(memory.proofs);
        unfinished |= incoming.gathered.unfinished.is_some();
        polled
            .report
            .failures
            .extend(incoming.gathered.failure.clone());
        ledger::note(&incoming, setting.now, polled);
        polled.articles.push(incoming);
    }
    Ok(left > 0 || unfinished)
}
