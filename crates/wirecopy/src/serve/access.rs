//! Who may ask for what costs us: tokens compared in constant time, and a token bucket for each client.
//!
//! A client is the address at the other end of the connection. Forwarding headers are never believed; they can only
//! take a privilege away.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::ensure;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use url::form_urlencoded;

use crate::serve::connections::Peer;
use crate::serve::refusal::Refusal;

/// The shortest secret taken: 16 bytes, which nobody guesses at the rate that we allow.
const MIN_TOKEN_BYTES: usize = 16;

/// Clients remembered at once. Beyond it the fullest bucket, whose owner has asked least, is forgotten.
const MAX_BUCKETS: usize = 4096;

/// Headers that a proxy adds. Their presence says that the peer is not the one who asks.
const FORWARDING_HEADERS: &[&str] = &[
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
    "via",
    "cf-connecting-ip",
];

/// A secret that opens the services. Only its hash is kept, so that it appears in no log and comparing takes the same
/// time whatever was sent.
#[derive(Clone)]
pub struct Token(blake3::Hash);

impl Token {
    /// Takes a secret of at least 16 bytes of printable ASCII without spaces, as a header and an address can carry it.
    pub fn new(secret: &str) -> anyhow::Result<Token> {
        ensure!(
            secret.len() >= MIN_TOKEN_BYTES,
            "a token needs at least {MIN_TOKEN_BYTES} characters; this one has {}",
            secret.len()
        );
        ensure!(
            secret.bytes().all(|byte| byte.is_ascii_graphic()),
            "a token may hold only printable ASCII characters without spaces"
        );
        Ok(Token(blake3::hash(secret.as_bytes())))
    }

    /// `blake3::Hash` compares in constant time, and hashing takes time by the length of what the stranger himself
    /// sent.
    fn opens_for(&self, sent: &str) -> bool {
        self.0 == blake3::hash(sent.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

/// How often one client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests in a minute, in the long run; at least 1.
    pub per_minute: u32,
    /// Requests at once after a pause; at least 1.
    pub burst: u32,
}

/// The guard before `/feed` and `/extract`.
#[derive(Debug)]
pub(crate) struct Guard {
    tokens: Vec<Token>,
    rate: Rate,
    buckets: Mutex<HashMap<Client, Bucket>>,
}

/// Failed guesses have a bucket of their own, so that a stranger behind the same proxy cannot use up the reader's
/// requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Client {
    network: IpAddr,
    token: Option<usize>,
}

impl Guard {
    pub(crate) fn new(tokens: Vec<Token>, rate: Rate) -> Guard {
        Guard {
            tokens,
            rate,
            buckets: Mutex::default(),
        }
    }

    /// Lets the request pass, or says why not: 401 without a right token, 429 beyond the rate.
    pub(crate) fn admit(&self, request: &Parts, now: Instant) -> Result<(), Refusal> {
        let token = self.token_of(request);
        let network = peer(request).map_or(IpAddr::from([0, 0, 0, 0]), network);
        self.take(Client { network, token }, now)?;
        match token {
            Some(_) => Ok(()),
            None => Err(Refusal::new(
                StatusCode::UNAUTHORIZED,
                "token_needed",
                "this service needs a token: send \"Authorization: Bearer <token>\" or add token=<token> to the address",
            )),
        }
    }

    /// Which of our tokens the request carries. Every token is compared, whichever matched.
    pub(crate) fn token_of(&self, request: &Parts) -> Option<usize> {
        let sent = sent_token(request)?;
        self.tokens
            .iter()
            .enumerate()
            .fold(None, |found, (place, token)| {
                if token.opens_for(&sent) {
                    Some(place)
                } else {
                    found
                }
            })
    }

    fn take(&self, client: Client, now: Instant) -> Result<(), Refusal> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&client) {
            forget_fullest(&mut buckets, self.rate, now);
        }
        let bucket = buckets
            .entry(client)
            .or_insert_with(|| Bucket::full(self.rate, now));
        bucket.take(self.rate, now).map_err(Refusal::too_many)
    }
}

fn forget_fullest(buckets: &mut HashMap<Client, Bucket>, rate: Rate, now: Instant) {
    let fullest = buckets
        .iter()
        .max_by(|a, b| a.1.level_at(rate, now).total_cmp(&b.1.level_at(rate, now)))
        .map(|(client, _)| *client);
    if let Some(client) = fullest {
        buckets.remove(&client);
    }
}

