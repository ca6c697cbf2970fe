//! A round's documents into the archive: one commit for each volume touched, with the lists and the front page that
//! name them and the addresses under which they came.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use wirecopy_document::identity::DocumentId;
use wirecopy_publish::{
    edition::{Edition, Listing, OutputFile, SourceInfo},
    lists::{self, Lists},
    site::SourceSummary,
};

use crate::archive::{
    Archive,
    aliases::{self, Aliases},
    commit::{Change, RoundCommit, Signature},
    index::{Index, documents::Row},
    tree::Tree,
};
use crate::pipeline::{
    message::{Arrival, message},
    settle::{Pending, Settled},
};
use crate::publishing::records::listing_of;

/// What recording needs beside what is recorded.
pub(crate) struct Recording<'a> {
    pub(crate) archive: &'a Archive,
    pub(crate) index: &'a Index,
    pub(crate) edition: &'a Edition,
    pub(crate) author: &'a Signature,
    /// `wirecopy.toml` as it is: a copy of it goes into the newest volume, so that a clone is enough to go on.
    pub(crate) settings: Option<&'a [u8]>,
    pub(crate) time: Timestamp,
}

/// The commit of everything that a round settled; none when it settled nothing.
///
/// # Errors
/// The archive or the index cannot be read.
pub(crate) fn round_commit(
    recording: &Recording<'_>,
    settled: &Settled,
) -> Result<Option<RoundCommit>> {
    if settled.documents.is_empty() && settled.aliases.is_empty() {
        return Ok(None);
    }
    let volume = recording.archive.current(recording.time)?.to_string();
    let mut changes: Vec<Change> = settled.documents.values().map(document_change).collect();
    changes.extend(alias_changes(recording, settled, &volume)?);
    changes.extend(list_changes(recording, settled, &volume)?);
    changes.extend(recording.settings.map(|bytes| Change {
        volume: Some(volume.clone()),
        path: "wirecopy.toml".to_owned(),
        content: Some(bytes.to_vec()),
    }));
    let arrivals: Vec<Arrival> = settled
        .documents
        .values()
        .map(|pending| pending.arrival.clone())
        .collect();
    let author = recording.author.clone();
    Ok(Some(RoundCommit {
        time: recording.time,
        message: message(&arrivals),
        author,
        changes,
    }))
}

fn document_change(pending: &Pending) -> Change {
    Change {
        volume: pending.volume.clone(),
        path: pending.path.clone(),
        content: Some(pending.document.to_bytes()),
    }
}

/// The addresses under which documents came, merged into the file of each source and month.
fn alias_changes(
    recording: &Recording<'_>,
    settled: &Settled,
    volume: &str,
) -> Result<Vec<Change>> {
    let mut by_source: BTreeMap<&str, Aliases> = BTreeMap::new();
    for (source, key, id) in &settled.aliases {
        by_source
            .entry(source)
            .or_default()
            .insert(key.clone(), *id);
    }
    let mut reader = recording.archive.reader();
    let mut changes = Vec::new();
    for (source, new) in by_source {
        let path = aliases::path(source, recording.time);
        let before = match recording.archive.volume(volume) {
            Ok(_) => reader.read(volume, &path)?.unwrap_or_default(),
            // The volume is begun with this round.
            Err(_) => Vec::new(),
        };
        changes.push(Change {
            volume: Some(volume.to_owned()),
            content: Some(aliases::merge(&before, &new)),
            path,
        });
    }
    Ok(changes)
}

/// The lists that name what is recorded: of each source touched the newest and the months, and the front page.
fn list_changes(recording: &Recording<'_>, settled: &Settled, volume: &str) -> Result<Vec<Change>> {
    let lists = Lists {
        edition: recording.edition,
        volume,
    };
    let shelf = Shelf {
        index: recording.index,
        settled,
        volume,
    };
    let sources: BTreeSet<&str> = settled
        .documents
        .values()
        .map(|pending| pending.arrival.source.as_str())
        .collect();
    let counts = shelf.counts()?;
    let mut tree = recording.archive.tree(volume)?;
    let mut files = Vec::new();
    for slug in sources {
        let Some(source) = recording.edition.source(slug) else {
            continue;
        };
        let months = shelf.months_over(slug, month_of(recording.time))?;
        let recorded = counts.get(slug).copied().unwrap_or_default();
        let newest = shelf.newest(Some(slug), lists::newest_count(recorded))?;
        files.push(lists.source(source, &newest, &months));
        for month in shelf.months_to_write(&mut tree, slug, &months)? {
            files.push(lists.month(source, month, &shelf.of_month(slug, month)?));
        }
    }
    files.push(lists.readme(
        &shelf.summaries(recording.edition)?,
        &shelf.newest(None, lists::FRONT)?,
    ));
    let change = |file: OutputFile| Change {
        volume: Some(volume.to_owned()),
        path: file.path,
        content: Some(file.bytes),
    };
    Ok(files.into_iter().map(change).collect())
}

