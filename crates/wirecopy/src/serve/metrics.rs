//! `/metrics` in the OpenMetrics text format, which Prometheus reads: for this machine, or with a token.
//!
//! No label comes from a request but the route's own name, so a stranger cannot make new series.

use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::fetch;
use crate::images;
use crate::serve::ServerState;
use crate::serve::access::is_local;
use crate::serve::health::Pulse;
use crate::serve::refusal::Refusal;

/// The media type of what is sent, by the OpenMetrics specification 1.0.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the duration histogram, in seconds: a file from disk up to a feed whose pages are all fetched first.
const DURATION_BOUNDS: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    status: u16,
}

/// The figures of one server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    duration: Histogram,
    readable: Gauge,
    last_round: Gauge<f64, AtomicU64>,
    sources: Gauge,
    failing: Gauge,
    articles: Gauge,
}

impl Metrics {
    /// All at zero, with what the mirror's fetcher counts where it runs beside the server.
    pub(crate) fn new(
        fetcher: Option<&fetch::metrics::Metrics>,
        pictures: Option<&images::metrics::Metrics>,
    ) -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::default(),
            requests: Family::default(),
            duration: Histogram::new(DURATION_BOUNDS),
            readable: Gauge::default(),
            last_round: Gauge::default(),
            sources: Gauge::default(),
            failing: Gauge::default(),
            articles: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register(
            "wirecopy_http_requests",
            "Requests answered, by route and status",
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "wirecopy_http_request_duration",
            "Time until the answer began",
            Unit::Seconds,
            metrics.duration.clone(),
        );
        registry.register(
            "wirecopy_archive_readable",
            "1 if the archive can be read, else 0",
            metrics.readable.clone(),
        );
        registry.register_with_unit(
            "wirecopy_last_round_timestamp",
            "When the newest round began; 0 before the first",
            Unit::Seconds,
            metrics.last_round.clone(),
        );
        registry.register(
            "wirecopy_sources",
            "Sources followed",
            metrics.sources.clone(),
        );
        registry.register(
            "wirecopy_sources_failing",
            "Sources whose last poll failed",
            metrics.failing.clone(),
        );
        registry.register(
            "wirecopy_articles",
            "Documents in the archive",
            metrics.articles.clone(),
        );
        if let Some(fetcher) = fetcher {
            fetcher.register(registry);
        }
        if let Some(pictures) = pictures {
            pictures.register(registry);
        }
        metrics
    }

    fn observe(&self, route: &'static str, status: StatusCode, duration: Duration) {
        self.requests
            .get_or_create(&RequestLabels {
                route,
                status: status.as_u16(),
            })
            .inc();
        self.duration.observe(duration.as_secs_f64());
    }

    fn set(&self, pulse: &Pulse) {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let last_round = pulse
            .last_round
            .as_ref()
            .map_or(0.0, |round| round.time.as_duration().as_secs_f64());
        self.last_round.set(last_round);
        self.sources.set(whole(pulse.sources));
        self.failing.set(whole(pulse.failing));
        self.articles.set(whole(pulse.articles));
    }
}

/// Counts and times every answer.
pub(crate) async fn measure(
    State(state): State<ServerState>,
    request: Request,
    next: Next,
) -> Response {
    let route = route_of(request.uri().path());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let response = next.run(request).await;
    let duration = started.elapsed();
    state.metrics.observe(route, response.status(), duration);
    // The path alone: a query may carry a token.
    tracing::debug!(%method, path, status = response.status().as_u16(), ?duration, "answered");
    response
}

/// One of the routes' names, so that nobody can make new series by asking for odd paths.
fn route_of(path: &str) -> &'static str {
    match path {
        "/healthz" => "healthz",
        "/metrics" => "metrics",
        "/feed" => "feed",
        "/extract" => "extract",
        "/image" | "/image/" => "image",
        _ => "site",
    }
}

/// The figures as text, for this machine or the holder of a token.
pub(crate) async fn metrics(State(state): State<ServerState>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    if !is_local(&request)
        && let Err(refusal) = state.metrics_guard.admit(&request, Instant::now())
    {
        return refusal.into_response();
    }
    let look = state.monitor.look().await;
    state.metrics.readable.set(i64::from(look.is_ok()));
    if let Ok(pulse) = look {
        state.metrics.set(&pulse);
    }
    let mut text = String::new();
    if let Err(error) = encode(&mut text, &state.metrics.registry) {
        tracing::error!(%error, "the metrics were not written");
        return Refusal::internal().into_response();
    }
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))],
        text,
    )
        .into_response()
}
