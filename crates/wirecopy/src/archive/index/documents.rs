//! Documents in the index: one row each, found by id, by key, by time and by order of archiving.

use crate::archive::index::Index;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rusqlite::{Connection, OptionalExtension, Params, params};
use std::ops::Range;
use wirecopy_document::document::Header;
use wirecopy_document::identity::DocumentId;

/// What the index knows of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its identifier.
    pub id: DocumentId,
    /// The slug of its source.
    pub source: String,
    /// Where its publisher serves it.
    pub url: String,
    /// Plain text on one line.
    pub title: String,
    /// The volume that holds it.
    pub volume: String,
    /// Its path there.
    pub path: String,
    /// When it was published.
    pub published: Timestamp,
    /// When its newest revision was fetched.
    pub captured: Option<Timestamp>,
    /// When its publisher says that it was last changed.
    pub modified: Option<Timestamp>,
    /// Its language, a BCP 47 tag.
    pub language: Option<String>,
    /// Plain text that stands for it in lists.
    pub summary: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The picture that stands for it.
    pub image: Option<String>,
    /// Fingerprint of the feed entry that its newest revision was made from.
    pub entry: Option<String>,
    /// Git's name of its newest revision; [`crate::archive::reader::Reader::read_blob`] takes it.
    pub revision: String,
    /// How many revisions it has, from 1; fewer than there were when the archive was fetched without its history.
    pub revisions: u32,
    /// Its place in the order of archiving; greater is later. Not dense. Rows of different volumes may share one.
    pub sequence: i64,
    /// When its publisher took it back.
    pub withdrawn: Option<Timestamp>,
}

/// A document of the archive that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The volume that holds it.
    pub volume: String,
    /// Its path there.
    pub path: String,
    /// Why, in words.
    pub problem: String,
}

/// The documents before and after one in its source, by time of publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbours {
    /// The next older one.
    pub older: Option<Row>,
    /// The next newer one.
    pub newer: Option<Row>,
}

impl Index {
    /// The document of that identifier.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read.
    pub fn document(&self, id: DocumentId) -> anyhow::Result<Option<Row>> {
        by_id(&self.connection, id)
    }

    /// The document that `source` tells under that key (`wirecopy_document::identity::key`), aliases included.
    pub fn document_by_key(&self, source: &str, key: &str) -> anyhow::Result<Option<Row>> {
        let rows = self.select(
            "WHERE id = (SELECT id FROM keys WHERE source = ?1 AND key = ?2)",
            params![source, key],
        )?;
        Ok(rows.into_iter().next())
    }

    /// The documents that any source tells under that key, in order of archiving.
    pub fn documents_by_key(&self, key: &str) -> anyhow::Result<Vec<Row>> {
        self.select(
            "WHERE id IN (SELECT id FROM keys WHERE key = ?1) ORDER BY sequence, id",
            [key],
        )
    }

    /// The latest published documents of one source or of all, the newest first.
    pub fn newest(&self, source: Option<&str>, limit: usize) -> anyhow::Result<Vec<Row>> {
        let limit = i64::try_from(limit)?;
        match source {
            Some(source) => self.select(
                "WHERE source = ?1 ORDER BY published DESC, id DESC LIMIT ?2",
                params![source, limit],
            ),
            None => self.select("ORDER BY published DESC, id DESC LIMIT ?1", [limit]),
        }
    }

    /// The documents of one source or of all that were published on that day in UTC, the newest first.
    pub fn by_day(&self, source: Option<&str>, day: Date) -> anyhow::Result<Vec<Row>> {
        let start = day.to_zoned(TimeZone::UTC)?.timestamp();
        let end = day
            .checked_add(1.day())?
            .to_zoned(TimeZone::UTC)?
            .timestamp();
        let (start, end) = (start.as_millisecond(), end.as_millisecond());
        let newest_first = "ORDER BY published DESC, id DESC";
        match source {
            Some(source) => self.select(
                &format!("WHERE source = ?1 AND published >= ?2 AND published < ?3 {newest_first}"),
                params![source, start, end],
            ),
            None => self.select(
                &format!("WHERE published >= ?1 AND published < ?2 {newest_first}"),
                [start, end],
            ),
        }
    }

    /// The documents of a source that were published in the month (UTC) that begins at `month`, the newest first.
    pub fn by_month(&self, source: &str, month: Date) -> anyhow::Result<Vec<Row>> {
        let start = month.to_zoned(TimeZone::UTC)?.timestamp().as_millisecond();
        let end = month
            .checked_add(1.month())?
            .to_zoned(TimeZone::UTC)?
            .timestamp()
            .as_millisecond();
        self.select(
            "WHERE source = ?1 AND published >= ?2 AND published < ?3 ORDER BY published DESC, id DESC",
            params![source, start, end],
        )
    }

