//! Every outbound request, whatever it is for: feeds, pages, pictures, robots.txt. Polite (delay and concurrency per
//! host, robots.txt for pages, Retry-After), bounded (bytes as sent and as decompressed, headers, total time,
//! redirects), and only to public addresses: the address connected to is the one that was checked, at every redirect.
//! It keeps no cookies, reads no proxy from the environment, and decides nothing about when to come back: the schedule
//! of the rounds does.

pub mod address;
mod body;
mod clients;
pub mod delivery;
pub mod error;
mod exchange;
mod failure;
mod follow;
mod headers;
pub mod metrics;
mod redirects;
mod robots;
mod robots_cache;
mod target;
#[cfg(test)]
mod tests;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;
use url::Url;

use crate::fetch::address::Permits;
use crate::fetch::body::Bodies;
use crate::fetch::clients::{ClientSettings, Clients, Lookup};
use crate::fetch::error::FetchError;
use crate::fetch::metrics::Metrics;
use crate::fetch::robots_cache::RobotsCache;
use crate::fetch::turns::Turns;

/// The largest body by default. The largest real feeds carry some 5 MB.
const DEFAULT_MAX_BYTES: u64 = 10 << 20;

/// The most time for a connection by default; what answers later than this answers nobody.
const DEFAULT_CONNECT: Duration = Duration::from_secs(10);

/// Limits and manners, the same for every request.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// A URL or mail address of the operator, sent in the User-Agent.
    pub contact: Option<String>,
    /// The least time between the starts of two requests to one host.
    pub host_delay: Duration,
    /// How many requests may run at one host at the same time; at least 1.
    pub host_concurrency: usize,
    /// How many requests may run in all; at least 1. Those that drag on for long are not counted.
    pub concurrency: usize,
    /// The most time a request may take in all, its redirects included, without the wait for its turn.
    pub timeout: Duration,
    /// The most time for name, connection and TLS; at most three quarters of `timeout` count.
    pub connect: Duration,
    /// The most bytes of a body, as sent and again as decompressed.
    pub max_bytes: u64,
    /// The most redirects to follow.
    pub max_redirects: usize,
    /// What may be reached though its address is special: a host, `host:port`, an address, `address:port` or a CIDR
    /// block.
    pub allow: Vec<String>,
    /// The ports that are asked, beside those of `allow`; empty for every port that is not another protocol's.
    pub ports: Vec<u16>,
    /// Whether `Purpose::Page` and `Purpose::Picture` obey robots.txt.
    pub robots: bool,
    /// Whether a redirect may lead from https to http.
    pub downgrades: bool,
    /// What this program calls itself in a Via header (RFC 9110 §7.6.3), where it asks on behalf of others.
    pub via: Option<String>,
    /// How slow a server may be; without it, as slow as `timeout` lets it.
    pub pace: Option<Pace>,
}

/// The least that is expected of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The most time until its answer begins.
    pub first_byte: Duration,
    /// How long a body may come at any speed.
    pub grace: Duration,
    /// What must come in each second after that, on average; at least 1.
    pub bytes_per_second: u64,
}

impl Pace {
    /// How long after its beginning a body must have brought more than these bytes.
    fn due(&self, received: usize) -> Duration {
        self.grace + Duration::from_secs_f64(received as f64 / self.bytes_per_second.max(1) as f64)
    }
}

impl Default for FetchOptions {
    fn default() -> FetchOptions {
        FetchOptions {
            contact: None,
            host_delay: Duration::from_secs(1),
            host_concurrency: 2,
            concurrency: 64,
            timeout: Duration::from_secs(30),
            connect: DEFAULT_CONNECT,
            max_bytes: DEFAULT_MAX_BYTES,
            max_redirects: 10,
            allow: Vec::new(),
            ports: Vec::new(),
            robots: true,
            downgrades: true,
            via: None,
            pace: None,
        }
    }
}

/// One thing to ask for.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to get; http or https.
    pub url: Url,
    /// What it is for.
    pub purpose: Purpose,
    /// What an earlier response said of itself, to be told when nothing changed.
    pub validators: Option<Validators>,
    /// `http://` or `socks5h://`; it is trusted to resolve names.
    pub proxy: Option<Url>,
}

impl Request {
    /// A plain request: no validators, no proxy.
    pub fn new(url: Url, purpose: Purpose) -> Request {
        Request {
            url,
            purpose,
            validators: None,
            proxy: None,
        }
    }
}

/// What a request is for; decides the Accept header and whether robots.txt is obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A feed, which its publisher offers to programs: robots.txt is not asked.
    Feed,
    /// A page of a site: robots.txt is obeyed.
    Page,
    /// A picture of an article, to be kept: robots.txt is obeyed.
    Picture,
    /// A robots.txt; a longer one is cut off at the limit of RFC 9309 §2.5.
    Robots,
    /// Anything else that a person or a feed named: pictures, OPML, hubs.
    Other,
}

