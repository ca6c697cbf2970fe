//! The stack of open elements (HTML §13.2.4.2).

use super::sets;
use crate::name::{TAGS, Tag};
use crate::store::Namespace;
use crate::tree::NodeId;

/// An open element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) id: NodeId,
    pub(super) tag: Tag,
    pub(super) namespace: Namespace,
}

impl Open {
    /// Whether it is the HTML element of that name.
    pub(super) fn is(&self, tag: Tag) -> bool {
        self.tag == tag && self.namespace == Namespace::Html
    }

    /// Whether it is one of HTML's elements of which `set` says yes.
    pub(super) fn is_in(&self, set: impl Fn(Tag) -> bool) -> bool {
        self.namespace == Namespace::Html && set(self.tag)
    }

    fn ends_scope(&self) -> bool {
        match self.namespace {
            Namespace::Html => sets::ends_scope(self.tag),
            _ => self.is_integration_point(),
        }
    }

    /// Whether HTML may stand in this element of SVG or MathML.
    pub(super) fn is_integration_point(&self) -> bool {
        let svg = matches!(self.tag, Tag::ForeignObject | Tag::Desc | Tag::Title);
        match self.namespace {
            Namespace::Html => false,
            Namespace::Svg => svg,
            Namespace::MathMl => !svg && sets::is_integration_point(self.tag),
        }
    }
}

/// Which elements a search for an open element does not go beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Default,
    ListItem,
    Button,
    Table,
}

impl Scope {
    fn ends_at(self, open: &Open) -> bool {
        match self {
            Scope::Default => open.ends_scope(),
            Scope::ListItem => open.ends_scope() || open.is(Tag::Ol) || open.is(Tag::Ul),
            Scope::Button => open.ends_scope() || open.is(Tag::Button),
            Scope::Table => open.is_in(|tag| matches!(tag, Tag::Html | Tag::Table | Tag::Template)),
        }
    }
}

/// The open elements, and how many of each name, so that most searches need not be made.
#[derive(Debug)]
pub(super) struct Stack {
    list: Vec<Open>,
    counts: [u16; TAGS],
}

impl Default for Stack {
    fn default() -> Stack {
        Stack {
            list: Vec::with_capacity(64),
            counts: [0; TAGS],
        }
    }
}

impl Stack {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<Open> {
        self.list.get(index).copied()
    }

    /// The current node; nothing before there is any element.
    pub(super) fn last(&self) -> Option<Open> {
        self.list.last().copied()
    }

    pub(super) fn is_last(&self, tag: Tag) -> bool {
        self.list.last().is_some_and(|open| open.is(tag))
    }

    pub(super) fn is_last_in(&self, set: impl Fn(Tag) -> bool) -> bool {
        self.list.last().is_some_and(|open| open.is_in(set))
    }

    /// Whether what comes next stands in SVG or MathML.
    pub(super) fn is_foreign(&self) -> bool {
        let last = self.list.last();
        last.is_some_and(|open| open.namespace != Namespace::Html)
    }

    /// Whether an HTML element of that name is open.
    pub(super) fn has(&self, tag: Tag) -> bool {
        self.counts[tag as usize] > 0
    }

    fn count(&mut self, open: &Open, by: i32) {
        if open.namespace == Namespace::Html {
            let count = &mut self.counts[open.tag as usize];
            *count = count.saturating_add_signed(by as i16);
        }
    }

    pub(super) fn push(&mut self, open: Open) {
        self.count(&open, 1);
        self.list.push(open);
    }

    pub(super) fn pop(&mut self) -> Option<Open> {
        let open = self.list.pop()?;
        self.count(&open, -1);
        Some(open)
    }

    pub(super) fn truncate(&mut self, length: usize) {
        while self.list.len() > length {
            self.pop();
        }
    }

    pub(super) fn remove(&mut self, index: usize) -> Open {
        let open = self.list.remove(index);
        self.count(&open, -1);
        open
    }

    /// Takes an element out, wherever it is.
    pub(super) fn remove_node(&mut self, id: NodeId) {
        if let Some(index) = self.position(id) {
            self.remove(index);
        }
    }

    pub(super) fn insert(&mut self, index: usize, open: Open) {
        self.count(&open, 1);
        self.list.insert(index, open);
    }

    /// Puts another element of the same name in an element's place.
    pub(super) fn replace(&mut self, index: usize, id: NodeId) {
        self.list[index].id = id;
    }

    pub(super) fn position(&self, id: NodeId) -> Option<usize> {
        self.list.iter().rposition(|open| open.id == id)
    }

    /// From the current node up.
    pub(super) fn down(&self) -> impl Iterator<Item = (usize, &Open)> {
        self.list.iter().enumerate().rev()
    }

    /// The names of HTML's elements from the current node up.
    pub(super) fn html_tags_down(&self) -> impl Iterator<Item = Tag> {
        let html = |open: &&Open| open.namespace == Namespace::Html;
        self.list.iter().rev().filter(html).map(|open| open.tag)
    }

    pub(super) fn has_in_scope(&self, scope: Scope, tag: Tag) -> bool {
        self.has(tag) && self.finds_in_scope(scope, |open| open.is(tag))
    }

    pub(super) fn finds_in_scope(&self, scope: Scope, wanted: impl Fn(&Open) -> bool) -> bool {
        for open in self.list.iter().rev() {
            if wanted(open) {
                return true;
            }
            if scope.ends_at(open) {
                return false;
            }
        }
        false
    }

    /// Pops up to and with the nearest element of that name.
    pub(super) fn pop_through(&mut self, tag: Tag) {
        self.pop_through_any(|other| other == tag);
    }

    /// Pops up to and with the nearest of HTML's elements of which `set` says yes.
    pub(super) fn pop_through_any(&mut self, set: impl Fn(Tag) -> bool) {
        while let Some(open) = self.pop() {
            if open.is_in(&set) {
                break;
            }
        }
    }

    /// Pops until the current node is one of HTML's of which `set` says yes; never the root.
    pub(super) fn pop_to(&mut self, set: impl Fn(Tag) -> bool) {
        while self.list.len() > 1 && !self.is_last_in(&set) {
            self.pop();
        }
    }

    /// Ends elements whose end goes without saying, save those of one name.
    pub(super) fn end_implied(&mut self, except: Option<Tag>) {
        let ends = |tag| sets::is_implied_end(tag) && Some(tag) != except;
        while self.is_last_in(ends) {
            self.pop();
        }
    }

    /// Ends them, then pops up to and with the nearest element of that name.
    pub(super) fn close(&mut self, tag: Tag) {
        self.end_implied(Some(tag));
        self.pop_through(tag);
    }
}
