//! The learned part: boosted decision trees over a block's row of numbers.
//!
//! `blocks.model` is written by `training/train.py`: the names of the features, then one tree a line.

use std::sync::LazyLock;

use super::feature::Row;

/// For each row how likely its block belongs to the article, from 0 to 1.
pub(crate) fn likelihoods(rows: &[Row]) -> Vec<f32> {
    rows.iter().map(|row| BLOCKS.likelihood(row)).collect()
}

static BLOCKS: LazyLock<Ensemble> = LazyLock::new(|| Ensemble::read(include_str!("blocks.model")));

/// Trees whose leaves add up to log odds.
struct Ensemble {
    splits: Vec<Split>,
    leaves: Vec<f32>,
    /// Where each tree begins.
    roots: Vec<Branch>,
}

/// A question to one number of the row.
struct Split {
    feature: u16,
    threshold: f32,
    /// Taken when the number is at most the threshold.
    low: Branch,
    high: Branch,
}

/// Where a branch leads.
#[derive(Clone, Copy)]
enum Branch {
    Split(u32),
    Leaf(u32),
}

impl Ensemble {
    fn likelihood(&self, row: &[f32]) -> f32 {
        let sum: f32 = self.roots.iter().map(|root| self.leaf(*root, row)).sum();
        1.0 / (1.0 + (-sum).exp())
    }

    fn leaf(&self, mut branch: Branch, row: &[f32]) -> f32 {
        loop {
            match branch {
                Branch::Leaf(leaf) => return self.leaves[leaf as usize],
                Branch::Split(split) => {
                    let split = &self.splits[split as usize];
                    branch = if row[usize::from(split.feature)] <= split.threshold {
                        split.low
                    } else {
                        split.high
                    };
                }
            }
        }
    }

    /// Reads a model file. The file is part of the program, so a fault in it is a defect.
    fn read(file: &str) -> Ensemble {
        let mut ensemble = Ensemble {
            splits: Vec::new(),
            leaves: Vec::new(),
            roots: Vec::new(),
        };
        for line in file.lines().skip(1) {
            ensemble
                .read_tree(line)
                .expect("the model file is written by training/train.py and tested");
        }
        ensemble
    }

    /// Reads a tree: splits as `feature,threshold,low,high`, a bar, the leaves' values. A branch is the
    /// number of a split, or `~` and the number of a leaf.
    fn read_tree(&mut self, line: &str) -> Option<()> {
        let (first_split, first_leaf) = (
            u32::try_from(self.splits.len()).ok()?,
            u32::try_from(self.leaves.len()).ok()?,
        );
        let branch = |word: &str| match word.strip_prefix('~') {
            Some(leaf) => Some(Branch::Leaf(first_leaf + leaf.parse::<u32>().ok()?)),
            None => Some(Branch::Split(first_split + word.parse::<u32>().ok()?)),
        };
        let (splits, leaves) = line.split_once('|')?;
        for split in splits.split_whitespace() {
            let mut fields = split.split(',');
            self.splits.push(Split {
                feature: fields.next()?.parse().ok()?,
                threshold: fields.next()?.parse().ok()?,
                low: branch(fields.next()?)?,
                high: branch(fields.next()?)?,
            });
        }
        for leaf in leaves.split_whitespace() {
            self.leaves.push(leaf.parse().ok()?);
        }
        let lone_leaf = splits.trim().is_empty();
        self.roots.push(if lone_leaf {
            Branch::Leaf(first_leaf)
        } else {
            Branch::Split(first_split)
        });
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::feature::NAMES;
    use super::*;

    #[test]
    fn model_was_trained_on_these_features() {
        let header = include_str!("blocks.model").lines().next().unwrap();
        assert_eq!(header.split(' ').collect::<Vec<_>>(), NAMES);
    }

    #[test]
    fn every_branch_leads_forward_and_every_feature_exists() {
        for (index, split) in BLOCKS.splits.iter().enumerate() {
            assert!(usize::from(split.feature) < NAMES.len());
            for branch in [split.low, split.high] {
                match branch {
                    Branch::Split(next) => {
                        assert!(next as usize > index && (next as usize) < BLOCKS.splits.len())
                    }
                    Branch::Leaf(leaf) => assert!((leaf as usize) < BLOCKS.leaves.len()),
                }
            }
        }
    }
}
