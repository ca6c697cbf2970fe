//! Which addresses a request may reach: global unicast ones, and what the operator allows. The table is that of the
//! IANA special-purpose registries (RFC 6890 and its updates) and, for IPv6, closed the other way round: only 2000::/3
//! is global unicast (RFC 4291 §2.4), so anything not yet given out is refused as well. Nothing here resolves or
//! connects.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One block of addresses: its first address, its prefix length in bits, what it is.
type Block<A> = (A, u8, &'static str);

/// IPv4 blocks that are not public, each with its source.
const SPECIAL_V4: &[Block<Ipv4Addr>] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network (RFC 791 §3.2)"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private (RFC 1918)"),
    (
        Ipv4Addr::new(100, 64, 0, 0),
        10,
        "shared by a provider (RFC 6598)",
    ),
    (
        Ipv4Addr::new(127, 0, 0, 0),
        8,
        "this machine (RFC 1122 §3.2.1.3)",
    ),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local (RFC 3927)"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private (RFC 1918)"),
    (
        Ipv4Addr::new(192, 0, 0, 0),
        24,
        "for protocols (RFC 6890 §2.1)",
    ),
    (
        Ipv4Addr::new(192, 0, 2, 0),
        24,
        "for documentation (RFC 5737)",
    ),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a 6to4 relay (RFC 7526)"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private (RFC 1918)"),
    (
        Ipv4Addr::new(198, 18, 0, 0),
        15,
        "for benchmarks (RFC 2544)",
    ),
    (
        Ipv4Addr::new(198, 51, 100, 0),
        24,
        "for documentation (RFC 5737)",
    ),
    (
        Ipv4Addr::new(203, 0, 113, 0),
        24,
        "for documentation (RFC 5737)",
    ),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast (RFC 5771)"),
    (
        Ipv4Addr::new(240, 0, 0, 0),
        4,
        "reserved or broadcast (RFC 1112 §4, RFC 919)",
    ),
];

/// IPv6 blocks that are not public. What carries an IPv4 address inside is refused whole: a gateway would unpack it.
const SPECIAL_V6: &[Block<Ipv6Addr>] = &[
    (
        v6(0, 0, 0),
        96,
        "this machine, unspecified or IPv4-compatible (RFC 4291 §2.5)",
    ),
    (
        Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0),
        96,
        "an IPv4 address in disguise (RFC 4291 §2.5.5.2)",
    ),
    (
        Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0),
        96,
        "an IPv4 address in disguise (RFC 2765 §2.1)",
    ),
    (
        v6(0x64, 0xff9b, 0),
        96,
        "an IPv4 address behind NAT64 (RFC 6052)",
    ),
    (
        v6(0x64, 0xff9b, 1),
        48,
        "an IPv4 address behind NAT64 (RFC 8215)",
    ),
    (v6(0x100, 0, 0), 64, "discarded (RFC 6666)"),
    (
        v6(0x2001, 0, 0),
        23,
        "for protocols, Teredo included (RFC 2928, RFC 4380)",
    ),
    (v6(0x2001, 0xdb8, 0), 32, "for documentation (RFC 3849)"),
    (
        v6(0x2002, 0, 0),
        16,
        "6to4, an IPv4 address inside (RFC 3056)",
    ),
    (v6(0x3fff, 0, 0), 20, "for documentation (RFC 9637)"),
    (v6(0x5f00, 0, 0), 16, "for segment routing (RFC 9602)"),
    (v6(0xfc00, 0, 0), 7, "private (RFC 4193)"),
    (v6(0xfe80, 0, 0), 10, "link-local (RFC 4291 §2.5.6)"),
    (v6(0xfec0, 0, 0), 10, "site-local (RFC 3879)"),
    (v6(0xff00, 0, 0), 8, "multicast (RFC 4291 §2.7)"),
];

/// The only block of IPv6 that global unicast addresses are given out from (RFC 4291 §2.4, IANA).
const GLOBAL_V6: (Ipv6Addr, u8) = (v6(0x2000, 0, 0), 3);

const fn v6(first: u16, second: u16, third: u16) -> Ipv6Addr {
    Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0)
}

/// What makes an address unfit to be asked on a stranger's word; `None` if it is global unicast.
pub fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => SPECIAL_V4
            .iter()
            .find(|(first, length, _)| in_v4(address, *first, *length))
            .map(|(_, _, what)| *what),
        IpAddr::V6(address) => {
            let listed = SPECIAL_V6
                .iter()
                .find(|(first, length, _)| in_v6(address, *first, *length));
            let (global, length) = GLOBAL_V6;
            listed.map(|(_, _, what)| *what).or_else(|| {
                (!in_v6(address, global, length))
                    .then_some("not given out for public use (RFC 4291 §2.4)")
            })
        }
    }
}

fn in_v4(address: Ipv4Addr, first: Ipv4Addr, length: u8) -> bool {
    let shift = 32 - u32::from(length);
    (u32::from(address) ^ u32::from(first))
        .checked_shr(shift)
        .unwrap_or(0)
        == 0
}

fn in_v6(address: Ipv6Addr, first: Ipv6Addr, length: u8) -> bool {
    let shift = 128 - u32::from(length);
    (u128::from(address) ^ u128::from(first))
        .checked_shr(shift)
        .unwrap_or(0)
        == 0
}

