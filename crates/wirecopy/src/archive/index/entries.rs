//! Which feed entries are done: an entry whose fingerprint is known is not fetched again.

use crate::archive::index::Index;
use crate::archive::index::documents::time;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use wirecopy_document::identity::DocumentId;

/// A feed entry that was dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRecord {
    /// The slug of the source whose feed holds it.
    pub source: String,
    /// What the entry is known by in its feed.
    pub entry: String,
    /// A hash of what the entry said.
    pub fingerprint: String,
    /// The document made from it; absent when it gave none.
    pub id: Option<DocumentId>,
    /// Since when it waits for its page; absent when it was dealt with. A waiting entry has an empty fingerprint.
    pub waiting_since: Option<Timestamp>,
}

impl Index {
    /// What is known of an entry.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read or written.
    pub fn entry(&self, source: &str, entry: &str) -> anyhow::Result<Option<EntryRecord>> {
        let sql =
            "SELECT fingerprint, id, waiting_since FROM entries WHERE source = ?1 AND entry = ?2";
        let mut query = self.connection.prepare_cached(sql)?;
        let found: Option<(String, Option<String>, Option<Timestamp>)> = query
            .query_row([source, entry], |row| {
                Ok((row.get(0)?, row.get(1)?, time(row, 2)?))
            })
            .optional()?;
        let Some((fingerprint, id, waiting_since)) = found else {
            return Ok(None);
        };
        let id = id.map(|id| id.parse()).transpose()?;
        Ok(Some(EntryRecord {
            source: source.to_owned(),
            entry: entry.to_owned(),
            fingerprint,
            id,
            waiting_since,
        }))
    }

    /// Records entries as done, all or none. To be called when their documents are in the archive and not before.
    pub fn put_entries(&mut self, entries: &[EntryRecord]) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        {
            let sql = "INSERT OR REPLACE INTO entries (source, entry, fingerprint, id, waiting_since) \
                VALUES (?1, ?2, ?3, ?4, ?5)";
            let mut put = transaction.prepare_cached(sql)?;
            for entry in entries {
                let id = entry.id.map(|id| id.to_string());
                let since = entry.waiting_since.map(Timestamp::as_millisecond);
                put.execute(params![
                    entry.source,
                    entry.entry,
                    entry.fingerprint,
                    id,
                    since
                ])?;
            }
        }
        Ok(transaction.commit()?)
    }
}
