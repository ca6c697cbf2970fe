//! What only the polls can tell of what is missing: entries that rolled over unseen, and pages that gave no article.
//! Losing it loses that knowledge and no article; when it began is kept beside it, so that nobody takes silence from
//! before for proof.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::params;

use crate::archive::index::Index;
use crate::archive::index::documents::time;

/// Something that was expected and is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The slug of the source.
    pub source: String,
    /// Why it is missing.
    pub cause: Cause,
    /// What it is: the entry's key, or for a gap the feed's address and the time that it ends at.
    pub what: String,
    /// When it was noticed, the latest time.
    pub time: Timestamp,
    /// It in plain words.
    pub words: String,
}

/// Why something is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No entry of the poll before was left in the feed: others may have come and gone in between.
    Gap,
    /// The entry's page gave no article, and the feed has a teaser at most. The word says what the page is instead
    /// (`paywall`, `consent`), or `unreachable`.
    Page(String),
}

impl Cause {
    /// One lower-case word, which stays as it is from version to version.
    pub fn word(&self) -> &str {
        match self {
            Cause::Gap => "gap",
            Cause::Page(word) => word,
        }
    }

    fn of(word: String) -> Cause {
        match word.as_str() {
            "gap" => Cause::Gap,
            _ => Cause::Page(word),
        }
    }
}

/// How the entries that a source announced ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// All of them.
    pub entries: u32,
    /// Those that wait for their page.
    pub waiting: u32,
    /// Those of which no document came: neither feed nor page held any text.
    pub empty: u32,
}

impl Index {
    /// Records what is missing of the sources of a round, and takes out what is not missing any more: by source and
    /// entry key. Each source's ledger begins with the first round that it is told of.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read or written.
    pub fn put_shortfalls(
        &mut self,
        (sources, now): (&[&str], Timestamp),
        missing: &[Shortfall],
        mended: &[(&str, &str)],
    ) -> Result<()> {
        let transaction = self.begin()?;
        for source in sources {
            transaction.execute(
                "INSERT OR IGNORE INTO ledgers (source, since) VALUES (?1, ?2)",
                params![source, now.as_millisecond()],
            )?;
        }
        for (source, what) in mended {
            transaction.execute(
                "DELETE FROM shortfalls WHERE source = ?1 AND what = ?2",
                [source, what],
            )?;
        }
        for missing in missing {
            transaction.execute(
                "INSERT OR REPLACE INTO shortfalls (source, what, cause, time, words) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    missing.source,
                    missing.what,
                    missing.cause.word(),
                    missing.time.as_millisecond(),
                    missing.words
                ],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// What is missing of a source, the latest first.
    pub fn shortfalls(&self, source: &str) -> Result<Vec<Shortfall>> {
        let sql = "SELECT cause, what, time, words FROM shortfalls WHERE source = ?1 ORDER BY time DESC, what";
        let mut query = self.connection.prepare_cached(sql)?;
        let found = query.query_map([source], |row| {
            Ok(Shortfall {
                source: source.to_owned(),
                cause: Cause::of(row.get(0)?),
                what: row.get(1)?,
                time: time(row, 2)?.ok_or(rusqlite::Error::InvalidQuery)?,
                words: row.get(3)?,
            })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Since when a source's ledger is kept; absent where no round has been told of since the index was made.
    pub fn ledger_since(&self, source: &str) -> Result<Option<Timestamp>> {
        let sql = "SELECT max(since) FROM ledgers WHERE source = ?1";
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_row([source], |row| time(row, 0))?)
    }

    /// When the first document of a source was recorded by a round; absent where none was.
    pub fn first_captured(&self, source: &str) -> Result<Option<Timestamp>> {
        let sql = "SELECT min(captured) FROM documents WHERE source = ?1";
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_row([source], |row| time(row, 0))?)
    }

    /// How the entries of a source ended that polls have settled since the index was made.
    pub fn announced(&self, source: &str) -> Result<Announced> {
        // What was looked for under a name with a space is no entry (`pipeline::absent`).
        let sql = "SELECT count(*), count(waiting_since), \
                coalesce(sum(waiting_since IS NULL AND documents.id IS NULL AND tombstones.id IS NULL), 0) \
             FROM entries LEFT JOIN documents ON documents.id = entries.id \
             LEFT JOIN tombstones ON tombstones.id = entries.id \
             WHERE entries.source = ?1 AND entries.entry NOT LIKE 'looked for %'";
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_row([source], |row| {
            Ok(Announced {
                entries: row.get(0)?,
                waiting: row.get(1)?,
                empty: row.get(2)?,
            })
        })?)
    }
}
