//! A document that the operator takes out: its tombstone in git, then in the index, then the site and its other places,
//! then the remotes. Each step finds out by itself what is left to do: the next round, or the same command again,
//! carries on from any point.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use wirecopy_document::identity::DocumentId;

use crate::archive::tombstone::Tombstone;
use crate::pipeline::{
    Mirror,
    message::{Arrival, ArrivalKind},
    report::RoundReport,
    round::RoundOptions,
    settle::{Pending, Records, Settled, recorded},
};

impl Mirror {
    /// Puts a tombstone in the place of a document; the commits made are returned, as `volume commit`.
    ///
    /// # Errors
    /// There is no such document, or our own disk fails.
    pub fn take_out(&mut self, id: DocumentId, tombstone: &Tombstone) -> Result<Vec<String>> {
        let settled = self.settle_removal(id, tombstone)?;
        let commits = self.record(&settled, tombstone.time)?;
        self.index().put_visits(&settled.visits)?;
        let names = commits
            .iter()
            .map(|commit| format!("{} {}", commit.volume, commit.commit));
        Ok(names.collect())
    }

    /// Brings the site, its other places and the remotes up to date with the archive. What goes wrong is in the report.
    pub async fn carry_out(&mut self, options: &RoundOptions) -> RoundReport {
        let mut report = RoundReport::begun(options.now);
        let feeds = self.publish(options, &mut report);
        self.deliver(&feeds, &mut report).await;
        self.push(options, &mut report);
        report
    }

    fn settle_removal(&self, id: DocumentId, tombstone: &Tombstone) -> Result<Settled> {
        let mut records = Records {
            index: &self.index(),
            reader: &mut self.archive.reader(),
            now: tombstone.time,
        };
        let source = records.index.document(id)?.map(|row| row.source);
        let recorded = recorded(&mut records, id)?;
        let (source, recorded) = source.zip(recorded).context("there is no such document")?;
        let mut settled = Settled::default();
        let pending = Pending {
            volume: Some(recorded.volume),
            path: recorded.path,
            document: tombstone.in_place_of(&recorded.document),
            arrival: Arrival {
                source,
                title: id.to_string(),
                kind: ArrivalKind::Removed(tombstone.reason.clone()),
            },
        };
        settled.documents.insert(id, pending);
        settled.visits.insert(id, None);
        Ok(settled)
    }
}

/// A removal's time: git keeps whole seconds.
///
/// # Errors
/// The clock is out of range.
pub fn time_of(now: Timestamp) -> Result<Timestamp> {
    Timestamp::from_second(now.as_second()).context("the clock is out of range")
}
