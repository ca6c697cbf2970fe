//! Pictures of elsewhere, made as they are asked for: who may ask ([`access`]), what was made before ([`cache`]), the
//! fetching, and the making in processes of their own ([`workers`]), each of it once for all who wait for it.
//!
//! Closed unless the operator opens it: without a list of hosts and without a signature only what the mirror's own
//! documents show is served. What a client sends beside the address never reaches an origin.

pub mod access;
pub mod cache;
mod failures;
mod flight;
pub mod metrics;
pub mod renditions;
pub mod signature;
mod source;
pub mod store;
pub mod supply;
pub mod trouble;
pub mod worker;
pub mod workers;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use url::Url;
use wirecopy_picture::request::{Ask, Request};

use crate::fetch::{FetchOptions, Fetcher, Pace};
use crate::images::access::Access;
use crate::images::cache::{Cache, Entry, Key};
use crate::images::failures::Failures;
use crate::images::flight::{Flights, Made};
use crate::images::metrics::Metrics;
use crate::images::source::{KEEP_FAILURE, Sources};
use crate::images::trouble::Trouble;
use crate::images::workers::{WorkerOptions, Workers};

/// Makings that may wait for a worker.
const QUEUE: usize = 64;

/// What the proxy is made of.
#[derive(Clone)]
pub struct PictureOptions {
    /// Limits and manners towards origins.
    pub fetch: FetchOptions,
    /// Where made pictures are kept.
    pub directory: PathBuf,
    /// The most bytes kept there.
    pub max_bytes: u64,
    /// Whose pictures are served.
    pub access: Access,
    /// Our own public host names, in lower case: never fetched.
    pub own_hosts: Vec<String>,
    /// Widths and heights that are made where a picture has used up its variants, ascending.
    pub ladder: Vec<u32>,
    /// Variants of one picture that are made exactly as asked for.
    pub variants: u32,
    /// The processes that decode.
    pub workers: WorkerOptions,
}

impl PictureOptions {
    /// The usual limits, closed to all but the pictures that the documents of the mirror in this directory show.
    ///
    /// # Errors
    /// When the program cannot find its own file, of which workers are started.
    pub fn new(fetch: FetchOptions, mirror: &Path) -> anyhow::Result<PictureOptions> {
        let access = Access {
            index: Some(mirror.join("index.sqlite")),
            ..Access::default()
        };
        Ok(PictureOptions {
            fetch: fetch_options(fetch),
            directory: mirror.join("pictures"),
            max_bytes: 1_000_000_000,
            access,
            own_hosts: Vec::new(),
            ladder: vec![160, 240, 320, 480, 640, 900, 1200, 1600],
            variants: 50,
            workers: WorkerOptions::new(Duration::from_secs(10))?,
        })
    }
}

/// The ports that are asked, unless the settings name others: where the web is.
pub const PORTS: [u16; 2] = [80, 443];

/// The limits for fetching what strangers name: slow servers are left soon, nothing goes from https to http, and no
/// other service of a host is spoken to.
fn fetch_options(base: FetchOptions) -> FetchOptions {
    FetchOptions {
        host_delay: Duration::ZERO,
        host_concurrency: 4,
        timeout: Duration::from_secs(30),
        connect: Duration::from_secs(5),
        ports: PORTS.to_vec(),
        max_bytes: 20 << 20,
        max_redirects: 5,
        downgrades: false,
        pace: Some(Pace {
            first_byte: Duration::from_secs(10),
            grace: Duration::from_secs(5),
            bytes_per_second: 8 << 10,
        }),
        ..base
    }
}

/// The proxy at work.
pub struct Pictures {
    access: Access,
    own_hosts: Vec<String>,
    ladder: Vec<u32>,
    variants: u32,
    cache: Cache,
    makings: Flights,
    fetches: Flights,
    sources: Sources,
    workers: Workers,
    /// What could not be made of a picture.
    unmade: Mutex<Failures<Key>>,
    metrics: Metrics,
    via: String,
}

/// A picture as it is sent.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The file.
    pub bytes: Bytes,
    /// What is known of it.
    pub entry: Arc<Entry>,
    /// Whether it was made before.
    pub was_kept: bool,
}

impl Pictures {
    /// Opens the cache; processes are started when there is something to do.
    ///
    /// # Errors
    /// When the cache cannot be opened, or the limits for fetching are wrong.
    pub fn open(options: PictureOptions) -> anyhow::Result<Pictures> {
        let via = instance();
        let fetch = FetchOptions {
            via: Some(via.clone()),
            ..options.fetch
        };
        let metrics = Metrics::default();
        Ok(Pictures {
            access: options.access,
            own_hosts: options.own_hosts,
            ladder: options.ladder,
            variants: options.variants,
            cache: Cache::open(&options.directory, options.max_bytes)?,
            makings: Flights::new(options.workers.count + QUEUE),
            fetches: Flights::new(options.workers.count + QUEUE),
            sources: Sources::new(Fetcher::new(fetch)?),
            workers: Workers::new(options.workers, metrics.clone()),
            unmade: Mutex::default(),
            metrics,
            via,
        })
    }

    /// What was counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What this process calls itself in Via headers; a request that carries it came round in a circle.
    pub fn via(&self) -> &str {
        &self.via
    }

    /// Our own public host names.
    pub fn own_hosts(&self) -> &[String] {
        &self.own_hosts
    }

