//! `wirecopy status`: how each source is doing. It only reads, so it works beside a running mirror.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use console::style;
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use crate::archive::index::Index;
use crate::archive::index::polls::Poll;
use crate::cli::clock;
use crate::cli::exit::Exit;
use crate::cli::terminal::{Terminal, table};
use crate::config::human::duration_text;
use crate::config::{SETTINGS_FILE, Settings, SourceSettings};
use crate::pipeline::schedule;

/// Arguments of `wirecopy status`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy status --json | jq '.sources[] | select(.feeds[].failures > 0)'"
)]
pub struct Arguments {
    /// Print the same as JSON, with times in RFC 3339.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Status<'a> {
    /// Articles of all sources, former ones included.
    articles: u64,
    sources: Vec<SourceStatus<'a>>,
}

#[derive(Debug, Serialize)]
struct SourceStatus<'a> {
    source: &'a str,
    title: &'a str,
    paused: bool,
    articles: u32,
    feeds: Vec<FeedStatus>,
}

#[derive(Debug, Serialize)]
struct FeedStatus {
    feed: Url,
    /// Where it is asked for, when it moved there for good; the settings still name the former address.
    moved_to: Option<Url>,
    /// Whether it failed for so long that it is looked at once a week.
    dead: bool,
    /// Whether it answers and has brought nothing for months.
    silent: bool,
    /// When it was last asked; absent before the first time.
    polled: Option<Timestamp>,
    /// When it last answered as it should.
    answered: Option<Timestamp>,
    /// When it is to be asked next.
    due: Option<Timestamp>,
    /// Failures in a row; 0 when the last poll went well.
    failures: u32,
    /// The last failure in plain words; absent after an answer.
    failure: Option<String>,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let path = mirror.join("index.sqlite");
    // Opening would begin an empty one.
    let index = path.exists().then(|| Index::open(&path)).transpose()?;
    let counts = index
        .as_ref()
        .map(Index::counts)
        .transpose()?
        .unwrap_or_default();
    let polls = index
        .as_ref()
        .map(Index::polls)
        .transpose()?
        .unwrap_or_default();
    let now = clock::now()?;
    let status = status_of(&settings, &counts, (&polls, now));
    if arguments.json {
        terminal.json(&status)?;
        return Ok(Exit::Done);
    }
    if index.is_none() {
        terminal.remark("there is no index yet; `wirecopy update` or `wirecopy reindex` makes it");
    }
    print(&status, now, terminal)?;
    Ok(Exit::Done)
}

fn status_of<'a>(
    settings: &'a Settings,
    counts: &[(String, u32)],
    (polls, now): (&[Poll], Timestamp),
) -> Status<'a> {
    let articles: HashMap<&str, u32> = counts
        .iter()
        .map(|(source, count)| (source.as_str(), *count))
        .collect();
    let source_status = |source: &'a SourceSettings| SourceStatus {
        source: &source.name,
        title: source.display_title(),
        paused: source.paused,
        articles: articles.get(source.name.as_str()).copied().unwrap_or(0),
        feeds: source
            .feeds
            .iter()
            .map(|feed| feed_status(&source.name, feed, (polls, now)))
            .collect(),
    };
    Status {
        articles: counts.iter().map(|(_, count)| u64::from(*count)).sum(),
        sources: settings.sources.iter().map(source_status).collect(),
    }
}

fn feed_status(source: &str, feed: &Url, (polls, now): (&[Poll], Timestamp)) -> FeedStatus {
    let known = polls
        .iter()
        .find(|poll| poll.source == source && poll.feed == *feed)
        .cloned();
    let poll = known.unwrap_or_else(|| Poll::unasked(source, feed));
    FeedStatus {
        feed: feed.clone(),
        dead: schedule::is_dead(poll.failures),
        silent: schedule::is_silent(&poll.rhythm, now),
        moved_to: poll.moved_to,
        polled: poll.polled,
        answered: poll.answered,
        due: poll.due,
        failures: poll.failures,
        failure: poll.failure,
    }
}

impl SourceStatus<'_> {
    fn failing(&self) -> impl Iterator<Item = &FeedStatus> {
        self.feeds.iter().filter(|feed| feed.failures > 0)
    }
}

fn print(status: &Status, now: Timestamp, terminal: &Terminal) -> anyhow::Result<()> {
    let rows: Vec<Vec<String>> = status
        .sources
        .iter()
        .map(|source| row(source, now))
        .collect();
    if !rows.is_empty() {
        terminal.result(&table(
            &["source", "articles", "last poll", "next", "state"],
            &rows,
        ))?;
    }
    for source in &status.sources {
        for feed in source.failing() {
            let cause = feed.failure.as_deref().unwrap_or("the cause is not known");
            let since = feed.answered.map_or("never answered".to_owned(), |time| {
                format!("last answered {} ago", between(time, now))
            });
            terminal.result(&format!(
                "\n{}: {}\n  {cause} ({since})",
                source.source, feed.feed
            ))?;
        }
    }
    for feed in status.sources.iter().flat_map(|source| &source.feeds) {
        if let Some(address) = &feed.moved_to {
            terminal.result(&format!(
                "\n{} moved to {address}; name that in {SETTINGS_FILE}",
                feed.feed
            ))?;
        }
    }
    let failing = status
        .sources
        .iter()
        .filter(|source| source.failing().next().is_some())
        .count();
    terminal.result(&format!(
        "\n{} sources, {failing} failing, {} articles",
        status.sources.len(),
        status.articles
    ))
}

fn row(source: &SourceStatus, now: Timestamp) -> Vec<String> {
    let next = match source.feeds.iter().filter_map(|feed| feed.due).min() {
        _ if source.paused => "-".to_owned(),
        Some(due) if due > now => format!("in {}", between(now, due)),
        _ => "now".to_owned(),
    };
    let polled = source.feeds.iter().filter_map(|feed| feed.polled).max();
    let state = match source.failing().map(|feed| feed.failures).max() {
        _ if source.paused => style("paused".to_owned()).dim(),
        Some(times) if schedule::is_dead(times) => style(format!("dead, {times} failures")).red(),
        Some(times) => style(format!("failing, {times} in a row")).red(),
        None if polled.is_none() => style("new".to_owned()),
        None if source.feeds.iter().all(|feed| feed.silent) => style("silent".to_owned()).yellow(),
        None => style("good".to_owned()).green(),
    };
    let polled = polled.map_or("never".to_owned(), |polled| {
        format!("{} ago", between(polled, now))
    });
    vec![
        source.source.to_owned(),
        source.articles.to_string(),
        polled,
        next,
        state.to_string(),
    ]
}

/// The time between two moments; none where the clock was set back in between.
fn between(earlier: Timestamp, later: Timestamp) -> String {
    duration_text(Duration::try_from(later.duration_since(earlier)).unwrap_or_default())
}
