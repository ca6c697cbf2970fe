//! What a page tells twice is kept once: a caption under the picture and in the gallery, a text for
//! narrow screens and for wide ones, a summary out of the article's own sentences.

use wirecopy_html::NodeId;

use super::outline::Within;
use super::survey::{Survey, runs};

/// The share of a block's runs of words that other kept blocks must have. With 0.6 the F1 of unseen
/// pages falls by 0.1 to 0.2 points on the sets with lists.
const SHARE: f32 = 0.8;

/// Shorter blocks are told again for a reason, as the head of a table is.
const LEAST_WORDS: u32 = 10;

/// Runs looked at in one block.
const MOST_RUNS: usize = 100;

/// What more blocks tell is no double but the way of a list, as each item's conditions are.
const MOST_TELLERS: usize = 2;

/// A page of which more words than this share would fall repeats itself by intention.
const MOST: f32 = 0.4;

/// Leaves out the less likely of blocks that tell the same. Blocks in one element are no doubles of
/// each other: what repeats a paragraph in its place means it, as a song does.
pub(super) fn drop(survey: &Survey<'_>, likelihoods: &[f32], kept: &mut [bool]) {
    let told = Told::of(survey, kept);
    let mut suspects = told.suspects();
    suspects.sort_by(|left, right| likelihoods[*left].total_cmp(&likelihoods[*right]));
    let mut rest = kept.to_vec();
    for index in suspects {
        rest[index] = told.share_elsewhere(index, &rest) < SHARE;
    }
    let words = |kept: &[bool]| -> f32 {
        let blocks = survey.blocks.list.iter().zip(kept);
        blocks
            .filter(|(_, kept)| **kept)
            .map(|(block, _)| block.words as f32)
            .sum()
    };
    if words(&rest) >= words(kept) * (1.0 - MOST) {
        kept.copy_from_slice(&rest);
    }
}

/// Who tells what.
struct Told<'a> {
    survey: &'a Survey<'a>,
    /// Runs of words with the block that has them, in order.
    tellings: Vec<(u64, usize)>,
}

impl<'a> Told<'a> {
    fn of(survey: &'a Survey<'a>, kept: &[bool]) -> Told<'a> {
        let mut told = Told {
            survey,
            tellings: Vec::new(),
        };
        for index in (0..kept.len()).filter(|index| kept[*index]) {
            let told_here: Vec<_> = told.runs(index).map(|run| (run, index)).collect();
            told.tellings.extend(told_here);
        }
        told.tellings.sort_unstable();
        told
    }

    fn runs(&self, index: usize) -> impl Iterator<Item = u64> + use<'a> {
        let blocks = self.survey.blocks;
        runs(blocks.text(&blocks.list[index])).take(MOST_RUNS)
    }

    fn parent(&self, index: usize) -> Option<NodeId> {
        self.survey
            .tree
            .node(self.survey.blocks.list[index].container)
            .parent
    }

    /// The blocks most of whose runs stand in others too.
    fn suspects(&self) -> Vec<usize> {
        let mut shared = vec![0u32; self.survey.blocks.list.len()];
        for tellers in self.tellings.chunk_by(|left, right| left.0 == right.0) {
            if tellers[0].1 != tellers[tellers.len() - 1].1 && tellers.len() <= MOST_TELLERS {
                for (_, index) in tellers {
                    shared[*index] += 1;
                }
            }
        }
        let is_suspect = |index: &usize| {
            let count = self.runs(*index).count() as f32;
            shared[*index] > 0
                && self.survey.blocks.list[*index].words >= LEAST_WORDS
                && !self.survey.blocks.list[*index].within.has(Within::CODE)
                && shared[*index] as f32 >= count * SHARE
        };
        (0..shared.len()).filter(is_suspect).collect()
    }

    /// The share of a block's runs that blocks of `kept` in other elements have.
    fn share_elsewhere(&self, index: usize, kept: &[bool]) -> f32 {
        let parent = self.parent(index);
        let (mut found, mut all) = (0.0, 0.0);
        for run in self.runs(index) {
            let start = self.tellings.partition_point(|telling| telling.0 < run);
            let tellers = self.tellings[start..].iter().take(MOST_TELLERS);
            let mut others = tellers
                .take_while(|telling| telling.0 == run)
                .map(|telling| telling.1);
            all += 1.0;
            found += f32::from(u8::from(others.any(|other| {
                kept[other] && other != index && self.parent(other) != parent
            })));
        }
        found / f32::max(all, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::survey::kept_of;
    use super::*;

    const LEAD: &str =
        "The harbour of Exampleton opened again on Monday after a winter of repairs.";
    const NEXT: &str = "Fishers said that they had waited long enough for the tide to come back.";
    const LAST: &str = "The mayor, who had come on foot, cut a ribbon that nobody had thought to bring, \
        and then walked home along the pier with her dog.";

    #[track_caller]
    fn check(html: &str, likelihoods: &[f32], expected: &[bool]) {
        let kept = kept_of(html, |survey, kept| drop(survey, likelihoods, kept));
        assert_eq!(kept, expected, "{html}");
    }

    #[test]
    fn of_two_that_tell_the_same_the_likelier_is_kept() {
        check(
            &format!(
                "<figure><figcaption>{LEAD}</figcaption></figure><div><p>{LEAD}<p>{NEXT}</div>"
            ),
            &[0.6, 0.9, 0.9],
            &[false, true, true],
        );
    }

    #[test]
    fn a_summary_of_the_articles_own_sentences_falls() {
        let body = format!("<p>{LEAD}<p>{NEXT}<p>{LAST}");
        check(
            &format!("<header><p>{LEAD} {NEXT}</header><div>{body}</div>"),
            &[0.6, 0.9, 0.9, 0.9],
            &[false, true, true, true],
        );
    }

    #[test]
    fn a_refrain_and_short_lines_stay() {
        check(
            &format!("<div><p>{LEAD}<p>{NEXT}<p>{LEAD}</div>"),
            &[0.9; 3],
            &[true; 3],
        );
        check(
            "<div><p>Read it again</div><section><p>Read it again</section>",
            &[0.9; 2],
            &[true; 2],
        );
    }

    #[test]
    fn a_page_that_is_nothing_but_repetition_stays() {
        let page = format!("<div><p>{LEAD}</div>").repeat(5);
        check(&page, &[0.9; 5], &[true; 5]);
    }
}
