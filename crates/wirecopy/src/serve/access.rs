//! Who may ask for what costs us: tokens compared in constant time, and so many requests for each client.
//!
//! A client is the address at the other end of the connection. Forwarding headers are never believed where they would
//! give a privilege; they can take one away, and tell apart the readers behind a proxy of the operator's.

use std::fmt;
use std::net::IpAddr;
use std::time::Instant;

use anyhow::ensure;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use url::form_urlencoded;

use crate::serve::connections::Peer;
use crate::serve::rate::{Buckets, Rate};
use crate::serve::refusal::Refusal;

/// The shortest secret taken: 16 bytes, which nobody guesses at the rate that we allow.
const MIN_TOKEN_BYTES: usize = 16;

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

/// The guard before `/feed` and `/extract`.
#[derive(Debug)]
pub(crate) struct Guard {
    tokens: Vec<Token>,
    buckets: Buckets<Client>,
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
            buckets: Buckets::new(rate),
        }
    }

    /// Lets the request pass, or says why not: 401 without a right token, 429 beyond the rate.
    pub(crate) fn admit(&self, request: &Parts, now: Instant) -> Result<(), Refusal> {
        let token = self.token_of(request);
        let network = network(peer(&request.extensions));
        self.buckets
            .take(Client { network, token }, now)
            .map_err(Refusal::too_many)?;
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
    peer(&request.extensions).to_canonical().is_loopback() && names_loopback(request) && !forwarded
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

/// Who asks for what anybody may have, to be counted: the peer, or whom a proxy on this machine names. A proxy adds the
/// address it was asked from behind those that it was told (`X-Forwarded-For`), so that only the last one is not the
/// client's own invention; where it adds none, a client can at most escape being counted with the others.
pub(crate) fn reader(headers: &HeaderMap, extensions: &Extensions) -> IpAddr {
    let peer = peer(extensions);
    let named = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    network(match peer.to_canonical().is_loopback() {
        true => named.unwrap_or(peer),
        false => peer,
    })
}

/// The other end of the connection; all zeros where there is none, which happens in tests alone.
fn peer(extensions: &Extensions) -> IpAddr {
    let peer = extensions.get::<Peer>();
    peer.map_or(IpAddr::from([0, 0, 0, 0]), |Peer(address)| address.ip())
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

    #[test]
    fn short_and_odd_tokens_are_refused() {
        assert!(Token::new("short").is_err());
        assert!(Token::new("a token with spaces in it").is_err());
        assert!(Token::new("令牌令牌令牌令牌").is_err());
        assert!(Token::new("0123456789abcdef").is_ok());
    }

    #[test]
    fn readers_behind_the_operators_proxy_are_told_apart_and_nobody_else_is_believed() {
        let check = |peer: &str, named: &[&str], expected: &str| {
            let mut extensions = Extensions::new();
            extensions.insert(Peer(std::net::SocketAddr::new(peer.parse().unwrap(), 1)));
            let mut headers = HeaderMap::new();
            for name in named {
                headers.append("x-forwarded-for", name.parse().unwrap());
            }
            let found = reader(&headers, &extensions);
            assert_eq!(
                found,
                expected.parse::<IpAddr>().unwrap(),
                "{peer} {named:?}"
            );
        };
        check("127.0.0.1", &["192.0.2.9, 198.51.100.7"], "198.51.100.7");
        check("::1", &["192.0.2.9", "2001:db8:1:2::3"], "2001:db8:1:2::");
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &["192.0.2.9, unknown"], "127.0.0.1");
        check("203.0.113.5", &["192.0.2.9"], "203.0.113.5");
    }

    #[test]
    fn one_household_of_ipv6_is_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
