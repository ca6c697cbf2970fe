//! The pictures of articles, brought into the store: found in what the archive has that was not looked through yet, and
//! asked for with the manners of a round, after the pages are out. What cannot be had waits for its next try.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use url::Url;
use wirecopy_document::document::Document;

use crate::fetch::Fetcher;
use crate::images::store::wanted::{Failed, Want, Wanted};
use crate::images::store::{Arrival, Store};
use crate::images::supply::{Found, Miss, Supply};
use crate::images::workers::WorkerOptions;
use crate::publishing::catalogue::Catalogue;
use crate::publishing::records::Records;

/// Requests for pictures under way; the fetcher holds those to one host apart.
const AT_ONCE: usize = 24;

/// Failures that a report tells of in words.
const TOLD: usize = 20;

/// How pictures are kept.
#[derive(Clone, Debug)]
pub struct PicturesOptions {
    /// The mirror.
    pub mirror: PathBuf,
    /// The most bytes of the store; what would go beyond is not asked for.
    pub max_bytes: u64,
    /// Pictures of articles older than this are not asked for.
    pub age: Option<Duration>,
    /// The most time that a round takes for them.
    pub time: Duration,
    /// A larger side is brought down to so many pixels before the picture is kept.
    pub bound: Option<u32>,
    /// Where else a picture is looked for: an address with `{url}` and `{time}` in it.
    pub archive: Option<String>,
    /// The processes that look into pictures.
    pub workers: WorkerOptions,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PicturesReport {
    /// Pictures that were not there before.
    pub kept: usize,
    /// Addresses at which a picture lies that was there already.
    pub known: usize,
    /// Bytes of what was kept.
    pub bytes: u64,
    /// Asked for, and not had.
    pub missed: usize,
    /// Wanted, and still to be asked for: later, or when there is time.
    pub waiting: usize,
    /// Why some were not had, in words.
    pub failures: Vec<String>,
}

impl PicturesReport {
    /// Whether anything was asked for.
    pub fn is_worth_a_line(&self) -> bool {
        self.kept + self.known + self.missed > 0
    }

    /// Counts a picture that was had; how many bytes it takes, which is none where it was there already.
    fn note_kept(&mut self, is_new: bool, bytes: u64) -> u64 {
        if !is_new {
            self.known += 1;
            return 0;
        }
        self.kept += 1;
        self.bytes += bytes;
        bytes
    }

    fn note_missed(&mut self, address: &Url, why: &str) {
        self.missed += 1;
        if self.failures.len() < TOLD {
            self.failures.push(format!("{address}: {why}"));
        }
    }
}

impl fmt::Display for PicturesReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kilobytes = self.bytes / 1000;
        write!(
            out,
            "pictures: {} kept ({kilobytes} kB), {} known, {} missed, {} waiting",
            self.kept, self.known, self.missed, self.waiting
        )
    }
}

/// Told how many of the due pictures were asked for.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Notes what the archive shows and the store has not.
///
/// # Errors
/// When archive, index or store cannot be read, or the store cannot be written.
pub fn look_through(
    records: Records<'_>,
    options: &PicturesOptions,
    store: &Store,
    now: Timestamp,
) -> Result<Wanted> {
    let mut wanted = Wanted::open(store.directory())?;
    let catalogue = Catalogue::new(records);
    let heads = catalogue.heads();
    if wanted.reflected != heads {
        let former = std::mem::take(&mut wanted.reflected);
        let changed = match former.is_empty() {
            true => None,
            false => catalogue.changed_since(&former)?,
        };
        let mut read = |listing: &_| -> Result<()> {
            if let Ok((document, _)) = Document::parse(&catalogue.read(listing)?) {
                want_all(&mut wanted, store, &document, now);
            }
            Ok(())
        };
        match changed {
            Some(changed) => {
                for id in changed {
                    if let Some(listing) = catalogue.listing(id)? {
                        read(&listing)?;
                    }
                }
            }
            None => catalogue.each(|listing| read(&listing))?,
        }
        wanted.reflected = heads;
    }
    let oldest = options
        .age
        .and_then(|age| now.checked_sub(SignedDuration::try_from(age).ok()?).ok());
    wanted.retain(|want| {
        store.find(&want.address).is_none() && oldest.is_none_or(|oldest| want.published > oldest)
    });
    wanted.save()?;
    Ok(wanted)
}