/// A token bucket: refilled evenly, emptied by one for each request.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: f64,
    at: Instant,
}

impl Bucket {
    fn full(rate: Rate, now: Instant) -> Bucket {
        Bucket {
            level: f64::from(rate.burst.max(1)),
            at: now,
        }
    }

    fn level_at(&self, rate: Rate, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * per_second(rate);
        (self.level + gained).min(f64::from(rate.burst.max(1)))
    }

    /// Takes one, or says how long until there is one.
    fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let level = self.level_at(rate, now);
        if level < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - level) / per_second(rate)));
        }
        *self = Bucket {
            level: level - 1.0,
            at: now,
        };
        Ok(())
    }
}

fn per_second(rate: Rate) -> f64 {
    f64::from(rate.per_minute.max(1)) / 60.0
}

/// The token in `Authorization: Bearer` (RFC 6750 §2.1), else in the query.
fn sent_token(request: &Parts) -> Option<String> {
    if let Some(value) = request.headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned());
    }
    let query = request.uri.query()?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "token")
        .map(|(_, value)| value.into_owned())
}

/// Whether the one who asks sits at this machine: the peer is a loopback address, the name asked for is one too (a page
/// in a browser may have its own name resolve to us), and no proxy says that it asks for somebody else.
pub(crate) fn is_local(request: &Parts) -> bool {
    let forwarded = FORWARDING_HEADERS
        .iter()
        .any(|name| request.headers.contains_key(*name));
    peer(request).is_some_and(|address| address.to_canonical().is_loopback())
        && names_loopback(request)
        && !forwarded
}

fn names_loopback(request: &Parts) -> bool {
    let Some(host) = request
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    else {
        return false;
    };
    let Ok(authority) = host.parse::<axum::http::uri::Authority>() else {
        return false;
    };
    let name = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn peer(request: &Parts) -> Option<IpAddr> {
    request
        .extensions
        .get::<Peer>()
        .map(|Peer(address)| address.ip())
}

/// What counts as one client: an IPv4 address, or the 64 bits of an IPv6 address that its owner does not choose (RFC
/// 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_minute: 6,
        burst: 2,
    };

    #[test]
    fn bucket_lets_a_burst_pass_then_refills_evenly() {
        let start = Instant::now();
        let mut bucket = Bucket::full(RATE, start);
        assert_eq!(bucket.take(RATE, start), Ok(()));
        assert_eq!(bucket.take(RATE, start), Ok(()));
        assert_eq!(bucket.take(RATE, start), Err(Duration::from_secs(10)));
        assert_eq!(bucket.take(RATE, start + Duration::from_secs(10)), Ok(()));
        assert!(bucket.take(RATE, start + Duration::from_secs(11)).is_err());
        assert_eq!(bucket.take(RATE, start + Duration::from_secs(1000)), Ok(()));
        assert_eq!(bucket.take(RATE, start + Duration::from_secs(1000)), Ok(()));
        assert!(
            bucket
                .take(RATE, start + Duration::from_secs(1000))
                .is_err(),
            "a long pause must not save up more than a burst"
        );
    }

    #[test]
    fn remembers_a_bounded_number_of_clients_and_never_frees_the_busiest() {
        let guard = Guard::new(Vec::new(), RATE);
        let now = Instant::now();
        let busy = Client {
            network: IpAddr::from([192, 0, 2, 1]),
            token: None,
        };
        while guard.take(busy, now).is_ok() {}
        for number in 0..u32::try_from(MAX_BUCKETS).expect("fits") + 10 {
            let network = IpAddr::from(std::net::Ipv4Addr::from_bits(number));
            guard
                .take(
                    Client {
                        network,
                        token: None,
                    },
                    now,
                )
                .unwrap();
        }
        assert_eq!(guard.buckets.lock().unwrap().len(), MAX_BUCKETS);
        assert!(guard.take(busy, now).is_err());
    }

    #[test]
    fn short_and_odd_tokens_are_refused() {
        assert!(Token::new("short").is_err());
        assert!(Token::new("a token with spaces in it").is_err());
        assert!(Token::new("令牌令牌令牌令牌").is_err());
        assert!(Token::new("0123456789abcdef").is_ok());
    }

    #[test]
    fn one_household_of_ipv6_is_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
