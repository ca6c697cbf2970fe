//! What changed between two versions of a text: blocks that are not the same, and in each the words that were taken
//! out and put in. Han and kana are compared by the character, as they have no spaces between words.
//!
//! The comparison is Myers' (`similar`), bounded by [`MAX_BLOCKS`] and [`MAX_CELLS`]: what exceeds them is shown as
//! replaced.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Most blocks of a text that are compared, more than any of 128,801 real articles has.
const MAX_BLOCKS: usize = 4_000;

/// Most pairs of tokens that comparing two blocks may touch: a tenth of a second in the worst case.
const MAX_CELLS: usize = 4_000_000;

/// The smallest part of the longer of two blocks' letters that must be common for their words to be compared: less
/// reads as confetti.
const LEAST_COMMON: f32 = 0.3;

/// Fewest letters that stand as kept between two changes; a lone common character is chance.
const LEAST_KEPT: usize = 2;

/// A part of a changed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// In both versions.
    Kept(String),
    /// In the earlier one only.
    Deleted(String),
    /// In the later one only.
    Inserted(String),
}

/// The blocks of `after` and `before` that differ, in order; empty where none does.
pub(crate) fn difference(before: &[&str], after: &[&str]) -> Vec<Vec<Piece>> {
    let before = &before[..before.len().min(MAX_BLOCKS)];
    let after = &after[..after.len().min(MAX_BLOCKS)];
    let mut changed = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, before, after) {
        let (removed, added) = (operation.old_range(), operation.new_range());
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let (mut removed, mut added) = (before[removed].iter(), after[added].iter());
        loop {
            match (removed.next(), added.next()) {
                (Some(before), Some(after)) => changed.extend(blocks(before, after)),
                (Some(before), None) => changed.push(vec![Piece::Deleted((*before).to_owned())]),
                (None, Some(after)) => changed.push(vec![Piece::Inserted((*after).to_owned())]),
                (None, None) => break,
            }
        }
    }
    changed
}

/// One block that became another: compared by words, or as a whole where they have little in common.
fn blocks(before: &str, after: &str) -> Vec<Vec<Piece>> {
    let (old, new) = (tokens(before), tokens(after));
    let replaced = || {
        vec![
            vec![Piece::Deleted(before.to_owned())],
            vec![Piece::Inserted(after.to_owned())],
        ]
    };
    if old.len().saturating_mul(new.len()) > MAX_CELLS {
        return replaced();
    }
    let spans = spans(&old, &new);
    let common: usize = spans
        .iter()
        .filter(|span| span.kept)
        .map(|span| letters(&span.after))
        .sum();
    let longest = letters(before).max(letters(after));
    if (common as f32) < longest as f32 * LEAST_COMMON {
        return replaced();
    }
    vec![spans.into_iter().flat_map(Span::pieces).collect()]
}

/// A run of tokens that both texts have, or that became another run.
struct Span {
    kept: bool,
    before: String,
    after: String,
}

impl Span {
    fn pieces(self) -> impl Iterator<Item = Piece> {
        let pieces = if self.kept {
            [Some(Piece::Kept(self.after)), None]
        } else {
            let deleted = (!self.before.is_empty()).then_some(Piece::Deleted(self.before));
            let inserted = (!self.after.is_empty()).then_some(Piece::Inserted(self.after));
            [deleted, inserted]
        };
        pieces.into_iter().flatten()
    }
}

/// Runs kept and changed in turn; one that is too short to stand as kept between two changes joins them.
fn spans(old: &[&str], new: &[&str]) -> Vec<Span> {
    let operations = capture_diff_slices(Algorithm::Myers, old, new);
    let last = operations.len().saturating_sub(1);
    let mut spans: Vec<Span> = Vec::new();
    for (place, operation) in operations.into_iter().enumerate() {
        let before = old[operation.old_range()].concat();
        let after = new[operation.new_range()].concat();
        let between = place > 0 && place < last;
        let kept =
            matches!(operation, DiffOp::Equal { .. }) && !(between && letters(&after) < LEAST_KEPT);
        match spans.last_mut() {
            Some(span) if !span.kept && !kept => {
                span.before.push_str(&before);
                span.after.push_str(&after);
            }
            _ => spans.push(Span {
                kept,
                before,
                after,
            }),
        }
    }
    spans
}