/// What the lists show: the index as it will be once the round is recorded.
struct Shelf<'a> {
    index: &'a Index,
    settled: &'a Settled,
    volume: &'a str,
}

impl Shelf<'_> {
    fn newest(&self, source: Option<&str>, limit: usize) -> Result<Vec<Listing>> {
        let mut listings = self.with_pending(self.index.newest(source, limit)?, |pending| {
            source.is_none_or(|slug| pending.arrival.source == slug)
        });
        listings.truncate(limit);
        Ok(listings)
    }

    fn of_month(&self, slug: &str, month: Date) -> Result<Vec<Listing>> {
        Ok(
            self.with_pending(self.index.by_month(slug, month)?, |pending| {
                pending.arrival.source == slug && month_of(pending.document.published) == month
            }),
        )
    }

    /// The rows as they will be: those that the round revises as revised, and those that it adds. Newest first.
    fn with_pending(&self, rows: Vec<Row>, wanted: impl Fn(&Pending) -> bool) -> Vec<Listing> {
        let pending = self
            .settled
            .documents
            .iter()
            .filter(|(_, pending)| wanted(pending));
        let mut listings: BTreeMap<DocumentId, Listing> = rows
            .into_iter()
            .map(|row| (row.id, listing_of(row, 0)))
            .collect();
        listings
            .extend(pending.map(|(id, pending)| (*id, pending_listing(*id, pending, self.volume))));
        let mut listings: Vec<Listing> = listings.into_values().collect();
        listings.sort_by_key(|listing| std::cmp::Reverse((listing.published, listing.id)));
        listings
    }

    /// The months before `current` that have documents of a source in this volume, newest first.
    fn months_over(&self, slug: &str, current: Date) -> Result<Vec<Date>> {
        let mut months: BTreeSet<Date> =
            self.index.months(slug, self.volume)?.into_iter().collect();
        months.extend(self.months_touched(slug));
        let over = months.into_iter().rev().filter(|month| *month < current);
        Ok(over.collect())
    }

    /// Those of the months whose list changes, or is not there yet.
    fn months_to_write(
        &self,
        recorded: &mut Tree,
        slug: &str,
        months: &[Date],
    ) -> Result<Vec<Date>> {
        let touched = self.months_touched(slug);
        let mut to_write = Vec::new();
        for month in months {
            let listed = recorded.blob(&lists::month_path(slug, *month))?.is_some();
            if !listed || touched.contains(month) {
                to_write.push(*month);
            }
        }
        Ok(to_write)
    }

    fn months_touched(&self, slug: &str) -> BTreeSet<Date> {
        let pending = self
            .settled
            .documents
            .values()
            .filter(|pending| pending.arrival.source == slug);
        pending
            .map(|pending| month_of(pending.document.published))
            .collect()
    }

    /// How many documents each source has once the round is recorded.
    fn counts(&self) -> Result<BTreeMap<String, usize>> {
        let recorded = self.index.counts()?.into_iter();
        let mut counts: BTreeMap<String, usize> = recorded
            .map(|(source, count)| (source, usize::try_from(count).unwrap_or(usize::MAX)))
            .collect();
        let new = self.settled.documents.values();
        for pending in new.filter(|pending| pending.volume.is_none()) {
            *counts.entry(pending.arrival.source.clone()).or_default() += 1;
        }
        Ok(counts)
    }

    fn summaries<'e>(&self, edition: &'e Edition) -> Result<Vec<SourceSummary<'e>>> {
        let counts = self.counts()?;
        let summary = |source: &'e SourceInfo| {
            let newest = self
                .newest(Some(&source.slug), 1)?
                .first()
                .map(|listing| listing.published);
            let articles = counts.get(&source.slug).copied().unwrap_or_default() as u64;
            Ok(SourceSummary {
                source,
                articles,
                newest,
            })
        };
        edition.sources.iter().map(summary).collect()
    }
}

fn month_of(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date().first_of_month()
}

fn pending_listing(id: DocumentId, pending: &Pending, volume: &str) -> Listing {
    let document = &pending.document;
    Listing {
        id,
        source: pending.arrival.source.clone(),
        title: document.title.clone(),
        url: document.url.as_str().to_owned(),
        published: document.published,
        language: document.trailer.language.clone(),
        summary: document.trailer.summary.clone(),
        path: pending.path.clone(),
        volume: pending.volume.clone().unwrap_or_else(|| volume.to_owned()),
        revisions: 1,
        number: 0,
        withdrawn: document.trailer.withdrawn,
    }
}
