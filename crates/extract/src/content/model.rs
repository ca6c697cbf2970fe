//! The learned part: boosted decision trees over a block's rows of numbers, twice. The first look
//! knows the block and its surroundings, the second the first's verdict on all the others as well.
//!
//! `first.model` and `second.model` are written by `training/train.py`: the names of the features,
//! then one tree a line.

use std::sync::LazyLock;

use super::agreement;
use super::feature::Row;

/// For each row how likely its block belongs to the article, from 0 to 1, at first sight.
pub(crate) fn first(rows: &[Row]) -> Vec<f32> {
    let flat: Vec<f32> = rows.iter().flatten().copied().collect();
    FIRST.likelihoods(&flat)
}

/// The same at second sight; what was not worth one keeps its first likelihood.
pub(crate) fn second(rows: &[Row], again: &[Option<agreement::Row>], first: &[f32]) -> Vec<f32> {
    let mut flat = Vec::with_capacity(rows.len() * SECOND.width);
    for (row, again) in rows.iter().zip(again) {
        if let Some(again) = again {
            flat.extend(row.iter().chain(again));
        }
    }
    let mut seconds = SECOND.likelihoods(&flat).into_iter();
    let doubted = again.iter().zip(first);
    doubted
        .map(|(again, first)| again.and_then(|_| seconds.next()).unwrap_or(*first))
        .collect()
}

static FIRST: LazyLock<Ensemble> = LazyLock::new(|| Ensemble::read(include_str!("first.model")));
static SECOND: LazyLock<Ensemble> = LazyLock::new(|| Ensemble::read(include_str!("second.model")));

/// Rows that go down a tree side by side, so that the processor need not wait for one of them.
const ABREAST: usize = 8;

/// Trees whose leaves add up to log odds.
struct Ensemble {
    /// Numbers in a row.
    width: usize,
    trees: Vec<Tree>,
}

/// One tree.
struct Tree {
    splits: Vec<Split>,
    leaves: Vec<f32>,
    /// Splits on the longest way from the root to a leaf.
    depth: usize,
}

/// A question to one number of the row. A leaf is one as well: its answers both lead to itself, so
/// that every row takes the same number of steps and no step depends on a guess.
#[derive(Clone, Copy)]
struct Split {
    threshold: f32,
    feature: u16,
    /// Taken when the number is at most the threshold.
    low: u16,
    high: u16,
}

impl Ensemble {
    /// For each row in `rows`, which stand one after the other.
    fn likelihoods(&self, rows: &[f32]) -> Vec<f32> {
        let mut sums = vec![0.0; rows.len() / self.width.max(1)];
        for tree in &self.trees {
            let groups = rows.chunks(self.width * ABREAST);
            for (group, sums) in groups.zip(sums.chunks_mut(ABREAST)) {
                tree.add(group, self.width, sums);
            }
        }
        for sum in &mut sums {
            *sum = 1.0 / (1.0 + (-*sum).exp());
        }
        sums
    }

    /// Reads a model file. The file is part of the program, so a fault in it is a defect.
    fn read(file: &str) -> Ensemble {
        let mut lines = file.lines();
        let width = lines.next().map_or(0, |names| names.split(' ').count());
        let trees = lines.map(|line| {
            Tree::read(line).expect("the model file is written by training/train.py and tested")
        });
        Ensemble {
            width,
            trees: trees.collect(),
        }
    }
}

impl Tree {
    /// Adds its leaves' values to `sums`, for as many rows as there are sums.
    fn add(&self, rows: &[f32], width: usize, sums: &mut [f32]) {
        let mut at = [0u16; ABREAST];
        for _ in 0..self.depth {
            for (place, row) in at.iter_mut().zip(rows.chunks_exact(width)) {
                let split = self.splits[usize::from(*place)];
                let is_low = row[usize::from(split.feature)] <= split.threshold;
                *place = if is_low { split.low } else { split.high };
            }
        }
        for (sum, place) in sums.iter_mut().zip(at) {
            *sum += self.leaves[usize::from(place)];
        }
    }

    /// Reads a tree: splits as `feature,threshold,low,high`, a bar, the leaves' values. A branch is
    /// the number of a split, which is greater than that of the split it comes from, or `~` and the
    /// number of a leaf.
    fn read(line: &str) -> Option<Tree> {
        let (splits, leaves) = line.split_once('|')?;
        let mut tree = Tree {
            splits: Vec::new(),
            leaves: Vec::new(),
            depth: 0,
        };
        let count = u16::try_from(splits.split_whitespace().count()).ok()?;
        for split in splits.split_whitespace() {
            tree.splits.push(Split::read(split, count)?);
            tree.leaves.push(0.0);
        }
        for (leaf, value) in (count..).zip(leaves.split_whitespace()) {
            tree.splits.push(Split {
                threshold: 0.0,
                feature: 0,
                low: leaf,
                high: leaf,
            });
            tree.leaves.push(value.parse().ok()?);
        }
        tree.depth = tree.longest_way(usize::from(count));
        Some(tree)
    }

    /// Splits on the longest way, branches leading forward only.
    fn longest_way(&self, count: usize) -> usize {
        let mut ways = vec![0; self.splits.len()];
        for index in (0..count).rev() {
            let split = self.splits[index];
            ways[index] = 1 + ways[usize::from(split.low)].max(ways[usize::from(split.high)]);
        }
        ways[0]
    }
}

impl Split {
    /// Reads a split of a tree that has `count` of them; its leaves stand behind.
    fn read(split: &str, count: u16) -> Option<Split> {
        let mut fields = split.split(',');
        let feature = fields.next()?.parse().ok()?;
        let threshold = fields.next()?.parse().ok()?;
        let mut branch = || {
            let word = fields.next()?;
            match word.strip_prefix('~') {
                Some(leaf) => leaf.parse::<u16>().ok()?.checked_add(count),
                None => word.parse().ok(),
            }
        };
        Some(Split {
            threshold,
            feature,
            low: branch()?,
            high: branch()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::feature::NAMES;
    use super::*;

    #[test]
    fn models_were_trained_on_these_features() {
        let header = |file: &'static str| file.lines().next().unwrap().split(' ');
        let first = header(include_str!("first.model"));
        assert!(first.eq(NAMES), "train again: see training/train.py");
        let second = header(include_str!("second.model"));
        assert!(
            second.eq(NAMES.into_iter().chain(agreement::NAMES)),
            "train again"
        );
    }

    #[test]
    fn every_branch_leads_forward_or_stays_at_a_leaf_and_every_feature_exists() {
        for ensemble in [&*FIRST, &*SECOND] {
            for tree in &ensemble.trees {
                for (index, split) in tree.splits.iter().enumerate() {
                    assert!(usize::from(split.feature) < ensemble.width);
                    for branch in [split.low, split.high].map(usize::from) {
                        let is_leaf = split.low == split.high;
                        assert!(branch > index || (is_leaf && branch == index));
                        assert!(branch < tree.splits.len());
                    }
                }
            }
        }
    }

    #[test]
    fn a_tree_is_walked_to_the_leaf_that_the_row_leads_to() {
        let tree = Tree::read("0,0.5,1,~2 1,3,~0,~1|1.5 2.5 -4").unwrap();
        let rows = [0.0, 3.0, 0.0, 9.0, 1.0, 0.0];
        let mut sums = [0.0, 10.0, 0.0];
        tree.add(&rows, 2, &mut sums);
        assert_eq!(sums, [1.5, 12.5, -4.0]);
    }
}
