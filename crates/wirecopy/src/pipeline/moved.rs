//! Where a feed lives: a permanent redirect (RFC 9110 §15.4.2, §15.4.9) moves it at once; a new address that it gives
//! for itself moves it when the same feed is found there.
//!
//! Many feeds give an address for themselves that never was theirs (a template's, the one behind a proxy), so that only
//! one that changes is asked for. The settings stay the operator's: `wirecopy status` tells of the move.

use std::collections::HashSet;

use url::Url;
use wirecopy_discover::feed::Feed;

use crate::archive::index::polls::Poll;
use crate::fetch::Response;

/// Failures in a row after which a feed that moved is asked for where the settings name it.
const LOST: u32 = 3;

/// Where the feed is to be asked for after this response; none where the settings name it rightly.
pub(crate) fn by_redirect(memory: &Poll, response: &Response) -> Option<Url> {
    let redirects = &response.redirects;
    let is_permanent = !redirects.is_empty() && redirects.iter().all(|redirect| redirect.permanent);
    match is_permanent {
        true => Some(response.url.clone()).filter(|url| *url != memory.feed),
        // Nothing new: it stays where it was found.
        false => memory.moved_to.clone(),
    }
}

/// Where the feed is to be asked for after so many failures: one that is lost may be back where it was.
pub(crate) fn after_failure(memory: &Poll) -> Option<Url> {
    let is_lost = memory.failures.is_multiple_of(LOST);
    memory.moved_to.clone().filter(|_| !is_lost)
}

/// The address that a feed, which came from `url`, newly gives for itself.
pub(crate) fn announced<'a>(memory: &Poll, feed: &'a Feed, url: &Url) -> Option<&'a Url> {
    let (before, told) = (memory.self_link.as_ref()?, feed.self_link.as_ref()?);
    let is_new = told != before && told != url && *told != memory.feed;
    Some(told).filter(|_| is_new)
}

/// Whether what was found at the address is the same feed: it gives that address for itself too, and has an entry of
/// the one before.
pub(crate) fn is_same(before: &Feed, found: &Feed, address: &Url) -> bool {
    let links = |feed: &Feed| -> HashSet<Url> {
        let links = feed.entries.iter().filter_map(|entry| entry.link.clone());
        links.collect()
    };
    found.self_link.as_ref() == Some(address) && !links(before).is_disjoint(&links(found))
}

#[cfg(test)]
mod tests {
    use wirecopy_discover::feed::{Context, parse};

    use super::*;
    use crate::fetch::{Redirect, Validators};

    fn url(path: &str) -> Url {
        Url::parse(&format!("https://hill.example{path}")).unwrap()
    }

    fn memory(moved_to: Option<&str>, self_link: Option<&str>) -> Poll {
        Poll {
            moved_to: moved_to.map(url),
            self_link: self_link.map(url),
            ..Poll::unasked("hill", &url("/feed"))
        }
    }

    fn response(at: &str, redirects: &[(&str, &str, bool)]) -> Response {
        let redirects = redirects.iter().map(|(from, to, permanent)| Redirect {
            from: url(from),
            to: url(to),
            permanent: *permanent,
        });
        Response {
            url: url(at),
            status: 200,
            media_type: None,
            validators: Validators::default(),
            max_age: None,
            body: Vec::new(),
            redirects: redirects.collect(),
        }
    }

    /// An invented feed with one entry.
    fn feed(self_link: &str, entry: &str) -> Feed {
        let text = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Hill</title><link rel='self' href='{}'/>\
             <entry><title>Rain</title><link href='{}'/></entry></feed>",
            url(self_link),
            url(entry)
        );
        let context = Context {
            url: Some(url("/feed")),
            media_type: None,
        };
        parse(text.as_bytes(), &context).unwrap().0
    }

    #[test]
    fn a_permanent_redirect_moves_a_feed_and_it_stays_there() {
        let moved = Some(url("/new"));
        let stays = memory(None, None);
        assert_eq!(
            by_redirect(&stays, &response("/new", &[("/feed", "/new", true)])),
            moved
        );
        assert_eq!(
            by_redirect(&stays, &response("/new", &[("/feed", "/new", false)])),
            None
        );
        assert_eq!(by_redirect(&stays, &response("/feed", &[])), None);
        let steps = [("/feed", "/a", true), ("/a", "/new", false)];
        assert_eq!(by_redirect(&stays, &response("/new", &steps)), None);
        let away = memory(Some("/new"), None);
        assert_eq!(by_redirect(&away, &response("/new", &[])), moved);
        assert_eq!(
            by_redirect(&away, &response("/feed", &[("/new", "/feed", true)])),
            None
        );
    }

    #[test]
    fn a_feed_that_is_lost_where_it_moved_to_is_asked_for_at_home_again() {
        let mut away = memory(Some("/new"), None);
        away.failures = 2;
        assert_eq!(after_failure(&away), Some(url("/new")));
        away.failures = 3;
        assert_eq!(after_failure(&away), None);
    }

    #[test]
    fn only_an_address_that_changes_is_asked_for() {
        let told = feed("/new", "/rain");
        for (before, expected) in [
            (Some("/old"), Some(url("/new"))),
            (Some("/new"), None),
            (None, None),
        ] {
            let memory = memory(None, before);
            assert_eq!(announced(&memory, &told, &url("/feed")).cloned(), expected);
        }
        let memory = memory(None, Some("/old"));
        assert_eq!(announced(&memory, &told, &url("/new")), None);
        assert_eq!(
            announced(&memory, &feed("/feed", "/rain"), &url("/x")),
            None
        );
    }

    #[test]
    fn another_feed_at_the_new_address_is_not_the_same() {
        let before = feed("/new", "/rain");
        assert!(is_same(&before, &feed("/new", "/rain"), &url("/new")));
        assert!(!is_same(&before, &feed("/new", "/sun"), &url("/new")));
        assert!(!is_same(&before, &feed("/else", "/rain"), &url("/new")));
    }
}
