//! Makes the index from the archive alone, and brings one up to date from the commits that it does not reflect.

use crate::archive::Archive;
use crate::archive::aliases::{self, Aliases};
use crate::archive::bulk::{self, Found};
use crate::archive::durable::sync;
use crate::archive::history;
use crate::archive::index::documents::DocumentFile;
use crate::archive::index::record::{
    Parsed, document_id, put, put_aliases, record, reflect, reflected,
};
use crate::archive::index::sequence::{Cursor, Fallback, Life};
use crate::archive::index::{Index, revisions, schema, visits};
use crate::archive::reader::Reader;
use crate::archive::volume::Volume;
use anyhow::{Context, bail};
use jiff::Timestamp;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::thread::ScopedJoinHandle;
use wirecopy_document::identity::DocumentId;

/// Why an index is made that was not there: a fresh mirror, or one that was cloned.
pub(crate) const NO_INDEX: &str = "there was none";

/// How an index came to be up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It was.
    Current,
    /// It read that many commits that another run had made.
    CaughtUp(usize),
    /// It was made anew from the archive, for this reason.
    Rebuilt(String),
}

impl Index {
    /// Opens the index at `path` and brings it to what `archive` holds: it reads the commits that it lacks, or is
    /// rebuilt where it is missing, damaged (it is then kept as `<path>.damaged`) or of another history. `progress` is
    /// told how many documents a rebuild has read.
    ///
    /// # Errors
    ///
    /// When the index is of a newer version or locked, or the archive cannot be read.
    pub fn open_current(
        path: &Path,
        archive: &Archive,
        progress: &mut dyn FnMut(u64),
    ) -> anyhow::Result<(Index, Freshness)> {
        if !path.exists() {
            let index = Index::rebuild(path, archive, progress)?;
            return Ok((index, Freshness::Rebuilt(NO_INDEX.to_owned())));
        }
        match Index::open(path).and_then(|mut index| Ok((index.catch_up(archive)?, index))) {
            Ok((Some(0), index)) => Ok((index, Freshness::Current)),
            Ok((Some(commits), index)) => Ok((index, Freshness::CaughtUp(commits))),
            Ok((None, index)) => {
                drop(index);
                let index = Index::rebuild(path, archive, progress)?;
                Ok((
                    index,
                    Freshness::Rebuilt("it was of another history".to_owned()),
                ))
            }
            Err(error) if schema::is_damage(&error) => {
                let aside = schema::set_aside(path)?;
                let index = Index::rebuild(path, archive, progress)?;
                let reason = format!(
                    "it was damaged ({error:#}) and is kept as {}",
                    aside.display()
                );
                Ok((index, Freshness::Rebuilt(reason)))
            }
            Err(error) => Err(error),
        }
    }

    /// Records the commits that the index does not reflect and returns their number; nothing when its history is not
    /// the archive's, so that only a rebuild helps.
    ///
    /// # Errors
    ///
    /// When the archive cannot be read or the index not written.
    pub fn catch_up(&mut self, archive: &Archive) -> anyhow::Result<Option<usize>> {
        if let Some(name) = self.lacking(archive)?.first() {
            bail!(
                "the archive lacks volume {name}, which the index knows: mount it, or restore it from a remote; \
                 `wirecopy reindex` goes on without it"
            );
        }
        let mut reader = archive.reader();
        let mut commits = 0;
        let transaction = self.begin()?;
        for volume in archive.volumes() {
            match follow(&transaction, volume, &mut reader)? {
                Some(followed) => commits += followed,
                None => return Ok(None),
            }
        }
        if commits > 0 {
            visits::begin_anew(&transaction)?;
        }
        transaction.commit()?;
        Ok(Some(commits))
    }

    /// The volumes that the index knows and the archive has not: a disk that is not mounted, or a loss.
    ///
    /// # Errors
    ///
    /// When the index cannot be read.
    pub fn lacking(&self, archive: &Archive) -> anyhow::Result<Vec<String>> {
        let mut known = self.reflected_volumes()?;
        known.retain(|name| archive.volume(name).is_err());
        Ok(known)
    }

    fn reflected_volumes(&self) -> anyhow::Result<Vec<String>> {
        let mut query = self.connection.prepare("SELECT volume FROM reflected")?;
        let volumes = query.query_map([], |row| row.get(0))?;
        Ok(volumes.collect::<Result<_, _>>()?)
    }

