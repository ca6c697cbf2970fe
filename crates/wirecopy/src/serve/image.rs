//! `/image?url=`, and every path of the proxy's own host: pictures through weserv's URL API (its sections 6 and 7 for
//! headers and errors), with validators and ranges besides (RFC 9110).
//!
//! Whatever is sent cannot run: pictures are made anew, typed by us, and told to browsers as not to be sniffed,
//! framed or scripted.

mod range;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde::Serialize;
use wirecopy_picture::request::{Ask, Delivery, Fallback};
use wirecopy_picture::source;

use crate::images::trouble::Trouble;
use crate::images::{Picture, Pictures};
use crate::serve::ServerState;
use crate::serve::access::reader;
use crate::serve::image::range::{Part, part};
use crate::serve::rate::Buckets;
use crate::serve::refusal::Refusal;

/// What every answer carries, errors too.
const HEADERS: [(&str, &str); 5] = [
    ("content-security-policy", "default-src 'none'; sandbox"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("access-control-allow-origin", "*"),
    ("timing-allow-origin", "*"),
    ("x-images-api", "5"),
];

/// The proxy, and the host that is all its own.
pub(crate) struct ImageService {
    pub(crate) pictures: Pictures,
    pub(crate) host: Option<String>,
    /// How often each reader may have a picture made.
    pub(crate) readers: Buckets<IpAddr>,
}

/// Takes every request to the proxy's own host, whatever its path.
pub(crate) async fn on_own_host(
    State(state): State<ServerState>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    let own = state
        .images
        .as_ref()
        .and_then(|images| images.host.as_deref());
    match (own, name) {
        (Some(own), Some(name)) if own.eq_ignore_ascii_case(name) => {
            image(State(state), request).await
        }
        _ => next.run(request).await,
    }
}

/// Answers with the picture that the query asks for.
pub(crate) async fn image(State(state): State<ServerState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Refusal::method().into_response();
    }
    let Some(images) = state.images.clone() else {
        let message = "pictures are not served here; the mirror's operator can switch it on";
        return Refusal::new(StatusCode::NOT_FOUND, "switched_off", message).into_response();
    };
    let query = request.uri().query().unwrap_or_default().to_owned();
    let headers = request.headers().clone();
    let reader = reader(&headers, request.extensions());
    // A task of its own: a reader who leaves does not undo what others wait for, and what is nearly made is kept.
    let made = tokio::spawn(async move {
        let ask = Ask::parse(&query);
        let outcome = match carries_via(&headers, images.pictures.via()) {
            true => Err(Trouble::Loop),
            false => {
                let may_make = || images.readers.take(reader, Instant::now());
                images.pictures.get(&ask, &query, may_make).await
            }
        };
        match outcome {
            Ok(picture) => success(&ask, &picture, &headers),
            Err(trouble) => failure(&ask.delivery, ask.url.as_deref(), &trouble, &images),
        }
    });
    let mut response = made.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a picture's answer was not written");
        Refusal::internal().into_response()
    });
    for (name, value) in HEADERS {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

fn carries_via(headers: &HeaderMap, own: &str) -> bool {
    let mut values = headers.get_all(header::VIA).iter();
    values.any(|value| String::from_utf8_lossy(value.as_bytes()).contains(own))
}

fn success(ask: &Ask, picture: &Picture, request: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", &picture.entry.hash.to_hex()[..32]);
    let mut response = match is_known(request, &etag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => body(picture, request, &etag),
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: String| {
        // Nothing that is set here holds what a header cannot.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    let age = ask.delivery.max_age;
    set("etag", etag);
    set("cache-control", format!("public, max-age={age}"));
    set(
        "expires",
        date(Timestamp::now() + Duration::from_secs(age.into())),
    );
    set(
        "link",
        format!("<{}>; rel=\"canonical\"", picture.entry.origin),
    );
    set(
        "x-cache-status",
        if picture.was_kept { "HIT" } else { "MISS" }.to_owned(),
    );
    set(
        "x-upstream-response-length",
        picture.entry.received.to_string(),
    );
    let (name, extension) = (&ask.delivery.filename, &picture.entry.extension);
    if !ask.request.base64 {
        set(
            "content-disposition",
            format!("inline; filename={name}.{extension}"),
        );
    }
    if response.status() != StatusCode::NOT_MODIFIED {
        let media_type = match ask.request.base64 {
            true => "text/plain",
            false => picture.entry.media_type.as_str(),
        };
        if let Ok(value) = HeaderValue::from_str(media_type) {
            response.headers_mut().insert(header::CONTENT_TYPE, value);
        }
    }
    response
}

/// The file, or the part of it that is asked for.
fn body(picture: &Picture, request: &HeaderMap, etag: &str) -> Response {
    let length = picture.bytes.len();
    let text = |name: HeaderName| request.get(name).and_then(|value| value.to_str().ok());
    let is_same = text(header::IF_RANGE).is_none_or(|condition| condition == etag);
    let asked = text(header::RANGE).filter(|_| is_same);
    let mut response = match part(asked, length) {
        Part::Whole => Body::from(picture.bytes.clone()).into_response(),
        Part::None => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            let whole = HeaderValue::from_str(&format!("bytes */{length}"));
            response
                .headers_mut()
                .extend(whole.ok().map(|whole| (header::CONTENT_RANGE, whole)));
            response
        }
        Part::Some(range) => {
            let told = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            let bytes = Body::from(picture.bytes.slice(range));
            (
                StatusCode::PARTIAL_CONTENT,
                [(header::CONTENT_RANGE, told)],
                bytes,
            )
                .into_response()
        }
    };
    let accepted = (header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response.headers_mut().extend([accepted]);
    response
}

/// Whether the client has this very file (RFC 9110 §13.1.2).
fn is_known(request: &HeaderMap, etag: &str) -> bool {
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    known.is_some_and(|known| {
        let mut tags = known.split(',').map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    })
}

#[derive(Serialize)]
struct Told<'a> {
    status: &'static str,
    code: u16,
    message: &'a str,
}

/// The error as JSON, and where the reader goes instead if the query says so.
fn failure(
    delivery: &Delivery,
    url: Option<&str>,
    trouble: &Trouble,
    images: &Arc<ImageService>,
) -> Response {
    let body = Json(Told {
        status: "error",
        code: trouble.status(),
        message: &trouble.to_string(),
    });
    let status =
        StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    let elsewhere = match &delivery.fallback {
        Some(Fallback::Source) => url,
        Some(Fallback::Other(other)) => Some(other.as_str()),
        None => None,
    };
    let elsewhere =
        elsewhere.and_then(|address| source::parse(address, images.pictures.own_hosts()).ok());
    if let Some(location) = elsewhere.and_then(|url| HeaderValue::from_str(url.as_str()).ok()) {
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(header::LOCATION, location);
    }
    if let Some(wait) = trouble.retry_after() {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// An HTTP date (RFC 9110 §5.6.7).
fn date(time: Timestamp) -> String {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .unwrap_or_default()
}
