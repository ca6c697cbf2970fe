//! Where the article is. The page is cut into blocks of text, each block is measured together with
//! what surrounds it, a learned model says how likely it belongs to the article, a second one says so
//! again knowing what the first said of the others, and the set of blocks with the best expected
//! agreement is kept.

pub(crate) mod agreement;
mod alone;
mod asides;
pub(crate) mod block;
mod bounds;
mod choose;
mod container;
mod doubles;
mod embed;
pub(crate) mod feature;
mod model;
pub(crate) mod needed;
mod notes;
pub(crate) mod outline;
mod replies;
pub(crate) mod serialize;
mod shape;
mod stamp;
mod survey;
pub(crate) mod vocabulary;
mod whole;

use block::{Block, Blocks};
use feature::Row;
use outline::Outline;
use survey::Survey;
use wirecopy_html::{NodeId, Tree};

/// How many blocks from the article's beginning a byline or date may stand; half as many after its end.
const BYLINE_REACH: usize = 12;

/// How far before the text a line may stand that says in so many words who wrote it.
const OPENING_REACH: usize = 30;

/// Lines at the article's end that may be its author's name.
const LAST_LINES: usize = 3;

/// So many blocks after the article's end, a line still speaks of it; what comes later is the page's own.
const END_REACH: usize = 6;

/// A page's blocks with the decision on each.
pub(crate) struct Content {
    pub(crate) blocks: Blocks,
    /// What was measured of the first block.
    pub(crate) first_row: Option<Row>,
    /// For each block, how likely it belongs to the article, from 0 to 1.
    pub(crate) likelihoods: Vec<f32>,
    /// For each block, whether it is kept.
    pub(crate) kept: Vec<bool>,
    pub(crate) outline: Outline,
    /// The element that is the headline.
    pub(crate) headline: Option<NodeId>,
    /// How many headings, but those of menus, are links.
    pub(crate) linked_headlines: usize,
    /// For each block, whether it reads like prose.
    prose: Vec<bool>,
    /// Whether the page is an article and nothing else.
    pub(crate) is_alone: bool,
    /// Whether it is not even a page, but the article's text.
    pub(crate) is_fragment: bool,
    /// The kept blocks that are notes, in order: they may stand far from the text.
    notes: Vec<usize>,
}

/// What the model needs to know of the page's metadata.
#[derive(Default)]
pub(crate) struct Hints<'a> {
    /// The headline.
    pub(crate) title: &'a str,
    /// The description.
    pub(crate) summary: &'a str,
    /// The article's text as JSON-LD gives it.
    pub(crate) article_body: Option<&'a str>,
    /// Whether the page calls itself an article.
    pub(crate) is_article: bool,
    /// Whether it calls itself something else.
    pub(crate) is_other: bool,
    /// Whether the page is one of a forum, where readers' texts are its own.
    pub(crate) is_thread: bool,
}

/// Finds the article's blocks.
pub(crate) fn find(tree: &Tree, hints: &Hints<'_>) -> Content {
    let outline = Outline::of(tree);
    let blocks = block::segment(tree, &outline);
    let survey = Survey::of(tree, &outline, &blocks, hints);
    let count = blocks.list.len();
    let rows = bounds::may_keep_rows(tree, count).then(|| feature::rows(&survey));
    let row = |index: usize| match &rows {
        Some(rows) => rows[index],
        None => feature::row_at(&survey, index),
    };
    let first = model::first(count, row);
    let likelihoods = model::second(row, agreement::rows(&survey, &first), &first);
    let first_row = (count > 0).then(|| row(0));
    let headline = survey.headline.map(|index| blocks.list[index].container);
    let prose = survey.texts.iter().map(|text| text.is_prose).collect();
    let linked_headlines = survey.linked_headlines();
    let is_alone = alone::is_alone(tree);
    let mut kept = match is_alone {
        true => alone::keep(tree, &blocks, hints.title),
        false => keep(&survey, &likelihoods, hints),
    };
    drop(survey);
    let notes = notes::keep(tree, &blocks, &mut kept);
    Content {
        blocks,
        first_row,
        likelihoods,
        kept,
        outline,
        headline,
        linked_headlines,
        prose,
        is_alone,
        is_fragment: is_alone && !alone::is_titled(tree),
        notes,
    }
}

/// What is measured of each block, for those who look at a page.
pub(crate) fn rows(tree: &Tree, hints: &Hints<'_>) -> Vec<Row> {
    let outline = Outline::of(tree);
    let blocks = block::segment(tree, &outline);
    feature::rows(&Survey::of(tree, &outline, &blocks, hints))
}

