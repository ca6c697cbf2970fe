//! Documents by what they are filed under: tags and authors, each with its number of documents, kept as they come and
//! go so that a list of subjects counts nothing.

use crate::archive::index::Index;
use crate::archive::index::documents::Row;
use rusqlite::{Connection, OptionalExtension, params};
use std::ops::Range;
use wirecopy_document::identity::DocumentId;
use wirecopy_document::subject::{Subject, SubjectKind};

/// A subject and how many documents are filed under it, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The subject, by the name that its first document gave it in the order of archiving.
    pub subject: Subject,
    /// How many documents are filed under it.
    pub articles: u64,
}

impl Index {
    /// The subjects of a kind, those of most documents first, at most `limit`.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read.
    pub fn subjects(&self, kind: SubjectKind, limit: usize) -> anyhow::Result<Vec<Holding>> {
        let sql = format!("{SELECT} WHERE kind = ?1 ORDER BY articles DESC, slug DESC LIMIT ?2");
        let mut query = self.connection.prepare_cached(&sql)?;
        let values = params![word(kind), i64::try_from(limit)?];
        let holdings = query.query_map(values, |row| holding(kind, row))?;
        Ok(holdings.collect::<Result<_, _>>()?)
    }

    /// One subject; absent when no document is filed under it.
    pub fn subject(&self, kind: SubjectKind, slug: &str) -> anyhow::Result<Option<Holding>> {
        let sql = format!("{SELECT} WHERE kind = ?1 AND slug = ?2");
        let mut query = self.connection.prepare_cached(&sql)?;
        let found = query.query_row(params![word(kind), slug], |row| holding(kind, row));
        Ok(found.optional()?)
    }

    /// The latest published documents under a subject, the newest first.
    pub fn newest_under(
        &self,
        (kind, slug): (SubjectKind, &str),
        limit: usize,
    ) -> anyhow::Result<Vec<Row>> {
        let clauses = format!(
            "WHERE id IN (SELECT id FROM mentions WHERE subject = {OF} ORDER BY published DESC, id DESC LIMIT ?3) \
             ORDER BY published DESC, id DESC"
        );
        self.select(&clauses, params![word(kind), slug, i64::try_from(limit)?])
    }

    /// The documents under a subject with these places in its order of archiving, from 1, in their order.
    pub fn numbered_under(
        &self,
        (kind, slug): (SubjectKind, &str),
        numbers: Range<u64>,
    ) -> anyhow::Result<Vec<Row>> {
        let skipped = i64::try_from(numbers.start.saturating_sub(1))?;
        let wanted = i64::try_from(numbers.end.saturating_sub(numbers.start.max(1)))?;
        let clauses = format!(
            "WHERE id IN (SELECT id FROM mentions WHERE subject = {OF} ORDER BY sequence, id LIMIT ?3 OFFSET ?4) \
             ORDER BY sequence, id"
        );
        self.select(&clauses, params![word(kind), slug, wanted, skipped])
    }

    /// The place of a document in a subject's order of archiving, from 1; the place after which it would come, where it
    /// is not filed under it.
    pub fn number_under(
        &self,
        (kind, slug): (SubjectKind, &str),
        row: &Row,
    ) -> anyhow::Result<u64> {
        let sql = format!(
            "SELECT count(*) FROM mentions WHERE subject = {OF} AND (sequence, id) <= (?3, ?4)"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let place = params![word(kind), slug, row.sequence, row.id.to_string()];
        let count: i64 = query.query_row(place, |row| row.get(0))?;
        Ok(count.try_into()?)
    }
}

const SELECT: &str = "SELECT slug, (SELECT name FROM mentions WHERE mentions.subject = subjects.subject \
    ORDER BY sequence, id LIMIT 1), articles FROM subjects";

/// The subject whose kind and slug are the first two values.
const OF: &str = "(SELECT subject FROM subjects WHERE kind = ?1 AND slug = ?2)";

fn holding(kind: SubjectKind, row: &rusqlite::Row) -> rusqlite::Result<Holding> {
    let (slug, name) = (row.get(0)?, row.get(1)?);
    Ok(Holding {
        subject: Subject { kind, slug, name },
        articles: row.get::<_, i64>(2)?.unsigned_abs(),
    })
}

/// Files a document that has just been added.
pub(crate) fn file(
    connection: &Connection,
    row: &Row,
    subjects: &[Subject],
) -> rusqlite::Result<()> {
    let mut count = connection.prepare_cached(
        "INSERT INTO subjects (kind, slug, articles) VALUES (?1, ?2, 1) \
         ON CONFLICT (kind, slug) DO UPDATE SET articles = articles + 1 RETURNING subject",
    )?;
    let mut mention = connection.prepare_cached(
        "INSERT INTO mentions (subject, sequence, id, published, name) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for Subject { kind, slug, name } in subjects {
        let subject: i64 = count.query_row(params![word(*kind), slug], |row| row.get(0))?;
        let (id, published) = (row.id.to_string(), row.published.as_millisecond());
        mention.execute(params![subject, row.sequence, id, published, name])?;
    }
    Ok(())
}

/// Takes a document out of all its subjects; one that is left without any goes too.
pub(crate) fn unfile(connection: &Connection, id: DocumentId) -> rusqlite::Result<()> {
    let id = id.to_string();
    let of_document = "(SELECT subject FROM mentions WHERE id = ?1)";
    for sql in [
        format!("UPDATE subjects SET articles = articles - 1 WHERE subject IN {of_document}"),
        format!("DELETE FROM subjects WHERE articles = 0 AND subject IN {of_document}"),
        "DELETE FROM mentions WHERE id = ?1".to_owned(),
    ] {
        connection.prepare_cached(&sql)?.execute([&id])?;
    }
    Ok(())
}

fn word(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Tag => "tag",
        SubjectKind::Author => "author",
    }
}
