//! The learned part: boosted decision trees over a block's rows of numbers, twice. The first look
//! knows the block and its surroundings, the second the first's verdict on all the others as well.
//!
//! `first.model` and `second.model` are written by `training/train.py`: the names of the features,
//! then one tree a line.

use std::sync::LazyLock;

use super::agreement;
use super::feature::Row;

/// For each of so many blocks how likely it belongs to the article, from 0 to 1, at first sight. `row` gives a block's
/// numbers.
pub(crate) fn first(count: usize, row: impl Fn(usize) -> Row) -> Vec<f32> {
    FIRST.likelihoods((0..count).map(row))
}

/// The same at second sight; what was not worth one keeps its first likelihood.
pub(crate) fn second(
    row: impl Fn(usize) -> Row,
    again: impl Iterator<Item = Option<agreement::Row>>,
    first: &[f32],
) -> Vec<f32> {
    let mut doubted = Vec::new();
    let asked = again.enumerate().filter_map(|(index, again)| {
        let again = again?;
        doubted.push(index);
        Some(row(index).into_iter().chain(again))
    });
    let seconds = SECOND.likelihoods(asked);
    let mut likelihoods = first.to_vec();
    for (index, second) in doubted.into_iter().zip(seconds) {
        likelihoods[index] = second;
    }
    likelihoods
}

static FIRST: LazyLock<Ensemble> = LazyLock::new(|| Ensemble::read(include_str!("first.model")));
static SECOND: LazyLock<Ensemble> = LazyLock::new(|| Ensemble::read(include_str!("second.model")));

/// Rows that are asked side by side, so that one comparison of the processor answers for several.
const ABREAST: usize = 16;

/// One value for each of the rows.
type Lanes<T> = [T; ABREAST];

/// Most leaves of a tree: one bit each.
const MAX_LEAVES: usize = 32;

/// Trees whose leaves add up to log odds.
struct Ensemble {
    /// Numbers in a row.
    width: usize,
    trees: Vec<Tree>,
}

/// One tree, asked as a whole: every split strikes the leaves out that a row cannot come to, and the
/// first that is left is the row's. That takes more questions than going down, but none of them waits
/// for another's answer.
struct Tree {
    splits: Vec<Split>,
    leaves: [f32; MAX_LEAVES],
}

/// A question to one number of the row.
#[derive(Clone, Copy)]
struct Split {
    /// Low when the number is at most this.
    threshold: f32,
    feature: u16,
    /// The leaves that are left where the answer is high: all but those on the low side.
    high: u32,
}

impl Ensemble {
    /// For each row, as they come: a page may have so many blocks that copies of all rows would outweigh it.
    fn likelihoods<R: IntoIterator<Item = f32>>(&self, rows: impl Iterator<Item = R>) -> Vec<f32> {
        let mut columns = vec![[0.0; ABREAST]; self.width];
        let mut likelihoods = Vec::new();
        let mut lane = 0;
        for row in rows {
            for (column, number) in columns.iter_mut().zip(row) {
                column[lane] = number;
            }
            lane += 1;
            if lane == ABREAST {
                likelihoods.extend(self.ask(&columns));
                lane = 0;
            }
        }
        if lane > 0 {
            likelihoods.extend(self.ask(&columns).into_iter().take(lane));
        }
        likelihoods
    }

    fn ask(&self, columns: &[Lanes<f32>]) -> Lanes<f32> {
        let mut sums = [0.0; ABREAST];
        for tree in &self.trees {
            tree.add(columns, &mut sums);
        }
        sums.map(|sum| 1.0 / (1.0 + (-sum).exp()))
    }

    /// Reads a model file. The file is part of the program, so a fault in it is a defect.
    fn read(file: &str) -> Ensemble {
        let mut lines = file.lines();
        let width = lines.next().map_or(0, |names| names.split(' ').count());
        let trees = lines.map(|line| {
            Tree::read(line, width)
                .expect("the model file is written by training/train.py and tested")
        });
        Ensemble {
            width,
            trees: trees.collect(),
        }
    }
}

