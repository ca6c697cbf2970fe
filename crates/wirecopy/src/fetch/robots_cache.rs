//! Which robots.txt is known, and for how long: a day (RFC 9309 §2.4), or until it can be read again. What an answer,
//! or its absence, means is decided by `judge`, a pure function; the fetching is the caller's. One request for each
//! origin at a time, however many pages wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use crate::fetch::Outcome;
use crate::fetch::error::FetchError;
use crate::fetch::robots::Rules;

/// The longest and the shortest time that a robots.txt is kept (RFC 9309 §2.4 for the former).
const LONGEST_FRESH: Duration = Duration::from_secs(24 * 3600);
const SHORTEST_FRESH: Duration = Duration::from_secs(3600);

/// How long an unreachable one is not asked for again, when the server says nothing of it.
const UNREACHABLE_WAIT: Duration = Duration::from_secs(10 * 60);

/// After how long an unreachable one counts as absent (RFC 9309 §2.3.1.4: "for example, 30 days").
const UNREACHABLE_FOR_GOOD: Duration = Duration::from_secs(30 * 24 * 3600);

/// What all rules together may take in memory, in bytes, and how many origins are remembered.
const MAX_BYTES: usize = 16 << 20;
const MAX_ORIGINS: usize = 4096;

/// The name that groups in a robots.txt call us by.
pub(super) const PRODUCT_TOKEN: &str = "wirecopy";

/// What is known of one robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// What it says.
    pub(super) verdict: Verdict,
    /// Until when that holds.
    pub(super) until: Instant,
    /// Since when it cannot be read.
    unreachable_since: Option<Instant>,
}

/// What a robots.txt, or its absence, says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There are rules; none if there is no robots.txt.
    Rules(Rules),
    /// Nothing may be fetched for now, and why.
    Unreachable(String),
}

impl Known {
    fn size(&self) -> usize {
        match &self.verdict {
            Verdict::Rules(rules) => rules.size(),
            Verdict::Unreachable(reason) => reason.len(),
        }
    }
}

/// All robots.txt known.
#[derive(Default)]
pub(super) struct RobotsCache {
    origins: Mutex<HashMap<String, Origin>>,
}

#[derive(Default)]
struct Origin {
    /// Held by whoever asks for it.
    asking: Arc<tokio::sync::Mutex<()>>,
    known: Option<Arc<Known>>,
}

impl RobotsCache {
    /// What is known of the origin's robots.txt, asked for by `fetch` if nothing fresh is.
    pub(super) async fn get<F>(&self, origin: &str, fetch: impl FnOnce() -> F) -> Arc<Known>
    where
        F: Future<Output = Result<Outcome, FetchError>>,
    {
        let (asking, _) = self.look(origin);
        let _asking = asking.lock().await;
        let (_, before) = self.look(origin);
        if let Some(known) = before.as_ref().filter(|known| known.until > Instant::now()) {
            return Arc::clone(known);
        }
        let known = Arc::new(judge(fetch().await, before.as_deref(), Instant::now()));
        self.keep(origin, &known);
        known
    }

    fn look(&self, origin: &str) -> (Arc<tokio::sync::Mutex<()>>, Option<Arc<Known>>) {
        let mut origins = self
            .origins
            .lock()
            .expect("nothing panics while it holds this lock");
        let origin = origins.entry(origin.to_owned()).or_default();
        (Arc::clone(&origin.asking), origin.known.clone())
    }

    /// Keeps what is known, and forgets what ends soonest when all of it grows too large.
    fn keep(&self, origin: &str, known: &Arc<Known>) {
        let mut origins = self
            .origins
            .lock()
            .expect("nothing panics while it holds this lock");
        origins.entry(origin.to_owned()).or_default().known = Some(Arc::clone(known));
        let size = |origin: &Origin| origin.known.as_ref().map_or(0, |known| known.size());
        let mut bytes: usize = origins.values().map(size).sum();
        while (bytes > MAX_BYTES || origins.len() > MAX_ORIGINS) && origins.len() > 1 {
            let until = |origin: &Origin| origin.known.as_ref().map(|known| known.until);
            let soonest = origins
                .iter()
                .min_by_key(|(_, origin)| until(origin))
                .map(|(name, _)| name.clone());
            let forgotten = soonest.and_then(|name| origins.remove(&name));
            bytes -= forgotten.as_ref().map_or(0, size);
        }
    }
}

