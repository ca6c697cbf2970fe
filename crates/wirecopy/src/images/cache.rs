//! Pictures on disk: files named by their hash in two levels of directories, and a small SQLite index that says which
//! request each answers. Bounded in bytes; what was not asked for longest goes first. A file is checked against its
//! name whenever it is read, and losing any of it costs a request.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::body::Bytes;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use url::Url;
use wirecopy_picture::request::Request;

use crate::images::trouble::Trouble;

/// The version of the table; another one is thrown away, it is a cache.
const VERSION: i64 = 1;

/// Seconds for which the time of the last use is not written again.
const FRESH: i64 = 60;

/// What is left after making room, of what may be kept: room is made seldom and then enough.
const KEPT_SHARE: f64 = 0.9;

const TABLE: &str = "
CREATE TABLE entries (
    key BLOB PRIMARY KEY, source BLOB NOT NULL, hash BLOB NOT NULL, bytes INTEGER NOT NULL, media_type TEXT NOT NULL,
    extension TEXT NOT NULL, origin TEXT NOT NULL, received INTEGER NOT NULL, used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_source ON entries (source);
CREATE INDEX entries_by_use ON entries (used);
CREATE INDEX entries_by_hash ON entries (hash);
";

/// What an answer is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub(super) [u8; 32]);

impl Key {
    /// Of a picture as the origin has it.
    pub(super) fn of_source(url: &Url) -> Key {
        Key(*blake3::hash(url.as_str().as_bytes()).as_bytes())
    }

    /// Of what is made of it. An address holds no line end, so that no two pairs are written alike.
    pub(super) fn of_variant(url: &Url, request: &Request) -> Key {
        let text = format!("{url}\n{}", request.canonical());
        Key(*blake3::hash(text.as_bytes()).as_bytes())
    }
}

/// What is known of a kept file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The picture it was made of.
    pub source: Key,
    /// Of the file.
    pub hash: blake3::Hash,
    /// Empty for an original, which is never sent.
    pub media_type: String,
    /// Of a file name, without a dot.
    pub extension: String,
    /// Where the original came from in the end.
    pub origin: String,
    /// The original's bytes.
    pub received: u64,
}

/// The files and their index.
#[derive(Clone)]
pub struct Cache {
    shared: Arc<Shared>,
}

struct Shared {
    directory: PathBuf,
    max_bytes: u64,
    state: Mutex<State>,
}

struct State {
    connection: Connection,
    bytes: u64,
}

impl Cache {
    /// Opens the cache in a directory, or begins one.
    ///
    /// # Errors
    /// When the directory or its index cannot be written.
    pub fn open(directory: &Path, max_bytes: u64) -> anyhow::Result<Cache> {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        let path = directory.join("index.sqlite");
        let connection = connect(&path)
            .with_context(|| format!("cannot open the picture cache's {}", path.display()))?;
        let bytes: i64 =
            connection.query_row("SELECT coalesce(sum(bytes), 0) FROM entries", [], |row| {
                row.get(0)
            })?;
        Ok(Cache {
            shared: Arc::new(Shared {
                directory: directory.to_owned(),
                max_bytes,
                state: Mutex::new(State {
                    connection,
                    bytes: bytes.unsigned_abs(),
                }),
            }),
        })
    }

    /// The file for a key. One that is missing or damaged is forgotten.
    pub(super) async fn get(&self, key: Key) -> Result<Option<(Entry, Bytes)>, Trouble> {
        self.blocking(move |shared| shared.get(key)).await
    }

    /// Keeps a file, and makes room for it.
    pub(super) async fn put(&self, key: Key, entry: Entry, bytes: Bytes) -> Result<(), Trouble> {
        self.blocking(move |shared| shared.put(key, &entry, &bytes))
            .await
    }

    /// How many variants of a picture are kept, the original left out.
    pub(super) async fn variants(&self, source: Key) -> Result<u32, Trouble> {
        self.blocking(move |shared| {
            let sql = "SELECT count(*) FROM entries WHERE source = ?1 AND key <> ?1";
            let state = shared.state();
            let mut query = state.connection.prepare_cached(sql)?;
            Ok(query.query_row([source.0], |row| row.get(0))?)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T, Trouble> {
        let shared = Arc::clone(&self.shared);
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        done.map_err(anyhow::Error::from)
            .flatten()
            .context("in the picture cache")
            .map_err(|error| Trouble::internal(&error))
    }
}

fn connect(path: &Path) -> anyhow::Result<Connection> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // What a crash takes away is made again.
        connection.pragma_update(None, "synchronous", "OFF")?;
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version != VERSION {
            connection.execute_batch(&format!(
                "BEGIN; DROP TABLE IF EXISTS entries; {TABLE} PRAGMA user_version = {VERSION}; COMMIT"
            ))?;
        }
        connection.query_row("SELECT count(*) FROM entries WHERE used < 0", [], |row| {
            row.get::<_, i64>(0)
        })?;
        Ok(connection)
    };
    open().or_else(|error| {
        tracing::warn!(%error, "the picture cache's index is damaged and begun anew");
        fs::remove_file(path)?;
        Ok(open()?)
    })
}

impl Shared {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `ab/cdef…`, so that no directory holds more than a few thousand names.
    fn path(&self, hash: &blake3::Hash) -> PathBuf {
        let name = hash.to_hex();
        self.directory.join(&name[..2]).join(&name[2..])
    }

