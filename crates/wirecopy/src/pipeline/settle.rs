//! What came in against what is recorded: each incoming article becomes a new document, a revision, or nothing.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use wirecopy_document::{
    document::Document,
    identity::{self, DocumentId},
    path::document_path,
};

use crate::archive::{
    index::{Index, documents::Row, entries::EntryRecord, visits::Visit},
    reader::Reader,
};
use crate::pipeline::{
    gather::PageMemory,
    ladder,
    message::{Arrival, ArrivalKind},
    poll::{Incoming, Polled},
    report::Outcome,
    revise::{Decision, decide},
    source::{Source, TextChoice},
};

/// How long an entry whose page cannot be had is tried again before its stub is recorded.
const PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// A document that goes into the round's commit.
pub(crate) struct Pending {
    /// Where it is, or will be, recorded; none for a new one: the current volume.
    pub(crate) volume: Option<String>,
    pub(crate) path: String,
    pub(crate) document: Document,
    pub(crate) arrival: Arrival,
}

/// Everything that a round records.
#[derive(Default)]
pub(crate) struct Settled {
    /// By identity; a document that came twice in a round is here once.
    pub(crate) documents: BTreeMap<DocumentId, Pending>,
    /// Addresses under which documents came that are not their own: source, key, document.
    pub(crate) aliases: Vec<(String, String, DocumentId)>,
    /// Entries that are done with, and those that wait for their page.
    pub(crate) entries: Vec<EntryRecord>,
    /// When articles are looked at next; none where there is nothing more to look at.
    pub(crate) visits: BTreeMap<DocumentId, Option<Visit>>,
}

/// The recorded side: the index and the documents themselves.
pub(crate) struct Records<'a> {
    pub(crate) index: &'a Index,
    pub(crate) reader: &'a mut Reader,
    pub(crate) now: Timestamp,
}

/// Settles a source's incoming articles.
///
/// # Errors
/// The index or the archive cannot be read.
pub(crate) fn settle(
    records: &mut Records<'_>,
    polled: &mut Polled,
    settled: &mut Settled,
) -> Result<()> {
    for incoming in std::mem::take(&mut polled.articles) {
        settle_one(records, incoming, polled, settled)?;
    }
    let report = &mut polled.report;
    if report.outcome != Outcome::Failed && report.new + report.revised + report.withdrawn > 0 {
        report.outcome = Outcome::News;
    }
    Ok(())
}

fn settle_one(
    records: &mut Records<'_>,
    incoming: Incoming,
    polled: &mut Polled,
    settled: &mut Settled,
) -> Result<()> {
    let source = polled.source.slug.clone();
    if must_wait(records, &source, &incoming, settled)? {
        polled.report.waiting += 1;
        return Ok(());
    }
    let came = &incoming.gathered.document;
    let id = incoming
        .known
        .unwrap_or_else(|| DocumentId::of(&source, &came.url));
    settled.entries.push(settled_entry(&incoming, &source, id));
    if records.index.removed(id)?.is_some() {
        // What the operator took out stays out, under whatever address it comes.
        return Ok(());
    }
    let came = incoming.gathered.document;
    let recorded = recorded(records, id)?;
    if recorded.is_none() && came.body.is_empty() {
        let words = format!("{}: neither feed nor page holds any text", came.url);
        polled.report.failures.push(words);
        return Ok(());
    }
    let standing = recorded
        .as_ref()
        .map_or(&came, |recorded| &recorded.document);
    let article = (id, standing.published);
    if incoming.entry_key != identity::key(&standing.url) {
        settled
            .aliases
            .push((source.clone(), incoming.entry_key, id));
    }
    polled.present.insert(id);
    // Of two entries for one article in the same round the first counts.
    if settled.documents.contains_key(&id) {
        return Ok(());
    }
    let pending = match recorded {
        None => Some(first_revision(id, came, &source)),
        Some(recorded) => further_revision(recorded, came, records.now, polled),
    };
    plan_visit(
        records,
        article,
        (&polled.source, incoming.gathered.page),
        settled,
    )?;
    note_renewal(incoming.renewed, incoming.feed, pending.is_some(), polled);
    if let Some(pending) = pending {
        count(&pending, polled);
        settled.documents.insert(id, pending);
    }
    Ok(())
}

/// What is remembered of an entry whose article is known.
fn settled_entry(incoming: &Incoming, source: &str, id: DocumentId) -> EntryRecord {
    EntryRecord {
        source: source.to_owned(),
        entry: incoming.entry_key.clone(),
        fingerprint: incoming.mark.clone(),
        id: Some(id),
        waiting_since: None,
    }
}

/// Plans the next look at an article that came in, and keeps what it will be compared with.
fn plan_visit(
    records: &Records<'_>,
    (id, published): (DocumentId, Timestamp),
    (source, page): (&Source, Option<PageMemory>),
    settled: &mut Settled,
) -> Result<()> {
    let visit = match records.index.visit(id)? {
        None if source.text == TextChoice::Feed => None,
        None => ladder::first((id, &source.slug), published, records.now),
        planned => planned,
    };
    if let Some(mut visit) = visit {
        if let Some(page) = page {
            visit.from_page = page.is_taken;
            visit.seen = Some(page.seen);
            visit.etag = page.validators.etag;
            visit.last_modified = page.validators.last_modified;
        }
        settled.visits.insert(id, Some(visit));
    }
    Ok(())
}

