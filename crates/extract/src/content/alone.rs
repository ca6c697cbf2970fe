//! Pages that are an article and nothing else, as this program and other extractors write them: nothing is to be
//! found in them, and nothing left out.

use super::block::Blocks;
use crate::text;
use wirecopy_html::{Element, Key, NodeId, Tag, TagSet, Tree};

/// What stands in such a page.
static TEXT: TagSet = TagSet::of(&[
    Tag::A,
    Tag::Abbr,
    Tag::Article,
    Tag::B,
    Tag::Blockquote,
    Tag::Body,
    Tag::Br,
    Tag::Caption,
    Tag::Cite,
    Tag::Code,
    Tag::Dd,
    Tag::Del,
    Tag::Details,
    Tag::Dl,
    Tag::Dt,
    Tag::Em,
    Tag::Figcaption,
    Tag::Figure,
    Tag::H1,
    Tag::H2,
    Tag::H3,
    Tag::H4,
    Tag::H5,
    Tag::H6,
    Tag::Head,
    Tag::Hr,
    Tag::Html,
    Tag::I,
    Tag::Img,
    Tag::Ins,
    Tag::Li,
    Tag::Main,
    Tag::Mark,
    Tag::Meta,
    Tag::Ol,
    Tag::P,
    Tag::Pre,
    Tag::Q,
    Tag::Rb,
    Tag::Rp,
    Tag::Rt,
    Tag::Ruby,
    Tag::S,
    Tag::Small,
    Tag::Span,
    Tag::Strong,
    Tag::Sub,
    Tag::Summary,
    Tag::Sup,
    Tag::Table,
    Tag::Tbody,
    Tag::Td,
    Tag::Tfoot,
    Tag::Th,
    Tag::Thead,
    Tag::Time,
    Tag::Title,
    Tag::Tr,
    Tag::U,
    Tag::Ul,
    Tag::Var,
]);

/// The same, of elements that have no tag of their own here.
const OTHERS: [&str; 5] = ["bdi", "bdo", "dfn", "kbd", "samp"];

/// Attributes that say how something looks, who it is for scripts, or what it does.
const OF_PAGES: [Key; 7] = [
    Key::Class,
    Key::Color,
    Key::Face,
    Key::Name,
    Key::Role,
    Key::Style,
    Key::Target,
];

/// Elements that hold text of an article; a page without them is no article written down.
static PARAGRAPHS: TagSet = TagSet::of(&[Tag::P, Tag::Li, Tag::Td, Tag::Blockquote, Tag::Pre]);

/// Whether a page holds nothing but the plain elements of a text, without anything that styles or names them.
pub(super) fn is_alone(tree: &Tree) -> bool {
    let mut paragraphs = false;
    for node in tree.subtree(NodeId::ROOT) {
        let Some(element) = tree.element(node) else {
            continue;
        };
        if !is_plain(element) {
            return false;
        }
        paragraphs |= PARAGRAPHS.contains(element.tag);
    }
    paragraphs
}

/// Whether an element is one of a text, without anything that styles it or that a script finds it by. Ids are
/// the notes' own.
fn is_plain(element: Element<'_>) -> bool {
    let id = element.attribute(Key::Id);
    let named = |key: &Key| element.attribute(*key).is_some();
    (TEXT.contains(element.tag) || OTHERS.contains(&element.name()))
        && (element.tag == Tag::Meta || !OF_PAGES.iter().any(named))
        && id.is_none_or(|id| id.starts_with("note-"))
}

/// Whether a page has a title in its head; such a one without is the text alone.
pub(super) fn is_titled(tree: &Tree) -> bool {
    tree.subtree(NodeId::ROOT)
        .any(|node| tree.tag(node) == Some(Tag::Title))
}

/// Keeps all of such a page but, where its head tells the title, the title above its text.
pub(super) fn keep(tree: &Tree, blocks: &Blocks, title: &str) -> Vec<bool> {
    let mut kept = vec![true; blocks.list.len()];
    if let Some((first, kept)) = blocks.list.first().zip(kept.first_mut()) {
        let is_heading = matches!(tree.tag(first.container), Some(Tag::H1 | Tag::H2));
        *kept = !is_heading || blocks.text(first) != text::folded(title) || !is_titled(tree);
    }
    kept
}
