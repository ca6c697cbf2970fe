//! `wirecopy serve`: the site, its health and its figures, and, where the operator switches them on, the
//! full-text services.
//!
//! No request changes anything: whatever is not GET or HEAD is refused. Nothing here reads settings; what they say
//! arrives as [`ServeOptions`].
//!
//! | route | answers |
//! |---|---|
//! | `/healthz` | one line of JSON: 200, or 503 when the archive is unreadable or the last round too old |
//! | `/metrics` | OpenMetrics text, for this machine or with a token |
//! | `/feed?url=` | any feed made full-text, as Atom; off by default, behind a token |
//! | `/extract?url=` | one page's article as JSON; off by default, behind a token |
//! | `/image?url=` | pictures of the articles, in the size asked for; also at a host of its own; off by default |
//! | `/search?q=` | articles of the site as a page, or as JSON with `format=json`; `source`, `from`, `to` narrow down |
//! | everything else | the published site |

pub mod access;
mod cache;
mod connections;
mod extract_service;
mod feed_service;
pub mod health;
mod image;
mod metrics;
pub mod rate;
mod refusal;
mod search;
pub mod services;
mod site;

use std::any::Any;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

use crate::fetch;
use crate::images::{PictureOptions, Pictures};
use crate::serve::access::{Guard, Token};
use crate::serve::health::{Monitor, Probe};
use crate::serve::image::ImageService;
use crate::serve::metrics::Metrics;
use crate::serve::rate::{Buckets, Rate};
use crate::serve::refusal::Refusal;
use crate::serve::services::{ServiceOptions, Services};

/// Where the server listens unless the settings say otherwise: this machine alone.
pub const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Bytes of a request's path and query; a longer one is refused with 414. Twice the longest address that is common on
/// the web.
const MAX_TARGET_BYTES: usize = 4096;

/// How often a holder of a token may read the metrics: more than any scraper is set to.
const METRICS_RATE: Rate = Rate {
    per_minute: 120,
    burst: 20,
};

/// Sent with every answer. The site needs its own styles and scripts, and pictures from where the articles' publishers
/// keep them; nothing else is let in, and no other site may frame it or learn where its readers come from.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; font-src 'self'; \
         img-src 'self' data: https: http:; media-src 'self' https: http:; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// What the server is to serve, and how much of it.
#[derive(Clone)]
pub struct ServeOptions {
    /// The published site: a directory, or a symbolic link to the generation that counts now.
    pub site: PathBuf,
    /// Looks at the archive for `/healthz` and `/metrics`.
    pub probe: Probe,
    /// What the mirror's fetcher counts, where rounds run beside this server.
    pub fetcher_metrics: Option<fetch::metrics::Metrics>,
    /// The age of the last round beyond which `/healthz` answers 503; sensibly a few times the polling interval.
    pub max_round_age: Duration,
    /// Secrets that open `/metrics` from elsewhere and the services from anywhere.
    pub tokens: Vec<Token>,
    /// `/feed` and `/extract`; `None` leaves it switched off.
    pub services: Option<ServiceOptions>,
    /// `/image`; `None` leaves it switched off.
    pub images: Option<ImageOptions>,
    /// What a client may use up.
    pub limits: Limits,
}

/// The proxy for pictures, switched on.
#[derive(Clone)]
pub struct ImageOptions {
    /// What it is made of.
    pub pictures: PictureOptions,
    /// A host name all of whose paths are the proxy's.
    pub host: Option<String>,
    /// How often one client may have a picture made that is not kept.
    pub rate: Rate,
}

/// Bounds on what connections cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; further clients wait in the kernel's queue.
    pub connections: usize,
    /// How long a request's line and headers may take, and a kept connection may idle.
    pub head: Duration,
    /// How long an answer may take to begin. The services have a deadline of their own below this.
    pub answer: Duration,
    /// How long a client may take nothing of an answer.
    pub stall: Duration,
    /// How long running answers may go on once the server is told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 512,
            head: Duration::from_secs(10),
            answer: Duration::from_secs(90),
            stall: Duration::from_secs(30),
            drain: Duration::from_secs(5),
        }
    }
}

/// Everything that handlers share.
#[derive(Clone)]
pub(crate) struct ServerState {
    options: Arc<ServeOptions>,
    monitor: Arc<Monitor>,
    metrics: Arc<Metrics>,
    metrics_guard: Arc<Guard>,
    services: Option<Arc<Services>>,
    images: Option<Arc<ImageService>>,
}

/// Opens the socket, apart from serving so that the caller knows the address (port 0 takes a free one) before the first
/// client.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address}: choose another address, or stop the program that has it"
        )
    })
}

/// Serves until `stop` resolves, then lets running answers end within `limits.drain`.
///
/// # Errors
/// When the proxy for pictures cannot keep anything.
pub async fn serve(
    listener: TcpListener,
    options: ServeOptions,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let limits = options.limits;
    let router = router(state(options)?);
    connections::accept(listener, router, limits, stop).await;
    Ok(())
}

fn state(options: ServeOptions) -> anyhow::Result<ServerState> {
    let on = |services| Arc::new(Services::new(services, options.tokens.clone()));
    let services = options.services.clone().map(on);
    let images = options.images.clone().map(image_service).transpose()?;
    let pictures = images.as_ref().map(|images| images.pictures.metrics());
    Ok(ServerState {
        monitor: Arc::new(Monitor::new(options.probe.clone(), Timestamp::now())),
        metrics: Arc::new(Metrics::new(options.fetcher_metrics.as_ref(), pictures)),
        metrics_guard: Arc::new(Guard::new(options.tokens.clone(), METRICS_RATE)),
        services,
        images,
        options: Arc::new(options),
    })
}

fn image_service(options: ImageOptions) -> anyhow::Result<Arc<ImageService>> {
    Ok(Arc::new(ImageService {
        pictures: Pictures::open(options.pictures)?,
        host: options.host,
        readers: Buckets::new(options.rate),
    }))
}

fn router(state: ServerState) -> Router {
    let refuse_method = || async { Refusal::method() };
    Router::new()
        .route("/healthz", get(health::healthz).fallback(refuse_method))
        .route("/metrics", get(metrics::metrics).fallback(refuse_method))
        .route("/feed", get(feed_service::feed).fallback(refuse_method))
        .route(
            "/extract",
            get(extract_service::extract).fallback(refuse_method),
        )
        .route("/image", get(image::image).fallback(refuse_method))
        .route("/image/", get(image::image).fallback(refuse_method))
        .route("/search", get(search::search).fallback(refuse_method))
        .route("/search.html", get(search::search).fallback(refuse_method))
        .fallback(any(site::site))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            image::on_own_host,
        ))
        .layer(middleware::from_fn_with_state(
            state.options.limits.answer,
            bound,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            metrics::measure,
        ))
        .layer(middleware::map_response(harden))
        .with_state(state)
}

/// Refuses targets beyond the limit, and answers that do not begin in time.
async fn bound(
    axum::extract::State(limit): axum::extract::State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if length > MAX_TARGET_BYTES {
        let message = format!("the address is longer than {MAX_TARGET_BYTES} bytes");
        return Refusal::new(StatusCode::URI_TOO_LONG, "address_too_long", message).into_response();
    }
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_slow",
            "the answer took too long",
        )
        .into_response(),
    }
}

/// Turns a panic in a handler into an answer; its message goes to the log alone.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(message, "a request handler panicked");
    Refusal::internal().into_response()
}

async fn harden(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        // A page that is whole in itself has a policy of its own, which lets nothing else in.
        response
            .headers_mut()
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests;
