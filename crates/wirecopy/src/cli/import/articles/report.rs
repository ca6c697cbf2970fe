//! What an import of articles did, for a person and for a program.

use std::fmt;

use serde::Serialize;

use crate::pipeline::captures::Tally;

/// The outcome.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Report {
    /// Whether nothing was written. Each batch of lines is then compared with the archive as it stands.
    pub(super) dry_run: bool,
    /// Lines that tell of an article that was chosen.
    pub(super) chosen: usize,
    /// Lines of other articles.
    pub(super) not_chosen: usize,
    /// Lines of pages without an article.
    pub(super) not_articles: usize,
    /// Lines that cannot be used, and files that cannot be read; each was named.
    pub(super) bad: usize,
    #[serde(flatten)]
    pub(super) tally: Tally,
    /// Commits made.
    pub(super) commits: usize,
}

impl Report {
    pub(super) fn begun(dry_run: bool) -> Report {
        Report {
            dry_run,
            ..Report::default()
        }
    }

    pub(super) fn add(&mut self, tally: &Tally) {
        let all = &mut self.tally;
        all.new += tally.new;
        all.revised += tally.revised;
        all.unchanged += tally.unchanged;
        all.older += tally.older;
        all.taken_out += tally.taken_out;
        all.distrusted += tally.distrusted;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = &self.tally;
        let lines = [
            (self.chosen, "articles chosen"),
            (tally.new, "  new"),
            (tally.revised, "  revisions of what was there"),
            (tally.unchanged, "  as they were"),
            (tally.older, "  not newer than what is recorded, left out"),
            (tally.distrusted, "  without their text, left out"),
            (
                tally.taken_out,
                "  taken out by the operator before, left out",
            ),
            (self.not_chosen, "other articles"),
            (self.not_articles, "pages without an article"),
            (self.bad, "lines or files that cannot be used"),
        ];
        for (count, what) in lines {
            writeln!(formatter, "{count:>9}  {what}")?;
        }
        if self.dry_run {
            write!(formatter, "\nnothing was recorded")
        } else {
            write!(formatter, "\n{} commits", self.commits)
        }
    }
}
