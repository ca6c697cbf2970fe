//! The second look: what the first likelihoods of a page's other blocks say about one of them. Blocks
//! that stand in the same element, or are marked up alike, mostly belong to the article together.

use std::collections::HashMap;
use wirecopy_html::{NodeId, Tree};

use super::feature::{features, number};
use super::survey::{Survey, distance, line};

/// Blocks that are less likely at first are not looked at again: of the words of the given pages'
/// articles three in a thousand stand in such blocks, and it is nearly six in ten of all blocks. The
/// shipped model learned from those above 0.02 too; to ask it about them moves no set of unseen pages by
/// more than 0.01 points, and costs a quarter more of its time.
pub(crate) const LEAST_DOUBT: f32 = 0.05;

/// How far up an element's blocks are compared.
const LEVELS: usize = 6;

/// One block's numbers, in the order of [`NAMES`].
pub(crate) type Row = [f32; NAMES.len()];

/// A row for each block that is worth a second look.
pub(super) fn rows<'page>(
    survey: &'page Survey<'page>,
    first: &'page [f32],
) -> impl Iterator<Item = Option<Row>> + 'page {
    let agreement = Agreement::of(survey, first);
    first.iter().enumerate().map(move |(index, likelihood)| {
        (*likelihood >= LEAST_DOUBT).then(|| {
            row(&View {
                agreement: &agreement,
                index,
            })
        })
    })
}

/// Words, and how many of them are expected to be the article's.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    words: f32,
    expected: f32,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.words += other.words;
        self.expected += other.expected;
    }

    fn without(self, other: Sum) -> Sum {
        Sum {
            words: self.words - other.words,
            expected: self.expected - other.expected,
        }
    }

    /// The share that is expected, -1 of nothing.
    fn mean(self) -> f32 {
        if self.words < 0.5 {
            -1.0
        } else {
            self.expected / self.words
        }
    }
}

/// The page's sums.
struct Agreement<'a> {
    survey: &'a Survey<'a>,
    first: &'a [f32],
    greatest: f32,
    own: Vec<Sum>,
    /// Before each block, and in the whole page at the end.
    before: Vec<Sum>,
    /// For each block, the sums of those that stand in the same element, as many levels beneath it.
    peers: Vec<[Sum; LEVELS]>,
    /// For each block, the sums of those whose two and three nearest elements are marked up alike.
    alike: Vec<[Sum; 2]>,
    /// For each block, the index of the last likely one before it, and of the first after it.
    likely_before: Vec<Option<u32>>,
    likely_after: Vec<Option<u32>>,
    /// The way up from the likeliest block.
    likeliest_line: HashMap<NodeId, u32>,
    /// The first and the last block of the likeliest stretch of the page.
    core: (usize, usize),
}

