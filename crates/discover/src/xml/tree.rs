//! The document as a tree in one vector, to be walked by handles that are `Copy`. Its depth is bounded, so that
//! walks may be recursive.

mod build;
mod words;

use std::borrow::Cow;

use url::Url;

use super::entities;
use super::namespace::Namespace;
use super::tokens::Attribute;

/// Longer texts are no language tags (RFC 5646 §4.4.1 asks for 35).
pub(crate) const MAX_LANGUAGE_BYTES: usize = 35;

/// A parsed document.
pub(crate) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    bases: Vec<Url>,
    /// What had to be repaired.
    pub damage: Damage,
}

/// Repairs made while a tree was built.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Damage {
    /// An end tag without its start, or an element that was not closed.
    pub unbalanced: bool,
    /// The document ends before its elements do.
    pub cut: bool,
    /// The document type declares entities.
    pub entities: bool,
    /// Text stands outside of all elements.
    pub stray_text: bool,
    /// Elements were nested beyond the limit.
    pub too_deep: bool,
    /// The rest of the document was left out.
    pub too_many: bool,
}

struct Node<'a> {
    content: Content<'a>,
    first_child: Option<u32>,
    last_child: Option<u32>,
    next: Option<u32>,
}

enum Content<'a> {
    Element(Box<ElementNode<'a>>),
    Text(Cow<'a, str>),
    CData(&'a str),
}

struct ElementNode<'a> {
    tag: &'a str,
    name: Cow<'a, str>,
    space: Namespace,
    attributes: Vec<Attribute<'a>>,
    base: Option<u32>,
    language: Option<&'a str>,
    cut: bool,
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    node: &'t Node<'a>,
    element: &'t ElementNode<'a>,
}

/// A child of an element.
pub(crate) enum Child<'t, 'a> {
    /// An element.
    Element(Element<'t, 'a>),
    /// Text with its references decoded.
    Text(&'t str),
    /// A CDATA section.
    CData(&'t str),
}

impl<'a> Tree<'a> {
    /// Builds the tree; relative `xml:base`s are resolved against `base`.
    pub(crate) fn parse(text: &'a str, base: Option<&Url>) -> Tree<'a> {
        build::build(text, base)
    }

    /// The outermost elements.
    pub(crate) fn roots<'t>(&'t self) -> impl Iterator<Item = Element<'t, 'a>> + 't {
        elements(self, &self.nodes[0])
    }
}

/// The elements from `start` on in document order, but for what is inside those that `enter` refuses.
pub(crate) fn walk<'t, 'a: 't>(
    start: impl Iterator<Item = Element<'t, 'a>>,
    enter: impl Fn(Element<'t, 'a>) -> bool,
) -> impl Iterator<Item = Element<'t, 'a>> {
    let mut pending: Vec<_> = start.collect();
    pending.reverse();
    std::iter::from_fn(move || {
        let element = pending.pop()?;
        if enter(element) {
            let from = pending.len();
            pending.extend(element.elements());
            pending[from..].reverse();
        }
        Some(element)
    })
}

fn children<'t, 'a>(
    tree: &'t Tree<'a>,
    node: &'t Node<'a>,
) -> impl Iterator<Item = Child<'t, 'a>> + 't {
    let mut next = node.first_child;
    std::iter::from_fn(move || {
        let node = &tree.nodes[next? as usize];
        next = node.next;
        Some(match &node.content {
            Content::Element(element) => Child::Element(Element {
                tree,
                node,
                element,
            }),
            Content::Text(text) => Child::Text(text),
            Content::CData(text) => Child::CData(text),
        })
    })
}

fn elements<'t, 'a>(
    tree: &'t Tree<'a>,
    node: &'t Node<'a>,
) -> impl Iterator<Item = Element<'t, 'a>> + 't {
    children(tree, node).filter_map(|child| match child {
        Child::Element(element) => Some(element),
        Child::Text(_) | Child::CData(_) => None,
    })
}

impl<'t, 'a> Element<'t, 'a> {
    /// The name in lower case, without prefix.
    pub(crate) fn name(self) -> &'t str {
        &self.element.name
    }

    /// The local name as written: `viewBox` matters in SVG.
    pub(crate) fn written_name(self) -> &'t str {
        split_prefix(self.element.tag).1
    }

    pub(crate) fn namespace(self) -> Namespace {
        self.element.space
    }

    pub(crate) fn is(self, space: Namespace, name: &str) -> bool {
        self.element.space == space && self.element.name == name
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Child<'t, 'a>> + 't {
        children(self.tree, self.node)
    }

    pub(crate) fn elements(self) -> impl Iterator<Item = Element<'t, 'a>> + 't {
        elements(self.tree, self.node)
    }

    /// The first child of the feed's own vocabulary with this name.
    pub(crate) fn child(self, name: &str) -> Option<Element<'t, 'a>> {
        self.elements()
            .find(|child| child.is(Namespace::Feed, name))
    }

    /// Attributes as written, values not decoded.
    pub(crate) fn raw_attributes(self) -> &'t [Attribute<'a>] {
        &self.element.attributes
    }

    /// The decoded and trimmed value of the attribute with this name in any case, if it is not empty; an attribute
    /// without prefix is preferred.
    pub(crate) fn attribute(self, name: &str) -> Option<String> {
        let attributes = &self.element.attributes;
        let same = |written: &str| written.eq_ignore_ascii_case(name);
        let found = attributes
            .iter()
            .find(|attribute| same(attribute.name))
            .or_else(|| {
                attributes
                    .iter()
                    .find(|attribute| same(split_prefix(attribute.name).1))
            })?;
        let value = entities::decode(found.value).trim().to_owned();
        (!value.is_empty()).then_some(value)
    }

    /// All text inside, trimmed. Absent where there is none.
    pub(crate) fn text(self) -> Option<String> {
        let mut text = String::new();
        self.push_text(&mut text);
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    /// Recursion is bounded by the tree's depth.
    fn push_text(self, text: &mut String) {
        for child in self.children() {
            match child {
                Child::Element(element) => element.push_text(text),
                Child::Text(part) | Child::CData(part) => text.push_str(part),
            }
        }
    }

    /// The base that `xml:base` gives, or the document's.
    pub(crate) fn base(self) -> Option<&'t Url> {
        self.tree.bases.get(self.element.base? as usize)
    }

    /// Whether an `xml:base` rules here, rather than the document's address.
    pub(crate) fn has_own_base(self) -> bool {
        self.element.base.is_some_and(|base| base > 0)
    }

    /// The nearest `xml:lang`, if it can be one.
    pub(crate) fn language(self) -> Option<String> {
        let language = self.element.language?.trim();
        (language.len() <= MAX_LANGUAGE_BYTES).then(|| language.replace('_', "-"))
    }

    /// Whether the end of the document came before the end of this element.
    pub(crate) fn is_cut(self) -> bool {
        self.element.cut
    }
}

/// The prefix and the local name.
pub(crate) fn split_prefix(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
