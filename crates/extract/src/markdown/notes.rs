//! Footnotes: a short link to a place further down that begins a block, and that block.

use std::collections::{HashMap, HashSet};
use wirecopy_html::{Key, NodeId, Tag, Tree};

/// Longest text of a reference, in characters: `[12]`, `†`, `(iii)`.
const MAX_REFERENCE: usize = 8;

/// The footnotes of an article.
#[derive(Default)]
pub(super) struct Notes {
    /// From the id that is linked to, to the label.
    labels: HashMap<String, String>,
    /// From the block to the label.
    blocks: HashMap<NodeId, String>,
    /// Blocks that hold a footnote's mark and nothing else, its text being in the next one.
    marks: HashSet<NodeId>,
}

impl Notes {
    /// Finds those that are referred to from before.
    pub(super) fn of(tree: &Tree) -> Notes {
        let mut notes = Notes::default();
        let mut referred: Vec<&str> = Vec::new();
        for link in tree.elements(NodeId::ROOT, Tag::A) {
            if let Some(target) = target(tree, link) {
                referred.push(target);
            } else if let Some(id) = tree.attribute(link, Key::Id)
                && referred.contains(&id)
                && let Some(begun) = begun_block(tree, link)
            {
                let block = text_beneath(tree, begun).unwrap_or(begun);
                if block != begun {
                    notes.marks.insert(begun);
                }
                let label = (notes.blocks.len() + 1).to_string();
                notes.labels.insert(id.to_owned(), label.clone());
                notes.blocks.entry(block).or_insert(label);
            }
        }
        notes
    }

    /// The label of the footnote with that id.
    pub(super) fn label(&self, id: &str) -> Option<&str> {
        self.labels.get(id).map(String::as_str)
    }

    /// The label of the footnote that the block is.
    pub(super) fn defined_at(&self, block: NodeId) -> Option<&str> {
        self.blocks.get(&block).map(String::as_str)
    }

    /// Whether the block is a footnote's mark, which its label says already.
    pub(super) fn is_mark(&self, block: NodeId) -> bool {
        self.marks.contains(&block)
    }

    /// Whether the node stands in a footnote.
    pub(super) fn is_inside(&self, tree: &Tree, node: NodeId) -> bool {
        tree.ancestors(node)
            .any(|above| self.blocks.contains_key(&above))
    }

    /// Whether the element holds a reference and nothing else.
    pub(super) fn holds_reference(&self, tree: &Tree, node: NodeId) -> bool {
        let mut children = tree.children(node);
        match (children.next(), children.next()) {
            (Some(only), None) => target(tree, only).is_some_and(|id| self.labels.contains_key(id)),
            _ => false,
        }
    }
}

/// The id that a link leads to whose text is a note's mark.
fn target(tree: &Tree, link: NodeId) -> Option<&str> {
    let id = tree.attribute(link, Key::Href)?.strip_prefix('#')?;
    is_mark(&tree.text(link)).then_some(id)
}

/// Whether a text is a number, a letter, a small Roman number or a sign, in brackets or not. A word says something of
/// its own, which a label would not.
fn is_mark(text: &str) -> bool {
    let mark = text.trim_matches(|letter: char| "[]() .".contains(letter));
    let is_numeral = |letter: char| "ivxIVX".contains(letter);
    text.chars().count() <= MAX_REFERENCE
        && (mark
            .chars()
            .all(|letter| letter.is_numeric() || !letter.is_alphanumeric())
            || mark.chars().all(is_numeral)
            || mark.chars().count() == 1)
}

/// The paragraph after one that holds nothing but a note's mark.
fn text_beneath(tree: &Tree, block: NodeId) -> Option<NodeId> {
    let next = |node: NodeId| tree.node(node).next;
    let mut siblings = std::iter::successors(next(block), |node| next(*node));
    let beneath = siblings.find(|node| tree.element(*node).is_some())?;
    let is_lone = tree.tag(block) == Some(Tag::P) && is_mark(&tree.text(block));
    (is_lone && tree.tag(beneath) == Some(Tag::P)).then_some(beneath)
}

/// The paragraph or list item that begins with the node.
fn begun_block(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let mut node = node;
    loop {
        if tree.node(node).previous.is_some() {
            return None;
        }
        node = tree.node(node).parent?;
        match tree.tag(node)? {
            Tag::Li => return Some(node),
            Tag::P if tree.tag(tree.node(node).parent?) != Some(Tag::Li) => return Some(node),
            _ => {}
        }
    }
}
