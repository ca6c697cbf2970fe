//! One walk over the page that gathers whatever may speak of title, authors, dates and pictures.

use super::authors::names::LINE_END;
use super::origin::{Found, Origin};
use crate::content::block::is_block_level;
use crate::content::vocabulary::Words;
use crate::text::folded;
use wirecopy_html::{Element, Key, NodeData, NodeId, Tag, Tree};

/// Most clues kept of one kind; a page with more repeats itself.
const MAX_CLUES: usize = 200;

/// A clue in the page's body.
#[derive(Clone, Debug)]
pub(super) struct Clue {
    /// What marks it: the words of its names, or its property.
    pub(super) mark: Mark,
    /// Its text, or the attribute that stands for it.
    pub(super) text: String,
    /// How many elements of the page come before it.
    pub(super) order: usize,
}

/// What kind of thing a clue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A heading of this level.
    Heading(u8),
    /// A `time` element's `datetime`.
    Time,
    /// `itemprop=datePublished` and the like.
    PublishedProperty,
    ModifiedProperty,
    /// An element whose names speak of a date.
    DateNamed,
    /// `itemprop=author`.
    AuthorProperty,
    /// `rel=author`.
    AuthorLink,
    /// An element whose names speak of an author.
    AuthorNamed,
    /// A link that says that it leads to the next page: its address.
    NextPage,
}

/// Where the walk is.
struct Here<'a> {
    tree: &'a Tree,
    node: NodeId,
    element: Element<'a>,
    /// How many elements came before.
    order: usize,
}

/// Everything gathered.
#[derive(Debug, Default)]
pub(super) struct Clues {
    metas: Vec<(String, String)>,
    pub(super) title: String,
    pub(super) base: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) image_link: Option<String>,
    pub(super) language: Option<String>,
    pub(super) json: Vec<String>,
    pub(super) list: Vec<Clue>,
}

impl Clues {
    pub(super) fn of(tree: &Tree) -> Clues {
        let mut clues = Clues::default();
        let mut order = 0;
        let mut next = Some(NodeId::ROOT);
        while let Some(node) = next {
            if let Some(element) = tree.element(node) {
                order += 1;
                clues.visit(&Here {
                    tree,
                    node,
                    element,
                    order,
                });
            }
            next = tree.following(node, NodeId::ROOT);
        }
        clues
    }

