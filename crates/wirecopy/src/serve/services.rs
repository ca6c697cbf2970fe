//! What `/feed` and `/extract` share: who may ask, what may be asked for, and the answers kept.
//!
//! Both fetch what a stranger names. They are off unless switched on, want a token, are limited in rate, and go to the
//! network through the fetcher's address check alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::{Url, form_urlencoded};
use wirecopy_extract::SiteRules;

use crate::fetch::error::FetchError;
use crate::fetch::{self, Fetcher, Outcome, Purpose};
use crate::serve::ServerState;
use crate::serve::access::{Guard, Token};
use crate::serve::cache::{Cache, CacheLimits};
use crate::serve::rate::Rate;
use crate::serve::refusal::Refusal;

/// How long a failure is repeated without asking again.
const KEEP_FAILURE: Duration = Duration::from_secs(60);

/// Bytes of answers held in memory, for each of the two services.
const MAX_CACHED_BYTES: usize = 32 << 20;

/// The full-text services, switched on.
#[derive(Clone)]
pub struct ServiceOptions {
    /// Made for strangers: what the operator's own sources may reach on private networks must not be allowed in it.
    pub fetcher: Arc<Fetcher>,
    /// What mends the extraction of single sites, as in a round.
    pub rules: Arc<SiteRules>,
    /// How often one client may ask.
    pub rate: Rate,
    /// The most entries of a feed; the newest stay.
    pub max_entries: usize,
    /// How long an answer may take. A feed goes out by then with the pages that were had.
    pub deadline: Duration,
    /// How long an answer is kept.
    pub keep: Duration,
}

impl ServiceOptions {
    /// No site rules and the usual limits: 30 requests a minute for a client, 30 entries, 40 seconds, answers kept for
    /// 15 minutes.
    pub fn new(fetcher: Arc<Fetcher>) -> ServiceOptions {
        ServiceOptions {
            fetcher,
            rules: Arc::default(),
            rate: Rate {
                per_minute: 30,
                burst: 10,
            },
            max_entries: 30,
            deadline: Duration::from_secs(40),
            keep: Duration::from_secs(15 * 60),
        }
    }
}

/// The services at work.
pub(crate) struct Services {
    pub(crate) options: ServiceOptions,
    pub(crate) feeds: Cache,
    pub(crate) articles: Cache,
    guard: Guard,
}

impl Services {
    pub(crate) fn new(options: ServiceOptions, tokens: Vec<Token>) -> Services {
        let limits = CacheLimits {
            keep: options.keep,
            keep_failure: KEEP_FAILURE.min(options.keep),
            max_bytes: MAX_CACHED_BYTES,
        };
        Services {
            guard: Guard::new(tokens, options.rate),
            feeds: Cache::new(limits),
            articles: Cache::new(limits),
            options,
        }
    }

    /// Fetches what was named, or says in a refusal why not.
    pub(crate) async fn fetch(
        &self,
        url: &Url,
        purpose: Purpose,
    ) -> Result<fetch::Response, Refusal> {
        match self
            .options
            .fetcher
            .get(&fetch::Request::new(url.clone(), purpose))
            .await
        {
            Ok(Outcome::Fetched(response)) => Ok(response),
            Ok(Outcome::NotModified) => Err(upstream(
                "protocol",
                "the server said “not modified” to a request without conditions".to_owned(),
            )),
            Err(error) => Err(refusal_of(&error)),
        }
    }
}

/// The services and the address asked for, if they are on and the client may ask.
pub(crate) fn admit(state: &ServerState, request: &Parts) -> Result<(Arc<Services>, Url), Refusal> {
    let Some(services) = &state.services else {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "switched_off",
            "this service is switched off; the mirror's operator can switch it on",
        ));
    };
    services.guard.admit(request, Instant::now())?;
    Ok((
        services.clone(),
        named_url(request.uri.query().unwrap_or_default())?,
    ))
}

/// The address in the query, checked as far as it can be without a look at the network.
fn named_url(query: &str) -> Result<Url, Refusal> {
    let bad = |message: &str| Refusal::new(StatusCode::BAD_REQUEST, "bad_url", message);
    let named = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "url")
        .map(|(_, value)| value);
    let named = named.ok_or_else(|| bad("add url=<address> to the query"))?;
    let mut url = Url::parse(named.trim())
        .map_err(|_| bad("url is not an absolute address such as https://news.example/feed"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("url has to begin with http: or https:"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("url must not hold a user name or password"));
    }
    url.set_fragment(None);
    Ok(url)
}

pub(crate) fn too_slow() -> Refusal {
    Refusal::new(
        StatusCode::GATEWAY_TIMEOUT,
        "timeout",
        "the page or feed asked for did not come in time",
    )
}

fn upstream(kind: &'static str, message: String) -> Refusal {
    Refusal::new(StatusCode::BAD_GATEWAY, kind, message)
}

fn refusal_of(error: &FetchError) -> Refusal {
    let kind = error.kind();
    match error {
        FetchError::BadUrl { .. } => Refusal::new(StatusCode::BAD_REQUEST, kind, error.to_string()),
        // Without the cause: it could tell what names mean inside the operator's network.
        FetchError::Refused { .. } => Refusal::new(
            StatusCode::FORBIDDEN,
            kind,
            "this address is not a public one",
        ),
        FetchError::Robots { .. } => Refusal::new(StatusCode::FORBIDDEN, kind, error.to_string()),
        FetchError::Timeout { .. } => {
            Refusal::new(StatusCode::GATEWAY_TIMEOUT, kind, error.to_string())
        }
        _ => upstream(kind, error.to_string()).retry_after(error.retry_after()),
    }
}

/// Sends an answer that a reader may keep for itself, or 304 if it has this very one.
pub(crate) fn answer(
    bytes: Arc<[u8]>,
    media_type: &'static str,
    request: &HeaderMap,
    keep: Duration,
) -> Response {
    let etag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..32]);
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .unwrap_or_default();
    let headers: [(HeaderName, HeaderValue); 2] = [
        (
            header::ETAG,
            HeaderValue::try_from(&etag).expect("hexadecimal digits are a header's value"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::try_from(format!("private, max-age={}", keep.as_secs()))
                .expect("so are decimal ones"),
        ),
    ];
    if known
        .split(',')
        .any(|known| known.trim().trim_start_matches("W/") == etag)
    {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let body = Body::from(axum::body::Bytes::from_owner(bytes));
    (
        headers,
        [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))],
        body,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Option<&str>) {
        assert_eq!(
            named_url(query).ok().as_ref().map(Url::as_str),
            expected,
            "{query}"
        );
    }

    #[test]
    fn only_plain_web_addresses_are_taken() {
        check(
            "url=https://news.example/feed",
            Some("https://news.example/feed"),
        );
        check(
            "token=x&url=https%3A%2F%2Fnews.example%2F%3Fa%3Db%26c%3Dd%23top",
            Some("https://news.example/?a=b&c=d"),
        );
        for query in [
            "",
            "url=",
            "url=news.example",
            "url=file:///etc/passwd",
            "url=gopher://x/",
            "url=//x/",
            "url=http://me:word@news.example/",
            "url=javascript:1",
        ] {
            check(query, None);
        }
    }
}
