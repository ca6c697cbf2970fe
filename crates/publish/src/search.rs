//! The search index of the site: files that a script, `wirecopy search` and the server read alike.
//!
//! Each document has an ordinal, its place in the order of archiving, from 0. Its text becomes terms ([`units`],
//! [`terms`]), and each term's list of documents stands in one of a level's shards ([`level`]). A new document rewrites
//! the smallest level alone; a level that is full goes into the next. Every file is a call of one function with text,
//! so that a page can load it as a script where it cannot fetch: from `file://`. No positions are kept: whether a
//! phrase stands in a document is read from its page. All files are functions of the documents and their order.

pub mod bookmark;
pub mod build;
pub mod entries;
pub mod excerpt;
pub mod find;
pub mod level;
pub mod newest;
pub mod query;
pub mod results;
pub mod revise;
pub mod terms;
pub mod units;

mod file;
pub(crate) mod fold;
mod postings;
mod run;
mod scores;
mod shard;
mod stem;
#[cfg(test)]
mod tests;