/// What an answer means (RFC 9309 §2.3.1): a 4xx is no robots.txt, anything else that is not a success forbids all for
/// now, unless older rules are known or it has been so for a month. 429 is the server's trouble, not an absence.
pub(super) fn judge(
    answer: Result<Outcome, FetchError>,
    before: Option<&Known>,
    now: Instant,
) -> Known {
    let settled = |rules, fresh: Duration| Known {
        verdict: Verdict::Rules(rules),
        until: now + fresh,
        unreachable_since: None,
    };
    let error = match answer {
        Ok(Outcome::Fetched(response)) => {
            let fresh = response
                .max_age
                .unwrap_or(LONGEST_FRESH)
                .clamp(SHORTEST_FRESH, LONGEST_FRESH);
            return settled(Rules::parse(&response.body, PRODUCT_TOKEN), fresh);
        }
        Ok(Outcome::NotModified) => return settled(Rules::default(), LONGEST_FRESH),
        Err(FetchError::Status { status, .. }) if (400..500).contains(&status) && status != 429 => {
            return settled(Rules::default(), LONGEST_FRESH);
        }
        Err(FetchError::TooManyRedirects { .. } | FetchError::Loop { .. }) => {
            return settled(Rules::default(), LONGEST_FRESH);
        }
        Err(error) => error,
    };
    let since = before
        .and_then(|known| known.unreachable_since)
        .unwrap_or(now);
    let wait = error
        .retry_after()
        .unwrap_or(UNREACHABLE_WAIT)
        .clamp(UNREACHABLE_WAIT / 10, LONGEST_FRESH);
    let verdict = match before.map(|known| &known.verdict) {
        Some(Verdict::Rules(rules)) => Verdict::Rules(rules.clone()),
        _ if now.duration_since(since) >= UNREACHABLE_FOR_GOOD => Verdict::Rules(Rules::default()),
        _ => Verdict::Unreachable(error.to_string()),
    };
    Known {
        verdict,
        until: now + wait,
        unreachable_since: Some(since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::{Response, Validators};

    fn answer(body: &str) -> Result<Outcome, FetchError> {
        Ok(Outcome::Fetched(Response {
            url: url::Url::parse("https://a.example/robots.txt").unwrap(),
            status: 200,
            media_type: None,
            validators: Validators::default(),
            max_age: None,
            body: body.into(),
            redirects: Vec::new(),
        }))
    }

    fn status(status: u16) -> Result<Outcome, FetchError> {
        Err(FetchError::Status {
            host: "a.example".to_owned(),
            status,
            retry_after: None,
        })
    }

    fn allows(known: &Known) -> Option<bool> {
        match &known.verdict {
            Verdict::Rules(rules) => Some(rules.allows("/x")),
            Verdict::Unreachable(_) => None,
        }
    }

    #[track_caller]
    fn check(answer: Result<Outcome, FetchError>, allowed: Option<bool>, minutes: u64) {
        let now = Instant::now();
        let known = judge(answer, None, now);
        assert_eq!(
            (allows(&known), known.until - now),
            (allowed, Duration::from_secs(minutes * 60))
        );
    }

    #[test]
    fn absence_allows_and_trouble_forbids_for_now() {
        const DAY: u64 = 24 * 60;
        check(answer("user-agent: *\ndisallow: /x"), Some(false), DAY);
        check(answer("<html>not found, but 200</html>"), Some(true), DAY);
        check(status(404), Some(true), DAY);
        check(status(403), Some(true), DAY);
        check(status(429), None, 10);
        check(status(503), None, 10);
        let unreachable = FetchError::Connect {
            host: "a.example".to_owned(),
            reason: String::new(),
        };
        check(Err(unreachable), None, 10);
        check(
            Err(FetchError::Loop { url: String::new() }),
            Some(true),
            DAY,
        );
    }

    #[test]
    fn old_rules_hold_while_new_ones_cannot_be_had() {
        let now = Instant::now();
        let known = judge(answer("user-agent: *\ndisallow: /x"), None, now);
        assert_eq!(allows(&judge(status(500), Some(&known), now)), Some(false));
    }

    #[test]
    fn after_a_month_without_answer_there_is_no_robots_txt() {
        let now = Instant::now();
        let known = judge(status(500), None, now);
        let almost = judge(
            status(500),
            Some(&known),
            now + UNREACHABLE_FOR_GOOD - Duration::from_secs(1),
        );
        assert_eq!(allows(&almost), None);
        assert_eq!(
            allows(&judge(
                status(500),
                Some(&almost),
                now + UNREACHABLE_FOR_GOOD
            )),
            Some(true)
        );
    }

    #[tokio::test]
    async fn many_pages_ask_for_one_robots_txt_once() {
        let cache = RobotsCache::default();
        let asked = std::cell::Cell::new(0);
        let ask = async || {
            asked.set(asked.get() + 1);
            tokio::task::yield_now().await;
            answer("")
        };
        tokio::join!(
            cache.get("https://a.example", ask),
            cache.get("https://a.example", ask)
        );
        assert_eq!(asked.get(), 1);
    }

    #[tokio::test]
    async fn the_memory_of_all_rules_is_bounded() {
        let cache = RobotsCache::default();
        let large = format!("user-agent: *\n{}", "disallow: /x\n".repeat(20_000));
        for number in 0..40 {
            cache
                .get(&number.to_string(), async || answer(&large))
                .await;
        }
        let origins = cache.origins.lock().unwrap();
        let bytes: usize = origins
            .values()
            .filter_map(|origin| origin.known.as_ref())
            .map(|known| known.size())
            .sum();
        assert!(
            bytes <= MAX_BYTES && origins.contains_key("39"),
            "{bytes} bytes in {} origins",
            origins.len()
        );
    }
}
