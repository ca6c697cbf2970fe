//! Finding: the documents that meet a query, the best first.
//!
//! A document scores, for each term of the query, how rare the term is (BM25's weight) times how much the document is
//! about it (its impact: little, much, very much, in the title). The sum is raised by up to three tenths for a document
//! of today and half of that for one a year old: of two equally good articles the newer comes first, and no more.
//! Whether the parts of a word or phrase stand together is read from the pages of the best until enough are found, or
//! so many were read that the rest is left to the next answer.
//! Where fewer than ten articles hold a long word, those that hold two in three of its parts follow.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};
use std::rc::Rc;

use crate::search::bookmark::Bookmark;
use crate::search::entries::{
    CHUNK, Entry, MANIFEST, Manifest, chunk_of, path, read_chunk, read_days,
};
use crate::search::excerpt::{Reading, Shown, read_page};
use crate::search::file;
use crate::search::level::{Level, shard_of};
use crate::search::postings::{self, Posting};
use crate::search::query::{Clause, Item, Query};
use crate::search::scores::{Scores, Weighed, either, having_all, having_some, intersect};
use crate::search::shard::Shard;
use crate::search::terms::TITLE;

/// What the impacts are worth.
const WEIGHTS: [f64; 4] = [0.6, 1.1, 1.7, 3.0];
/// How much a document of today gains, and after how many days half of it is gone.
const FRESHNESS: f64 = 0.3;
const HALF_LIFE: f64 = 365.0;
/// Results below which a long word is looked for in parts.
const FEW: usize = 10;
/// Pages that one answer may read beyond those of its results; the search page's script reads as many.
const BEYOND: usize = 30;

/// Reads a file of the site by its path; `None` where there is none.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

/// An index that was opened.
pub struct Finder<'a> {
    read: ReadFile<'a>,
    manifest: Manifest,
    /// The lists that were read.
    lists: RefCell<HashMap<String, Rc<[Posting]>>>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// How many documents have what was asked for: exactly, or at most.
    pub count: usize,
    /// Whether [`Found::count`] is exact.
    pub exact: bool,
    /// Where the results after these are found; `None` where there are none.
    pub next: Option<Bookmark>,
    /// The best, from the one that was asked for on.
    pub hits: Vec<Hit>,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What is shown of it in any list.
    pub entry: Entry,
    /// The name of its source.
    pub source: String,
    /// Title and excerpt with what was looked for marked.
    pub shown: Shown,
    /// Whether it holds only parts of what was asked for.
    pub loose: bool,
}

/// Which of the results are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Where they begin.
    pub from: Bookmark,
    /// How many at most.
    pub take: usize,
}

/// An answer in the making.
struct Answering<'a> {
    query: &'a Query,
    /// How far it has come.
    bookmark: Bookmark,
    hits: Vec<Hit>,
    take: usize,
    /// Pages that it may still read.
    pages: usize,
}

