//! Which nodes of a page are written: the kept texts, the pictures and embeds among them, and all that is around those.

use std::collections::{HashMap, HashSet};

use super::Content;
use super::embed;
use super::outline::{Outline, Within};
use wirecopy_html::{Element, Key, NodeData, NodeId, Tag, Tree};

/// Elements between a picture and the nearest element that holds kept text; a picture farther off
/// belongs to something else.
const PICTURE_REACH: usize = 6;

/// What of a page is written.
#[derive(Default)]
pub(crate) struct Needed {
    /// For each node, whether it is; it counts only if all its ancestors are, too.
    pub(crate) nodes: Vec<bool>,
    /// The elements in whose place a frame is written.
    pub(crate) placeholders: HashMap<NodeId, Frame>,
    /// The `noscript` elements that hold kept texts.
    pub(crate) worded: HashSet<NodeId>,
}

/// What a placeholder stands for.
pub(crate) struct Frame {
    pub(crate) address: String,
    pub(crate) title: Option<String>,
}

impl Needed {
    /// The kept texts of a page and what belongs to them.
    pub(crate) fn of(tree: &Tree, content: &Content) -> Needed {
        let mut needed = Needed {
            nodes: vec![content.is_alone; tree.len()],
            ..Needed::default()
        };
        if content.is_alone {
            needed.leave_heads(tree, content);
            return needed;
        }
        for block in content.kept_blocks() {
            for text in content.blocks.nodes(block) {
                need(tree, *text, &mut needed.nodes);
            }
        }
        let holds_text = needed.nodes.clone();
        let is_worded =
            |node: &NodeId| holds_text[node.index()] && tree.tag(*node) == Some(Tag::Noscript);
        needed.worded = tree.subtree(NodeId::ROOT).filter(is_worded).collect();
        for picture in pictures(tree, content, &holds_text) {
            needed.picture(tree, picture);
        }
        needed
    }

    /// Leaves out what is not the text of a page that is an article alone: its head, and the title above the text.
    fn leave_heads(&mut self, tree: &Tree, content: &Content) {
        let titles = content.left_blocks().map(|block| block.container);
        let heads = tree
            .subtree(NodeId::ROOT)
            .filter(|node| tree.tag(*node) == Some(Tag::Head));
        for node in titles.chain(heads) {
            self.nodes[node.index()] = false;
        }
    }

    /// Marks a picture or an embed.
    fn picture(&mut self, tree: &Tree, picture: NodeId) {
        let element = tree.element(picture);
        let Some(address) = element.and_then(embed::address) else {
            return need_whole(tree, picture, &mut self.nodes);
        };
        need(tree, picture, &mut self.nodes);
        let title = embed::title(tree, picture).map(str::to_owned);
        self.placeholders.insert(picture, Frame { address, title });
    }
}

/// Marks a node and its ancestors.
fn need(tree: &Tree, node: NodeId, needed: &mut [bool]) {
    needed[node.index()] = true;
    for ancestor in tree.ancestors(node) {
        if std::mem::replace(&mut needed[ancestor.index()], true) {
            break;
        }
    }
}

/// Marks a node, its ancestors and everything beneath it but scripts.
fn need_whole(tree: &Tree, node: NodeId, needed: &mut [bool]) {
    need(tree, node, needed);
    let mut next = Some(node);
    while let Some(inner) = next {
        let hidden = tree.tag(inner).is_some_and(Tag::is_never_text);
        needed[inner.index()] |= !hidden;
        next = if hidden {
            tree.following_outside(inner, node)
        } else {
            tree.following(inner, node)
        };
    }
}

/// The pictures and embeds that stand among the kept texts, and the embeds right after them, each as its figure where
/// it has one.
fn pictures(tree: &Tree, content: &Content, holds_text: &[bool]) -> Vec<NodeId> {
    let (Some(first), Some(last)) = (content.first_text(), content.last_text()) else {
        return Vec::new();
    };
    let mut found: Vec<NodeId> = Vec::new();
    let (mut begun, mut ended) = (false, false);
    let mut next = Some(NodeId::ROOT);
    while let Some(node) = next {
        next = tree.following(node, NodeId::ROOT);
        begun |= node == first || content.headline == Some(node);
        let is_other_text =
            matches!(tree.data(node), NodeData::Text(text) if !text.trim().is_empty());
        if ended && is_other_text {
            break;
        }
        ended |= node == last;
        let shows = |element| match ended {
            true => embed::is_embed(element),
            false => is_picture(element) || embed::is_embed(element),
        };
        if !begun || holds_text[node.index()] || !tree.element(node).is_some_and(shows) {
            continue;
        }
        if let Some(branch) = own_branch(tree, &content.outline, node, holds_text) {
            found.push(branch);
            next = tree.following_outside(branch, NodeId::ROOT);
        }
    }
    found
}