    /// Makes the index at `path` anew from the archive, keeping what polls and entries the old one tells. The old one
    /// stays until the new one is whole. `progress` is told how many documents have been read.
    ///
    /// # Errors
    ///
    /// When the archive cannot be read or the file not written.
    pub fn rebuild(
        path: &Path,
        archive: &Archive,
        progress: &mut dyn FnMut(u64),
    ) -> anyhow::Result<Index> {
        let unfinished = schema::beside(path, ".rebuilding");
        let connection = schema::begin_rebuild(&unfinished)?;
        connection.execute_batch("BEGIN")?;
        let mut rebuild = Rebuild {
            connection: &connection,
            seen: HashSet::new(),
            read: 0,
            progress,
        };
        for volume in archive.volumes() {
            rebuild.fill(volume)?;
        }
        connection.execute_batch("COMMIT")?;
        keep_polls(&connection, path)?;
        schema::complete(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
        sync(&unfinished)?;
        // The old one's log goes first: beside a new file it would be played into that.
        schema::remove(path)?;
        std::fs::rename(&unfinished, path)
            .with_context(|| format!("cannot put the index in place as {}", path.display()))?;
        sync(path.parent().unwrap_or(Path::new(".")))?;
        Index::open(path)
    }
}

/// Records the commits of one volume that the index does not reflect; nothing when they do not follow from it.
fn follow(
    connection: &Connection,
    volume: &Volume,
    reader: &mut Reader,
) -> anyhow::Result<Option<usize>> {
    let name = volume.name.to_string();
    let since = reflected(connection, &name)?.map(|(revision, _)| revision);
    let Some(head) = volume
        .head
        .as_ref()
        .filter(|head| since.as_ref() != Some(head))
    else {
        return Ok(Some(0));
    };
    let follows = match &since {
        Some(since) => history::contains(volume, since)?,
        None => volume.cut_off()?.is_empty(),
    };
    if !follows {
        return Ok(None);
    }
    let mut commits = 0;
    history::commits(volume, since.as_deref(), |commit| {
        commits += 1;
        record(connection, &commit, |revision| {
            reader.read_blob(&name, revision)
        })
    })?;
    let cursor = reflected(connection, &name)?
        .map(|(_, cursor)| cursor)
        .unwrap_or_default();
    reflect(connection, &name, head, cursor)?;
    Ok(Some(commits.max(1)))
}

/// A rebuild on its way.
struct Rebuild<'a> {
    connection: &'a Connection,
    /// The documents of the volumes before: one that was recorded twice stays where it was first.
    seen: HashSet<DocumentId>,
    read: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl Rebuild<'_> {
    /// Git tells the history on one core while the documents are read on another.
    fn fill(&mut self, volume: &Volume) -> anyhow::Result<()> {
        let Some(head) = &volume.head else {
            return Ok(());
        };
        let name = volume.name.to_string();
        let cursor = std::thread::scope(|scope| {
            let mut placing = Placing {
                connection: self.connection,
                history: Some(scope.spawn(|| history_of(volume))),
                told: History::default(),
                waiting: Vec::new(),
                fallback: Fallback::default(),
            };
            let parse = |found: Found| parse(&name, found);
            bulk::files(volume, &["articles", "state"], parse, |file| {
                self.take(file, &mut placing)
            })?;
            placing.learn()?;
            anyhow::Ok(placing.told.cursor.unwrap_or_default())
        })?;
        (self.progress)(self.read);
        reflect(self.connection, &name, head, cursor)
    }

    fn take(&mut self, file: File, placing: &mut Placing) -> anyhow::Result<()> {
        match file {
            File::Aliases(source, aliases) => put_aliases(self.connection, &source, aliases)?,
            File::Document(parsed) if self.seen.insert(parsed.id()) => {
                placing.put(parsed)?;
                self.read += 1;
                if self.read.is_multiple_of(1000) {
                    (self.progress)(self.read);
                }
            }
            File::Document(_) | File::Other => {}
        }
        Ok(())
    }
}

/// Documents that are read before history is told wait for it, up to this many: some 20 MB.
const WAITING: usize = 20_000;

/// Puts a volume's documents into the index, in order of their paths, once their history is known.
struct Placing<'scope, 'a> {
    connection: &'a Connection,
    /// Until it is known.
    history: Option<ScopedJoinHandle<'scope, anyhow::Result<History>>>,
    told: History,
    waiting: Vec<Parsed>,
    fallback: Fallback,
}

