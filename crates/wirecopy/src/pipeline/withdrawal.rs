//! Articles that their source took back. An article that has gone from the feed while older ones still stand in it
//! did not roll over: its page is looked at, and one that is gone (410), or missing (404) an hour later too, is marked
//! as withdrawn. It is kept.

use std::collections::HashSet;

use jiff::Timestamp;
use wirecopy_document::identity::DocumentId;

/// Pages looked at in one round at most, of one source: a feed that suddenly shows another section must not cause a
/// burst of requests.
const LOOKED_AT: usize = 5;

/// What is needed of a recorded document to judge whether it has vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) id: DocumentId,
    pub(crate) published: Timestamp,
    pub(crate) withdrawn: bool,
}

/// The documents that have vanished from the middle of a feed. `recent` are the source's newest documents, `present`
/// the ones that the feed tells of now.
pub(crate) fn vanished(recent: &[Recorded], present: &HashSet<DocumentId>) -> Vec<DocumentId> {
    let stands = |recorded: &&Recorded| present.contains(&recorded.id);
    let Some(oldest) = recent
        .iter()
        .filter(stands)
        .map(|recorded| recorded.published)
        .min()
    else {
        return Vec::new();
    };
    let gone = |recorded: &&Recorded| {
        !present.contains(&recorded.id) && !recorded.withdrawn && recorded.published > oldest
    };
    recent
        .iter()
        .filter(gone)
        .take(LOOKED_AT)
        .map(|recorded| recorded.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(name: &str, hour: i64, withdrawn: bool) -> Recorded {
        let url = format!("https://lindquay.example/{name}").parse().unwrap();
        Recorded {
            id: DocumentId::of("lindquay", &url),
            published: Timestamp::from_second(hour * 3600).unwrap(),
            withdrawn,
        }
    }

    #[track_caller]
    fn check(recent: &[Recorded], present: &[Recorded], expected: &[Recorded]) {
        let present = present.iter().map(|recorded| recorded.id).collect();
        let expected: Vec<_> = expected.iter().map(|recorded| recorded.id).collect();
        assert_eq!(vanished(recent, &present), expected);
    }

    #[test]
    fn what_went_from_the_middle_has_vanished_and_what_rolled_over_has_not() {
        let (new, middle, old, older) = (
            recorded("d", 40, false),
            recorded("c", 30, false),
            recorded("b", 20, false),
            recorded("a", 10, false),
        );
        check(&[new, middle, old, older], &[new, old], &[middle]);
    }

    #[test]
    fn an_empty_feed_withdraws_nothing() {
        check(
            &[recorded("a", 10, false), recorded("b", 20, false)],
            &[],
            &[],
        );
    }

    #[test]
    fn what_is_marked_as_withdrawn_is_not_looked_at_again() {
        check(
            &[recorded("b", 20, true), recorded("a", 10, false)],
            &[recorded("a", 10, false)],
            &[],
        );
    }
}
