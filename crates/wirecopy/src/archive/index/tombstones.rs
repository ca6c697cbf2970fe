//! What the operator took out of the archive, so that nothing shows it and no round brings it back.

use crate::archive::index::Index;
use crate::archive::index::documents::{Row, time};
use crate::archive::index::sequence::Life;
use crate::archive::tombstone::Tombstone;
use rusqlite::{Connection, Params, params};
use wirecopy_document::identity::DocumentId;

/// A document that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The identity that it had.
    pub id: DocumentId,
    /// The slug of its source.
    pub source: String,
    /// The volume that holds its tombstone.
    pub volume: String,
    /// The path of its tombstone, which was its own.
    pub path: String,
    /// When and why.
    pub tombstone: Tombstone,
}

const SELECT: &str = "SELECT id, source, volume, path, removed, reason, legal FROM tombstones";

impl Index {
    /// Whether and why the document of that identity was taken out.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read.
    pub fn removed(&self, id: DocumentId) -> anyhow::Result<Option<Removed>> {
        let found = self.select_removed("WHERE id = ?1", [id.to_string()])?;
        Ok(found.into_iter().next())
    }

    /// Whether what `source` tells under that key was taken out.
    pub fn is_removed(&self, source: &str, key: &str) -> anyhow::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM tombstones JOIN keys ON keys.id = tombstones.id \
            WHERE keys.source = ?1 AND keys.key = ?2)";
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_row([source, key], |row| row.get(0))?)
    }

    /// What any source told under that key and was taken out.
    pub fn removed_by_key(&self, key: &str) -> anyhow::Result<Vec<Removed>> {
        self.select_removed(
            "WHERE id IN (SELECT id FROM keys WHERE key = ?1) ORDER BY id",
            [key],
        )
    }

    /// All that was taken out.
    pub fn all_removed(&self) -> anyhow::Result<Vec<Removed>> {
        self.select_removed("ORDER BY id", [])
    }

    fn select_removed(&self, clauses: &str, values: impl Params) -> anyhow::Result<Vec<Removed>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{SELECT} {clauses}"))?;
        let rows = query.query_map(values, |row| {
            let time = time(row, 4)?.ok_or(rusqlite::Error::InvalidQuery)?;
            let tombstone = Tombstone {
                time,
                reason: row.get(5)?,
                is_legal: row.get(6)?,
            };
            let place: (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((row.get::<_, String>(0)?, place, tombstone))
        })?;
        let removed = rows.map(|row| {
            let (id, (source, volume, path), tombstone) = row?;
            Ok(Removed {
                id: id.parse()?,
                source,
                volume,
                path,
                tombstone,
            })
        });
        removed.collect()
    }
}

/// Adds the tombstone of a document; `row` is what its file says.
pub(crate) fn put(
    connection: &Connection,
    (row, tombstone): (&Row, &Tombstone),
    life: Life,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO tombstones (id, source, volume, path, sequence, revisions, removed, reason, \
        legal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    connection.prepare_cached(sql)?.execute(params![
        row.id.to_string(),
        row.source,
        row.volume,
        row.path,
        life.sequence,
        life.revisions,
        tombstone.time.as_millisecond(),
        tombstone.reason,
        tombstone.is_legal,
    ])?;
    Ok(())
}

/// Forgets a tombstone, in whose place something else has come.
pub(crate) fn delete(connection: &Connection, id: DocumentId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM tombstones WHERE id = ?1";
    connection.prepare_cached(sql)?.execute([id.to_string()])?;
    Ok(())
}