/// A feed whose dates of change lie too often is no longer believed; one true date restores it.
fn note_renewal(renewed: bool, feed: usize, brought_edit: bool, polled: &mut Polled) {
    if let Some(memory) = polled.feeds.get_mut(feed).filter(|_| renewed) {
        memory.false_updates = if brought_edit {
            0
        } else {
            memory.false_updates.saturating_add(1)
        };
    }
}

fn count(pending: &Pending, polled: &mut Polled) {
    match pending.arrival.kind {
        ArrivalKind::New => polled.report.new += 1,
        ArrivalKind::Revised(_) => polled.report.revised += 1,
        ArrivalKind::Withdrawn => polled.report.withdrawn += 1,
        // No poll brings it.
        ArrivalKind::Removed(_) => {}
    }
}

/// Whether an entry's stub is held back because its page may be had in a later round.
fn must_wait(
    records: &Records<'_>,
    source: &str,
    incoming: &Incoming,
    settled: &mut Settled,
) -> Result<bool> {
    if incoming.gathered.unfinished.is_none() {
        return Ok(false);
    }
    let remembered = records.index.entry(source, &incoming.entry_key)?;
    let since = remembered
        .and_then(|entry| entry.waiting_since)
        .unwrap_or(records.now);
    let waits = records.now.duration_since(since) < PATIENCE;
    if waits {
        settled.entries.push(EntryRecord {
            source: source.to_owned(),
            entry: incoming.entry_key.clone(),
            fingerprint: String::new(),
            id: incoming.known,
            waiting_since: Some(since),
        });
    }
    Ok(waits)
}

/// A document as it stands in the archive.
#[derive(Clone)]
pub(crate) struct Recorded {
    pub(crate) volume: String,
    pub(crate) path: String,
    pub(crate) document: Document,
}

/// Reads the recorded document of an identity.
///
/// # Errors
/// The index names a document that the archive does not hold, or that cannot be read.
pub(crate) fn recorded(records: &mut Records<'_>, id: DocumentId) -> Result<Option<Recorded>> {
    let Some(Row {
        volume,
        path,
        revision,
        ..
    }) = records.index.document(id)?
    else {
        return Ok(None);
    };
    let bytes = records.reader.read_blob(&volume, &revision)?.with_context(|| {
        format!("the index names {path} in volume {volume}, which does not hold it; run `wirecopy reindex`")
    })?;
    let (document, _) = Document::parse(&bytes)
        .with_context(|| format!("{path} in volume {volume} is no document"))?;
    Ok(Some(Recorded {
        volume,
        path,
        document,
    }))
}

pub(crate) fn first_revision(id: DocumentId, document: Document, source: &str) -> Pending {
    Pending {
        volume: None,
        path: document_path(source, document.published, &document.title, id),
        arrival: Arrival {
            source: source.to_owned(),
            title: document.title.clone(),
            kind: ArrivalKind::New,
        },
        document,
    }
}

/// The next revision of a recorded document; none where a reader would see no difference.
fn further_revision(
    recorded: Recorded,
    came: Document,
    now: Timestamp,
    polled: &mut Polled,
) -> Option<Pending> {
    match revised(recorded, came, &polled.source.slug, now) {
        Revised::Kept => None,
        Revised::Distrusted(words) => {
            polled.report.failures.push(words);
            None
        }
        Revised::Anew(pending) => Some(*pending),
    }
}

/// What becomes of a recorded document.
pub(crate) enum Revised {
    /// A reader would see no difference.
    Kept,
    /// What came is likelier a failed page than an edit; why, in words.
    Distrusted(String),
    Anew(Box<Pending>),
}

/// Sets what came of a recorded article against it.
pub(crate) fn revised(recorded: Recorded, came: Document, source: &str, now: Timestamp) -> Revised {
    match decide(&recorded.document, &came) {
        Decision::Keep => Revised::Kept,
        Decision::Distrust(words) => {
            Revised::Distrusted(format!("{}: {words}", recorded.document.url))
        }
        Decision::Revise(changes) => {
            let document = under_recorded_identity(&recorded.document, came, now);
            Revised::Anew(Box::new(Pending {
                volume: Some(recorded.volume),
                path: recorded.path,
                arrival: Arrival {
                    source: source.to_owned(),
                    title: document.title.clone(),
                    kind: ArrivalKind::Revised(changes),
                },
                document,
            }))
        }
    }
}

/// What is fixed at the first recording stays: address and publication time. What came without authors or tags does
/// not take them away.
fn under_recorded_identity(recorded: &Document, mut came: Document, now: Timestamp) -> Document {
    came.url = recorded.url.clone();
    came.published = recorded.published;
    came.trailer.modified = came
        .trailer
        .modified
        .filter(|modified| *modified > recorded.published)
        .or(Some(now));
    if came.trailer.authors.is_empty() {
        came.trailer.authors.clone_from(&recorded.trailer.authors);
    }
    if came.trailer.tags.is_empty() {
        came.trailer.tags.clone_from(&recorded.trailer.tags);
    }
    came.trailer.language = came
        .trailer
        .language
        .or_else(|| recorded.trailer.language.clone());
    came.trailer.rest.clone_from(&recorded.trailer.rest);
    came
}

/// Marks a recorded document as withdrawn by its source. It keeps its text.
pub(crate) fn withdrawn(mut recorded: Recorded, source: &str, since: Timestamp) -> Pending {
    recorded.document.trailer.withdrawn = Some(since);
    Pending {
        volume: Some(recorded.volume),
        path: recorded.path,
        arrival: Arrival {
            source: source.to_owned(),
            title: recorded.document.title.clone(),
            kind: ArrivalKind::Withdrawn,
        },
        document: recorded.document,
    }
}