/// For each block, whether it is kept.
fn keep(survey: &Survey<'_>, likelihoods: &[f32], hints: &Hints<'_>) -> Vec<bool> {
    let least = choose::least(hints);
    let mut kept = choose::choose(likelihoods, survey.blocks, least);
    whole::complete(survey.tree, survey.blocks, &mut kept);
    if !hints.is_thread {
        replies::cut(survey, &mut kept);
        doubles::drop(survey, likelihoods, &mut kept);
        asides::drop(survey, &mut kept);
    }
    whole::keep_code(survey.tree, survey.blocks, &mut kept);
    whole::keep_captions(survey.tree, survey.blocks, &mut kept);
    embed::drop_posts(survey.tree, survey.blocks, &mut kept);
    kept
}

/// For each block, whether it is kept, were `likelihoods` the models' last word; for training.
pub(crate) fn chosen(tree: &Tree, hints: &Hints<'_>, likelihoods: &[f32]) -> Vec<bool> {
    let outline = Outline::of(tree);
    let blocks = block::segment(tree, &outline);
    let survey = Survey::of(tree, &outline, &blocks, hints);
    keep(&survey, likelihoods, hints)
}

/// What the second model is told of each block, had the first said `first`; for training.
pub(crate) fn second_rows(
    tree: &Tree,
    hints: &Hints<'_>,
    first: &[f32],
) -> Vec<Option<agreement::Row>> {
    let outline = Outline::of(tree);
    let blocks = block::segment(tree, &outline);
    agreement::rows(&Survey::of(tree, &outline, &blocks, hints), first).collect()
}

/// The words of a text as hashes that can be compared; ideographs in pairs.
pub(crate) fn words(text: &str) -> impl Iterator<Item = u64> {
    survey::words(text)
}

/// The share of the words of `text` that `whole` has.
pub(crate) fn share_of_words(text: &str, whole: &str) -> f32 {
    survey::share_of(words(text), &words(whole).collect())
}

/// The share of the runs of three words of `text` that `whole` has.
pub(crate) fn share_of_runs(text: &str, whole: &str) -> f32 {
    survey::share_of(survey::runs(text), &survey::runs(whole).collect())
}

/// Letters that a byline has beside its names and its date: "By", "Text von", "記者".
const BYLINE_LETTERS: usize = 10;

/// Whether a line names an author and says hardly anything else.
fn is_byline(text: &str, authors: &[String]) -> bool {
    let without = authors
        .iter()
        .fold(text.to_owned(), |text, author| text.replace(author, ""));
    without.len() < text.len()
        && without
            .chars()
            .filter(|character| character.is_alphabetic())
            .count()
            <= BYLINE_LETTERS
}

impl Content {
    /// Leaves out the lines before the prose that say no more than who wrote it, and when.
    pub(crate) fn drop_bylines(&mut self, authors: &[String]) {
        let reads_as_text = |index: usize| self.kept[index] && self.prose[index];
        let prose = (0..self.kept.len())
            .find(|index| reads_as_text(*index))
            .unwrap_or(0);
        for (kept, block) in self.kept.iter_mut().zip(&self.blocks.list).take(prose) {
            *kept &= !is_byline(self.blocks.text(block), authors);
        }
    }

    /// The texts around the article's beginning, then those after its end: where bylines stand.
    pub(crate) fn surroundings(&self) -> impl Iterator<Item = &str> + Clone {
        let count = self.blocks.list.len();
        let first = self.kept.iter().position(|kept| *kept).unwrap_or(0);
        let last = self.kept.iter().rposition(|kept| *kept).unwrap_or(0);
        let opening = first.saturating_sub(BYLINE_REACH)..(first + BYLINE_REACH).min(count);
        let closing = (last + 1).min(count)..(last + 1 + BYLINE_REACH / 2).min(count);
        opening
            .chain(closing)
            .map(|index| self.blocks.text(&self.blocks.list[index]))
    }

    /// The texts of the last kept blocks, the last first: where an article is signed.
    pub(crate) fn last_lines(&self) -> impl Iterator<Item = &str> + Clone {
        let kept = self.blocks.list.iter().zip(&self.kept).rev();
        let kept = kept.filter(|(_, kept)| **kept).take(LAST_LINES);
        kept.map(|(block, _)| self.blocks.text(block))
    }

    /// The texts from the first kept block to a few after the last: where a text that breaks off says so.
    pub(crate) fn extent(&self) -> impl Iterator<Item = &str> {
        let first = self.kept.iter().position(|kept| *kept).unwrap_or(0);
        let last = self.kept.iter().rposition(|kept| *kept).unwrap_or(0);
        let blocks = self.blocks.list.iter();
        let blocks = blocks.take(last + 1 + END_REACH).skip(first);
        blocks.map(|block| self.blocks.text(block))
    }

