//! Image proxy addresses undone.
//!
//! The first mirrors wrote `https://images.weserv.nl/?url=HOST/PATH`, the address bare and not
//! encoded, so that in an archive everything after `url=` belongs to the origin, its query too.
//! (As a server the proxy ends `url` at the first `&`; that is not this module's reading.)

use super::entities;

/// The proxy's host.
const HOST: &str = "images.weserv.nl";

/// Proxies around proxies; three are the most seen.
const MAX_LAYERS: usize = 8;

/// The address behind the image proxy of the first mirrors, `None` for an address that is not
/// behind it. Proxies around proxies are undone together.
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
    let query = bare
        .strip_prefix(HOST)?
        .trim_start_matches('/')
        .strip_prefix('?')?;
    let start = if query.starts_with("url=") {
        0
    } else {
        query.find("&url=")? + 1
    };
    let target = entities::plain(&query[start + 4..]);
    let target = target.trim();
    let encoded = target.get(..12).unwrap_or(target).to_ascii_lowercase();
    let target = if encoded.starts_with("http%3a") || encoded.starts_with("https%3a") {
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
