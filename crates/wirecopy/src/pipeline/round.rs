//! One round of a mirror, from the note of its time to the removal of that note.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use crate::archive::{
    commit::VolumeCommit,
    index::{
        Index,
        polls::{LastRound, Poll},
    },
};
use crate::images::renditions::make::make;
use crate::images::store::Store;
use crate::pipeline::{
    Mirror, REMOTE_LIMIT, absent, journal, ledger,
    patience::Patience,
    pictures::{self, PicturesOptions, PicturesReport, Way},
    poll::{Polled, Setting, poll},
    record::{Recording, round_commit},
    report::{RemoteReport, RoundReport, SourceReport},
    settle::{Records, Settled, settle},
    source::Source,
};
use crate::publishing::records::{self, Records as Published};

/// Sources polled side by side; the fetcher has its own bounds, this one keeps what waits in memory small.
const SOURCES_AT_ONCE: usize = 1024;

/// The longest that repacking may take at a time; what it leaves is done after a later round.
pub(crate) const REPACK_LIMIT: Duration = Duration::from_secs(10 * 60);

/// What a round is to do.
pub struct RoundOptions {
    /// The time now. A round that was cut short keeps the time that it began at.
    pub now: Timestamp,
    /// Which sources are polled.
    pub which: Which,
    /// Poll and compare, but write nothing.
    pub dry_run: bool,
    /// Told of each step, on the round's own task.
    pub progress: Arc<dyn Fn(Progress<'_>) + Send + Sync>,
}

/// Which sources a round polls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All but those that failed or were asked to wait, until their time has come: for a round that something else
    /// schedules.
    All,
    /// These, whenever their time is.
    Only(Vec<String>),
}

/// A step of a round.
#[derive(Debug)]
pub enum Progress<'a> {
    /// So many sources are going to be polled.
    Begun {
        /// Their number.
        sources: usize,
    },
    /// A source was polled.
    Polled(&'a SourceReport),
    /// Everything new is in git.
    Recorded {
        /// How many documents, new and revised.
        documents: usize,
    },
    /// The site is being brought up to date.
    Publishing,
    /// The remotes are being pushed.
    Pushing,
    /// So many of the pictures that are due were asked for.
    Pictures {
        /// How many.
        done: u64,
        /// Of how many.
        due: u64,
    },
    /// So many forms of pictures were made for pages.
    Renditions {
        /// How many.
        done: u64,
        /// Of how many.
        wanting: u64,
    },
}

impl Mirror {
    /// One round. What goes wrong with a source, a page or a remote is in the report.
    ///
    /// # Errors
    /// Our own disk fails: nothing recorded is lost, and the next round does this one again, under its time.
    pub async fn round(&mut self, options: &RoundOptions) -> Result<RoundReport> {
        let journal = match options.dry_run {
            true => None,
            false => Some(journal::begin(&self.options.directory, options.now)?),
        };
        let time = journal.as_ref().map_or(options.now, |journal| journal.time);
        let mut report = RoundReport {
            resumed: journal.as_ref().is_some_and(|journal| journal.resumed),
            dry_run: options.dry_run,
            ..RoundReport::begun(time)
        };
        let (polled, mut settled) = self.gather(options, time).await?;
        if !options.dry_run {
            report.looks = self.look_again(&options.which, time, &mut settled).await?;
            let commits = self.record(&settled, time)?;
            (options.progress)(Progress::Recorded {
                documents: settled.documents.len(),
            });
            report.commits = commits
                .iter()
                .map(|commit| format!("{} {}", commit.volume, commit.commit))
                .collect();
            self.remember(&polled, &settled, &report)?;
            let feeds = self.publish(options, &mut report);
            self.deliver(&feeds, &mut report).await;
            self.push(options, &mut report);
            self.keep_pictures(options, time, &mut report).await;
            self.show_pictures(options, &mut report).await;
            self.maintain(&mut report);
        }
        report.sources = polled.into_iter().map(|polled| polled.report).collect();
        if let Some(journal) = journal {
            journal.end()?;
        }
        Ok(report)
    }

