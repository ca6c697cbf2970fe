//! Cutting a page into blocks: runs of text that are shown together, as a paragraph, a list item, a
//! cell, or what stands between line breaks.

use std::ops::Range;
use wirecopy_html::{NodeData, NodeId, Tag, TagSet, Tree};

use super::bounds;
use super::outline::{Outline, Within};
use crate::text::{self, push_folded};

/// A single line break ends a block once it has this weight, about two printed lines: pages of the
/// nineties and many Chinese ones part their paragraphs so.
const BREAKABLE_WEIGHT: u32 = 120;

/// One run of text.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Range in [`Blocks::text`]; pages are far smaller than 4 GiB.
    pub(super) text: Range<u32>,
    /// Range in [`Blocks::nodes`].
    pub(super) nodes: Range<u32>,
    /// The nearest block-level element around it.
    pub(crate) container: NodeId,
    /// What encloses all of it.
    pub(crate) within: Within,
    /// Weight of its text, as [`crate::text_length`] counts.
    pub(crate) weight: u32,
    /// Weight of its text inside links.
    pub(crate) link_weight: u32,
    /// Weight of its text that is strong or emphasised.
    pub(crate) emphasised: u32,
    /// Words, each ideographic character one.
    pub(crate) words: u32,
    /// What was passed on the way through the page where it begins, and where it ends.
    pub(crate) passed: Range<Passed>,
}

/// Counts of the elements that begin before a place in the page.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passed {
    pub(crate) elements: u32,
    /// Pictures, films, frames.
    pub(crate) media: u32,
    /// Buttons and fields of forms.
    pub(crate) controls: u32,
}

impl Passed {
    /// What is passed with an element.
    pub(crate) fn of(tag: Tag) -> Passed {
        Passed {
            elements: 1,
            media: u32::from(MEDIA.contains(tag)),
            controls: u32::from(CONTROLS.contains(tag)),
        }
    }

    /// What was passed since `earlier`.
    pub(crate) fn since(self, earlier: Passed) -> Passed {
        Passed {
            elements: self.elements.saturating_sub(earlier.elements),
            media: self.media.saturating_sub(earlier.media),
            controls: self.controls.saturating_sub(earlier.controls),
        }
    }

    pub(crate) fn add(&mut self, other: Passed) {
        self.elements = self.elements.saturating_add(other.elements);
        self.media = self.media.saturating_add(other.media);
        self.controls = self.controls.saturating_add(other.controls);
    }
}

static MEDIA: TagSet = TagSet::of(&[
    Tag::Img,
    Tag::Video,
    Tag::Audio,
    Tag::Iframe,
    Tag::Object,
    Tag::Embed,
]);

static CONTROLS: TagSet = TagSet::of(&[Tag::Input, Tag::Button, Tag::Select, Tag::Textarea]);

/// Words of a link from which on it is a headline rather than the name of a section.
const ENTRY_WORDS: u32 = 5;

impl Block {
    /// Whether it is hardly more than a link of several words, outside of menus and footers.
    pub(crate) fn is_entry(&self) -> bool {
        u64::from(self.link_weight) * 5 > u64::from(self.weight) * 4
            && self.words >= ENTRY_WORDS
            && !self.within.has(Within::NAV)
            && !self.within.has(Within::FOOTER)
    }
}

/// All blocks of a page in order.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    pub(crate) list: Vec<Block>,
    /// The folded texts one after the other.
    pub(crate) text: String,
    /// The text nodes one after the other.
    nodes: Vec<NodeId>,
}

impl Blocks {
    /// The folded text of a block.
    pub(crate) fn text(&self, block: &Block) -> &str {
        &self.text[block.text.start as usize..block.text.end as usize]
    }

    /// The text nodes of a block, one at the least.
    pub(crate) fn nodes(&self, block: &Block) -> &[NodeId] {
        &self.nodes[block.nodes.start as usize..block.nodes.end as usize]
    }
}

/// Cuts the page.
pub(crate) fn segment(tree: &Tree, outline: &Outline) -> Blocks {
    let mut segmenter = Segmenter {
        tree,
        outline,
        blocks: Blocks::default(),
        open: None,
        breaks: 0,
        passed: Passed::default(),
    };
    let mut containers = vec![NodeId::ROOT; tree.len()];
    let mut next = Some(NodeId::ROOT);
    let most = bounds::most_blocks(tree);
    while let Some(node) = next.filter(|_| segmenter.blocks.list.len() < most) {
        let above = tree
            .node(node)
            .parent
            .map_or(NodeId::ROOT, |parent| containers[parent.index()]);
        let block_level = tree
            .element(node)
            .is_some_and(|element| is_block_level(element.tag, element.name()));
        containers[node.index()] = if block_level { node } else { above };
        let tag = tree.tag(node);
        // What is open ends before the element, though it is told so only behind it.
        let passed = segmenter.passed;
        if let Some(tag) = tag {
            segmenter.passed.add(Passed::of(tag));
        }
        match tree.data(node) {
            NodeData::Text(text) => segmenter.push(node, containers[node.index()], text),
            NodeData::Element(_) if tag == Some(Tag::Br) => segmenter.line_break(),
            NodeData::Element(_) if block_level => segmenter.end_block(passed),
            _ => {}
        }
        let inside = if tag.is_some_and(Tag::is_never_text) {
            None
        } else {
            tree.node(node).first_child
        };
        next = inside.or_else(|| tree.following_outside(node, NodeId::ROOT));
    }
    segmenter.end_block(segmenter.passed);
    segmenter.blocks
}

