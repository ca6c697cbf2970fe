//! One document's revisions, decided from its files and from what the archive holds of it.

use crate::archive::import::plan::Item;
use crate::archive::import::{ImportOptions, State};
use crate::archive::tree::blob_name;
use wirecopy_document::document::{Document, read_header};
use wirecopy_document::forms::read_foreign;
use wirecopy_document::forms::repair::{Repair, repaired};
use wirecopy_document::path::document_path;

/// A document that is there already.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) volume: String,
    pub(super) path: String,
    /// Its newest revision; empty where that is a file as it came which is no document by itself.
    pub(super) revision: String,
}

/// What to record of one document.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Absent for one that is new.
    pub(super) volume: Option<String>,
    pub(super) path: String,
    /// New revisions, oldest first; none when all is there.
    pub(super) revisions: Vec<Vec<u8>>,
    pub(super) repairs: Vec<Repair>,
}

/// A file as it came, and the document that it becomes.
struct Version {
    bytes: Vec<u8>,
    blob: String,
    document: Document,
}

/// What tells of a document.
pub(super) struct Told<'a> {
    /// Its files, oldest first.
    pub(super) items: &'a [Item],
    /// Their bytes.
    pub(super) files: Vec<Vec<u8>>,
    /// Its newest revision in the archive.
    pub(super) newest: Option<Vec<u8>>,
}

/// Decides what to record of a document.
pub(super) fn prepare(told: Told<'_>, state: &State, options: &ImportOptions) -> Prepared {
    let Told {
        items,
        files,
        newest,
    } = told;
    let mut repairs = Vec::new();
    let versions = versions(items, files, options, &mut repairs);
    let known = state.known.get(&items[0].id);
    let path = known
        .map(|known| known.path.clone())
        .unwrap_or_else(|| path(items, &versions));
    let mut prepared = Prepared {
        volume: known.map(|known| known.volume.clone()),
        path,
        revisions: Vec::new(),
        repairs,
    };
    let Some(last) = versions.last().map(|version| version.document.clone()) else {
        return prepared;
    };
    let as_it_came = match known {
        None => true,
        Some(known) => {
            known.revision.is_empty()
                || versions
                    .iter()
                    .any(|version| version.blob == known.revision)
        }
    };
    let new = versions
        .into_iter()
        .filter(|version| !state.has(&version.blob));
    prepared.revisions = new.map(|version| version.bytes).collect();
    if as_it_came {
        prepared.revisions.push(last.to_bytes());
    } else if !prepared.revisions.is_empty() {
        prepared.revisions.push(newer(last, newest));
    }
    prepared
}

/// The files that say something new, as documents, and all that is amiss in them.
fn versions(
    items: &[Item],
    files: Vec<Vec<u8>>,
    options: &ImportOptions,
    repairs: &mut Vec<Repair>,
) -> Vec<Version> {
    let mut bodies: Vec<String> = Vec::new();
    let mut versions = Vec::new();
    for (item, bytes) in items.iter().zip(files) {
        // The plan has read it before; a file that has changed since is left for the next import.
        let Ok(foreign) = read_foreign(&item.place.path, &bytes) else {
            continue;
        };
        if bodies.contains(&foreign.body_html) {
            repairs.push(Repair::SameUrlSameBody);
            continue;
        }
        repairs.extend((!bodies.is_empty()).then_some(Repair::SameUrlOtherBody));
        let (document, found) = repaired(&foreign, &item.source, options.time);
        repairs.extend(found);
        bodies.push(foreign.body_html);
        versions.push(Version {
            blob: blob_name(&bytes),
            bytes,
            document,
        });
    }
    versions
}

fn path(items: &[Item], versions: &[Version]) -> String {
    match versions.last() {
        Some(Version { document, .. }) => document_path(
            &items[0].source,
            document.published,
            &document.title,
            items[0].id,
        ),
        None => String::new(),
    }
}

/// What stands last when files were added to a document that is there: it itself, unless an import made it and the
/// files are not older.
fn newer(imported: Document, newest: Option<Vec<u8>>) -> Vec<u8> {
    let Some(bytes) = newest else {
        return imported.to_bytes();
    };
    let stays = read_header(&bytes).is_ok_and(|header| {
        let fetched = header.trailer.captured.is_some() || header.trailer.entry.is_some();
        fetched || header.published > imported.published
    });
    if stays { bytes } else { imported.to_bytes() }
}
