//! Builds the tree from tokens, with the repairs that feeds need: elements closed where they must end, HTML's void
//! elements, forgotten end tags. Depth and number of nodes are bounded.

use std::borrow::Cow;
use std::collections::HashMap;

use url::Url;

use super::words::{self, Kind};
use super::{Content, Damage, ElementNode, Node, Tree, split_prefix};
use crate::xml::entities;
use crate::xml::namespace::{self, Namespace};
use crate::xml::tokens::{Attribute, Token, Tokens};

/// Elements nested deeper are put beside their parents, as browsers do at the same depth.
const MAX_DEPTH: usize = 512;
/// Nodes kept; a feed of 20,000 entries has about half as many.
const MAX_NODES: usize = 1_000_000;
/// A longer base is not used: it would be repeated in front of every relative link.
const MAX_BASE_BYTES: usize = 512;
/// Elements that HTML never closes (HTML §13.1.2), of those that are no words of a feed.
const VOID: &[&str] = &["br", "hr", "img", "input", "wbr"];

/// Builds the tree; relative `xml:base`s are resolved against `base`. Only where the tags do not match is it built
/// again, with the words of feeds telling which end tags were forgotten: in good XML they may stand anywhere.
pub(super) fn build<'a>(text: &'a str, base: Option<&Url>) -> Tree<'a> {
    let tree = pass(text, base, Repair::Tags);
    if tree.damage.unbalanced || tree.damage.cut {
        pass(text, base, Repair::Words)
    } else {
        tree
    }
}

/// What is relied on to know where an element ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repair {
    /// Its end tag, or its parent's.
    Tags,
    /// Those, or the next word of the feed.
    Words,
}

fn pass<'a>(text: &'a str, base: Option<&Url>, repair: Repair) -> Tree<'a> {
    let mut builder = Builder::new(base, repair);
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
            Some(Token::Doctype(text)) => builder.tree.damage.entities |= text.contains("<!ENTITY"),
        }
    }
    builder.tree.damage.too_many = builder.tree.nodes.len() >= MAX_NODES;
    builder.finish(tokens.cut)
}

struct Builder<'a> {
    tree: Tree<'a>,
    repair: Repair,
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
    kind: Kind,
}

impl<'a> Builder<'a> {
    fn new(base: Option<&Url>, repair: Repair) -> Self {
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
            repair,
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
        self.tree.damage.stray_text |= self.open.is_empty() && !text.trim().is_empty();
        if !self.open.is_empty() && !text.is_empty() {
            self.append(content);
        }
    }

    fn start(&mut self, tag: &'a str, attributes: Vec<Attribute<'a>>, empty: bool) {
        let (prefix, local) = split_prefix(tag);
        self.declare_prefixes(&attributes);
        let name = lower(local);
        let space = namespace::identify(prefix, self.uri_of(prefix));
        let kind = Kind::of(space, &name);
        let is_void = VOID.contains(&&*name);
        if self.repair == Repair::Words {
            self.close_forgotten(kind);
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
                kind,
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

    /// Closes what must have ended before an element of this kind begins.
    fn close_forgotten(&mut self, kind: Kind) {
        let still_open = words::still_open(self.open.iter().map(|open| open.kind), kind);
        self.tree.damage.unbalanced |= self.open.len() > still_open;
        while self.open.len() > still_open {
            self.close_last();
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
