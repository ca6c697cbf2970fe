//! Where a picture lies: the value of `url` as weserv reads it, with wrappers of its own kind taken off.

use url::{Host, Url};

use crate::request::Ask;

/// Hosts that speak this API; a picture behind them lies elsewhere.
const PROXIES: [&str; 3] = ["images.weserv.nl", "wsrv.nl", "imageproxy.weserv.nl"];

/// Wrappers that are taken off; more are a mistake, or an attempt to keep a proxy busy with itself.
const MAX_WRAPPERS: usize = 3;

/// The shortest address (section 1).
const MIN_LENGTH: usize = 4;

/// Why an address is refused, in the API's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It is no address on the web, or has a user name in it.
    #[error("Unable to parse URI")]
    Unparsable,
    /// It is a socket of this machine.
    #[error("Unix domain sockets are not supported")]
    Socket,
    /// It leads to this proxy itself.
    #[error("The hostname of the origin is unresolvable (DNS) or blocked by policy.")]
    Own,
}

/// Reads the value of `url`: http or https, no scheme meaning http, `ssl:` and `//` meaning https. Of an address on
/// another proxy with this API, or on one of `own` (hosts in lower case), the innermost picture counts.
///
/// # Errors
///
/// Names what is wrong; [`SourceError::Own`] for an address of ours that names no picture.
pub fn parse(text: &str, own: &[String]) -> Result<Url, SourceError> {
    let mut url = address(text)?;
    for _ in 0..=MAX_WRAPPERS {
        let host = url.host_str().unwrap_or_default();
        let is_own = own.iter().any(|own| own == host);
        if !is_own && !PROXIES.contains(&host) {
            return Ok(url);
        }
        let inner = Ask::parse(url.query().unwrap_or_default()).url;
        url = match inner {
            Some(inner) => address(&inner)?,
            None if is_own => return Err(SourceError::Own),
            None => return Ok(url),
        };
    }
    Err(SourceError::Own)
}

fn address(text: &str) -> Result<Url, SourceError> {
    let text = text.trim();
    if text.len() < MIN_LENGTH {
        return Err(SourceError::Unparsable);
    }
    let (scheme, rest) = scheme(text)?;
    let rest = rest.trim_start_matches('/');
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    if host.contains(['\\', '@', '<', '>', ' ']) {
        return Err(SourceError::Unparsable);
    }
    if host.starts_with("unix:") {
        return Err(SourceError::Socket);
    }
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    let written = format!("{scheme}://{host}{}", escaped(path));
    let url = Url::parse(&written).map_err(|_| SourceError::Unparsable)?;
    let is_named = matches!(url.host(), Some(Host::Domain(name)) if name.len() > 253);
    if is_named || !url.username().is_empty() || url.password().is_some() {
        return Err(SourceError::Unparsable);
    }
    Ok(url)
}

/// The scheme, and what stands behind it.
fn scheme(text: &str) -> Result<(&'static str, &str), SourceError> {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    for (prefix, scheme) in [
        ("https://", "https"),
        ("http://", "http"),
        ("ssl:", "https"),
        ("//", "https"),
    ] {
        if lower.starts_with(prefix) {
            return Ok((scheme, &text[prefix.len()..]));
        }
    }
    if lower.starts_with("unix:") {
        return Err(SourceError::Socket);
    }
    let before_path = text.split(['/', '?', '#']).next().unwrap_or(text);
    match before_path.len() < text.len() && before_path.ends_with(':') {
        true => Err(SourceError::Unparsable),
        false => Ok(("http", text)),
    }
}

/// What must not stand in an address as `%XX`; `%` itself and all reserved characters stay (section 1).
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            0..=0x20 | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x7f.. => {
                escaped.push('%');
                escaped.extend([byte >> 4, byte & 15].map(|digit| {
                    char::from_digit(digit.into(), 16)
                        .expect("four bits are a digit")
                        .to_ascii_uppercase()
                }));
            }
            _ => escaped.push(byte.into()),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, SourceError>) {
        let own = ["pictures.example".to_owned()];
        let found = parse(text, &own).map(|url| url.to_string());
        assert_eq!(found, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn every_way_of_writing_an_address_is_read() {
        check("i.example/a.jpg", Ok("http://i.example/a.jpg"));
        check("HTTPS://i.example/a.jpg", Ok("https://i.example/a.jpg"));
        check("ssl:i.example/a.jpg", Ok("https://i.example/a.jpg"));
        check("ssl://i.example/a.jpg", Ok("https://i.example/a.jpg"));
        check("//i.example/a.jpg", Ok("https://i.example/a.jpg"));
        check("https:////i.example/a.jpg#x", Ok("https://i.example/a.jpg"));
        check("i.example", Ok("http://i.example/"));
        check("i.example?id=3", Ok("http://i.example/?id=3"));
        check("i.example:8080/a?b?c", Ok("http://i.example:8080/a?b?c"));
    }

    #[test]
    fn what_an_address_cannot_hold_is_escaped_and_nothing_else() {
        check("i.example/a b|c.jpg", Ok("http://i.example/a%20b%7Cc.jpg"));
        check(
            "i.example/%20;a=b!.jpg",
            Ok("http://i.example/%20;a=b!.jpg"),
        );
        check("i.example/图.jpg", Ok("http://i.example/%E5%9B%BE.jpg"));
        check("图像。example/a", Ok("http://xn--o1qp4m.example/a"));
    }

    #[test]
    fn what_is_no_address_of_the_web_is_refused() {
        check("http:\\\\foobar", Err(SourceError::Unparsable));
        check("abc", Err(SourceError::Unparsable));
        check("http://me:pw@i.example/a", Err(SourceError::Unparsable));
        check("ftp://i.example/a", Err(SourceError::Unparsable));
        check("unix:/run/a:/b", Err(SourceError::Socket));
        check("http://unix:/run/a", Err(SourceError::Socket));
        check("http://[::1/a", Err(SourceError::Unparsable));
    }

    #[test]
    fn proxies_around_proxies_are_undone_up_to_three_deep() {
        let inner = "https%3A%2F%2Fi.example%2Fa.jpg";
        check(
            &format!(
                "https://images.weserv.nl?url={}&w=5",
                "https://i.example/a.jpg"
            ),
            Ok("https://i.example/a.jpg"),
        );
        check(
            &format!("https://wsrv.nl/?w=5&url=images.weserv.nl%3Furl%3D{inner}"),
            Ok("https://i.example/a.jpg"),
        );
        check(
            "pictures.example/image?url=ssl:i.example/a",
            Ok("https://i.example/a"),
        );
        let mut deep = "pictures.example/a".to_owned();
        for _ in 0..3 {
            deep = format!(
                "wsrv.nl/?url={}",
                deep.replace('%', "%25").replace('?', "%3F")
            );
        }
        check(&deep, Err(SourceError::Own));
        check("pictures.example/a.jpg", Err(SourceError::Own));
    }
}
