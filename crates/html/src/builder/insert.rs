//! Where nodes go (HTML §13.2.6.1).

use super::stack::Open;
use super::{Builder, sets};
use crate::name::Tag;
use crate::store::{Attributes, Content, ElementContent, Namespace, Span};
use crate::tokenizer::StartTag;
use crate::tree::NodeId;

/// A place among nodes: in a parent, before one of its children or last.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) parent: NodeId,
    pub(super) next: Option<NodeId>,
}

impl Builder<'_> {
    /// The appropriate place for a node in the current one.
    fn place(&self) -> Place {
        match self.stack.last() {
            Some(open) => self.place_in(open),
            None => last_in(NodeId::ROOT),
        }
    }

    /// The appropriate place for a node in `target`: before the table, where that must not hold it.
    pub(super) fn place_in(&self, target: Open) -> Place {
        if !self.fosters || !target.is_in(sets::is_table_part) {
            return last_in(target.id);
        }
        let above = |open: &Open| open.is(Tag::Template) || open.is(Tag::Table);
        let Some((index, table)) = self.stack.down().find(|(_, open)| above(open)) else {
            return last_in(self.stack.get(0).map_or(NodeId::ROOT, |root| root.id));
        };
        if table.is(Tag::Template) {
            return last_in(table.id);
        }
        match self.store.links(table.id).parent {
            Some(parent) => Place {
                parent,
                next: Some(table.id),
            },
            None => {
                let above = self.stack.get(index.saturating_sub(1));
                last_in(above.map_or(NodeId::ROOT, |open| open.id))
            }
        }
    }

    pub(super) fn insert_text(&mut self, text: Span) {
        let place = self.place();
        self.store.insert_text(place.parent, place.next, text);
    }

    /// Inserts an element and leaves it open.
    pub(super) fn insert(&mut self, tag: StartTag) -> NodeId {
        self.insert_in(tag, Namespace::Html)
    }

    pub(super) fn insert_in(&mut self, tag: StartTag, namespace: Namespace) -> NodeId {
        let id = self.insert_closed_in(tag, namespace);
        self.stack.push(Open {
            id,
            tag: tag.tag,
            namespace,
        });
        id
    }

    /// Inserts an element that stands nowhere.
    pub(super) fn insert_implied(&mut self, tag: Tag) -> NodeId {
        self.insert(StartTag::implied(tag))
    }

    /// Inserts an element that holds nothing.
    pub(super) fn insert_closed(&mut self, tag: StartTag) -> NodeId {
        self.insert_closed_in(tag, Namespace::Html)
    }

    pub(super) fn insert_closed_in(&mut self, tag: StartTag, namespace: Namespace) -> NodeId {
        let place = self.place();
        let element = ElementContent::new(tag.tag, namespace, tag.attributes);
        let id = self.create(element);
        self.store.link(place.parent, id, place.next);
        id
    }

    pub(super) fn create(&mut self, element: ElementContent) -> NodeId {
        self.store.create_element(element)
    }

    pub(super) fn element(&self, id: NodeId) -> ElementContent {
        match self.store.parts.slots[id.index()].content {
            Content::Element(element) => element,
            _ => ElementContent::new(Tag::Other, Namespace::Html, Attributes::default()),
        }
    }

    /// Gives an element those attributes of a tag that it has not.
    pub(super) fn add_missing(&mut self, id: NodeId, more: Attributes) {
        let own = self.element(id).attributes();
        let pairs: Vec<_> = self.store.pairs(own).collect();
        let is_known = |index: usize| {
            let name = self.store.pairs(more).nth(index);
            name.is_none_or(|(key, name, _)| {
                pairs.iter().any(|known| (known.0, known.1) == (key, name))
            })
        };
        let missing: Vec<usize> = (0..more.range().len())
            .filter(|index| !is_known(*index))
            .map(|index| more.start as usize + index)
            .collect();
        if missing.is_empty() || usize::from(own.count) + missing.len() > crate::MAX_ATTRIBUTES {
            return;
        }
        let all = &mut self.store.parts.attributes;
        let start = all.len();
        for index in own.range().chain(missing) {
            let attribute = all[index];
            all.push(attribute);
        }
        let attributes = Attributes {
            start: start as u32,
            count: (all.len() - start) as u16,
        };
        if let Content::Element(element) = &mut self.store.parts.slots[id.index()].content {
            element.set_attributes(attributes);
        }
    }
}

fn last_in(parent: NodeId) -> Place {
    Place { parent, next: None }
}