fn is_picture(element: Element<'_>) -> bool {
    match element.tag {
        Tag::Img => !element
            .attribute(Key::Width)
            .is_some_and(|width| width.parse().is_ok_and(|width: u32| width < 50)),
        Tag::Picture | Tag::Video | Tag::Audio | Tag::Iframe | Tag::Embed | Tag::Object => true,
        Tag::Other => matches!(element.name(), "amp-img" | "amp-anim"),
        _ => false,
    }
}

/// The figure of a picture, or the picture alone, if it belongs to the text around it.
fn own_branch(
    tree: &Tree,
    outline: &Outline,
    picture: NodeId,
    holds_text: &[bool],
) -> Option<NodeId> {
    let outside = [
        Within::NAV,
        Within::ASIDE,
        Within::FOOTER,
        Within::FORM,
        Within::BUTTON,
        Within::DIALOG,
    ];
    let place = outline.at(tree, picture);
    if outside.iter().any(|within| place.within.has(*within)) {
        return None;
    }
    let line: Vec<NodeId> = tree
        .ancestors(picture)
        .take(PICTURE_REACH)
        .take_while(|node| !holds_text[node.index()])
        .collect();
    if line.len() == PICTURE_REACH
        || line
            .iter()
            .any(|node| outline.at(tree, *node).own_words < UNWANTED_NAMES)
    {
        return None;
    }
    let figure = line
        .iter()
        .rev()
        .copied()
        .find(|node| tree.tag(*node) == Some(Tag::Figure));
    // A picture in a link with words of its own that were not kept is a teaser.
    let teaser = |branch: &NodeId| {
        tree.ancestors(picture)
            .take_while(|node| node != branch)
            .any(|node| tree.tag(node) == Some(Tag::A) && !leads_to_picture(tree, node))
            && !tree.text(*branch).is_empty()
    };
    let captioned = || {
        let holders = line.iter().take(CAPTION_REACH).copied();
        holders.clone().find(|holder| has_caption(tree, *holder))
    };
    match figure.or_else(captioned) {
        Some(figure) => Some(figure),
        None if line.last().is_some_and(teaser) => None,
        None => Some(picture),
    }
}

/// Whether a link leads to a picture, as those do that show a larger one.
fn leads_to_picture(tree: &Tree, link: NodeId) -> bool {
    let path = tree
        .attribute(link, Key::Href)
        .map(|href| href.split(['?', '#']).next().unwrap_or(href));
    let end = path
        .and_then(|path| path.rsplit_once('.'))
        .map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| PICTURE_ENDS.contains(&end.as_str()))
}

/// Whether an element holds one picture and a text that is called a caption, and hardly more.
fn has_caption(tree: &Tree, holder: NodeId) -> bool {
    let nodes: Vec<NodeId> = tree.subtree(holder).take(CAPTIONED_NODES).collect();
    let elements = || nodes.iter().filter_map(|node| tree.element(*node));
    let is_caption = |element: &Element<'_>| {
        element.tag != Tag::Img
            && element
                .attribute(Key::Class)
                .is_some_and(wirecopy_document::clean::is_caption)
    };
    nodes.len() < CAPTIONED_NODES
        && elements().filter(|element| element.tag == Tag::Img).count() == 1
        && elements().any(|element| is_caption(&element))
}

/// Elements from a picture to the one that holds it and its caption.
const CAPTION_REACH: usize = 3;

/// Nodes of such an element that are looked at; one with more holds more than a picture.
const CAPTIONED_NODES: usize = 40;

/// How the addresses of pictures end.
const PICTURE_ENDS: [&str; 6] = ["avif", "gif", "jpeg", "jpg", "png", "webp"];

/// Log odds of an element's names under which a picture in it is not the article's.
const UNWANTED_NAMES: f32 = -1.5;
