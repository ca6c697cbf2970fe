//! The parsed tree: an arena that html5ever builds, nodes linked by index, so that no pass over it
//! recurses. Comments, doctypes and the contents of templates are not kept.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName, local_name, ns};

/// A node's place in the arena.
pub(crate) type NodeId = usize;

/// The node above all others.
pub(crate) const ROOT: NodeId = 0;

/// Where templates' contents and other things that are never shown are put.
const GRAVE: NodeId = 1;

#[derive(Debug)]
pub(crate) enum Data {
    Root,
    Element {
        name: Rc<QualName>,
        attributes: Vec<Attribute>,
    },
    Text(String),
    Comment,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) parent: Option<NodeId>,
    pub(crate) first_child: Option<NodeId>,
    pub(crate) last_child: Option<NodeId>,
    pub(crate) previous: Option<NodeId>,
    pub(crate) next: Option<NodeId>,
    depth: usize,
}

/// A tree under construction, then the finished tree.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: RefCell<Vec<Node>>,
    depth: Cell<usize>,
}

/// One event of a walk through a tree in document order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Enter(NodeId),
    Leave(NodeId),
}

/// html5ever's handle: the index, and the name beside it so that reading it borrows nothing.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    id: NodeId,
    name: Rc<QualName>,
}

/// A finished tree.
#[derive(Debug)]
pub(crate) struct Nodes(Vec<Node>);

impl Tree {
    pub(crate) fn new() -> Tree {
        let tree = Tree {
            nodes: RefCell::default(),
            depth: Cell::new(0),
        };
        tree.push(Data::Root);
        tree.push(Data::Root);
        tree
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    /// How deep the element lies that takes what comes next, as far as the tree builder tells.
    pub(crate) fn depth(&self) -> usize {
        self.depth.get()
    }

    fn push(&self, data: Data) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node {
            data,
            parent: None,
            first_child: None,
            last_child: None,
            previous: None,
            next: None,
            depth: 0,
        });
        nodes.len() - 1
    }

    fn handle(&self, id: NodeId) -> Handle {
        Handle {
            id,
            name: Rc::new(QualName::new(None, ns!(), local_name!(""))),
        }
    }

    fn detach(&self, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let (parent, previous, next) = (nodes[id].parent, nodes[id].previous, nodes[id].next);
        match previous {
            Some(previous) => nodes[previous].next = next,
            None => {
                if let Some(parent) = parent {
                    nodes[parent].first_child = next;
                }
            }
        }
        match next {
            Some(next) => nodes[next].previous = previous,
            None => {
                if let Some(parent) = parent {
                    nodes[parent].last_child = previous;
                }
            }
        }
        nodes[id].parent = None;
        nodes[id].previous = None;
        nodes[id].next = None;
    }

    /// Links a detached node under `parent`, before `next` or as the last child.
    fn link(&self, parent: NodeId, next: Option<NodeId>, id: NodeId) {
        let mut nodes = self.nodes.borrow_mut();
        let previous = match next {
            Some(next) => nodes[next].previous.replace(id),
            None => nodes[parent].last_child.replace(id),
        };
        match previous {
            Some(previous) => nodes[previous].next = Some(id),
            None => nodes[parent].first_child = Some(id),
        }
        let depth = nodes[parent].depth + 1;
        let node = &mut nodes[id];
        node.parent = Some(parent);
        node.previous = previous;
        node.next = next;
        node.depth = depth;
        if matches!(node.data, Data::Element { .. }) {
            self.depth.set(depth);
        }
    }

    fn insert(&self, parent: NodeId, next: Option<NodeId>, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(handle) => {
                self.detach(handle.id);
                self.link(parent, next, handle.id);
            }
            NodeOrText::AppendText(text) => {
                let previous = match next {
                    Some(next) => self.nodes.borrow()[next].previous,
                    None => self.nodes.borrow()[parent].last_child,
                };
                if !self.extend_text(previous, &text) {
                    let id = self.push(Data::Text(text.to_string()));
                    self.link(parent, next, id);
                }
            }
        }
    }

    fn extend_text(&self, node: Option<NodeId>, more: &str) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        match node.map(|node| &mut nodes[node].data) {
            Some(Data::Text(text)) => {
                text.push_str(more);
                true
            }
            _ => false,
        }
    }
}

