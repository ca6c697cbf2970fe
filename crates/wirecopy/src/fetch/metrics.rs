//! What the fetcher counts. No globals: each fetcher has its own, and `register` hands them to whoever renders metrics.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::fetch::Outcome;
use crate::fetch::error::FetchError;

/// Upper bounds of the duration buckets, in seconds: from a cached answer nearby to the default time limit.
const DURATIONS: [f64; 8] = [0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0, 30.0];

/// The counters of one fetcher; clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// Requests sent, those after redirects and for robots.txt included.
    pub requests: Counter,
    /// Bytes of bodies as sent.
    pub bytes_received: Counter,
    /// Bytes of bodies as decompressed.
    pub bytes_decoded: Counter,
    /// Ends of `Fetcher::get`: `fetched`, `not_modified`, or the kind of the error.
    pub outcomes: Family<Kind, Counter>,
    /// Time of each request from its turn to its end, in seconds; a redirect begins another.
    pub seconds: Histogram,
}

/// The label of an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Kind {
    /// As `FetchError::kind`.
    pub kind: &'static str,
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Metrics {
        Metrics {
            requests: Counter::default(),
            bytes_received: Counter::default(),
            bytes_decoded: Counter::default(),
            outcomes: Family::default(),
            seconds: Histogram::new(DURATIONS),
        }
    }

    /// Puts all of them under their names into a registry.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "wirecopy_fetch_requests",
            "Requests sent",
            self.requests.clone(),
        );
        registry.register(
            "wirecopy_fetch_received_bytes",
            "Bytes of bodies as sent",
            self.bytes_received.clone(),
        );
        registry.register(
            "wirecopy_fetch_decoded_bytes",
            "Bytes of bodies as decompressed",
            self.bytes_decoded.clone(),
        );
        registry.register(
            "wirecopy_fetch_outcomes",
            "Finished requests by outcome",
            self.outcomes.clone(),
        );
        registry.register(
            "wirecopy_fetch_seconds",
            "Duration of requests",
            self.seconds.clone(),
        );
    }

    /// Counts one end.
    pub fn record(&self, result: Result<&Outcome, &FetchError>) {
        let kind = match result {
            Ok(Outcome::Fetched(_)) => "fetched",
            Ok(Outcome::NotModified) => "not_modified",
            Err(error) => error.kind(),
        };
        self.outcomes.get_or_create(&Kind { kind }).inc();
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}
