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
    message::ArrivalKind,
    record::Recording,
    settle::{Pending, Settled},
};
use crate::publishing::records::listing_of;

/// The lists that name what a round settled: of each source touched the newest and the months, and the front page. The
/// first round after a month also lists that month for the sources that had nothing since.
///
/// # Errors
/// The archive or the index cannot be read.
pub(crate) fn of_round(
    recording: &Recording<'_>,
    settled: &Settled,
    volume: &str,
) -> Result<Vec<Change>> {
    let touched = settled.documents.values();
    let touched: BTreeSet<String> = touched
        .map(|pending| pending.arrival.source.clone())
        .collect();
    let mut silent = BTreeSet::new();
    if is_first_of_its_month(recording)? {
        let recorded = recording.index.counts()?.into_iter();
        silent.extend(recorded.map(|(source, _)| source));
        silent.retain(|source| !touched.contains(source));
    }
    let mut changes = Vec::new();
    let both = touched.union(&silent).cloned().collect();
    for former in former_volumes(recording, settled, volume) {
        let shelf = Shelf::new(recording, settled, &former)?;
        changes.extend(list(recording, &shelf, Wanted::MonthsOf(&both))?);
    }
    let shelf = Shelf::new(recording, settled, volume)?;
    changes.extend(list(recording, &shelf, Wanted::MonthsOf(&silent))?);
    changes.extend(list(recording, &shelf, Wanted::NewestOf(&touched))?);
    Ok(changes)
}

/// Whether nothing was archived yet in the month of a round.
fn is_first_of_its_month(recording: &Recording<'_>) -> Result<bool> {
    let last = recording.index.last_archived(None)?;
    Ok(last.is_some_and(|last| month_of(last) < month_of(recording.time)))
}

/// The volumes beside `volume` whose lists a round may change: those that hold what it revises, and the one before,
/// whose last month is over when the next volume has begun.
fn former_volumes(recording: &Recording<'_>, settled: &Settled, volume: &str) -> BTreeSet<String> {
    let revised = settled.documents.values();
    let mut former: BTreeSet<String> = revised
        .filter_map(|pending| pending.volume.clone())
        .collect();
    let volumes = recording.archive.volumes().iter();
    let mut names = volumes.map(|volume| volume.name.to_string());
    former.extend(names.rfind(|name| name != volume));
    former.remove(volume);
    former
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
        let shelf = Shelf::new(recording, &settled, volume)?;
        all.extend(list(recording, &shelf, Wanted::All)?);
    }
    Ok((!all.is_empty()).then(|| RoundCommit {
        time: recording.time,
        message: "lists: tell of everything that is here\n".to_owned(),
        author: recording.author.clone(),
        changes: all,
    }))
}

/// Which lists are written.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// Those of months that have none yet, of these sources.
    MonthsOf(&'a BTreeSet<String>),
    /// Those of these sources, and the front page; of their months those that change or have none yet.
    NewestOf(&'a BTreeSet<String>),
    /// All there are.
    All,
}

fn list(recording: &Recording<'_>, shelf: &Shelf<'_>, wanted: Wanted<'_>) -> Result<Vec<Change>> {
    let lists = Lists {
        edition: recording.edition,
        volume: shelf.volume,
    };
    let all;
    let sources = match wanted {
        Wanted::MonthsOf(sources) | Wanted::NewestOf(sources) => sources,
        Wanted::All => {
            all = shelf.counts.keys().cloned().collect();
            &all
        }
    };
    let mut tree = recording.archive.tree(shelf.volume)?;
    let mut files = Vec::new();
    for slug in sources {
        let source = &recording.edition.source_or_former(slug);
        let months = shelf.months_over(slug, month_of(recording.time))?;
        let to_write = match wanted {
            Wanted::All => months.clone(),
            _ => shelf.months_to_write(&mut tree, slug, &months)?,
        };
        if !to_write.is_empty() || !matches!(wanted, Wanted::MonthsOf(_)) {
            let newest = shelf.newest(Some(slug), lists::newest_count(shelf.count(slug)))?;
            files.push(lists.source(source, &newest, &months));
        }
        for month in to_write {
            files.push(lists.month(source, month, &shelf.of_month(slug, month)?));
        }
    }
    if !matches!(wanted, Wanted::MonthsOf(_)) {
        let shown = shelf.sources(recording.edition, sources, &mut tree)?;
        let newest = shelf.newest(None, lists::FRONT)?;
        files.push(lists.readme(&shelf.summaries(&shown)?, &newest));
    }
    let change = |file: OutputFile| Change {
        volume: Some(shelf.volume.to_owned()),
        path: file.path,
        content: Some(file.bytes),
    };
    Ok(files.into_iter().map(change).collect())
}

/// What the lists show: the index as it will be once the round is recorded.
struct Shelf<'a> {
    index: &'a Index,
    /// What the round adds and revises, by source.
    pending: BTreeMap<&'a str, Vec<(DocumentId, &'a Pending)>>,
    volume: &'a str,
    /// The volume that takes what is new.
    current: String,
    /// How many documents each source has once the round is recorded.
    counts: BTreeMap<String, usize>,
}

