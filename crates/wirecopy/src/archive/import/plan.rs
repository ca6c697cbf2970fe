//! Which files tell of which document, and in which order: all files are looked at once, and only what names them is
//! kept, so that an archive of any size fits.

use crate::archive::import::ImportOptions;
use crate::archive::import::origin::{Origin, Place};
use crate::archive::import::report::ImportReport;
use crate::archive::import::sources::source;
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::HashMap;
use wirecopy_document::forms::{ForeignError, read_foreign};
use wirecopy_document::identity::DocumentId;

/// Files looked at together.
const CHUNK: usize = 2000;

/// A file that tells of a document.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) id: DocumentId,
    pub(super) source: String,
    published: Option<Timestamp>,
}

/// What to import: the files of each document, oldest first.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) documents: Vec<Vec<Item>>,
}

/// Looks at all files.
pub(super) fn plan(
    origin: &mut Origin,
    options: &ImportOptions,
    report: &mut ImportReport,
) -> anyhow::Result<Plan> {
    let places = origin.places()?;
    let mut groups: HashMap<DocumentId, Vec<Item>> = HashMap::new();
    for chunk in places.chunks(CHUNK) {
        let files = chunk
            .iter()
            .map(|place| Ok((place.clone(), origin.read(place)?)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let items: Vec<_> = files
            .into_par_iter()
            .map(|(place, bytes)| item(place, &bytes, options))
            .collect();
        for item in items {
            report.files += 1;
            match item {
                Ok(item) => groups.entry(item.id).or_default().push(item),
                Err((place, error)) => report.skip(&place.path, &error),
            }
        }
    }
    let mut documents: Vec<Vec<Item>> = groups.into_values().collect();
    if !origin.is_ordered() {
        for items in &mut documents {
            items.sort_by(|one, other| {
                (one.published, &one.place.path).cmp(&(other.published, &other.place.path))
            });
        }
    }
    // In the order of time, so that one commit touches few directories and the archive is as if it had grown.
    documents.sort_by_key(|items| (items[0].published, items[0].id));
    Ok(Plan { documents })
}

fn item(
    place: Place,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<Item, (Place, ForeignError)> {
    match read_foreign(&place.path, bytes) {
        Ok(foreign) => {
            let source = source(foreign.source.as_deref(), options);
            Ok(Item {
                id: DocumentId::of(&source, &foreign.url),
                published: foreign.published,
                place,
                source,
            })
        }
        Err(error) => Err((place, error)),
    }
}
