//! Records commits in the index: from what a round has just written, or from the archive's history.

use crate::archive::aliases::{self, Aliases};
use crate::archive::commit::{RoundCommit, VolumeCommit};
use crate::archive::index::Index;
use crate::archive::index::documents::{self, DocumentFile, Row};
use crate::archive::index::pictures::{self, PictureKey};
use crate::archive::index::sequence::{Cursor, Life};
use crate::archive::index::{revisions, subjects, tombstones};
use crate::archive::tombstone::Tombstone;
use crate::archive::tree::blob_name;
use anyhow::{Context, bail};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use url::Url;
use wirecopy_document::document::read_header;
use wirecopy_document::identity::{DocumentId, key};
use wirecopy_document::path::id_of_path;
use wirecopy_document::subject::{self, Subject};

impl Index {
    /// Records what [`crate::archive::Archive::commit`] has just written for `round`, in one transaction. The rows are
    /// made from the documents' own bytes, so that they are those of a rebuild.
    ///
    /// # Errors
    ///
    /// When the index does not reflect the commits before these ([`Index::catch_up`] first), or cannot be written.
    pub fn apply(&mut self, round: &RoundCommit, commits: &[VolumeCommit]) -> anyhow::Result<()> {
        let contents = round
            .changes
            .iter()
            .filter_map(|change| change.content.as_deref());
        let contents: HashMap<String, &[u8]> = contents
            .map(|content| (blob_name(content), content))
            .collect();
        let transaction = self.begin()?;
        for commit in commits {
            let reflected = reflected(&transaction, &commit.volume)?.map(|(revision, _)| revision);
            if reflected != commit.parent {
                bail!(
                    "the index is behind volume {}: run `wirecopy reindex`",
                    commit.volume
                );
            }
            record(&transaction, commit, |revision| {
                Ok(contents.get(revision).map(|bytes| bytes.to_vec()))
            })?;
        }
        Ok(transaction.commit()?)
    }
}

/// Records one commit; `content` gives a file's bytes by object name.
pub(crate) fn record(
    connection: &Connection,
    commit: &VolumeCommit,
    mut content: impl FnMut(&str) -> anyhow::Result<Option<Vec<u8>>>,
) -> anyhow::Result<()> {
    let before = reflected(connection, &commit.volume)?.map(|(_, cursor)| cursor);
    let (cursor, numbers) = Cursor::after(before, commit);
    for file in &commit.files {
        if file.revision.is_none() {
            forget(connection, &commit.volume, &file.path)?;
        }
    }
    for file in &commit.files {
        let Some(revision) = &file.revision else {
            continue;
        };
        let (volume, path) = (commit.volume.as_str(), file.path.as_str());
        let mut bytes =
            || content(revision)?.with_context(|| format!("{path} of volume {volume} is missing"));
        if let Some(id) = document_id(path) {
            let bytes = bytes()?;
            let file = DocumentFile {
                id,
                volume,
                path,
                revision,
                bytes: &bytes,
            };
            if record_document(connection, &file, numbers.get(&id).copied())? {
                revisions::put(connection, id, (commit.time, revision))?;
            }
        } else if let Some(source) = aliases::source_of_path(path) {
            put_aliases(connection, source, aliases::read(&bytes()?))?;
        }
    }
    reflect(connection, &commit.volume, &commit.commit, cursor)
}

/// The document whose file lies at `path`; absent for other files.
pub(crate) fn document_id(path: &str) -> Option<DocumentId> {
    if path.starts_with("articles/") {
        id_of_path(path)
    } else {
        None
    }
}

