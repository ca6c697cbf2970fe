//! Formatting elements that a page closes in another order than it opened them: the list of active
//! ones (HTML §13.2.4.3) and the adoption agency (§13.2.6.4.7).

use super::stack::{Open, Scope};
use super::{Builder, MAX_DEPTH, sets};
use crate::name::Tag;
use crate::store::{ElementContent, Namespace};
use crate::tokenizer::{EndTag, StartTag};
use crate::tree::NodeId;

/// Formatting elements that are kept open beyond their block; the oldest go first. Each is opened
/// again in every paragraph, so a page of paragraphs with one unclosed element each would have the
/// square of them.
const MAX_ACTIVE: usize = 64;

/// Elements with the same name and attributes that are kept ("Noah's Ark").
const MAX_ALIKE: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Entry {
    /// The beginning of a cell, caption or object, beyond which nothing is closed or opened again.
    Marker,
    Element {
        id: NodeId,
        tag: Tag,
    },
}

/// The list of active formatting elements.
#[derive(Debug, Default)]
pub(super) struct Formatting {
    list: Vec<Entry>,
}

impl Formatting {
    pub(super) fn push_marker(&mut self) {
        self.list.push(Entry::Marker);
    }

    /// Forgets what was opened since the last marker, and the marker.
    pub(super) fn clear_to_marker(&mut self) {
        while let Some(Entry::Element { .. }) = self.list.pop() {}
    }

    /// Places and elements since the last marker, the newest first.
    fn since_marker(&self) -> impl Iterator<Item = (usize, NodeId, Tag)> {
        let entries = self.list.iter().enumerate().rev();
        entries.map_while(|(index, entry)| match entry {
            Entry::Marker => None,
            Entry::Element { id, tag } => Some((index, *id, *tag)),
        })
    }

    /// The newest element of that name since the last marker.
    fn newest(&self, tag: Tag) -> Option<(usize, NodeId)> {
        let mut entries = self.since_marker();
        let (index, id, _) = entries.find(|(_, _, other)| *other == tag)?;
        Some((index, id))
    }

    /// The place of the element that is one too many with a further one.
    fn oldest_excess(&self) -> Option<usize> {
        let (index, _, _) = self.since_marker().nth(MAX_ACTIVE - 1)?;
        Some(index)
    }

    fn position(&self, wanted: NodeId) -> Option<usize> {
        let is_wanted = |entry: &Entry| matches!(entry, Entry::Element { id, .. } if *id == wanted);
        self.list.iter().position(is_wanted)
    }

    fn remove_node(&mut self, id: NodeId) {
        if let Some(index) = self.position(id) {
            self.list.remove(index);
        }
    }
}

