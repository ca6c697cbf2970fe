//! The parsed markup as the sanitiser asks for it: elements by their HTML names, steps of a walk that
//! does not recurse. What templates hold is not there.

use wirecopy_html::{Element, Key, Node, NodeData, NodeId, Tag, Tree};

/// Bytes of input that are looked at; the largest real file in 128,801 has 465 kB.
pub(super) const MAX_INPUT: usize = 16 << 20;

/// As much of the input as is looked at.
pub(super) fn bounded(html: &str) -> &str {
    &html[..html.floor_char_boundary(MAX_INPUT)]
}

/// One event of a walk through a tree in document order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Enter(NodeId),
    Leave(NodeId),
}

/// A finished tree.
#[derive(Debug)]
pub(super) struct Nodes(Tree);

impl Nodes {
    /// Parses `html` as the content of a `body`, scripting off, so that `noscript` is markup.
    pub(super) fn parse(mut html: String) -> Nodes {
        html.truncate(bounded(&html).len());
        Nodes(Tree::parse_fragment(html))
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.0.node(id)
    }

    pub(super) fn data(&self, id: NodeId) -> NodeData<'_> {
        self.0.data(id)
    }

    fn html_element(&self, id: NodeId) -> Option<Element<'_>> {
        let element = self.0.element(id)?;
        (element.tag != Tag::Foreign).then_some(element)
    }

    /// The name of an HTML element; `None` for text and for elements of SVG and MathML.
    pub(super) fn name(&self, id: NodeId) -> Option<&str> {
        Some(self.html_element(id)?.name())
    }

    /// An element's attribute, trimmed; `None` where it is missing or blank.
    pub(super) fn attribute(&self, id: NodeId, key: &str) -> Option<&str> {
        let value = self.0.element(id)?.attribute_named(key)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// An element's attributes by name, those that are not blank.
    pub(super) fn attributes(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let element = self.0.element(id).into_iter();
        let all = element.flat_map(|element| element.attributes());
        let pairs = all.map(|attribute| (attribute.name, attribute.value.trim()));
        pairs.filter(|(_, value)| !value.is_empty())
    }

    /// The name of an element of SVG or MathML.
    pub(super) fn foreign_name(&self, id: NodeId) -> Option<&str> {
        let element = self.0.element(id)?;
        (element.tag == Tag::Foreign).then(|| element.name())
    }

    /// An element's classes.
    pub(super) fn class(&self, id: NodeId) -> Option<&str> {
        self.0.attribute(id, Key::Class)
    }

    /// Whether an element has an attribute, be it empty.
    pub(super) fn has_attribute(&self, id: NodeId, key: &str) -> bool {
        let element = self.0.element(id);
        element.is_some_and(|element| element.attribute_named(key).is_some())
    }

    /// The step that follows `step`; `descend` is whether to go into the node just entered.
    pub(super) fn after(&self, step: Step, descend: bool) -> Option<Step> {
        let left = match step {
            Step::Enter(id) => match self.first_child(id).filter(|_| descend) {
                Some(child) => return Some(Step::Enter(child)),
                None => return Some(Step::Leave(id)),
            },
            Step::Leave(id) => id,
        };
        match self.node(left).next {
            Some(next) => Some(Step::Enter(next)),
            None => self.node(left).parent.map(Step::Leave),
        }
    }

    /// The nodes right under `top`.
    pub(super) fn children(&self, top: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first_child(top), |id| self.node(*id).next)
    }

    fn first_child(&self, id: NodeId) -> Option<NodeId> {
        let child = self.node(id).first_child?;
        (self.0.tag(id) != Some(Tag::Template)).then_some(child)
    }

    /// The nodes under `top` in document order.
    pub(super) fn descendants(&self, top: NodeId) -> impl Iterator<Item = NodeId> {
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
