//! What publishing asks of the archive and its index. Listings carry their number in the order of archiving where that
//! is said, else 0.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result};
use jiff::Timestamp;
use wirecopy_document::document::Document;
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::id_of_path;
use wirecopy_document::subject::SubjectKind;
use wirecopy_publish::edition::Listing;
use wirecopy_publish::site::subject::SubjectSummary;

use crate::archive::history;
use crate::archive::index::documents::Row;
use crate::archive::index::pictures::PictureKey;
use crate::archive::index::subjects::Holding;
use crate::archive::index::tombstones::Removed;
use crate::archive::reader::Reader;
use crate::archive::volume::Volume;
use crate::publishing::records::{Records, listing_of};

/// The newest commit of each volume, by the volume's name.
pub(crate) type Heads = BTreeMap<String, String>;

/// Archive and index, ready to be asked.
pub(crate) struct Catalogue<'a> {
    records: Records<'a>,
    reader: RefCell<Reader>,
}

impl<'a> Catalogue<'a> {
    pub(crate) fn new(records: Records<'a>) -> Catalogue<'a> {
        let reader = RefCell::new(records.archive.reader());
        Catalogue { records, reader }
    }

    /// What the answers reflect.
    pub(crate) fn heads(&self) -> Heads {
        let head = |volume: &Volume| Some((volume.name.to_string(), volume.head.clone()?));
        self.records
            .archive
            .volumes()
            .iter()
            .filter_map(head)
            .collect()
    }

    /// The articles that came or changed since. `None` where one was deleted or taken out, which moves the numbers of
    /// those after it, or where the former commits are not in the history any more.
    pub(crate) fn changed_since(&self, former: &Heads) -> Result<Option<Vec<DocumentId>>> {
        let now = self.heads();
        if former.keys().any(|name| !now.contains_key(name)) {
            return Ok(None);
        }
        let mut changed = Vec::new();
        let mut deleted = false;
        for volume in self.records.archive.volumes() {
            let since = former.get(&volume.name.to_string());
            if since.is_some() && since == volume.head.as_ref() {
                continue;
            }
            let told = history::commits(volume, since.map(String::as_str), |commit| {
                deleted |= commit.files.iter().any(|file| file.revision.is_none());
                let paths = commit.files.iter().map(|file| &file.path);
                changed.extend(paths.filter_map(|path| id_of_path(path)));
                Ok(())
            });
            if let Err(error) = told {
                tracing::warn!(volume = %volume.name, "the site is built anew: {error:#}");
                return Ok(None);
            }
        }
        changed.sort_unstable();
        changed.dedup();
        for id in &changed {
            deleted |= self.records.index.removed(*id)?.is_some();
        }
        Ok((!deleted).then_some(changed))
    }

    /// What the operator took out.
    pub(crate) fn removed(&self) -> Result<Vec<Removed>> {
        self.records.index.all_removed()
    }

    /// How many articles each source has, by slug.
    pub(crate) fn counts(&self) -> Result<Vec<(String, u64)>> {
        let counts = self.records.index.counts()?;
        Ok(counts
            .into_iter()
            .map(|(slug, count)| (slug, count.into()))
            .collect())
    }

    /// The newest of a source or of all by publication, newest first.
    pub(crate) fn newest(&self, source: Option<&str>, limit: usize) -> Result<Vec<Listing>> {
        Ok(unnumbered(self.records.index.newest(source, limit)?))
    }

    /// One article, with its number.
    pub(crate) fn listing(&self, id: DocumentId) -> Result<Option<Listing>> {
        let Some(row) = self.records.index.document(id)? else {
            return Ok(None);
        };
        let number = self.records.index.number(&row)?;
        Ok(Some(listing_of(row, number)))
    }

    /// The articles that show the picture of an address.
    pub(crate) fn showing(&self, address: &PictureKey) -> Result<Vec<DocumentId>> {
        self.records.index.showing(address)
    }

    /// The articles of a source with these numbers, numbered, in their order.
    pub(crate) fn numbered(&self, source: &str, numbers: Range<u64>) -> Result<Vec<Listing>> {
        let rows = self.records.index.numbered(source, numbers.clone())?;
        Ok(numbered(rows, numbers))
    }

    /// The place of an article in the order of archiving over all sources, from 0, in an archive of `count`.
    pub(crate) fn ordinal(&self, listing: &Listing, count: u64) -> Result<u64> {
        let row = self.records.index.document(listing.id)?;
        let row = row.with_context(|| format!("{} is not in the index", listing.path))?;
        self.records.index.ordinal(&row, count)
    }

    /// The articles in these places of an archive of `count`, in their order; fewer where it ends.
    pub(crate) fn archived(&self, ordinals: Range<u64>, count: u64) -> Result<Vec<Listing>> {
        Ok(unnumbered(self.records.index.archived(ordinals, count)?))
    }

    /// Every article in the order of archiving, one at a time.
    pub(crate) fn each(&self, mut each: impl FnMut(Listing) -> Result<()>) -> Result<()> {
        self.records.index.each(|row| each(listing_of(row, 0)))
    }

    /// The bytes of an article's document, by its object's name: by its path git would search the directories anew for
    /// each document.
    pub(crate) fn read(&self, listing: &Listing) -> Result<Vec<u8>> {
        let mut reader = self.reader.borrow_mut();
        let bytes = reader.read_blob(&listing.volume, &listing.revision)?;
        bytes.with_context(|| format!("{} is not in volume {}", listing.path, listing.volume))
    }

    /// The bytes of an article's document as they were at those commits; absent where it was not there.
    pub(crate) fn former(&self, listing: &Listing, heads: &Heads) -> Result<Option<Vec<u8>>> {
        let Some(head) = heads.get(&listing.volume) else {
            return Ok(None);
        };
        let mut reader = self.reader.borrow_mut();
        reader.read_at(&listing.volume, head, &listing.path)
    }

    /// The latest revisions of an article with their times, at most `limit`, oldest first.
    pub(crate) fn revisions(
        &self,
        listing: &Listing,
        limit: usize,
    ) -> Result<Vec<(Timestamp, Vec<u8>)>> {
        let revisions = self.records.index.revisions(listing.id)?;
        let latest = &revisions[revisions.len().saturating_sub(limit)..];
        let mut reader = self.reader.borrow_mut();
        let read = latest.iter().map(|recorded| {
            let bytes = reader.read_blob(&listing.volume, &recorded.revision)?;
            let bytes = bytes.with_context(|| {
                format!(
                    "a revision of {} is not in volume {}",
                    listing.path, listing.volume
                )
            })?;
            Ok((recorded.time, bytes))
        });
        read.collect()
    }

    /// When an article of a source was last archived.
    pub(crate) fn last_archived(&self, source: &str) -> Result<Option<Timestamp>> {
        self.records.index.last_archived(Some(source))
    }

    /// When an article that was published within these times was last archived.
    pub(crate) fn last_archived_between(
        &self,
        times: &Range<Timestamp>,
    ) -> Result<Option<Timestamp>> {
        self.records.index.last_archived_between(times)
    }

    /// The documents of articles. Those that cannot be read are left out: they have no page either, and are told of
    /// where the pages are written.
    pub(crate) fn documents(&self, listings: &[Listing]) -> Result<Vec<(Listing, Document)>> {
        let mut documents = Vec::with_capacity(listings.len());
        for listing in listings {
            let bytes = self.read(listing)?;
            if let Ok((document, _)) = Document::parse(&bytes) {
                documents.push((listing.clone(), document));
            }
        }
        Ok(documents)
    }

    /// At most `limit` articles that were published within these times, after the first `skipped`, oldest first.
    pub(crate) fn between(
        &self,
        times: &Range<Timestamp>,
        (skipped, limit): (u64, u64),
    ) -> Result<Vec<Listing>> {
        let rows = self.records.index.between(times, skipped, limit)?;
        Ok(unnumbered(rows))
    }

    /// How many articles were published within these times.
    pub(crate) fn count_between(&self, times: &Range<Timestamp>) -> Result<u64> {
        self.records.index.count_between(times)
    }

    /// When the last article before a time was published.
    pub(crate) fn last_before(&self, time: Timestamp) -> Result<Option<Timestamp>> {
        self.records.index.last_before(time)
    }

    /// When the first article from a time on was published.
    pub(crate) fn first_from(&self, time: Timestamp) -> Result<Option<Timestamp>> {
        self.records.index.first_from(time)
    }

    /// The subjects of a kind, those of most articles first.
    pub(crate) fn subjects(&self, kind: SubjectKind, limit: usize) -> Result<Vec<SubjectSummary>> {
        let holdings = self.records.index.subjects(kind, limit)?;
        Ok(holdings.into_iter().map(summary_of).collect())
    }

    /// One subject, if there is an article under it.
    pub(crate) fn subject(&self, kind: SubjectKind, slug: &str) -> Result<Option<SubjectSummary>> {
        Ok(self.records.index.subject(kind, slug)?.map(summary_of))
    }

    /// The newest articles under a subject, newest first.
    pub(crate) fn newest_under(
        &self,
        kind: SubjectKind,
        slug: &str,
        limit: usize,
    ) -> Result<Vec<Listing>> {
        Ok(unnumbered(
            self.records.index.newest_under((kind, slug), limit)?,
        ))
    }

    /// The articles under a subject with these places in its order of archiving.
    pub(crate) fn numbered_under(
        &self,
        kind: SubjectKind,
        slug: &str,
        numbers: Range<u64>,
    ) -> Result<Vec<Listing>> {
        let rows = self.records.index.numbered_under((kind, slug), numbers)?;
        Ok(unnumbered(rows))
    }

    /// The place of an article under a subject, from 1; the place after which it would come where it is not under it.
    pub(crate) fn number_under(
        &self,
        kind: SubjectKind,
        slug: &str,
        id: DocumentId,
    ) -> Result<u64> {
        match self.records.index.document(id)? {
            Some(row) => self.records.index.number_under((kind, slug), &row),
            None => Ok(0),
        }
    }
}

fn unnumbered(rows: Vec<Row>) -> Vec<Listing> {
    rows.into_iter().map(|row| listing_of(row, 0)).collect()
}

fn numbered(rows: Vec<Row>, numbers: Range<u64>) -> Vec<Listing> {
    let rows = rows.into_iter().zip(numbers);
    rows.map(|(row, number)| listing_of(row, number)).collect()
}

fn summary_of(holding: Holding) -> SubjectSummary {
    SubjectSummary {
        subject: holding.subject,
        articles: holding.articles,
    }
}