    /// The first days of the months (UTC) in which documents of a source were published that `volume` holds, newest
    /// first. Each month is a search or two, so that a source of a hundred thousand documents costs what its months
    /// cost, and those of other volumes what they hold.
    pub fn months(&self, source: &str, volume: &str) -> anyhow::Result<Vec<Date>> {
        let latest_before =
            "SELECT max(published) FROM documents WHERE source = ?1 AND published < ?2";
        let mut latest_before = self.connection.prepare_cached(latest_before)?;
        let held = "SELECT EXISTS (SELECT 1 FROM documents \
            WHERE source = ?1 AND published >= ?2 AND published < ?3 AND volume = ?4)";
        let mut held = self.connection.prepare_cached(held)?;
        let (mut months, mut end) = (Vec::new(), i64::MAX);
        while let Some(published) =
            latest_before.query_row(params![source, end], |row| time(row, 0))?
        {
            let month = published.to_zoned(TimeZone::UTC).date().first_of_month();
            let begin = month.to_zoned(TimeZone::UTC)?.timestamp().as_millisecond();
            if held.query_row(params![source, begin, end, volume], |row| row.get(0))? {
                months.push(month);
            }
            end = begin;
        }
        Ok(months)
    }

    /// At most `limit` documents that were archived after `sequence`, in order of archiving.
    pub fn archived_after(&self, sequence: i64, limit: usize) -> anyhow::Result<Vec<Row>> {
        self.select(
            "WHERE sequence > ?1 ORDER BY sequence, id LIMIT ?2",
            params![sequence, i64::try_from(limit)?],
        )
    }

    /// The place of a document in its source in the order of archiving, from 1.
    pub fn number(&self, row: &Row) -> anyhow::Result<u64> {
        let mut query = self.connection.prepare_cached(
            "SELECT count(*) FROM documents WHERE source = ?1 AND (sequence, id) <= (?2, ?3)",
        )?;
        let place = params![row.source, row.sequence, row.id.to_string()];
        let count: i64 = query.query_row(place, |row| row.get(0))?;
        Ok(count.try_into()?)
    }

    /// The documents of a source that have these places ([`Index::number`]), in their order.
    pub fn numbered(&self, source: &str, numbers: Range<u64>) -> anyhow::Result<Vec<Row>> {
        let skipped = i64::try_from(numbers.start.saturating_sub(1))?;
        let wanted = i64::try_from(numbers.end.saturating_sub(numbers.start.max(1)))?;
        self.select(
            "WHERE source = ?1 ORDER BY sequence, id LIMIT ?2 OFFSET ?3",
            params![source, wanted, skipped],
        )
    }

    /// The place of a document in the order of archiving over all sources, from 0, in an archive of `count`. Counted
    /// from the end, where new documents stand.
    pub fn ordinal(&self, row: &Row, count: u64) -> anyhow::Result<u64> {
        let from_it = "SELECT count(*) FROM documents WHERE (sequence, id) >= (?1, ?2)";
        let mut query = self.connection.prepare_cached(from_it)?;
        let from_it: i64 =
            query.query_row(params![row.sequence, row.id.to_string()], |row| row.get(0))?;
        Ok(count.saturating_sub(from_it.try_into()?))
    }

    /// The documents that have these places ([`Index::ordinal`]) in an archive of `count`, in their order. They are
    /// reached from the nearer end.
    pub fn archived(&self, ordinals: Range<u64>, count: u64) -> anyhow::Result<Vec<Row>> {
        let end = ordinals.end.min(count);
        let wanted = i64::try_from(end.saturating_sub(ordinals.start))?;
        if ordinals.start <= count - end {
            let skipped = i64::try_from(ordinals.start)?;
            return self.select(
                "ORDER BY sequence, id LIMIT ?1 OFFSET ?2",
                [wanted, skipped],
            );
        }
        let skipped = i64::try_from(count - end)?;
        let newest_first = "ORDER BY sequence DESC, id DESC LIMIT ?1 OFFSET ?2";
        let mut rows = self.select(newest_first, [wanted, skipped])?;
        rows.reverse();
        Ok(rows)
    }

