//! What response headers say, as values: how long to wait, how long a response stays fresh, what tells it from the
//! next. Pure; `now` is an argument. A header that cannot be read is as good as absent.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName};

use crate::fetch::Validators;

/// The longest validator kept, in bytes; it is stored with each source and sent back.
const MAX_VALIDATOR_BYTES: usize = 1024;

/// A Retry-After beyond a week is a mistake or a joke; obeyed, it would make a host unreachable until a restart.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// The text of a header; bytes beyond ASCII are read as UTF-8 where they are.
pub(super) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// Retry-After, in seconds or as a date (RFC 9110 §10.2.3), bounded. A date in the past is no wait.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(&value)
        .ok()?;
    let wait = Duration::try_from(date.duration_since(now)).unwrap_or_default();
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// How long the response stays fresh: `max-age` less `Age` (RFC 9111 §4.2); absent if it may not be kept at all.
pub(super) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let control = text(headers, header::CACHE_CONTROL)?.to_ascii_lowercase();
    let mut directives = control.split(',').map(str::trim);
    if directives
        .clone()
        .any(|directive| matches!(directive, "no-cache" | "no-store"))
    {
        return None;
    }
    let seconds = directives.find_map(|directive| directive.strip_prefix("max-age="))?;
    let seconds: u64 = seconds.trim_matches('"').parse().ok()?;
    let age = text(headers, header::AGE)
        .and_then(|age| age.parse().ok())
        .unwrap_or(0);
    Some(Duration::from_secs(seconds.saturating_sub(age)))
}

/// ETag and Last-Modified as they stand; weak ones too, for a feed is compared as a whole (RFC 9110 §8.8.1).
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let short = |text: &String| text.len() <= MAX_VALIDATOR_BYTES;
    Validators {
        etag: text(headers, header::ETAG).filter(short),
        last_modified: text(headers, header::LAST_MODIFIED).filter(short),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[track_caller]
    fn check_retry(value: &str, seconds: Option<u64>) {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let found = retry_after(&one(header::RETRY_AFTER, value), now);
        assert_eq!(found, seconds.map(Duration::from_secs), "{value}");
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        check_retry("120", Some(120));
        check_retry("Sun, 01 Mar 2026 12:05:00 GMT", Some(300));
        check_retry("Sun, 01 Mar 2026 11:00:00 GMT", Some(0));
        check_retry("99999999999999", Some(7 * 24 * 3600));
        check_retry("Fri, 01 Mar 2126 12:05:00 GMT", Some(7 * 24 * 3600));
        check_retry("soon", None);
        check_retry("-5", None);
        check_retry("99999999999999999999999", None);
    }

    #[track_caller]
    fn check_age(control: &str, seconds: Option<u64>) {
        let mut headers = one(header::CACHE_CONTROL, control);
        headers.insert(header::AGE, "100".parse().unwrap());
        assert_eq!(
            max_age(&headers),
            seconds.map(Duration::from_secs),
            "{control}"
        );
    }

    #[test]
    fn freshness_is_what_caches_left_of_it() {
        check_age("public, max-age=600", Some(500));
        check_age("max-age=\"600\"", Some(500));
        check_age("Max-Age=60", Some(0));
        check_age("max-age=600, no-cache", None);
        check_age("max-age=never", None);
        check_age("private", None);
    }

    #[test]
    fn validators_are_kept_as_written_unless_absurd() {
        assert_eq!(
            validators(&one(header::ETAG, "W/\"a b\"")).etag.as_deref(),
            Some("W/\"a b\"")
        );
        assert_eq!(validators(&one(header::ETAG, &"x".repeat(2000))).etag, None);
    }
}
