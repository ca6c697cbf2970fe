//! The parsed page: a flat arena of nodes. Links are indices, so that a walk is a loop and never
//! recursion, and a tree of any depth can be walked to its leaves.

use std::num::NonZeroU32;

use crate::builder;
use crate::name::{Key, Tag};
use crate::store::{Content, ElementContent, Namespace, Parts, Slot};
use crate::text::push_folded;

/// Bytes of a page that are read; what follows is not.
const MAX_BYTES: usize = 512 << 20;

/// Index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(NonZeroU32);

impl NodeId {
    /// The document node.
    pub const ROOT: NodeId = NodeId(NonZeroU32::MIN);

    /// As an index into tables kept beside the tree.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    pub(crate) fn at(index: usize) -> NodeId {
        NodeId(NonZeroU32::MIN.saturating_add(index as u32))
    }
}

/// A node's links.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The node that holds it.
    pub parent: Option<NodeId>,
    /// The first of the nodes that it holds.
    pub first_child: Option<NodeId>,
    /// The last of them.
    pub last_child: Option<NodeId>,
    /// The one before it in the same parent.
    pub previous: Option<NodeId>,
    /// The one after it.
    pub next: Option<NodeId>,
}

/// What a node is. Comments, doctypes and processing instructions are not kept.
#[derive(Clone, Copy, Debug)]
pub enum NodeData<'a> {
    /// The root.
    Document,
    /// An element.
    Element(Element<'a>),
    /// Text, its character references replaced.
    Text(&'a str),
}

/// An element of a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// Its name as one of those that are known.
    pub tag: Tag,
    content: &'a ElementContent,
    tree: &'a Tree,
}

/// An attribute of an element.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<'a> {
    /// Its name as one of those that are known.
    pub key: Key,
    /// Its name in lower case, in SVG too.
    pub name: &'a str,
    /// Its value, character references replaced.
    pub value: &'a str,
}

impl<'a> Element<'a> {
    /// The name: in lower case, save where SVG has capitals in it.
    pub fn name(&self) -> &'a str {
        self.tree.parts.name(&self.tree.page, self.content)
    }

    /// The attributes in order.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = Attribute<'a>> + use<'a> {
        let tree = self.tree;
        tree.parts.attributes[self.content.attributes().range()]
            .iter()
            .map(move |attribute| Attribute {
                key: attribute.key,
                name: match attribute.key {
                    Key::Other => tree.parts.str(&tree.page, attribute.name),
                    known => known.name(),
                },
                value: tree.parts.str(&tree.page, attribute.value),
            })
    }

    /// An attribute's value.
    pub fn attribute(&self, key: Key) -> Option<&'a str> {
        let attributes = &self.tree.parts.attributes[self.content.attributes().range()];
        let found = attributes.iter().find(|attribute| attribute.key == key)?;
        Some(self.tree.parts.str(&self.tree.page, found.value))
    }

    /// The value of the attribute with a name in lower case, be it a known one or not.
    pub fn attribute_named(&self, name: &str) -> Option<&'a str> {
        let mut attributes = self.attributes();
        attributes
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value)
    }
}

/// A page's nodes. Children created later may stand earlier in the document, so document order is
/// the order of links, not of indices.
#[derive(Debug)]
pub struct Tree {
    page: String,
    parts: Parts,
}

impl Tree {
    /// Parses a page as a browser without scripting does. What stands after 512 MiB is not read.
    pub fn parse(page: impl Into<String>) -> Tree {
        let mut page = crate::tokenizer::normalized(page.into());
        page.truncate(page.floor_char_boundary(MAX_BYTES));
        let parts = builder::build(&page);
        Tree { page, parts }
    }

    /// Parses the content of a `body`; the root element is there, head and body are not.
    pub fn parse_fragment(html: impl Into<String>) -> Tree {
        let mut page = crate::tokenizer::normalized(html.into());
        page.truncate(page.floor_char_boundary(MAX_BYTES));
        let parts = builder::build_fragment(&page);
        Tree { page, parts }
    }