    /// Polls the sources and settles what each brings against what is recorded.
    async fn gather(
        &mut self,
        options: &RoundOptions,
        time: Timestamp,
    ) -> Result<(Vec<Polled>, Settled)> {
        let due = self.due(&options.which, time)?;
        (options.progress)(Progress::Begun { sources: due.len() });
        let setting = Setting {
            fetcher: self.fetcher.clone(),
            rules: self.options.rules.clone(),
            index: self.index.clone(),
            patience: Patience::with(due.iter().map(|source| source.feeds.len()).sum()),
            only_due: options.which == Which::Due,
            now: time,
        };
        let mut reader = self.archive.reader();
        let mut settled = Settled::default();
        let mut all = Vec::with_capacity(due.len());
        let mut polls = stream::iter(due)
            .map(|source| poll(&setting, source))
            .buffer_unordered(SOURCES_AT_ONCE);
        while let Some(mut polled) = polls.next().await {
            // The index is locked for this statement alone: the search below takes the lock itself.
            settle(
                &mut Records {
                    index: &setting.index(),
                    reader: &mut reader,
                    now: time,
                },
                &mut polled,
                &mut settled,
            )?;
            absent::search(&setting, &mut reader, &mut polled, &mut settled).await?;
            (options.progress)(Progress::Polled(&polled.report));
            all.push(polled);
        }
        let place = |polled: &Polled| {
            self.options
                .sources
                .iter()
                .position(|source| source.slug == polled.source.slug)
        };
        all.sort_by_key(place);
        Ok((all, settled))
    }

    /// The sources to poll, in the order of settings.
    fn due(&self, which: &Which, time: Timestamp) -> Result<Vec<Arc<Source>>> {
        let index = self.index();
        let mut due = Vec::new();
        for source in self.options.sources.iter().filter(|source| !source.paused) {
            let polls = source
                .feeds
                .iter()
                .map(|feed| index.poll(&source.slug, feed));
            let polls: Vec<Poll> = polls.filter_map(Result::transpose).collect::<Result<_>>()?;
            let arrived = |poll: &Poll| poll.due.is_none_or(|due| due <= time);
            let unpolled = polls.len() < source.feeds.len();
            let wanted = match which {
                Which::Only(slugs) => slugs.contains(&source.slug),
                Which::Due => unpolled || polls.iter().any(arrived),
                Which::All => {
                    unpolled || polls.iter().any(|poll| arrived(poll) || poll.failures == 0)
                }
            };
            if wanted {
                due.push(Arc::new(source.clone()));
            }
        }
        Ok(due)
    }

    pub(crate) fn index(&self) -> MutexGuard<'_, Index> {
        // Also after a panic elsewhere: each operation of the index is a transaction of its own.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn record(
        &mut self,
        settled: &Settled,
        time: Timestamp,
    ) -> Result<Vec<VolumeCommit>> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let recording = Recording {
            archive: &self.archive,
            index: &index,
            edition: &self.options.edition,
            author: &self.options.author,
            settings: self.options.settings.as_deref(),
            time,
        };
        let Some(round) = round_commit(&recording, settled)? else {
            return Ok(Vec::new());
        };
        let commits = self.archive.commit(&round).context(
            "cannot record the round; nothing of it counts as done, and the next run does it again",
        )?;
        index.apply(&round, &commits)?;
        Ok(commits)
    }

    /// Notes what is done with, now that its documents are in the archive and the index.
    fn remember(&self, polled: &[Polled], settled: &Settled, report: &RoundReport) -> Result<()> {
        let polls: Vec<Poll> = polled
            .iter()
            .flat_map(|polled| polled.feeds.iter().cloned())
            .collect();
        let mut index = self.index();
        index.put_entries(&settled.entries)?;
        index.put_visits(&settled.visits)?;
        index.put_polls(&polls)?;
        ledger::remember(&mut index, polled, report.time)?;
        let count = |count: fn(&SourceReport) -> usize| {
            polled
                .iter()
                .map(|polled| count(&polled.report))
                .sum::<usize>()
        };
        let looks = report.looks.as_ref();
        let outcome = format!(
            "{} new, {} revised, {} withdrawn",
            count(|report| report.new),
            count(|report| report.revised) + looks.map_or(0, |looks| looks.revised),
            count(|report| report.withdrawn) + looks.map_or(0, |looks| looks.withdrawn)
        );
        let time = report.time;
        index.put_round(&LastRound { time, outcome })
    }
}

