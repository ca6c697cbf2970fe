//! A round's documents into the archive: one commit for each volume touched, with the lists and the front page that
//! name them and the addresses under which they came.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;
use wirecopy_publish::edition::Edition;

use crate::archive::{
    Archive,
    aliases::{self, Aliases},
    commit::{Change, RoundCommit, Signature},
    index::Index,
};
use crate::pipeline::{
    lists,
    message::{Arrival, message},
    settle::{Pending, Settled},
};

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
    changes.extend(lists::of_round(recording, settled, &volume)?);
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
