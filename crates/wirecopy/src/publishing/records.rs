//! What a site is published from: the archive and its index.

use anyhow::Result;
use wirecopy_publish::edition::{Edition, Listing};

use crate::archive::Archive;
use crate::archive::index::Index;
use crate::archive::index::documents::Row;
use crate::publishing::catalogue::Catalogue;
use crate::publishing::{Progress, PublishOptions, Published, bring_up_to_date};

/// What is published from. The index must reflect the archive.
#[derive(Clone, Copy)]
pub struct Records<'a> {
    /// The documents.
    pub archive: &'a Archive,
    /// What is known of them.
    pub index: &'a Index,
}

/// Brings the site up to date with the archive: by an increment where the current generation can be built upon, else by
/// a whole build.
///
/// # Errors
///
/// When archive or index cannot be read, or the disk cannot be written; the site then stays as it was.
pub fn publish(
    records: Records<'_>,
    edition: &Edition,
    options: &PublishOptions,
    progress: Progress<'_>,
) -> Result<Published> {
    bring_up_to_date(&Catalogue::new(records), edition, options, progress)
}

/// A row of the index as lists show it; `number` is its place in its source, or 0 where that does not matter.
#[must_use]
pub fn listing_of(row: Row, number: u64) -> Listing {
    Listing {
        id: row.id,
        source: row.source,
        title: row.title,
        url: row.url,
        published: row.published,
        language: row.language,
        summary: row.summary,
        path: row.path,
        volume: row.volume,
        revision: row.revision,
        revisions: row.revisions,
        number,
        withdrawn: row.withdrawn,
    }
}