/// Adds a revision; `number` is the place in the order of archiving that the commit gives what it adds. False where
/// the document is recorded elsewhere.
fn record_document(
    connection: &Connection,
    file: &DocumentFile,
    number: Option<i64>,
) -> anyhow::Result<bool> {
    let before = known(connection, file.id)?;
    if before
        .as_ref()
        .is_some_and(|before| before.volume != file.volume || before.path != file.path)
    {
        // Recorded twice, by a run that could not see the first: the first stays.
        return Ok(false);
    }
    let life = match before {
        Some(before) => Life {
            revisions: before.life.revisions + 1,
            ..before.life
        },
        None => Life {
            sequence: number.unwrap_or_default(),
            revisions: 1,
        },
    };
    drop_rows(connection, file.id)?;
    put(connection, Parsed::new(file), life)?;
    Ok(true)
}

/// A document's file as the tables take it.
pub(crate) enum Parsed {
    /// Its head was read.
    Read {
        row: Box<Row>,
        /// What its source tells it by; absent where its address is none.
        key: Option<String>,
        subjects: Vec<Subject>,
        pictures: Vec<PictureKey>,
    },
    /// It is a tombstone, with what its source tells it by.
    Removed {
        row: Box<Row>,
        key: Option<String>,
        tombstone: Tombstone,
    },
    /// It is damaged.
    Unread {
        id: DocumentId,
        volume: String,
        path: String,
        problem: String,
    },
}

impl Parsed {
    pub(crate) fn new(file: &DocumentFile) -> Parsed {
        match read_header(file.bytes) {
            Ok(header) => {
                let subjects = subject::subjects(&header.trailer);
                let tombstone = Tombstone::of(&header.trailer);
                let row = Row::new(file, header);
                let key = Url::parse(&row.url).ok().map(|url| key(&url));
                if let Some(tombstone) = tombstone {
                    let row = Box::new(row);
                    return Parsed::Removed {
                        row,
                        key,
                        tombstone,
                    };
                }
                let pictures = pictures::of_document(file.bytes, row.image.as_deref());
                Parsed::Read {
                    row: Box::new(row),
                    key,
                    subjects,
                    pictures,
                }
            }
            Err(problem) => Parsed::Unread {
                id: file.id,
                volume: file.volume.to_owned(),
                path: file.path.to_owned(),
                problem: problem.to_string(),
            },
        }
    }

    pub(crate) fn id(&self) -> DocumentId {
        match self {
            Parsed::Read { row, .. } | Parsed::Removed { row, .. } => row.id,
            Parsed::Unread { id, .. } => *id,
        }
    }

    /// When it was captured, or else published, in seconds since 1970 UTC; 0 when it could not be read.
    pub(crate) fn time(&self) -> i64 {
        match self {
            Parsed::Read { row, .. } | Parsed::Removed { row, .. } => {
                row.captured.unwrap_or(row.published).as_second()
            }
            Parsed::Unread { .. } => 0,
        }
    }
}

/// Adds a document that is not in the index.
pub(crate) fn put(connection: &Connection, parsed: Parsed, life: Life) -> anyhow::Result<()> {
    match parsed {
        Parsed::Read {
            mut row,
            key,
            subjects: filed_under,
            pictures: shown,
        } => {
            row.sequence = life.sequence;
            row.revisions = life.revisions;
            documents::insert(connection, &row)?;
            subjects::file(connection, &row, &filed_under)?;
            pictures::file(connection, row.id, &shown)?;
            Ok(put_own_key(connection, &row, key.as_deref())?)
        }
        Parsed::Removed {
            row,
            key,
            tombstone,
        } => {
            tombstones::put(connection, (&row, &tombstone), life)?;
            Ok(put_own_key(connection, &row, key.as_deref())?)
        }
        Parsed::Unread {
            id,
            volume,
            path,
            problem,
        } => {
            let sql = "INSERT OR REPLACE INTO unread (id, volume, path, sequence, revisions, problem) \
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let values = params![
                id.to_string(),
                volume,
                path,
                life.sequence,
                life.revisions,
                problem
            ];
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        }
    }
}

/// Adds the key of a document's own address.
fn put_own_key(connection: &Connection, row: &Row, key: Option<&str>) -> rusqlite::Result<()> {
    let Some(key) = key else {
        return Ok(());
    };
    let key = Key {
        source: &row.source,
        key,
        id: row.id,
        alias: false,
    };
    put_key(connection, &key)
}

