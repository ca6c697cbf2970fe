//! Lists and tables are kept whole or not at all: an item that reads unlike the others goes with them. So do the
//! captions of what is kept, and programs between kept texts.

use std::ops::Range;

use super::block::{Block, Blocks};

use wirecopy_html::{NodeId, Tag, Tree};

/// Fewer blocks in a row are no list.
const LEAST_ITEMS: usize = 3;

/// Of a list's words, the share that must be kept for the rest to be kept too. For unseen sites 0.5 and
/// 0.75 came out the same or worse by 0.03 points of F1.
const ITEMS_KEPT: f32 = 0.6;

/// The same of a table's; with 0.5 the F1 of pages laid out in tables falls by 0.04 points.
const CELLS_KEPT: f32 = 0.7;

/// Of a list or table of which no more than this share is kept, nothing is.
const NONE_KEPT: f32 = 0.2;

/// Elements from a line of a program's text to the `pre` around it: a row and a cell where lines are numbered.
const CODE_REACH: usize = 6;

/// Elements from a caption, or from a cell, to the table or figure.
const CAPTION_REACH: usize = 6;

/// Completes the lists and tables that are mostly kept, and drops the rests of others.
pub(super) fn complete(tree: &Tree, blocks: &Blocks, kept: &mut [bool]) {
    let mut start = 0;
    while let Some(block) = blocks.list.get(start) {
        let holder = holder(tree, block);
        let like = |other: &&Block| holder.is_some() && self::holder(tree, other) == holder;
        let count = blocks.list[start..].iter().take_while(like).count();
        if let Some((_, least)) = holder.filter(|_| count >= LEAST_ITEMS) {
            settle(blocks, start..start + count, least, kept);
        }
        start += count.max(1);
    }
}

/// Keeps programs' text between kept texts: code reads unlike prose, and a page has none but the article's. The
/// numbers of its lines are none of it.
pub(super) fn keep_code(tree: &Tree, blocks: &Blocks, kept: &mut [bool]) {
    let is_code = |index: usize| {
        let container = blocks.list[index].container;
        let mut around = std::iter::once(container).chain(tree.ancestors(container));
        around
            .by_ref()
            .take(CODE_REACH)
            .any(|node| tree.tag(node) == Some(Tag::Pre))
    };
    let is_numbers = |index: usize| {
        let number = |letter: char| letter.is_ascii_digit() || letter == ' ';
        blocks.text(&blocks.list[index]).chars().all(number)
    };
    let mut next = 0;
    while let Some(start) = (next..kept.len()).find(|index| !kept[*index]) {
        next = (start..kept.len())
            .find(|index| kept[*index])
            .unwrap_or(kept.len());
        if start > 0 && next < kept.len() && (start..next).all(is_code) {
            (start..next).for_each(|index| kept[index] = !is_numbers(index));
        }
    }
}

/// Keeps the captions of kept tables and of figures that hold kept text.
pub(super) fn keep_captions(tree: &Tree, blocks: &Blocks, kept: &mut [bool]) {
    for index in 0..kept.len() {
        let Some(whole) = captioned(tree, &blocks.list[index]).filter(|_| !kept[index]) else {
            continue;
        };
        let is_kept = |neighbour: Option<usize>| {
            neighbour
                .filter(|at| *at < kept.len() && kept[*at])
                .is_some_and(|at| {
                    tree.ancestors(blocks.list[at].container)
                        .take(CAPTION_REACH)
                        .any(|node| node == whole)
                })
        };
        kept[index] = is_kept(index.checked_sub(1)) || is_kept(Some(index + 1));
    }
}

/// The table or figure that a block is the caption of.
fn captioned(tree: &Tree, block: &Block) -> Option<NodeId> {
    let whole = match tree.tag(block.container)? {
        Tag::Caption => Tag::Table,
        Tag::Figcaption => Tag::Figure,
        _ => return None,
    };
    tree.ancestors(block.container)
        .take(CAPTION_REACH)
        .find(|node| tree.tag(*node) == Some(whole))
}

fn settle(blocks: &Blocks, range: Range<usize>, least: f32, kept: &mut [bool]) {
    let words = |index: usize| blocks.list[index].words as f32;
    let all: f32 = range.clone().map(words).sum();
    let inside: f32 = range.clone().filter(|index| kept[*index]).map(words).sum();
    let share = inside / all.max(1.0);
    if share >= least {
        kept[range].fill(true);
    } else if share <= NONE_KEPT {
        kept[range].fill(false);
    }
}

/// The list or the rows that a block is an item or a cell of, and the share of it to be kept.
fn holder(tree: &Tree, block: &Block) -> Option<(NodeId, f32)> {
    let mut above = tree.ancestors(block.container);
    match tree.tag(block.container)? {
        Tag::Li => Some((above.next()?, ITEMS_KEPT)),
        Tag::Td | Tag::Th => Some((above.nth(1)?, CELLS_KEPT)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::block;
    use super::super::outline::Outline;
    use super::*;

    #[track_caller]
    fn check(html: &str, mut kept: Vec<bool>, expected: &[bool]) {
        let tree = Tree::parse(html);
        let blocks = block::segment(&tree, &Outline::of(&tree));
        complete(&tree, &blocks, &mut kept);
        assert_eq!(kept, expected, "{html}");
    }

    #[test]
    fn a_list_that_is_mostly_kept_is_kept_whole() {
        let list = "<p>x y<ul><li>one two<li>three four<li>five six</ul><p>z";
        check(
            list,
            vec![true, true, true, false, false],
            &[true, true, true, true, false],
        );
        check(
            list,
            vec![true, false, true, false, false],
            &[true, false, true, false, false],
        );
    }

    #[test]
    fn a_table_of_which_hardly_anything_is_kept_is_left() {
        let row = "<tr><td>one two<td>three four";
        let table = format!("<table>{}</table><p>z", row.repeat(5));
        let mut kept = vec![false; 11];
        kept[3] = true;
        check(&table, kept, &[false; 11]);
    }

    #[test]
    fn code_between_kept_texts_is_kept() {
        let tree = Tree::parse("<p>x y<pre>one</pre><pre><div>two</div></pre><p>z<pre>three</pre>");
        let blocks = block::segment(&tree, &Outline::of(&tree));
        let mut kept = vec![true, false, false, true, false];
        keep_code(&tree, &blocks, &mut kept);
        assert_eq!(kept, [true, true, true, true, false]);
        let mut kept = vec![true, false, false, false, false];
        keep_code(&tree, &blocks, &mut kept);
        assert_eq!(kept, [true, false, false, false, false]);
    }

    #[test]
    fn the_caption_of_a_kept_table_is_kept() {
        let html = "<table><caption>one<tr><td>two<td>three</table><figure><figcaption>four</figcaption></figure>";
        let tree = Tree::parse(html);
        let blocks = block::segment(&tree, &Outline::of(&tree));
        let mut kept = vec![false, true, true, false];
        keep_captions(&tree, &blocks, &mut kept);
        assert_eq!(kept, [true, true, true, false]);
        let mut kept = vec![false; 4];
        keep_captions(&tree, &blocks, &mut kept);
        assert_eq!(kept, [false; 4]);
    }

    #[test]
    fn two_lists_are_not_one() {
        let list = "<ul><li>one two<li>three four<li>five six</ul>".repeat(2);
        let kept = vec![true, true, true, false, false, false];
        check(&list, kept.clone(), &kept);
    }
}
