//! The newest documents that meet a query, for what follows a search: its feed.

use std::cmp::Reverse;

use crate::search::excerpt::Reading;
use crate::search::find::Finder;
use crate::search::query::Query;

/// Pages that are read at most to see whether a phrase stands in them. A pair of characters that occurs beside another
/// is nearly always the word that was meant, so that few more are read than are found.
const MOST_READ: usize = 500;

impl Finder<'_> {
    /// The documents that meet a query as a whole, as places in the order of archiving from 0: those published last
    /// first, and of one day those archived last.
    #[must_use]
    pub fn newest(&self, query: &Query, take: usize) -> Vec<u32> {
        let days = self.days();
        let candidates = self.candidates(query, &days, Reading::Whole);
        let mut ordinals: Vec<u32> = candidates.iter().map(|found| found.ordinal).collect();
        ordinals.sort_unstable_by_key(|ordinal| Reverse((days[*ordinal as usize], *ordinal)));
        if query.has_phrases() {
            ordinals.truncate(MOST_READ.max(take));
        }
        let met = ordinals.into_iter().filter(|ordinal| {
            !query.has_phrases() || self.hit(query, *ordinal, Reading::Whole).is_some()
        });
        met.take(take).collect()
    }
}
