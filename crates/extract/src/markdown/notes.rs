//! Footnotes: a short link to a place further down that begins a block, and that block.

use std::collections::HashMap;
use wirecopy_html::{Key, NodeId, Tag, Tree};

/// Longest text of a reference, in characters: `[12]`, `†`, `note 3`.
const MAX_REFERENCE: usize = 8;

/// The footnotes of an article.
#[derive(Default)]
pub(super) struct Notes {
    /// From the id that is linked to, to the label.
    labels: HashMap<String, String>,
    /// From the block to the label.
    blocks: HashMap<NodeId, String>,
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
                && let Some(block) = begun_block(tree, link)
            {
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

/// The id that a short link leads to.
fn target(tree: &Tree, link: NodeId) -> Option<&str> {
    let id = tree.attribute(link, Key::Href)?.strip_prefix('#')?;
    (tree.text(link).chars().count() <= MAX_REFERENCE).then_some(id)
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
