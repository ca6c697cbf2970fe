//! The newsroom and the mirror that follows it, side by side, turned one step at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use tempfile::TempDir;
use wirecopy_document::document::Document;
use wirecopy_publish::edition::{Edition, SourceInfo};

use crate::archive::ArchiveOptions;
use crate::archive::commit::Signature;
use crate::archive::index::documents::Row;
use crate::demo::newsroom::moment::{Calendar, Expected};
use crate::demo::newsroom::{self, Running, SourceAddress};
use crate::demo::verdict::Held;
use crate::fetch::FetchOptions;
use crate::fetch::metrics::Metrics;
use crate::images::PictureOptions;
use crate::pipeline::report::{Outcome, RoundReport, SourceReport};
use crate::pipeline::round::{RoundOptions, Which};
use crate::pipeline::source::{Polling, Source, TextChoice};
use crate::pipeline::{Mirror, MirrorOptions};
use crate::publishing::PublishOptions;

/// How long the mirror waits for an answer: the newsroom is near, and one of its servers is slow on purpose.
const TIMEOUT: Duration = Duration::from_secs(2);

/// More than the newsroom ever tells.
const ALL: usize = 10_000;

/// Newsroom and mirror.
pub(crate) struct Stage {
    pub(crate) newsroom: Running,
    step: Arc<AtomicU32>,
    mirror: Mirror,
    directory: Directory,
}

/// Where the mirror lies.
enum Directory {
    /// Removed with the stage.
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Directory {
    fn path(&self) -> &Path {
        match self {
            Directory::Temporary(directory) => directory.path(),
            Directory::Kept(directory) => directory,
        }
    }
}

impl Stage {
    /// Opens the newsroom and an empty mirror of it, in `directory` or in one that goes with the stage.
    pub(crate) async fn set(directory: Option<&Path>, calendar: Calendar) -> anyhow::Result<Stage> {
        let directory = match directory {
            Some(directory) => Directory::Kept(empty(directory)?),
            None => Directory::Temporary(
                tempfile::Builder::new()
                    .prefix("wirecopy-demo-")
                    .tempdir()
                    .context("cannot make a directory for the demonstration")?,
            ),
        };
        let step = Arc::new(AtomicU32::new(0));
        let newsroom = newsroom::start(step.clone(), calendar).await?;
        let mirror = Mirror::open(mirror_options(directory.path(), &newsroom), calendar.began)?;
        Ok(Stage {
            newsroom,
            step,
            mirror,
            directory,
        })
    }

    /// The mirror's directory.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// What the mirror's fetcher counts.
    pub(crate) fn fetcher_metrics(&self) -> Metrics {
        self.mirror.fetcher().metrics().clone()
    }

    /// The proxy for the newsroom's pictures.
    pub(crate) fn picture_options(&self) -> anyhow::Result<PictureOptions> {
        let fetch = FetchOptions {
            allow: self.newsroom.hosts(),
            ..FetchOptions::default()
        };
        PictureOptions::new(fetch, self.directory())
    }

    /// The published site.
    pub(crate) fn site(&self) -> PathBuf {
        self.directory().join("site")
    }

    /// Turns the newsroom to `step` and mirrors it, every source, as of `now`.
    pub(crate) async fn round(&mut self, step: u32, now: Timestamp) -> anyhow::Result<RoundReport> {
        self.step.store(step, Ordering::Relaxed);
        let slugs = self
            .newsroom
            .sources
            .iter()
            .map(|source| source.slug.clone())
            .collect();
        let options = RoundOptions {
            now,
            which: Which::Only(slugs),
            dry_run: false,
            progress: Arc::new(|_| ()),
        };
        self.mirror.round(&options).await
    }

    /// Every document that the mirror knows.
    pub(crate) fn holdings(&self) -> anyhow::Result<Vec<Row>> {
        self.mirror.index().newest(None, ALL)
    }

    /// Every article as the archive holds it.
    pub(crate) fn held(&self) -> anyhow::Result<Vec<Held>> {
        let mut reader = self.mirror.archive.reader();
        let read = |row: Row| {
            let bytes = reader
                .read(&row.volume, &row.path)?
                .with_context(|| format!("{} is not in the archive", row.path))?;
            let (document, _) =
                Document::parse(&bytes).with_context(|| format!("cannot read {}", row.path))?;
            Ok(Held {
                source: row.source,
                url: document.url,
                title: document.title,
                text: document.body.text(),
                revisions: row.revisions as usize,
                withdrawn: document.trailer.withdrawn.is_some(),
            })
        };
        self.holdings()?.into_iter().map(read).collect()
    }

