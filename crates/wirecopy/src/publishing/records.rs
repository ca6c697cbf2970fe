//! Publishing from the archive and its index: the answers that [`Catalogue`] asks for.

use std::cell::RefCell;

use anyhow::{Context, Result};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::id_of_path;
use wirecopy_publish::edition::{Edition, Listing};

use crate::archive::history;
use crate::archive::index::Index;
use crate::archive::index::documents::Row;
use crate::archive::{Archive, volume::Volume};
use crate::publishing::catalogue::{Catalogue, Heads};
use crate::publishing::{Progress, PublishOptions, Published, bring_up_to_date};

/// What is published from. The index must reflect the archive.
#[derive(Clone, Copy)]
pub struct Records<'a> {
    /// The documents.
    pub archive: &'a Archive,
    /// What is known of them.
    pub index: &'a Index,
}

/// Brings the site up to date with the archive.
///
/// # Errors
///
/// As [`bring_up_to_date`].
pub fn publish(
    records: Records<'_>,
    edition: &Edition,
    options: &PublishOptions,
    progress: Progress<'_>,
) -> Result<Published> {
    let Records { archive, index } = records;
    let reader = RefCell::new(archive.reader());
    let unnumbered = |rows: Vec<Row>| rows.into_iter().map(|row| listing_of(row, 0)).collect();
    let catalogue = Catalogue {
        heads: heads(archive),
        changed_since: &|former| changed_since(archive, former),
        counts: &|| {
            Ok(index
                .counts()?
                .into_iter()
                .map(|(slug, count)| (slug, count.into()))
                .collect())
        },
        newest: &|source, limit| Ok(unnumbered(index.newest(source, limit)?)),
        listing: &|id| {
            let Some(row) = index.document(id)? else {
                return Ok(None);
            };
            let number = index.number(&row)?;
            Ok(Some(listing_of(row, number)))
        },
        numbered: &|source, numbers| {
            let rows = index.numbered(source, numbers.clone())?;
            Ok(rows
                .into_iter()
                .zip(numbers)
                .map(|(row, number)| listing_of(row, number))
                .collect())
        },
        each: &|each| index.each(|row| each(listing_of(row, 0))),
        // By its object's name: by its path git would search the directories anew for each document.
        read: &|listing| {
            let row = index.document(listing.id)?;
            let row = row.with_context(|| format!("{} is not in the index", listing.path))?;
            let bytes = reader.borrow_mut().read_blob(&row.volume, &row.revision)?;
            bytes.with_context(|| format!("{} is not in volume {}", row.path, row.volume))
        },
    };
    bring_up_to_date(&catalogue, edition, options, progress)
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
        revisions: row.revisions,
        number,
        withdrawn: row.withdrawn,
    }
}

fn heads(archive: &Archive) -> Heads {
    let head = |volume: &Volume| Some((volume.name.to_string(), volume.head.clone()?));
    archive.volumes().iter().filter_map(head).collect()
}

/// The documents that the commits since touched. `None` where one was deleted, which moves the numbers of those after
/// it, or where the former commits are not in the history any more.
fn changed_since(archive: &Archive, former: &Heads) -> Result<Option<Vec<DocumentId>>> {
    let now = heads(archive);
    if former.keys().any(|name| !now.contains_key(name)) {
        return Ok(None);
    }
    let mut changed = Vec::new();
    let mut deleted = false;
    for volume in archive.volumes() {
        let since = former.get(&volume.name.to_string());
        if since.is_some() && since == volume.head.as_ref() {
            continue;
        }
        let told = history::commits(volume, since.map(String::as_str), |commit| {
            deleted |= commit.files.iter().any(|file| file.revision.is_none());
            changed.extend(
                commit
                    .files
                    .iter()
                    .filter_map(|file| id_of_path(&file.path)),
            );
            Ok(())
        });
        if let Err(error) = told {
            tracing::warn!(volume = %volume.name, "the site is built anew: {error:#}");
            return Ok(None);
        }
    }
    changed.sort_unstable();
    changed.dedup();
    Ok((!deleted).then_some(changed))
}
