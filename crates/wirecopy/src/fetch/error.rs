//! Why a request failed, in plain words with what to do about it. Each variant is something a caller or an operator
//! treats differently; `kind` names it for metrics and `--json` and never changes its spelling. No text here ever
//! carries the credentials of a URL.

use std::net::IpAddr;
use std::time::Duration;

/// What stopped a request. `Display` is one sentence for an operator; hosts are without credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The URL cannot be asked for at all: wrong scheme, no host, too long, a port that never speaks HTTP.
    #[error("{url} cannot be fetched: {reason}")]
    BadUrl {
        /// The URL, without credentials.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The address check said no.
    #[error("{host} is refused: {refusal}")]
    Refused {
        /// The host that was asked for.
        host: String,
        /// Why.
        refusal: Refusal,
    },
    /// The name has no address, or the name server did not answer.
    #[error(
        "the name {host} has no address ({reason}); check its spelling, or the machine's name server"
    )]
    Dns {
        /// The name that was looked up.
        host: String,
        /// What the system's resolver said.
        reason: String,
    },
    /// No connection: refused, unreachable, or reset while it was opened.
    #[error("no connection to {host}: {reason}")]
    Connect {
        /// The host that was asked for.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// The secure connection failed, most often over the certificate.
    #[error("no secure connection to {host}: {reason}")]
    Tls {
        /// The host that was asked for.
        host: String,
        /// What TLS said.
        reason: String,
    },
    /// The proxy that the operator configured did not do its part.
    #[error(
        "the proxy {proxy} failed: {reason}; check that it runs and its address in the settings"
    )]
    Proxy {
        /// The proxy, without credentials.
        proxy: String,
        /// What is wrong.
        reason: String,
    },
    /// Time ran out.
    #[error("{host} took longer than {} s {phase}", .limit.as_secs_f32())]
    Timeout {
        /// The host that was asked for.
        host: String,
        /// What was being waited for.
        phase: Phase,
        /// The time that was given.
        limit: Duration,
    },
    /// The body passes the limit, as sent or as decompressed.
    #[error("{host} sent more than {limit} bytes{}", if *.decoded { " (decompressed)" } else { "" })]
    TooLarge {
        /// The host that was asked for.
        host: String,
        /// The limit in bytes.
        limit: u64,
        /// Whether only the decompressed body passed it.
        decoded: bool,
    },
    /// More redirects in a row than the settings allow.
    #[error("{host} redirects more than {limit} times")]
    TooManyRedirects {
        /// The host of the first request.
        host: String,
        /// The limit.
        limit: usize,
    },
    /// A redirect leads back to a URL already asked for.
    #[error("the redirects lead back to {url}")]
    Loop {
        /// The URL met twice, without credentials.
        url: String,
    },
    /// The server answered with a failure.
    #[error("{host} answered {status}{}", meaning(*.status))]
    Status {
        /// The host that answered.
        host: String,
        /// The status code, 300 to 599.
        status: u16,
        /// How long the server asks to be left alone (RFC 9110 §10.2.3).
        retry_after: Option<Duration>,
    },
    /// The host asked to be left alone for longer than a request may wait in the queue.
    #[error("{host} asked not to be disturbed for another {} s", .wait.as_secs())]
    HeldBack {
        /// The host.
        host: String,
        /// What is left of the time it asked for.
        wait: Duration,
    },
    /// The site's robots.txt forbids the page (RFC 9309).
    #[error("the robots.txt of {host} does not allow this page")]
    Robots {
        /// The host whose rules apply.
        host: String,
    },
    /// The site's robots.txt could not be had, which forbids everything for now (RFC 9309 §2.3.1.4).
    #[error(
        "the robots.txt of {host} cannot be read ({reason}), so its pages are left alone for now"
    )]
    RobotsUnreachable {
        /// The host whose rules are unknown.
        host: String,
        /// Why.
        reason: String,
        /// When to ask again.
        wait: Duration,
    },
    /// What came back is not HTTP, breaks off, or cannot be decompressed.
    #[error("{host} answered with something unreadable: {reason}")]
    Protocol {
        /// The host that answered.
        host: String,
        /// What is wrong.
        reason: String,
    },
}

