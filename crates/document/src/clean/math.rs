//! Formulas in MathML as a line of text: their source in TeX where the page has it, else what they show.

use wirecopy_html::{NodeData, NodeId};

use super::tree::{Nodes, Step};
use super::walk::line;

/// What wraps the source of every formula of MediaWiki.
const WRAPPERS: [&str; 2] = ["{\\displaystyle", "{\\textstyle"];

/// The elements whose text is shown (MathML Core §3.2).
const TOKENS: [&str; 5] = ["mi", "mn", "mo", "ms", "mtext"];

/// A `math` element's text on one line; `None` where it is hidden or shows nothing.
pub(super) fn text(nodes: &Nodes, math: NodeId) -> Option<String> {
    let is_hidden = nodes
        .node(math)
        .parent
        .and_then(|parent| nodes.attribute(parent, "style"))
        .is_some_and(|style| style.replace(' ', "").contains("display:none"));
    if is_hidden {
        return None;
    }
    let alternative = || nodes.attribute(math, "alttext").map(line);
    let found = source(nodes, math)
        .or_else(alternative)
        .unwrap_or_else(|| linear(nodes, math));
    Some(unwrapped(&found).to_owned()).filter(|text| !text.is_empty())
}

/// Whether an element is the copy of a formula that KaTeX draws with, beside the one in MathML.
pub(super) fn is_drawn(nodes: &Nodes, id: NodeId) -> bool {
    nodes.name(id) == Some("span") && nodes.class(id) == Some("katex-html")
}

/// The source that an annotation keeps (MathML Core §5.1, encoding as KaTeX, MathJax and MediaWiki name it).
fn source(nodes: &Nodes, math: NodeId) -> Option<String> {
    let is_tex = |id: &NodeId| {
        nodes.foreign_name(*id) == Some("annotation")
            && nodes.attribute(*id, "encoding") == Some("application/x-tex")
    };
    let annotation = nodes.descendants(math).find(is_tex)?;
    let mut source = String::new();
    for id in nodes.descendants(annotation) {
        if let NodeData::Text(text) = nodes.data(id) {
            source.push_str(text);
        }
    }
    Some(line(&source)).filter(|source| !source.is_empty())
}

fn unwrapped(source: &str) -> &str {
    let inner = WRAPPERS
        .iter()
        .find_map(|wrapper| source.strip_prefix(wrapper));
    inner
        .and_then(|inner| inner.strip_suffix('}'))
        .unwrap_or(source)
        .trim()
}

/// What a formula shows, scripts and fractions told by `^`, `_` and `/`.
fn linear(nodes: &Nodes, math: NodeId) -> String {
    let mut out = String::new();
    let mut step = nodes.after(Step::Enter(math), true);
    while let Some(now) = step.filter(|step| *step != Step::Leave(math)) {
        match now {
            Step::Enter(id) => {
                out.push_str(mark(nodes, id));
                out.push_str(brackets(nodes, id).0);
                out.push_str(&shown(nodes, id));
            }
            Step::Leave(id) => out.push_str(brackets(nodes, id).1),
        }
        step = nodes.after(now, true);
    }
    line(&out)
}

/// The text of a token.
fn shown(nodes: &Nodes, id: NodeId) -> String {
    let parent = nodes.node(id).parent;
    let name = parent.and_then(|parent| nodes.foreign_name(parent));
    match nodes.data(id) {
        NodeData::Text(text) if name.is_some_and(|name| TOKENS.contains(&name)) => line(text),
        _ => String::new(),
    }
}

/// The mark that parts an element of a formula from the one before it.
fn mark(nodes: &Nodes, id: NodeId) -> &'static str {
    match (parent_name(nodes, id), place(nodes, id)) {
        (Some("msup" | "mover"), 1) | (Some("msubsup" | "munderover"), 2) => "^",
        (Some("msub" | "munder" | "msubsup" | "munderover"), 1) => "_",
        (Some("mfrac"), 1) => "/",
        (Some("mtr" | "mtable"), 1..) => " ",
        _ => "",
    }
}

/// What is written before and after an element's content.
fn brackets(nodes: &Nodes, id: NodeId) -> (&'static str, &'static str) {
    match nodes.foreign_name(id) {
        Some("msqrt" | "mroot") => ("√(", ")"),
        _ if is_group(nodes, id) => ("(", ")"),
        _ => ("", ""),
    }
}

/// Whether an element holds several where its parent's mark would part them.
fn is_group(nodes: &Nodes, id: NodeId) -> bool {
    let parted = matches!(
        parent_name(nodes, id),
        Some("mfrac" | "msup" | "msub" | "msubsup")
    );
    let elements = || {
        nodes
            .children(id)
            .filter(|child| nodes.foreign_name(*child).is_some())
    };
    parted && nodes.foreign_name(id) == Some("mrow") && elements().nth(1).is_some()
}

fn parent_name(nodes: &Nodes, id: NodeId) -> Option<&str> {
    nodes.foreign_name(id)?;
    nodes.foreign_name(nodes.node(id).parent?)
}

/// How many elements stand before this one, of the three that a mark can belong to.
fn place(nodes: &Nodes, id: NodeId) -> usize {
    let Some(parent) = nodes.node(id).parent else {
        return 0;
    };
    nodes
        .children(parent)
        .filter(|child| nodes.foreign_name(*child).is_some())
        .take(3)
        .position(|child| child == id)
        .unwrap_or(3)
}
