//! Addresses that hold another address, and which that is.

use url::Url;

use super::tables::{FEEDSPORTAL, REDIRECTORS};
use crate::forms::proxy::unproxy;

/// The address that a redirector, a cache or a proxy names inside its own.
pub(super) fn target(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let found = by_parameter(url, host)
        .or_else(|| amp_cache(url, host))
        .or_else(|| feedsportal(url, host))
        .or_else(|| yahoo(url, host))
        .or_else(|| bare_query(url, host))
        .or_else(|| unproxy(url.as_str()))?;
    let target = Url::parse(&found).ok()?;
    let leads_on = matches!(target.scheme(), "http" | "https") && target.host_str().is_some();
    leads_on.then_some(target)
}

fn by_parameter(url: &Url, host: &str) -> Option<String> {
    let google = is_google(host) && url.path() == "/url";
    let known = REDIRECTORS
        .iter()
        .find(|(site, path, _)| is_of(host, site) && url.path().starts_with(path));
    let parameters = match known {
        Some((_, _, parameters)) => parameters,
        None if google => &["url", "q"][..],
        None => return None,
    };
    let value = |name: &&str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    };
    parameters
        .iter()
        .find_map(value)
        .filter(|value| value.starts_with("http"))
        .map(Into::into)
}

/// Whether a host is a site or one of its subdomains.
pub(super) fn is_of(host: &str, site: &str) -> bool {
    host.strip_suffix(site)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_google(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    host.strip_prefix("google.")
        .is_some_and(|zone| zone.len() <= 6)
}

/// `/c/s/host/path` of the AMP cache, `/amp/s/host/path` of search engines; `s` is for HTTPS.
fn amp_cache(url: &Url, host: &str) -> Option<String> {
    let path = url.path();
    let rest = if is_of(host, "cdn.ampproject.org") {
        ["/c/", "/v/", "/wp/"]
            .iter()
            .find_map(|kind| path.strip_prefix(kind))?
    } else if is_google(host) || is_of(host, "bing.com") {
        path.strip_prefix("/amp/")?
    } else {
        return None;
    };
    let (scheme, rest) = rest
        .strip_prefix("s/")
        .map_or(("http", rest), |rest| ("https", rest));
    let names_a_host = rest
        .split('/')
        .next()
        .is_some_and(|host| host.contains('.'));
    let query = url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    names_a_host.then(|| format!("{scheme}://{rest}{query}"))
}

/// The address in Feedsportal's own encoding, a segment that begins with `0L` or `0M`.
fn feedsportal(url: &Url, host: &str) -> Option<String> {
    if !is_of(host, "feedsportal.com") {
        return None;
    }
    let segment = url
        .path_segments()?
        .find(|part| part.starts_with("0L") || part.starts_with("0M"))?;
    let mut address = String::with_capacity(segment.len());
    let mut letters = segment.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '0' => {
                let code = letters.next()?;
                address.push_str(FEEDSPORTAL.iter().find(|(known, _)| *known == code)?.1);
            }
            other => address.push(other),
        }
    }
    Some(address)
}

/// `/RU=<address>/` of Yahoo's search results.
fn yahoo(url: &Url, host: &str) -> Option<String> {
    let part = url
        .path_segments()?
        .find_map(|part| part.strip_prefix("RU="));
    let query = format!("u={}", part.filter(|_| is_of(host, "search.yahoo.com"))?);
    let target = url::form_urlencoded::parse(query.as_bytes())
        .next()?
        .1
        .into_owned();
    Some(target)
}

/// An address that is the whole query.
fn bare_query(url: &Url, host: &str) -> Option<String> {
    let known = ["href.li", "anonym.to", "nullrefer.com"].contains(&host);
    url.query()
        .filter(|query| known && query.starts_with("http"))
        .map(str::to_owned)
}
