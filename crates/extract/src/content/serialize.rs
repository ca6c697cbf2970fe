//! Chosen nodes as markup for the sanitiser. Nothing here is trusted to be clean.

use crate::tree::tag::Tag;
use crate::tree::{NodeData, NodeId, Tree};

/// The markup of the subtree at `top`, without elements that `dropped` names.
pub(crate) fn markup(tree: &Tree, top: NodeId, dropped: &dyn Fn(Tag) -> bool) -> String {
    let mut html = String::new();
    let mut open: Vec<NodeId> = Vec::new();
    let mut next = Some(top);
    while let Some(node) = next {
        while open
            .last()
            .is_some_and(|last| tree.node(node).parent != Some(*last))
        {
            close(tree, open.pop(), &mut html);
        }
        let skipped = tree
            .tag(node)
            .is_some_and(|tag| tag.is_never_text() || dropped(tag));
        match &tree.node(node).data {
            _ if skipped => {}
            NodeData::Text(text) => push_escaped(&mut html, text),
            NodeData::Element(_) => {
                push_start_tag(tree, node, &mut html);
                open.push(node);
            }
            NodeData::Document | NodeData::Nothing => {}
        }
        let inside = if skipped {
            None
        } else {
            tree.node(node).first_child
        };
        next = inside.or_else(|| tree.following_outside(node, top));
    }
    while !open.is_empty() {
        close(tree, open.pop(), &mut html);
    }
    html
}

fn push_start_tag(tree: &Tree, node: NodeId, html: &mut String) {
    let Some(element) = tree.element(node) else {
        return;
    };
    html.push('<');
    html.push_str(&element.name);
    for attribute in &element.attributes {
        html.push(' ');
        html.push_str(&attribute.name.local);
        html.push_str("=\"");
        html.push_str(&attribute.value.replace('&', "&amp;").replace('"', "&quot;"));
        html.push('"');
    }
    html.push('>');
}

fn close(tree: &Tree, node: Option<NodeId>, html: &mut String) {
    let Some(element) = node.and_then(|node| tree.element(node)) else {
        return;
    };
    if !element.tag.is_void() {
        html.push_str("</");
        html.push_str(&element.name);
        html.push('>');
    }
}

fn push_escaped(html: &mut String, text: &str) {
    for piece in text.split_inclusive(['&', '<', '>']) {
        let special = piece.as_bytes().last().copied();
        let entity = match special {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            _ => {
                html.push_str(piece);
                continue;
            }
        };
        html.push_str(&piece[..piece.len() - 1]);
        html.push_str(entity);
    }
}