/// What history tells of a volume's documents.
#[derive(Default)]
struct History {
    lives: HashMap<DocumentId, Life>,
    /// What each was and when, oldest first.
    revisions: HashMap<DocumentId, Vec<(Timestamp, String)>>,
    /// The last of the commits that added any.
    cursor: Option<Cursor>,
}

impl Placing<'_, '_> {
    fn put(&mut self, parsed: Parsed) -> anyhow::Result<()> {
        match &self.history {
            None => self.place(parsed),
            Some(history) => {
                let is_time = history.is_finished() || self.waiting.len() >= WAITING;
                self.waiting.push(parsed);
                if is_time { self.learn() } else { Ok(()) }
            }
        }
    }

    /// Waits for the history, and places what waited with it.
    fn learn(&mut self) -> anyhow::Result<()> {
        if let Some(history) = self.history.take() {
            let told = history.join();
            self.told = told.unwrap_or_else(|_| bail!("reading the history failed"))?;
        }
        let waiting = std::mem::take(&mut self.waiting);
        waiting
            .into_iter()
            .try_for_each(|parsed| self.place(parsed))
    }

    fn place(&mut self, parsed: Parsed) -> anyhow::Result<()> {
        let id = parsed.id();
        for (time, revision) in self.told.revisions.remove(&id).unwrap_or_default() {
            revisions::put(self.connection, id, (time, &revision))?;
        }
        let life = self.told.lives.get(&id).copied();
        let life = life.unwrap_or_else(|| untold(&mut self.fallback, parsed.time()));
        put(self.connection, parsed, life)
    }
}

/// A file of the archive as the index takes it.
enum File {
    Document(Parsed),
    /// Addresses that lead to documents of that source.
    Aliases(String, Aliases),
    Other,
}

fn parse(volume: &str, found: Found) -> File {
    let Found {
        path,
        revision,
        bytes,
    } = found;
    if let Some(source) = aliases::source_of_path(path) {
        return File::Aliases(source.to_owned(), aliases::read(bytes));
    }
    document_id(path).map_or(File::Other, |id| {
        File::Document(Parsed::new(&DocumentFile {
            id,
            volume,
            path,
            revision,
            bytes,
        }))
    })
}

fn history_of(volume: &Volume) -> anyhow::Result<History> {
    let mut told = History::default();
    history::commits(volume, None, |commit| {
        let (next, numbers) = Cursor::after(told.cursor, &commit);
        told.cursor = Some(next);
        for file in &commit.files {
            let Some(id) = document_id(&file.path) else {
                continue;
            };
            let Some(revision) = &file.revision else {
                told.lives.remove(&id);
                told.revisions.remove(&id);
                continue;
            };
            let revisions = told.revisions.entry(id).or_default();
            revisions.push((commit.time, revision.clone()));
            if let Some(sequence) = numbers.get(&id).copied().filter(|_| file.added) {
                let revisions = 1;
                told.lives.insert(
                    id,
                    Life {
                        sequence,
                        revisions,
                    },
                );
            } else if let Some(life) = told.lives.get_mut(&id) {
                life.revisions += 1;
            }
        }
        Ok(())
    })?;
    Ok(told)
}

/// The life of a document that history does not tell of: one of a volume whose older commits are not here.
fn untold(fallback: &mut Fallback, time: i64) -> Life {
    Life {
        sequence: fallback.next(time),
        revisions: 1,
    }
}

/// Copies what no document tells from the index that is replaced. Losing it costs requests and no articles, so an
/// index that cannot be read is left behind without a word here: [`Index::open_current`] tells of it.
fn keep_polls(connection: &Connection, old: &Path) -> anyhow::Result<()> {
    if !old.exists() || Index::open(old).is_err() {
        return Ok(());
    }
    connection.execute("ATTACH ?1 AS old", [old.to_string_lossy()])?;
    connection.execute_batch(
        "INSERT INTO polls SELECT * FROM old.polls; INSERT INTO entries SELECT * FROM old.entries; \
         INSERT INTO rounds SELECT * FROM old.rounds; INSERT INTO visits SELECT * FROM old.visits; \
         INSERT INTO shortfalls SELECT * FROM old.shortfalls; INSERT INTO ledgers SELECT * FROM old.ledgers; DETACH old",
    )?;
    Ok(())
}
