//! HTML to a flat tree (HTML §13.2), for pages of any size from anybody.
//!
//! Text and attributes stay where they stand in the page: the tree holds ranges of it, and copies
//! only what differs from its source (character references, null characters). What a page says in
//! comments, in its doctype and to scripting browsers is not kept; scripts do not run.
//!
//! Pure: no file, socket, clock or thread. Cost is in proportion to the page's size: nesting,
//! attributes of one tag, formatting elements kept open and nodes have their caps, which no page
//! that people read comes near; nothing here recurses or panics.

mod builder;
mod name;
mod store;
mod text;
mod tokenizer;
mod tree;

pub use builder::MAX_DEPTH;
pub use name::{Key, Tag, TagSet};
pub use text::push_folded;
pub use tokenizer::attribute::MAX_ATTRIBUTES;
pub use tree::{Attribute, Element, Node, NodeData, NodeId, Tree};