    fn get(&self, key: Key) -> anyhow::Result<Option<(Entry, Bytes)>> {
        let Some(entry) = self.find(key)? else {
            return Ok(None);
        };
        let bytes = fs::read(self.path(&entry.hash)).unwrap_or_default();
        if blake3::hash(&bytes) != entry.hash {
            self.forget(key)?;
            return Ok(None);
        }
        Ok(Some((entry, bytes.into())))
    }

    fn find(&self, key: Key) -> anyhow::Result<Option<Entry>> {
        let state = self.state();
        let sql = "SELECT source, hash, media_type, extension, origin, received, used FROM entries WHERE key = ?1";
        let mut query = state.connection.prepare_cached(sql)?;
        let found = query.query_row([key.0], |row| {
            let entry = Entry {
                source: Key(row.get(0)?),
                hash: blake3::Hash::from_bytes(row.get(1)?),
                media_type: row.get(2)?,
                extension: row.get(3)?,
                origin: row.get(4)?,
                received: row.get::<_, i64>(5)?.unsigned_abs(),
            };
            Ok((entry, row.get::<_, i64>(6)?))
        });
        let Some((entry, used)) = found.optional()? else {
            return Ok(None);
        };
        let now = Timestamp::now().as_second();
        if now - used > FRESH {
            let sql = "UPDATE entries SET used = ?2 WHERE key = ?1";
            state
                .connection
                .prepare_cached(sql)?
                .execute(params![key.0, now])?;
        }
        Ok(Some(entry))
    }

    fn put(&self, key: Key, entry: &Entry, bytes: &[u8]) -> anyhow::Result<()> {
        // More than all may take would push everything out and stay.
        if bytes.len() as u64 > self.max_bytes / 4 {
            return Ok(());
        }
        self.write(&entry.hash, bytes)?;
        let mut state = self.state();
        let sql = "INSERT OR REPLACE INTO entries (key, source, hash, bytes, media_type, extension, origin, received, \
            used) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        state.connection.prepare_cached(sql)?.execute(params![
            key.0,
            entry.source.0,
            entry.hash.as_bytes(),
            i64::try_from(bytes.len())?,
            entry.media_type,
            entry.extension,
            entry.origin,
            i64::try_from(entry.received)?,
            Timestamp::now().as_second(),
        ])?;
        state.bytes += bytes.len() as u64;
        if state.bytes > self.max_bytes {
            self.make_room(&mut state)?;
        }
        Ok(())
    }

    /// Under a name of its own first, so that nobody reads half of it.
    fn write(&self, hash: &blake3::Hash, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path(hash);
        let parent = path.parent().unwrap_or(&self.directory);
        fs::create_dir_all(parent)?;
        let mut file = tempfile::NamedTempFile::new_in(parent)?;
        file.write_all(bytes)?;
        file.persist(&path)?;
        Ok(())
    }

    /// Takes out what was not used longest.
    fn make_room(&self, state: &mut State) -> anyhow::Result<()> {
        let most = (self.max_bytes as f64 * KEPT_SHARE) as u64;
        while state.bytes > most {
            let sql = "SELECT key, hash, bytes FROM entries ORDER BY used, key LIMIT 1";
            let oldest = state.connection.prepare_cached(sql)?.query_row([], |row| {
                Ok((
                    Key(row.get(0)?),
                    row.get::<_, [u8; 32]>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            });
            let Some((key, hash, bytes)) = oldest.optional()? else {
                state.bytes = 0;
                break;
            };
            self.remove(&state.connection, key, hash)?;
            state.bytes = state.bytes.saturating_sub(bytes.unsigned_abs());
        }
        Ok(())
    }

    fn forget(&self, key: Key) -> anyhow::Result<()> {
        let mut state = self.state();
        let sql = "SELECT hash, bytes FROM entries WHERE key = ?1";
        let known = state.connection.query_row(sql, [key.0], |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, i64>(1)?))
        });
        if let Some((hash, bytes)) = known.optional()? {
            self.remove(&state.connection, key, hash)?;
            state.bytes = state.bytes.saturating_sub(bytes.unsigned_abs());
        }
        Ok(())
    }

    /// Takes an entry out, and its file if no other entry has the same.
    fn remove(&self, connection: &Connection, key: Key, hash: [u8; 32]) -> anyhow::Result<()> {
        connection
            .prepare_cached("DELETE FROM entries WHERE key = ?1")?
            .execute([key.0])?;
        let sql = "SELECT EXISTS (SELECT 1 FROM entries WHERE hash = ?1)";
        let is_shared: bool = connection
            .prepare_cached(sql)?
            .query_row([hash], |row| row.get(0))?;
        if !is_shared {
            // One that is gone already is what was wanted.
            let _ = fs::remove_file(self.path(&blake3::Hash::from_bytes(hash)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