/// The lead picture and those of the text.
fn want_all(wanted: &mut Wanted, store: &Store, document: &Document, now: Timestamp) {
    let lead = document.trailer.image.clone();
    let inner = document.body.pictures().into_iter();
    for address in lead.into_iter().chain(inner.map(|picture| picture.url)) {
        let is_web = matches!(address.scheme(), "http" | "https");
        if !is_web || store.find(&address).is_some() || store.was_dropped(&address) {
            continue;
        }
        wanted.add(Want {
            address,
            page: document.url.to_string(),
            source: document.trailer.source.clone().unwrap_or_default(),
            published: document.published,
            failures: 0,
            due: Some(now),
            why: String::new(),
        });
    }
}

/// What asking takes beside the options: the way out, and by which proxy to go for which source.
pub struct Way {
    /// Sends the requests.
    pub fetcher: Arc<Fetcher>,
    /// The proxies of sources that have one, by slug.
    pub proxies: HashMap<String, Url>,
}

/// Asks for what is due, as long as there is time and room, and keeps what comes.
///
/// # Errors
/// When the store cannot be written. What was kept until then is kept.
pub async fn collect(
    (store, wanted): (&mut Store, &mut Wanted),
    options: &PicturesOptions,
    way: Way,
    (now, progress): (Timestamp, Progress<'_>),
) -> Result<PicturesReport> {
    let end = Instant::now() + options.time;
    let due = wanted.due(now);
    let total = due.len() as u64;
    let supply = Supply::new(
        way.fetcher,
        options.archive.clone(),
        options.bound,
        options.workers.clone(),
    );
    let mut report = PicturesReport::default();
    let mut done = 0;
    let mut room = options.max_bytes.saturating_sub(store.bytes());
    let asked = due
        .into_iter()
        .take_while(|_| Instant::now() < end)
        .map(|want| {
            let proxy = way.proxies.get(&want.source).cloned();
            let supply = &supply;
            async move { (supply.find(&want, proxy).await, want) }
        });
    let mut asked = stream::iter(asked).buffer_unordered(AT_ONCE);
    while let Some((found, want)) = asked.next().await {
        done += 1;
        progress(done, total);
        let found = found.and_then(|found| fitting(found, room));
        match found {
            Ok(found) => {
                let is_new = store.keep(&arrival(&want, &found, now))?;
                let taken = report.note_kept(is_new, found.bytes.len() as u64);
                room = room.saturating_sub(taken);
            }
            Err(miss) => {
                wanted.failed(&want.address, (miss.failed, &miss.why), now);
                report.note_missed(&want.address, &miss.why);
            }
        }
    }
    drop(asked);
    wanted.retain(|want| store.find(&want.address).is_none());
    wanted.save()?;
    report.waiting = wanted
        .all()
        .iter()
        .filter(|want| want.due.is_some())
        .count();
    report.failures.sort();
    Ok(report)
}

/// Refuses what there is no room for; there may be some later.
fn fitting(found: Found, room: u64) -> Result<Found, Miss> {
    match found.bytes.len() as u64 <= room {
        true => Ok(found),
        false => Err(Miss {
            failed: Failed::NotAsked(Duration::from_secs(24 * 3600)),
            why: "the store is full: raise `store` in [pictures], or let `wirecopy images prune` make room"
                .to_owned(),
        }),
    }
}

fn arrival<'a>(want: &'a Want, found: &'a Found, now: Timestamp) -> Arrival<'a> {
    Arrival {
        bytes: &found.bytes,
        media_type: found.media_type,
        size: found.size,
        likeness: found.likeness,
        is_bounded: found.is_bounded,
        address: &want.address,
        had_from: &found.had_from,
        page: &want.page,
        time: now,
    }
}