impl<'a> Agreement<'a> {
    fn of(survey: &'a Survey<'a>, first: &'a [f32]) -> Agreement<'a> {
        let blocks = &survey.blocks.list;
        let own: Vec<Sum> = blocks
            .iter()
            .zip(first)
            .map(|(block, likelihood)| {
                let words = block.words.max(1) as f32;
                Sum {
                    words,
                    expected: words * likelihood,
                }
            })
            .collect();
        let likely = |index: usize| (first[index] > 0.5).then_some(index as u32);
        Agreement {
            survey,
            first,
            greatest: first.iter().copied().fold(0.0, f32::max),
            peers: peers(survey, &own),
            alike: alike(survey, &own),
            likely_before: previous((0..first.len()).map(likely)),
            likely_after: {
                let mut after = previous((0..first.len()).rev().map(likely));
                after.reverse();
                after
            },
            likeliest_line: likeliest(first, &own)
                .map(|index| line(survey.tree, blocks[index].container))
                .unwrap_or_default(),
            core: core(first, &own),
            before: totals(&own),
            own,
        }
    }

    fn whole(&self) -> Sum {
        self.before[self.own.len()]
    }
}

/// The last of `marks` before each place.
fn previous(marks: impl Iterator<Item = Option<u32>>) -> Vec<Option<u32>> {
    let mut last = None;
    marks
        .map(|mark| {
            let before = last;
            last = mark.or(last);
            before
        })
        .collect()
}

/// What stands before each block, and in all of them at the end.
fn totals(own: &[Sum]) -> Vec<Sum> {
    let mut totals = Vec::with_capacity(own.len() + 1);
    let mut total = Sum::default();
    totals.push(total);
    for sum in own {
        total.add(*sum);
        totals.push(total);
    }
    totals
}

/// What holds an element; the root holds itself.
fn above(tree: &Tree, node: NodeId) -> NodeId {
    tree.node(node).parent.unwrap_or(NodeId::ROOT)
}

fn peers(survey: &Survey<'_>, own: &[Sum]) -> Vec<[Sum; LEVELS]> {
    let mut peers = vec![[Sum::default(); LEVELS]; own.len()];
    let mut sums = vec![Sum::default(); survey.tree.element_places()];
    let place = |holder: &NodeId| survey.tree.element_place(*holder).unwrap_or_default();
    let blocks = &survey.blocks.list;
    let mut holders: Vec<NodeId> = blocks.iter().map(|block| block.container).collect();
    for level in 0..LEVELS {
        for (holder, own) in holders.iter().zip(own) {
            sums[place(holder)].add(*own);
        }
        for (holder, peers) in holders.iter().zip(&mut peers) {
            peers[level] = sums[place(holder)];
        }
        for holder in &mut holders {
            sums[place(holder)] = Sum::default();
            *holder = above(survey.tree, *holder);
        }
    }
    peers
}

fn alike(survey: &Survey<'_>, own: &[Sum]) -> Vec<[Sum; 2]> {
    let kind = |node: NodeId| survey.outline.at(survey.tree, node).kind;
    let kinds = |index: usize| {
        let nearest = survey.blocks.list[index].container;
        let second = above(survey.tree, nearest);
        let two = kind(nearest).rotate_left(7) ^ kind(second).rotate_left(3);
        [two, two ^ kind(above(survey.tree, second))]
    };
    let mut alike = vec![[Sum::default(); 2]; own.len()];
    for depth in [0, 1] {
        let mut order: Vec<(u64, u32)> = (0..own.len())
            .map(|index| (kinds(index)[depth], index as u32))
            .collect();
        order.sort_unstable();
        for same in order.chunk_by(|left, right| left.0 == right.0) {
            let mut sum = Sum::default();
            same.iter()
                .for_each(|(_, index)| sum.add(own[*index as usize]));
            for (_, index) in same {
                alike[*index as usize][depth] = sum;
            }
        }
    }
    alike
}

/// The block to measure from: likely, and not too short to be chance.
fn likeliest(first: &[f32], own: &[Sum]) -> Option<usize> {
    let score = |index: &usize| first[*index] * own[*index].words.min(60.0);
    (0..first.len()).max_by(|left, right| score(left).total_cmp(&score(right)))
}

/// A word this likely neither makes the core longer nor ends it.
const CORE_LIKELIHOOD: f32 = 0.4;

/// The stretch of blocks that gains most, where likely words are gains and unlikely ones losses: where
/// the article most likely begins and ends.
fn core(first: &[f32], own: &[Sum]) -> (usize, usize) {
    let (mut best, mut stretch) = (0.0, (0, 0));
    let (mut gain, mut start) = (0.0, 0);
    for (index, (likelihood, own)) in first.iter().zip(own).enumerate() {
        gain += (likelihood - CORE_LIKELIHOOD) * own.words;
        if gain > best {
            (best, stretch) = (gain, (start, index));
        }
        if gain <= 0.0 {
            (gain, start) = (0.0, index + 1);
        }
    }
    stretch
}

/// A block among the others.
struct View<'a> {
    agreement: &'a Agreement<'a>,
    index: usize,
}

