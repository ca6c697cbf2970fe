//! Pictures in `noscript`, which stand in for the one before them that a script loads: they count
//! where that one could not be resolved.

use url::Url;
use wirecopy_html::{NodeData, NodeId};

use super::picture::Found;
use super::tree::Nodes;

/// What the walk has met of them.
#[derive(Default)]
pub(super) struct Noscript {
    open: usize,
    /// The picture element before, and whether a picture came of it.
    last: Option<(NodeId, bool)>,
    /// The address taken from the last `noscript`.
    taken: Option<Url>,
}

impl Noscript {
    pub(super) fn enter(&mut self) {
        self.open += 1;
    }

    pub(super) fn leave(&mut self) {
        self.open -= 1;
    }

    /// Whether the walk is inside one.
    pub(super) fn is_open(&self) -> bool {
        self.open > 0
    }

    /// Whether to show what an element shows.
    pub(super) fn admits(&mut self, nodes: &Nodes, id: NodeId, found: &Found) -> bool {
        let url = match found {
            Found::Picture(image) => Some(&image.url),
            Found::Word(_) | Found::Nothing => None,
        };
        if self.is_open() {
            let shown = self
                .last
                .is_some_and(|(before, shown)| shown && is_just_before(nodes, before, id));
            self.taken = url.cloned().filter(|_| !shown);
            return !shown && url.is_some();
        }
        let repeated = url.is_some() && self.taken.take().as_ref() == url;
        self.last = Some((id, url.is_some()));
        !repeated
    }
}

/// Whether nothing but white space stands between one picture and the `noscript` of another.
fn is_just_before(nodes: &Nodes, before: NodeId, inside: NodeId) -> bool {
    let mut outer = inside;
    while nodes.name(outer) != Some("noscript") {
        match nodes.node(outer).parent {
            Some(parent) => outer = parent,
            None => return false,
        }
    }
    let mut previous = nodes.node(outer).previous;
    while let Some(id) = previous {
        match nodes.data(id) {
            NodeData::Text(text) if text.trim().is_empty() => previous = nodes.node(id).previous,
            _ => return id == before || nodes.descendants(id).last() == Some(before),
        }
    }
    false
}
