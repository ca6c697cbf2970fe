//! When an article that was recorded is looked at again, and when a page that is missing counts as taken back. Pure.
//!
//! Publications edit most in the first hours and hardly ever after weeks, so the looks come further and further apart.
//! A missing page (404) is believed at the second look only, for sites lose their pages for an hour when they are
//! rebuilt; one that is said to be gone for good (410, RFC 9110 §15.5.11) is believed at once. A server that does not
//! answer, or is in trouble, says nothing about an article.

use jiff::{SignedDuration, Timestamp};
use wirecopy_document::identity::DocumentId;

use crate::archive::index::visits::Visit;

/// The ages at which an article is looked at again.
const RUNGS: [SignedDuration; 5] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
    SignedDuration::from_hours(3 * 24),
    SignedDuration::from_hours(30 * 24),
];
/// Older articles are not looked at.
pub(crate) const OLDEST: SignedDuration = RUNGS[RUNGS.len() - 1];
/// The least time between two looks: a round that is late passes over a rung that is close by.
const APART: SignedDuration = SignedDuration::from_hours(1);
/// Looks without an answer after which the next rung is waited for.
const TRIES: u32 = 3;
/// The same for an article whose page was missing at the last answer: that is to be settled, whatever its age.
const TRIES_OF_MISSING: u32 = 10;

/// When an article of that time of publication is looked at next; never once it is a month old.
pub(crate) fn next(since: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let soonest = now.checked_add(APART).ok()?;
    let rungs = RUNGS.iter().filter_map(|age| since.checked_add(*age).ok());
    rungs.into_iter().find(|rung| *rung >= soonest)
}

/// The first visit of an article that was published at that time, and of whose page nothing is known.
pub(crate) fn first(
    article: (DocumentId, &str),
    published: Timestamp,
    now: Timestamp,
) -> Option<Visit> {
    let since = published.min(now);
    next(since, now).map(|due| Visit {
        since,
        ..unplanned(article, due)
    })
}

/// A visit at that time of an article that was not to be looked at any more, outside of the ladder.
pub(crate) fn unplanned((id, source): (DocumentId, &str), due: Timestamp) -> Visit {
    Visit {
        id,
        source: source.to_owned(),
        since: Timestamp::UNIX_EPOCH,
        due,
        etag: None,
        last_modified: None,
        from_page: false,
        seen: None,
        failures: 0,
        gone_since: None,
    }
}

/// What a look met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    /// The page, changed or not.
    There,
    /// Not found (404).
    Missing,
    /// Gone for good (410).
    Gone,
    /// Nothing that tells of the article: no answer, a server in trouble, a refusal.
    Unknown,
}

/// What follows from a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// The next visit; none when there is to be none.
    pub(crate) visit: Option<Visit>,
    /// Since when the article counts as taken back by its publisher.
    pub(crate) withdrawn: Option<Timestamp>,
}

/// What follows from a look at `now`. One that is taken back stays on the ladder: it may be published again.
pub(crate) fn after(mut visit: Visit, met: Met, now: Timestamp) -> Step {
    let rung = next(visit.since, now);
    let (due, withdrawn) = match met {
        Met::There => {
            visit.gone_since = None;
            visit.failures = 0;
            (rung, None)
        }
        Met::Missing | Met::Gone => {
            visit.failures = 0;
            // What comes back is to be read, and not to be “not modified”.
            (visit.etag, visit.last_modified) = (None, None);
            let since = *visit.gone_since.get_or_insert(now);
            match met == Met::Gone || now.duration_since(since) >= APART {
                true => (rung, Some(since)),
                false => (since.checked_add(APART).ok(), None),
            }
        }
        Met::Unknown => {
            visit.failures += 1;
            (retry(&visit, now).or(rung), None)
        }
    };
    let visit = due.map(|due| Visit { due, ..visit });
    Step { visit, withdrawn }
}