    /// How many documents each source has, by slug.
    pub fn counts(&self) -> anyhow::Result<Vec<(String, u32)>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT source, count(*) FROM documents GROUP BY source")?;
        let counts = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(counts.collect::<Result<_, _>>()?)
    }

    /// The documents around one in its source.
    pub fn neighbours(&self, row: &Row) -> anyhow::Result<Neighbours> {
        let place = params![
            row.source,
            row.published.as_millisecond(),
            row.id.to_string()
        ];
        let older = "WHERE source = ?1 AND (published, id) < (?2, ?3) ORDER BY published DESC, id DESC LIMIT 1";
        let newer =
            "WHERE source = ?1 AND (published, id) > (?2, ?3) ORDER BY published, id LIMIT 1";
        Ok(Neighbours {
            older: self.select(older, place)?.pop(),
            newer: self.select(newer, place)?.pop(),
        })
    }

    /// Hands every document over in order of archiving, one at a time.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or `each` fails.
    pub fn each(&self, mut each: impl FnMut(Row) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut query = self
            .connection
            .prepare(&format!("{SELECT} ORDER BY sequence, id"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            each(from_sql(row)?)?;
        }
        Ok(())
    }

    /// The documents that could not be read, by path.
    pub fn unread(&self) -> anyhow::Result<Vec<Unread>> {
        let mut query = self
            .connection
            .prepare("SELECT volume, path, problem FROM unread ORDER BY volume, path")?;
        let unread = query.query_map([], |row| {
            Ok(Unread {
                volume: row.get(0)?,
                path: row.get(1)?,
                problem: row.get(2)?,
            })
        })?;
        Ok(unread.collect::<Result<_, _>>()?)
    }

    pub(super) fn select(&self, clauses: &str, values: impl Params) -> anyhow::Result<Vec<Row>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{SELECT} {clauses}"))?;
        let rows = query.query_map(values, from_sql)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A document's file as it was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentFile<'a> {
    pub(crate) id: DocumentId,
    pub(crate) volume: &'a str,
    pub(crate) path: &'a str,
    pub(crate) revision: &'a str,
    pub(crate) bytes: &'a [u8],
}

impl Row {
    /// The row of a file whose head was read, before its life is known.
    pub(crate) fn new(file: &DocumentFile, header: Header) -> Row {
        let trailer = header.trailer;
        let directory = file.path.split('/').nth(1).unwrap_or_default();
        Row {
            id: file.id,
            source: trailer.source.unwrap_or_else(|| directory.to_owned()),
            url: header.url,
            title: header.title,
            volume: file.volume.to_owned(),
            path: file.path.to_owned(),
            published: header.published,
            captured: trailer.captured,
            modified: trailer.modified,
            language: trailer.language,
            summary: trailer.summary,
            authors: trailer.authors,
            image: trailer.image.map(String::from),
            entry: trailer.entry,
            revision: file.revision.to_owned(),
            revisions: 1,
            sequence: 0,
            withdrawn: trailer.withdrawn,
        }
    }
}

const SELECT: &str = "SELECT id, source, url, title, volume, path, published, captured, modified, language, summary, \
    authors, image, entry, revision, revisions, sequence, withdrawn FROM documents";

const INSERT: &str = "INSERT INTO documents (id, source, url, title, volume, path, published, captured, modified, \
    language, summary, authors, image, entry, revision, revisions, sequence, withdrawn) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";

/// No name holds a line break, as a document's values are single lines.
const BETWEEN_AUTHORS: &str = "\n";

pub(crate) fn by_id(connection: &Connection, id: DocumentId) -> anyhow::Result<Option<Row>> {
    let mut query = connection.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    Ok(query.query_row([id.to_string()], from_sql).optional()?)
}

pub(crate) fn insert(connection: &Connection, row: &Row) -> rusqlite::Result<()> {
    connection.prepare_cached(INSERT)?.execute(params![
        row.id.to_string(),
        row.source,
        row.url,
        row.title,
        row.volume,
        row.path,
        row.published.as_millisecond(),
        row.captured.map(Timestamp::as_millisecond),
        row.modified.map(Timestamp::as_millisecond),
        row.language,
        row.summary,
        row.authors.join(BETWEEN_AUTHORS),
        row.image,
        row.entry,
        row.revision,
        row.revisions,
        row.sequence,
        row.withdrawn.map(Timestamp::as_millisecond),
    ])?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, id: DocumentId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM documents WHERE id = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}

fn from_sql(row: &rusqlite::Row) -> rusqlite::Result<Row> {
    let id: String = row.get(0)?;
    let authors: String = row.get(11)?;
    Ok(Row {
        id: id.parse().map_err(|error| unreadable(0, error))?,
        source: row.get(1)?,
        url: row.get(2)?,
        title: row.get(3)?,
        volume: row.get(4)?,
        path: row.get(5)?,
        published: time(row, 6)?.ok_or(rusqlite::Error::InvalidQuery)?,
        captured: time(row, 7)?,
        modified: time(row, 8)?,
        language: row.get(9)?,
        summary: row.get(10)?,
        authors: authors
            .split(BETWEEN_AUTHORS)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        image: row.get(12)?,
        entry: row.get(13)?,
        revision: row.get(14)?,
        revisions: row.get(15)?,
        sequence: row.get(16)?,
        withdrawn: time(row, 17)?,
    })
}

/// A time as the tables have it.
pub(crate) fn time(row: &rusqlite::Row, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let milliseconds: Option<i64> = row.get(column)?;
    milliseconds
        .map(Timestamp::from_millisecond)
        .transpose()
        .map_err(|error| unreadable(column, error))
}

fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        column,
        rusqlite::types::Type::Integer,
        Box::new(error),
    )
}