impl<'a> Shelf<'a> {
    fn new(recording: &Recording<'a>, settled: &'a Settled, volume: &'a str) -> Result<Shelf<'a>> {
        let recorded = recording.index.counts()?.into_iter();
        let mut counts: BTreeMap<String, usize> = recorded
            .map(|(source, count)| (source, usize::try_from(count).unwrap_or(usize::MAX)))
            .collect();
        let mut by_source: BTreeMap<&str, Vec<(DocumentId, &Pending)>> = BTreeMap::new();
        for (id, pending) in &settled.documents {
            let source = pending.arrival.source.as_str();
            by_source.entry(source).or_default().push((*id, pending));
            let count = counts.entry(source.to_owned()).or_default();
            if pending.volume.is_none() {
                *count += 1;
            } else if is_removed(pending) {
                *count = count.saturating_sub(1);
            }
        }
        Ok(Shelf {
            index: recording.index,
            pending: by_source,
            volume,
            current: recording.archive.current(recording.time)?.to_string(),
            counts,
        })
    }

    fn count(&self, slug: &str) -> usize {
        self.counts.get(slug).copied().unwrap_or_default()
    }

    fn pending_of(&self, slug: &str) -> &[(DocumentId, &'a Pending)] {
        self.pending.get(slug).map_or(&[], Vec::as_slice)
    }

    fn newest(&self, source: Option<&str>, limit: usize) -> Result<Vec<Listing>> {
        // What goes makes room for as many older ones.
        let removed = self.pending.values().flatten();
        let removed = removed.filter(|(_, pending)| is_removed(pending)).count();
        let rows = self.index.newest(source, limit + removed)?;
        let mut listings = match source {
            Some(slug) => self.with(rows, self.pending_of(slug).iter()),
            None => self.with(rows, self.pending.values().flatten()),
        };
        listings.truncate(limit);
        Ok(listings)
    }

    fn of_month(&self, slug: &str, month: Date) -> Result<Vec<Listing>> {
        let rows = self.index.by_month(slug, month)?;
        let pending = self.pending_of(slug).iter();
        let of_month = pending.filter(|(_, pending)| month_of(pending.document.published) == month);
        Ok(self.with(rows, of_month))
    }

    /// The rows as they will be: those that the round revises as revised, and those that it adds. Newest first.
    fn with<'p>(
        &self,
        rows: Vec<Row>,
        pending: impl Iterator<Item = &'p (DocumentId, &'a Pending)>,
    ) -> Vec<Listing>
    where
        'a: 'p,
    {
        let recorded = rows.into_iter().map(|row| (row.id, listing_of(row, 0)));
        let mut listings: BTreeMap<DocumentId, Listing> = recorded.collect();
        for (id, pending) in pending {
            match is_removed(pending) {
                true => listings.remove(id),
                false => listings.insert(*id, pending_listing(*id, pending, &self.current)),
            };
        }
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

    /// The months of what the round adds to this volume and revises in it.
    fn months_touched(&self, slug: &str) -> BTreeSet<Date> {
        let pending = self.pending_of(slug).iter().map(|(_, pending)| pending);
        let here = pending
            .filter(|pending| pending.volume.as_ref().unwrap_or(&self.current) == self.volume);
        here.map(|pending| month_of(pending.document.published))
            .collect()
    }

    /// The sources of the front page that have a list in the volume: those that are followed, then the others.
    fn sources(
        &self,
        edition: &Edition,
        written: &BTreeSet<String>,
        recorded: &mut Tree,
    ) -> Result<Vec<SourceInfo>> {
        let former = self.counts.keys();
        let former = former.filter(|slug| edition.source(slug).is_none());
        let former = former.map(|slug| edition.source_or_former(slug));
        let mut sources = Vec::new();
        for source in edition.sources.iter().cloned().chain(former) {
            if written.contains(&source.slug)
                || recorded.blob(&lists::newest_path(&source.slug))?.is_some()
            {
                sources.push(source);
            }
        }
        Ok(sources)
    }

    fn summaries<'e>(&self, sources: &'e [SourceInfo]) -> Result<Vec<SourceSummary<'e>>> {
        let summary = |source: &'e SourceInfo| {
            let newest = self.newest(Some(&source.slug), 1)?;
            Ok(SourceSummary {
                source,
                articles: self.count(&source.slug) as u64,
                newest: newest.first().map(|listing| listing.published),
                archived: None,
            })
        };
        sources.iter().map(summary).collect()
    }
}

/// Whether the operator takes the document out.
fn is_removed(pending: &Pending) -> bool {
    matches!(pending.arrival.kind, ArrivalKind::Removed(_))
}

fn month_of(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date().first_of_month()
}

fn pending_listing(id: DocumentId, pending: &Pending, current: &str) -> Listing {
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
        volume: pending.volume.clone().unwrap_or_else(|| current.to_owned()),
        revision: String::new(),
        revisions: 1,
        number: 0,
        withdrawn: document.trailer.withdrawn,
    }
}