    /// The first non-empty value of a `meta`.
    pub(super) fn meta(&self, name: &str) -> Option<&str> {
        self.metas
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a `meta`, in order.
    pub(super) fn metas<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.metas
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of the first of these that is there.
    pub(super) fn first_meta(&self, names: &[&'static str]) -> Option<Found<&str>> {
        names
            .iter()
            .find_map(|name| Some(Found::new(self.meta(name)?, Origin::Meta(name))))
    }

    /// Clues of one kind, in order.
    pub(super) fn marked(&self, mark: Mark) -> impl Iterator<Item = &Clue> {
        self.list.iter().filter(move |clue| clue.mark == mark)
    }

    fn visit(&mut self, here: &Here<'_>) {
        let Here {
            tree,
            node,
            element,
            ..
        } = *here;
        match element.tag {
            Tag::Html => self.language = element.attribute(Key::Lang).map(str::to_owned),
            Tag::Title if self.title.is_empty() => self.title = tree.text(node),
            Tag::Meta => self.read_meta(element),
            Tag::Link => self.read_link(element),
            Tag::Base if self.base.is_none() => {
                self.base = element.attribute(Key::Href).map(str::to_owned)
            }
            Tag::Script => self.read_script(tree, node, element),
            _ if self.list.len() < MAX_CLUES => self.read_body(here),
            _ => {}
        }
    }

    fn read_meta(&mut self, element: Element<'_>) {
        let names = [Key::Property, Key::Name, Key::Itemprop];
        let content = element
            .attribute(Key::Content)
            .map(folded)
            .unwrap_or_default();
        for name in names.iter().filter_map(|name| element.attribute(*name)) {
            if !content.is_empty() && self.metas.len() < MAX_CLUES * 2 {
                self.metas
                    .push((name.trim().to_ascii_lowercase(), content.clone()));
            }
        }
    }

    fn read_link(&mut self, element: Element<'_>) {
        let Some(href) = element.attribute(Key::Href) else {
            return;
        };
        let rel = element.attribute(Key::Rel).unwrap_or_default();
        for rel in rel.split_whitespace() {
            let slot = match rel.to_ascii_lowercase().as_str() {
                "canonical" => &mut self.canonical,
                "image_src" => &mut self.image_link,
                "next" if self.list.len() < MAX_CLUES => {
                    self.list.push(Clue {
                        mark: Mark::NextPage,
                        text: href.trim().to_owned(),
                        order: 0,
                    });
                    continue;
                }
                _ => continue,
            };
            slot.get_or_insert_with(|| href.trim().to_owned());
        }
    }

    fn read_script(&mut self, tree: &Tree, node: NodeId, element: Element<'_>) {
        let kind = element.attribute(Key::Type).unwrap_or_default();
        if !kind
            .trim()
            .to_ascii_lowercase()
            .starts_with("application/ld+json")
            || self.json.len() >= MAX_CLUES
        {
            return;
        }
        let texts = tree
            .children(node)
            .filter_map(|child| match tree.data(child) {
                NodeData::Text(text) => Some(text),
                _ => None,
            });
        self.json.push(texts.collect());
    }

    fn read_body(&mut self, here: &Here<'_>) {
        let Here {
            tree,
            node,
            element,
            order,
        } = *here;
        let mut push = |mark, text: String| {
            let text = folded(&text);
            if !text.is_empty() && text.len() < 600 {
                self.list.push(Clue { mark, text, order });
            }
        };
        if let Some(level) = heading_level(element.tag) {
            push(Mark::Heading(level), tree.text(node));
        }
        if element.tag == Tag::Time {
            let text = element
                .attribute(Key::Datetime)
                .map_or_else(|| tree.text(node), str::to_owned);
            push(Mark::Time, text);
        }
        if element.tag == Tag::A && leads_on(tree, node, element) {
            let href = element.attribute(Key::Href);
            push(Mark::NextPage, href.unwrap_or_default().to_owned());
        }
        if let Some(property) = element.attribute(Key::Itemprop) {
            for mark in property.split_whitespace().filter_map(property_mark) {
                match mark {
                    Mark::AuthorProperty if is_of_picture(tree, node) => {}
                    Mark::AuthorProperty => push(mark, property_value(here, byline)),
                    _ => push(mark, property_value(here, Tree::text)),
                }
            }
        }
        if element
            .attribute(Key::Rel)
            .is_some_and(|rel| rel.split_whitespace().any(|rel| rel == "author"))
        {
            push(Mark::AuthorLink, byline(tree, node));
        }
        match named_mark(element) {
            Some(Mark::AuthorNamed) if text_is_short(tree, node) => {
                push(Mark::AuthorNamed, byline(tree, node));
            }
            Some(mark) if text_is_short(tree, node) => push(mark, tree.text(node)),
            _ => {}
        }
    }
}

/// What links to an article's next page say, lower case.
const NEXT: [&str; 14] = [
    "next",
    "next page",
    "next »",
    "next ›",
    "»",
    "›",
    ">",
    "weiter",
    "nächste seite",
    "suivant",
    "siguiente",
    "下一页",
    "下一頁",
    "次へ",
];

/// Whether a link says that it leads to the next page, by its relation or its few letters.
fn leads_on(tree: &Tree, node: NodeId, element: Element<'_>) -> bool {
    let rel = element.attribute(Key::Rel).unwrap_or_default();
    let says_so = || match tree.node(node).first_child.map(|child| tree.data(child)) {
        Some(NodeData::Text(text)) if text.len() < 40 => {
            let text = text.trim();
            NEXT.iter().any(|words| words.eq_ignore_ascii_case(text))
        }
        _ => false,
    };
    rel.split_whitespace().any(|rel| rel == "next") || says_so()
}

fn heading_level(tag: Tag) -> Option<u8> {
    match tag {
        Tag::H1 => Some(1),
        Tag::H2 => Some(2),
        Tag::H3 => Some(3),
        _ => None,
    }
}

fn property_mark(property: &str) -> Option<Mark> {
    match property {
        "author" | "creator" => Some(Mark::AuthorProperty),
        "datePublished" | "dateCreated" => Some(Mark::PublishedProperty),
        "dateModified" => Some(Mark::ModifiedProperty),
        _ => None,
    }
}

/// The value of a property (HTML §5.2.4), and for a nested item its `name`; `shown` reads the text of an
/// element that is the value.
fn property_value(here: &Here<'_>, shown: fn(&Tree, NodeId) -> String) -> String {
    let Here {
        tree,
        node,
        element,
        ..
    } = *here;
    for name in [Key::Content, Key::Datetime] {
        if let Some(value) = element.attribute(name) {
            return value.to_owned();
        }
    }
    let name = tree
        .subtree(node)
        .skip(1)
        .take(50)
        .find(|inner| tree.attribute(*inner, Key::Itemprop) == Some("name"));
    match name {
        Some(name) => tree
            .attribute(name, Key::Content)
            .map_or_else(|| tree.text(name), str::to_owned),
        None if text_is_short(tree, node) => shown(tree, node),
        None => String::new(),
    }
}

/// Whether a property is told of a picture: its photographer did not write the article.
fn is_of_picture(tree: &Tree, node: NodeId) -> bool {
    let mut line = tree.ancestors(node).take(4);
    line.any(|above| matches!(tree.tag(above), Some(Tag::Figure | Tag::Figcaption)))
}

/// The text of a small element, its lines parted by [`LINE_END`]: names stand apart from roles in
/// markup where nothing parts them in the text. Items of a list are parted by commas.
fn byline(tree: &Tree, node: NodeId) -> String {
    let mut text = String::new();
    for inner in tree.subtree(node).take(MOST_OF_BYLINE) {
        match tree.data(inner) {
            NodeData::Text(piece) if is_shown(tree, inner) => text.push_str(piece),
            NodeData::Element(element) if inner != node && !text.trim().is_empty() => {
                match element.tag {
                    Tag::Li => text.push_str(", "),
                    tag if is_block_level(tag, element.name()) || tag == Tag::Br => {
                        text.push(LINE_END);
                    }
                    _ if !text.ends_with(char::is_whitespace) => text.push(' '),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    text
}

/// Whether a text stands elsewhere than in a script or style.
fn is_shown(tree: &Tree, text: NodeId) -> bool {
    let parent = tree.node(text).parent.and_then(|parent| tree.tag(parent));
    !parent.is_some_and(Tag::is_never_text)
}

/// Nodes of a byline that are read.
const MOST_OF_BYLINE: usize = 60;

/// Whether the element is small enough to be a byline or a date, so that reading it costs nothing.
fn text_is_short(tree: &Tree, node: NodeId) -> bool {
    tree.subtree(node).take(40).count() < 40
}

/// Whether an element's names speak of an author or a date.
fn named_mark(element: Element<'_>) -> Option<Mark> {
    if !matches!(
        element.tag,
        Tag::A
            | Tag::Div
            | Tag::P
            | Tag::Span
            | Tag::Address
            | Tag::Li
            | Tag::Em
            | Tag::I
            | Tag::Strong
            | Tag::B
            | Tag::Td
            | Tag::Small
            | Tag::Cite
            | Tag::Other
            | Tag::Font
    ) || element.attributes().len() == 0
    {
        return None;
    }
    let words = Words::of(element);
    let mut mark = None;
    for word in words.iter() {
        match word {
            "comment" | "comments" | "related" | "sidebar" | "footer" | "widget" | "nav"
            | "menu" => return None,
            "author" | "authors" | "byline" | "autor" | "autoren" | "auteur" | "autore"
            | "writer" | "reporter" | "creator" | "contributor" | "authorname" | "verfasser"
            | "redaktion" | "zuozhe" | "editor" => mark = Some(Mark::AuthorNamed),
            "date" | "time" | "datetime" | "published" | "pubdate" | "publish" | "datum"
            | "fecha" | "timestamp" | "pubtime" | "posted" | "dateline" | "data" => {
                mark = mark.or(Some(Mark::DateNamed))
            }
            _ => {}
        }
    }
    mark
}
