//! html5ever's view of the arena while it builds the tree.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName, ns};

use super::tag::Tag;
use super::{Element, Node, NodeData, NodeId, Tree};

/// A node with its name at hand, so that the parser's many questions about names touch no arena.
#[derive(Clone, Debug)]
pub(super) struct Handle {
    id: NodeId,
    namespace: Namespace,
    name: LocalName,
}

impl ElemName for &Handle {
    fn ns(&self) -> &Namespace {
        &self.namespace
    }

    fn local_name(&self) -> &LocalName {
        &self.name
    }
}

/// The arena being filled.
pub(super) struct ArenaSink {
    nodes: RefCell<Vec<Node>>,
    depths: RefCell<Vec<u32>>,
    depth: Cell<u32>,
}

impl ArenaSink {
    pub(super) fn new(expected_nodes: usize) -> ArenaSink {
        let sink = ArenaSink {
            nodes: RefCell::new(Vec::with_capacity(expected_nodes)),
            depths: RefCell::new(Vec::with_capacity(expected_nodes)),
            depth: Cell::new(0),
        };
        sink.create(NodeData::Document);
        sink
    }

    /// Depth at which the next element would stand.
    pub(super) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// How many nodes were made.
    pub(super) fn node_count(&self) -> usize {
        self.nodes.borrow().len()
    }

    pub(super) fn into_tree(self) -> Tree {
        Tree {
            nodes: self.nodes.into_inner(),
        }
    }

    fn create(&self, data: NodeData) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        let id =
            NodeId(u32::try_from(nodes.len()).expect("the guard stops long before 2^32 nodes"));
        nodes.push(Node {
            parent: None,
            first_child: None,
            last_child: None,
            previous: None,
            next: None,
            data,
        });
        self.depths.borrow_mut().push(0);
        id
    }

    fn create_named(&self, data: NodeData, name: QualName) -> Handle {
        Handle {
            id: self.create(data),
            namespace: name.ns,
            name: name.local,
        }
    }

    fn create_nameless(&self, data: NodeData) -> Handle {
        self.create_named(data, QualName::new(None, ns!(), LocalName::default()))
    }

    /// Puts `child` under `parent`, before `next` or last.
    fn link(&self, parent: NodeId, child: NodeId, next: Option<NodeId>) {
        self.unlink(child);
        let mut nodes = self.nodes.borrow_mut();
        let previous = match next {
            Some(next) => nodes[next.index()].previous,
            None => nodes[parent.index()].last_child,
        };
        let node = &mut nodes[child.index()];
        (node.parent, node.previous, node.next) = (Some(parent), previous, next);
        match previous {
            Some(previous) => nodes[previous.index()].next = Some(child),
            None => nodes[parent.index()].first_child = Some(child),
        }
        match next {
            Some(next) => nodes[next.index()].previous = Some(child),
            None => nodes[parent.index()].last_child = Some(child),
        }
        let mut depths = self.depths.borrow_mut();
        depths[child.index()] = depths[parent.index()] + 1;
        self.depth.set(depths[child.index()]);
    }

    fn unlink(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(parent) = nodes[id.index()].parent.take() else {
            return;
        };
        let (previous, next) = (
            nodes[id.index()].previous.take(),
            nodes[id.index()].next.take(),
        );
        match previous {
            Some(previous) => nodes[previous.index()].next = next,
            None => nodes[parent.index()].first_child = next,
        }
        match next {
            Some(next) => nodes[next.index()].previous = previous,
            None => nodes[parent.index()].last_child = previous,
        }
    }

    /// Adds to the text that ends just before `next` (or at the end of `parent`), or makes a new one.
    fn insert_text(&self, parent: NodeId, next: Option<NodeId>, text: &StrTendril) {
        let before = match next {
            Some(next) => self.nodes.borrow()[next.index()].previous,
            None => self.nodes.borrow()[parent.index()].last_child,
        };
        if let Some(before) = before
            && let NodeData::Text(existing) = &mut self.nodes.borrow_mut()[before.index()].data
        {
            existing.push_tendril(text);
            return;
        }
        let depth = self.depth.get();
        let id = self.create(NodeData::Text(text.clone()));
        self.link(parent, id, next);
        self.depth.set(depth);
    }

    fn insert(&self, parent: NodeId, next: Option<NodeId>, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(child) => self.link(parent, child.id, next),
            NodeOrText::AppendText(text) => self.insert_text(parent, next, &text),
        }
    }

    fn parent_of(&self, id: NodeId) -> Option<NodeId> {
        self.nodes.borrow()[id.index()].parent
    }
}

impl TreeSink for ArenaSink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = &'a Handle;

    fn finish(self) -> Tree {
        self.into_tree()
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle {
            id: NodeId::ROOT,
            namespace: ns!(),
            name: LocalName::default(),
        }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> &'a Handle {
        target
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _flags: ElementFlags,
    ) -> Handle {
        let tag = if name.ns == ns!(html) {
            Tag::of(&name.local)
        } else {
            Tag::Foreign
        };
        let element = Element {
            name: name.local.clone(),
            tag,
            attributes,
        };
        self.create_named(NodeData::Element(element), name)
    }

    fn create_comment(&self, _text: StrTendril) -> Handle {
        self.create_nameless(NodeData::Nothing)
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        self.create_nameless(NodeData::Nothing)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.insert(parent.id, None, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        match self.parent_of(element.id) {
            Some(parent) => self.insert(parent, Some(element.id), child),
            None => self.insert(previous.id, None, child),
        }
    }

    fn append_doctype_to_document(
        &self,
        _name: StrTendril,
        _public: StrTendril,
        _system: StrTendril,
    ) {
    }

    fn pop(&self, node: &Handle) {
        self.depth
            .set(self.depths.borrow()[node.id.index()].saturating_sub(1));
    }

    /// A template's contents are kept beneath the template itself; nothing reads them as text.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, left: &Handle, right: &Handle) -> bool {
        left.id == right.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new_node: NodeOrText<Handle>) {
        if let Some(parent) = self.parent_of(sibling.id) {
            self.insert(parent, Some(sibling.id), new_node);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        if let NodeData::Element(element) = &mut self.nodes.borrow_mut()[target.id.index()].data {
            for attribute in attributes {
                if element
                    .attributes
                    .iter()
                    .all(|existing| existing.name != attribute.name)
                {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.unlink(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut next = self.nodes.borrow()[node.id.index()].first_child;
        while let Some(child) = next {
            next = self.nodes.borrow()[child.index()].next;
            self.link(new_parent.id, child, None);
        }
    }

    fn allow_declarative_shadow_roots(&self, _intended_parent: &Handle) -> bool {
        false
    }
}
