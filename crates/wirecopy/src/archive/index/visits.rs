//! When recorded articles are looked at again, and what the last look left: losing it costs requests, for the ladder
//! is begun anew from the times of publication in the archive.

use crate::archive::index::Index;
use crate::archive::index::documents::time;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use wirecopy_document::identity::DocumentId;

/// A recorded article that is going to be looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The document.
    pub id: DocumentId,
    /// The slug of its source.
    pub source: String,
    /// From when its age is counted.
    pub since: Timestamp,
    /// When it is to be looked at next.
    pub due: Timestamp,
    /// The `ETag` of its page when that was last read; none where the article spans several pages.
    pub etag: Option<String>,
    /// The page's `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
    /// Whether the recorded text is the page's, and not its feed's.
    pub from_page: bool,
    /// Hashes of what the page said when it was last read; none where it never was, or that is forgotten.
    pub seen: Option<String>,
    /// Looks in a row that told nothing: no answer, or one of a server in trouble.
    pub failures: u32,
    /// Since when its page has been missing.
    pub gone_since: Option<Timestamp>,
}

/// What becomes of a document's visits: the next one, or none any more.
pub type Planned = (DocumentId, Option<Visit>);

const SELECT: &str = "SELECT id, source, since, due, etag, last_modified, from_page, seen, failures, gone_since \
    FROM visits";
const PUT: &str = "INSERT OR REPLACE INTO visits (id, source, since, due, etag, last_modified, from_page, seen, \
    failures, gone_since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

impl Index {
    /// The next visit of a document, absent when there is to be none.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read or written.
    pub fn visit(&self, id: DocumentId) -> anyhow::Result<Option<Visit>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
        Ok(query.query_row([id.to_string()], from_sql).optional()?)
    }

    /// At most `limit` documents of a source that are to be looked at by `now`, with their times, longest due first.
    pub fn due_visits(
        &self,
        source: &str,
        now: Timestamp,
        limit: usize,
    ) -> anyhow::Result<Vec<(Timestamp, DocumentId)>> {
        let sql =
            "SELECT due, id FROM visits WHERE source = ?1 AND due <= ?2 ORDER BY due, id LIMIT ?3";
        let mut query = self.connection.prepare_cached(sql)?;
        let values = params![source, now.as_millisecond(), i64::try_from(limit)?];
        let due = query.query_map(values, |row| {
            Ok((needed(time(row, 0)?)?, row.get::<_, String>(1)?))
        })?;
        due.map(|due| {
            due.map_err(Into::into)
                .and_then(|(due, id)| Ok((due, id.parse()?)))
        })
        .collect()
    }

    /// Records what was planned, all or nothing. To be called when the documents are in the archive and not before.
    pub fn put_visits<'a>(
        &mut self,
        planned: impl IntoIterator<Item = (&'a DocumentId, &'a Option<Visit>)>,
    ) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        for (id, visit) in planned {
            match visit {
                Some(visit) => put(&transaction, visit)?,
                None => {
                    let sql = "DELETE FROM visits WHERE id = ?1";
                    transaction.prepare_cached(sql)?.execute([id.to_string()])?;
                }
            }
        }
        Ok(transaction.commit()?)
    }

    /// Whether every young document of the archive has been planned for, so that only new ones are to be.
    pub fn has_begun_visits(&self) -> anyhow::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM begun WHERE what = 'visits')";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The documents of a source published after `oldest` that no visit is planned of, with their times of publication.
    pub fn unvisited(
        &self,
        source: &str,
        oldest: Timestamp,
    ) -> anyhow::Result<Vec<(DocumentId, Timestamp)>> {
        let sql = "SELECT id, published FROM documents WHERE source = ?1 AND published > ?2 AND withdrawn IS NULL \
            AND NOT EXISTS (SELECT 1 FROM visits WHERE visits.id = documents.id) ORDER BY published, id";
        let mut query = self.connection.prepare_cached(sql)?;
        let found = query.query_map(params![source, oldest.as_millisecond()], |row| {
            Ok((row.get::<_, String>(0)?, needed(time(row, 1)?)?))
        })?;
        found
            .map(|found| {
                let (id, published) = found?;
                Ok((id.parse()?, published))
            })
            .collect()
    }

    /// Records the visits that an archive begins with.
    pub fn begin_visits(&mut self, visits: &[Visit]) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        for visit in visits {
            put(&transaction, visit)?;
        }
        transaction.execute("INSERT OR REPLACE INTO begun (what) VALUES ('visits')", [])?;
        Ok(transaction.commit()?)
    }
}

/// Has the next round plan for the documents that it finds without a visit: some came by another way than a round.
pub(crate) fn begin_anew(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM begun WHERE what = 'visits'", [])?;
    Ok(())
}

fn put(connection: &Connection, visit: &Visit) -> rusqlite::Result<()> {
    connection.prepare_cached(PUT)?.execute(params![
        visit.id.to_string(),
        visit.source,
        visit.since.as_millisecond(),
        visit.due.as_millisecond(),
        visit.etag,
        visit.last_modified,
        visit.from_page,
        visit.seen,
        visit.failures,
        visit.gone_since.map(Timestamp::as_millisecond),
    ])?;
    Ok(())
}

fn from_sql(row: &Row) -> rusqlite::Result<Visit> {
    let id: String = row.get(0)?;
    let unreadable = |error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
    };
    Ok(Visit {
        id: id.parse().map_err(unreadable)?,
        source: row.get(1)?,
        since: needed(time(row, 2)?)?,
        due: needed(time(row, 3)?)?,
        etag: row.get(4)?,
        last_modified: row.get(5)?,
        from_page: row.get(6)?,
        seen: row.get(7)?,
        failures: row.get(8)?,
        gone_since: time(row, 9)?,
    })
}

fn needed(time: Option<Timestamp>) -> rusqlite::Result<Timestamp> {
    time.ok_or(rusqlite::Error::InvalidQuery)
}
