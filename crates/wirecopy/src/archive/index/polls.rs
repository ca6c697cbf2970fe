//! What the polls of the sources' feeds left: losing it costs requests, never articles.

use crate::archive::index::Index;
use crate::archive::index::documents::time;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use url::Url;

/// The state of one feed's polls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// The slug of the source whose feed it is.
    pub source: String,
    /// The feed as the settings name it.
    pub feed: Url,
    /// Where it lives now, when its server said that it moved there for good.
    pub moved_to: Option<Url>,
    /// The `ETag` of the last whole response.
    pub etag: Option<String>,
    /// Its `Last-Modified`, as it was sent.
    pub last_modified: Option<String>,
    /// A hash of its body: servers without validators repeat themselves too.
    pub body_hash: Option<String>,
    /// When it was last asked.
    pub polled: Option<Timestamp>,
    /// When it last answered as it should.
    pub answered: Option<Timestamp>,
    /// When it is to be asked next.
    pub due: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// What the last failure was, in plain words; none after an answer.
    pub failure: Option<String>,
    /// How many articles in a row came whole with the feed.
    pub proofs: u32,
    /// How many entries in a row had a new date of change and no change.
    pub false_updates: u32,
    /// When it brings news, and when it asks to be left alone.
    pub rhythm: Rhythm,
    /// The address that it last gave for itself.
    pub self_link: Option<Url>,
}

/// What tells how often a feed is to be polled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// When its newest pieces of news came, newest first.
    pub news: Vec<Timestamp>,
    /// How long its last whole answer asked to be left alone (`ttl`, Cache-Control), in seconds.
    pub wish_seconds: u64,
    /// Hours in UTC, 0 to 23, at which it asks not to be polled.
    pub skip_hours: Vec<u8>,
    /// Days in UTC, 1 for Monday to 7, on which it asks not to be polled.
    pub skip_days: Vec<u8>,
}

impl Poll {
    /// The state of a feed that was never asked.
    pub fn unasked(source: &str, feed: &Url) -> Poll {
        Poll {
            source: source.to_owned(),
            feed: feed.clone(),
            moved_to: None,
            etag: None,
            last_modified: None,
            body_hash: None,
            polled: None,
            answered: None,
            due: None,
            failures: 0,
            failure: None,
            proofs: 0,
            false_updates: 0,
            rhythm: Rhythm::default(),
            self_link: None,
        }
    }
}

/// How the newest round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRound {
    /// Its fixed time.
    pub time: Timestamp,
    /// What it did, in a few words.
    pub outcome: String,
}

const SELECT: &str = "SELECT source, feed, moved_to, etag, last_modified, body_hash, polled, answered, due, failures, \
    failure, proofs, false_updates, rhythm, self_link FROM polls";
const PUT: &str = "INSERT OR REPLACE INTO polls (source, feed, moved_to, etag, last_modified, body_hash, polled, \
    answered, due, failures, failure, proofs, false_updates, rhythm, self_link) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
    ?12, ?13, ?14, ?15)";

/// After this long without a poll a feed's state is forgotten: a list of sitemaps names new parts every day, and those
/// of last year are asked no more.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(90 * 24);

