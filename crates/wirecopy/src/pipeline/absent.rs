//! The doing of [`crate::pipeline::withdrawal`]: articles that vanished from a feed, and whether their pages are gone.

use anyhow::Result;
use url::Url;
use wirecopy_document::identity::DocumentId;

use crate::archive::{
    index::{Index, entries::EntryRecord, visits::Visit},
    reader::Reader,
};
use crate::fetch::error::FetchError;
use crate::fetch::{Fetcher, Purpose, Request};
use crate::pipeline::{
    ladder::{self, Met},
    looks::take_step,
    poll::{Polled, Setting},
    settle::{Records, Settled},
    withdrawal::{Recorded, vanished},
};

/// How far back a source's documents are looked at: feeds rarely hold more entries.
const RECENT: usize = 100;

/// Looks for what vanished from a source's feeds, when all of them were read whole.
///
/// # Errors
/// The index or the archive cannot be read.
pub(crate) async fn search(
    setting: &Setting,
    reader: &mut Reader,
    polled: &mut Polled,
    settled: &mut Settled,
) -> Result<()> {
    let missing = if polled.complete {
        missing(&setting.index(), polled)?
    } else {
        Vec::new()
    };
    for (id, url) in missing {
        let found = look_for(&setting.fetcher, polled, &url).await;
        let mut records = Records {
            index: &setting.index(),
            reader: &mut *reader,
            now: setting.now,
        };
        settle_absence(&mut records, &Absence { id, found }, polled, settled)?;
    }
    Ok(())
}

/// The documents of a source that have vanished from its feeds and were not looked for before.
fn missing(index: &Index, polled: &Polled) -> Result<Vec<(DocumentId, Url)>> {
    let rows = index.newest(Some(&polled.source.slug), RECENT)?;
    let recent: Vec<Recorded> = rows
        .iter()
        .map(|row| Recorded {
            id: row.id,
            published: row.published,
            withdrawn: row.withdrawn.is_some(),
        })
        .collect();
    let mut missing = Vec::new();
    for id in vanished(&recent, &polled.present) {
        if index.entry(&polled.source.slug, &looked_for(id))?.is_none() {
            let row = rows.iter().find(|row| row.id == id);
            missing.extend(row.and_then(|row| Some((id, Url::parse(&row.url).ok()?))));
        }
    }
    Ok(missing)
}

/// Asks for the page of a vanished document. One that is there has merely left the feed, and is not asked for again;
/// one that is missing goes on the ladder, which looks at it once more.
async fn look_for(fetcher: &Fetcher, polled: &Polled, url: &Url) -> Met {
    let mut request = Request::new(url.clone(), Purpose::Page);
    request.proxy = polled.source.proxy.clone();
    match fetcher.get(&request).await {
        Ok(_) => Met::There,
        Err(FetchError::Status { status: 404, .. }) => Met::Missing,
        Err(FetchError::Status { status: 410, .. }) => Met::Gone,
        Err(_) => Met::Unknown,
    }
}

/// A vanished document, and what came of looking for it.
struct Absence {
    id: DocumentId,
    found: Met,
}

fn settle_absence(
    records: &mut Records<'_>,
    absence: &Absence,
    polled: &mut Polled,
    settled: &mut Settled,
) -> Result<()> {
    let Absence { id, found } = absence;
    let source = polled.source.slug.clone();
    match found {
        // The next round asks again.
        Met::Unknown => return Ok(()),
        Met::There => {}
        Met::Missing | Met::Gone => {
            let visit = visit_of(records, (*id, &source), settled)?;
            let is_withdrawn = take_step(records, visit, *found, settled)?;
            polled.report.withdrawn += usize::from(is_withdrawn);
        }
    }
    settled.entries.push(EntryRecord {
        source,
        entry: looked_for(*id),
        fingerprint: String::new(),
        id: Some(*id),
        waiting_since: None,
    });
    Ok(())
}

/// The visit of a document, or one that begins with its absence.
fn visit_of(
    records: &Records<'_>,
    (id, source): (DocumentId, &str),
    settled: &Settled,
) -> Result<Visit> {
    let planned = match settled.visits.get(&id) {
        Some(planned) => planned.clone(),
        None => records.index.visit(id)?,
    };
    Ok(planned.unwrap_or_else(|| ladder::unplanned((id, source), records.now)))
}

/// The name under which the index keeps that a document was looked for; no address has a space.
fn looked_for(id: DocumentId) -> String {
    format!("looked for {id}")
}
