//! Takes over the archives of other mirrors: a directory of files, or a git repository with its history.
//!
//! What comes is kept as it came, as a document's first revisions, and repaired in the next one. Files that tell of
//! one address are revisions of one document. An import adds nothing the second time, and one that was interrupted
//! goes on where it stood: what is done is read from the archive itself. A document that the mirror has fetched by
//! itself keeps its newest revision; what is imported lies before it.

pub mod report;

mod origin;
mod plan;
mod prepare;
mod sources;
#[cfg(test)]
mod tests;

use crate::archive::Archive;
use crate::archive::commit::{Change, RoundCommit, Signature};
use crate::archive::history;
use crate::archive::import::origin::Origin;
use crate::archive::import::plan::{Item, Plan};
use crate::archive::import::prepare::{Known, Prepared, Told};
use crate::archive::import::report::ImportReport;
use crate::archive::index::Index;
use crate::archive::reader::Reader;
use anyhow::Context;
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;
use wirecopy_document::identity::DocumentId;

/// Documents recorded together: enough that starting git is nothing beside writing them.
const BATCH_DOCUMENTS: usize = 4000;

/// Bytes as they came that are recorded together, which bounds memory; one document alone may have more.
const BATCH_BYTES: usize = 24 << 20;

/// How to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// What to import: a directory, or a git repository, bare or not.
    pub from: PathBuf,
    /// The time of the commits, and of articles that tell none.
    pub time: Timestamp,
    /// Who writes.
    pub author: Signature,
    /// Slugs for the archive's own names of sources; those of the first mirrors are known, any other name is its own.
    pub sources: BTreeMap<String, String>,
}

/// Imports an archive. `progress` is told how many of how many documents are recorded.
///
/// # Errors
///
/// When it cannot be read, or the mirror's archive or index cannot be written. What was recorded until then stays,
/// and the same import goes on from there.
pub fn import_archive(
    archive: &mut Archive,
    index: &mut Index,
    options: &ImportOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> anyhow::Result<ImportReport> {
    let start = Instant::now();
    let mut origin = Origin::open(&options.from)?;
    let mut report = ImportReport::default();
    let mut plan = plan::plan(&mut origin, options, &mut report)
        .with_context(|| format!("cannot read {}", options.from.display()))?;
    let planned = plan.documents.len();
    let removed: HashSet<DocumentId> = index.all_removed()?.iter().map(|one| one.id).collect();
    plan.documents
        .retain(|items| !removed.contains(&items[0].id));
    report.taken_out = planned - plan.documents.len();
    let state = State {
        known: known(index, &plan)?,
        blobs: blobs(archive)?,
    };
    let reader = archive.reader();
    let total = plan.documents.len();
    progress(0, total);
    // One batch is prepared while the one before is written.
    let (sender, batches) = sync_channel(0);
    let mut recorder = Recorder {
        archive,
        index,
        options,
        report: &mut report,
    };
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let work = Work {
            origin,
            reader,
            state: &state,
            options,
        };
        scope.spawn(move || work.run(&plan, &sender));
        let mut done = 0;
        for batch in batches {
            let batch = batch?;
            done += batch.len();
            recorder.record(batch)?;
            progress(done, total);
        }
        Ok(())
    })?;
    report.seconds = start.elapsed().as_secs_f64();
    Ok(report)
}

/// What the archive holds already.
struct State {
    known: HashMap<DocumentId, Known>,
    /// The object names of all revisions of all documents, cut to 128 bits.
    blobs: HashSet<u128>,
}

impl State {
    fn has(&self, blob: &str) -> bool {
        short(blob).is_some_and(|blob| self.blobs.contains(&blob))
    }
}

fn short(blob: &str) -> Option<u128> {
    u128::from_str_radix(blob.get(..32)?, 16).ok()
}

/// The documents of the plan that are there already.
fn known(index: &Index, plan: &Plan) -> anyhow::Result<HashMap<DocumentId, Known>> {
    let planned: HashSet<DocumentId> = plan.documents.iter().map(|items| items[0].id).collect();
    let mut known = HashMap::new();
    index.each(|row| {
        if planned.contains(&row.id) {
            let found = Known {
                volume: row.volume,
                path: row.path,
                revision: row.revision,
            };
            known.insert(row.id, found);
        }
        Ok(())
    })?;
    // Documents that are no documents yet: files as they came, whose repair is still to be made.
    for unread in index.unread()? {
        let id = wirecopy_document::path::id_of_path(&unread.path);
        if let Some(id) = id.filter(|id| planned.contains(id)) {
            let revision = String::new();
            let found = Known {
                volume: unread.volume,
                path: unread.path,
                revision,
            };
            known.entry(id).or_insert(found);
        }
    }
    Ok(known)
}

