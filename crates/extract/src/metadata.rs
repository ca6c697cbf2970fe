//! What a page says about itself in its head.

use html5ever::local_name;
use url::Url;

use crate::text::folded;
use crate::tree::tag::Tag;
use crate::tree::{NodeId, Tree};

/// The page's own statements.
pub(crate) struct Metadata {
    pub(crate) title: String,
    pub(crate) site_name: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) canonical_url: Option<Url>,
}

/// Reads the head's `meta`, `title` and `link`.
pub(crate) fn read(tree: &Tree, base: Option<&Url>) -> Metadata {
    let title = meta(tree, &["og:title", "twitter:title"]).or_else(|| {
        let title = tree.elements(NodeId::ROOT, Tag::Title).next()?;
        Some(tree.text(title))
    });
    Metadata {
        title: title.unwrap_or_default(),
        site_name: meta(tree, &["og:site_name"]),
        summary: meta(tree, &["og:description", "description"]),
        canonical_url: canonical_url(tree, base),
    }
}

/// The first non-empty `content` of a `meta` with one of `names`, the names in order of trust.
fn meta(tree: &Tree, names: &[&str]) -> Option<String> {
    let find = |wanted: &str| {
        tree.elements(NodeId::ROOT, Tag::Meta).find_map(|node| {
            let name = tree
                .attribute(node, &local_name!("property"))
                .or_else(|| tree.attribute(node, &local_name!("name")))?;
            let content = folded(tree.attribute(node, &local_name!("content"))?);
            (name.eq_ignore_ascii_case(wanted) && !content.is_empty()).then_some(content)
        })
    };
    names.iter().find_map(|name| find(name))
}

fn canonical_url(tree: &Tree, base: Option<&Url>) -> Option<Url> {
    let link = tree.elements(NodeId::ROOT, Tag::Link).find(|node| {
        tree.attribute(*node, &local_name!("rel"))
            .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"))
    })?;
    Url::options()
        .base_url(base)
        .parse(tree.attribute(link, &local_name!("href"))?)
        .ok()
}