impl Index {
    /// The state of one feed, absent before its first poll.
    ///
    /// # Errors
    ///
    /// Here and below: when the file cannot be read or written.
    pub fn poll(&self, source: &str, feed: &Url) -> anyhow::Result<Option<Poll>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{SELECT} WHERE source = ?1 AND feed = ?2"))?;
        Ok(query
            .query_row([source, feed.as_str()], from_sql)
            .optional()?)
    }

    /// The state of all feeds, by source and address.
    pub fn polls(&self) -> anyhow::Result<Vec<Poll>> {
        let mut query = self
            .connection
            .prepare_cached(&format!("{SELECT} ORDER BY source, feed"))?;
        let polls = query.query_map([], from_sql)?;
        Ok(polls.collect::<Result<_, _>>()?)
    }

    /// Records the state of feeds, all or none, and forgets those that were last polled ninety days before the newest.
    pub fn put_polls(&mut self, polls: &[Poll]) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        {
            let mut put = transaction.prepare_cached(PUT)?;
            for poll in polls {
                put.execute(params![
                    poll.source,
                    poll.feed.as_str(),
                    poll.moved_to.as_ref().map(Url::as_str),
                    poll.etag,
                    poll.last_modified,
                    poll.body_hash,
                    poll.polled.map(Timestamp::as_millisecond),
                    poll.answered.map(Timestamp::as_millisecond),
                    poll.due.map(Timestamp::as_millisecond),
                    poll.failures,
                    poll.failure,
                    poll.proofs,
                    poll.false_updates,
                    serde_json::to_string(&poll.rhythm)?,
                    poll.self_link.as_ref().map(Url::as_str),
                ])?;
            }
            if let Some(newest) = polls.iter().filter_map(|poll| poll.polled).max() {
                let oldest = newest.saturating_sub(FORGOTTEN)?;
                transaction
                    .prepare_cached("DELETE FROM polls WHERE polled < ?1")?
                    .execute([oldest.as_millisecond()])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Forgets a source that is no longer followed: its polls, visits and what is known of its entries, never its
    /// documents.
    pub fn forget_source(&mut self, source: &str) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        transaction.execute("DELETE FROM polls WHERE source = ?1", [source])?;
        transaction.execute("DELETE FROM entries WHERE source = ?1", [source])?;
        transaction.execute("DELETE FROM visits WHERE source = ?1", [source])?;
        transaction.execute("DELETE FROM shortfalls WHERE source = ?1", [source])?;
        transaction.execute("DELETE FROM ledgers WHERE source = ?1", [source])?;
        Ok(transaction.commit()?)
    }

    /// How the newest round ended, absent before the first.
    pub fn last_round(&self) -> anyhow::Result<Option<LastRound>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT time, outcome FROM rounds ORDER BY time DESC LIMIT 1")?;
        let round = query
            .query_row([], |row| {
                let time = time(row, 0)?.ok_or(rusqlite::Error::InvalidQuery)?;
                Ok(LastRound {
                    time,
                    outcome: row.get(1)?,
                })
            })
            .optional()?;
        Ok(round)
    }

    /// Records how a round ended, in place of the one before.
    pub fn put_round(&mut self, round: &LastRound) -> anyhow::Result<()> {
        let transaction = self.begin()?;
        transaction.execute("DELETE FROM rounds", [])?;
        transaction.execute(
            "INSERT INTO rounds (time, outcome) VALUES (?1, ?2)",
            params![round.time.as_millisecond(), round.outcome],
        )?;
        Ok(transaction.commit()?)
    }
}

fn from_sql(row: &Row) -> rusqlite::Result<Poll> {
    let address = |column: usize, text: String| {
        Url::parse(&text).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                column,
                rusqlite::types::Type::Text,
                Box::new(error),
            )
        })
    };
    let moved_to: Option<String> = row.get(2)?;
    let rhythm: Option<String> = row.get(13)?;
    let self_link: Option<String> = row.get(14)?;
    Ok(Poll {
        source: row.get(0)?,
        feed: address(1, row.get(1)?)?,
        moved_to: moved_to.map(|text| address(2, text)).transpose()?,
        etag: row.get(3)?,
        last_modified: row.get(4)?,
        body_hash: row.get(5)?,
        polled: time(row, 6)?,
        answered: time(row, 7)?,
        due: time(row, 8)?,
        failures: row.get(9)?,
        failure: row.get(10)?,
        proofs: row.get(11)?,
        false_updates: row.get(12)?,
        // One that a later version wrote is learned anew.
        rhythm: rhythm
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default(),
        self_link: self_link.map(|text| address(14, text)).transpose()?,
    })
}
