//! The walk through a parsed page that applies the allow list.
//!
//! Every element is entered and left once, without recursion; what its class says is told to the
//! builder. Links between the parts of a page (footnotes) are kept under names of our own, so that
//! no foreign id can stand for anything of the page it is shown in.

use std::collections::HashSet;

use url::Url;
use wirecopy_html::{NodeData, NodeId};

use super::allow::{self, Class, Value, class};
use super::builder::Builder;
use super::caption::Captions;
use super::markup::{Direction, attribute};
use super::noscript::Noscript;
use super::tree::{Nodes, Step};
use super::{code, embed, math, permalink, picture, task};

/// What foreign ids begin with once they are ours.
const ID_PREFIX: &str = "note-";

/// Longest address that is kept, in bytes; servers refuse longer ones (RFC 9110 §4.1 asks for 8000).
pub(super) const MAX_URL_BYTES: usize = 8192;

/// Longest text of an attribute that is kept, in bytes.
const MAX_TEXT_BYTES: usize = 2000;

/// The sanitised markup of a parsed page.
pub(super) fn walk(nodes: &Nodes, base: Option<&Url>) -> String {
    let local = targets(nodes, base);
    let mut walk = Walk {
        nodes,
        base,
        targets: local.clone(),
        local,
        builder: Builder::new(),
        open: Vec::new(),
        pictures: Noscript::default(),
        captions: Captions::of(nodes),
    };
    let mut step = nodes.after(Step::Enter(NodeId::ROOT), true);
    while let Some(now) = step.filter(|step| *step != Step::Leave(NodeId::ROOT)) {
        let descend = match now {
            Step::Enter(id) => walk.enter(id),
            Step::Leave(_) => walk.leave(),
        };
        step = nodes.after(now, descend);
    }
    walk.builder.finish()
}

struct Walk<'a> {
    nodes: &'a Nodes,
    base: Option<&'a Url>,
    /// Ids, under our names, that a link of the page leads to.
    local: HashSet<String>,
    /// Those of them whose element was not met yet.
    targets: HashSet<String>,
    builder: Builder,
    open: Vec<Open>,
    pictures: Noscript,
    captions: Captions,
}

/// What was opened for a node and is to be closed.
#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Boundary,
    Heir,
    Block,
    Inline,
    Noscript,
}

