//! Links of headings to themselves, which documentation and blogs put after them for readers to copy.

use wirecopy_html::{NodeData, NodeId};

use super::tree::Nodes;

/// What such links show.
const MARKS: [&str; 6] = ["#", "¶", "§", "🔗", "⚓", "permalink"];

/// Elements from such a link to its heading.
const REACH: usize = 3;

/// Nodes of such a link: a mark, and what styles it.
const MOST_NODES: usize = 6;

/// Whether an element is a link of a heading to itself.
pub(super) fn is_permalink(nodes: &Nodes, id: NodeId) -> bool {
    let is_local = || {
        nodes
            .attribute(id, "href")
            .is_some_and(|href| href.contains('#'))
    };
    nodes.name(id) == Some("a") && is_local() && in_heading(nodes, id) && shows_mark(nodes, id)
}

fn in_heading(nodes: &Nodes, id: NodeId) -> bool {
    let above = std::iter::successors(nodes.node(id).parent, |id| nodes.node(*id).parent);
    above
        .take(REACH)
        .filter_map(|id| nodes.name(id))
        .any(|name| matches!(name, "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"))
}

fn shows_mark(nodes: &Nodes, id: NodeId) -> bool {
    let inside: Vec<NodeId> = nodes.descendants(id).take(MOST_NODES + 1).collect();
    let text: String = inside
        .iter()
        .filter_map(|id| match nodes.data(*id) {
            NodeData::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    inside.len() <= MOST_NODES && MARKS.contains(&text.trim().to_lowercase().as_str())
}
