//! What stands in programs' text and is not of it: the numbers of lines.

use wirecopy_html::{NodeData, NodeId};

use super::tree::Nodes;

/// Classes of the cells and words that number lines, as Pygments, Rouge, Chroma, highlight.js, Prism and
/// SyntaxHighlighter write them.
const GUTTERS: [&str; 10] = [
    "gutter",
    "hljs-ln-numbers",
    "line-number",
    "line-numbers",
    "lineno",
    "linenos",
    "linenumber",
    "ln",
    "lnt",
    "rouge-gutter",
];

/// Nodes of an element that are looked at before it counts as more than numbers: a line's number and its text.
/// Elements in elements would otherwise be looked at over and over.
const MOST_NODES: usize = 5000;

/// Whether an element is there to number the lines of a program: it holds numbers alone, and is called so, as a whole
/// or each of them.
pub(super) fn is_gutter(nodes: &Nodes, id: NodeId) -> bool {
    let is_place = matches!(nodes.name(id), Some("a" | "pre" | "span" | "td" | "th"));
    is_place && holds_numbers(nodes, id) && {
        let mut inside = std::iter::once(id).chain(nodes.descendants(id));
        inside.any(|inner| nodes.class(inner).is_some_and(is_named))
    }
}

fn is_named(class: &str) -> bool {
    class
        .split_ascii_whitespace()
        .any(|name| GUTTERS.contains(&name))
}

/// Whether an element holds numbers and nothing else.
fn holds_numbers(nodes: &Nodes, id: NodeId) -> bool {
    let mut digits = false;
    for (count, inner) in nodes.descendants(id).enumerate() {
        if count > MOST_NODES {
            return false;
        }
        if let NodeData::Text(text) = nodes.data(inner) {
            if text.contains(|letter: char| !letter.is_ascii_digit() && !letter.is_whitespace()) {
                return false;
            }
            digits |= !text.trim().is_empty();
        }
    }
    digits
}
