//! What each document was, revision by revision, as git's history tells it: asking git would read the history anew for
//! each document.

use crate::archive::index::Index;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use wirecopy_document::identity::DocumentId;

/// A document's file as a commit left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// When the commit was made, to the second.
    pub time: Timestamp,
    /// Git's name of the file's content; [`crate::archive::reader::Reader::read_blob`] takes it.
    pub revision: String,
}

impl Index {
    /// The revisions of a document, oldest first; of those of one second the last. Fewer than there were where the
    /// archive was fetched without its history, down to none.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn revisions(&self, id: DocumentId) -> anyhow::Result<Vec<Recorded>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT time, revision FROM revisions WHERE id = ?1 ORDER BY time")?;
        let mut rows = query.query([id.to_string()])?;
        let mut revisions = Vec::new();
        while let Some(row) = rows.next()? {
            revisions.push(Recorded {
                time: Timestamp::from_second(row.get(0)?)?,
                revision: row.get(1)?,
            });
        }
        Ok(revisions)
    }
}

/// Notes what a commit of that second made of a document.
pub(crate) fn put(
    connection: &Connection,
    id: DocumentId,
    (time, revision): (Timestamp, &str),
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO revisions (id, time, revision) VALUES (?1, ?2, ?3)";
    let values = params![id.to_string(), time.as_second(), revision];
    connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Forgets a document that was deleted.
pub(crate) fn delete(connection: &Connection, id: DocumentId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM revisions WHERE id = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}