impl Walk<'_> {
    /// Enters a node; whether to go into it.
    fn enter(&mut self, id: NodeId) -> bool {
        let (open, descend) = match self.nodes.data(id) {
            NodeData::Text(text) => {
                if !self.pictures.is_open() {
                    self.builder.text(text);
                }
                (Open::Nothing, false)
            }
            NodeData::Element(_) => self.element(id),
            NodeData::Document => (Open::Nothing, false),
        };
        self.open.push(open);
        descend
    }

    fn leave(&mut self) -> bool {
        match self.open.pop() {
            Some(Open::Boundary) => self.builder.boundary(),
            Some(Open::Heir) => {
                self.builder.boundary();
                self.builder.disinherit();
            }
            Some(Open::Block) => self.builder.close_block(),
            Some(Open::Inline) => self.builder.close_inline(),
            Some(Open::Noscript) => self.pictures.leave(),
            Some(Open::Nothing) | None => {}
        }
        true
    }

    fn element(&mut self, id: NodeId) -> (Open, bool) {
        let nothing = (Open::Nothing, false);
        // Elements of SVG and MathML have no HTML name and go with all that is in them, but for a formula's text.
        let Some(name) = self.nodes.name(id) else {
            self.formula(id);
            return nothing;
        };
        if let Some(mark) = task::mark(self.nodes, id) {
            self.builder.text(mark);
        }
        let class = self.captions.class(id).unwrap_or_else(|| class(name));
        if class == Class::Drop || code::is_gutter(self.nodes, id) || math::is_drawn(self.nodes, id)
        {
            return nothing;
        }
        self.anchor(id, name);
        if permalink::is_permalink(self.nodes, id) {
            return nothing;
        }
        match class {
            Class::Drop => nothing,
            Class::Dissolve => (Open::Nothing, true),
            Class::Boundary => (self.boundary(id), true),
            Class::Block(block) => (self.block(id, block), true),
            Class::Inline(tag) => (self.inline(id, tag), true),
            Class::Break => {
                self.builder.line_break();
                nothing
            }
            Class::Rule => {
                self.builder.rule();
                nothing
            }
            Class::Picture => {
                self.picture(id);
                nothing
            }
            Class::Embed => (Open::Nothing, self.embed(id)),
            Class::Noscript => {
                self.pictures.enter();
                (Open::Noscript, true)
            }
        }
    }

    /// Keeps an id that a link leads to; the first element of a name has it.
    fn anchor(&mut self, id: NodeId, name: &str) {
        let found = ids(self.nodes, id, name).find(|own| self.targets.remove(own));
        if let Some(own) = found {
            self.builder.anchor(own);
        }
    }

    fn boundary(&mut self, id: NodeId) -> Open {
        self.builder.boundary();
        let direction = self.direction(id);
        if direction.is_empty() {
            return Open::Boundary;
        }
        self.builder.inherit(direction);
        Open::Heir
    }

    fn block(&mut self, id: NodeId, block: allow::Block) -> Open {
        let is_layout = block.tag == "table" && self.has_one_cell(id);
        let attributes = self.attributes(id, block.tag);
        let direction = self.direction(id);
        if !is_layout && self.builder.open_block(block, &direction, &attributes) {
            return Open::Block;
        }
        self.boundary(id)
    }

    /// A table of one cell is a frame around something, not a table.
    fn has_one_cell(&self, table: NodeId) -> bool {
        let nodes = self.nodes;
        let mut cells = 0;
        let mut step = Some(Step::Enter(table));
        while let Some(now) = step.filter(|step| *step != Step::Leave(table)) {
            let mut descend = true;
            if let Step::Enter(id) = now {
                cells += usize::from(matches!(nodes.name(id), Some("td" | "th")));
                descend = !matches!(nodes.name(id), Some("table" | "td" | "th")) || id == table;
            }
            if cells > 1 {
                return false;
            }
            step = nodes.after(now, descend);
        }
        true
    }

    fn inline(&mut self, id: NodeId, tag: &'static str) -> Open {
        let mut attributes = String::new();
        if tag == "a"
            && let Some(address) = self.link(id)
        {
            attribute(&mut attributes, "href", &address);
        }
        attributes.push_str(&self.attributes(id, tag));
        self.direction(id).write(&mut attributes);
        let means_nothing =
            attributes.is_empty() && matches!(tag, "a" | "abbr" | "bdo" | "span" | "time");
        if !means_nothing && self.builder.open_inline(tag, attributes) {
            return Open::Inline;
        }
        Open::Nothing
    }

    fn link(&self, id: NodeId) -> Option<String> {
        let href = self.nodes.attribute(id, "href")?;
        let own = local(href, self.base).and_then(|target| own_id(&target));
        if let Some(own) = own.filter(|own| self.local.contains(own)) {
            return Some(format!("#{own}"));
        }
        if href.starts_with('#') {
            return None;
        }
        let address = self.address(href)?;
        let lives = matches!(address.scheme(), "http" | "https" | "mailto");
        lives.then(|| address.to_string())
    }

    fn address(&self, text: &str) -> Option<Url> {
        if text.len() > MAX_URL_BYTES {
            return None;
        }
        let address = Url::options().base_url(self.base).parse(text.trim()).ok()?;
        (address.as_str().len() <= MAX_URL_BYTES).then_some(address)
    }

    /// The address of a resource of the page.
    fn resource(&self, text: &str) -> Option<Url> {
        self.address(text)
            .filter(|address| matches!(address.scheme(), "http" | "https"))
    }

    fn formula(&mut self, id: NodeId) {
        if self.nodes.foreign_name(id) != Some("math") || self.pictures.is_open() {
            return;
        }
        if let Some(text) = math::text(self.nodes, id) {
            let is_open = self.builder.open_inline("code", String::new());
            self.builder.text(&text);
            if is_open {
                self.builder.close_inline();
            }
        }
    }

    fn picture(&mut self, id: NodeId) {
        let resource = |text: &str| self.resource(text);
        let found = picture::find(self.nodes, id, &resource);
        if !self.pictures.admits(self.nodes, id, &found) {
            return;
        }
        match found {
            picture::Found::Picture(picture) => self.builder.picture(&picture.tag()),
            picture::Found::Word(word) => self.builder.text(&word),
            picture::Found::Nothing => {}
        }
    }

    /// Makes a link of an embedded page, film or sound; whether to use what is inside instead.
    fn embed(&mut self, id: NodeId) -> bool {
        if self.pictures.is_open() {
            return false;
        }
        let resource = |text: &str| self.resource(text);
        let Some(embedded) = embed::find(self.nodes, id, &resource) else {
            return matches!(self.nodes.name(id), Some("object"));
        };
        self.builder.boundary();
        let mut attributes = String::new();
        let linked = embedded.url.as_ref().is_some_and(|url| {
            attribute(&mut attributes, "href", url.as_str());
            self.builder.open_inline("a", attributes)
        });
        match embedded.poster {
            Some(poster) => self.builder.picture(&poster.tag()),
            None => self.builder.text(&embedded.title),
        }
        if linked {
            self.builder.close_inline();
        }
        self.builder.boundary();
        false
    }

    fn direction(&self, id: NodeId) -> Direction {
        let dir = self.nodes.attribute(id, "dir").map(str::to_ascii_lowercase);
        let lang = self
            .nodes
            .attribute(id, "lang")
            .or_else(|| self.nodes.attribute(id, "xml:lang"));
        let is_tag = |tag: &&str| {
            tag.len() <= 35
                && tag
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        Direction {
            dir: dir.filter(|dir| matches!(dir.as_str(), "ltr" | "rtl" | "auto")),
            lang: lang.filter(is_tag).map(str::to_owned),
        }
    }

    fn attributes(&self, id: NodeId, tag: &str) -> String {
        let mut markup = String::new();
        for (name, value) in allow::attributes(tag) {
            if *value == Value::Flag && self.nodes.has_attribute(id, name) {
                markup.push(' ');
                markup.push_str(name);
            } else if let Some(text) = self.nodes.attribute(id, name)
                && let Some(text) = admitted(*value, text)
            {
                attribute(&mut markup, name, &text);
            }
        }
        markup
    }
}