    /// How many nodes there are; every index is below.
    #[expect(clippy::len_without_is_empty, reason = "there is always the root")]
    pub fn len(&self) -> usize {
        self.parts.slots.len()
    }

    /// How many tables kept beside the tree for its elements alone need places: one for each, and one for the root.
    pub fn element_places(&self) -> usize {
        self.parts.elements as usize + 1
    }

    /// The place of an element in such a table, of the root the first; texts have none.
    pub fn element_place(&self, id: NodeId) -> Option<usize> {
        match &self.slot(id).content {
            Content::Document => Some(0),
            Content::Element(content) => Some(content.ordinal as usize),
            Content::Text(_) | Content::Joined(_) => None,
        }
    }

    /// How many bytes were parsed.
    pub fn page_len(&self) -> usize {
        self.page.len()
    }

    fn slot(&self, id: NodeId) -> &Slot {
        &self.parts.slots[id.index()]
    }

    /// The links of a node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.slot(id).links
    }

    /// What a node is.
    pub fn data(&self, id: NodeId) -> NodeData<'_> {
        match &self.slot(id).content {
            Content::Document => NodeData::Document,
            Content::Element(content) => NodeData::Element(self.view(content)),
            Content::Text(span) => NodeData::Text(self.parts.str(&self.page, *span)),
            Content::Joined(which) => NodeData::Text(&self.parts.joined[*which as usize]),
        }
    }

    fn view<'a>(&'a self, content: &'a ElementContent) -> Element<'a> {
        Element {
            tag: known_tag(content),
            content,
            tree: self,
        }
    }

    /// The element at `id`, if it is one.
    pub fn element(&self, id: NodeId) -> Option<Element<'_>> {
        match &self.slot(id).content {
            Content::Element(content) => Some(self.view(content)),
            _ => None,
        }
    }

    /// The element name at `id`; texts have none.
    pub fn tag(&self, id: NodeId) -> Option<Tag> {
        match &self.slot(id).content {
            Content::Element(content) => Some(known_tag(content)),
            _ => None,
        }
    }

    /// An attribute of the element at `id`.
    pub fn attribute(&self, id: NodeId, key: Key) -> Option<&str> {
        self.element(id)?.attribute(key)
    }

    /// The children in order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).first_child, |child| self.node(*child).next)
    }

    /// The ancestors, nearest first, without `id` itself.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.node(id).parent, |node| self.node(*node).parent)
    }

    /// `id` and everything beneath it in document order.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), move |node| self.following(*node, id))
    }

    /// The node after `node` in document order within the subtree of `top`.
    pub fn following(&self, node: NodeId, top: NodeId) -> Option<NodeId> {
        self.node(node)
            .first_child
            .or_else(|| self.following_outside(node, top))
    }

    /// The node after everything beneath `node`, within the subtree of `top`.
    pub fn following_outside(&self, mut node: NodeId, top: NodeId) -> Option<NodeId> {
        while node != top {
            if let Some(next) = self.node(node).next {
                return Some(next);
            }
            node = self.node(node).parent?;
        }
        None
    }

    /// Elements beneath `id` with the given name.
    pub fn elements(&self, id: NodeId, tag: Tag) -> impl Iterator<Item = NodeId> {
        self.subtree(id)
            .filter(move |node| self.tag(*node) == Some(tag))
    }

    /// The text beneath `id` as shown, white space folded.
    pub fn text(&self, id: NodeId) -> String {
        let mut line = String::new();
        let mut next = Some(id);
        while let Some(node) = next {
            match self.data(node) {
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

fn known_tag(content: &ElementContent) -> Tag {
    match content.namespace {
        Namespace::Html => content.tag,
        Namespace::Svg | Namespace::MathMl => Tag::Foreign,
    }
}