impl Mirror {
    /// Brings the site up to date with the index. A site that cannot be written stays as it was, and is told of. The
    /// feeds that were written are returned.
    pub(super) fn publish(&self, options: &RoundOptions, report: &mut RoundReport) -> Vec<String> {
        let Some(publish) = &self.options.publish else {
            return Vec::new();
        };
        (options.progress)(Progress::Publishing);
        let index = self.index();
        let records = Published {
            archive: &self.archive,
            index: &index,
        };
        match records::publish(records, &self.options.edition, publish, &|_, _| {}) {
            Ok(published) => {
                report.pages_written += published.written;
                report.problems.extend(published.problems);
                published.feeds
            }
            Err(error) => {
                report.problems.push(format!("{error:#}"));
                Vec::new()
            }
        }
    }

    /// Brings the site to its other places, and tells the hub. What fails is told of, and tried again with the next
    /// round.
    pub(super) async fn deliver(&self, feeds: &[String], report: &mut RoundReport) {
        let options = &self.options;
        let (Some(publish), Some(deliveries)) = (&options.publish, &options.deliveries) else {
            return;
        };
        for delivered in deliveries.deliver_changed(&publish.directory).await {
            if let Err(failure) = delivered.result {
                report
                    .problems
                    .push(format!("target {}: {failure}", delivered.destination));
            }
        }
        report.problems.extend(deliveries.announce(feeds).await);
    }

    /// Pushes what remotes do not have yet. A remote that refuses is told of, and tried again with the next round.
    pub(super) fn push(&self, options: &RoundOptions, report: &mut RoundReport) {
        if self.options.remotes.is_empty() {
            return;
        }
        (options.progress)(Progress::Pushing);
        for outcome in self.archive.push(&self.options.remotes, REMOTE_LIMIT) {
            let failure = outcome.result.err().map(|refusal| refusal.to_string());
            report.remotes.push(RemoteReport {
                remote: outcome.remote,
                volume: outcome.volume,
                failure,
            });
        }
    }

    /// Asks for the pictures of articles, now that their pages are out. What fails is told of, and asked for again
    /// later.
    async fn keep_pictures(
        &self,
        options: &RoundOptions,
        time: Timestamp,
        report: &mut RoundReport,
    ) {
        let Some(pictures) = &self.options.pictures else {
            return;
        };
        let progress = |done, due| (options.progress)(Progress::Pictures { done, due });
        match self.collect_pictures(pictures, (time, &progress)).await {
            Ok(kept) => report.pictures = Some(kept),
            Err(error) => report.problems.push(format!("pictures: {error:#}")),
        }
    }

    async fn collect_pictures(
        &self,
        options: &PicturesOptions,
        (time, progress): (Timestamp, pictures::Progress<'_>),
    ) -> Result<PicturesReport> {
        let mut store = Store::open(&options.mirror)?;
        let mut wanted = {
            let index = self.index();
            let records = Published {
                archive: &self.archive,
                index: &index,
            };
            pictures::look_through(records, options, &store, time)?
        };
        let proxied = self.options.sources.iter();
        let proxied =
            proxied.filter_map(|source| Some((source.slug.clone(), source.proxy.clone()?)));
        let way = Way {
            fetcher: self.fetcher.clone(),
            proxies: proxied.collect(),
        };
        pictures::collect((&mut store, &mut wanted), options, way, (time, progress)).await
    }

    /// Makes of the pictures that are kept what pages show, and the pages again that show it.
    async fn show_pictures(&self, options: &RoundOptions, report: &mut RoundReport) {
        let Some(renditions) = &self.options.renditions else {
            return;
        };
        let progress = |done, wanting| (options.progress)(Progress::Renditions { done, wanting });
        let made = match make(renditions, &progress).await {
            Ok(made) => made,
            Err(error) => {
                report.problems.push(format!("renditions: {error:#}"));
                return;
            }
        };
        if made.is_news() {
            let feeds = self.publish(options, report);
            self.deliver(&feeds, report).await;
        }
        report.renditions = Some(made);
    }

    /// Repacks the archive when its rounds have left many small packs. An archive that cannot be repacked is whole.
    fn maintain(&self, report: &mut RoundReport) {
        if let Err(error) = self.archive.maintain(REPACK_LIMIT) {
            report.problems.push(format!(
                "the archive could not be repacked and is as it was: {error:#}"
            ));
        }
    }
}
