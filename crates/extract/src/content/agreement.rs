//! The second look: what the first likelihoods of a page's other blocks say about one of them. Blocks
//! that stand in the same element, or are marked up alike, mostly belong to the article together.

use std::collections::HashMap;
use wirecopy_html::NodeId;

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
    /// For each block, its container and that one's ancestors.
    holders: Vec<[NodeId; LEVELS]>,
    own: Vec<Sum>,
    /// Before each block, and in the whole page at the end.
    before: Vec<Sum>,
    /// For each block, the sums of those that stand in the same element, as many levels beneath it.
    peers: Vec<[Sum; LEVELS]>,
    /// For each block, the sums of those whose two and three nearest elements are marked up alike.
    alike: Vec<[Sum; 2]>,
    /// For each block, the index of the last likely one before it, and of the first after it.
    likely_before: Vec<Option<usize>>,
    likely_after: Vec<Option<usize>>,
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
        let holders: Vec<_> = blocks
            .iter()
            .map(|block| holders(survey, block.container))
            .collect();
        let likely = |index: &usize| first[*index] > 0.5;
        let mut before = vec![Sum::default()];
        for sum in &own {
            let mut total = before[before.len() - 1];
            total.add(*sum);
            before.push(total);
        }
        Agreement {
            survey,
            first,
            greatest: first.iter().copied().fold(0.0, f32::max),
            peers: peers(survey, &holders, &own),
            alike: alike(survey, &holders, &own),
            likely_before: previous((0..first.len()).map(|index| Some(index).filter(likely))),
            likely_after: {
                let indices = (0..first.len()).rev();
                let mut after = previous(indices.map(|index| Some(index).filter(likely)));
                after.reverse();
                after
            },
            likeliest_line: likeliest(first, &own)
                .map(|index| line(survey.tree, blocks[index].container))
                .unwrap_or_default(),
            core: core(first, &own),
            holders,
            own,
            before,
        }
    }

    fn whole(&self) -> Sum {
        self.before[self.own.len()]
    }
}

/// The last of `marks` before each place.
fn previous(marks: impl Iterator<Item = Option<usize>>) -> Vec<Option<usize>> {
    let mut last = None;
    marks
        .map(|mark| {
            let before = last;
            last = mark.or(last);
            before
        })
        .collect()
}

fn holders(survey: &Survey<'_>, container: NodeId) -> [NodeId; LEVELS] {
    let mut holders = [NodeId::ROOT; LEVELS];
    let line = std::iter::once(container).chain(survey.tree.ancestors(container));
    for (holder, node) in holders.iter_mut().zip(line) {
        *holder = node;
    }
    holders
}

fn peers(survey: &Survey<'_>, holders: &[[NodeId; LEVELS]], own: &[Sum]) -> Vec<[Sum; LEVELS]> {
    let mut peers = vec![[Sum::default(); LEVELS]; own.len()];
    let mut sums = vec![Sum::default(); survey.tree.len()];
    for level in 0..LEVELS {
        for (holders, own) in holders.iter().zip(own) {
            sums[holders[level].index()].add(*own);
        }
        for (holders, peers) in holders.iter().zip(&mut peers) {
            peers[level] = sums[holders[level].index()];
        }
        for holders in holders {
            sums[holders[level].index()] = Sum::default();
        }
    }
    peers
}

fn alike(survey: &Survey<'_>, holders: &[[NodeId; LEVELS]], own: &[Sum]) -> Vec<[Sum; 2]> {
    let kind = |node: NodeId| survey.outline.at(node).kind;
    let kinds: Vec<[u64; 2]> = holders
        .iter()
        .map(|holders| {
            let two = kind(holders[0]).rotate_left(7) ^ kind(holders[1]).rotate_left(3);
            [two, two ^ kind(holders[2])]
        })
        .collect();
    let mut sums: HashMap<(usize, u64), Sum> = HashMap::new();
    for (kinds, own) in kinds.iter().zip(own) {
        for (depth, kind) in kinds.iter().enumerate() {
            sums.entry((depth, *kind)).or_default().add(*own);
        }
    }
    kinds
        .iter()
        .map(|kinds| [sums[&(0, kinds[0])], sums[&(1, kinds[1])]])
        .collect()
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
        number(
            self.agreement
                .likeliest_line
                .get(&self.agreement.holders[self.index][1])
                == Some(&1),
        )
    }

    fn to_likely(&self, likely: &[Option<usize>]) -> f32 {
        likely[self.index].map_or(200.0, |likely| likely.abs_diff(self.index).min(200) as f32)
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
