//! A level of the index brought up to date from its files: documents added at its end, and others that say something
//! else now.
//!
//! Only the shards of terms that came or went are written, so that a correction in an old article costs some dozen
//! files of the base and not all. The bytes are those of a level made anew.

use std::collections::{BTreeMap, HashMap};

use crate::edition::OutputFile;
use crate::search::build::days;
use crate::search::entries::{path, read_days};
use crate::search::file;
use crate::search::find::ReadFile;
use crate::search::level::{Level, shard_of};
use crate::search::postings::{self, List, Posting};
use crate::search::shard::{self, Shard};
use crate::search::terms::{Impact, Term, Terms};

/// The documents that have a term now with what impact, or have it no more.
type Changes = BTreeMap<u32, Option<Impact>>;

/// What becomes of a level between two states of the archive. It must begin where it began.
pub struct Revision {
    level: Level,
    /// How many documents the archive had, and how many it has.
    former: u32,
    count: u32,
    changes: HashMap<Term, Changes>,
    days: BTreeMap<u32, i32>,
}

/// A file of the level cannot be read: the level is to be made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl Revision {
    /// Of the level in an archive that had `former` documents and has `count`; `None` where the level begins
    /// elsewhere now, or had no documents.
    #[must_use]
    pub fn of(level: Level, former: u32, count: u32) -> Option<Revision> {
        let (before, now) = (level.range(former), level.range(count));
        (before.start == now.start && !before.is_empty()).then(|| Revision {
            level,
            former,
            count,
            changes: HashMap::new(),
            days: BTreeMap::new(),
        })
    }

    /// Whether the level had a document.
    #[must_use]
    pub fn held(&self, ordinal: u32) -> bool {
        self.level.range(self.former).contains(&ordinal)
    }

    /// Takes what a document said and says, and its day; one that is new said nothing.
    pub fn take(&mut self, (ordinal, day): (u32, i32), said: Terms, says: Terms) {
        self.days.insert(ordinal, day);
        let mut gone: HashMap<Term, Impact> = said.0.into_iter().collect();
        for (term, impact) in says.0 {
            if gone.remove(&term) != Some(impact) {
                self.change(term, ordinal, Some(impact));
            }
        }
        for term in gone.into_keys() {
            self.change(term, ordinal, None);
        }
    }

    fn change(&mut self, term: Term, ordinal: u32, impact: Option<Impact>) {
        self.changes
            .entry(term)
            .or_default()
            .insert(ordinal, impact);
    }

    /// Hands over the files that change; `read` reads the former ones.
    ///
    /// # Errors
    ///
    /// [`Damaged`] within, where a former file is none; the error of `give` else.
    pub fn finish<E>(
        self,
        read: ReadFile<'_>,
        give: &mut dyn FnMut(OutputFile) -> Result<(), E>,
    ) -> Result<Result<(), Damaged>, E> {
        let shards = self.level.shards(self.count);
        let resized = shards != self.level.shards(self.former);
        let mut sharded: BTreeMap<u32, BTreeMap<&str, &Changes>> = (0..shards)
            .filter(|_| resized)
            .map(|shard| (shard, BTreeMap::new()))
            .collect();
        for (term, changes) in &self.changes {
            let shard = sharded.entry(shard_of(term, shards)).or_default();
            shard.insert(term, changes);
        }
        for (number, changes) in sharded {
            let Some(file) = self.shard(read, number, &changes) else {
                return Ok(Err(Damaged));
            };
            give(file)?;
        }
        let Some(days) = self.days(read) else {
            return Ok(Err(Damaged));
        };
        give(days)?;
        Ok(Ok(()))
    }

    fn shard(
        &self,
        read: ReadFile<'_>,
        number: u32,
        changes: &BTreeMap<&str, &Changes>,
    ) -> Option<OutputFile> {
        let start = self.level.range(self.count).start;
        // A shard that was divided had the terms of two.
        let former = number & (self.level.shards(self.former) - 1);
        let bytes = read(&path(&self.level.shard(former)))?;
        let before = Shard::read(&bytes).filter(|shard| shard.start == start)?;
        let shards = self.level.shards(self.count);
        let kept = before
            .lists()
            .filter(|(term, _)| shard_of(term, shards) == number);
        let mut lists: BTreeMap<&str, List> = kept
            .filter(|(term, _)| !changes.contains_key(term))
            .map(|(term, text)| (term, List::written(text)))
            .collect();
        for (term, changes) in changes {
            let text = before.list(term).unwrap_or_default();
            let list = changed(postings::read(text.as_bytes(), start), changes, start);
            lists.extend(list.map(|list| (*term, list)));
        }
        let lists = lists.iter().map(|(term, list)| (*term, list));
        Some(shard::write((self.level, number), start, lists))
    }

    fn days(&self, read: ReadFile<'_>) -> Option<OutputFile> {
        let range = self.level.range(self.count);
        let bytes = read(&path(&self.level.days()))?;
        let before = self.level.range(self.former).len();
        let mut all = read_days(file::plain_text(&bytes)?.as_bytes(), before);
        all.resize(range.len(), 0);
        for (ordinal, day) in &self.days {
            *all.get_mut(ordinal.checked_sub(range.start)? as usize)? = *day;
        }
        Some(days(self.level, &all))
    }
}

/// A list with the changed documents in their places; `None` where none is left.
fn changed(before: impl Iterator<Item = Posting>, changes: &Changes, start: u32) -> Option<List> {
    let kept = before.filter(|posting| !changes.contains_key(&posting.ordinal));
    let came = changes.iter().filter_map(|(ordinal, impact)| {
        Some(Posting {
            ordinal: *ordinal,
            impact: (*impact)?,
        })
    });
    let mut all: Vec<Posting> = kept.chain(came).collect();
    all.sort_unstable_by_key(|posting| posting.ordinal);
    let mut list = List::from(start);
    for posting in &all {
        list.push(*posting);
    }
    (!all.is_empty()).then_some(list)
}
