//! Seeing why: every block of a page with what was measured and decided. Also what the training
//! script learns from.

use crate::content::feature::NAMES;
use crate::content::vocabulary::Words;
use crate::content::{self, Content};
use crate::decode::decode;
use crate::page::Page;
use crate::tree::{NodeId, Tree};
use crate::{metadata, page};

/// One block of text and the decision on it.
#[derive(Clone, Debug)]
pub struct ExplainedBlock {
    /// The text, white space folded.
    pub text: String,
    /// The words in the names of the elements around it, nearest first.
    pub names: Vec<String>,
    /// How likely it belongs to the article, from 0 to 1.
    pub likelihood: f32,
    /// Whether it was kept.
    pub kept: bool,
    /// What was measured, in the order of [`feature_names`].
    pub features: Vec<f32>,
}

/// The names of [`ExplainedBlock::features`].
pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// The blocks of a page in reading order, kept or not.
pub fn explain(page: &Page<'_>) -> Vec<ExplainedBlock> {
    let (html, _) = decode(page.bytes, page.media_type);
    let tree = Tree::parse(&html);
    let metadata = metadata::read(&tree, page.url);
    let content = content::find(&tree, &page::hints(&metadata));
    (0..content.blocks.list.len())
        .map(|index| explained(&tree, &content, index))
        .collect()
}

fn explained(tree: &Tree, content: &Content, index: usize) -> ExplainedBlock {
    let block = &content.blocks.list[index];
    ExplainedBlock {
        text: content.blocks.text(block).to_owned(),
        names: names_around(tree, block.container),
        likelihood: content.likelihoods[index],
        kept: content.kept[index],
        features: content.rows[index].to_vec(),
    }
}

fn names_around(tree: &Tree, container: NodeId) -> Vec<String> {
    let line = std::iter::once(container).chain(tree.ancestors(container));
    let elements = line.filter_map(|node| tree.element(node));
    elements
        .flat_map(|element| {
            Words::of(element)
                .iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}
