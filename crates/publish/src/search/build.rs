//! A level of the index made from its documents, one after the other, in bounded memory.

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Write};
use std::ops::Range;

use foldhash::fast::RandomState;

use crate::edition::OutputFile;
use crate::search::entries::write_days;
use crate::search::file;
use crate::search::level::{Level, shard_of};
use crate::search::postings::{List, Posting};
use crate::search::run;
use crate::search::shard;
use crate::search::terms::{Term, Terms};

/// What a term costs beside its letters and its list: its place in the table and the allocation of its list, measured.
const TERM_COST: usize = 150;
/// From which weight on the lists should be put aside. A build needs about this much for them, whatever its size.
const HEAVY: usize = 128 << 20;

/// A level in the making.
pub struct Builder {
    level: Level,
    range: Range<u32>,
    shards: u32,
    lists: HashMap<Term, List, RandomState>,
    /// What the lists weigh, in bytes.
    weight: usize,
    days: Vec<i32>,
}

impl Builder {
    /// The level of an archive of `count` documents, yet empty.
    #[must_use]
    pub fn new(level: Level, count: u32) -> Builder {
        Builder {
            level,
            range: level.range(count),
            shards: level.shards(count),
            lists: HashMap::default(),
            weight: 0,
            days: Vec::new(),
        }
    }

    /// Whether it has all its documents.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.days.len() >= self.range.len()
    }

    /// Takes the next document of the level's range: its terms, none where it cannot be read, and its day.
    pub fn add(&mut self, terms: Terms, day: i32) {
        let ordinal = self.range.start + u32::try_from(self.days.len()).unwrap_or(u32::MAX);
        for (term, impact) in terms.0 {
            let length = term.len();
            let list = self.lists.entry(term).or_insert_with(|| {
                self.weight += TERM_COST + length;
                List::from(self.range.start)
            });
            let before = list.as_bytes().len();
            list.push(Posting { ordinal, impact });
            self.weight += list.as_bytes().len() - before;
        }
        self.days.push(day);
    }

    /// Whether what it holds should be put aside before it takes more.
    #[must_use]
    pub fn is_heavy(&self) -> bool {
        self.weight >= HEAVY
    }

    /// Writes what it holds to a run, which [`Builder::finish`] reads, and is empty again.
    ///
    /// # Errors
    ///
    /// When `run` fails.
    pub fn put_aside(&mut self, run: &mut dyn Write) -> io::Result<()> {
        let mut sorted: Vec<(u32, &str, &List)> = self
            .lists
            .iter()
            .map(|(term, list)| (shard_of(term, self.shards), term.as_str(), list))
            .collect();
        sorted.sort_unstable_by_key(|(shard, term, _)| (*shard, *term));
        for (shard, term, list) in sorted {
            run::write(run, (shard, term), list)?;
        }
        self.lists.clear();
        self.weight = 0;
        Ok(())
    }

    /// Hands over the files of the level, from what it holds and the runs that were put aside, in their order.
    ///
    /// # Errors
    ///
    /// When a run cannot be read, or `give` fails.
    pub fn finish<E: From<io::Error>>(
        mut self,
        mut runs: Vec<Box<dyn Read + '_>>,
        give: &mut dyn FnMut(OutputFile) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = Vec::new();
        self.put_aside(&mut rest)?;
        drop(std::mem::take(&mut self.lists));
        runs.push(Box::new(Cursor::new(rest)));
        let (level, start) = (self.level, self.range.start);
        let mut number = 0;
        let mut lists: Vec<(Term, List)> = Vec::new();
        run::merge(runs, start, &mut |record| {
            while number < record.shard {
                give(shard::write((level, number), start, lists.drain(..)))?;
                number += 1;
            }
            lists.push((record.term, record.list));
            Ok::<(), E>(())
        })?;
        while number < self.shards {
            give(shard::write((level, number), start, lists.drain(..)))?;
            number += 1;
        }
        if self.shards > 0 {
            give(days(level, &self.days))?;
        }
        Ok(())
    }
}

/// The file of a level's days.
pub(crate) fn days(level: Level, days: &[i32]) -> OutputFile {
    let text = write_days(days);
    let text = std::str::from_utf8(&text).expect("numbers are printable ASCII");
    file::script(&level.days(), text)
}