    /// The picture that is asked for; `query` is the whole query, for the signature in it. What is not kept is made if
    /// `may_make` says so, else the client is told how long to wait.
    ///
    /// # Errors
    /// Names what went wrong in a way that a client can tell apart.
    pub async fn get(
        &self,
        ask: &Ask,
        query: &str,
        may_make: impl FnOnce() -> Result<(), Duration>,
    ) -> Result<Picture, Trouble> {
        let outcome = self.find(ask, query, may_make).await;
        self.metrics.count(&outcome);
        outcome
    }

    async fn find(
        &self,
        ask: &Ask,
        query: &str,
        may_make: impl FnOnce() -> Result<(), Duration>,
    ) -> Result<Picture, Trouble> {
        let (url, request) = self.admitted(ask, query).await?;
        let key = Key::of_variant(&url, &request);
        if let Some(picture) = self.kept(key).await? {
            return Ok(picture);
        }
        if self.cache.variants(Key::of_source(&url)).await? < self.variants {
            may_make().map_err(Trouble::TooOften)?;
            return self.made(key, &url, &request).await;
        }
        let request = request.on_ladder(&self.ladder);
        let key = Key::of_variant(&url, &request);
        if let Some(picture) = self.kept(key).await? {
            return Ok(picture);
        }
        may_make().map_err(Trouble::TooOften)?;
        self.made(key, &url, &request).await
    }

    /// The address that may be served and what is to be made of it. Where the query says that of none as the API reads
    /// it, the address may have been written without encoding.
    async fn admitted(&self, ask: &Ask, query: &str) -> Result<(Url, Request), Trouble> {
        let text = ask.url.as_deref().ok_or(Trouble::NoAddress)?;
        let url = wirecopy_picture::source::parse(text, &self.own_hosts)?;
        let admitted = self.access.admit(&url, &ask.request, query).await;
        if admitted != Err(Trouble::Closed) {
            return admitted.map(|()| (url, ask.request.clone()));
        }
        for Ask { url, request, .. } in Ask::unencoded(query) {
            let url = wirecopy_picture::source::parse(
                url.as_deref().unwrap_or_default(),
                &self.own_hosts,
            );
            let Ok(url) = url else {
                continue;
            };
            if self.access.admit(&url, &request, query).await.is_ok() {
                return Ok((url, request));
            }
        }
        Err(Trouble::Closed)
    }

    async fn made(&self, key: Key, url: &Url, request: &Request) -> Result<Picture, Trouble> {
        let made = self.makings.share(key, || self.make(key, url, request));
        made.await.map(|(entry, bytes)| Picture {
            bytes,
            entry,
            was_kept: false,
        })
    }

    async fn kept(&self, key: Key) -> Result<Option<Picture>, Trouble> {
        Ok(self.cache.get(key).await?.map(|(entry, bytes)| Picture {
            bytes,
            entry: Arc::new(entry),
            was_kept: true,
        }))
    }

    async fn make(&self, key: Key, url: &Url, request: &Request) -> Made {
        self.unmade().recall(&key, Instant::now())?;
        let (origin, file) = self.original(url).await?;
        let made = self.workers.make(&request.canonical(), &file).await;
        if let Err(trouble @ Trouble::Picture(_)) = &made {
            self.unmade()
                .note(key, trouble, Instant::now() + KEEP_FAILURE);
        }
        let made = made?;
        let entry = Entry {
            hash: blake3::hash(&made.bytes),
            media_type: made.media_type,
            extension: made.extension,
            ..Entry::clone(&origin)
        };
        let bytes = Bytes::from(made.bytes);
        self.cache.put(key, entry.clone(), bytes.clone()).await?;
        Ok((Arc::new(entry), bytes))
    }

    fn unmade(&self) -> std::sync::MutexGuard<'_, Failures<Key>> {
        self.unmade.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The picture as the origin has it; kept like what is made of it, and fetched once for all who want it in any
    /// size.
    async fn original(&self, url: &Url) -> Made {
        let key = Key::of_source(url);
        if let Some((entry, bytes)) = self.cache.get(key).await? {
            return Ok((Arc::new(entry), bytes));
        }
        self.fetches.share(key, || self.fetch(key, url)).await
    }

    async fn fetch(&self, key: Key, url: &Url) -> Made {
        let original = self.sources.get(url).await?;
        if let Err(failure) = wirecopy_picture::Header::read(&original.bytes) {
            let trouble = Trouble::Picture(failure.to_string());
            self.sources.refuse(url, &trouble);
            return Err(trouble);
        }
        let entry = Entry {
            source: key,
            hash: blake3::hash(&original.bytes),
            media_type: String::new(),
            extension: String::new(),
            origin: original.url.to_string(),
            received: original.bytes.len() as u64,
        };
        let bytes = original.bytes.clone();
        self.cache.put(key, entry.clone(), bytes).await?;
        Ok((Arc::new(entry), original.bytes))
    }
}

/// A name that no other process has: the hasher's keys are random.
fn instance() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!(
        "wirecopy-{:016x}",
        RandomState::new().hash_one(std::process::id())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_name_is_fetched_within_narrow_limits() {
        let options = fetch_options(FetchOptions::default());
        assert_eq!(options.connect, Duration::from_secs(5));
        assert_eq!(options.timeout, Duration::from_secs(30));
        assert_eq!(options.max_bytes, 20 * 1024 * 1024);
        assert_eq!((options.max_redirects, options.downgrades), (5, false));
        assert_eq!(options.ports, [80, 443]);
        assert_eq!(options.host_concurrency, 4);
        let pace = Pace {
            first_byte: Duration::from_secs(10),
            grace: Duration::from_secs(5),
            bytes_per_second: 8192,
        };
        assert_eq!(options.pace, Some(pace));
    }
}