/// What the operator allows though it is special.
#[derive(Debug, Clone, Default)]
pub struct Permits(Vec<Permit>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Permit {
    /// A name, whatever it resolves to; at one port or at all.
    Name(String, Option<u16>),
    /// A block of addresses, by whatever name; written with a port only as a literal in a URL.
    Block(IpAddr, u8, Option<u16>),
}

/// An entry of `allow` that is neither a host, nor an address, nor a CIDR block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` in `allow` is no host, host:port, address, address:port or CIDR block (such as news.lan, 127.0.0.1:8080 or 10.0.0.0/8)"
)]
pub struct BadPermit(pub String);

impl Permits {
    /// Reads the entries of `allow`; an IPv6 address with a port is in brackets.
    pub fn parse(entries: &[String]) -> Result<Permits, BadPermit> {
        let permit = |entry: &String| permit(entry.trim()).ok_or_else(|| BadPermit(entry.clone()));
        entries
            .iter()
            .map(permit)
            .collect::<Result<_, _>>()
            .map(Permits)
    }

    /// Whether this name may be reached at this port, wherever it leads. Names compare without case and trailing dot.
    pub fn name(&self, name: &str, port: u16) -> bool {
        let name = plain(name);
        self.0.iter().any(|permit| match permit {
            Permit::Name(own, at) => *own == name && at.is_none_or(|at| at == port),
            _ => false,
        })
    }

    /// Whether this address may be reached. Without a known port only the entries for all ports count.
    pub fn address(&self, address: IpAddr, port: Option<u16>) -> bool {
        self.0.iter().any(|permit| match permit {
            Permit::Block(first, length, at) => {
                contains(*first, *length, address) && (at.is_none() || *at == port)
            }
            Permit::Name(..) => false,
        })
    }
}

fn contains(first: IpAddr, length: u8, address: IpAddr) -> bool {
    match (first, address) {
        (IpAddr::V4(first), IpAddr::V4(address)) => in_v4(address, first, length),
        (IpAddr::V6(first), IpAddr::V6(address)) => in_v6(address, first, length),
        _ => false,
    }
}

fn permit(entry: &str) -> Option<Permit> {
    if let Some((first, length)) = entry.split_once('/') {
        let first: IpAddr = first.parse().ok()?;
        let length: u8 = length.parse().ok()?;
        return (length <= width(first)).then_some(Permit::Block(first, length, None));
    }
    if let Ok(address) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Some(Permit::Block(address, width(address), None));
    }
    if let Ok(socket) = entry.parse::<std::net::SocketAddr>() {
        return Some(Permit::Block(
            socket.ip(),
            width(socket.ip()),
            Some(socket.port()),
        ));
    }
    let (name, port) = match entry.split_once(':') {
        Some((name, port)) => (name, Some(port.parse().ok()?)),
        None => (entry, None),
    };
    match url::Host::parse(name).ok()? {
        url::Host::Domain(name) => Some(Permit::Name(plain(&name), port)),
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, public: bool) {
        let found = special(address.parse().unwrap());
        assert_eq!(found.is_none(), public, "{address}: {found:?}");
    }

    #[test]
    fn special_addresses_are_refused_at_both_ends_of_their_blocks() {
        let blocks = [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"),
            ("192.0.2.0", "192.0.2.255"),
            ("192.88.99.0", "192.88.99.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"),
            ("224.0.0.0", "239.255.255.255"),
            ("240.0.0.0", "255.255.255.255"),
            ("::", "::1"),
            ("::ffff:0.0.0.0", "::ffff:255.255.255.255"),
            ("64:ff9b::", "64:ff9b::255.255.255.255"),
            ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
            ("100::", "100::ffff:ffff:ffff:ffff"),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("::7f00:1", "::ffff:0:7f00:1"),
        ];
        for (first, last) in blocks {
            check(first, false);
            check(last, false);
        }
    }

    #[test]
    fn public_addresses_next_to_special_blocks_are_reached() {
        for address in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.88.98.255",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "8.8.8.8",
            "2001:200::",
            "2001:4860:4860::8888",
            "2003::",
            "2606:4700::1111",
            "3ffe:ffff::1",
        ] {
            check(address, true);
        }
    }

    #[test]
    fn the_operator_allows_names_addresses_ports_and_blocks() {
        let entries = [
            "News.LAN",
            "intern.example:8080",
            "127.0.0.1:7000",
            "10.1.0.0/16",
            "::1",
            "[fd00::1]:80",
        ];
        let permits = Permits::parse(&entries.map(String::from)).unwrap();
        assert!(permits.name("news.lan.", 443) && permits.name("NEWS.lan", 1));
        assert!(permits.name("intern.example", 8080) && !permits.name("intern.example", 80));
        assert!(!permits.name("sub.news.lan", 80));
        let address = |text: &str, port| permits.address(text.parse().unwrap(), port);
        assert!(
            address("127.0.0.1", Some(7000))
                && !address("127.0.0.1", Some(7001))
                && !address("127.0.0.1", None)
        );
        assert!(address("10.1.255.255", None) && !address("10.2.0.0", None));
        assert!(
            address("::1", Some(80))
                && address("fd00::1", Some(80))
                && !address("fd00::1", Some(81))
        );
    }

    #[test]
    fn a_wrong_entry_of_allow_is_named() {
        for entry in [
            "",
            "10.0.0.0/33",
            "a b",
            "10.0.0.0/x",
            "host:port",
            "http://x/",
            "1.2.3:80",
        ] {
            assert_eq!(
                Permits::parse(&[entry.to_owned()]).unwrap_err(),
                BadPermit(entry.to_owned())
            );
        }
    }
}