impl Split {
    /// Leaves in each lane of `left` what its number of the column can come to.
    ///
    /// Never inlined: where the compiler holds all lanes in variables it asks them one by one, which
    /// takes 2.4 times as long (15 and 37 ms for 500 groups and 360 trees of 31 splits).
    #[inline(never)]
    fn strike(&self, column: &Lanes<f32>, left: &mut Lanes<u32>) {
        for (left, number) in left.iter_mut().zip(column) {
            // In numbers, so that no lane is a branch of its own.
            let all_if_low = u32::from(*number <= self.threshold).wrapping_neg();
            *left &= all_if_low | self.high;
        }
    }
}

impl Tree {
    /// Adds its leaves' values to `sums`.
    fn add(&self, columns: &[Lanes<f32>], sums: &mut Lanes<f32>) {
        let mut left = [u32::MAX; ABREAST];
        for split in &self.splits {
            split.strike(&columns[usize::from(split.feature)], &mut left);
        }
        for (sum, left) in sums.iter_mut().zip(left) {
            *sum += self.leaves[left.trailing_zeros() as usize % MAX_LEAVES];
        }
    }

    /// Reads a tree for rows of `width` numbers: splits as `feature,threshold,low,high`, a bar, the
    /// leaves' values. A branch is the number of a split, which is greater than that of the split it
    /// comes from, or `~` and the number of a leaf; leaves are numbered from low to high.
    fn read(line: &str, width: usize) -> Option<Tree> {
        let (splits, leaves) = line.split_once('|')?;
        let mut tree = Tree {
            splits: Vec::new(),
            leaves: [0.0; MAX_LEAVES],
        };
        for (index, value) in leaves.split_whitespace().enumerate() {
            *tree.leaves.get_mut(index)? = value.parse().ok()?;
        }
        let lines: Vec<&str> = splits.split_whitespace().collect();
        // The leaves beneath each split, of which the last is known first.
        let mut beneath = vec![0; lines.len()];
        for (index, split) in lines.iter().enumerate().rev() {
            let mut fields = split.split(',');
            let feature = fields.next()?.parse().ok()?;
            let threshold = fields.next()?.parse().ok()?;
            let mut leaves = || leaves_of(fields.next()?, index, &beneath);
            let (low, high) = (leaves()?, leaves()?);
            let is_in_order = low.leading_zeros() + high.trailing_zeros() >= u32::BITS;
            if !is_in_order || usize::from(feature) >= width {
                return None;
            }
            beneath[index] = low | high;
            tree.splits.push(Split {
                threshold,
                feature,
                high: !low,
            });
        }
        Some(tree)
    }
}

/// The leaves of a branch from split `index`, as bits.
fn leaves_of(branch: &str, index: usize, beneath: &[u32]) -> Option<u32> {
    match branch.strip_prefix('~') {
        Some(leaf) => 1u32.checked_shl(leaf.parse().ok()?),
        None => {
            let split: usize = branch.parse().ok()?;
            beneath.get(split).filter(|_| split > index).copied()
        }
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
    fn every_split_parts_the_leaves_beneath_it() {
        for ensemble in [&*FIRST, &*SECOND] {
            assert!(ensemble.trees.len() > 50);
            for tree in &ensemble.trees {
                let all = tree.splits.iter().fold(0, |all, split| all | !split.high);
                // The last leaf is on no low side.
                assert_eq!(all.count_ones() as usize, tree.splits.len());
            }
        }
    }

    #[test]
    fn a_row_comes_to_the_leaf_that_its_answers_lead_to() {
        let tree = Tree::read("0,0.5,1,~2 1,3,~0,~1|1.5 2.5 -4", 2).unwrap();
        let mut columns = [[0.0; ABREAST]; 2];
        (columns[0][2], columns[1][1], columns[1][0]) = (1.0, 9.0, 3.0);
        let mut sums = [0.0; ABREAST];
        sums[1] = 10.0;
        tree.add(&columns, &mut sums);
        assert_eq!(sums[..4], [1.5, 12.5, -4.0, 1.5]);
    }

    #[test]
    fn a_tree_that_leads_nowhere_or_back_is_refused() {
        for line in [
            "0,0.5,1,~0|1",
            "0,0.5,0,~0|1",
            "0,0.5,~1,~0|1 2",
            "5,0.5,~0,~1|1 2",
            "0,0.5,~0|1",
        ] {
            assert!(Tree::read(line, 2).is_none(), "{line}");
        }
    }
}
