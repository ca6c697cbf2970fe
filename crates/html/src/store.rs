//! The tree while it is built: the page, what is written beside it, nodes and attributes.
//!
//! A [`Span`] is a range of the page or of what was written beside it. That one follows the page
//! with a gap of one, so that a range never runs from one into the other.

use crate::name::{Key, Tag, with_capitals};
use crate::tree::NodeId;

/// Nodes that a whole page may have however small it is: half as many again as any of 2,212 real ones has (34,446, of
/// two megabytes), and so few that what readers of a tree keep beside each node stays in proportion to a megabyte.
const FREE_NODES: usize = 48_000;

/// The same of a part of a page, beside which nothing is kept. An article's tables have a node for every five bytes.
const FREE_PART_NODES: usize = 100_000;

/// Bytes of the page for each node where that makes more. Real pages have a node for 20 to 200 bytes, the densest of
/// them, of 331 kB, for 13.
const BYTES_PER_NODE: usize = 28;

/// Attributes that a page may have however small it is: half as many again as any of 2,212 real ones has (39,076, of
/// two megabytes).
const FREE_ATTRIBUTES: usize = 60_000;

/// Bytes of the page for each attribute where that makes more. Of large real pages the densest has one for 36.
const BYTES_PER_ATTRIBUTE: usize = 12;

/// A range of the page, or of what was written beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) length: u32,
}

impl Span {
    /// From one place to another; pages are far smaller than 4 GiB, see [`crate::Tree::parse`].
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span {
            start: start as u32,
            length: (end - start) as u32,
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.length == 0
    }

    pub(crate) fn end(self) -> u32 {
        self.start + self.length
    }

    /// Both parts at byte `at`.
    pub(crate) fn split(self, at: usize) -> (Span, Span) {
        let (start, middle, end) = (
            self.start as usize,
            self.start as usize + at,
            self.end() as usize,
        );
        (Span::new(start, middle), Span::new(middle, end))
    }
}

/// What names an element belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Namespace {
    Html,
    Svg,
    MathMl,
}

/// A node's content.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    Document,
    Element(ElementContent),
    Text(Span),
    /// Text that was put together from several places: which of [`Parts::joined`].
    Joined(u32),
}

/// An element. The name of a [`Tag::Other`] stands in [`Parts::attributes`] before its first attribute, so that no
/// other element pays for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ElementContent {
    start: u32,
    /// Which of the page's elements it is, from 1 in the order in which they are made.
    pub(crate) ordinal: u32,
    count: u16,
    pub(crate) tag: Tag,
    pub(crate) namespace: Namespace,
}

impl ElementContent {
    /// One that is not yet counted.
    pub(crate) fn new(tag: Tag, namespace: Namespace, attributes: Attributes) -> ElementContent {
        ElementContent {
            start: attributes.start,
            ordinal: 0,
            count: attributes.count,
            tag,
            namespace,
        }
    }

    pub(crate) fn attributes(&self) -> Attributes {
        Attributes {
            start: self.start,
            count: self.count,
        }
    }

    pub(crate) fn set_attributes(&mut self, attributes: Attributes) {
        (self.start, self.count) = (attributes.start, attributes.count);
    }
}

/// A range of [`Parts::attributes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) start: u32,
    pub(crate) count: u16,
}

impl Attributes {
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + usize::from(self.count)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AttributeContent {
    pub(crate) key: Key,
    /// The name in lower case, for [`Key::Other`]; else empty.
    pub(crate) name: Span,
    pub(crate) value: Span,
}

/// A node and its links.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) links: crate::tree::Node,
    pub(crate) content: Content,
}

/// A page of tags alone has a node for every few of its bytes.
const _: () = assert!(size_of::<Slot>() == 32);

/// All of a tree but the page itself.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) slots: Vec<Slot>,
    pub(crate) attributes: Vec<AttributeContent>,
    /// What is written beside the page.
    pub(crate) beside: String,
    pub(crate) joined: Vec<String>,
    /// How many elements there are.
    pub(crate) elements: u32,
}

impl Parts {
    /// The name of an element as written, in SVG with its capitals.
    pub(crate) fn name<'a>(&'a self, page: &'a str, element: &ElementContent) -> &'a str {
        match element.tag {
            Tag::Other => {
                let place = (element.start as usize).checked_sub(1);
                let name = place.and_then(|place| self.attributes.get(place));
                name.map_or("", |entry| self.str(page, entry.name))
            }
            known if element.namespace == Namespace::Svg => {
                with_capitals(known.name()).unwrap_or(known.name())
            }
            known => known.name(),
        }
    }

    pub(crate) fn str<'a>(&'a self, page: &'a str, span: Span) -> &'a str {
        let (start, end) = (span.start as usize, span.end() as usize);
        match start.checked_sub(page.len() + 1) {
            None => &page[start..end],
            Some(start) => &self.beside[start..start + span.length as usize],
        }
    }
}

/// A tree under construction.
pub(crate) struct Store<'p> {
    pub(crate) page: &'p str,
    pub(crate) parts: Parts,
    most_nodes: usize,
    most_attributes: usize,
}

