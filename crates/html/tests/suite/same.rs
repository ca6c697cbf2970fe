//! The same page parsed by html5ever, and both trees written alike.

use std::cell::RefCell;

use html5ever::interface::{Attribute, ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{LocalName, Namespace, ParseOpts, QualName, ns, parse_document};
use wirecopy_html::{NodeData, NodeId, Tree};

/// What is written of a tree: one line a node, indented by its depth.
fn line(out: &mut String, depth: usize, text: &str) {
    out.push_str(&format!("{depth} {text}\n"));
}

/// Our tree.
pub(crate) fn ours(html: &str) -> String {
    let tree = Tree::parse(html.to_owned());
    let mut out = String::new();
    let mut next = Some(NodeId::ROOT);
    while let Some(node) = next {
        let depth = tree.ancestors(node).count();
        match tree.data(node) {
            NodeData::Document => line(&mut out, depth, "document"),
            NodeData::Text(text) => line(&mut out, depth, &format!("{text:?}")),
            NodeData::Element(element) => {
                let mut attributes: Vec<String> = element
                    .attributes()
                    .map(|attribute| format!(" {:?}={:?}", attribute.name, attribute.value))
                    .collect();
                attributes.sort();
                let text = format!("<{}{}>", element.name(), attributes.concat());
                line(&mut out, depth, &text);
            }
        }
        next = tree.following(node, NodeId::ROOT);
    }
    out
}

/// html5ever's, comments, doctypes and processing instructions left out.
pub(crate) fn theirs(html: &str) -> String {
    let options = ParseOpts {
        tree_builder: html5ever::tree_builder::TreeBuilderOpts {
            scripting_enabled: false,
            ..Default::default()
        },
        ..Default::default()
    };
    parse_document(Sink::default(), options).one(html)
}

#[derive(Clone, Debug)]
enum Kind {
    Document,
    Nothing,
    Element(Vec<(String, String)>),
    Text(String),
}

#[derive(Debug)]
struct Slot {
    kind: Kind,
    parent: Option<usize>,
    children: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Handle {
    id: usize,
    name: QualName,
}

impl ElemName for &Handle {
    fn ns(&self) -> &Namespace {
        &self.name.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.name.local
    }
}

struct Sink {
    slots: RefCell<Vec<(Slot, QualName)>>,
}

impl Default for Sink {
    fn default() -> Sink {
        let sink = Sink {
            slots: RefCell::default(),
        };
        sink.create(Kind::Document, nameless());
        sink
    }
}

fn nameless() -> QualName {
    QualName::new(None, ns!(), LocalName::default())
}

impl Sink {
    fn create(&self, kind: Kind, name: QualName) -> Handle {
        let mut slots = self.slots.borrow_mut();
        let slot = Slot {
            kind,
            parent: None,
            children: Vec::new(),
        };
        slots.push((slot, name.clone()));
        Handle {
            id: slots.len() - 1,
            name,
        }
    }

    fn detach(&self, id: usize) {
        let mut slots = self.slots.borrow_mut();
        if let Some(parent) = slots[id].0.parent.take() {
            slots[parent].0.children.retain(|child| *child != id);
        }
    }

    fn insert(&self, parent: usize, before: Option<usize>, child: NodeOrText<Handle>) {
        let place = |slots: &Vec<(Slot, QualName)>| {
            let children = &slots[parent].0.children;
            before.map_or(children.len(), |before| {
                children.iter().position(|child| *child == before).unwrap()
            })
        };
        let id = match child {
            NodeOrText::AppendNode(child) => {
                if matches!(self.slots.borrow()[child.id].0.kind, Kind::Nothing) {
                    return;
                }
                self.detach(child.id);
                child.id
            }
            NodeOrText::AppendText(text) => {
                let mut slots = self.slots.borrow_mut();
                let at = place(&slots);
                let previous = at.checked_sub(1).map(|at| slots[parent].0.children[at]);
                if let Some(previous) = previous
                    && let Kind::Text(known) = &mut slots[previous].0.kind
                {
                    known.push_str(&text);
                    return;
                }
                drop(slots);
                self.create(Kind::Text(text.to_string()), nameless()).id
            }
        };
        let mut slots = self.slots.borrow_mut();
        let at = place(&slots);
        slots[parent].0.children.insert(at, id);
        slots[id].0.parent = Some(parent);
    }

    fn write(&self) -> String {
        let slots = self.slots.borrow();
        let mut out = String::new();
        let mut stack = vec![(0, 0)];
        while let Some((id, depth)) = stack.pop() {
            let (slot, name) = &slots[id];
            match &slot.kind {
                Kind::Document => line(&mut out, depth, "document"),
                Kind::Nothing => continue,
                Kind::Text(text) => line(&mut out, depth, &format!("{text:?}")),
                Kind::Element(attributes) => {
                    let mut attributes: Vec<String> = attributes
                        .iter()
                        .map(|(name, value)| format!(" {name:?}={value:?}"))
                        .collect();
                    attributes.sort();
                    line(
                        &mut out,
                        depth,
                        &format!("<{}{}>", name.local, attributes.concat()),
                    );
                }
            }
            stack.extend(slot.children.iter().rev().map(|child| (*child, depth + 1)));
        }
        out
    }
}

/// Attributes of SVG and MathML keep their names in lower case in our tree.
fn pairs(attributes: Vec<Attribute>) -> Vec<(String, String)> {
    let name = |name: &QualName| match &name.prefix {
        Some(prefix) if !prefix.is_empty() => format!("{prefix}:{}", name.local),
        _ => name.local.to_string(),
    };
    attributes
        .into_iter()
        .map(|attribute| {
            let name = name(&attribute.name).to_ascii_lowercase();
            (name, attribute.value.to_string())
        })
        .collect()
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = String;
    type ElemName<'a> = &'a Handle;

    fn finish(self) -> String {
        self.write()
    }

    fn parse_error(&self, _message: std::borrow::Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle {
            id: 0,
            name: nameless(),
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
        self.create(Kind::Element(pairs(attributes)), name)
    }

    fn create_comment(&self, _text: StrTendril) -> Handle {
        self.create(Kind::Nothing, nameless())
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        self.create(Kind::Nothing, nameless())
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
        let parent = self.slots.borrow()[element.id].0.parent;
        match parent {
            Some(parent) => self.insert(parent, Some(element.id), child),
            None => self.insert(previous.id, None, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, left: &Handle, right: &Handle) -> bool {
        left.id == right.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let parent = self.slots.borrow()[sibling.id].0.parent;
        if let Some(parent) = parent {
            self.insert(parent, Some(sibling.id), child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        let mut slots = self.slots.borrow_mut();
        if let Kind::Element(known) = &mut slots[target.id].0.kind {
            for (name, value) in pairs(attributes) {
                if known.iter().all(|(other, _)| *other != name) {
                    known.push((name, value));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let children = std::mem::take(&mut self.slots.borrow_mut()[node.id].0.children);
        let mut slots = self.slots.borrow_mut();
        for child in children {
            slots[child].0.parent = Some(new_parent.id);
            slots[new_parent.id].0.children.push(child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        let slots = self.slots.borrow();
        let Kind::Element(attributes) = &slots[handle.id].0.kind else {
            return false;
        };
        let holds_html =
            |(name, value): &(String, String)| name == "encoding" && value == "text/html";
        attributes.iter().any(holds_html)
    }

    fn allow_declarative_shadow_roots(&self, _intended_parent: &Handle) -> bool {
        false
    }
}

/// Whether both trees are the same, the first lines that differ otherwise.
pub(crate) fn difference(html: &str) -> Option<String> {
    let (ours, theirs) = (ours(html), theirs(html));
    if ours == theirs {
        return None;
    }
    let mut pairs = ours.lines().zip(theirs.lines());
    let place = pairs.position(|(one, other)| one != other).unwrap_or(0);
    let shown = |tree: &str| {
        let lines = tree.lines().skip(place.saturating_sub(3)).take(7);
        lines
            .map(|line| line.chars().take(160).collect::<String>())
            .collect::<Vec<_>>()
            .join("\n")
    };
    Some(format!(
        "line {place}\nours:\n{}\ntheirs:\n{}",
        shown(&ours),
        shown(&theirs)
    ))
}