impl<'a> Finder<'a> {
    /// Opens the index of a site; `None` where it has none, or one of another form.
    #[must_use]
    pub fn open(read: ReadFile<'a>) -> Option<Finder<'a>> {
        let manifest = Manifest::read(&read(&path(MANIFEST))?)?;
        Some(Finder {
            read,
            manifest,
            lists: RefCell::default(),
        })
    }

    /// What the index holds.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Finds the documents that meet a query, the best first.
    #[must_use]
    pub fn find(&self, query: &Query, window: Window) -> Found {
        let Window { from, take } = window;
        let days = self.days();
        let mut answering = Answering {
            query,
            bookmark: from,
            hits: Vec::new(),
            take,
            pages: take.saturating_add(BEYOND),
        };
        let mut candidates = self.candidates(query, &days, Reading::Whole);
        let (mut count, mut exact) = (candidates.len(), !query.has_phrases());
        let mut whole = Vec::new();
        if query.has_parts() {
            whole = candidates.iter().map(|found| found.ordinal).collect();
            whole.sort_unstable();
        }
        if from.parts {
            candidates.clear();
        } else {
            self.answer(&mut answering, &mut candidates, &|_| false);
        }
        if candidates.is_empty() {
            (count, exact) = (answering.bookmark.results, true);
            if from.parts || count < FEW && query.has_parts() {
                if !from.parts {
                    (answering.bookmark.passed, answering.bookmark.parts) = (0, true);
                }
                candidates = self.candidates(query, &days, Reading::Parts);
                self.answer(&mut answering, &mut candidates, &|ordinal| {
                    whole.binary_search(&ordinal).is_ok()
                });
                count = answering.bookmark.results + candidates.len();
                exact = candidates.is_empty();
            }
        }
        Found {
            count,
            exact,
            next: (!candidates.is_empty()).then_some(answering.bookmark),
            hits: answering.hits,
        }
    }

    /// Takes the best candidates from the bookmark on until as many hits as wanted were met by what their pages say, or
    /// as many pages were read as may be. One that `may_be_whole` may be a result of the stage before.
    fn answer(
        &self,
        answering: &mut Answering<'_>,
        candidates: &mut BinaryHeap<Candidate>,
        may_be_whole: &dyn Fn(u32) -> bool,
    ) {
        let bookmark = &mut answering.bookmark;
        for _ in 0..bookmark.passed.min(candidates.len()) {
            candidates.pop();
        }
        let reading = if bookmark.parts {
            Reading::Parts
        } else {
            Reading::Whole
        };
        while answering.hits.len() < answering.take
            && answering.pages > 0
            && let Some(Candidate { ordinal, .. }) = candidates.pop()
        {
            bookmark.passed += 1;
            answering.pages -= 1;
            let query = answering.query;
            if may_be_whole(ordinal) && self.hit(query, ordinal, Reading::Whole).is_some() {
                continue;
            }
            let hit = self.hit(query, ordinal, reading);
            bookmark.results += usize::from(hit.is_some());
            answering.hits.extend(hit);
        }
    }

    pub(crate) fn hit(&self, query: &Query, ordinal: u32, reading: Reading) -> Option<Hit> {
        let chunk = read_chunk(&(self.read)(&path(&chunk_of(ordinal)))?);
        let entry = chunk.into_iter().nth((ordinal % CHUNK) as usize)?;
        let page = (self.read)(&entry.page());
        let shown = read_page(query, &entry.1, page.as_deref(), reading)?;
        let slug = entry.source();
        let sources = &self.manifest.sources;
        let source = sources.iter().find(|(known, _)| known == slug);
        Some(Hit {
            source: source.map_or(slug, |(_, name)| name).to_owned(),
            entry,
            shown,
            loose: reading == Reading::Parts,
        })
    }

    pub(crate) fn candidates(
        &self,
        query: &Query,
        days: &[i32],
        reading: Reading,
    ) -> BinaryHeap<Candidate> {
        let (excluded, wanted): (Vec<&Clause>, Vec<&Clause>) =
            query.clauses.iter().partition(|clause| clause.excluded);
        let unions = wanted
            .iter()
            .map(|clause| self.union(&clause.items, reading));
        let everything = || {
            let bounded = query.from.is_some() || query.to.is_some();
            let all = (0..self.manifest.count).filter(|_| bounded);
            all.map(|ordinal| (ordinal, 0.0)).collect()
        };
        let mut scores = unions
            .reduce(|one, other| intersect(&one, &other))
            .unwrap_or_else(everything);
        for clause in excluded {
            // Whether a phrase stands in a document is seen on its page.
            let items = clause.items.iter().filter(|item| !item.is_phrase());
            let banned = self.union(items, reading);
            scores.retain(|(ordinal, _)| {
                banned
                    .binary_search_by_key(ordinal, |(other, _)| *other)
                    .is_err()
            });
        }
        let (from, to) = (query.from.unwrap_or(i32::MIN), query.to.unwrap_or(i32::MAX));
        let dated = scores.into_iter().filter_map(|(ordinal, score)| {
            let day = *days.get(ordinal as usize)?;
            let age = f64::from(day - self.manifest.newest) / HALF_LIFE;
            (from..=to).contains(&day).then(|| Candidate {
                score: score * (1.0 + FRESHNESS * age.exp2()),
                ordinal,
            })
        });
        dated.collect::<Vec<_>>().into()
    }

    /// The documents that meet one of the items, each with its best score.
    fn union<'i>(&self, items: impl IntoIterator<Item = &'i Item>, reading: Reading) -> Scores {
        let scores = items.into_iter().map(|item| self.matching(item, reading));
        scores
            .reduce(|one, other| either(&one, &other))
            .unwrap_or_default()
    }

    /// The documents that have all terms of an item, or enough of them.
    fn matching(&self, item: &Item, reading: Reading) -> Scores {
        let lists: Vec<Rc<[Posting]>> = item.terms.iter().map(|term| self.list(term)).collect();
        let terms: Vec<Weighed<'_>> = lists
            .iter()
            .map(|list| {
                let (count, having) = (f64::from(self.manifest.count), f64::from(length(list)));
                let rarity = (1.0 + (count - having + 0.5) / (having + 0.5)).ln();
                Weighed {
                    list,
                    worth: WEIGHTS.map(|weight| rarity * weight),
                    least: if item.title { TITLE } else { 0 },
                }
            })
            .collect();
        if reading == Reading::Parts && item.is_long() {
            having_some(&terms, (terms.len() * 2).div_ceil(3))
        } else {
            having_all(&terms)
        }
    }

    /// The list of a term over all levels, which is read once for a query.
    fn list(&self, term: &str) -> Rc<[Posting]> {
        if let Some(known) = self.lists.borrow().get(term) {
            return Rc::clone(known);
        }
        let mut list = Vec::new();
        for level in self.levels() {
            let shard = level.shard(shard_of(term, level.shards(self.manifest.count)));
            let bytes = (self.read)(&path(&shard)).unwrap_or_default();
            let found =
                Shard::read(&bytes).and_then(|shard| Some((shard.list(term)?, shard.start)));
            if let Some((text, start)) = found {
                // A document takes one digit at least.
                list.reserve(text.len());
                list.extend(postings::read(text.as_bytes(), start));
            }
        }
        let list: Rc<[Posting]> = list.into();
        self.lists
            .borrow_mut()
            .insert(term.to_owned(), Rc::clone(&list));
        list
    }

    /// The day of each document, in days since 1970, by its place in the order of archiving.
    pub(crate) fn days(&self) -> Vec<i32> {
        let mut days = Vec::with_capacity(self.manifest.count as usize);
        for level in self.levels() {
            let range = level.range(self.manifest.count);
            let bytes = (self.read)(&path(&level.days())).unwrap_or_default();
            let text = file::plain_text(&bytes).unwrap_or_default();
            days.extend(read_days(text.as_bytes(), range.len()));
            days.resize(range.end as usize, 0);
        }
        days
    }

    fn levels(&self) -> impl Iterator<Item = Level> {
        let count = self.manifest.count;
        let levels = Level::ALL.into_iter();
        levels.filter(move |level| !level.range(count).is_empty())
    }
}

fn length(list: &[Posting]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// A document that may meet the query; the better is the greater, and of equals the one archived later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    score: f64,
    pub(crate) ordinal: u32,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Candidate) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then(self.ordinal.cmp(&other.ordinal))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Candidate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Candidate) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
