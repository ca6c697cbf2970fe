//! The document as a tree in one vector, built from tokens with the repairs that feeds need: elements closed where
//! they must end, HTML's void elements, a forgotten `</item>`. Depth and number of nodes are bounded.

use std::borrow::Cow;
use std::collections::HashMap;

use url::Url;

use super::entities;
use super::namespace::{self, Namespace};
use super::tokens::{Attribute, Token, Tokens};

/// Elements nested deeper are put beside their parents, as browsers do at the same depth.
const MAX_DEPTH: usize = 512;
/// Nodes kept; a feed of 20,000 entries has about half as many.
const MAX_NODES: usize = 1_000_000;
/// A longer base is not used: it would be repeated in front of every relative link.
const MAX_BASE_BYTES: usize = 512;
/// Elements that HTML never closes (HTML §13.1.2), of those that are no words of a feed.
const VOID: &[&str] = &["br", "hr", "img", "input", "wbr"];

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
    /// Something stands before the first tag.
    pub leading_text: bool,
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
        let mut builder = Builder::new(base);
        let mut tokens = Tokens::new(text);
        while builder.tree.nodes.len() < MAX_NODES {
            match tokens.next() {
                None => break,
                Some(Token::Start {
                    name,
                    attributes,
                    empty,
                }) => builder.start(name, attributes, empty),
                Some(Token::End(name)) => builder.end(name),
                Some(Token::Text(raw)) => builder.text(Content::Text(entities::decode(raw))),
                Some(Token::CData(text)) => builder.text(Content::CData(text)),
                Some(Token::Doctype(text)) => {
                    builder.tree.damage.entities |= text.contains("<!ENTITY")
                }
            }
        }
        builder.tree.damage.too_many = builder.tree.nodes.len() >= MAX_NODES;
        builder.finish(tokens.cut)
    }

    /// The outermost elements.
    pub(crate) fn roots<'t>(&'t self) -> impl Iterator<Item = Element<'t, 'a>> + 't {
        elements(self, &self.nodes[0])
    }

    /// Every element in document order, but for what is inside elements that `enter` refuses.
    pub(crate) fn walk<'t>(
        &'t self,
        enter: impl Fn(Element<'t, 'a>) -> bool,
    ) -> impl Iterator<Item = Element<'t, 'a>> {
        let mut pending: Vec<_> = self.roots().collect();
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

    /// The nearest `xml:lang`.
    pub(crate) fn language(self) -> Option<String> {
        self.element
            .language
            .map(|language| language.trim().replace('_', "-"))
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

struct Builder<'a> {
    tree: Tree<'a>,
    open: Vec<Open>,
    /// How many elements of each name are open, so that a stray end tag costs nothing.
    names: HashMap<String, usize>,
    open_counts: Vec<u32>,
    /// Declared prefixes, innermost last, with the depth that declared them.
    prefixes: Vec<(usize, &'a str, Cow<'a, str>)>,
    /// Elements opened beyond the depth limit.
    overflow: usize,
}

struct Open {
    node: u32,
    name: usize,
    is_entry: bool,
}

impl<'a> Builder<'a> {
    fn new(base: Option<&Url>) -> Self {
        let document = ElementNode {
            tag: "",
            name: Cow::Borrowed(""),
            space: Namespace::Other,
            attributes: Vec::new(),
            base: None,
            language: None,
            cut: false,
        };
        let root = Node {
            content: Content::Element(Box::new(document)),
            first_child: None,
            last_child: None,
            next: None,
        };
        let mut builder = Builder {
            tree: Tree {
                nodes: vec![root],
                bases: Vec::new(),
                damage: Damage::default(),
            },
            open: Vec::new(),
            names: HashMap::new(),
            open_counts: Vec::new(),
            prefixes: Vec::new(),
            overflow: 0,
        };
        if let Some(base) = base.and_then(usable_base) {
            builder.tree.bases.push(base);
            if let Content::Element(root) = &mut builder.tree.nodes[0].content {
                root.base = Some(0);
            }
        }
        builder
    }

    fn parent(&self) -> u32 {
        self.open.last().map_or(0, |open| open.node)
    }

    fn append(&mut self, content: Content<'a>) -> u32 {
        let parent = self.parent() as usize;
        let id = u32::try_from(self.tree.nodes.len()).expect("nodes are bounded by MAX_NODES");
        self.tree.nodes.push(Node {
            content,
            first_child: None,
            last_child: None,
            next: None,
        });
        match self.tree.nodes[parent].last_child.replace(id) {
            Some(previous) => self.tree.nodes[previous as usize].next = Some(id),
            None => self.tree.nodes[parent].first_child = Some(id),
        }
        id
    }

    fn text(&mut self, content: Content<'a>) {
        let text = match &content {
            Content::Text(text) => text.as_ref(),
            Content::CData(text) => text,
            Content::Element(_) => "",
        };
        if self.open.is_empty() && !text.trim().is_empty() {
            self.tree.damage.leading_text |= self.tree.nodes[0].first_child.is_none();
        }
        if !self.open.is_empty() && !text.is_empty() {
            self.append(content);
        }
    }

    fn start(&mut self, tag: &'a str, attributes: Vec<Attribute<'a>>, empty: bool) {
        let (prefix, local) = split_prefix(tag);
        self.declare_prefixes(&attributes);
        let name = lower(local);
        let space = namespace::identify(prefix, self.uri_of(prefix));
        let is_entry = space == Namespace::Feed && matches!(&*name, "item" | "entry");
        let is_void = VOID.contains(&&*name);
        if is_entry {
            self.close_open_entry();
        }
        let element = self.element(tag, space, attributes);
        let key = self.intern(tag);
        let node = self.append(Content::Element(Box::new(element)));
        if empty || is_void {
            self.forget_prefixes(self.open.len() + 1);
        } else if self.open.len() >= MAX_DEPTH {
            self.tree.damage.too_deep = true;
            self.overflow += 1;
            self.forget_prefixes(self.open.len() + 1);
        } else {
            self.open_counts[key] += 1;
            self.open.push(Open {
                node,
                name: key,
                is_entry,
            });
        }
    }

    fn element(
        &mut self,
        tag: &'a str,
        space: Namespace,
        attributes: Vec<Attribute<'a>>,
    ) -> ElementNode<'a> {
        let (mut base, mut language) = match &self.tree.nodes[self.parent() as usize].content {
            Content::Element(parent) => (parent.base, parent.language),
            Content::Text(_) | Content::CData(_) => (None, None),
        };
        for attribute in &attributes {
            let name = attribute.name;
            if name.eq_ignore_ascii_case("xml:base") || name.eq_ignore_ascii_case("base") {
                base = self.join_base(base, attribute.value).or(base);
            } else if name.eq_ignore_ascii_case("xml:lang") || name.eq_ignore_ascii_case("lang") {
                language = (!attribute.value.trim().is_empty()).then_some(attribute.value);
            }
        }
        ElementNode {
            tag,
            name: lower(split_prefix(tag).1),
            space,
            attributes,
            base,
            language,
            cut: false,
        }
    }

    /// The number of the base that `value` makes under `outer`; only web addresses can be one.
    fn join_base(&mut self, outer: Option<u32>, value: &str) -> Option<u32> {
        let value = entities::decode(value);
        let joined = match outer.and_then(|index| self.tree.bases.get(index as usize)) {
            Some(outer) => outer.join(value.trim()).ok()?,
            None => Url::parse(value.trim()).ok()?,
        };
        let base = usable_base(&joined)?;
        // The first place is the document's own address.
        if self.tree.bases.is_empty() {
            self.tree.bases.push(base.clone());
        }
        self.tree.bases.push(base);
        u32::try_from(self.tree.bases.len() - 1).ok()
    }

    fn declare_prefixes(&mut self, attributes: &[Attribute<'a>]) {
        let depth = self.open.len() + 1;
        for attribute in attributes {
            let prefix = match attribute.name.split_once(':') {
                Some((xmlns, prefix)) if xmlns.eq_ignore_ascii_case("xmlns") => prefix,
                None if attribute.name.eq_ignore_ascii_case("xmlns") => "",
                _ => continue,
            };
            self.prefixes
                .push((depth, prefix, entities::decode(attribute.value)));
        }
    }

    fn forget_prefixes(&mut self, depth: usize) {
        while self
            .prefixes
            .last()
            .is_some_and(|(declared, ..)| *declared >= depth)
        {
            self.prefixes.pop();
        }
    }

    fn uri_of(&self, prefix: &str) -> Option<&str> {
        let declared = self
            .prefixes
            .iter()
            .rev()
            .take(MAX_DEPTH)
            .find(|(_, name, _)| *name == prefix);
        declared.map(|(.., uri)| uri.as_ref())
    }

    fn intern(&mut self, tag: &str) -> usize {
        let tag = lower(tag);
        if let Some(key) = self.names.get(tag.as_ref()) {
            return *key;
        }
        let key = self.open_counts.len();
        self.open_counts.push(0);
        self.names.insert(tag.into_owned(), key);
        key
    }

    /// Entries do not nest: a new one ends the one before, with all that is open in it.
    fn close_open_entry(&mut self) {
        if let Some(index) = self.open.iter().rposition(|open| open.is_entry) {
            self.tree.damage.unbalanced = true;
            while self.open.len() > index {
                self.close_last();
            }
        }
    }

    fn close_last(&mut self) {
        if let Some(open) = self.open.pop() {
            self.open_counts[open.name] -= 1;
            self.forget_prefixes(self.open.len() + 1);
        }
    }

    fn end(&mut self, tag: &str) {
        if self.overflow > 0 {
            self.overflow -= 1;
            return;
        }
        let tag = lower(tag);
        let Some(key) = self
            .names
            .get(tag.as_ref())
            .copied()
            .filter(|key| self.open_counts[*key] > 0)
        else {
            self.tree.damage.unbalanced |= !VOID.contains(&tag.as_ref());
            return;
        };
        while let Some(last) = self.open.last() {
            let found = last.name == key;
            self.tree.damage.unbalanced |= !found;
            self.close_last();
            if found {
                break;
            }
        }
    }

    fn finish(mut self, cut: bool) -> Tree<'a> {
        self.tree.damage.cut = cut || !self.open.is_empty();
        for open in &self.open {
            if let Content::Element(element) = &mut self.tree.nodes[open.node as usize].content {
                element.cut = true;
            }
        }
        self.tree
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// A web address without what a base does not need. Only such are bases: `javascript:` would be joined to links.
fn usable_base(url: &Url) -> Option<Url> {
    let mut base = url.clone();
    base.set_fragment(None);
    if base.as_str().len() > MAX_BASE_BYTES {
        base.set_query(None);
    }
    (matches!(base.scheme(), "http" | "https") && base.as_str().len() <= MAX_BASE_BYTES)
        .then_some(base)
}
