//! A rule at work on a page that the engine has read.

use url::Url;
use wirecopy_html::{Key, NodeId, Tree};

use super::SiteRule;
use crate::content::Content;
use crate::metadata::{Metadata, origin::Field, origin::Origin};
use crate::selector::Selector;

/// What the rule says of the article's place.
#[derive(Default)]
pub(crate) struct Mended {
    /// Whether the rule found the body, so that the page needs no further proof of being an article.
    pub(crate) has_body: bool,
    /// What is left out with all that is in it.
    pub(crate) stripped: Vec<NodeId>,
}

/// Puts what the rule finds in place of what the engine found.
pub(crate) fn mend(
    rule: &SiteRule,
    tree: &Tree,
    metadata: &mut Metadata,
    content: &mut Content,
) -> Mended {
    fields(rule, tree, metadata);
    let body = first_match(tree, &rule.body);
    if !body.is_empty() {
        let inside = beneath(tree, &body);
        keep(content, |node| inside[node.index()], |_| true);
    }
    let stripped = rule.strip.iter().flat_map(|selector| selector.select(tree));
    let stripped: Vec<NodeId> = stripped.chain(first_match(tree, &rule.next_page)).collect();
    if !stripped.is_empty() {
        let inside = beneath(tree, &stripped);
        keep(content, |node| !inside[node.index()], |kept| kept);
    }
    Mended {
        has_body: !body.is_empty(),
        stripped,
    }
}

/// Keeps the blocks whose first text is wanted, where `was_kept` allows.
fn keep(content: &mut Content, wanted: impl Fn(NodeId) -> bool, was_kept: impl Fn(bool) -> bool) {
    for (kept, block) in content.kept.iter_mut().zip(&content.blocks.list) {
        *kept = was_kept(*kept) && wanted(content.blocks.nodes(block)[0]);
    }
}

fn first_match(tree: &Tree, selectors: &[Selector]) -> Vec<NodeId> {
    let mut matches = selectors.iter().map(|selector| selector.select(tree));
    matches.find(|nodes| !nodes.is_empty()).unwrap_or_default()
}

/// For each node, whether it is one of these or in one.
fn beneath(tree: &Tree, nodes: &[NodeId]) -> Vec<bool> {
    let mut inside = vec![false; tree.len()];
    for top in nodes {
        // What is inside another match was marked with it.
        if !inside[top.index()] {
            tree.subtree(*top)
                .for_each(|node| inside[node.index()] = true);
        }
    }
    inside
}

fn fields(rule: &SiteRule, tree: &Tree, metadata: &mut Metadata) {
    let texts = |selectors: &[Selector]| -> Vec<String> {
        let nodes = first_match(tree, selectors);
        let texts = nodes.iter().map(|node| tree.text(*node));
        texts.filter(|text| !text.is_empty()).collect()
    };
    if let Some(title) = texts(&rule.title).into_iter().next() {
        metadata.title = title;
        metadata.origins.set(Field::Title, Origin::Rule);
    }
    metadata.set_authors(&texts(&rule.author), Origin::Rule);
    let dates = first_match(tree, &rule.date).into_iter().flat_map(|node| {
        let machine = [Key::Datetime, Key::Content];
        let machine = machine.iter().find_map(|name| tree.attribute(node, *name));
        machine
            .map(str::to_owned)
            .into_iter()
            .chain([tree.text(node)])
    });
    metadata.set_published(dates, Origin::Rule);
    let base = metadata.base.clone();
    let next = first_match(tree, &rule.next_page)
        .into_iter()
        .find_map(|node| {
            let href = tree.attribute(node, Key::Href)?;
            Url::options().base_url(base.as_ref()).parse(href).ok()
        });
    metadata.next_page = next.or(metadata.next_page.take());
}