impl Builder<'_> {
    /// Inserts a formatting element.
    pub(super) fn insert_formatting(&mut self, tag: StartTag) {
        let alike = self.formatting.since_marker().filter(|(_, id, known)| {
            *known == tag.tag && self.has_attributes_of(&tag, self.element(*id))
        });
        let alike: Vec<usize> = alike.map(|(index, _, _)| index).collect();
        if alike.len() >= MAX_ALIKE {
            self.formatting.list.remove(alike[alike.len() - 1]);
        } else if let Some(oldest) = self.formatting.oldest_excess() {
            self.formatting.list.remove(oldest);
        }
        let id = self.insert(tag);
        self.formatting
            .list
            .push(Entry::Element { id, tag: tag.tag });
    }

    /// Whether both have the same attributes, in whatever order.
    fn has_attributes_of(&self, tag: &StartTag, element: ElementContent) -> bool {
        let (own, others) = (
            self.store.pairs(tag.attributes),
            self.store.pairs(element.attributes()),
        );
        own.len() == others.len()
            && (own.clone().eq(others.clone())
                || own
                    .into_iter()
                    .all(|pair| others.clone().any(|other| other == pair)))
    }

    fn is_open(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Marker => true,
            Entry::Element { id, .. } => self.stack.position(*id).is_some(),
        }
    }

    /// Opens again what the end of a block closed.
    pub(super) fn reconstruct_formatting(&mut self) {
        let list = &self.formatting.list;
        if list.last().is_none_or(|last| self.is_open(last)) {
            return;
        }
        let open = list.iter().rposition(|entry| self.is_open(entry));
        for index in open.map_or(0, |open| open + 1)..self.formatting.list.len() {
            if self.stack.len() >= MAX_DEPTH || self.store.is_full() {
                return;
            }
            if let Entry::Element { id, tag } = self.formatting.list[index] {
                let id = self.insert(self.start_tag_of(id));
                self.formatting.list[index] = Entry::Element { id, tag };
            }
        }
    }

    fn start_tag_of(&self, id: NodeId) -> StartTag {
        let element = self.element(id);
        StartTag {
            attributes: element.attributes(),
            ..StartTag::implied(element.tag)
        }
    }

    /// An element like another, not in the tree yet.
    fn twin(&mut self, id: NodeId) -> NodeId {
        let element = self.element(id);
        self.create(element)
    }

    /// A link within a link: the first one ends.
    pub(super) fn close_outer_link(&mut self) {
        let Some((_, link)) = self.formatting.newest(Tag::A) else {
            return;
        };
        self.adopt(Tag::A);
        self.formatting.remove_node(link);
        self.stack.remove_node(link);
    }

    /// The adoption agency: ends a formatting element that may have blocks in it.
    pub(super) fn adopt(&mut self, subject: Tag) {
        if let Some(last) = self.stack.last()
            && last.is(subject)
            && self.formatting.position(last.id).is_none()
        {
            self.stack.pop();
            return;
        }
        for _ in 0..8 {
            if !self.adopt_once(subject) {
                return;
            }
        }
    }

    /// One round; whether there may be another.
    fn adopt_once(&mut self, subject: Tag) -> bool {
        let Some((entry, id)) = self.formatting.newest(subject) else {
            self.any_other_end_tag(EndTag {
                tag: subject,
                name: Default::default(),
            });
            return false;
        };
        let Some(place) = self.stack.position(id) else {
            self.formatting.list.remove(entry);
            return false;
        };
        if !self
            .stack
            .finds_in_scope(Scope::Default, |open| open.id == id)
        {
            return false;
        }
        let block = (place..self.stack.len()).find(|index| {
            self.stack
                .get(*index)
                .is_some_and(|open| open.is_in(sets::is_special))
        });
        let Some(block) = block else {
            self.stack.truncate(place);
            self.formatting.list.remove(entry);
            return false;
        };
        self.adopt_block(id, place, block);
        true
    }

    /// Parts the formatting element at `place` in the stack, and those between, from the block.
    fn adopt_block(&mut self, id: NodeId, place: usize, block: usize) {
        let (Some(above), Some(furthest)) = (
            self.stack.get(place.saturating_sub(1)),
            self.stack.get(block),
        ) else {
            return;
        };
        let (last, bookmark) = self.adopt_between(place, block, furthest.id);
        self.store.unlink(last);
        let target = self.place_in(above);
        self.store.link(target.parent, last, target.next);
        let twin = self.twin(id);
        self.store.move_children(furthest.id, twin);
        self.store.link(furthest.id, twin, None);
        let tag = self.element(id).tag;
        self.move_entry(id, Entry::Element { id: twin, tag }, bookmark);
        self.stack.remove_node(id);
        if let Some(block) = self.stack.position(furthest.id) {
            let twin = Open {
                id: twin,
                tag,
                namespace: Namespace::Html,
            };
            self.stack.insert(block + 1, twin);
        }
    }

    /// Puts twins of the elements between around the block; the outermost, and the innermost, behind
    /// which the formatting element's own twin will be listed.
    fn adopt_between(
        &mut self,
        place: usize,
        block: usize,
        furthest: NodeId,
    ) -> (NodeId, Option<NodeId>) {
        let (mut last, mut bookmark) = (furthest, None);
        for (count, index) in (place + 1..block).rev().enumerate() {
            let Some(open) = self.stack.get(index) else {
                break;
            };
            let listed = self.formatting.position(open.id);
            let Some(listed) = listed.filter(|_| count < 3) else {
                self.formatting.remove_node(open.id);
                self.stack.remove(index);
                continue;
            };
            let twin = self.twin(open.id);
            self.stack.replace(index, twin);
            self.formatting.list[listed] = Entry::Element {
                id: twin,
                tag: open.tag,
            };
            if last == furthest {
                bookmark = Some(twin);
            }
            self.store.unlink(last);
            self.store.link(twin, last, None);
            last = twin;
        }
        (last, bookmark)
    }

    /// Lists `entry` in place of element `id`, or behind `bookmark`.
    fn move_entry(&mut self, id: NodeId, entry: Entry, bookmark: Option<NodeId>) {
        let list = &mut self.formatting;
        match bookmark.and_then(|bookmark| list.position(bookmark)) {
            Some(index) => {
                list.list.insert(index + 1, entry);
                list.remove_node(id);
            }
            None => {
                if let Some(index) = list.position(id) {
                    list.list[index] = entry;
                }
            }
        }
    }
}
