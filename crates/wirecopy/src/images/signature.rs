//! Signed addresses: `&s=<signature>` and, if it is to end, `&exp=<seconds since 1970>`. The signature is HMAC-SHA256
//! (RFC 2104, FIPS 180-4) in unpadded base64url over three lines: the picture's address as it is fetched, the canonical
//! request, and the end or nothing. So it opens this picture in this form, however its query is written.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use url::Url;
use wirecopy_picture::request::Request;

/// Keys that sign; any of them opens, so that one can be replaced while addresses signed with it are about.
#[derive(Clone, Default)]
pub struct Keys(pub Vec<String>);

/// What a signature is for.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// The picture's address as it is fetched.
    pub url: &'a Url,
    /// What is made of it.
    pub request: &'a Request,
}

/// What a query carries of a signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sent {
    signature: String,
    expires: Option<i64>,
}

/// The signature in a query, if there is one.
pub(super) fn sent(query: &str) -> Option<Sent> {
    let value = |name: &str| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    };
    Some(Sent {
        signature: value("s")?.to_owned(),
        // An end that is no number is over.
        expires: value("exp").map(|text| text.parse().unwrap_or(0)),
    })
}

impl Keys {
    /// Whether one of the keys made it for this, and it is not over. Comparing takes the same time whatever was sent.
    pub(super) fn verify(&self, sent: &Sent, what: &Signed, now: Timestamp) -> bool {
        if sent.expires.is_some_and(|end| end < now.as_second()) {
            return false;
        }
        let Ok(signature) = URL_SAFE_NO_PAD.decode(&sent.signature) else {
            return false;
        };
        let signed = |key: &String| {
            let mac = mac(key, what, sent.expires);
            mac.verify_slice(&signature).is_ok()
        };
        self.0.iter().filter(|key| signed(key)).count() > 0
    }
}

/// What is to be added to a query so that it opens: `s=…`, with `&exp=…` where it is to end.
pub fn sign(key: &str, what: &Signed, expires: Option<Timestamp>) -> String {
    let expires = expires.map(Timestamp::as_second);
    let mac = mac(key, what, expires).finalize().into_bytes();
    let end = expires.map_or_else(String::new, |end| format!("&exp={end}"));
    format!("s={}{end}", URL_SAFE_NO_PAD.encode(mac))
}

fn mac(key: &str, what: &Signed, expires: Option<i64>) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key is taken");
    let end = expires.map_or_else(String::new, |end| end.to_string());
    mac.update(format!("{}\n{}\n{end}", what.url, what.request.canonical()).as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use wirecopy_picture::request::Ask;

    const KEY: &str = "a key for tests alone";

    #[track_caller]
    fn check(query: &str, signed_query: &str, keys: &[&str], opens: bool) {
        let url = Url::parse("https://i.example/a.jpg").unwrap();
        let end = Timestamp::from_second(1_000_000).unwrap();
        let (url, request) = (&url, &Ask::parse(signed_query).request);
        let signature = sign(KEY, &Signed { url, request }, Some(end));
        let keys = Keys(keys.iter().map(ToString::to_string).collect());
        let sent = sent(&format!("{query}&{signature}")).unwrap();
        let now = end - std::time::Duration::from_secs(5);
        let request = &Ask::parse(query).request;
        let what = Signed { url, request };
        assert_eq!(keys.verify(&sent, &what, now), opens, "{query}");
        let late = end + std::time::Duration::from_secs(5);
        assert!(!keys.verify(&sent, &what, late), "{query}");
    }

    #[test]
    fn a_signature_opens_the_very_picture_it_was_made_for() {
        check("w=5&h=6", "w=5&h=6", &[KEY], true);
        check("height=6&w=5&v=1", "w=5&h=6", &[KEY], true);
        check("w=5&h=7", "w=5&h=6", &[KEY], false);
        check("w=5", "w=5", &["another key", KEY], true);
        check("w=5", "w=5", &["another key"], false);
        check("w=5", "w=5", &[], false);
    }

    #[test]
    fn an_end_cannot_be_taken_off_or_moved() {
        let url = Url::parse("https://i.example/a.jpg").unwrap();
        let request = Request::default();
        let what = Signed {
            url: &url,
            request: &request,
        };
        let now = Timestamp::from_second(10).unwrap();
        let keys = Keys(vec![KEY.to_owned()]);
        let signed = sign(KEY, &what, Some(now));
        let bare = signed.split('&').next().unwrap();
        for query in [
            bare.to_owned(),
            format!("{bare}&exp=99"),
            format!("{bare}&exp=x"),
        ] {
            assert!(!keys.verify(&sent(&query).unwrap(), &what, now), "{query}");
        }
        assert!(keys.verify(&sent(&signed).unwrap(), &what, now));
    }
}
