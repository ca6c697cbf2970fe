//! Chosen nodes as markup for the sanitiser. Nothing here is trusted to be clean.

use super::Content;
use super::outline::{Outline, Within};
use wirecopy_html::{Element, Key, NodeData, NodeId, Tag, Tree};

/// Elements between a picture and the nearest element that holds kept text; a picture farther off
/// belongs to something else.
const PICTURE_REACH: usize = 6;

/// The markup of the needed nodes. A node counts only if all its ancestors are needed too.
pub(crate) fn markup(tree: &Tree, needed: &[bool]) -> String {
    let mut html = String::new();
    let mut open: Vec<NodeId> = Vec::new();
    let mut next = Some(NodeId::ROOT);
    while let Some(node) = next {
        while open
            .last()
            .is_some_and(|last| tree.node(node).parent != Some(*last))
        {
            push_end_tag(tree, open.pop(), &mut html);
        }
        let is_needed = needed[node.index()];
        match tree.data(node) {
            // White space between two kept words belongs to no block.
            NodeData::Text(text) if is_needed || text.trim().is_empty() => {
                push_escaped(&mut html, text)
            }
            NodeData::Element(element) if element.tag == Tag::Br => html.push_str("<br>"),
            // What the page's root says (a language, a direction) is no block's business.
            NodeData::Element(element) if is_needed && !is_root(element) => {
                push_start_tag(element, &mut html);
                open.push(node);
            }
            _ => {}
        }
        let inside = if is_needed {
            tree.node(node).first_child
        } else {
            None
        };
        next = inside.or_else(|| tree.following_outside(node, NodeId::ROOT));
    }
    while !open.is_empty() {
        push_end_tag(tree, open.pop(), &mut html);
    }
    html
}

/// The kept texts, the pictures among them, and everything around them.
pub(crate) fn needed_nodes(tree: &Tree, content: &Content) -> Vec<bool> {
    let mut needed = vec![false; tree.len()];
    for block in content.kept_blocks() {
        for text in content.blocks.nodes(block) {
            need(tree, *text, &mut needed);
        }
    }
    let holds_text = needed.clone();
    for picture in pictures(tree, content, &holds_text) {
        need_whole(tree, picture, &mut needed);
    }
    needed
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

/// The pictures and embeds that stand among the kept texts, as their figure where they have one.
fn pictures(tree: &Tree, content: &Content, holds_text: &[bool]) -> Vec<NodeId> {
    let (Some(first), Some(last)) = (content.first_text(), content.last_text()) else {
        return Vec::new();
    };
    let mut found: Vec<NodeId> = Vec::new();
    let mut begun = false;
    for node in tree.subtree(NodeId::ROOT) {
        begun |= node == first || content.headline == Some(node);
        if node == last {
            break;
        }
        if begun
            && tree.element(node).is_some_and(is_picture)
            && !found
                .last()
                .is_some_and(|figure| tree.ancestors(node).any(|above| above == *figure))
        {
            found.extend(own_branch(tree, &content.outline, node, holds_text));
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
            .any(|node| tree.tag(node) == Some(Tag::A))
            && !tree.text(*branch).is_empty()
    };
    match figure {
        Some(figure) => Some(figure),
        None if line.last().is_some_and(teaser) => None,
        None => Some(picture),
    }
}

/// Log odds of an element's names under which a picture in it is not the article's.
const UNWANTED_NAMES: f32 = -1.5;

/// What is written in place of an element; a page's `noscript` would be taken for a picture's copy.
fn written_name<'a>(element: Element<'a>) -> &'a str {
    match element.tag {
        Tag::Noscript => "div",
        _ => element.name(),
    }
}

fn is_root(element: Element<'_>) -> bool {
    matches!(element.tag, Tag::Html | Tag::Body)
}

fn push_start_tag(element: Element<'_>, html: &mut String) {
    html.push('<');
    html.push_str(written_name(element));
    for attribute in element.attributes() {
        html.push(' ');
        html.push_str(attribute.name);
        html.push_str("=\"");
        html.push_str(&attribute.value.replace('&', "&amp;").replace('"', "&quot;"));
        html.push('"');
    }
    html.push('>');
}

fn push_end_tag(tree: &Tree, node: Option<NodeId>, html: &mut String) {
    let Some(element) = node.and_then(|node| tree.element(node)) else {
        return;
    };
    if !element.tag.is_void() {
        html.push_str("</");
        html.push_str(written_name(element));
        html.push('>');
    }
}

/// Writes a text with its marks escaped where they could begin a tag or a reference (HTML §13.2.5.6 and 72), and as
/// they are elsewhere: a page of nothing but marks would be several times as long.
fn push_escaped(html: &mut String, text: &str) {
    let mut copied = 0;
    for (at, _) in text.match_indices(['&', '<']) {
        let bytes = text.as_bytes();
        // What follows the text is not known.
        let follows = bytes.get(at + 1).copied().unwrap_or(b'a');
        let entity = match bytes[at] {
            b'&' if follows == b'#' || follows.is_ascii_alphanumeric() => "&amp;",
            b'<' if b"/!?".contains(&follows) || follows.is_ascii_alphabetic() => "&lt;",
            _ => continue,
        };
        html.push_str(&text[copied..at]);
        html.push_str(entity);
        copied = at + 1;
    }
    html.push_str(&text[copied..]);
}

/// Plain paragraphs, one a line, as markup.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        html.push_str("<p>");
        push_escaped(&mut html, line);
        html.push_str("</p>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The markup of a whole page.
    fn whole(page: &str) -> String {
        let tree = Tree::parse(page);
        markup(&tree, &vec![true; tree.len()])
    }

    #[test]
    fn marks_in_a_text_are_marks_when_read_again() {
        let marks = ["<", "&", ">", "/", "!", "?", "#", "a", ";", " ", "amp"];
        for first in marks {
            for second in marks {
                let text = format!("{first}{second}{first}");
                let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
                let written = whole(&format!("<p>{escaped}<b>{escaped}</b>{escaped}"));
                let read = Tree::parse_fragment(written).text(NodeId::ROOT);
                assert_eq!(read, crate::text::folded(&text.repeat(3)), "{text}");
            }
        }
    }

    #[test]
    fn marks_that_begin_nothing_cost_nothing() {
        assert!(whole(&format!("<p>{}", "<&".repeat(1000))).len() < 2100);
    }
}
