//! Notes that the text refers to: they stand after it, mostly as a list, and lead back to where they are referred to.

use std::collections::HashSet;

use super::block::{Block, Blocks};
use wirecopy_html::{Key, NodeData, NodeId, Tag, Tree};

/// Elements from a reference's text to its block that are looked at for a link and for names to lead back to.
const REFERENCE_REACH: usize = 8;

/// Notes of a page that are looked for; few articles of Wikipedia have more.
const MOST_NOTES: usize = 1000;

/// Letters of a reference: a number or a sign, in brackets, or a short word. A longer one leads to a part of the page.
const MARK_LENGTH: usize = 8;

/// Elements from a named place to the note that it names; the place may be a number beside the note's text.
const NOTE_REACH: usize = 3;

/// Nodes of a note that are looked at; a note of more is a part of the page.
const MOST_NODES: usize = 400;

/// Keeps the notes that kept texts refer to and that lead back to them; the blocks that were added, in order.
pub(super) fn keep(tree: &Tree, blocks: &Blocks, kept: &mut [bool]) -> Vec<usize> {
    let references = References::of(tree, blocks, kept);
    if references.targets.is_empty() {
        return Vec::new();
    }
    let noted = references.notes(tree);
    let is_noted = |block: &Block| noted[blocks.nodes(block)[0].index()];
    let added: Vec<usize> = (0..kept.len())
        .filter(|index| !kept[*index] && is_noted(&blocks.list[*index]))
        .collect();
    added.iter().for_each(|index| kept[*index] = true);
    added
}

/// The references of the kept texts.
#[derive(Default)]
struct References<'a> {
    /// Where they lead.
    targets: HashSet<&'a str>,
    /// What they, or the elements around them in their blocks, are called.
    names: HashSet<&'a str>,
}

impl<'a> References<'a> {
    fn of(tree: &'a Tree, blocks: &Blocks, kept: &[bool]) -> References<'a> {
        let mut references = References::default();
        for (block, _) in blocks.list.iter().zip(kept).filter(|(_, kept)| **kept) {
            for text in blocks.nodes(block) {
                references.add(tree, *text, block.container);
            }
        }
        references
    }

    fn add(&mut self, tree: &'a Tree, text: NodeId, container: NodeId) {
        let line = || {
            let around = tree.ancestors(text).take(REFERENCE_REACH);
            around.take_while(|node| *node != container)
        };
        let is_mark = |node: &NodeId| tree.text(*node).chars().count() <= MARK_LENGTH;
        let link = line().find(|node| target(tree, *node).is_some());
        let Some(target) = link.filter(is_mark).and_then(|link| target(tree, link)) else {
            return;
        };
        let names = || line().chain([container]).flat_map(|node| names(tree, node));
        // A heading's mark that leads to the heading itself.
        if self.targets.len() < MOST_NOTES && !names().any(|name| name == target) {
            self.targets.insert(target);
            self.names.extend(names());
        }
    }

    /// For each node, whether it is in a note.
    fn notes(&self, tree: &Tree) -> Vec<bool> {
        let mut noted = vec![false; tree.len()];
        let mut targets = self.targets.clone();
        let mut next = Some(NodeId::ROOT);
        while let Some(node) = next {
            next = tree.following(node, NodeId::ROOT);
            // The first element of a name has it (HTML §3.2.6.1).
            let is_target = names(tree, node).any(|name| targets.remove(name));
            let Some(note) = is_target.then(|| self.note(tree, node)).flatten() else {
                continue;
            };
            note.iter().for_each(|inner| noted[inner.index()] = true);
            next = tree.following_outside(note[0], NodeId::ROOT);
        }
        noted
    }

    /// The nodes of the note that is called by a place's name: the nearest element with more text than its number
    /// that leads back.
    fn note(&self, tree: &Tree, place: NodeId) -> Option<Vec<NodeId>> {
        let around = std::iter::once(place).chain(tree.ancestors(place));
        around.take(NOTE_REACH).find_map(|node| {
            let nodes: Vec<NodeId> = tree.subtree(node).take(MOST_NODES).collect();
            let leads_back = |node: &NodeId| {
                target(tree, *node).is_some_and(|target| self.names.contains(target))
            };
            let is_text = |node: &NodeId| is_more_than_number(tree.data(*node));
            let is_note = nodes.len() < MOST_NODES
                && nodes.iter().any(leads_back)
                && nodes.iter().any(is_text);
            is_note.then_some(nodes)
        })
    }
}

/// Whether a text has two letters.
fn is_more_than_number(data: NodeData<'_>) -> bool {
    matches!(data, NodeData::Text(text) if text.chars().filter(|letter| letter.is_alphabetic()).nth(1).is_some())
}

/// Where a link into a page leads, as the part after `#`.
fn target(tree: &Tree, node: NodeId) -> Option<&str> {
    let is_link = tree.tag(node) == Some(Tag::A);
    let href = is_link.then(|| tree.attribute(node, Key::Href)).flatten()?;
    let (_, target) = href.split_once('#')?;
    Some(target).filter(|target| !target.is_empty())
}

/// What links can call an element by.
fn names(tree: &Tree, node: NodeId) -> impl Iterator<Item = &str> {
    let name = (tree.tag(node) == Some(Tag::A)).then(|| tree.attribute(node, Key::Name));
    let id = tree.attribute(node, Key::Id);
    id.into_iter().chain(name.flatten())
}