fn blobs(archive: &Archive) -> anyhow::Result<HashSet<u128>> {
    let mut blobs = HashSet::new();
    for volume in archive.volumes() {
        history::commits(volume, None, |commit| {
            let revisions = commit
                .files
                .iter()
                .filter_map(|file| file.revision.as_deref());
            blobs.extend(revisions.filter_map(short));
            Ok(())
        })?;
    }
    Ok(blobs)
}

/// The half of an import that reads and repairs.
struct Work<'a> {
    origin: Origin,
    reader: Reader,
    state: &'a State,
    options: &'a ImportOptions,
}

impl Work<'_> {
    /// Prepares all of a plan in batches, until nobody takes them any more.
    fn run(mut self, plan: &Plan, batches: &SyncSender<anyhow::Result<Vec<Prepared>>>) {
        let mut rest = plan.documents.as_slice();
        while !rest.is_empty() {
            let batch = self.batch(&mut rest);
            let failed = batch.is_err();
            if batches.send(batch).is_err() || failed {
                return;
            }
        }
    }

    fn batch(&mut self, rest: &mut &[Vec<Item>]) -> anyhow::Result<Vec<Prepared>> {
        let mut read = Vec::new();
        let mut size = 0;
        while let Some((items, others)) = rest.split_first()
            && read.len() < BATCH_DOCUMENTS
            && size < BATCH_BYTES
        {
            let files = items
                .iter()
                .map(|item| self.origin.read(&item.place))
                .collect::<anyhow::Result<Vec<_>>>()?;
            size += files.iter().map(Vec::len).sum::<usize>();
            let newest = match self.state.known.get(&items[0].id) {
                Some(known) if !known.revision.is_empty() => {
                    self.reader.read_blob(&known.volume, &known.revision)?
                }
                _ => None,
            };
            read.push(Told {
                items,
                files,
                newest,
            });
            *rest = others;
        }
        let (state, options) = (self.state, self.options);
        let prepared = read
            .into_par_iter()
            .map(|told| prepare::prepare(told, state, options));
        Ok(prepared.collect())
    }
}

/// The half of an import that writes.
struct Recorder<'a> {
    archive: &'a mut Archive,
    index: &'a mut Index,
    options: &'a ImportOptions,
    report: &'a mut ImportReport,
}

impl Recorder<'_> {
    /// Records a batch: the first new revision of each document in one commit, the second in the next, and so on.
    fn record(&mut self, batch: Vec<Prepared>) -> anyhow::Result<()> {
        let volume = self.archive.current(self.options.time)?.to_string();
        let mut waiting = Vec::new();
        for document in batch {
            self.report.count(&document);
            let volume = document.volume.unwrap_or_else(|| volume.clone());
            waiting.push((volume, document.path, document.revisions.into_iter()));
        }
        loop {
            let mut repaired = 0;
            let mut changes = Vec::new();
            for (volume, path, revisions) in &mut waiting {
                let Some(content) = revisions.next() else {
                    continue;
                };
                repaired += usize::from(revisions.len() == 0);
                changes.push(Change {
                    volume: Some(volume.clone()),
                    path: path.clone(),
                    content: Some(content),
                });
            }
            if changes.is_empty() {
                return Ok(());
            }
            let round = RoundCommit {
                time: self.options.time,
                message: message(changes.len() - repaired, repaired),
                author: self.options.author.clone(),
                changes,
            };
            let commits = self.archive.commit(&round)?;
            self.index.apply(&round, &commits)?;
            self.report.commits += commits.len();
        }
    }
}

/// Told from the content alone, so that a resumed import makes the commits that an undisturbed one makes.
fn message(as_they_came: usize, repaired: usize) -> String {
    match (as_they_came, repaired) {
        (came, 0) => format!("import: record {came} documents as they came\n"),
        (0, repaired) => format!("import: repair {repaired} documents\n"),
        (came, repaired) => {
            format!("import: record {came} documents as they came, repair {repaired}\n")
        }
    }
}
