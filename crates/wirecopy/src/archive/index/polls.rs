//! What the polls of a source left: losing it costs requests, never articles.

use crate::archive::index::Index;
use crate::archive::index::documents::time;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use std::time::Duration;

/// The state of one source's polls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Poll {
    /// The source's slug.
    pub source: String,
    /// The `ETag` of the last whole response.
    pub etag: Option<String>,
    /// Its `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
    /// A hash of its body: servers without validators repeat themselves too.
    pub body_hash: Option<String>,
    /// When it was last asked.
    pub polled: Option<Timestamp>,
    /// What came of it, in plain words.
    pub outcome: Option<String>,
    /// When it is to be asked next.
    pub due: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// How often it has something new, in whole seconds.
    pub pace: Option<Duration>,
}

const SELECT: &str = "SELECT source, etag, last_modified, body_hash, polled, outcome, due, failures, pace_seconds FROM polls";

const PUT: &str = "INSERT OR REPLACE INTO polls (source, etag, last_modified, body_hash, polled, outcome, due, \
    failures, pace_seconds) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

impl Index {
    /// The state of one source, absent before its first poll.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read or written.
    pub fn poll(&self, source: &str) -> anyhow::Result<Option<Poll>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{SELECT} WHERE source = ?1"))?;
        Ok(query.query_row([source], from_sql).optional()?)
    }

    /// The state of all sources, by slug.
    pub fn polls(&self) -> anyhow::Result<Vec<Poll>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{SELECT} ORDER BY source"))?;
        let polls = query.query_map([], from_sql)?;
        Ok(polls.collect::<Result<_, _>>()?)
    }

    /// Records the state of sources, all or none.
    pub fn put_polls(&mut self, polls: &[Poll]) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        {
            let mut put = transaction.prepare_cached(PUT)?;
            for poll in polls {
                put.execute(params![
                    poll.source,
                    poll.etag,
                    poll.last_modified,
                    poll.body_hash,
                    poll.polled.map(Timestamp::as_millisecond),
                    poll.outcome,
                    poll.due.map(Timestamp::as_millisecond),
                    poll.failures,
                    poll.pace
                        .map(|pace| i64::try_from(pace.as_secs()).unwrap_or(i64::MAX)),
                ])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Forgets a source that is no longer followed: its poll and what is known of its entries, never its documents.
    pub fn forget_source(&mut self, source: &str) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        transaction.execute("DELETE FROM polls WHERE source = ?1", [source])?;
        transaction.execute("DELETE FROM entries WHERE source = ?1", [source])?;
        Ok(transaction.commit()?)
    }
}

fn from_sql(row: &Row) -> rusqlite::Result<Poll> {
    let pace: Option<i64> = row.get(8)?;
    Ok(Poll {
        source: row.get(0)?,
        etag: row.get(1)?,
        last_modified: row.get(2)?,
        body_hash: row.get(3)?,
        polled: time(row, 4)?,
        outcome: row.get(5)?,
        due: time(row, 6)?,
        failures: row.get(7)?,
        pace: pace
            .and_then(|seconds| u64::try_from(seconds).ok())
            .map(Duration::from_secs),
    })
}
