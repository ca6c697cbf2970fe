//! Rounds one after the other until told to stop, each when the first source is due.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::pipeline::{
    Mirror,
    report::RoundReport,
    round::{RoundOptions, Which},
};

/// The least time from one round to the next: sources due within it share a commit.
const SHORTEST: Duration = Duration::from_secs(60);
/// The longest: a mirror without sources, or one whose clock was set back, wakes up this often.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// How a mirror runs.
pub struct RunOptions<'a> {
    /// What the clock says.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// What each round is to do; its time and choice of sources are set anew for each.
    pub round: RoundOptions,
    /// Told of each round.
    pub report: &'a (dyn Fn(&RoundReport) + Sync),
    /// Becomes true when the mirror is to stop; a round that has begun is ended first.
    pub stop: watch::Receiver<bool>,
}

impl Mirror {
    /// Runs rounds until told to stop.
    ///
    /// # Errors
    /// Our own disk fails. The next start takes up the round that was cut short.
    pub async fn run(&mut self, mut options: RunOptions<'_>) -> Result<()> {
        while !*options.stop.borrow() {
            options.round.now = (options.now)();
            options.round.which = Which::Due;
            let report = self.round(&options.round).await?;
            (options.report)(&report);
            let wait = self.until_due((options.now)())?;
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                changed = options.stop.changed() => if changed.is_err() { break },
            }
        }
        Ok(())
    }

    /// How long until the first source is due, within bounds.
    fn until_due(&self, now: Timestamp) -> Result<Duration> {
        let first = self
            .index()
            .polls()?
            .into_iter()
            .filter_map(|poll| poll.due)
            .min();
        let wait = first.map_or(LONGEST, |due| {
            Duration::try_from(due.duration_since(now)).unwrap_or_default()
        });
        Ok(wait.clamp(SHORTEST, LONGEST))
    }
}