/// What tells two versions of a resource apart (RFC 9110 §8.8), as the server wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// ETag, weak mark and quotes included.
    pub etag: Option<String>,
    /// Last-Modified, not parsed.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to compare by.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// A request that succeeded.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "one for each request, moved once or twice"
)]
pub enum Outcome {
    /// There is a body.
    Fetched(Response),
    /// Nothing changed since the validators were given (304).
    NotModified,
}

/// What came back, decompressed.
#[derive(Debug, Clone)]
pub struct Response {
    /// Where it came from in the end, without credentials: links are joined to it, and they are published.
    pub url: Url,
    /// The status code, 200 to 299.
    pub status: u16,
    /// The whole Content-Type value.
    pub media_type: Option<String>,
    /// For the next request.
    pub validators: Validators,
    /// How long the server says this stays fresh (RFC 9111 §5.2.2.1), what it spent in caches taken off.
    pub max_age: Option<Duration>,
    /// The body, without its content codings.
    pub body: Vec<u8>,
    /// The redirects that led here, in order, with the credentials that were given for them.
    pub redirects: Vec<Redirect>,
}

/// One step on the way to the final URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The URL that was asked for.
    pub from: Url,
    /// Where it pointed.
    pub to: Url,
    /// 301 or 308: the old URL should not be used again.
    pub permanent: bool,
}

impl Redirect {
    /// Whether the step left https for http.
    pub fn is_downgrade(&self) -> bool {
        self.from.scheme() == "https" && self.to.scheme() == "http"
    }
}

/// Sends requests. One for the whole program: it is what knows how each host was treated. Clones share that.
#[derive(Clone)]
pub struct Fetcher {
    shared: Arc<Shared>,
}

/// What all requests of a fetcher share.
struct Shared {
    options: FetchOptions,
    permits: Permits,
    clients: Clients,
    turns: Turns,
    bodies: Bodies,
    robots: RobotsCache,
    metrics: Metrics,
}

impl Fetcher {
    /// Sets up; an error is a wrong setting (`allow`, `contact`) in one sentence.
    pub fn new(options: FetchOptions) -> anyhow::Result<Fetcher> {
        Fetcher::with_lookup(options, clients::system_lookup())
    }

    /// As `new`, with another way to look names up than the system's.
    fn with_lookup(options: FetchOptions, lookup: Lookup) -> anyhow::Result<Fetcher> {
        let permits = Permits::parse(&options.allow)?;
        let settings = ClientSettings {
            user_agent: user_agent(options.contact.as_deref())?,
            connect: options.connect.min(options.timeout * 3 / 4),
            idle_per_host: options.host_concurrency,
            lookup,
        };
        let shared = Shared {
            clients: Clients::new(settings, permits.clone()).context("setting up the fetcher")?,
            permits,
            turns: Turns::new(
                options.host_delay,
                options.host_concurrency,
                options.concurrency,
            ),
            bodies: Bodies::default(),
            robots: RobotsCache::default(),
            metrics: Metrics::new(),
            options,
        };
        Ok(Fetcher {
            shared: Arc::new(shared),
        })
    }

    /// What was counted so far.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Waits for its turn, asks, follows redirects. The time limit does not count the waiting. Dropping the future
    /// cancels the request.
    pub async fn get(&self, request: &Request) -> Result<Outcome, FetchError> {
        let (shared, request) = (Arc::clone(&self.shared), request.clone());
        // A task of its own, for a request holds a place that others wait for: as a plain future in a buffered stream
        // whose consumer is itself waiting for a request, it would stand still and never give its place back.
        let mut task = JoinSet::new();
        task.spawn(async move { follow::follow(&shared, &request).await });
        let joined = task.join_next().await.expect("one task was spawned");
        let result =
            joined.expect("the task does not panic and is cancelled only with this future");
        self.shared.metrics.record(result.as_ref());
        result
    }
}

/// Names the program, and the operator if a contact is given.
fn user_agent(contact: Option<&str>) -> anyhow::Result<String> {
    let program = concat!("Wirecopy/", env!("CARGO_PKG_VERSION"));
    let Some(contact) = contact.map(str::trim).filter(|contact| !contact.is_empty()) else {
        return Ok(program.to_owned());
    };
    let plain = contact
        .chars()
        .all(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\'));
    ensure!(
        plain,
        "the contact `{contact}` cannot be sent: give a URL or a mail address in ASCII, without spaces or brackets"
    );
    Ok(format!("{program} (+{contact})"))
}
