//! Requests that hand something over: a file to the operator's storage, a notice to a hub. The address is the
//! operator's own choice, so robots.txt and the pauses of politeness are not for it; the check of the address and the
//! bounds on time and bytes are. Redirects are not followed: a signature is for one address alone.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::fetch::error::{FetchError, Phase};
use crate::fetch::target::{self, shown};
use crate::fetch::{Fetcher, failure};

/// The most bytes of an answer: lists of a thousand objects are some 400 kB.
const MAX_ANSWER: usize = 4 << 20;

/// What is handed over.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// How.
    pub method: DeliveryMethod,
    /// To where, with what signs it.
    pub url: Url,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The content; empty for none.
    pub body: Vec<u8>,
}

/// What is asked of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryMethod {
    /// To tell.
    Get,
    /// To tell what the address holds, without the content.
    Head,
    /// To keep the content under the address.
    Put,
    /// To take the content in.
    Post,
    /// To forget the address.
    Delete,
}

/// What came back; any status is an answer.
#[derive(Clone, Debug)]
pub struct DeliveryAnswer {
    /// The status code.
    pub status: u16,
    /// Its text, as far as it is one, without what is beyond 4 MiB.
    pub text: String,
    headers: HeaderMap,
}

impl DeliveryAnswer {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetcher {
    /// Hands something over, within the time limit of requests.
    pub async fn deliver(&self, delivery: Delivery) -> Result<DeliveryAnswer, FetchError> {
        let shared = &self.shared;
        let target = target::check(&delivery.url, &shared.permits, &shared.options.ports, None)?;
        let limit = shared.options.timeout;
        let deadline = Instant::now() + limit;
        let late = |phase| FetchError::Timeout {
            host: target.host.clone(),
            phase,
            limit,
        };
        let bad = || FetchError::BadUrl {
            url: shown(&delivery.url),
            reason: "its headers cannot be sent",
        };
        let headers = headers(&delivery.headers).ok_or_else(bad)?;
        let request = shared
            .clients
            .client(&target.route)?
            .request(method(delivery.method), delivery.url.clone())
            .headers(headers)
            .body(delivery.body);
        shared.metrics.requests.inc();
        let sent = timeout_at(deadline, request.send()).await;
        let mut response = sent
            .map_err(|_| late(Phase::Response))?
            .map_err(|error| failure::explain(&error, &target, limit))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut bytes = Vec::new();
        while bytes.len() < MAX_ANSWER {
            let chunk = timeout_at(deadline, response.chunk()).await;
            let chunk = chunk
                .map_err(|_| late(Phase::Body))?
                .map_err(|error| failure::explain(&error, &target, limit))?;
            let Some(chunk) = chunk else { break };
            bytes.extend_from_slice(&chunk);
        }
        bytes.truncate(MAX_ANSWER);
        Ok(DeliveryAnswer {
            status,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            headers,
        })
    }
}

fn method(method: DeliveryMethod) -> Method {
    match method {
        DeliveryMethod::Get => Method::GET,
        DeliveryMethod::Head => Method::HEAD,
        DeliveryMethod::Put => Method::PUT,
        DeliveryMethod::Post => Method::POST,
        DeliveryMethod::Delete => Method::DELETE,
    }
}

fn headers(given: &[(&'static str, String)]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).ok()?,
        );
    }
    Some(headers)
}
