//! The parsed page: a flat arena of nodes, built by html5ever's tree construction (HTML §13.2.6).
//!
//! Links are indices, so that a walk is a loop and never recursion. Depth is held at
//! [`guard::MAX_DEPTH`] while parsing; a tree can therefore be walked to its leaves safely.

pub(crate) mod guard;
mod sink;
pub(crate) mod tag;

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName};

use crate::text::push_folded;
use tag::Tag;

/// Index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The document node.
    pub(crate) const ROOT: NodeId = NodeId(0);

    /// As an index into tables kept beside the tree.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One node and its links.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) first_child: Option<NodeId>,
    pub(crate) last_child: Option<NodeId>,
    pub(crate) previous: Option<NodeId>,
    pub(crate) next: Option<NodeId>,
    pub(crate) data: NodeData,
}

/// What a node is. Comments, doctypes and processing instructions are not kept.
#[derive(Debug)]
pub(crate) enum NodeData {
    Document,
    Element(Element),
    Text(StrTendril),
    /// A comment's place: the parser needs a handle, nobody needs the comment.
    Nothing,
}

/// An element.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: LocalName,
    pub(crate) tag: Tag,
    pub(crate) attributes: Vec<Attribute>,
}

impl Element {
    /// An attribute's value.
    pub(crate) fn attribute(&self, name: &LocalName) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.local == *name)
            .map(|attribute| &*attribute.value)
    }
}

/// A page's nodes. Children created later may stand earlier in the document, so document order is
/// the order of links, not of indices.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// Parses a page as a browser without scripting does.
    pub(crate) fn parse(html: &str) -> Tree {
        guard::parse(html)
    }

    /// How many nodes there are; every index is below.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The element at `id`, if it is one.
    pub(crate) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id).data {
            NodeData::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The element name at `id`; texts have none.
    pub(crate) fn tag(&self, id: NodeId) -> Option<Tag> {
        self.element(id).map(|element| element.tag)
    }

    /// An attribute of the element at `id`.
    pub(crate) fn attribute(&self, id: NodeId, name: &LocalName) -> Option<&str> {
        self.element(id)?.attribute(name)
    }

    /// The children in order.
    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).first_child, |child| self.node(*child).next)
    }

    /// The ancestors, nearest first, without `id` itself.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).parent, |node| self.node(*node).parent)
    }

    /// `id` and everything beneath it in document order.
    pub(crate) fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), move |node| self.following(*node, id))
    }

    /// The node after `node` in document order within the subtree of `top`.
    pub(crate) fn following(&self, node: NodeId, top: NodeId) -> Option<NodeId> {
        self.node(node)
            .first_child
            .or_else(|| self.following_outside(node, top))
    }

    /// The node after everything beneath `node`, within the subtree of `top`.
    pub(crate) fn following_outside(&self, mut node: NodeId, top: NodeId) -> Option<NodeId> {
        while node != top {
            if let Some(next) = self.node(node).next {
                return Some(next);
            }
            node = self.node(node).parent?;
        }
        None
    }

    /// Elements beneath `id` with the given name.
    pub(crate) fn elements(&self, id: NodeId, tag: Tag) -> impl Iterator<Item = NodeId> {
        self.subtree(id)
            .filter(move |node| self.tag(*node) == Some(tag))
    }

    /// The text beneath `id` as shown, white space folded.
    pub(crate) fn text(&self, id: NodeId) -> String {
        let mut line = String::new();
        let mut next = Some(id);
        while let Some(node) = next {
            match &self.node(node).data {
                NodeData::Text(text) => push_folded(&mut line, text),
                NodeData::Element(element) if element.tag == Tag::Br => push_folded(&mut line, " "),
                _ => {}
            }
            let hidden = self.tag(node).is_some_and(Tag::is_never_text);
            next = if hidden {
                self.following_outside(node, id)
            } else {
                self.following(node, id)
            };
        }
        line.trim().to_owned()
    }
}
