//! Pictures whose caption is told by its class alone, as WordPress and many others write it: the element around
//! both becomes a figure, the caption its caption.

use std::collections::HashMap;

use wirecopy_html::{NodeData, NodeId};

use super::allow::{self, Class};
use super::is_caption;
use super::tree::{Nodes, Step};

/// Elements above a caption that are searched for its picture; WordPress has one, grids of pictures up to three.
const REACH: usize = 4;

/// Nodes of such an element that are looked at: one with more holds more than a picture.
const MOST_NODES: usize = 64;

/// Names of elements that hold a caption or a picture and its caption.
const HOLDERS: [&str; 8] = ["center", "dd", "div", "dl", "em", "p", "section", "span"];

/// What elements become, were they not called by their own names.
#[derive(Default)]
pub(super) struct Captions(HashMap<NodeId, &'static str>);

impl Captions {
    /// Finds the captions of a page.
    pub(super) fn of(nodes: &Nodes) -> Captions {
        let mut captions = Captions::default();
        for id in nodes.descendants(NodeId::ROOT) {
            let is_named = nodes.class(id).is_some_and(is_caption);
            if is_named && is_holder(nodes, id) && shows(nodes, id) == Some((0, true)) {
                captions.insert(nodes, id);
            }
        }
        captions
    }

    /// What an element becomes, where that is not what it is called.
    pub(super) fn class(&self, id: NodeId) -> Option<Class> {
        self.0.get(&id).map(|name| allow::class(name))
    }

    fn insert(&mut self, nodes: &Nodes, caption: NodeId) {
        let above = std::iter::successors(nodes.node(caption).parent, |id| nodes.node(*id).parent);
        for holder in above.take(REACH) {
            // Who has a caption already, or is one, needs none.
            if self.0.contains_key(&holder) || nodes.name(holder) == Some("figcaption") {
                return;
            }
            match shows_beside(nodes, holder, caption) {
                Some((0, false)) => continue,
                Some((1, false)) if nodes.name(holder) == Some("figure") => {}
                Some((1, false)) if is_holder(nodes, holder) => {
                    self.0.insert(holder, "figure");
                }
                // The picture's link alone is no figure.
                Some((1, false)) if nodes.name(holder) == Some("a") => continue,
                _ => return,
            }
            self.0.insert(caption, "figcaption");
            return;
        }
    }
}

fn is_holder(nodes: &Nodes, id: NodeId) -> bool {
    nodes.name(id).is_some_and(|name| HOLDERS.contains(&name))
}

/// How many pictures an element shows, and whether any text.
fn shows(nodes: &Nodes, top: NodeId) -> Option<(usize, bool)> {
    shows_beside(nodes, top, NodeId::ROOT)
}

/// The same of what is not in `without`; `None` where it holds too much. Copies for readers without scripts do not
/// count.
fn shows_beside(nodes: &Nodes, top: NodeId, without: NodeId) -> Option<(usize, bool)> {
    let (mut pictures, mut text, mut count) = (0, false, 0);
    let mut step = nodes.after(Step::Enter(top), true);
    while let Some(now) = step.filter(|step| *step != Step::Leave(top)) {
        let mut descend = true;
        if let Step::Enter(id) = now {
            count += 1;
            let name = nodes.name(id);
            let is_picture = matches!(name, Some("img" | "picture" | "amp-img"));
            pictures += usize::from(is_picture);
            descend = id != without && !is_picture && name != Some("noscript");
            text |= matches!(nodes.data(id), NodeData::Text(text) if !text.trim().is_empty());
            text |= matches!(
                name,
                Some("iframe" | "video" | "audio" | "table" | "figcaption")
            );
        }
        if count > MOST_NODES {
            return None;
        }
        step = nodes.after(now, descend);
    }
    Some((pictures, text))
}