impl View<'_> {
    fn likelihood(&self) -> f32 {
        self.agreement.first[self.index]
    }

    fn log_odds(&self) -> f32 {
        let likelihood = self.likelihood().clamp(1e-5, 1.0 - 1e-5);
        (likelihood / (1.0 - likelihood)).ln()
    }

    fn neighbour(&self, offset: isize) -> f32 {
        let index = self.index.checked_add_signed(offset);
        let likelihood = index.and_then(|index| self.agreement.first.get(index));
        likelihood.copied().unwrap_or(-1.0)
    }

    fn peers(&self, level: usize) -> Sum {
        self.agreement.peers[self.index][level]
    }

    fn other_peers(&self, level: usize) -> f32 {
        self.peers(level)
            .without(self.agreement.own[self.index])
            .mean()
    }

    fn peers_share(&self, level: usize) -> f32 {
        self.peers(level).expected / self.agreement.whole().expected.max(1.0)
    }

    fn alike(&self, depth: usize) -> Sum {
        self.agreement.alike[self.index][depth].without(self.agreement.own[self.index])
    }

    /// The mean of so many blocks before this one.
    fn mean_before(&self, count: usize) -> f32 {
        let before = &self.agreement.before;
        before[self.index]
            .without(before[self.index.saturating_sub(count)])
            .mean()
    }

    /// The mean of so many blocks after this one.
    fn mean_after(&self, count: usize) -> f32 {
        let before = &self.agreement.before;
        let end = (self.index + 1 + count).min(before.len() - 1);
        before[end].without(before[self.index + 1]).mean()
    }

    fn to_likeliest(&self) -> f32 {
        let block = &self.agreement.survey.blocks.list[self.index];
        distance(
            self.agreement.survey.tree,
            &self.agreement.likeliest_line,
            block,
        )
        .min(100) as f32
    }

    /// Whether it is in the very element of the likeliest block.
    fn beside_likeliest(&self) -> f32 {
        let survey = self.agreement.survey;
        let holder = above(survey.tree, survey.blocks.list[self.index].container);
        number(self.agreement.likeliest_line.get(&holder) == Some(&1))
    }

    fn to_likely(&self, likely: &[Option<u32>]) -> f32 {
        let index = self.index as u32;
        likely[self.index].map_or(200.0, |likely| likely.abs_diff(index).min(200) as f32)
    }

    /// Blocks since the core's first block, negative before it; and since its last.
    fn since_core(&self) -> (f32, f32) {
        let since = |index: usize| (self.index as f32 - index as f32).clamp(-60.0, 60.0);
        let (start, end) = self.agreement.core;
        (since(start), since(end))
    }

    /// What stands between the block and the core.
    fn to_core(&self) -> Sum {
        let before = &self.agreement.before;
        let (start, end) = self.agreement.core;
        if self.index < start {
            before[start].without(before[self.index + 1])
        } else {
            before[self.index].without(before[(end + 1).min(self.index)])
        }
    }

    fn core_share(&self) -> f32 {
        let before = &self.agreement.before;
        let (start, end) = self.agreement.core;
        let core = before[end + 1].without(before[start]);
        core.expected / self.agreement.whole().expected.max(1.0)
    }

    fn expected_before(&self) -> f32 {
        let before = self.agreement.before[self.index].expected;
        before / self.agreement.whole().expected.max(1.0)
    }
}

features! { view;
    first: view.log_odds(),
    first_share: view.likelihood() / view.agreement.greatest.max(1e-5),
    first_greatest: view.agreement.greatest,
    first_expected: (view.agreement.whole().expected + 1.0).ln(),
    first_page: share_of_page(view),
    peers_0: view.peers(0).mean(),
    peers_1: view.peers(1).mean(),
    peers_2: view.peers(2).mean(),
    peers_3: view.peers(3).mean(),
    peers_4: view.peers(4).mean(),
    peers_5: view.peers(5).mean(),
    other_peers_1: view.other_peers(1),
    other_peers_2: view.other_peers(2),
    other_peers_4: view.other_peers(4),
    peers_share_1: view.peers_share(1),
    peers_share_2: view.peers_share(2),
    peers_share_4: view.peers_share(4),
    peers_share_5: view.peers_share(5),
    alike_2: view.alike(0).mean(),
    alike_3: view.alike(1).mean(),
    alike_3_words: (view.alike(1).words + 1.0).max(1.0).ln(),
    before_1: view.neighbour(-1),
    before_2: view.neighbour(-2),
    after_1: view.neighbour(1),
    after_2: view.neighbour(2),
    mean_before_3: view.mean_before(3),
    mean_before_8: view.mean_before(8),
    mean_before_20: view.mean_before(20),
    mean_after_3: view.mean_after(3),
    mean_after_8: view.mean_after(8),
    mean_after_20: view.mean_after(20),
    expected_before: view.expected_before(),
    since_likely: view.to_likely(&view.agreement.likely_before),
    until_likely: view.to_likely(&view.agreement.likely_after),
    to_likeliest: view.to_likeliest(),
    beside_likeliest: view.beside_likeliest(),
    since_core_start: view.since_core().0,
    since_core_end: view.since_core().1,
    words_to_core: (view.to_core().words + 1.0).max(1.0).ln(),
    mean_to_core: view.to_core().mean(),
    core_share: view.core_share(),
}

/// The share of the page's words that is expected to be the article.
fn share_of_page(view: &View<'_>) -> f32 {
    view.agreement.whole().mean()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &[f32], expected: (usize, usize)) {
        let own: Vec<Sum> = first
            .iter()
            .map(|likelihood| Sum {
                words: 10.0,
                expected: 10.0 * likelihood,
            })
            .collect();
        assert_eq!(core(first, &own), expected, "{first:?}");
    }

    #[test]
    fn the_core_reaches_over_a_gap_but_not_to_what_lies_far_behind() {
        check(&[0.1, 0.9, 0.9, 0.1, 0.9, 0.05, 0.05, 0.05, 0.8], (1, 4));
        check(&[0.6, 0.0, 0.0, 0.9, 0.9], (3, 4));
    }

    #[test]
    fn a_page_where_nothing_is_likely_has_a_core_of_its_first_block() {
        check(&[0.1, 0.2], (0, 0));
        check(&[], (0, 0));
    }
}
