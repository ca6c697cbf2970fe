//! A repairing XML reader for feeds and OPML: everything that a browser would forgive is forgiven, and told.
//! It refuses to expand declared entities, to nest deeper than browsers do, and to take more than linear time.

pub(crate) mod entities;
pub(crate) mod namespace;
pub(crate) mod tokens;
pub(crate) mod tree;
