//! `wirecopy images`: the store of pictures, looked at, checked and cleared out by hand.

use std::path::Path;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::Serialize;

use crate::archive::index::Index;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::cli::{clock, holdings};
use crate::config::{Settings, human};
use crate::images::store::prune::{self, Retention};
use crate::images::store::wanted::Wanted;
use crate::images::store::{Original, Store, check, kin};

/// Arguments of `wirecopy images`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy images stats")]
pub struct Arguments {
    #[command(subcommand)]
    task: Task,
    /// Print the result as JSON.
    #[arg(long, global = true)]
    json: bool,
}

/// What is to be done with the store.
#[derive(Debug, Subcommand)]
enum Task {
    /// Tell how many pictures are kept, and how many are missing and why.
    #[command(after_help = "Example:\n  wirecopy images stats --json")]
    Stats,
    /// List pictures that look alike though their files differ: sizes and cuts of one photograph.
    #[command(after_help = "Example:\n  wirecopy images similar")]
    Similar,
    /// Read every picture again and compare it with its hash.
    #[command(after_help = "Example:\n  wirecopy images verify")]
    Verify,
    /// Take out pictures that are too old or for which there is no room, by `keep_for` and `store` of `[pictures]`.
    #[command(after_help = "Example:\n  wirecopy images prune --dry-run")]
    Prune {
        /// Take out those too that articles show.
        #[arg(long)]
        shown: bool,
        /// Tell what would go, and take out nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let desk = Desk {
        mirror,
        settings: &settings,
        terminal,
        json: arguments.json,
    };
    match arguments.task {
        Task::Stats => desk.stats(),
        Task::Similar => desk.similar(),
        Task::Verify => desk.verify(),
        Task::Prune { shown, dry_run } => desk.prune(shown, dry_run),
    }
}

/// What every task needs.
struct Desk<'a> {
    mirror: &'a Path,
    settings: &'a Settings,
    terminal: &'a Terminal,
    json: bool,
}

#[derive(Serialize)]
struct Stats {
    pictures: usize,
    bytes: u64,
    most_bytes: u64,
    addresses: usize,
    /// Number and bytes by media type, those of most bytes first.
    formats: Vec<Share>,
    /// Not kept, and still asked for.
    waiting: usize,
    /// Not kept, and asked for no more.
    given_up: usize,
    /// Why, the most frequent reasons first.
    reasons: Vec<Share>,
}

/// A part of a whole by its name.
#[derive(Serialize)]
struct Share {
    name: String,
    count: usize,
    bytes: u64,
}

/// A picture in a list.
#[derive(Serialize)]
struct Listed {
    path: String,
    width: u32,
    height: u32,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

impl Listed {
    fn of(original: &Original) -> Listed {
        Listed {
            path: format!("originals/{}", original.path()),
            width: original.width,
            height: original.height,
            bytes: original.bytes,
            why: None,
        }
    }

    fn line(&self) -> String {
        let Listed {
            path,
            width,
            height,
            bytes,
            why,
        } = self;
        let why = why.map_or_else(String::new, |why| format!("  {why}"));
        format!(
            "  {width}x{height}  {}  {path}{why}",
            human::size_text(*bytes)
        )
    }
}

impl Desk<'_> {
    fn stats(&self) -> anyhow::Result<Exit> {
        let store = Store::open(self.mirror)?;
        let wanted = Wanted::open(store.directory())?;
        let wants = wanted.all();
        let kept = store.originals();
        let reasons = wants.iter().filter(|want| want.failures > 0);
        let stats = Stats {
            pictures: store.originals().count(),
            bytes: store.bytes(),
            most_bytes: self.settings.pictures.store,
            addresses: store
                .originals()
                .map(|original| original.addresses.len())
                .sum(),
            formats: shares(kept.map(|original| (original.media_type.clone(), original.bytes))),
            waiting: wants.iter().filter(|want| want.due.is_some()).count(),
            given_up: wants.iter().filter(|want| want.due.is_none()).count(),
            reasons: shares(reasons.map(|want| (want.why.clone(), 0))),
        };
        if self.json {
            self.terminal.json(&stats)?;
            return Ok(Exit::Done);
        }
        let mut lines = vec![format!(
            "{} pictures at {} addresses, {} of {}",
            stats.pictures,
            stats.addresses,
            human::size_text(stats.bytes),
            human::size_text(stats.most_bytes)
        )];
        let formats = stats.formats.iter();
        lines.extend(formats.map(|share| {
            format!(
                "  {}: {}, {}",
                share.name,
                share.count,
                human::size_text(share.bytes)
            )
        }));
        lines.push(format!(
            "{} missing and still asked for, {} given up",
            stats.waiting, stats.given_up
        ));
        let reasons = stats.reasons.iter().take(10);
        lines.extend(reasons.map(|share| format!("  {} times: {}", share.count, share.name)));
        self.terminal.result(&lines.join("\n"))?;
        Ok(Exit::Done)
    }