/// Why the address check refused a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The URL names a special address, or a name that always means this machine.
    #[error(
        "{address} is {what}, not a public address; add the host to `allow` in the settings if it is yours"
    )]
    Literal {
        /// The address or name as written in the URL.
        address: String,
        /// What kind of address it is.
        what: &'static str,
    },
    /// The name resolves to a special address.
    #[error(
        "its name leads to {address}, which is {what}, not a public address; add the host to `allow` in the settings if it is yours"
    )]
    Resolved {
        /// The address.
        address: IpAddr,
        /// What kind of address it is.
        what: &'static str,
    },
    /// The port is none of those that are asked.
    #[error(
        "port {port} is not one of those that are asked; add it to `ports` of `[pictures]` in the settings if pictures lie there"
    )]
    Port {
        /// The port.
        port: u16,
    },
    /// `.onion` names exist only inside Tor (RFC 7686 §2).
    #[error(
        "an .onion name can only be reached through a socks5h:// proxy; set one for this source"
    )]
    Onion,
}

/// What a request was waiting for when its time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Name, connection and TLS.
    Connect,
    /// Status line and headers.
    Response,
    /// The body.
    Body,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Phase::Connect => "to connect",
            Phase::Response => "to begin its answer",
            Phase::Body => "to send its answer",
        })
    }
}

impl FetchError {
    /// How long the server asked to be left alone, or until its robots.txt is asked for again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            FetchError::Status { retry_after, .. } => *retry_after,
            FetchError::HeldBack { wait, .. } | FetchError::RobotsUnreachable { wait, .. } => {
                Some(*wait)
            }
            _ => None,
        }
    }

    /// Whether asking for the same URL again is pointless until someone changes the URL or the settings. A name that
    /// resolves to a special address is not permanent: a captive portal answers so for every name.
    pub fn is_permanent(&self) -> bool {
        match self {
            FetchError::BadUrl { .. } => true,
            FetchError::Refused { refusal, .. } => !matches!(refusal, Refusal::Resolved { .. }),
            FetchError::Status { status, .. } => matches!(status, 404 | 410),
            _ => false,
        }
    }

    /// A stable word for metrics and `--json`.
    pub fn kind(&self) -> &'static str {
        match self {
            FetchError::BadUrl { .. } => "bad_url",
            FetchError::Refused { .. } => "refused_address",
            FetchError::Dns { .. } => "dns",
            FetchError::Connect { .. } => "connect",
            FetchError::Tls { .. } => "tls",
            FetchError::Proxy { .. } => "proxy",
            FetchError::Timeout { .. } => "timeout",
            FetchError::TooLarge { .. } => "too_large",
            FetchError::TooManyRedirects { .. } => "too_many_redirects",
            FetchError::Loop { .. } => "redirect_loop",
            FetchError::Status {
                status: 404 | 410, ..
            } => "gone",
            FetchError::Status {
                status: 429 | 503, ..
            } => "busy",
            FetchError::Status { .. } => "status",
            FetchError::HeldBack { .. } => "held_back",
            FetchError::Robots { .. } => "robots",
            FetchError::RobotsUnreachable { .. } => "robots_unreachable",
            FetchError::Protocol { .. } => "protocol",
        }
    }
}

/// What a status code means to an operator, for the codes where there is something to say.
fn meaning(status: u16) -> &'static str {
    match status {
        401 => ": it wants a login; put user and password into the URL if you have them",
        403 => {
            ": it forbids this; its owner may block mirrors, or want a contact in the User-Agent"
        }
        404 => ": there is nothing at this address",
        410 => ": it is gone for good",
        429 => ": too many requests",
        451 => ": it is withheld for legal reasons",
        500..=599 => ": it has a problem of its own; it will be asked again",
        _ => "",
    }
}
