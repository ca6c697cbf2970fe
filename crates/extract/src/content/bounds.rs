//! What a page may cost in memory: blocks and rows as its size allows, so that ten times a large page is enough for the
//! whole extraction, and no real page loses a block.

use wirecopy_html::Tree;

use super::feature::Row;

/// Bytes that may be kept beside each byte of a page for its nodes and blocks. The page as text, what is written of it
/// and the models take the rest of ten.
const BYTES_PER_BYTE: usize = 6;

/// A smaller page may have what this one may, 1 MB: its size alone decides little, and real pages of 300 kB can be
/// nothing but cells.
const LEAST_PAGE: usize = 1_000_000;

/// Bytes for each node: in the tree 32, in lists of nodes 5.
const NODE_BYTES: usize = 37;

/// Bytes for each element beside that: in the outline 40, in the sums of elements 32, in the second look 8.
const ELEMENT_BYTES: usize = 80;

/// Bytes for each block, however short it is, beside its row: its place 64, its measures 136, the second look 120.
const BLOCK_BYTES: usize = 320;

/// Blocks beyond which none is looked at, however small or large the page is. The fullest of 2,212 real pages has
/// 6,229.
const BLOCKS: std::ops::RangeInclusive<usize> = 10_000..=20_000;

/// How many blocks of a page are looked at.
pub(super) fn most_blocks(tree: &Tree) -> usize {
    (room(tree) / BLOCK_BYTES).clamp(*BLOCKS.start(), *BLOCKS.end())
}

/// Whether the rows of so many blocks may be kept from the first look for the second; else they are measured twice.
pub(super) fn may_keep_rows(tree: &Tree, blocks: usize) -> bool {
    blocks * (BLOCK_BYTES + size_of::<Row>()) <= room(tree)
}

/// Bytes that the page's blocks may take.
fn room(tree: &Tree) -> usize {
    let all = BYTES_PER_BYTE * tree.page_len().max(LEAST_PAGE);
    all.saturating_sub(NODE_BYTES * tree.len() + ELEMENT_BYTES * tree.element_places())
}
