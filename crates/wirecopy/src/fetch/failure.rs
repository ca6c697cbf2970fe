//! What a failure of the HTTP client means: the one place that looks into its chain of causes.

use std::error::Error;
use std::io;
use std::time::Duration;

use crate::fetch::error::{FetchError, Phase, Refusal};
use crate::fetch::target::{Route, Target, shown};

/// Names the cause of a failure to get an answer from `target`; `limit` is the time there was.
pub(super) fn explain(error: &reqwest::Error, target: &Target, limit: Duration) -> FetchError {
    let host = target.host.clone();
    let causes: Vec<&dyn Error> = causes(error).collect();
    let reason = causes
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string);
    if let Some(refusal) = find::<Refusal>(&causes) {
        return FetchError::Refused {
            host,
            refusal: refusal.clone(),
        };
    }
    if let Some(tls) = find::<rustls::Error>(&causes) {
        return FetchError::Tls {
            host,
            reason: plain_tls(tls),
        };
    }
    if error.is_timeout() {
        let phase = if error.is_connect() {
            Phase::Connect
        } else {
            Phase::Response
        };
        return FetchError::Timeout { host, phase, limit };
    }
    if let (true, Route::Proxy(proxy)) = (error.is_connect(), &target.route) {
        return FetchError::Proxy {
            proxy: shown(proxy),
            reason,
        };
    }
    if error.is_dns() {
        return FetchError::Dns { host, reason };
    }
    if error.is_connect() {
        return FetchError::Connect {
            host,
            reason: plain_io(&causes).unwrap_or(reason),
        };
    }
    FetchError::Protocol {
        host,
        reason: plain_io(&causes).unwrap_or(reason),
    }
}

/// The error and what it came from, outermost first. An `io::Error` hides the error inside it from `source`.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

fn find<'a, E: Error + 'static>(causes: &[&'a (dyn Error + 'static)]) -> Option<&'a E> {
    causes.iter().find_map(|cause| cause.downcast_ref())
}

fn plain_io(causes: &[&(dyn Error + 'static)]) -> Option<String> {
    let reason = match find::<io::Error>(causes)?.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there; the server may be down",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "it broke the connection off",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "there is no way to it; check this machine's network"
        }
        _ => return None,
    };
    Some(reason.to_owned())
}

fn plain_tls(error: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return error.to_string();
    };
    match certificate {
        Certificate::Expired | Certificate::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            "its certificate is not valid yet; check this machine's clock".to_owned()
        }
        Certificate::UnknownIssuer => "its certificate is from an issuer that browsers do not trust either, or an intermediate one is missing".to_owned(),
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => "its certificate is for another name".to_owned(),
        Certificate::Revoked => "its certificate was revoked".to_owned(),
        other => format!("its certificate is refused: {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_failures_are_told_in_plain_words() {
        let plain = |certificate| plain_tls(&rustls::Error::InvalidCertificate(certificate));
        assert_eq!(
            plain(rustls::CertificateError::Expired),
            "its certificate has expired"
        );
        assert_eq!(
            plain(rustls::CertificateError::NotValidForName),
            "its certificate is for another name"
        );
        assert!(
            plain(rustls::CertificateError::BadSignature)
                .starts_with("its certificate is refused: ")
        );
    }

    #[test]
    fn an_error_inside_an_io_error_is_found() {
        let inner = Refusal::Onion;
        let outer = io::Error::other(io::Error::other(inner));
        let causes: Vec<_> = causes(&outer).collect();
        assert_eq!(find::<Refusal>(&causes), Some(&Refusal::Onion));
    }
}