/// An attribute's value as it lives on.
fn admitted(value: Value, text: &str) -> Option<String> {
    match value {
        Value::Number => text
            .parse::<u16>()
            .ok()
            .filter(|number| *number < 10_000)
            .map(|n| n.to_string()),
        Value::Text => {
            Some(line(text)).filter(|text| text.len() <= MAX_TEXT_BYTES && !text.is_empty())
        }
        Value::Flag => None,
    }
}

/// Text on one line.
pub(super) fn line(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The ids that links of the page lead to, under our names. What is under one of our names is from
/// a page that was sanitised before, where link or target may since have gone: it stays.
fn targets(nodes: &Nodes, base: Option<&Url>) -> HashSet<String> {
    let mut linked = HashSet::new();
    let mut present = HashSet::new();
    for id in nodes.descendants(NodeId::ROOT) {
        let Some(name) = nodes.name(id) else { continue };
        present.extend(ids(nodes, id, name));
        if name == "a"
            && let Some(target) = nodes
                .attribute(id, "href")
                .and_then(|href| local(href, base))
        {
            linked.extend(own_id(&target));
            let ours = target.starts_with(ID_PREFIX);
            present.extend(Some(target).filter(|_| ours));
        }
        linked.extend(
            nodes
                .attribute(id, "id")
                .filter(|id| id.starts_with(ID_PREFIX))
                .and_then(own_id),
        );
    }
    linked.retain(|target| present.contains(target));
    linked
}

/// The names that links may call an element by, under our names.
fn ids<'a>(nodes: &'a Nodes, id: NodeId, name: &str) -> impl Iterator<Item = String> + use<'a> {
    let keys: &[&str] = if name == "a" {
        &["id", "name"]
    } else {
        &["id"]
    };
    keys.iter()
        .filter_map(move |key| own_id(nodes.attribute(id, key)?))
}

/// The fragment of a link into the same page.
fn local(href: &str, base: Option<&Url>) -> Option<String> {
    if let Some(fragment) = href.strip_prefix('#') {
        return Some(decoded(fragment));
    }
    let base = base?;
    let (page, fragment) = href.split_once('#')?;
    let page = base.join(page).ok()?;
    let same = page.as_str() == base.as_str().split('#').next().unwrap_or_default();
    (same && !fragment.is_empty()).then(|| decoded(fragment))
}

fn decoded(fragment: &str) -> String {
    let pairs = format!("x={}", fragment.replace('+', "%2B").replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(pairs.as_bytes()).next();
    decoded
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// A foreign id under our name; `None` for one that is no plain word.
fn own_id(id: &str) -> Option<String> {
    let id = id.strip_prefix(ID_PREFIX).unwrap_or(id);
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | ':');
    let admitted = !id.is_empty() && id.len() <= 100 && id.chars().all(plain);
    admitted.then(|| format!("{ID_PREFIX}{id}"))
}
