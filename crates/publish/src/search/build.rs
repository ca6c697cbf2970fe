//! A level of the index made from its documents, one after the other.

use std::collections::HashMap;
use std::ops::Range;

use crate::edition::OutputFile;
use crate::search::entries::write_days;
use crate::search::file;
use crate::search::level::{Level, shard_of};
use crate::search::postings::{List, Posting};
use crate::search::shard;
use crate::search::terms::Terms;

/// A level in the making. The lists are kept as they will be written, so that an archive of 128,801 posts takes some
/// hundred megabytes.
pub struct Builder {
    level: Level,
    range: Range<u32>,
    lists: HashMap<Box<str>, List>,
    days: Vec<i32>,
}

impl Builder {
    /// The level of an archive of `count` documents, yet empty.
    #[must_use]
    pub fn new(level: Level, count: u32) -> Builder {
        Builder {
            level,
            range: level.range(count),
            lists: HashMap::new(),
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
            let list = self.lists.entry(term);
            let list = list.or_insert_with(|| List::from(self.range.start));
            list.push(Posting { ordinal, impact });
        }
        self.days.push(day);
    }

    /// Hands over the files of the level in an archive of `count` documents.
    ///
    /// # Errors
    ///
    /// When `give` fails.
    pub fn finish<E>(
        self,
        count: u32,
        give: &mut dyn FnMut(OutputFile) -> Result<(), E>,
    ) -> Result<(), E> {
        let shards = self.level.shards(count);
        let mut sharded: Vec<Vec<(&str, &List)>> = vec![Vec::new(); shards as usize];
        for (term, list) in &self.lists {
            sharded[shard_of(term, shards) as usize].push((term, list));
        }
        for (number, mut lists) in (0_u32..).zip(sharded) {
            lists.sort_unstable_by_key(|(term, _)| *term);
            let place = (self.level, number);
            give(shard::write(place, self.range.start, lists.into_iter()))?;
        }
        if shards > 0 {
            give(days(self.level, &self.days))?;
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