fn letters(text: &str) -> usize {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .count()
}

/// Words, and single characters of everything else.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    for (place, letter) in text.char_indices() {
        if is_of_word(letter) {
            continue;
        }
        if start < place {
            tokens.push(&text[start..place]);
        }
        start = place + letter.len_utf8();
        tokens.push(&text[place..start]);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

/// Whether a character is part of a word that spaces set apart. Han, Hiragana and Katakana are not (Unicode blocks).
fn is_of_word(letter: char) -> bool {
    let is_unspaced = matches!(letter, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}');
    letter.is_alphanumeric() && !is_unspaced
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces as `[-deleted-]{+inserted+}`, blocks divided by line breaks.
    fn shown(blocks: &[Vec<Piece>]) -> String {
        let block = |pieces: &Vec<Piece>| {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Kept(text) => text.clone(),
                Piece::Deleted(text) => format!("[-{text}-]"),
                Piece::Inserted(text) => format!("{{+{text}+}}"),
            });
            pieces.collect::<String>()
        };
        blocks.iter().map(block).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn check(before: &[&str], after: &[&str], expected: &str) {
        assert_eq!(shown(&difference(before, after)), expected);
    }

    #[test]
    fn words_are_compared_whole() {
        check(
            &["The ferry was late on Monday."],
            &["The ferry was early on Monday."],
            "The ferry was [-late-]{+early+} on Monday.",
        );
        check(&["The same."], &["The same."], "");
    }

    #[test]
    fn chinese_is_compared_by_the_character() {
        check(
            &["港口周一有三艘渡轮晚点。"],
            &["港口周一有五艘渡轮晚点，一艘取消。"],
            "港口周一有[-三-]{+五+}艘渡轮晚点{+，一艘取消+}。",
        );
    }

    #[test]
    fn a_chance_agreement_is_no_agreement() {
        check(
            &["渡轮晚点的原因是大雾，乘客没有受伤。"],
            &["渡轮停开的消息在周末，乘客没有受伤。"],
            "渡轮[-晚点的原因是大雾-]{+停开的消息在周末+}，乘客没有受伤。",
        );
        check(
            &["Fog again."],
            &["渡轮晚点。"],
            "[-Fog again.-]\n{+渡轮晚点。+}",
        );
    }

    #[test]
    fn blocks_come_and_go_whole_and_those_that_stay_are_left_out() {
        check(
            &["First.", "Second.", "Third."],
            &["First.", "Third.", "Fourth."],
            "[-Second.-]\n{+Fourth.+}",
        );
    }

    #[test]
    fn a_text_of_one_endless_block_is_replaced_at_once() {
        let (before, after) = ("字".repeat(50_000), "文".repeat(50_000));
        assert_eq!(difference(&[&before], &[&after]).len(), 2);
    }

    proptest! {
        #[test]
        fn both_versions_can_be_read_back(before in "[a-c 一二三，。]{0,60}", after in "[a-c 一二三，。]{0,60}") {
            let blocks = difference(&[&before], &[&after]);
            prop_assert_eq!(blocks.is_empty(), before == after);
            let (mut old, mut new) = (String::new(), String::new());
            for piece in blocks.iter().flatten() {
                match piece {
                    Piece::Kept(text) => {
                        old.push_str(text);
                        new.push_str(text);
                    }
                    Piece::Deleted(text) => old.push_str(text),
                    Piece::Inserted(text) => new.push_str(text),
                }
            }
            prop_assert!(blocks.is_empty() || (old == before && new == after));
        }
    }
}