impl<'p> Store<'p> {
    /// The store of a whole page.
    pub(crate) fn of_page(page: &'p str) -> Store<'p> {
        Store::new(page, FREE_NODES)
    }

    /// The store of a part of a page.
    pub(crate) fn of_part(part: &'p str) -> Store<'p> {
        Store::new(part, FREE_PART_NODES)
    }

    fn new(page: &'p str, free_nodes: usize) -> Store<'p> {
        let mut store = Store {
            page,
            parts: Parts::default(),
            most_nodes: free_nodes.max(page.len() / BYTES_PER_NODE),
            most_attributes: FREE_ATTRIBUTES.max(page.len() / BYTES_PER_ATTRIBUTE),
        };
        store.parts.slots.reserve(page.len() / 48 + 16);
        store.parts.attributes.reserve(page.len() / 48 + 16);
        store.create(Content::Document);
        store
    }

    pub(crate) fn str(&self, span: Span) -> &str {
        self.parts.str(self.page, span)
    }

    /// Whether the page has as many nodes as it may: the rest of it is not read.
    pub(crate) fn is_full(&self) -> bool {
        self.parts.slots.len() >= self.most_nodes
    }

    /// Whether the page has as many attributes as it may: further ones are not kept.
    pub(crate) fn is_full_of_attributes(&self) -> bool {
        self.parts.attributes.len() >= self.most_attributes
    }

    /// Where the next byte written beside the page will stand.
    pub(crate) fn beside_end(&self) -> usize {
        self.page.len() + 1 + self.parts.beside.len()
    }

    /// Writes beside the page.
    pub(crate) fn write(&mut self, text: &str) -> Span {
        let start = self.beside_end();
        self.parts.beside.push_str(text);
        Span::new(start, self.beside_end())
    }

    pub(crate) fn create_element(&mut self, element: ElementContent) -> NodeId {
        self.parts.elements += 1;
        let ordinal = self.parts.elements;
        self.create(Content::Element(ElementContent { ordinal, ..element }))
    }

    fn create(&mut self, content: Content) -> NodeId {
        let id = NodeId::at(self.parts.slots.len());
        self.parts.slots.push(Slot {
            links: crate::tree::Node::default(),
            content,
        });
        id
    }

    /// Notes the name of a [`Tag::Other`] whose attributes come next.
    pub(crate) fn note_name(&mut self, name: Span) {
        self.parts.attributes.push(AttributeContent {
            key: Key::Other,
            name,
            value: Span::default(),
        });
    }

    /// Drops the attributes read last and the name noted before them, of a tag that is left out.
    pub(crate) fn forget(&mut self, tag: Tag, attributes: Attributes) {
        let name = usize::from(tag == Tag::Other);
        let rest = (attributes.start as usize).saturating_sub(name);
        self.parts.attributes.truncate(rest);
    }

    /// Changes the name noted before these attributes.
    pub(crate) fn rename(&mut self, attributes: Attributes, name: Span) {
        if let Some(place) = (attributes.start as usize).checked_sub(1) {
            self.parts.attributes[place].name = name;
        }
    }

    pub(crate) fn links(&self, id: NodeId) -> &crate::tree::Node {
        &self.parts.slots[id.index()].links
    }

    fn links_mut(&mut self, id: NodeId) -> &mut crate::tree::Node {
        &mut self.parts.slots[id.index()].links
    }

    /// Puts `child` under `parent`, before `next` or last.
    pub(crate) fn link(&mut self, parent: NodeId, child: NodeId, next: Option<NodeId>) {
        let previous = match next {
            Some(next) => self.links_mut(next).previous.replace(child),
            None => self.links_mut(parent).last_child.replace(child),
        };
        match previous {
            Some(previous) => self.links_mut(previous).next = Some(child),
            None => self.links_mut(parent).first_child = Some(child),
        }
        let links = self.links_mut(child);
        (links.parent, links.previous, links.next) = (Some(parent), previous, next);
    }

    /// Takes a node out of its parent, if it has one.
    pub(crate) fn unlink(&mut self, id: NodeId) {
        let links = self.links_mut(id);
        let Some(parent) = links.parent.take() else {
            return;
        };
        let (previous, next) = (links.previous.take(), links.next.take());
        match previous {
            Some(previous) => self.links_mut(previous).next = next,
            None => self.links_mut(parent).first_child = next,
        }
        match next {
            Some(next) => self.links_mut(next).previous = previous,
            None => self.links_mut(parent).last_child = previous,
        }
    }

    /// Moves all children of one node to the end of another's.
    pub(crate) fn move_children(&mut self, from: NodeId, to: NodeId) {
        while let Some(child) = self.links(from).first_child {
            self.unlink(child);
            self.link(to, child, None);
        }
    }

    /// Adds text under `parent`, before `next` or last; it joins a text that stands there.
    pub(crate) fn insert_text(&mut self, parent: NodeId, next: Option<NodeId>, text: Span) {
        let before = match next {
            Some(next) => self.links(next).previous,
            None => self.links(parent).last_child,
        };
        match before.map(|before| (before, self.parts.slots[before.index()].content)) {
            Some((before, Content::Text(known))) => self.join(before, known, text),
            Some((_, Content::Joined(which))) => {
                let more = self.parts.str(self.page, text).to_owned();
                self.parts.joined[which as usize].push_str(&more);
            }
            _ => {
                let id = self.create(Content::Text(text));
                self.link(parent, id, next);
            }
        }
    }

    fn join(&mut self, id: NodeId, known: Span, more: Span) {
        self.parts.slots[id.index()].content = if known.end() == more.start {
            Content::Text(Span {
                start: known.start,
                length: known.length + more.length,
            })
        } else {
            let text = [self.str(known), self.str(more)].concat();
            self.parts.joined.push(text);
            Content::Joined((self.parts.joined.len() - 1) as u32)
        };
    }

    /// The names and values of attributes, for comparison.
    pub(crate) fn pairs(
        &self,
        attributes: Attributes,
    ) -> impl ExactSizeIterator<Item = (Key, &str, &str)> + Clone {
        self.parts.attributes[attributes.range()]
            .iter()
            .map(|attribute| {
                (
                    attribute.key,
                    self.str(attribute.name),
                    self.str(attribute.value),
                )
            })
    }
}
