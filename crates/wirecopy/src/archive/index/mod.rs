//! The index: one SQLite file that answers what git would have to search for. It may be deleted at any time;
//! [`Index::open_current`] makes it again from the archive.
//!
//! Documents, keys and aliases are functions of the archive. Polls, entries and visits are not: they say what
//! need not be asked again, and losing them costs requests, never articles.

pub mod documents;
pub mod entries;
pub mod pictures;
pub mod polls;
pub mod rebuild;
pub mod revisions;
pub mod shortfalls;
pub mod subjects;
pub mod times;
pub mod tombstones;
pub mod visits;

mod record;
mod schema;
mod sequence;

use anyhow::Context;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::Path;

/// An open index. Another process may read beside it; one writes.
#[derive(Debug)]
pub struct Index {
    connection: Connection,
}

impl Index {
    /// Opens the index at `path` as it is, or begins an empty one; an older one is migrated and kept beside it.
    ///
    /// # Errors
    ///
    /// When it is of a newer version, locked, or damaged.
    pub fn open(path: &Path) -> anyhow::Result<Index> {
        let connection = schema::open(path)
            .with_context(|| format!("cannot open the index {}", path.display()))?;
        Ok(Index { connection })
    }

    /// At once for writing: a transaction that turns to writing later fails where it meets another, without waiting.
    fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
    }
}