/// When to try again after a look without an answer; none when it was tried often enough.
fn retry(visit: &Visit, now: Timestamp) -> Option<Timestamp> {
    let tries = match visit.gone_since {
        Some(_) => TRIES_OF_MISSING,
        None => TRIES,
    };
    if visit.failures >= tries {
        return None;
    }
    let hours = 1_i64 << visit.failures.min(4);
    now.checked_add(SignedDuration::from_hours(hours)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hour * 3600).unwrap()
    }

    fn visit() -> Visit {
        let url = "https://lindquay.example/harbour".parse().unwrap();
        let id = DocumentId::of("lindquay", &url);
        first((id, "lindquay"), hour(0), hour(0)).unwrap()
    }

    /// The hours at which an article is looked at whose page is met as told, at most ten times.
    fn looks(met: &[Met]) -> (Vec<i64>, Vec<Option<Timestamp>>) {
        let (mut next, mut hours, mut withdrawn) = (Some(visit()), Vec::new(), Vec::new());
        for look in 0..10 {
            let Some(visit) = next else { break };
            let now = visit.due;
            hours.push(now.duration_since(hour(0)).as_hours());
            let step = after(visit, *met.get(look).unwrap_or(&Met::There), now);
            withdrawn.push(step.withdrawn);
            next = step.visit;
        }
        (hours, withdrawn)
    }

    #[test]
    fn an_article_is_looked_at_after_an_hour_six_a_day_three_and_a_month() {
        let (hours, withdrawn) = looks(&[]);
        assert_eq!(hours, [1, 6, 24, 72, 720]);
        assert!(withdrawn.iter().all(Option::is_none));
    }

    #[test]
    fn a_missing_page_counts_as_taken_back_at_the_second_look_and_since_the_first() {
        let (hours, withdrawn) = looks(&[Met::There, Met::Missing, Met::Missing]);
        assert_eq!(hours, [1, 6, 7, 24, 72, 720]);
        let since = Some(hour(6));
        assert_eq!(withdrawn, [None, None, since, None, None, None]);
    }

    #[test]
    fn a_page_that_is_missing_once_is_not_taken_back() {
        let (_, withdrawn) = looks(&[Met::Missing, Met::There, Met::Missing, Met::There]);
        assert_eq!(withdrawn, [None; 7]);
    }

    #[test]
    fn a_page_that_is_gone_for_good_is_taken_back_at_once() {
        let (hours, withdrawn) = looks(&[Met::Gone]);
        assert_eq!(hours, [1, 6, 24, 72, 720]);
        assert_eq!(withdrawn[0], Some(hour(1)));
    }

    #[test]
    fn two_looks_close_together_are_one() {
        let visit = after(visit(), Met::Missing, hour(1)).visit.unwrap();
        let soon = hour(1).checked_add(SignedDuration::from_mins(5)).unwrap();
        let step = after(visit, Met::Missing, soon);
        assert_eq!(step.withdrawn, None);
        assert_eq!(step.visit.unwrap().due, hour(2));
    }

    #[test]
    fn a_server_that_does_not_answer_says_nothing_about_an_article() {
        let (hours, withdrawn) = looks(&[Met::Missing, Met::Unknown, Met::Unknown, Met::Unknown]);
        assert_eq!(hours[..5], [1, 2, 4, 8, 16]);
        assert_eq!(withdrawn, vec![None; withdrawn.len()]);
        // Nor does it hold up the ladder.
        let (hours, _) = looks(&[Met::Unknown; 10]);
        assert_eq!(hours, [1, 3, 7, 24, 72, 720]);
    }

    #[test]
    fn an_article_that_is_found_late_begins_where_its_age_is() {
        let id = visit().id;
        let begin = |age| first((id, "lindquay"), hour(0), hour(age)).map(|visit| visit.due);
        assert_eq!(begin(10), Some(hour(24)));
        assert_eq!(begin(24 * 31), None);
        // One that is dated ahead is as old as a new one.
        let ahead = first((id, "lindquay"), hour(20), hour(0)).unwrap();
        assert_eq!(ahead.due, hour(1));
    }
}
