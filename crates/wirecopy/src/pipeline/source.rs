//! One followed publication, as the pipeline needs it: already checked, nothing optional that matters.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;
use wirecopy_extract::LinkSelector;

/// A publication that the mirror follows.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name of its folder in the archive, unique in a mirror.
    pub slug: String,
    /// Its name as readers know it.
    pub name: String,
    /// Its feeds; entries of all of them are one source's.
    pub feeds: Vec<Url>,
    /// What chooses its articles' links, where its feeds are pages that list them.
    pub link_selector: Option<LinkSelector>,
    /// Its front page, where known.
    pub site: Option<Url>,
    /// Where the text of its articles comes from.
    pub text: TextChoice,
    /// BCP 47 tag that the operator gave; it wins over what pages claim.
    pub language: Option<String>,
    /// An HTTP or SOCKS proxy for every request to this source.
    pub proxy: Option<Url>,
    /// How often a feed that answers is polled.
    pub polling: Polling,
    /// A paused source keeps its archive and pages but is not polled.
    pub paused: bool,
    /// New articles recorded in one round at most; the rest come with the next rounds.
    pub max_articles: usize,
}

/// How often a feed that answers is polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polling {
    /// After this time.
    Every(Duration),
    /// At the pace at which it publishes.
    AsPublished {
        /// The shortest time between two polls.
        fastest: Duration,
        /// The longest, while it publishes at all.
        slowest: Duration,
    },
}

/// Where the text of an article is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextChoice {
    /// The best of feed and page, judged for each article.
    #[default]
    Auto,
    /// What the feed carries; the page is never fetched.
    Feed,
    /// What the page holds; the feed's text only where the page cannot be had.
    Page,
}

/// A date that a feed or page may mean: not before the web, at most a day ahead of `now` (zones and sloppy
/// clocks account for a day). Feeds write 1970 for "unknown" and next year by mistake.
pub(crate) fn plausible(claimed: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    const FIRST_WEBSITE: i64 = 662_688_000; // 1991-01-01
    const DAY: i64 = 86_400;
    claimed.filter(|time| (FIRST_WEBSITE..=now.as_second() + DAY).contains(&time.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_1970_and_of_next_year_are_not_believed() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let check = |text: &str, believed: bool| {
            let time = text.parse().unwrap();
            assert_eq!(
                plausible(Some(time), now),
                believed.then_some(time),
                "{text}"
            );
        };
        check("1970-01-01T00:00:00Z", false);
        check("2027-11-23T10:00:00Z", false);
        check("2026-11-23T22:00:00Z", true);
        check("1998-05-01T00:00:00Z", true);
    }
}
