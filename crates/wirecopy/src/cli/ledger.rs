//! `wirecopy ledger`: what each source announced against what is kept. It only reads, so it works beside a running
//! mirror; what it cannot know it says.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use wirecopy_document::document::Document;
use wirecopy_extract::text_length;

use crate::archive::index::Index;
use crate::archive::index::shortfalls::Shortfall;
use crate::archive::reader::Reader;
use crate::cli::exit::Exit;
use crate::cli::terminal::{Terminal, table};
use crate::cli::{clock, holdings, remove};
use crate::config::{Settings, SourceSettings};
use crate::pipeline::ledger::{self, Shrunk};

/// Causes shown for each source; `--json` has all.
const SHOWN: usize = 10;

/// Arguments of `wirecopy ledger`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy ledger --days 7 --json | jq '.[] | select(.missing != [])'"
)]
pub struct Arguments {
    /// Short names of sources; all of them without it.
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only what was missed in so many days before now.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    days: Option<u16>,
    /// Print the same as JSON, with times in RFC 3339.
    #[arg(long)]
    json: bool,
}

/// One source's ledger, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Ledger {
    source: String,
    /// Since when what the source announced is known; absent before the first round, and after the index was lost.
    since: Option<Timestamp>,
    /// Documents that the archive has, older ones and imported ones included.
    documents: u32,
    /// Entries announced since then.
    entries: u32,
    /// Those of which no document came, since neither feed nor page held any text.
    empty: u32,
    /// Those that wait for their page.
    waiting: u32,
    /// What may be or is missing, the latest first.
    missing: Vec<Missing>,
    /// Absent while the newest documents are as long as usual.
    shrunk: Option<ShrunkDocuments>,
    /// What cannot be known, in plain words; absent where all was seen.
    unseen: Option<String>,
}

#[derive(Debug, Serialize)]
struct Missing {
    /// `gap`, `unreachable`, or what the page is instead of an article: `paywall`, `consent`, `login`, `empty`, ….
    cause: String,
    time: Timestamp,
    words: String,
}

/// The newest documents that are suddenly short, in characters; an ideograph counts three.
#[derive(Debug, Serialize)]
struct ShrunkDocuments {
    documents: usize,
    longest: usize,
    usual: usize,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let sources = chosen(&settings, &arguments.sources)?;
    let (archive, index) = holdings::open_to_read(mirror)?;
    let documents: HashMap<String, u32> = index.counts()?.into_iter().collect();
    let from = first_time(arguments.days, clock::now()?);
    let mut reader = archive.reader();
    let mut ledgers = Vec::with_capacity(sources.len());
    for source in sources {
        let documents = documents.get(&source.name).copied().unwrap_or_default();
        let ledger = ledger_of((&source.name, documents), (&index, &mut reader), from)
            .with_context(|| format!("cannot make up the ledger of `{}`", source.name))?;
        ledgers.push(ledger);
    }
    match arguments.json {
        true => terminal.json(&ledgers)?,
        false => print(&ledgers, terminal)?,
    }
    Ok(exit_of(&ledgers))
}

/// The sources of those names, or all.
fn chosen<'a>(settings: &'a Settings, names: &[String]) -> anyhow::Result<Vec<&'a SourceSettings>> {
    if names.is_empty() {
        return Ok(settings.sources.iter().collect());
    }
    for name in names {
        remove::require_source(settings, name)?;
    }
    Ok(names
        .iter()
        .filter_map(|name| settings.source(name))
        .collect())
}

/// From when on what is missing counts.
fn first_time(days: Option<u16>, now: Timestamp) -> Timestamp {
    days.map_or(Timestamp::MIN, |days| {
        let span = SignedDuration::from_hours(24 * i64::from(days));
        now.checked_sub(span).unwrap_or(Timestamp::MIN)
    })
}

fn ledger_of(
    (source, documents): (&str, u32),
    (index, reader): (&Index, &mut Reader),
    from: Timestamp,
) -> anyhow::Result<Ledger> {
    let announced = index.announced(source)?;
    let since = index.ledger_since(source)?;
    let missing = index.shortfalls(source)?.into_iter();
    let lengths = lengths(source, (index, reader))?;
    Ok(Ledger {
        source: source.to_owned(),
        since,
        documents,
        entries: announced.entries,
        empty: announced.empty,
        waiting: announced.waiting,
        missing: missing
            .filter(|missing| missing.time >= from)
            .map(Missing::of)
            .collect(),
        shrunk: ledger::shrunk(&lengths).map(ShrunkDocuments::of),
        unseen: unseen(since, index.first_captured(source)?, from),
    })
}

