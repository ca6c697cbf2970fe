//! Where the article is: the element whose own paragraphs hold the most text outside links.

use url::Url;
use wirecopy_document::clean::{CleanHtml, clean};

use crate::text::weight;
use crate::tree::tag::Tag;
use crate::tree::{NodeId, Tree};

pub(crate) mod serialize;

/// The found text.
pub(crate) struct Content {
    pub(crate) body: CleanHtml,
    /// Share of the page's paragraph text that was chosen.
    pub(crate) confidence: f32,
}

/// Chooses the densest block of the page and cleans it.
pub(crate) fn find(tree: &Tree, base: Option<&Url>) -> Content {
    let mut scores = vec![0usize; tree.len()];
    for node in tree
        .subtree(NodeId::ROOT)
        .filter(|node| tree.tag(*node) == Some(Tag::P))
    {
        let text = weight(&tree.text(node)).saturating_sub(link_weight(tree, node));
        for ancestor in tree.ancestors(node).take(1) {
            scores[ancestor.index()] += text;
        }
    }
    let total: usize = scores.iter().sum();
    let best = tree
        .subtree(NodeId::ROOT)
        .max_by_key(|node| scores[node.index()]);
    match best {
        Some(best) if scores[best.index()] > 0 => Content {
            body: clean(&serialize::markup(tree, best, &is_boilerplate), base),
            confidence: scores[best.index()] as f32 / total as f32,
        },
        _ => Content {
            body: CleanHtml::default(),
            confidence: 0.0,
        },
    }
}

fn link_weight(tree: &Tree, node: NodeId) -> usize {
    tree.elements(node, Tag::A)
        .map(|link| weight(&tree.text(link)))
        .sum()
}

fn is_boilerplate(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form | Tag::Button
    )
}
