//! The web server of one invented publication, good days and bad.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{self, StreamExt};
use tokio::net::TcpListener;
use url::Url;

use crate::demo::newsroom::feeds::{self, Issue};
use crate::demo::newsroom::moment::{Calendar, Weather, on_show, weather};
use crate::demo::newsroom::publication::{Charset, Publication};
use crate::demo::newsroom::{pages, picture};

/// Longer than the demonstration waits for an answer.
const SLOW: Duration = Duration::from_secs(20);

/// How long the half of a cut-off answer has to leave before the connection closes.
const BEFORE_CUT: Duration = Duration::from_millis(100);

/// What a busy server asks for, in seconds.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Closes one section to robots (RFC 9309).
const ROBOTS: &str = "User-agent: *\nDisallow: /members/\n";

/// One publication at work.
pub(crate) struct Desk {
    pub(crate) publication: Publication,
    /// The root of its site.
    pub(crate) site: Url,
    pub(crate) calendar: Calendar,
    pub(crate) step: Arc<AtomicU32>,
    /// Requests for pages that robots.txt closes.
    pub(crate) trespasses: AtomicU32,
}

impl Desk {
    fn issue(&self) -> Issue<'_> {
        let step = self.step.load(Ordering::Relaxed);
        Issue {
            publication: &self.publication,
            site: &self.site,
            step,
            now: self.calendar.at(step),
            pieces: on_show(&self.publication, self.calendar, step),
        }
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        match self.publication.charset {
            Charset::Utf8 => text.as_bytes().to_vec(),
            Charset::Gbk => encoding_rs::GBK.encode(text).0.into_owned(),
        }
    }
}

/// Serves the publication until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    let feed_path = feeds::path(desk.publication.format);
    let router = Router::new()
        .route("/", get(front))
        .route("/robots.txt", get(async || ROBOTS))
        .route(feed_path, get(feed))
        .route("/pictures/{name}", get(drawn))
        .route("/amp/{section}/{key}", get(article))
        .route("/{section}/{key}", get(article))
        .with_state(desk);
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "a publication of the demonstration stopped");
    }
}

async fn front(State(desk): State<Arc<Desk>>) -> Response {
    page(StatusCode::OK, desk.encoded(&pages::front(&desk.issue())))
}

async fn feed(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let issue = desk.issue();
    let bytes = desk.encoded(&feeds::write(&issue));
    match weather(&desk.publication, issue.step) {
        Weather::Fine => unless_known(&headers, feeds::media_type(desk.publication.format), bytes),
        Weather::Broken => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Weather::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS))],
        )
            .into_response(),
        Weather::CutOff => cut_off(bytes),
        Weather::Slow => {
            tokio::time::sleep(SLOW).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
    }
}

/// Answers 304 to a client that has these very bytes.
fn unless_known(headers: &HeaderMap, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let etag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..16]);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let validator = [(header::ETAG, etag)];
    if known {
        return (StatusCode::NOT_MODIFIED, validator).into_response();
    }
    (validator, [(header::CONTENT_TYPE, media_type)], bytes).into_response()
}

/// Promises the whole body, sends half of it, and closes the connection once that half is under way.
fn cut_off(mut bytes: Vec<u8>) -> Response {
    let promised = HeaderValue::from(bytes.len());
    bytes.truncate(bytes.len() / 2);
    let half = stream::once(async { Ok(Bytes::from(bytes)) });
    let broken = stream::once(async {
        tokio::time::sleep(BEFORE_CUT).await;
        Err(std::io::Error::other(
            "the demonstration cuts this answer off",
        ))
    });
    (
        [(header::CONTENT_LENGTH, promised)],
        Body::from_stream(half.chain(broken)),
    )
        .into_response()
}

async fn article(
    State(desk): State<Arc<Desk>>,
    Path((section, key)): Path<(String, String)>,
) -> Response {
    if section == "members" {
        desk.trespasses.fetch_add(1, Ordering::Relaxed);
    }
    let issue = desk.issue();
    if let Some(piece) = issue
        .pieces
        .iter()
        .find(|piece| piece.text.key == key && piece.text.section == section)
    {
        return page(StatusCode::OK, desk.encoded(&pages::article(&issue, piece)));
    }
    let withdrawn = desk
        .publication
        .articles
        .iter()
        .any(|text| text.key == key && text.withdrawn.is_some_and(|step| issue.step >= step));
    let status = if withdrawn {
        StatusCode::GONE
    } else {
        StatusCode::NOT_FOUND
    };
    page(status, desk.encoded(&pages::front(&issue)))
}

async fn drawn(State(desk): State<Arc<Desk>>, Path(name): Path<String>) -> Response {
    let key = name.strip_suffix(".png");
    let known = desk
        .publication
        .articles
        .iter()
        .any(|text| Some(text.key.as_str()) == key);
    match key {
        Some(key) if known => {
            ([(header::CONTENT_TYPE, "image/png")], picture::draw(key)).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Without a charset in the header: the page declares its own.
fn page(status: StatusCode, bytes: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html")], bytes).into_response()
}
