//! From likelihoods to a choice: the set of blocks with the greatest expected F1 against the article.

use super::Hints;
use super::block::Blocks;

/// Less likely blocks are not kept, however much text is expected in all: on unseen sites the
/// likelihoods of what follows an article (comments, the next article) are too high. With 0.5 instead
/// of 0.45 the F1 of unseen news sites rises by 0.1 points, that of lists and products (`wcxb`) falls by
/// 0.03. Where nothing on the page is likely, the floor is half of the likeliest.
const LEAST_LIKELIHOOD: f32 = 0.5;

/// The same on pages that call themselves a website or a product: there is no article that something
/// could follow, and much of what is theirs is doubtful. With 0.5 the F1 of unseen pages falls by 0.12
/// points on `wcxb`, and rises by 0.06 on blogs (`trafilatura`).
const LEAST_ELSEWHERE: f32 = 0.3;

/// The least likelihood of what is kept of a page.
pub(crate) fn least(hints: &Hints<'_>) -> f32 {
    if hints.is_other {
        LEAST_ELSEWHERE
    } else {
        LEAST_LIKELIHOOD
    }
}

/// Keeps the likeliest blocks, as many as make the expected F1 greatest.
///
/// With `k` words kept of `n` expected in the article and `e` expected among the kept ones, the
/// expected F1 is near `2e / (k + n)`; it is taken at each cut of the blocks in order of likelihood. What
/// is less likely than `least` is not kept.
pub(crate) fn choose(likelihoods: &[f32], blocks: &Blocks, least: f32) -> Vec<bool> {
    let words = |index: usize| blocks.list[index].words as f32;
    let mut order: Vec<usize> = (0..likelihoods.len()).collect();
    order.sort_by(|left, right| likelihoods[*right].total_cmp(&likelihoods[*left]));
    let article: f32 = order
        .iter()
        .map(|index| likelihoods[*index] * words(*index))
        .sum();
    let (mut kept, mut expected, mut best, mut cut) = (0.0, 0.0, 0.0, 1.0);
    for index in order {
        kept += words(index);
        expected += likelihoods[index] * words(index);
        let agreement = 2.0 * expected / (kept + article).max(1.0);
        if agreement >= best {
            (best, cut) = (agreement, likelihoods[index]);
        }
    }
    let likeliest = likelihoods.iter().copied().fold(0.0, f32::max);
    let least = cut.max(least.min(likeliest / 2.0));
    likelihoods
        .iter()
        .map(|likelihood| *likelihood >= least)
        .collect()
}

#[cfg(test)]
mod tests {
    use wirecopy_html::Tree;

    use super::super::block;
    use super::super::outline::Outline;
    use super::*;

    #[track_caller]
    fn check(likelihoods: &[f32], expected: &[bool]) {
        // Ten words a block.
        let html =
            "<p>one two three four five six seven eight nine ten</p>".repeat(likelihoods.len());
        let tree = Tree::parse(&html);
        let blocks = block::segment(&tree, &Outline::of(&tree));
        let kept = choose(likelihoods, &blocks, LEAST_LIKELIHOOD);
        assert_eq!(kept, expected);
    }

    #[test]
    fn likely_blocks_are_kept_and_unlikely_ones_left() {
        check(&[0.1, 0.9, 0.95, 0.2], &[false, true, true, false]);
    }

    #[test]
    fn doubtful_blocks_count_only_where_nothing_is_likely() {
        check(&[0.9, 0.9, 0.9, 0.33], &[true, true, true, false]);
        check(&[0.2, 0.02, 0.18], &[true, false, true]);
    }

    #[test]
    fn on_a_page_that_is_no_article_doubtful_blocks_count() {
        let hints = Hints {
            is_other: true,
            ..Hints::default()
        };
        assert!(least(&hints) < least(&Hints::default()));
    }

    #[test]
    fn a_page_without_blocks_has_no_choice() {
        check(&[], &[]);
    }
}