/// Where a document was recorded first, readable or not.
struct Known {
    volume: String,
    path: String,
    life: Life,
}

fn known(connection: &Connection, id: DocumentId) -> rusqlite::Result<Option<Known>> {
    let sql = "SELECT volume, path, sequence, revisions FROM documents WHERE id = ?1 \
        UNION ALL SELECT volume, path, sequence, revisions FROM unread WHERE id = ?1 \
        UNION ALL SELECT volume, path, sequence, revisions FROM tombstones WHERE id = ?1";
    let mut query = connection.prepare_cached(sql)?;
    let known = query.query_row([id.to_string()], |row| {
        let life = Life {
            sequence: row.get(2)?,
            revisions: row.get(3)?,
        };
        Ok(Known {
            volume: row.get(0)?,
            path: row.get(1)?,
            life,
        })
    });
    known.optional()
}

fn forget(connection: &Connection, volume: &str, path: &str) -> anyhow::Result<()> {
    let Some(id) = document_id(path) else {
        return Ok(());
    };
    if known(connection, id)?.is_some_and(|known| known.volume == volume && known.path == path) {
        drop_rows(connection, id)?;
        revisions::delete(connection, id)?;
    }
    Ok(())
}

/// Aliases stay: they are of the state, not of the document.
fn drop_rows(connection: &Connection, id: DocumentId) -> anyhow::Result<()> {
    documents::delete(connection, id)?;
    subjects::unfile(connection, id)?;
    pictures::unfile(connection, id)?;
    tombstones::delete(connection, id)?;
    connection
        .prepare_cached("DELETE FROM unread WHERE id = ?1")?
        .execute([id.to_string()])?;
    connection
        .prepare_cached("DELETE FROM keys WHERE id = ?1 AND alias = 0")?
        .execute([id.to_string()])?;
    Ok(())
}

/// Adds the aliases of a state file.
pub(crate) fn put_aliases(
    connection: &Connection,
    source: &str,
    aliases: Aliases,
) -> anyhow::Result<()> {
    for (key, id) in aliases {
        put_key(
            connection,
            &Key {
                source,
                key: &key,
                id,
                alias: true,
            },
        )?;
    }
    Ok(())
}

/// What a source tells a document by.
struct Key<'a> {
    source: &'a str,
    key: &'a str,
    id: DocumentId,
    alias: bool,
}

/// A document's own key goes before an alias; among equals the first stays.
fn put_key(connection: &Connection, key: &Key) -> rusqlite::Result<()> {
    let sql = "INSERT INTO keys (source, key, id, alias) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (source, key) DO UPDATE SET id = excluded.id, alias = excluded.alias WHERE alias > excluded.alias";
    connection.prepare_cached(sql)?.execute(params![
        key.source,
        key.key,
        key.id.to_string(),
        key.alias
    ])?;
    Ok(())
}

/// The commit of a volume that the index reflects, with the place in the order of archiving.
pub(crate) fn reflected(
    connection: &Connection,
    volume: &str,
) -> rusqlite::Result<Option<(String, Cursor)>> {
    let mut query = connection
        .prepare_cached("SELECT revision, time, ordinal FROM reflected WHERE volume = ?1")?;
    query
        .query_row([volume], |row| {
            Ok((
                row.get(0)?,
                Cursor {
                    time: row.get(1)?,
                    ordinal: row.get(2)?,
                },
            ))
        })
        .optional()
}

/// Notes that a volume is reflected up to `commit`.
pub(crate) fn reflect(
    connection: &Connection,
    volume: &str,
    commit: &str,
    cursor: Cursor,
) -> anyhow::Result<()> {
    let sql = "INSERT OR REPLACE INTO reflected (volume, revision, time, ordinal) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![
        volume,
        commit,
        cursor.time,
        cursor.ordinal
    ])?;
    Ok(())
}