    fn similar(&self) -> anyhow::Result<Exit> {
        let store = Store::open(self.mirror)?;
        let groups: Vec<Vec<Listed>> = kin::groups(&store)
            .into_iter()
            .map(|group| group.into_iter().map(Listed::of).collect())
            .collect();
        if self.json {
            self.terminal.json(&groups)?;
            return Ok(Exit::Done);
        }
        for group in &groups {
            let lines: Vec<String> = group.iter().map(Listed::line).collect();
            self.terminal
                .result(&format!("alike:\n{}", lines.join("\n")))?;
        }
        self.terminal.remark(&format!("groups: {}", groups.len()));
        Ok(Exit::Done)
    }

    fn verify(&self) -> anyhow::Result<Exit> {
        let store = Store::open(self.mirror)?;
        let bar = self
            .terminal
            .bar(store.originals().count() as u64, "pictures");
        let verified = check::verify(&store, &|done| bar.set_position(done))?;
        bar.finish_and_clear();
        if self.json {
            self.terminal.json(&verified)?;
        } else {
            let lists = [
                ("damaged", &verified.damaged),
                ("absent", &verified.absent),
                ("in no ledger", &verified.untold),
            ];
            for (word, paths) in lists {
                for path in paths {
                    self.terminal.result(&format!("{word}: originals/{path}"))?;
                }
            }
            self.terminal
                .result(&format!("{} pictures are sound", verified.sound))?;
        }
        Ok(match verified.is_sound() {
            true => Exit::Done,
            false => Exit::Failed,
        })
    }

    fn prune(&self, shown: bool, dry_run: bool) -> anyhow::Result<Exit> {
        let holdings = holdings::open(self.mirror, self.settings, self.terminal)?;
        let mut store = Store::open(self.mirror)?;
        let now = clock::now()?;
        let retention = Retention {
            max_bytes: self.settings.pictures.store,
            age: self.settings.pictures.keep_for,
        };
        let is_spared = |original: &Original| match shown {
            true => Ok(false),
            false => is_shown(&holdings.index, original),
        };
        let candidates = prune::candidates(&store, retention, now, is_spared)?;
        if !dry_run {
            take_out(&mut store, &candidates, now)?;
        }
        let listed = candidates.iter().map(|candidate| Listed {
            why: Some(candidate.why),
            ..Listed::of(&candidate.original)
        });
        let listed: Vec<Listed> = listed.collect();
        if self.json {
            self.terminal.json(&listed)?;
            return Ok(Exit::Done);
        }
        for one in &listed {
            self.terminal.result(&one.line())?;
        }
        let bytes = listed.iter().map(|one| one.bytes).sum();
        let verb = if dry_run { "would go" } else { "taken out" };
        let count = listed.len();
        self.terminal.result(&format!(
            "{count} pictures {verb}, {}",
            human::size_text(bytes)
        ))?;
        Ok(Exit::Done)
    }
}

fn is_shown(index: &Index, original: &Original) -> anyhow::Result<bool> {
    index.shows_any(&original.addresses)
}

fn take_out(
    store: &mut Store,
    candidates: &[prune::Candidate],
    now: Timestamp,
) -> anyhow::Result<()> {
    let mut candidates = candidates.iter();
    candidates.try_for_each(|candidate| store.drop(candidate.original.hash, now, candidate.why))
}

/// Counts and sums by name, the largest first.
fn shares(items: impl Iterator<Item = (String, u64)>) -> Vec<Share> {
    let mut shares: std::collections::BTreeMap<String, (usize, u64)> = Default::default();
    for (name, bytes) in items {
        let share = shares.entry(name).or_default();
        *share = (share.0 + 1, share.1 + bytes);
    }
    let shares = shares.into_iter();
    let mut shares: Vec<Share> = shares
        .map(|(name, (count, bytes))| Share { name, count, bytes })
        .collect();
    shares.sort_by_key(|share| std::cmp::Reverse((share.bytes, share.count)));
    shares
}
