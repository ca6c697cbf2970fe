//! Everything that is counted once for a page before its blocks are measured one by one.

use std::collections::{HashMap, HashSet};
use wirecopy_html::{NodeId, Tag, Tree};

use super::Hints;
use super::block::{Block, Blocks};
use super::container::{Containers, is_sentence_mark, share};
use super::outline::{Outline, Within};
use super::shape::Shape;
use super::stamp::Told;
use super::vocabulary::{Joined, Kind, hash, weight};
use crate::text::is_ideographic;

/// A longer line with a date in it is a sentence.
const STAMP_WORDS: u32 = 30;

/// Words of a stated text, and of a title or a summary, that are looked up; books have more, articles do not.
const MAX_STATED: usize = 50_000;
const MAX_HEADLINE: usize = 2_000;

/// The page as measured.
pub(super) struct Survey<'a> {
    pub(super) tree: &'a Tree,
    pub(super) outline: &'a Outline,
    pub(super) blocks: &'a Blocks,
    pub(super) containers: Containers,
    /// For each block, what its characters are.
    pub(super) texts: Vec<TextMeasure>,
    /// Weight of all text before each block, and of the whole page at the end.
    pub(super) weight_before: Vec<u32>,
    /// Weight of prose before each block, and of the whole page at the end.
    pub(super) prose_before: Vec<u32>,
    /// Index of the first and the last block of prose in the best candidate.
    pub(super) prose_span: (usize, usize),
    /// Index of the block that is the headline.
    pub(super) headline: Option<usize>,
    /// Ancestors of the best candidate, itself included, with their distance from it.
    pub(super) best_line: HashMap<NodeId, u32>,
    /// The same for the headline.
    pub(super) headline_line: HashMap<NodeId, u32>,
    pub(super) title_words: Vec<u64>,
    pub(super) summary_words: Vec<u64>,
    /// Whether the page calls itself an article.
    pub(super) is_article: bool,
    /// What was seen in the whole page.
    pub(super) seen: Before,
    /// Runs of three words in JSON-LD's text of the article.
    stated_runs: Option<HashSet<u64>>,
    /// The hashes of all blocks' texts in order.
    hashes: Vec<u64>,
}

/// What `settle` leaves of an invented page of which all blocks were kept.
#[cfg(test)]
pub(super) fn kept_of(html: &str, settle: impl FnOnce(&Survey<'_>, &mut [bool])) -> Vec<bool> {
    let tree = Tree::parse(html);
    let outline = Outline::of(&tree);
    let blocks = super::block::segment(&tree, &outline);
    let mut kept = vec![true; blocks.list.len()];
    let survey = Survey::of(&tree, &outline, &blocks, &Hints::default());
    settle(&survey, &mut kept);
    kept
}

/// What the characters of one block are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TextMeasure {
    pub(super) characters: u32,
    pub(super) marks: u32,
    pub(super) digits: u32,
    pub(super) capitals: u32,
    pub(super) ideographs: u32,
    pub(super) separators: u32,
    pub(super) ends_sentence: bool,
    pub(super) is_prose: bool,
    /// Sum of what its words say, and the mean.
    pub(super) word_sum: f32,
    pub(super) word_mean: f32,
    /// The same of its first words and what they are together.
    pub(super) opening: f32,
    pub(super) shape: Shape,
    pub(super) title_overlap: f32,
    pub(super) summary_overlap: f32,
    pub(super) hash: u64,
    /// Share of its runs of three words that JSON-LD's text has, -1 where there is no such text.
    pub(super) stated: f32,
    /// Blocks of a first-level heading, and blocks that repeat the title, before this one.
    pub(super) headings_before: u32,
    pub(super) titles_before: u32,
    /// Blocks since the last prose.
    pub(super) since_prose: u32,
    /// From 1 for `h1` to 6, 0 for what is no heading.
    pub(super) heading_level: u8,
    /// Whether it is a short line with a date or time.
    pub(super) is_stamp: bool,
    /// Whether it is one with both.
    pub(super) is_moment: bool,
    /// What stands before it.
    pub(super) before: Before,
}

/// What was seen on the way through a page's blocks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    /// Short lines with a date or time, headings, blocks of prose.
    pub(super) stamps: u32,
    pub(super) headings: u32,
    pub(super) proses: u32,
    /// Index of the last of each.
    pub(super) stamp: Option<u32>,
    pub(super) heading: Option<u32>,
    pub(super) prose: Option<u32>,
}

impl Before {
    /// The same after block `index`.
    fn and(mut self, index: usize, text: &TextMeasure) -> Before {
        let index = index as u32;
        if text.is_stamp {
            (self.stamps, self.stamp) = (self.stamps + 1, Some(index));
        }
        if text.heading_level > 0 {
            (self.headings, self.heading) = (self.headings + 1, Some(index));
        }
        if text.is_prose {
            (self.proses, self.prose) = (self.proses + 1, Some(index));
        }
        self
    }
}

