//! What each element holds: its blocks' text added up from below, and from that which element looks
//! most like the article's.

use super::block::{Block, Blocks, Passed};
use super::outline::Within;
use wirecopy_html::{NodeId, Tree};

/// Sums over the blocks beneath one element.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Contents {
    pub(crate) blocks: u32,
    pub(crate) weight: u32,
    pub(crate) link_weight: u32,
    /// Weight of the blocks that read like prose.
    pub(crate) prose: u32,
    /// The elements beneath, itself included.
    pub(crate) passed: Passed,
}

impl Contents {
    pub(crate) fn link_share(&self) -> f32 {
        share(self.link_weight, self.weight)
    }
}

/// Sums for every element, and the page's best candidate.
pub(crate) struct Containers {
    contents: Vec<Contents>,
    scores: Vec<f32>,
    /// The element whose near descendants hold the most prose.
    pub(crate) best: NodeId,
}

/// How much of a paragraph's score its ancestors get, nearest first: whole, half, and little more.
const SHARES: [f32; 5] = [1.0, 0.5, 0.33, 0.25, 0.2];

impl Containers {
    pub(crate) fn of(tree: &Tree, blocks: &Blocks) -> Containers {
        let mut containers = Containers {
            contents: vec![Contents::default(); tree.element_places()],
            scores: vec![0.0; tree.element_places()],
            best: NodeId::ROOT,
        };
        for block in &blocks.list {
            containers.add(tree, block, prose_weight(block, blocks.text(block)));
        }
        containers.add_up(tree);
        let score = |block: &Block| tree.ancestors(block.container).take(SHARES.len());
        let candidates = blocks.list.iter().flat_map(score);
        let best = candidates.max_by(|left, right| {
            containers
                .score(tree, *left)
                .total_cmp(&containers.score(tree, *right))
        });
        containers.best = best.unwrap_or(NodeId::ROOT);
        containers
    }

    pub(crate) fn at(&self, tree: &Tree, element: NodeId) -> &Contents {
        &self.contents[place_of(tree, element)]
    }

    /// The prose near beneath `node`, weighted by nearness and lessened by links.
    pub(crate) fn score(&self, tree: &Tree, node: NodeId) -> f32 {
        self.scores[place_of(tree, node)] * (1.0 - self.at(tree, node).link_share())
    }

    fn add(&mut self, tree: &Tree, block: &Block, prose: u32) {
        let contents = &mut self.contents[place_of(tree, block.container)];
        contents.blocks += 1;
        contents.weight = contents.weight.saturating_add(block.weight);
        contents.link_weight = contents.link_weight.saturating_add(block.link_weight);
        contents.prose = contents.prose.saturating_add(prose);
        let holders = std::iter::once(block.container).chain(tree.ancestors(block.container));
        // A paragraph is never its own candidate.
        let skip = usize::from(block.within.has(Within::PARAGRAPH));
        for (holder, share) in holders.skip(skip).zip(SHARES) {
            self.scores[place_of(tree, holder)] += prose as f32 * share;
        }
    }

    /// Adds every element's sums to its parent's, children before parents.
    fn add_up(&mut self, tree: &Tree) {
        let elements = tree
            .subtree(NodeId::ROOT)
            .filter(|node| tree.tag(*node).is_some());
        let order: Vec<NodeId> = elements.collect();
        for node in order.into_iter().rev() {
            let (Some(tag), Some(parent)) = (tree.tag(node), tree.node(node).parent) else {
                continue;
            };
            let own = &mut self.contents[place_of(tree, node)];
            own.passed.add(Passed::of(tag));
            let below = *own;
            let above = &mut self.contents[place_of(tree, parent)];
            above.blocks += below.blocks;
            above.weight = above.weight.saturating_add(below.weight);
            above.link_weight = above.link_weight.saturating_add(below.link_weight);
            above.prose = above.prose.saturating_add(below.prose);
            above.passed.add(below.passed);
        }
    }
}

/// Texts hold nothing and are not asked.
fn place_of(tree: &Tree, element: NodeId) -> usize {
    tree.element_place(element).unwrap_or_default()
}

/// `part` of `whole`, 0 of nothing.
pub(crate) fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 {
        0.0
    } else {
        part as f32 / whole as f32
    }
}

/// The weight of a block that has sentences and few links; nothing for others.
fn prose_weight(block: &Block, text: &str) -> u32 {
    let own = block.weight - block.link_weight.min(block.weight);
    let excluded = block.within.has(Within::LINK)
        || block.within.has(Within::FOOTER)
        || block.within.has(Within::NAV);
    if excluded
        || own < 60
        || block.link_weight * 2 > block.weight
        || !text.contains(is_sentence_mark)
    {
        0
    } else {
        own
    }
}

/// Marks that part sentences or clauses, in the scripts that have their own.
pub(crate) fn is_sentence_mark(character: char) -> bool {
    matches!(
        character,
        '.' | ','
            | '!'
            | '?'
            | ';'
            | ':'
            | '。'
            | '，'
            | '、'
            | '！'
            | '？'
            | '；'
            | '：'
            | '…'
            | '،'
            | '؟'
            | '۔'
            | '।'
            | '॥'
    )
}
