//! The lists and the front page inside the archive, as they are once a round is recorded.

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
    commit::{Change, RoundCommit},
    index::{Index, documents::Row},
    tree::Tree,
};
use crate::pipeline::{
    record::Recording,
    settle::{Pending, Settled},
};
use crate::publishing::records::listing_of;

/// The lists that name what a round settled: of each source touched the newest and the months, and the front page.
///
/// # Errors
/// The archive or the index cannot be read.
pub(crate) fn of_round(
    recording: &Recording<'_>,
    settled: &Settled,
    volume: &str,
) -> Result<Vec<Change>> {
    let touched = settled.documents.values();
    let touched = touched.map(|pending| pending.arrival.source.clone());
    changes(
        recording,
        &Shelf::new(recording, settled, volume),
        touched.collect(),
    )
}

/// The commit of the lists of all sources in these volumes, for documents that no round recorded.
///
/// # Errors
/// The archive or the index cannot be read.
pub(crate) fn commit_of_all(
    recording: &Recording<'_>,
    volumes: &[String],
) -> Result<Option<RoundCommit>> {
    let settled = Settled::default();
    let mut all = Vec::new();
    for volume in volumes {
        let shelf = Shelf::new(recording, &settled, volume);
        let sources = shelf.counts()?.into_keys().collect();
        all.extend(changes(recording, &shelf, sources)?);
    }
    Ok((!all.is_empty()).then(|| RoundCommit {
        time: recording.time,
        message: "lists: tell of everything that is here\n".to_owned(),
        author: recording.author.clone(),
        changes: all,
    }))
}

fn changes(
    recording: &Recording<'_>,
    shelf: &Shelf<'_>,
    sources: BTreeSet<String>,
) -> Result<Vec<Change>> {
    let volume = shelf.volume;
    let lists = Lists {
        edition: recording.edition,
        volume,
    };
    let counts = shelf.counts()?;
    let mut tree = recording.archive.tree(volume)?;
    let mut files = Vec::new();
    for slug in &sources {
        let source = &recording.edition.source_or_former(slug);
        let months = shelf.months_over(slug, month_of(recording.time))?;
        let recorded = counts.get(slug.as_str()).copied().unwrap_or_default();
        let newest = shelf.newest(Some(slug), lists::newest_count(recorded))?;
        files.push(lists.source(source, &newest, &months));
        for month in shelf.months_to_write(&mut tree, slug, &months)? {
            files.push(lists.month(source, month, &shelf.of_month(slug, month)?));
        }
    }
    files.push(lists.readme(
        &shelf.summaries(&shelf.sources(recording.edition)?)?,
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

impl<'a> Shelf<'a> {
    fn new(recording: &Recording<'a>, settled: &'a Settled, volume: &'a str) -> Shelf<'a> {
        Shelf {
            index: recording.index,
            settled,
            volume,
        }
    }

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

    /// The sources of the front page: those that are followed, then those that have documents all the same.
    fn sources(&self, edition: &Edition) -> Result<Vec<SourceInfo>> {
        let mut sources = edition.sources.clone();
        let former = self.counts()?.into_keys();
        let former = former.filter(|slug| edition.source(slug).is_none());
        sources.extend(former.map(|slug| edition.source_or_former(&slug)));
        Ok(sources)
    }

    fn summaries<'e>(&self, sources: &'e [SourceInfo]) -> Result<Vec<SourceSummary<'e>>> {
        let counts = self.counts()?;
        let summary = |source: &'e SourceInfo| {
            let newest = self.newest(Some(&source.slug), 1)?;
            Ok(SourceSummary {
                source,
                articles: counts.get(&source.slug).copied().unwrap_or_default() as u64,
                newest: newest.first().map(|listing| listing.published),
                archived: None,
            })
        };
        sources.iter().map(summary).collect()
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
