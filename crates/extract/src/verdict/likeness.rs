//! How much a page is like lists and how much like articles: its signs, weighed by `lists.tsv`, which
//! `training/kinds.py` fits.

use std::fmt;
use std::sync::LazyLock;

use super::signs::{NAMES, Signs};

/// From this probability on a page is a list. Of the pages of sites that the weights had not been fitted
/// to, one in 1,643 with articles is above it, and more than half of the lists: training/README.md.
pub(super) const IS_LIST: f32 = 0.88;

/// The same where links are most of a page's text and hardly any of it is prose. Of the given pages with
/// articles none is above it.
pub(super) const IS_BARE_LIST: f32 = 0.6;

/// The signs that an operator is told.
const TOLD: usize = 3;

/// What the signs add up to.
pub(super) struct Likeness {
    /// Of being a list, from 0 to 1.
    pub(super) probability: f32,
    /// The signs that spoke most for a list, with their values, the most first.
    reasons: Vec<(&'static str, f32)>,
}

/// Weighs the signs.
pub(super) fn of(signs: &Signs) -> Likeness {
    let parts = NAMES.into_iter().zip(*signs).zip(&TABLE.weights);
    let mut parts: Vec<_> = parts
        .map(|(sign, weight)| (weight.weight * (sign.1 - weight.mean), sign))
        .collect();
    let odds: f32 = TABLE.base + parts.iter().map(|(part, _)| part).sum::<f32>();
    parts.sort_by(|one, other| other.0.total_cmp(&one.0));
    Likeness {
        probability: 1.0 / (1.0 + (-odds).exp()),
        reasons: parts.iter().take(TOLD).map(|(_, sign)| *sign).collect(),
    }
}

impl fmt::Display for Likeness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:.0} % like a list, most by ",
            self.probability * 100.0
        )?;
        let reasons = self.reasons.iter();
        let reasons = reasons.map(|(name, value)| format!("{name} {value:.1}"));
        formatter.write_str(&reasons.collect::<Vec<_>>().join(", "))
    }
}

/// `lists.tsv`: the log odds of a page with every sign at its mean, and for each sign that mean and the log
/// odds that one more of it adds.
struct Table {
    base: f32,
    weights: Vec<Weight>,
}

struct Weight {
    mean: f32,
    weight: f32,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    read(include_str!("lists.tsv")).expect("the table is written by training/kinds.py and tested")
});

/// Reads the table, whose signs are in the order of [`NAMES`].
fn read(file: &str) -> Option<Table> {
    let mut lines = file.lines();
    let base = lines.next()?.strip_prefix("base\t")?.parse().ok()?;
    let mut weights = Vec::new();
    for (name, line) in NAMES.into_iter().zip(&mut lines) {
        let (mean, weight) = line
            .strip_prefix(name)?
            .strip_prefix('\t')?
            .split_once('\t')?;
        weights.push(Weight {
            mean: mean.parse().ok()?,
            weight: weight.parse().ok()?,
        });
    }
    (weights.len() == NAMES.len() && lines.next().is_none()).then_some(Table { base, weights })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_weighs_the_signs_that_there_are() {
        assert!(read(include_str!("lists.tsv")).is_some());
        assert!(read("base\t-2\nanother\t1\t1").is_none());
    }
}
