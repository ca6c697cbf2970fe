//! Image proxy addresses undone.
//!
//! The first mirrors wrote `https://images.weserv.nl/?url=HOST/PATH`, the address bare and not
//! encoded, so that in an archive everything after `url=` belongs to the origin, its query too.
//! (As a server the proxy ends `url` at the first `&`; that is not this module's reading.)

use super::entities;

/// Proxies by host and path, and the parameter that holds the address.
const PROXIES: [(&str, &str); 5] = [
    ("images.weserv.nl", "url="),
    ("wsrv.nl", "url="),
    ("imageproxy.weserv.nl", "url="),
    ("external-content.duckduckgo.com/iu", "u="),
    ("proxy.duckduckgo.com/iu", "u="),
];

/// Parameters of the proxies' own that are met behind an address.
const PARAMETERS: [&str; 22] = [
    "a", "af", "bg", "crop", "default", "dpr", "encoding", "f", "filename", "fit", "h", "il",
    "ipo", "mask", "maxage", "n", "nofb", "output", "q", "t", "w", "we",
];

/// Proxies around proxies; three are the most seen.
const MAX_LAYERS: usize = 8;

/// The address behind the image proxy of the first mirrors, or one of its like, `None` for an
/// address that is not behind any. Proxies around proxies are undone together.
pub fn unproxy(url: &str) -> Option<String> {
    let mut inner = unwrapped(url)?;
    for _ in 1..MAX_LAYERS {
        match unwrapped(&inner) {
            Some(deeper) => inner = deeper,
            None => break,
        }
    }
    Some(inner)
}

fn unwrapped(url: &str) -> Option<String> {
    let (_, bare) = url.trim().split_once("//")?;
    if let Some(inner) = cached(bare) {
        return Some(inner);
    }
    let (rest, name) = PROXIES
        .iter()
        .find_map(|(host, name)| Some((bare.strip_prefix(host)?, *name)))?;
    let query = rest.trim_start_matches('/').strip_prefix('?')?;
    let start = if query.starts_with(name) {
        0
    } else {
        query.find(&format!("&{name}"))? + 1
    };
    let target = entities::plain(&query[start + name.len()..]);
    let target = without_parameters(target.trim());
    let target = if is_encoded(target) {
        decoded(target)
    } else {
        target.to_owned()
    };
    let has_scheme = target.starts_with("http://") || target.starts_with("https://");
    let bare = target.trim_start_matches('/');
    match bare.is_empty() {
        true => None,
        false if has_scheme => Some(target),
        false => Some(format!(
            "https://{}",
            bare.strip_prefix("ssl:").unwrap_or(bare)
        )),
    }
}

/// Whether an address is encoded: the first stroke of one that is not is a stroke.
fn is_encoded(target: &str) -> bool {
    let lower = target.to_ascii_lowercase();
    let place = |mark| lower.find(mark).unwrap_or(usize::MAX);
    place("%2f") < place("/")
}

/// The address without the proxy's own parameters, where they can be told from the address's: it has no query that
/// they could belong to.
fn without_parameters(target: &str) -> &str {
    let Some((address, rest)) = target.split_once('&') else {
        return target;
    };
    let name = rest.split(['=', '&']).next().unwrap_or_default();
    match !address.contains('?') && PARAMETERS.contains(&name) {
        true => address,
        false => target,
    }
}

/// The address behind a cache of AMP pages (`<site>.cdn.ampproject.org/i/s/<host>/<path>`).
fn cached(bare: &str) -> Option<String> {
    let (host, path) = bare.split_once('/')?;
    let is_cache = host == "cdn.ampproject.org" || host.ends_with(".cdn.ampproject.org");
    let kept = path.split_once('/').filter(|_| is_cache)?;
    let inner = match kept {
        ("i", inner) => inner,
        // A width stands between.
        ("ii", rest) => rest.split_once('/')?.1,
        _ => return None,
    };
    Some(match inner.strip_prefix("s/") {
        Some(inner) => format!("https://{inner}"),
        None => format!("http://{inner}"),
    })
}

/// An encoded address decoded, as a server would.
fn decoded(target: &str) -> String {
    let query = format!("url={}", target.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        assert_eq!(unproxy(url).as_deref(), expected, "of {url}");
    }

    #[test]
    fn everything_behind_url_is_the_origins() {
        let origin = Some("https://i.example/a.jpg?quality=75&auto=webp&width=600");
        check(
            "https://images.weserv.nl/?url=i.example/a.jpg?quality=75&amp;auto=webp&amp;width=600",
            origin,
        );
        check(
            "https://images.weserv.nl?url=i.example/a.jpg?quality=75&auto=webp&width=600",
            origin,
        );
        check(
            "//images.weserv.nl/?url=https://i.example/a.jpg?quality=75&auto=webp&width=600",
            origin,
        );
        check(
            "https://images.weserv.nl/?w=30&url=i.example/a.jpg",
            Some("https://i.example/a.jpg"),
        );
        check(
            "https://images.weserv.nl/?url=https%3A%2F%2Fi.example%2Fa.jpg",
            Some("https://i.example/a.jpg"),
        );
    }

    #[test]
    fn proxies_around_proxies_are_undone() {
        check(
            "https://images.weserv.nl/?url=images.weserv.nl/?url=https://images.weserv.nl?url=i.example/a.jpg",
            Some("https://i.example/a.jpg"),
        );
    }

    #[test]
    fn the_proxys_own_parameters_are_no_part_of_an_address_without_a_query() {
        let origin = Some("https://i.example/a.jpg");
        for url in [
            "https://images.weserv.nl/?url=i.example/a.jpg&w=300&output=webp",
            "https://wsrv.nl/?url=https://i.example/a.jpg&amp;w=300",
            "https://wsrv.nl/?w=300&url=https%3A%2F%2Fi.example%2Fa.jpg&h=3",
            "https://imageproxy.weserv.nl/?url=ssl:i.example/a.jpg&we",
            "https://external-content.duckduckgo.com/iu/?u=https%3A%2F%2Fi.example%2Fa.jpg&f=1&nofb=1",
            "https://www-i-example.cdn.ampproject.org/i/s/i.example/a.jpg",
            "https://cdn.ampproject.org/ii/w680/s/i.example/a.jpg",
            "https://wsrv.nl/?url=https%3A%2F%2Fimages.weserv.nl%2F%3Furl%3Dcdn.ampproject.org%2Fi%2Fs%2Fi.example%2Fa.jpg&w=3",
        ] {
            check(url, origin);
        }
        check(
            "https://wsrv.nl/?url=i.example/this&that.jpg",
            Some("https://i.example/this&that.jpg"),
        );
        check("https://i.example/i/s/j.example/a.jpg", None);
    }

    #[test]
    fn other_addresses_are_not_behind_the_proxy() {
        for url in [
            "https://i.example/?url=a",
            "https://images.weserv.nl/",
            "https://images.weserv.nl/?url=",
            "",
            "x",
        ] {
            check(url, None);
        }
    }
}
