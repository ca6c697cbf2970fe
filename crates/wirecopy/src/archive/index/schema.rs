//! The index file's tables, their version, and what to do with a file that is older, newer or damaged.

use anyhow::{Context, bail};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The version of the tables, `PRAGMA user_version`.
pub(crate) const VERSION: i64 = 8;

/// How long to wait for another process that holds the file (`wirecopy status` beside a running mirror).
const BUSY: Duration = Duration::from_secs(10);

/// Times of documents and polls are milliseconds since 1970 UTC. `unread` holds documents of the archive whose
/// newest revision could not be read, so that they are told of and keep their place. `subjects` are tags and authors
/// with the number of their `mentions`, one for each document. `revisions` holds what each document was, by the second
/// of the commit: what an import repairs in the second in which it records it is one revision. `visits` are the next
/// looks at recorded articles; `begun` says that they were planned for the whole archive. `tombstones` are documents
/// that the operator took out. `shortfalls` are what polls found missing, `ledgers` since when they were looked at.
const TABLES: &str = "
CREATE TABLE documents (
    id TEXT NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
    volume TEXT NOT NULL, path TEXT NOT NULL, published INTEGER NOT NULL, captured INTEGER, modified INTEGER,
    language TEXT, summary TEXT, authors TEXT NOT NULL, image TEXT, entry TEXT,
    revision TEXT NOT NULL, revisions INTEGER NOT NULL, sequence INTEGER NOT NULL, withdrawn INTEGER
) STRICT;
CREATE TABLE unread (
    id TEXT PRIMARY KEY, volume TEXT NOT NULL, path TEXT NOT NULL,
    sequence INTEGER NOT NULL, revisions INTEGER NOT NULL, problem TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE keys (
    source TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, alias INTEGER NOT NULL, PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE reflected (
    volume TEXT PRIMARY KEY, revision TEXT NOT NULL, time INTEGER NOT NULL, ordinal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE subjects (
    subject INTEGER PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, articles INTEGER NOT NULL, UNIQUE (kind, slug)
) STRICT;
CREATE TABLE mentions (
    subject INTEGER NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, published INTEGER NOT NULL,
    name TEXT NOT NULL, PRIMARY KEY (subject, sequence, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE revisions (
    id TEXT NOT NULL, time INTEGER NOT NULL, revision TEXT NOT NULL, PRIMARY KEY (id, time)
) STRICT, WITHOUT ROWID;
CREATE TABLE pictures (
    address BLOB NOT NULL, id TEXT NOT NULL, PRIMARY KEY (address, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE polls (
    source TEXT NOT NULL, feed TEXT NOT NULL, moved_to TEXT, etag TEXT, last_modified TEXT, body_hash TEXT,
    polled INTEGER, answered INTEGER, due INTEGER, failures INTEGER NOT NULL, failure TEXT, proofs INTEGER NOT NULL,
    false_updates INTEGER NOT NULL, rhythm TEXT, self_link TEXT, PRIMARY KEY (source, feed)
) STRICT, WITHOUT ROWID;
CREATE TABLE rounds (time INTEGER PRIMARY KEY, outcome TEXT NOT NULL) STRICT;
CREATE TABLE entries (
    source TEXT NOT NULL, entry TEXT NOT NULL, fingerprint TEXT NOT NULL, id TEXT, waiting_since INTEGER,
    PRIMARY KEY (source, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE visits (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL, etag TEXT,
    last_modified TEXT, from_page INTEGER NOT NULL, seen TEXT, failures INTEGER NOT NULL, gone_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE begun (what TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE tombstones (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, volume TEXT NOT NULL, path TEXT NOT NULL, sequence INTEGER NOT NULL,
    revisions INTEGER NOT NULL, removed INTEGER NOT NULL, reason TEXT NOT NULL, legal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE shortfalls (
    source TEXT NOT NULL, what TEXT NOT NULL, cause TEXT NOT NULL, time INTEGER NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (source, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledgers (source TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

/// Made after a rebuild has filled the tables, as that takes half the time of keeping them up meanwhile.
const INDEXES: &str = "
CREATE UNIQUE INDEX documents_by_id ON documents (id);
CREATE INDEX documents_by_source ON documents (source, published, id);
CREATE INDEX documents_by_time ON documents (published, id);
CREATE INDEX documents_by_sequence ON documents (sequence, id);
CREATE INDEX documents_by_source_sequence ON documents (source, sequence, id);
CREATE INDEX keys_by_key ON keys (key);
CREATE INDEX keys_by_id ON keys (id);
CREATE INDEX subjects_by_articles ON subjects (kind, articles, slug);
CREATE INDEX mentions_by_time ON mentions (subject, published, id);
CREATE INDEX mentions_by_id ON mentions (id);
CREATE INDEX pictures_by_id ON pictures (id);
CREATE INDEX visits_by_due ON visits (source, due, id);
";

/// What takes a file from each older version to the next: `MIGRATIONS[n]` goes from version `n + 1`. Where the archive
/// is to be read again, no volume is said to be reflected at a commit of it: [`super::Index::open_current`] then
/// rebuilds, and keeps polls and entries.
const MIGRATIONS: &[&str] = &["
CREATE TABLE subjects (
    subject INTEGER PRIMARY KEY, kind TEXT NOT NULL, slug TEXT NOT NULL, articles INTEGER NOT NULL, UNIQUE (kind, slug)
) STRICT;
CREATE TABLE mentions (
    subject INTEGER NOT NULL, sequence INTEGER NOT NULL, id TEXT NOT NULL, published INTEGER NOT NULL,
    name TEXT NOT NULL, PRIMARY KEY (subject, sequence, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE revisions (
    id TEXT NOT NULL, time INTEGER NOT NULL, revision TEXT NOT NULL, PRIMARY KEY (id, time)
) STRICT, WITHOUT ROWID;
UPDATE reflected SET revision = 'of format 1';
", "
CREATE TABLE pictures (
    address BLOB NOT NULL, id TEXT NOT NULL, PRIMARY KEY (address, id)
) STRICT, WITHOUT ROWID;
UPDATE reflected SET revision = 'of format 2';
", "
ALTER TABLE polls ADD COLUMN rhythm TEXT;
", "
ALTER TABLE polls ADD COLUMN self_link TEXT;
", "
CREATE TABLE visits (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, since INTEGER NOT NULL, due INTEGER NOT NULL, etag TEXT,
    last_modified TEXT, from_page INTEGER NOT NULL, seen TEXT, failures INTEGER NOT NULL, gone_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE begun (what TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE INDEX visits_by_due ON visits (source, due, id);
", "
CREATE TABLE tombstones (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, volume TEXT NOT NULL, path TEXT NOT NULL, sequence INTEGER NOT NULL,
    revisions INTEGER NOT NULL, removed INTEGER NOT NULL, reason TEXT NOT NULL, legal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
", "
CREATE TABLE shortfalls (
    source TEXT NOT NULL, what TEXT NOT NULL, cause TEXT NOT NULL, time INTEGER NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (source, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledgers (source TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"];

/// Opens the file, or makes it.
///
/// # Errors
///
/// When it is newer than the program, in use for longer than can be waited for, or damaged ([`is_damage`]).
pub(crate) fn open(path: &Path) -> anyhow::Result<Connection> {
    let connection = connect(path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let mut version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        create(&connection)?;
        version = VERSION;
    }
    if version > VERSION {
        bail!(
            "the index {} has format {version}, which is newer than this program's {VERSION}; update the program, \
             or delete the file and run `wirecopy reindex`",
            path.display()
        );
    }
    if version < VERSION {
        migrate(&connection, path, version, MIGRATIONS)?;
    }
    // Reads the whole schema, which a file with a damaged first page does not survive.
    connection.query_row("SELECT count(*) FROM reflected", [], |row| {
        row.get::<_, i64>(0)
    })?;
    Ok(connection)
}

fn connect(path: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // Before journal_mode, which already needs the file's lock.
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // No statistics are kept that a plan could be chosen by, yet without this each statement is parsed and planned anew
    // when other values are bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    let version = format!("PRAGMA user_version = {VERSION}");
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {TABLES} {INDEXES} {version}; COMMIT"
    ))
}

/// An empty index without its secondary indexes, to be filled and then [`complete`]d. Nothing of it is durable
/// before that: a rebuild that is cut short is begun anew.
pub(crate) fn begin_rebuild(path: &Path) -> anyhow::Result<Connection> {
    remove(path)?;
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    // Helpers for sorting while the indexes are made.
    connection.pragma_update(None, "threads", 2)?;
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

/// Adds the secondary indexes and the version. The caller syncs and renames the file.
pub(crate) fn complete(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("{INDEXES} PRAGMA user_version = {VERSION}"))
}

/// Keeps a copy of the file beside it, then takes it from `version` to this program's.
fn migrate(
    connection: &Connection,
    path: &Path,
    version: i64,
    migrations: &[&str],
) -> anyhow::Result<()> {
    let backup = beside(path, &format!(".version-{version}"));
    remove(&backup)?;
    connection
        .execute("VACUUM INTO ?1", [backup.to_string_lossy()])
        .with_context(|| format!("cannot keep a copy of the index as {}", backup.display()))?;
    let steps = migrations
        .get(usize::try_from(version - 1)?..)
        .unwrap_or_default()
        .concat();
    let reached = version + i64::try_from(migrations.len())? - (version - 1);
    connection
        .execute_batch(&format!(
            "BEGIN IMMEDIATE; {steps} PRAGMA user_version = {reached}; COMMIT"
        ))
        .with_context(|| {
            format!(
                "cannot bring the index {} to format {reached}",
                path.display()
            )
        })?;
    Ok(())
}

/// Whether an error tells of a damaged file, and not of a full disk or a lock.
pub(crate) fn is_damage(error: &anyhow::Error) -> bool {
    let Some(error) = error.downcast_ref::<rusqlite::Error>() else {
        return false;
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => true,
        // Tables that a file of this version must have.
        _ => {
            error.to_string().contains("no such table")
                || error.to_string().contains("no such column")
        }
    }
}

/// Moves a damaged index out of the way and returns its new name.
pub(crate) fn set_aside(path: &Path) -> anyhow::Result<PathBuf> {
    let aside = beside(path, ".damaged");
    remove(&aside)?;
    for suffix in ["", "-wal", "-shm"] {
        let from = beside(path, suffix);
        if from.exists() {
            std::fs::rename(&from, beside(&aside, suffix)).with_context(|| {
                format!("cannot move the damaged index {} away", from.display())
            })?;
        }
    }
    Ok(aside)
}

/// Removes an index with its companion files.
pub(crate) fn remove(path: &Path) -> anyhow::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let file = beside(path, suffix);
        if file.exists() {
            std::fs::remove_file(&file)
                .with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// `path` with something added to its last name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::{connect, is_damage, migrate, open, set_aside};
    use rusqlite::Connection;

    #[test]
    fn newer_index_is_refused_with_a_sentence() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("index.sqlite");
        open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        let refusal = open(&path).unwrap_err();
        assert!(
            refusal.to_string().contains("format 99, which is newer"),
            "{refusal}"
        );
        assert!(!is_damage(&refusal));
    }

    #[test]
    fn older_index_is_migrated_beside_a_copy() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("index.sqlite");
        let connection = connect(&path).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE old (x); INSERT INTO old VALUES (7); PRAGMA user_version = 2",
            )
            .unwrap();
        let migrations = [
            "CREATE TABLE never (x);",
            "ALTER TABLE old RENAME TO new;",
            "ALTER TABLE new ADD y;",
        ];
        migrate(&connection, &path, 2, &migrations).unwrap();
        assert_eq!(
            connection.query_row("SELECT x FROM new WHERE y IS NULL", [], |row| row
                .get::<_, i64>(0)),
            Ok(7)
        );
        let version: i64 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(version, 4);
        let copy = Connection::open(directory.path().join("index.sqlite.version-2")).unwrap();
        assert_eq!(
            copy.query_row("SELECT x FROM old", [], |row| row.get::<_, i64>(0)),
            Ok(7)
        );
    }

    #[test]
    fn damaged_index_is_known_and_set_aside() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("index.sqlite");
        let damage = [b'?'; 4096];
        std::fs::write(&path, damage).unwrap();
        assert!(is_damage(&open(&path).unwrap_err()));
        let aside = set_aside(&path).unwrap();
        assert_eq!(std::fs::read(aside).unwrap(), damage);
        open(&path).unwrap();
    }
}
