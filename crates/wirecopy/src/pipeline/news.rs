//! Which entries of a feed bring something: those that are not known, and those that say something new.

use std::collections::HashSet;
use std::fmt;

use anyhow::Result;
use jiff::Timestamp;
use url::Url;
use wirecopy_discover::feed::{Entry, Feed, fingerprint};
use wirecopy_document::identity::{self, DocumentId};

use crate::archive::index::Index;
use crate::pipeline::{compose, poll::Polled};

/// So many entries in a row whose date of change was new and whose text was not, and a feed's dates of change are no
/// longer believed: some feeds renew them with every request.
pub(crate) const FALSE_UPDATES: u32 = 5;

/// A feed as it was read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) feed: &'a Feed,
    /// Where it came from in the end.
    pub(crate) url: &'a Url,
    /// Whether all that is at that address is in the feed: parts that are as they were are not.
    pub(crate) is_whole: bool,
}

/// An entry that brings something.
pub(crate) struct Wanted<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) key: String,
    pub(crate) mark: Mark,
    /// Whether nothing but its date of change is new.
    pub(crate) renewed: bool,
    pub(crate) known: Option<DocumentId>,
}

/// What tells two states of an entry apart.
pub(crate) struct Mark {
    pub(crate) fingerprint: String,
    updated: Option<Timestamp>,
}

impl Mark {
    /// Whether the entry brings something: `Some(true)` when nothing but its date of change is new, which says that
    /// the page was edited, or nothing at all. `remembered` is a mark, or the fingerprint alone.
    fn news(&self, remembered: Option<&str>, trusts_updates: bool) -> Option<bool> {
        let Some(remembered) = remembered else {
            return Some(false);
        };
        let (fingerprint, updated) = remembered.split_once(' ').unwrap_or((remembered, ""));
        if fingerprint != self.fingerprint {
            return Some(false);
        }
        let updated: Option<i64> = updated.parse().ok();
        let renewed = updated
            .zip(self.updated)
            .is_some_and(|(before, now)| before < now.as_millisecond());
        (renewed && trusts_updates).then_some(true)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.updated {
            Some(updated) => write!(out, "{} {}", self.fingerprint, updated.as_millisecond()),
            None => write!(out, "{}", self.fingerprint),
        }
    }
}

/// Whether nothing in a feed is known: no entry of it was seen, recorded or taken out before.
pub(crate) fn is_all_new(index: &Index, reading: Reading<'_>, source: &str) -> Result<bool> {
    for entry in &reading.feed.entries {
        let key = identity::key(&compose::link_of(entry, reading.url));
        let is_known = index.entry(source, &key)?.is_some()
            || index.document_by_key(source, &key)?.is_some()
            || index.is_removed(source, &key)?;
        if is_known {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The entries that are not known as they are, in the feed's order; those known are noted as present.
pub(crate) fn wanted<'a>(
    index: &Index,
    reading: Reading<'a>,
    polled: &mut Polled,
    trusts_updates: bool,
) -> Result<Vec<Wanted<'a>>> {
    let source = &polled.source.slug;
    let mut taken: HashSet<String> = polled
        .articles
        .iter()
        .map(|incoming| incoming.entry_key.clone())
        .collect();
    let mut wanted = Vec::new();
    for entry in &reading.feed.entries {
        let key = identity::key(&compose::link_of(entry, reading.url));
        if !taken.insert(key.clone()) || index.is_removed(source, &key)? {
            continue;
        }
        let mark = Mark {
            fingerprint: fingerprint(entry),
            updated: entry.updated,
        };
        let row = index.document_by_key(source, &key)?;
        polled.present.extend(row.as_ref().map(|row| row.id));
        let remembered = index.entry(source, &key)?.map(|entry| entry.fingerprint);
        let recorded = row.as_ref().and_then(|row| row.entry.clone());
        let news = mark.news(remembered.or(recorded).as_deref(), trusts_updates);
        if let Some(renewed) = news {
            wanted.push(Wanted {
                entry,
                key,
                mark,
                renewed,
                known: row.map(|row| row.id),
            });
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(remembered: Option<&str>, updated: i64, trusts_updates: bool, expected: Option<bool>) {
        let updated = Timestamp::from_millisecond(updated).ok();
        let mark = Mark {
            fingerprint: "a1".to_owned(),
            updated,
        };
        assert_eq!(mark.news(remembered, trusts_updates), expected);
    }

    #[test]
    fn an_unknown_or_reworded_entry_brings_something() {
        check(None, 5, true, Some(false));
        check(Some("b2 5"), 5, true, Some(false));
    }

    #[test]
    fn an_entry_as_it_was_brings_nothing() {
        check(Some("a1 5"), 5, true, None);
        check(Some("a1"), 5, true, None);
    }

    #[test]
    fn a_renewed_date_of_change_is_looked_into_until_it_has_lied_too_often() {
        check(Some("a1 5"), 6, true, Some(true));
        check(Some("a1 5"), 6, false, None);
    }
}