    /// Where a round, the one of `step`, went otherwise than the newsroom behaved.
    pub(crate) fn surprises(&self, step: u32, report: &RoundReport) -> Vec<String> {
        let before = if step == 0 {
            Vec::new()
        } else {
            self.newsroom.expected(step - 1)
        };
        let after = self.newsroom.expected(step);
        let failing = self.newsroom.failing(step);
        let mut surprises: Vec<String> = report.problems.clone();
        for source in &self.newsroom.sources {
            let told = told(
                &source.slug,
                &before,
                &after,
                failing.contains(&source.slug.as_str()),
            );
            let came = report
                .sources
                .iter()
                .find(|report| report.source == source.slug)
                .map_or_else(Told::default, came);
            if told != came {
                surprises.push(format!(
                    "round {}, {}: told {told:?}, recorded {came:?}",
                    step + 1,
                    source.slug
                ));
            }
        }
        let trespasses = self.newsroom.trespasses();
        if trespasses > 0 {
            surprises.push(format!(
                "round {}: {trespasses} pages were fetched that robots.txt closes",
                step + 1
            ));
        }
        surprises
    }
}

/// What one source had to tell in one step, or what one round recorded of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Told {
    new: usize,
    revised: usize,
    withdrawn: usize,
    failed: bool,
}

fn told(slug: &str, before: &[Expected], after: &[Expected], failed: bool) -> Told {
    let sum = |expected: &[Expected], count: fn(&Expected) -> usize| -> usize {
        expected
            .iter()
            .filter(|expected| expected.source == slug)
            .map(count)
            .sum()
    };
    let grown = |count: fn(&Expected) -> usize| sum(after, count) - sum(before, count);
    let new = grown(|_| 1);
    Told {
        new,
        revised: grown(|expected| expected.versions) - new,
        withdrawn: grown(|expected| expected.withdrawn.into()),
        failed,
    }
}

fn came(report: &SourceReport) -> Told {
    Told {
        new: report.new,
        revised: report.revised,
        withdrawn: report.withdrawn,
        failed: report.outcome == Outcome::Failed,
    }
}

/// The directory itself, once it is there and empty: the demonstration mixes with no real mirror.
fn empty(directory: &Path) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    let mut entries = std::fs::read_dir(directory)
        .with_context(|| format!("cannot read {}", directory.display()))?;
    ensure!(
        entries.next().is_none(),
        "{} is not empty: the demonstration wants a directory of its own",
        directory.display()
    );
    Ok(directory.to_owned())
}

fn mirror_options(directory: &Path, newsroom: &Running) -> MirrorOptions {
    MirrorOptions {
        directory: directory.to_owned(),
        sources: newsroom.sources.iter().map(source).collect(),
        fetch: FetchOptions {
            host_delay: Duration::ZERO,
            timeout: TIMEOUT,
            allow: newsroom.hosts(),
            ..FetchOptions::default()
        },
        rules: Arc::default(),
        archive: ArchiveOptions::default(),
        remotes: Vec::new(),
        deliveries: None,
        author: Signature::new("Wirecopy demo", "demo@localhost"),
        edition: edition(newsroom),
        publish: Some(PublishOptions {
            pictures: None,
            directory: directory.join("site"),
            precompress: false,
            revisions: true,
        }),
        // What is played is what feeds tell.
        looks: None,
        pictures: None,
        renditions: None,
        settings: None,
    }
}

fn source(address: &SourceAddress) -> Source {
    Source {
        slug: address.slug.clone(),
        name: address.name.clone(),
        feeds: vec![address.feed.clone()],
        site: Some(address.site.clone()),
        text: TextChoice::Auto,
        language: Some(address.language.clone()),
        proxy: None,
        polling: Polling::Every(Duration::from_secs(20)),
        paused: false,
        max_articles: ALL,
        link_selector: None,
    }
}

fn edition(newsroom: &Running) -> Edition {
    let info = |source: &SourceAddress| SourceInfo {
        slug: source.slug.clone(),
        name: source.name.clone(),
        site: Some(source.site.clone()),
        feed: Some(source.feed.clone()),
        language: Some(source.language.clone()),
    };
    Edition {
        title: "Wirecopy demo".to_owned(),
        description: "A mirror of ten publications that do not exist".to_owned(),
        sources: newsroom.sources.iter().map(info).collect(),
        text: true,
        noindex: true,
        search: true,
        offline: true,
        ..Edition::default()
    }
}
