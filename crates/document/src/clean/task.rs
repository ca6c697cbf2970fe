//! The boxes of task lists, which programs that write Markdown as HTML make of `- [x]`: inputs that nobody can use.

use wirecopy_html::NodeId;

use super::tree::Nodes;

/// Elements from such a box to its item: a label and a paragraph may stand between.
const REACH: usize = 3;

/// The letter that shows what a task's box does, with the space after it: ticked or not. `None` for every other
/// element: boxes that readers can tick belong to a form.
pub(super) fn mark(nodes: &Nodes, id: NodeId) -> Option<&'static str> {
    let is_box = nodes
        .attribute(id, "type")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
    let shows = nodes.name(id) == Some("input") && is_box && nodes.has_attribute(id, "disabled");
    let mut above = std::iter::successors(nodes.node(id).parent, |id| nodes.node(*id).parent);
    let in_item = shows
        && above
            .by_ref()
            .take(REACH)
            .any(|id| nodes.name(id) == Some("li"));
    in_item.then(|| match nodes.has_attribute(id, "checked") {
        true => "☑ ",
        false => "☐ ",
    })
}
