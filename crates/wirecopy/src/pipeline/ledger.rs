//! A source's ledger: what it announced against what is kept. Polls note what only they can tell
//! ([`crate::archive::index::shortfalls`]); the archive tells the rest.

use anyhow::Result;
use jiff::Timestamp;
use wirecopy_discover::feed::Feed;

use crate::archive::index::{
    Index,
    polls::Poll,
    shortfalls::{Cause, Shortfall},
};
use crate::pipeline::{
    news::{self, Reading},
    poll::{Incoming, Polled},
    report::Outcome,
    source::plausible,
};

/// Newest documents of a source that its usual length is taken from.
pub(crate) const LOOKED_AT: usize = 60;
/// Fewer documents have no usual length.
const LEAST_DOCUMENTS: usize = 10;
/// A source has changed its form when so many of its newest documents in a row are shrunk: single briefs are common.
const RUN: usize = 3;
/// A document is shrunk below this part of the usual length; a judgement, not a measurement.
const SHRUNK: usize = 5;

/// What a feed may have lost since the poll before, `memory`; none where something of that poll is still in it, or in a
/// part that was not read.
///
/// # Errors
/// The index cannot be read.
pub(crate) fn missed(
    index: &Index,
    reading: Reading<'_>,
    memory: &Poll,
    now: Timestamp,
) -> Result<Option<Shortfall>> {
    let Some(answered) = memory.answered.filter(|_| reading.is_whole) else {
        return Ok(None);
    };
    let Some(until) = rolled_over(reading.feed, memory.rhythm.news.first().copied(), now) else {
        return Ok(None);
    };
    if !news::is_all_new(index, reading, &memory.source)? {
        return Ok(None);
    }
    Ok(Some(Shortfall {
        source: memory.source.clone(),
        cause: Cause::Gap,
        what: format!("{} {until:.0}", memory.feed),
        time: now,
        words: format!(
            "{}: nothing of the poll at {answered:.0} is left in it; what came and went before {until:.0} is not known",
            memory.feed
        ),
    }))
}

/// The time of the oldest entry of a feed whose entries are all newer than the newest seen before, or now where none
/// has a time. Nothing follows from a feed of one entry, which shows no more than that at any time, nor from one that
/// has times now and had none before: it was empty.
fn rolled_over(feed: &Feed, newest: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let dates = feed.entries.iter().filter_map(|entry| {
        let date = entry.published.or(entry.updated);
        plausible(date, now)
    });
    let oldest = dates.min();
    let has_rolled = match (newest, oldest) {
        (Some(newest), Some(oldest)) => oldest > newest,
        (None, Some(_)) => false,
        (_, None) => true,
    };
    (feed.entries.len() > 1 && has_rolled).then(|| oldest.unwrap_or(now))
}

/// Notes whether the article that an entry announced could be had.
pub(crate) fn note(incoming: &Incoming, now: Timestamp, polled: &mut Polled) {
    let what = incoming.entry_key.clone();
    match &incoming.gathered.refused {
        None => polled.mended.push(what),
        Some(refused) => polled.missing.push(Shortfall {
            source: polled.source.slug.clone(),
            cause: Cause::Page(refused.cause.to_owned()),
            what,
            time: now,
            words: refused.words.clone(),
        }),
    }
}

/// Records what the polls of a round noted.
///
/// # Errors
/// The index cannot be written.
pub(crate) fn remember(index: &mut Index, polled: &[Polled], now: Timestamp) -> Result<()> {
    let answered = polled
        .iter()
        .filter(|polled| polled.report.outcome != Outcome::Failed);
    let sources: Vec<&str> = answered.map(|polled| polled.source.slug.as_str()).collect();
    let missing: Vec<Shortfall> = polled
        .iter()
        .flat_map(|polled| polled.missing.iter().cloned())
        .collect();
    let mended = polled.iter().flat_map(|polled| {
        let keys = polled.mended.iter();
        keys.map(|key| (polled.source.slug.as_str(), key.as_str()))
    });
    let mended: Vec<(&str, &str)> = mended.collect();
    index.put_shortfalls((&sources, now), &missing, &mended)
}

/// A source whose newest documents are suddenly short: its pages have likely changed their form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shrunk {
    /// The newest documents that are, without one that is not between them.
    pub(crate) documents: usize,
    /// The length of the longest of them, in characters; an ideograph counts three.
    pub(crate) longest: usize,
    /// The median of those before.
    pub(crate) usual: usize,
}

/// Whether a source's documents suddenly shrank. `lengths` are those of its documents, newest first.
pub(crate) fn shrunk(lengths: &[usize]) -> Option<Shrunk> {
    if lengths.len() < LEAST_DOCUMENTS {
        return None;
    }
    // Of all, so that the median is one of the usual ones as long as these are the most.
    let usual = median(lengths);
    let newest: Vec<usize> = lengths
        .iter()
        .copied()
        .take_while(|length| length * SHRUNK < usual)
        .collect();
    (newest.len() >= RUN).then(|| Shrunk {
        documents: newest.len(),
        longest: newest.iter().copied().max().unwrap_or_default(),
        usual,
    })
}

fn median(lengths: &[usize]) -> usize {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use wirecopy_discover::feed::{Context, parse};

    use super::*;

    fn at(hour: u8) -> Timestamp {
        format!("2026-03-02T{hour:02}:00:00Z").parse().unwrap()
    }

    /// An invented feed with an entry at each hour.
    fn feed(hours: &[u8]) -> Feed {
        let entry = |hour: &u8| {
            format!(
                "<item><link>http://hill.example/{hour}</link><pubDate>{}</pubDate></item>",
                at(*hour)
            )
        };
        let entries: String = hours.iter().map(entry).collect();
        let text =
            format!("<rss version='2.0'><channel><title>Hill</title>{entries}</channel></rss>");
        parse(text.as_bytes(), &Context::default()).unwrap().0
    }

    #[track_caller]
    fn check(hours: &[u8], newest: Option<u8>, expected: Option<u8>) {
        let found = rolled_over(&feed(hours), newest.map(at), at(20));
        assert_eq!(found, expected.map(at), "{hours:?} after {newest:?}");
    }

    #[test]
    fn a_feed_whose_entries_are_all_newer_may_have_rolled_over() {
        check(&[9, 8, 7], Some(5), Some(7));
        let undated = "<rss version='2.0'><channel><title>Hill</title>\
            <item><link>http://hill.example/1</link></item><item><link>http://hill.example/2</link></item>";
        let (undated, _) = parse(undated.as_bytes(), &Context::default()).unwrap();
        assert_eq!(rolled_over(&undated, None, at(20)), Some(at(20)));
    }

    #[test]
    fn a_feed_that_was_empty_before_has_no_gap() {
        check(&[9, 8, 7], None, None);
    }

    #[test]
    fn a_feed_that_reaches_back_or_shows_one_entry_has_no_gap() {
        check(&[9, 8, 5], Some(5), None);
        check(&[9, 8, 4], Some(5), None);
        check(&[9], Some(5), None);
        check(&[], Some(5), None);
    }

    #[test]
    fn newest_documents_that_are_all_far_shorter_than_usual_are_told() {
        let usual = [2000; 20];
        let told = |newest: &[usize]| shrunk(&[newest, &usual[..]].concat());
        let found = Shrunk {
            documents: 3,
            longest: 250,
            usual: 2000,
        };
        assert_eq!(told(&[200, 90, 250]), Some(found));
        assert_eq!(told(&[200, 250]), None);
        assert_eq!(told(&[200, 250, 1900, 100, 100, 100]), None);
        assert_eq!(shrunk(&[1; 9]), None);
    }
}