/// The lengths of a source's newest documents, newest first.
fn lengths(source: &str, (index, reader): (&Index, &mut Reader)) -> anyhow::Result<Vec<usize>> {
    let mut lengths = Vec::new();
    for row in index.newest(Some(source), ledger::LOOKED_AT)? {
        let bytes = reader.read_blob(&row.volume, &row.revision)?;
        let bytes = bytes.with_context(|| {
            format!(
                "the index names {} in volume {}, which does not hold it; run `wirecopy reindex`",
                row.path, row.volume
            )
        })?;
        let (document, _) = Document::parse(&bytes)
            .with_context(|| format!("{} in volume {} is no document", row.path, row.volume))?;
        lengths.push(text_length(&document.body));
    }
    Ok(lengths)
}

/// What cannot be known of the time from `from` on: what was announced before the ledger began.
fn unseen(since: Option<Timestamp>, first: Option<Timestamp>, from: Timestamp) -> Option<String> {
    match since {
        None => Some(
            "no round is known since the index was made: what was announced, rolled over or refused is not known; \
             `wirecopy update` begins the ledger"
                .to_owned(),
        ),
        Some(since) if since > from && first.is_some_and(|first| first < since) => Some(format!(
            "the ledger begins at {since:.0}, after the first documents: what was missed before that is not known"
        )),
        Some(_) => None,
    }
}

impl Missing {
    fn of(shortfall: Shortfall) -> Missing {
        Missing {
            cause: shortfall.cause.word().to_owned(),
            time: shortfall.time,
            words: shortfall.words,
        }
    }
}

impl ShrunkDocuments {
    fn of(shrunk: Shrunk) -> ShrunkDocuments {
        ShrunkDocuments {
            documents: shrunk.documents,
            longest: shrunk.longest,
            usual: shrunk.usual,
        }
    }
}

impl Ledger {
    fn lacks(&self) -> bool {
        !self.missing.is_empty() || self.empty > 0 || self.shrunk.is_some()
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.source.clone(),
            self.documents.to_string(),
            self.entries.to_string(),
            self.waiting.to_string(),
            self.empty.to_string(),
            self.missing.len().to_string(),
        ]
    }

    /// What follows the table: each cause, and what cannot be known.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .missing
            .iter()
            .take(SHOWN)
            .map(|missing| format!("  {:.0} {}: {}", missing.time, missing.cause, missing.words))
            .collect();
        if self.missing.len() > SHOWN {
            let more = self.missing.len() - SHOWN;
            lines.push(format!("  and {more} more (--json shows them)"));
        }
        lines.extend(self.shrunk.as_ref().map(|shrunk| {
            format!(
                "  the newest {} documents have at most {} characters, where {} are usual: look at one, and at \
                 docs/rules.md if the pages changed their form",
                shrunk.documents, shrunk.longest, shrunk.usual
            )
        }));
        lines.extend(self.unseen.iter().map(|unseen| format!("  {unseen}")));
        lines
    }
}

fn print(ledgers: &[Ledger], terminal: &Terminal) -> anyhow::Result<()> {
    let rows: Vec<Vec<String>> = ledgers.iter().map(Ledger::row).collect();
    let head = [
        "source",
        "documents",
        "entries",
        "waiting",
        "empty",
        "missing",
    ];
    terminal.result(&table(&head, &rows))?;
    for ledger in ledgers {
        let lines = ledger.lines();
        if !lines.is_empty() {
            terminal.result(&format!("\n{}\n{}", ledger.source, lines.join("\n")))?;
        }
    }
    Ok(())
}

fn exit_of(ledgers: &[Ledger]) -> Exit {
    if ledgers.iter().any(Ledger::lacks) {
        Exit::Failed
    } else if ledgers.iter().any(|ledger| ledger.unseen.is_some()) {
        Exit::Unseen
    } else {
        Exit::Done
    }
}
