//! Whether a URL may be asked for, and by which way: decided from its text alone, before anything is resolved. The
//! `url` crate has already turned every spelling of an IPv4 address (octal, hexadecimal, one number) into the address
//! itself (WHATWG URL §3.5), so that literals are checked here; names are checked when they are resolved, in `clients`.

use std::net::IpAddr;

use url::{Host, Url};

use crate::fetch::address::{self, Permits};
use crate::fetch::error::{FetchError, Refusal};

/// The longest URL asked for, in bytes; RFC 9110 §4.1 recommends that all software handle 8,000.
const MAX_URL_BYTES: usize = 8192;

/// Ports on which something else than HTTP listens: the WHATWG Fetch standard's blocked ports (§2.9). A request to one
/// of them could speak to a mail or database server in the operator's name.
const BLOCKED_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

/// A URL that passed, and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Host, and port if it is not the scheme's own: for messages, and the key of all that is kept per host. http and
    /// https on their own ports are one host, since one machine answers both.
    pub(super) host: String,
    /// By which way.
    pub(super) route: Route,
}

/// The way of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// To addresses that pass the check.
    Checked,
    /// To wherever the name leads: the operator allows it.
    Permitted,
    /// Through the operator's proxy, which resolves.
    Proxy(Url),
}

/// Checks a URL, the first of a request or the target of a redirect. `ports` as in `FetchOptions`.
pub(super) fn check(
    url: &Url,
    permits: &Permits,
    ports: &[u16],
    proxy: Option<&Url>,
) -> Result<Target, FetchError> {
    let bad = |reason| FetchError::BadUrl {
        url: shown(url),
        reason,
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("only http and https are fetched"));
    }
    if url.as_str().len() > MAX_URL_BYTES {
        return Err(bad("it is longer than 8,192 bytes"));
    }
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(bad("it names no host"));
    };
    let permitted = permitted(&host, port, permits);
    if BLOCKED_PORTS.contains(&port) && !permitted {
        return Err(bad("its port belongs to another protocol"));
    }
    let name = named(url);
    let is_asked = ports.is_empty() || ports.contains(&port);
    let refused = match is_asked {
        true => refusal(&host, proxy),
        false => Some(Refusal::Port { port }),
    };
    if let (false, Some(refusal)) = (permitted, refused) {
        return Err(FetchError::Refused {
            host: name,
            refusal,
        });
    }
    let route = match proxy {
        Some(proxy) => Route::Proxy(proxy.clone()),
        None if permitted => Route::Permitted,
        None => Route::Checked,
    };
    Ok(Target { host: name, route })
}

fn permitted(host: &Host<&str>, port: u16, permits: &Permits) -> bool {
    match host {
        Host::Domain(name) => permits.name(name, port),
        Host::Ipv4(address) => permits.address(IpAddr::V4(*address), Some(port)),
        Host::Ipv6(address) => permits.address(IpAddr::V6(*address), Some(port)),
    }
}

fn refusal(host: &Host<&str>, proxy: Option<&Url>) -> Option<Refusal> {
    let literal = |address: IpAddr| {
        address::special(address).map(|what| Refusal::Literal {
            address: address.to_string(),
            what,
        })
    };
    match host {
        Host::Ipv4(address) => literal(IpAddr::V4(*address)),
        Host::Ipv6(address) => literal(IpAddr::V6(*address)),
        Host::Domain(name) if is_under(name, "localhost") => Some(Refusal::Literal {
            address: (*name).to_owned(),
            what: "this machine (RFC 6761 §6.3)",
        }),
        Host::Domain(name) if is_under(name, "onion") => {
            let socks = proxy.is_some_and(|proxy| proxy.scheme() == "socks5h");
            (!socks).then_some(Refusal::Onion)
        }
        Host::Domain(_) => None,
    }
}

fn is_under(name: &str, top: &str) -> bool {
    name.trim_end_matches('.')
        .rsplit('.')
        .next()
        .is_some_and(|label| label.eq_ignore_ascii_case(top))
}

/// The host, with its port if it is not the scheme's own; without credentials.
pub(super) fn named(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The URL without user and password.
pub(super) fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Neither can fail for a URL with a host, and one without has no credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// A URL as messages may show it: without credentials, and no longer than a line or two.
pub(super) fn shown(url: &Url) -> String {
    let text = String::from(without_credentials(url));
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, proxy: Option<&str>, expected: Result<(), &str>) {
        let permits = Permits::parse(&[
            "allowed.lan".to_owned(),
            "127.0.0.1:8000".to_owned(),
            "10.0.0.0/8".to_owned(),
        ])
        .unwrap();
        let proxy = proxy.map(|proxy| Url::parse(proxy).unwrap());
        let found = super::check(&Url::parse(url).unwrap(), &permits, &[], proxy.as_ref());
        assert_eq!(
            found.as_ref().map(|_| ()).map_err(FetchError::kind),
            expected,
            "{url}: {found:?}"
        );
    }

    #[test]
    fn special_addresses_are_refused_in_every_spelling() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0/",
            "http://①②⑦.⓪.⓪.①/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://192.168.1.1:8080/",
            "https://[fe80::1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost:8080/",
            "http://127.0.0.1./",
            "http://user:password@127.0.0.1/",
        ] {
            check(url, None, Err("refused_address"));
            check(
                url,
                Some("socks5h://127.0.0.1:9050"),
                Err("refused_address"),
            );
        }
    }

    #[test]
    fn what_the_operator_allows_is_reached_at_any_port_or_at_the_one_named() {
        check("http://allowed.lan:6000/", None, Ok(()));
        check("http://127.0.0.1:8000/", None, Ok(()));
        check("http://127.0.0.1:8001/", None, Err("refused_address"));
        check("http://10.20.30.40/", None, Ok(()));
    }

    #[test]
    fn onion_names_go_nowhere_but_through_socks() {
        let onion = "http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion/feed";
        check(onion, None, Err("refused_address"));
        check(
            onion,
            Some("http://proxy.example:3128"),
            Err("refused_address"),
        );
        check(onion, Some("socks5h://127.0.0.1:9050"), Ok(()));
    }

    #[test]
    fn other_protocols_are_not_spoken() {
        for url in [
            "ftp://a.example/",
            "file:///etc/passwd",
            "http://a.example:25/",
            "https://a.example:6667/",
            "data:,x",
        ] {
            check(url, None, Err("bad_url"));
        }
        check(
            &format!("http://a.example/{}", "a".repeat(9000)),
            None,
            Err("bad_url"),
        );
        check("http://a.example:8443/", None, Ok(()));
    }

    #[test]
    fn where_ports_are_named_no_other_is_asked_but_what_the_operator_allows() {
        let permits = Permits::parse(&["127.0.0.1:8000".to_owned()]).unwrap();
        let check = |url: &str| {
            let found = super::check(&Url::parse(url).unwrap(), &permits, &[80, 443], None);
            found.map(|_| ()).map_err(|error| error.to_string())
        };
        for url in [
            "http://a.example/",
            "https://a.example/",
            "http://a.example:443/",
            "http://127.0.0.1:8000/",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
        for url in ["http://a.example:8080/", "https://a.example:6379/"] {
            let said = check(url).unwrap_err();
            assert!(
                said.contains("is not one of those that are asked"),
                "{said}"
            );
        }
    }

    #[test]
    fn credentials_are_in_no_message() {
        let url = Url::parse("ftp://ann:secret@a.example/").unwrap();
        let error = super::check(&url, &Permits::default(), &[], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ftp://a.example/ cannot be fetched: only http and https are fetched"
        );
    }
}