impl<'a> Survey<'a> {
    pub(super) fn of(
        tree: &'a Tree,
        outline: &'a Outline,
        blocks: &'a Blocks,
        hints: &Hints<'_>,
    ) -> Survey<'a> {
        let containers = Containers::of(tree, blocks);
        let best_line = line(tree, containers.best);
        let mut survey = Survey {
            tree,
            outline,
            blocks,
            containers,
            texts: Vec::with_capacity(blocks.list.len()),
            weight_before: starting_at_zero(blocks.list.len()),
            prose_before: starting_at_zero(blocks.list.len()),
            prose_span: (0, 0),
            headline: None,
            best_line,
            headline_line: HashMap::new(),
            is_article: hints.is_article,
            seen: Before::default(),
            stated_runs: hints
                .article_body
                .map(|body| runs(body).take(MAX_STATED).collect()),
            title_words: sorted_words(hints.title),
            summary_words: sorted_words(hints.summary),
            hashes: Vec::new(),
        };
        survey.measure();
        survey
    }

    /// How many blocks of the page have the very text of block `index`.
    pub(super) fn copies(&self, index: usize) -> u32 {
        let hash = self.texts[index].hash;
        let first = self.hashes.partition_point(|other| *other < hash);
        let rest = &self.hashes[first..];
        rest.partition_point(|other| *other == hash) as u32
    }

    /// How many headings, but those of menus, are links.
    pub(super) fn linked_headlines(&self) -> usize {
        let blocks = self.blocks.list.iter().zip(&self.texts);
        blocks
            .filter(|(block, text)| text.heading_level > 0 && block.is_entry())
            .count()
    }

    /// How far up from the best candidate the nearest element is that holds `block` too.
    pub(super) fn distance_from_best(&self, block: &Block) -> u32 {
        distance(self.tree, &self.best_line, block)
    }

    /// The same from the headline.
    pub(super) fn distance_from_headline(&self, block: &Block) -> u32 {
        distance(self.tree, &self.headline_line, block)
    }

    fn measure(&mut self) {
        let mut span: Option<(usize, usize)> = None;
        let (mut headings, mut titles, mut since_prose) = (0, 0, 0);
        for (index, block) in self.blocks.list.iter().enumerate() {
            let mut text = self.measure_text(block);
            (text.headings_before, text.titles_before, text.since_prose) =
                (headings, titles, since_prose);
            text.before = self.seen;
            self.seen = self.seen.and(index, &text);
            headings += u32::from(self.tree.tag(block.container) == Some(Tag::H1));
            titles += u32::from(text.title_overlap > 0.7 && block.words > 2);
            since_prose = if text.is_prose { 0 } else { since_prose + 1 };
            let last = self.weight_before.len() - 1;
            self.weight_before
                .push(self.weight_before[last].saturating_add(block.weight));
            self.prose_before
                .push(self.prose_before[last].saturating_add(if text.is_prose {
                    block.weight
                } else {
                    0
                }));
            if text.is_prose && self.distance_from_best(block) == 0 {
                span = Some((span.map_or(index, |span| span.0), index));
            }
            let heading = matches!(self.tree.tag(block.container), Some(Tag::H1 | Tag::H2));
            if self.headline.is_none() && block.words > 1 && (heading && text.title_overlap > 0.6) {
                self.headline = Some(index);
            }
            self.texts.push(text);
        }
        self.hashes = self.texts.iter().map(|text| text.hash).collect();
        self.hashes.sort_unstable();
        let first_h1 = || {
            self.blocks
                .list
                .iter()
                .position(|block| self.tree.tag(block.container) == Some(Tag::H1))
        };
        self.headline = self.headline.or_else(first_h1);
        self.prose_span = span.unwrap_or((0, self.blocks.list.len()));
        if let Some(headline) = self.headline {
            self.headline_line = line(self.tree, self.blocks.list[headline].container);
        }
    }

    fn measure_text(&self, block: &Block) -> TextMeasure {
        let text = self.blocks.text(block);
        let mut measure = TextMeasure {
            hash: hash(text.bytes()),
            shape: Shape::of(text),
            opening: opening(text),
            ..TextMeasure::default()
        };
        for character in text.chars() {
            measure.characters += 1;
            measure.marks += u32::from(is_sentence_mark(character));
            measure.digits += u32::from(character.is_ascii_digit());
            measure.capitals += u32::from(character.is_uppercase());
            measure.ideographs += u32::from(is_ideographic(character));
            measure.separators += u32::from(matches!(
                character,
                '|' | '»' | '›' | '•' | '/' | '·' | '→' | '©' | '@' | '>' | '#'
            ));
        }
        let end = text
            .trim_end_matches(['"', '”', '’', '\'', ')', '」', '』', '）', '»', '“'])
            .chars()
            .next_back();
        measure.ends_sentence = end.is_some_and(|end| {
            is_sentence_mark(end) && !matches!(end, ',' | '，' | ':' | '：' | '…')
        });
        measure.is_prose = block.weight >= 80
            && block.link_weight * 2 < block.weight
            && measure.marks > 0
            && !block.within.has(Within::FOOTER)
            && !block.within.has(Within::NAV);
        measure.heading_level = heading_level(self.tree, block.container);
        if block.words < STAMP_WORDS {
            let told = Told::of(text);
            (measure.is_stamp, measure.is_moment) = (told.is_stamp(), told.is_moment());
        }
        self.weigh_words(text, block.words, &mut measure);
        measure
    }

    fn weigh_words(&self, text: &str, count: u32, measure: &mut TextMeasure) {
        let (mut title, mut summary, mut total) = (0, 0, 0);
        for word in words(text).take(60) {
            total += 1;
            title += u32::from(self.title_words.binary_search(&word).is_ok());
            summary += u32::from(self.summary_words.binary_search(&word).is_ok());
            measure.word_sum += weight(Kind::Text, word);
        }
        measure.stated = match &self.stated_runs {
            Some(stated) => share_of(runs(text).take(60), stated),
            None => -1.0,
        };
        measure.word_mean = measure.word_sum / (total.max(1) as f32);
        let longest = count.max(u32::try_from(self.title_words.len()).unwrap_or(u32::MAX));
        measure.title_overlap = share(title, longest.max(1));
        measure.summary_overlap = share(summary, total.max(4));
    }
}

