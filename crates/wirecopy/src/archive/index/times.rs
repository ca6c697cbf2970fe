//! Documents by their time of publication, whatever their source.

use crate::archive::index::Index;
use crate::archive::index::documents::{Row, time};
use crate::archive::index::sequence::time_of;
use jiff::Timestamp;
use rusqlite::{params, params_from_iter};
use std::ops::Range;

impl Index {
    /// At most `limit` documents that were published within those times, after the first `skipped`, oldest first.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read.
    pub fn between(
        &self,
        times: &Range<Timestamp>,
        skipped: u64,
        limit: u64,
    ) -> anyhow::Result<Vec<Row>> {
        let (start, end) = milliseconds(times);
        self.select(
            "WHERE published >= ?1 AND published < ?2 ORDER BY published, id LIMIT ?3 OFFSET ?4",
            params![start, end, i64::try_from(limit)?, i64::try_from(skipped)?],
        )
    }

    /// How many documents were published within those times.
    pub fn count_between(&self, times: &Range<Timestamp>) -> anyhow::Result<u64> {
        let mut query = self.connection.prepare_cached(
            "SELECT count(*) FROM documents WHERE published >= ?1 AND published < ?2",
        )?;
        let (start, end) = milliseconds(times);
        let count: i64 = query.query_row([start, end], |row| row.get(0))?;
        Ok(count.try_into()?)
    }

    /// When a document was last archived, of one source or of all, by the commit that added it.
    pub fn last_archived(&self, source: Option<&str>) -> anyhow::Result<Option<Timestamp>> {
        let of_one = "SELECT max(sequence) FROM documents WHERE source = ?1";
        let of_all = "SELECT max(sequence) FROM documents";
        let query = if source.is_some() { of_one } else { of_all };
        let mut query = self.connection.prepare_cached(query)?;
        let sequence: Option<i64> = query.query_row(params_from_iter(source), |row| row.get(0))?;
        Ok(sequence.map(time_of).transpose()?)
    }

    /// When a document that was published within those times was last archived, by the commit that added it.
    pub fn last_archived_between(
        &self,
        times: &Range<Timestamp>,
    ) -> anyhow::Result<Option<Timestamp>> {
        let mut query = self.connection.prepare_cached(
            "SELECT max(sequence) FROM documents WHERE published >= ?1 AND published < ?2",
        )?;
        let (start, end) = milliseconds(times);
        let sequence: Option<i64> = query.query_row([start, end], |row| row.get(0))?;
        Ok(sequence.map(time_of).transpose()?)
    }

    /// When the last document was published before `limit`.
    pub fn last_before(&self, limit: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT max(published) FROM documents WHERE published < ?1")?;
        Ok(query.query_row([limit.as_millisecond()], |row| time(row, 0))?)
    }

    /// When the first document was published from `start` on.
    pub fn first_from(&self, start: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT min(published) FROM documents WHERE published >= ?1")?;
        Ok(query.query_row([start.as_millisecond()], |row| time(row, 0))?)
    }
}

fn milliseconds(times: &Range<Timestamp>) -> (i64, i64) {
    (times.start.as_millisecond(), times.end.as_millisecond())
}