impl Nodes {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.0[id]
    }

    /// The local name of an HTML element; `None` for text and for elements of other namespaces.
    pub(crate) fn name(&self, id: NodeId) -> Option<&str> {
        match &self.0[id].data {
            Data::Element { name, .. } if name.ns == ns!(html) => Some(&name.local),
            _ => None,
        }
    }

    /// An element's attribute, trimmed; `None` where it is missing or blank.
    pub(crate) fn attribute(&self, id: NodeId, key: &str) -> Option<&str> {
        let Data::Element { attributes, .. } = &self.0[id].data else {
            return None;
        };
        let found = attributes
            .iter()
            .find(|attribute| &*attribute.name.local == key)?;
        Some(found.value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether an element has an attribute, be it empty.
    pub(crate) fn has_attribute(&self, id: NodeId, key: &str) -> bool {
        let Data::Element { attributes, .. } = &self.0[id].data else {
            return false;
        };
        attributes
            .iter()
            .any(|attribute| &*attribute.name.local == key)
    }

    /// The step that follows `step`; `descend` is whether to go into the node just entered.
    pub(crate) fn after(&self, step: Step, descend: bool) -> Option<Step> {
        let left = match step {
            Step::Enter(id) => match self.0[id].first_child.filter(|_| descend) {
                Some(child) => return Some(Step::Enter(child)),
                None => return Some(Step::Leave(id)),
            },
            Step::Leave(id) => id,
        };
        match self.0[left].next {
            Some(next) => Some(Step::Enter(next)),
            None => self.0[left].parent.map(Step::Leave),
        }
    }

    /// The nodes under `top` in document order.
    pub(crate) fn descendants(&self, top: NodeId) -> impl Iterator<Item = NodeId> {
        let mut step = Some(Step::Enter(top));
        std::iter::from_fn(move || {
            loop {
                step = self
                    .after(step?, true)
                    .filter(|step| *step != Step::Leave(top));
                if let Step::Enter(id) = step? {
                    return Some(id);
                }
            }
        })
    }
}

impl ElemName for Handle {
    fn ns(&self) -> &Namespace {
        &self.name.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.name.local
    }
}

impl ElemName for &Handle {
    fn ns(&self) -> &Namespace {
        &self.name.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.name.local
    }
}

impl TreeSink for Tree {
    type Handle = Handle;
    type Output = Nodes;
    type ElemName<'a> = &'a Handle;

    fn finish(self) -> Nodes {
        Nodes(self.nodes.into_inner())
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.handle(ROOT)
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
        let name = Rc::new(name);
        let id = self.push(Data::Element {
            name: Rc::clone(&name),
            attributes,
        });
        Handle { id, name }
    }

    fn create_comment(&self, _text: StrTendril) -> Handle {
        let id = self.push(Data::Comment);
        self.handle(id)
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        let id = self.push(Data::Comment);
        self.handle(id)
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
        let parent = self.nodes.borrow()[element.id].parent;
        match parent {
            Some(parent) => self.insert(parent, Some(element.id), child),
            None => self.insert(previous.id, None, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &Handle) {
        self.depth
            .set(self.nodes.borrow()[node.id].depth.saturating_sub(1));
    }

    fn get_template_contents(&self, _target: &Handle) -> Handle {
        self.handle(GRAVE)
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let parent = self.nodes.borrow()[sibling.id].parent.unwrap_or(GRAVE);
        self.insert(parent, Some(sibling.id), child);
    }

    fn add_attrs_if_missing(&self, target: &Handle, more: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        if let Data::Element { attributes, .. } = &mut nodes[target.id].data {
            for attribute in more {
                if attributes.iter().all(|known| known.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        loop {
            let child = self.nodes.borrow()[node.id].first_child;
            let Some(child) = child else { break };
            self.detach(child);
            self.link(new_parent.id, None, child);
        }
    }
}