/// The beginning of a list of one more number than `count`, which grows no further.
fn starting_at_zero(count: usize) -> Vec<u32> {
    let mut numbers = Vec::with_capacity(count + 1);
    numbers.push(0);
    numbers
}

/// The level of the heading that an element is or stands in, two elements up at the most.
fn heading_level(tree: &Tree, container: NodeId) -> u8 {
    let mut line = std::iter::once(container)
        .chain(tree.ancestors(container))
        .take(3);
    line.find_map(|node| match tree.tag(node)? {
        Tag::H1 => Some(1),
        Tag::H2 => Some(2),
        Tag::H3 => Some(3),
        Tag::H4 => Some(4),
        Tag::H5 => Some(5),
        Tag::H6 => Some(6),
        _ => None,
    })
    .unwrap_or(0)
}

/// `node` and its ancestors with their distance.
pub(super) fn line(tree: &Tree, node: NodeId) -> HashMap<NodeId, u32> {
    std::iter::once(node)
        .chain(tree.ancestors(node))
        .zip(0..)
        .collect()
}

/// How far along `line` the nearest element is that holds `block` too.
pub(super) fn distance(tree: &Tree, line: &HashMap<NodeId, u32>, block: &Block) -> u32 {
    let mut holders = std::iter::once(block.container).chain(tree.ancestors(block.container));
    holders
        .find_map(|node| line.get(&node))
        .copied()
        .unwrap_or(u32::MAX)
}

/// Every three words in a row, as one hash.
pub(super) fn runs(text: &str) -> impl Iterator<Item = u64> {
    let (mut first, mut second) = (0u64, 0u64);
    let all = words(text).map(move |third| {
        let run = first.rotate_left(2) ^ second.rotate_left(1) ^ third;
        (first, second) = (second, third);
        run
    });
    // The first two are not whole.
    all.skip(2)
}

/// The share of `runs` that is in `known`.
pub(super) fn share_of(runs: impl Iterator<Item = u64>, known: &HashSet<u64>) -> f32 {
    let (mut found, mut total) = (0, 0);
    for run in runs {
        total += 1;
        found += u32::from(known.contains(&run));
    }
    share(found, total)
}

/// The first words of a text to look others up in.
fn sorted_words(text: &str) -> Vec<u64> {
    let mut words: Vec<u64> = words(text).take(MAX_HEADLINE).collect();
    words.sort_unstable();
    words
}

/// The words of a text as hashes: runs of letters and digits in lower case, ideographs in pairs.
pub(super) fn words(text: &str) -> impl Iterator<Item = u64> {
    split_words(text).map(hash_lowercase)
}

fn hash_lowercase(word: &str) -> u64 {
    if word.is_ascii() {
        let lower = word.bytes().map(|byte| byte.to_ascii_lowercase());
        return hash(lower);
    }
    let lower = word.chars().flat_map(char::to_lowercase);
    hash(lower.flat_map(|character| {
        let mut buffer = [0; 4];
        let length = character.encode_utf8(&mut buffer).len();
        buffer.into_iter().take(length)
    }))
}

/// Words that a block's opening has.
const OPENING_WORDS: usize = 3;

/// What a text's first word, its first two, and its first three together say.
fn opening(text: &str) -> f32 {
    let mut opening = Joined::default();
    let words = split_words(text).take(OPENING_WORDS);
    words
        .map(|word| weight(Kind::Opening, opening.push(word)))
        .sum()
}

/// The words themselves.
pub(super) fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric())
        .flat_map(|run| {
            let ideographic = run.chars().any(is_ideographic);
            let step = if ideographic { 2 } else { usize::MAX };
            Pieces { rest: run, step }
        })
}

struct Pieces<'a> {
    rest: &'a str,
    step: usize,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self
            .rest
            .char_indices()
            .nth(self.step)
            .map_or(self.rest.len(), |(end, _)| end);
        let (piece, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(piece)
    }
}