/// Elements that start on a line of their own.
static BLOCKS: TagSet = TagSet::of(&[
    Tag::Address,
    Tag::Article,
    Tag::Aside,
    Tag::Audio,
    Tag::Base,
    Tag::Blockquote,
    Tag::Body,
    Tag::Button,
    Tag::Caption,
    Tag::Center,
    Tag::Dd,
    Tag::Details,
    Tag::Dialog,
    Tag::Div,
    Tag::Dl,
    Tag::Dt,
    Tag::Embed,
    Tag::Fieldset,
    Tag::Figcaption,
    Tag::Figure,
    Tag::Footer,
    Tag::Form,
    Tag::H1,
    Tag::H2,
    Tag::H3,
    Tag::H4,
    Tag::H5,
    Tag::H6,
    Tag::Head,
    Tag::Header,
    Tag::Hr,
    Tag::Html,
    Tag::Iframe,
    Tag::Input,
    Tag::Legend,
    Tag::Li,
    Tag::Main,
    Tag::Menu,
    Tag::Nav,
    Tag::Noscript,
    Tag::Object,
    Tag::Ol,
    Tag::Option,
    Tag::P,
    Tag::Pre,
    Tag::Section,
    Tag::Select,
    Tag::Summary,
    Tag::Table,
    Tag::Tbody,
    Tag::Td,
    Tag::Textarea,
    Tag::Tfoot,
    Tag::Th,
    Tag::Thead,
    Tag::Title,
    Tag::Tr,
    Tag::Ul,
    Tag::Video,
]);

/// Whether an element starts on a line of its own. Custom elements count as blocks: they are the
/// components that pages are built of.
pub(crate) fn is_block_level(tag: Tag, name: &str) -> bool {
    BLOCKS.contains(tag) || (tag == Tag::Other && name.contains('-'))
}

struct Segmenter<'a> {
    tree: &'a Tree,
    outline: &'a Outline,
    blocks: Blocks,
    open: Option<Block>,
    breaks: u32,
    passed: Passed,
}

impl Segmenter<'_> {
    fn push(&mut self, node: NodeId, container: NodeId, text: &str) {
        if text.chars().all(char::is_whitespace) {
            if self.open.is_some() && !self.blocks.text.ends_with(' ') {
                self.blocks.text.push(' ');
            }
            return;
        }
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.container != container || self.breaks_after(open))
        {
            self.end_block(self.passed);
        }
        self.breaks = 0;
        let place = self.outline.at(
            self.tree,
            self.tree.node(node).parent.unwrap_or(NodeId::ROOT),
        );
        let weight = u32::try_from(text::weight(text)).unwrap_or(u32::MAX);
        if self.open.is_none() {
            self.start_block(container, place.within);
        }
        push_folded(&mut self.blocks.text, text);
        self.blocks.nodes.push(node);
        let open = self.open.as_mut().expect("opened above");
        open.within = open.within.common(place.within);
        open.weight = open.weight.saturating_add(weight);
        if place.within.has(Within::LINK) {
            open.link_weight = open.link_weight.saturating_add(weight);
        }
        if place.within.has(Within::EMPHASIS) {
            open.emphasised = open.emphasised.saturating_add(weight);
        }
    }

    fn breaks_after(&self, open: &Block) -> bool {
        self.breaks >= 2 || (self.breaks == 1 && open.weight >= BREAKABLE_WEIGHT)
    }

    fn start_block(&mut self, container: NodeId, within: Within) {
        let (text, nodes) = (
            self.blocks.text.len() as u32,
            self.blocks.nodes.len() as u32,
        );
        self.open = Some(Block {
            text: text..text,
            nodes: nodes..nodes,
            container,
            within,
            weight: 0,
            link_weight: 0,
            emphasised: 0,
            words: 0,
            passed: self.passed..self.passed,
        });
    }

    fn line_break(&mut self) {
        self.breaks += 1;
        if self.open.is_some() && !self.blocks.text.ends_with(' ') {
            self.blocks.text.push(' ');
        }
    }

    fn end_block(&mut self, passed: Passed) {
        self.breaks = 0;
        let Some(mut block) = self.open.take() else {
            return;
        };
        block.text.end = (self.blocks.text.trim_end().len() as u32).max(block.text.start);
        let text = self.blocks.text(&block).trim_start();
        block.words = count_words(text);
        block.text.start = block.text.end - text.len() as u32;
        block.nodes.end = self.blocks.nodes.len() as u32;
        block.passed.end = passed;
        self.blocks.list.push(block);
    }
}

/// Runs of letters and digits, an ideographic character counting as one.
fn count_words(text: &str) -> u32 {
    let mut inside = false;
    let mut words = 0;
    for character in text.chars() {
        let ideographic = text::is_ideographic(character);
        let letter = character.is_alphanumeric() && !ideographic;
        words += u32::from(ideographic || (letter && !inside));
        inside = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elements, media and controls between the first block and the second.
    #[track_caller]
    fn check(html: &str, expected: [u32; 3]) {
        let tree = Tree::parse(html);
        let blocks = segment(&tree, &Outline::of(&tree));
        let [first, second, ..] = blocks.list.as_slice() else {
            panic!("two blocks in {html}");
        };
        let passed = second.passed.start.since(first.passed.end);
        assert_eq!(
            [passed.elements, passed.media, passed.controls],
            expected,
            "{html}"
        );
    }

    #[test]
    fn what_stands_between_two_blocks_is_counted() {
        check("<p>one<p>two", [1, 0, 0]);
        check(
            "<p>one <b>and</b> more<figure><img><figcaption>two",
            [3, 1, 0],
        );
        check("<p>one<form><input><button>two", [3, 0, 2]);
    }

    #[test]
    fn emphasised_text_is_weighed() {
        let tree = Tree::parse("<p><b>Read more:</b> two words");
        let blocks = segment(&tree, &Outline::of(&tree));
        assert_eq!((blocks.list[0].emphasised, blocks.list[0].weight), (9, 17));
    }
}
