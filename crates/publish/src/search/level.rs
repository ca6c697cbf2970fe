//! The levels of the index: which documents stand in which, and over how many files a level's terms are spread.
//!
//! A level's range follows from the number of documents alone. The recent ones are rewritten with each new document; a
//! full level goes into the next, so that each document is written again a few times in all, and a search asks four
//! files for each term, whatever the archive's size.

use std::ops::Range;

/// Documents at which the recent level goes into the medium one, that into the large one, that into the base.
const STEPS: [u32; 3] = [16, 256, 8_192];

/// A part of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All but the newest 8,191 documents at most.
    Base,
    /// Of what is not in the base, all but the newest 255 at most.
    Large,
    /// Of the rest, all but the newest 15 at most.
    Medium,
    /// What is left.
    Recent,
}

impl Level {
    /// From the oldest documents to the newest.
    pub const ALL: [Level; 4] = [Level::Base, Level::Large, Level::Medium, Level::Recent];

    /// The ordinals of the level's documents in an archive of `count`.
    #[must_use]
    pub fn range(self, count: u32) -> Range<u32> {
        let [recent, medium, large] = STEPS.map(|step| count - count % step);
        match self {
            Level::Base => 0..large,
            Level::Large => large..medium,
            Level::Medium => medium..recent,
            Level::Recent => recent..count,
        }
    }

    /// Over how many shards its terms are spread: a power of two, by which a shard has some ten kilobytes.
    #[must_use]
    pub fn shards(self, count: u32) -> u32 {
        match self {
            Level::Base => match self.range(count).end {
                0 => 0,
                end => (end / 16).next_power_of_two(),
            },
            Level::Large if count >= STEPS[1] => 512,
            Level::Medium if count >= STEPS[0] => 32,
            Level::Recent => 8,
            Level::Large | Level::Medium => 0,
        }
    }

    /// The name of a shard, which is its place in the index.
    #[must_use]
    pub fn shard(self, number: u32) -> String {
        format!("{}/{number:x}", self.letter())
    }

    /// The name of the level's days.
    #[must_use]
    pub fn days(self) -> String {
        format!("{}/days", self.letter())
    }

    fn letter(self) -> char {
        match self {
            Level::Base => 'b',
            Level::Large => 'l',
            Level::Medium => 'm',
            Level::Recent => 'r',
        }
    }
}

/// The shard of a term among this many: FNV-1a over UTF-16, which a script has at hand, folded once.
#[must_use]
pub fn shard_of(term: &str, shards: u32) -> u32 {
    let hash = term.encode_utf16().fold(0x811c_9dc5_u32, |hash, unit| {
        (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193)
    });
    (hash ^ hash >> 15) & shards.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_stands_in_one_level() {
        for count in [0, 1, 15, 16, 17, 255, 256, 8_191, 8_192, 8_193, 128_801] {
            let mut end = 0;
            for level in Level::ALL {
                let range = level.range(count);
                assert_eq!(range.start, end, "{level:?} of {count}");
                assert!(range.is_empty() || level.shards(count).is_power_of_two());
                end = range.end;
            }
            assert_eq!(end, count);
        }
    }
}