    /// The texts before the first kept prose, from farther off than [`Content::surroundings`].
    pub(crate) fn opening(&self) -> impl Iterator<Item = &str> {
        let prose = (0..self.kept.len()).find(|index| self.kept[*index] && self.prose[*index]);
        let end = prose.unwrap_or(0);
        let blocks = &self.blocks.list[end.saturating_sub(OPENING_REACH)..end];
        blocks.iter().map(|block| self.blocks.text(block))
    }

    /// The texts between the first kept block, which is mostly the headline, and the first kept prose.
    pub(crate) fn beneath_headline(&self) -> impl Iterator<Item = &str> {
        let first = self.kept.iter().position(|kept| *kept).unwrap_or(0);
        let lines = self.blocks.list.iter().zip(&self.prose).skip(first);
        let lines = lines
            .take_while(|(_, prose)| !**prose)
            .take(BYLINE_REACH / 2);
        lines.map(|(block, _)| self.blocks.text(block))
    }

    /// The kept blocks.
    pub(crate) fn kept_blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks
            .list
            .iter()
            .zip(&self.kept)
            .filter(|(_, kept)| **kept)
            .map(|(block, _)| block)
    }

    /// The others.
    pub(crate) fn left_blocks(&self) -> impl Iterator<Item = &Block> {
        let blocks = self.blocks.list.iter().zip(&self.kept);
        blocks.filter(|(_, kept)| !**kept).map(|(block, _)| block)
    }

    /// The texts of the kept blocks, one a line.
    pub(crate) fn kept_text(&self) -> String {
        self.kept_blocks()
            .map(|block| self.blocks.text(block))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Weight of the kept blocks.
    pub(crate) fn kept_weight(&self) -> u32 {
        self.kept_blocks()
            .map(|block| block.weight)
            .fold(0, u32::saturating_add)
    }

    /// Weight of the kept blocks that read like prose.
    pub(crate) fn kept_prose(&self) -> u32 {
        let blocks = self.blocks.list.iter().zip(&self.kept).zip(&self.prose);
        blocks
            .filter(|((_, kept), prose)| **kept && **prose)
            .map(|((block, _), _)| block.weight)
            .fold(0, u32::saturating_add)
    }

    /// How many of the kept blocks are links of several words, as the entries of a list are.
    pub(crate) fn kept_entries(&self) -> usize {
        self.kept_blocks().filter(|block| block.is_entry()).count()
    }

    /// The greatest weight of kept prose that no such link interrupts.
    pub(crate) fn longest_prose(&self) -> u32 {
        let (mut longest, mut length) = (0, 0u32);
        for ((block, kept), prose) in self.blocks.list.iter().zip(&self.kept).zip(&self.prose) {
            if block.is_entry() {
                length = 0;
            } else if *kept && *prose {
                length = length.saturating_add(block.weight);
                longest = longest.max(length);
            }
        }
        longest
    }

    /// Share of the whole page's text that is links.
    pub(crate) fn link_share(&self) -> f32 {
        let sum = |weight: fn(&Block) -> u32| {
            self.blocks
                .list
                .iter()
                .map(weight)
                .fold(0, u32::saturating_add)
        };
        container::share(sum(|block| block.link_weight), sum(|block| block.weight))
    }

    /// The first kept text.
    pub(crate) fn first_text(&self) -> Option<NodeId> {
        self.kept_blocks()
            .next()
            .map(|block| self.blocks.nodes(block)[0])
    }

    /// The last kept text that is no note.
    pub(crate) fn last_text(&self) -> Option<NodeId> {
        let is_text = |index: &usize| self.kept[*index] && self.notes.binary_search(index).is_err();
        let last = (0..self.kept.len()).rev().find(is_text)?;
        self.blocks.nodes(&self.blocks.list[last]).last().copied()
    }

    /// The mean likelihood of the kept words.
    pub(crate) fn confidence(&self) -> f32 {
        let blocks = self
            .blocks
            .list
            .iter()
            .zip(&self.likelihoods)
            .zip(&self.kept);
        let (mut words, mut likely) = (0.0, 0.0);
        for ((block, likelihood), _) in blocks.filter(|(_, kept)| **kept) {
            words += block.words as f32;
            likely += block.words as f32 * likelihood;
        }
        if words > 0.0 { likely / words } else { 0.0 }
    }
}
