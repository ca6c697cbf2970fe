//! What a round did: for people as a plain summary, for machines as JSON.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::images::renditions::make::MakingReport;
use crate::pipeline::looks::LooksReport;
use crate::pipeline::pictures::PicturesReport;

/// What a round did, source by source. Its JSON is what `wirecopy update --json` prints.
#[derive(Debug, Clone, Serialize)]
pub struct RoundReport {
    /// The round's time: that of its commits.
    #[serde(serialize_with = "as_text")]
    pub time: Timestamp,
    /// Whether it finished a round that was cut short before.
    pub resumed: bool,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Every source that was polled, in the order of settings.
    pub sources: Vec<SourceReport>,
    /// The commits made, as `volume commit`.
    pub commits: Vec<String>,
    /// What looking again at recorded articles gave; none where they are not looked at.
    pub looks: Option<LooksReport>,
    /// Site files written or removed.
    pub pages_written: usize,
    /// Every remote, and why it refused where it did.
    pub remotes: Vec<RemoteReport>,
    /// The pictures that were asked for; none where none are kept.
    pub pictures: Option<PicturesReport>,
    /// What was made of them for pages; none where pages do not show them.
    pub renditions: Option<MakingReport>,
    /// What went wrong beside the sources: a site that could not be written, a repack that failed.
    pub problems: Vec<String>,
}

/// What the poll of one source gave.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SourceReport {
    /// The source's slug.
    pub source: String,
    /// How its poll ended.
    pub outcome: Outcome,
    /// Entries that the feed held.
    pub entries: usize,
    /// Documents recorded for the first time.
    pub new: usize,
    /// Documents that got a further revision.
    pub revised: usize,
    /// Documents whose source withdrew them; they are kept.
    pub withdrawn: usize,
    /// Entries left for the next round: their page cannot be had for now, or the round had enough.
    pub waiting: usize,
    /// What was wrong, in plain words: the poll's failure, then single articles'.
    pub failures: Vec<String>,
}

/// How a poll ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The feed was read and held something new.
    News,
    /// The feed was read, or was the same as before.
    #[default]
    Unchanged,
    /// No feed of the source could be had or read.
    Failed,
}

/// What a remote answered.
#[derive(Debug, Clone, Serialize)]
pub struct RemoteReport {
    /// The remote as the settings give it, without credentials.
    pub remote: String,
    /// The volume that was pushed.
    pub volume: String,
    /// Why it was refused, and what to do; none when it holds everything.
    pub failure: Option<String>,
}

fn as_text<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

impl RoundReport {
    /// The report of what begins at a time.
    pub(crate) fn begun(time: Timestamp) -> RoundReport {
        RoundReport {
            time,
            resumed: false,
            dry_run: false,
            sources: Vec::new(),
            commits: Vec::new(),
            looks: None,
            pages_written: 0,
            remotes: Vec::new(),
            pictures: None,
            renditions: None,
            problems: Vec::new(),
        }
    }

    /// The sum of one count over all sources.
    pub fn total(&self, count: fn(&SourceReport) -> usize) -> usize {
        self.sources.iter().map(count).sum()
    }

    /// Whether everything that was tried went well.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
            && self.remotes.iter().all(|remote| remote.failure.is_none())
            && self
                .sources
                .iter()
                .all(|source| source.outcome != Outcome::Failed)
    }
}

impl fmt::Display for RoundReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for source in self
            .sources
            .iter()
            .filter(|source| source.is_worth_a_line())
        {
            writeln!(out, "{source}")?;
        }
        if let Some(looks) = self.looks.as_ref().filter(|looks| looks.is_worth_a_line()) {
            writeln!(out, "{looks}")?;
        }
        for remote in &self.remotes {
            if let Some(failure) = &remote.failure {
                writeln!(out, "remote {}: {failure}", remote.remote)?;
            }
        }
        if let Some(pictures) = self
            .pictures
            .as_ref()
            .filter(|pictures| pictures.is_worth_a_line())
        {
            writeln!(out, "{pictures}")?;
        }
        if let Some(made) = self.renditions.as_ref().filter(|made| made.is_news()) {
            writeln!(out, "{made}")?;
        }
        for problem in &self.problems {
            writeln!(out, "{problem}")?;
        }
        write!(
            out,
            "{} {} polled: {} new, {} revised, {} withdrawn, {} failed",
            self.sources.len(),
            if self.sources.len() == 1 {
                "source"
            } else {
                "sources"
            },
            self.total(|source| source.new),
            self.total(|source| source.revised),
            self.total(|source| source.withdrawn),
            self.total(|source| usize::from(source.outcome == Outcome::Failed)),
        )?;
        if self.dry_run {
            write!(out, " (dry run: nothing was recorded)")
        } else {
            Ok(())
        }
    }
}

impl SourceReport {
    fn is_worth_a_line(&self) -> bool {
        self.outcome == Outcome::Failed
            || self.new + self.revised + self.withdrawn + self.waiting > 0
            || !self.failures.is_empty()
    }
}

impl fmt::Display for SourceReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.new, "new"),
            (self.revised, "revised"),
            (self.withdrawn, "withdrawn"),
            (self.waiting, "waiting"),
        ];
        let counts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let counts = match (counts.as_slice(), self.outcome) {
            ([], Outcome::Failed) => "failed".to_owned(),
            ([], _) => "nothing new".to_owned(),
            _ => counts.join(", "),
        };
        write!(out, "{}: {counts}", self.source)?;
        const SHOWN: usize = 3;
        for failure in self.failures.iter().take(SHOWN) {
            write!(out, "\n  {failure}")?;
        }
        match self.failures.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(out, "\n  and {more} more of its kind (--json shows them)"),
        }
    }
}
