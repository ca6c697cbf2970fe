//! What an import did, for a person and for a program.

use crate::archive::import::prepare::Prepared;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use wirecopy_document::forms::ForeignError;
use wirecopy_document::forms::repair::Repair;

/// Files named of those that were left out; the others are only counted.
const MAX_EXAMPLES: usize = 20;

/// The outcome of an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImportReport {
    /// Files looked at, or versions of files in a repository's history.
    pub files: usize,
    /// Documents that were not there.
    pub new: usize,
    /// Documents that got further revisions.
    pub revised: usize,
    /// Documents of which all was there.
    pub unchanged: usize,
    /// Documents that the operator took out before, and that stay out.
    pub taken_out: usize,
    /// Revisions written, those as they came and the repaired ones.
    pub revisions: usize,
    /// Commits made.
    pub commits: usize,
    /// Lists of articles, which hold none and are made anew.
    pub lists: usize,
    /// Other files that are no articles.
    pub others: usize,
    /// Articles that tell no address.
    pub without_address: usize,
    /// Some of the files left out that are no lists.
    pub left_out: Vec<String>,
    /// What was amiss, by kind.
    pub repairs: Vec<RepairCount>,
    /// How long it took, in seconds.
    pub seconds: f64,
    #[serde(skip)]
    counts: BTreeMap<Repair, usize>,
}

/// How often something was amiss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepairCount {
    /// What, in words.
    pub kind: String,
    /// Whether it was repaired.
    pub repaired: bool,
    /// In how many articles, or of how many pictures.
    pub count: usize,
}

impl ImportReport {
    pub(super) fn skip(&mut self, path: &str, error: &ForeignError) {
        match error {
            ForeignError::List => self.lists += 1,
            ForeignError::NotAnArticle => self.others += 1,
            ForeignError::NoUrl => self.without_address += 1,
        }
        if *error != ForeignError::List && self.left_out.len() < MAX_EXAMPLES {
            self.left_out.push(format!("{path}: {error}"));
        }
    }

    pub(super) fn count(&mut self, document: &Prepared) {
        match (&document.volume, document.revisions.is_empty()) {
            (_, true) => self.unchanged += 1,
            (None, false) => self.new += 1,
            (Some(_), false) => self.revised += 1,
        }
        self.revisions += document.revisions.len();
        for repair in &document.repairs {
            *self.counts.entry(*repair).or_default() += 1;
        }
        let known = Repair::ALL.into_iter().filter_map(|repair| {
            let count = *self.counts.get(&repair)?;
            let (kind, repaired) = (repair.to_string(), repair.is_mended());
            Some(RepairCount {
                kind,
                repaired,
                count,
            })
        });
        self.repairs = known.collect();
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let documents = self.new + self.revised + self.unchanged;
        let lines = [
            (self.files, "files looked at"),
            (documents, "documents"),
            (self.new, "  new"),
            (self.revised, "  with further revisions"),
            (self.unchanged, "  there already"),
            (self.revisions, "revisions written"),
            (self.lists, "lists, made anew from the documents"),
            (
                self.without_address,
                "articles without an address, left out",
            ),
            (self.others, "other files, left out"),
        ];
        for (count, what) in lines {
            writeln!(formatter, "{count:>9}  {what}")?;
        }
        for (repaired, title) in [
            (true, "repaired"),
            (false, "could not be repaired, kept as it was"),
        ] {
            let mut of_kind = self
                .repairs
                .iter()
                .filter(|repair| repair.repaired == repaired)
                .peekable();
            if of_kind.peek().is_some() {
                writeln!(formatter, "\n{title}:")?;
            }
            for RepairCount { kind, count, .. } in of_kind {
                writeln!(formatter, "{count:>9}  {kind}")?;
            }
        }
        if self.taken_out > 0 {
            let what = "taken out by the operator before, left out";
            writeln!(formatter, "\n{:>9}  {what}", self.taken_out)?;
        }
        for left_out in &self.left_out {
            writeln!(formatter, "\nleft out: {left_out}")?;
        }
        let speed = documents as f64 / self.seconds.max(0.001);
        write!(
            formatter,
            "\n{:.1} s, {speed:.0} documents a second",
            self.seconds
        )
    }
}
