//! One request and its answer: headers out, status understood, body read within its bounds. Redirects are told, not
//! followed.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderValue};
use tokio::time::{Instant, timeout_at};
use url::Url;
use wirecopy_warc::coding::{self, DecodeError};

use crate::fetch::body::{BodyError, Limit};
use crate::fetch::error::{FetchError, Phase};
use crate::fetch::target::Target;
use crate::fetch::{Purpose, Request, Response, Shared, failure, headers, robots};

/// One request on the way.
pub(super) struct Ask<'a> {
    /// What the caller wants.
    pub(super) request: &'a Request,
    /// The URL of this step.
    pub(super) url: &'a Url,
    /// What the check made of it.
    pub(super) target: &'a Target,
    /// How much of the request's time is left.
    pub(super) time: Duration,
}

/// What came of it.
pub(super) enum Answer {
    /// A success; the caller knows the redirects.
    Fetched(Box<Response>),
    /// 304.
    NotModified,
    /// Somewhere else, by this Location.
    Elsewhere {
        /// As the server wrote it.
        location: String,
        /// 301 or 308.
        permanent: bool,
    },
}

/// Asks once. The host is held back if it wants to be.
pub(super) async fn ask(shared: &Shared, ask: &Ask<'_>) -> Result<Answer, FetchError> {
    let deadline = Instant::now() + ask.time;
    let limit = shared.options.timeout;
    let late = |phase| FetchError::Timeout {
        host: ask.target.host.clone(),
        phase,
        limit,
    };
    let request = shared
        .clients
        .client(&ask.target.route)?
        .get(ask.url.clone())
        .headers(request_headers(shared, ask.request));
    shared.metrics.requests.inc();
    let pace = shared.options.pace;
    let begun = pace.map_or(ask.time, |pace| pace.first_byte.min(ask.time));
    let sent = timeout_at(Instant::now() + begun, request.send())
        .await
        .map_err(|_| late(Phase::Response))?;
    let response = sent.map_err(|error| failure::explain(&error, ask.target, limit))?;
    match read_status(&response, ask, Timestamp::now()) {
        Ok(None) => {
            let body = timeout_at(deadline, read_body(shared, ask, response)).await;
            body.map_err(|_| late(Phase::Body))?
                .map(|response| Answer::Fetched(Box::new(response)))
        }
        Ok(Some(answer)) => Ok(answer),
        Err(error) => {
            if let Some(wait) = error.retry_after() {
                shared.turns.hold(&ask.target.host, wait);
            }
            Err(error)
        }
    }
}

fn request_headers(shared: &Shared, request: &Request) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let via = shared.options.via.as_ref();
    if let Some(via) = via.and_then(|name| HeaderValue::from_str(&format!("1.1 {name}")).ok()) {
        headers.insert(header::VIA, via);
    }
    headers.insert(
        header::ACCEPT,
        HeaderValue::from_static(accept(request.purpose)),
    );
    headers.insert(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static(coding::ACCEPTED),
    );
    let Some(validators) = &request.validators else {
        return headers;
    };
    let pairs = [
        (header::IF_NONE_MATCH, &validators.etag),
        (header::IF_MODIFIED_SINCE, &validators.last_modified),
    ];
    for (name, value) in pairs {
        // What no header can carry came from an index that someone edited; without it the body comes whole.
        if let Some(value) = value
            .as_ref()
            .and_then(|value| HeaderValue::from_str(value).ok())
        {
            headers.insert(name, value);
        }
    }
    headers
}

fn accept(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Feed => {
            "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
        }
        Purpose::Page => "text/html, application/xhtml+xml, */*;q=0.5",
        // What can be read; a server that goes by this sends no format that cannot.
        Purpose::Picture => "image/webp, image/png, image/jpeg, image/gif, */*;q=0.5",
        Purpose::Robots => "text/plain, */*;q=0.5",
        Purpose::Other => "*/*",
    }
}

/// What the status means without looking at the body; `None` where the body is what was asked for.
fn read_status(
    response: &reqwest::Response,
    ask: &Ask,
    now: Timestamp,
) -> Result<Option<Answer>, FetchError> {
    let status = response.status().as_u16();
    let location = headers::text(response.headers(), header::LOCATION);
    match (status, location) {
        (200..=299, _) => Ok(None),
        (304, _)
            if ask
                .request
                .validators
                .as_ref()
                .is_some_and(|known| !known.is_empty()) =>
        {
            Ok(Some(Answer::NotModified))
        }
        (301 | 302 | 303 | 307 | 308, Some(location)) => Ok(Some(Answer::Elsewhere {
            location,
            permanent: matches!(status, 301 | 308),
        })),
        _ => Err(FetchError::Status {
            host: ask.target.host.clone(),
            status,
            retry_after: headers::retry_after(response.headers(), now)
                .filter(|_| matches!(status, 429 | 503)),
        }),
    }
}

async fn read_body(
    shared: &Shared,
    ask: &Ask<'_>,
    mut response: reqwest::Response,
) -> Result<Response, FetchError> {
    let limit = match ask.request.purpose {
        Purpose::Robots => Limit {
            bytes: robots::MAX_BYTES,
            cut: true,
        },
        _ => Limit {
            bytes: usize::try_from(shared.options.max_bytes).unwrap_or(usize::MAX),
            cut: false,
        },
    };
    let told = |error| explain_body(error, ask, limit);
    let raw = shared
        .bodies
        .read(&mut response, limit, shared.options.pace)
        .await
        .map_err(told)?;
    shared.metrics.bytes_received.inc_by(raw.received() as u64);
    let encoding = headers::text(response.headers(), header::CONTENT_ENCODING).unwrap_or_default();
    let mut body = shared
        .bodies
        .decode(raw, coding::codings(&encoding), limit)
        .await
        .map_err(told)?;
    if ask.request.purpose == Purpose::Feed {
        body = shared.bodies.unpack(body, limit).await.map_err(told)?;
    }
    shared.metrics.bytes_decoded.inc_by(body.len() as u64);
    Ok(Response {
        url: ask.url.clone(),
        status: response.status().as_u16(),
        media_type: headers::text(response.headers(), header::CONTENT_TYPE),
        validators: headers::validators(response.headers()),
        max_age: headers::max_age(response.headers()),
        body,
        redirects: Vec::new(),
    })
}

fn explain_body(error: BodyError, ask: &Ask, limit: Limit) -> FetchError {
    let host = ask.target.host.clone();
    match error {
        BodyError::TooLarge { decoded } => FetchError::TooLarge {
            host,
            limit: limit.bytes as u64,
            decoded,
        },
        BodyError::Slow => FetchError::Timeout {
            host,
            phase: Phase::Body,
            limit: ask.time,
        },
        BodyError::Broken(error) => failure::explain(&error, ask.target, ask.time),
        BodyError::Encoding(DecodeError::Layers) => FetchError::Protocol {
            host,
            reason: "its body is compressed over and over".to_owned(),
        },
        BodyError::Encoding(DecodeError::Damaged(error)) => FetchError::Protocol {
            host,
            reason: format!("its compressed body is damaged: {error}"),
        },
    }
}
