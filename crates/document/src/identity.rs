//! What makes two addresses one article: tracking parameters, redirectors, AMP and mobile
//! variants and proxies undone, and the identifier made from what remains.
//!
//! Two articles must never become one: a parameter that is not known to track stays, and so does
//! a path, save where a form says by itself that it is a variant.

mod redirect;
mod tables;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use url::Url;

use self::redirect::is_of;
use self::tables::{
    HOSTS_OF_THEIR_OWN, TRACKING, TRACKING_OF_HOSTS, TRACKING_PREFIXES, TRACKING_VALUES,
    VARIANT_LABELS,
};

/// RFC 4648 §6, lower case: legal in a path on every file system, case-blind ones included.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Redirectors within redirectors and the like that are followed.
const MAX_STEPS: usize = 16;

/// The address an article is known by. Idempotent. Addresses other than `http` and `https` stay.
pub fn canonical(url: &Url) -> Url {
    let mut url = url.clone();
    for _ in 0..MAX_STEPS {
        let next = step(&url);
        if next == url {
            break;
        }
        url = next;
    }
    url
}

/// What is compared for identity: the canonical address without scheme, `www.`, doubled and last
/// slashes, its parameters sorted.
pub fn key(url: &Url) -> String {
    let url = canonical(url);
    let Some(host) = url.host_str() else {
        return url.to_string();
    };
    let mut key = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        key.push_str(&format!(":{port}"));
    }
    for segment in url.path().split('/').filter(|segment| !segment.is_empty()) {
        key.push('/');
        key.push_str(segment);
    }
    if let Some(query) = url.query() {
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_unstable();
        key.push('?');
        key.push_str(&pairs.join("&"));
    }
    if let Some(fragment) = url.fragment() {
        key.push('#');
        key.push_str(fragment);
    }
    key
}

/// One pass of the rules.
fn step(url: &Url) -> Url {
    if !matches!(url.scheme(), "http" | "https") {
        return url.clone();
    }
    if let Some(target) = redirect::target(url) {
        return target;
    }
    let mut url = url.clone();
    // Both fail only for addresses without a host, which these have.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    // Some sites route by what follows `#!` or `#/`; all else is a place on the page.
    if url
        .fragment()
        .is_some_and(|place| !place.starts_with(['!', '/']))
    {
        url.set_fragment(None);
    }
    strip_host(&mut url);
    strip_query(&mut url);
    strip_path(&mut url);
    url
}

/// Undoes hosts for small screens.
fn strip_host(url: &mut Url) {
    let Some(host) = url.host_str().map(str::to_owned) else {
        return;
    };
    let plain = host.trim_end_matches('.');
    let bare = match plain.split_once('.') {
        Some((label, rest)) if VARIANT_LABELS.contains(&label) && rest.contains('.') => Some(rest),
        _ => None,
    };
    let stripped = match bare {
        _ if HOSTS_OF_THEIR_OWN.contains(&plain) => plain.to_owned(),
        // A bare domain often does not answer where `www.` does, never the other way round.
        Some(bare) if bare.matches('.').count() == 1 => format!("www.{bare}"),
        Some(bare) => bare.to_owned(),
        None => plain.replace(".m.wikipedia.org", ".wikipedia.org"),
    };
    if stripped != host {
        let _ = url.set_host(Some(&stripped));
    }
}

/// Takes the tracking parameters out and writes the others in one way.
fn strip_query(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let host = url.host_str().unwrap_or_default();
    let kept: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !tracks(host, pair))
        .map(normalised)
        .collect();
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
}

fn tracks(host: &str, pair: &str) -> bool {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let by_value = |(name, values): &(&str, &[&str])| {
        *name == key && (values.contains(&value) || values.contains(&"*"))
    };
    let by_host = |(site, names): &(&str, &[&str])| is_of(host, site) && names.contains(&key);
    TRACKING.contains(&key)
        || TRACKING_PREFIXES
            .iter()
            .any(|prefix| key.starts_with(prefix))
        || TRACKING_VALUES.iter().any(by_value)
        || TRACKING_OF_HOSTS.iter().any(by_host)
}

/// Undoes AMP paths and writes the path in one way.
fn strip_path(url: &mut Url) {
    let path = normalised(url.path());
    let host = url.host_str().unwrap_or_default();
    let mut stripped = path.as_str();
    while let Some(rest) = stripped.trim_end_matches('/').strip_suffix("/amp")
        && rest.len() > 1
    {
        stripped = rest;
    }
    let mut stripped = match stripped.strip_suffix(".amp.html") {
        Some(rest) => format!("{rest}.html"),
        None => stripped.strip_suffix(".amp").unwrap_or(stripped).to_owned(),
    };
    if is_of(host, "bbc.com") || is_of(host, "bbc.co.uk") {
        stripped = stripped.replacen("/news/amp/", "/news/", 1);
    }
    if stripped != url.path() {
        url.set_path(&stripped);
    }
}

/// Text with its percent-encoding in one form (RFC 3986 §6.2.2): upper case, and none where a
/// letter needs none. Parentheses are encoded, as documents write them.
fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let code = rest.get(1..3).filter(|_| letter == '%');
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
            }
            Some(byte) => out.push_str(&format!("%{byte:02X}")),
            None if letter == '(' => out.push_str("%28"),
            None if letter == ')' => out.push_str("%29"),
            None => out.push(letter),
        }
        rest = &rest[if byte.is_some() { 3 } else { letter.len_utf8() }..];
    }
    out
}

/// A document's identifier: 80 bits of a hash, written as 16 characters of lower-case base 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId([u8; 10]);

impl DocumentId {
    /// The identifier of the article at `url` as told by `source`.
    pub fn of(source: &str, url: &Url) -> DocumentId {
        let hash = blake3::Hasher::new()
            .update(source.as_bytes())
            .update(b"\0")
            .update(key(url).as_bytes())
            .finalize();
        let mut bits = [0; 10];
        bits.copy_from_slice(&hash.as_bytes()[..10]);
        DocumentId(bits)
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self
            .0
            .iter()
            .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let letter = |place: u32| char::from(ALPHABET[((bits >> (75 - 5 * place)) & 31) as usize]);
        formatter.pad(&(0..16).map(letter).collect::<String>())
    }
}

/// A text that is no [`DocumentId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a document id: sixteen of a-z and 2-7")]
pub struct NotAnId(pub String);

impl FromStr for DocumentId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<DocumentId, NotAnId> {
        let refused = || NotAnId(text.chars().take(32).collect());
        if text.len() != 16 {
            return Err(refused());
        }
        let mut bits = 0_u128;
        for byte in text.bytes() {
            let place = ALPHABET
                .iter()
                .position(|letter| *letter == byte)
                .ok_or_else(refused)?;
            bits = (bits << 5) | place as u128;
        }
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&bits.to_be_bytes()[6..]);
        Ok(DocumentId(bytes))
    }
}
