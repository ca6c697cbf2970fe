//! `wirecopy import articles`: articles that were extracted elsewhere, brought into the mirror's archive.
//!
//! Lines are taken in batches, each recorded before the next is read: memory is bounded, and an import that was
//! interrupted has recorded what it had done. It goes on when it is started again, since what is there is known.

mod choice;
mod line;
mod owners;
mod report;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use jiff::Timestamp;
use rayon::prelude::*;
use wirecopy_publish::edition::Edition;
use wirecopy_publish::theme::Theme;

use crate::archive::commit::Signature;
use crate::cli::exit::Exit;
use crate::cli::holdings::{self, Holdings};
use crate::cli::import::articles::choice::Choice;
use crate::cli::import::articles::line::Told;
use crate::cli::import::articles::owners::Owners;
use crate::cli::import::articles::report::Report;
use crate::cli::lines::Lines;
use crate::cli::terminal::Terminal;
use crate::cli::{clock, options};
use crate::config::Settings;
use crate::pipeline::captures::{self, Capture, Shelf};
use crate::pipeline::round::REPACK_LIMIT;

/// Lines read together: enough that a commit of them costs little beside reading them.
const BATCH_LINES: usize = 4000;

/// Bytes of lines read together, which bounds memory; one line alone may have more.
const BATCH_BYTES: usize = 24 << 20;

/// Arguments of `wirecopy import articles`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wirecopy extract warc news-20260302.warc.gz > articles.jsonl
  wirecopy import articles articles.jsonl --site hill.example --since 2026-03-01")]
pub(super) struct Arguments {
    /// Files of JSON lines, gzipped or not; `-` for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The source that all articles are of. Without it an article is of the source that follows its site, or else of
    /// one named as its host.
    #[arg(long, value_name = "NAME", value_parser = owners::parse_name)]
    source: Option<String>,
    #[command(flatten)]
    choice: Choice,
    /// Say what would be recorded, and record nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    // Read before the mirror is taken, so that a mistyped path holds nothing up.
    for file in &arguments.files {
        // A pipe is no file, and can be read.
        let is_there = file.exists() && !file.is_dir();
        if file != Path::new("-") && !is_there {
            bail!("there is no file {}", file.display());
        }
    }
    let mut holdings = holdings::open(mirror, &settings, terminal)?;
    let mut import = Import {
        owners: Owners::of(&settings, arguments.source.as_deref()),
        edition: options::edition(&settings, Theme::default()),
        author: options::author(&settings),
        time: clock::now()?,
        report: Report::begun(arguments.dry_run),
        holdings: &mut holdings,
        arguments,
        terminal,
    };
    import.all()?;
    let report = import.report;
    if arguments.json {
        terminal.json(&report)?;
    } else {
        terminal.result(&report.to_string())?;
        if report.commits > 0 {
            terminal.remark("next: `wirecopy publish` adds them to the site");
        }
    }
    if report.commits > 0 {
        let repacking = terminal.counter("repacking");
        let repacked = holdings.archive.repack(REPACK_LIMIT);
        repacking.finish_and_clear();
        repacked.context("the articles are recorded; the next update repacks them")?;
    }
    Ok(if report.bad == 0 {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// An import at work.
struct Import<'a> {
    owners: Owners,
    edition: Edition,
    author: Signature,
    /// When the import began, and a second later with each commit.
    time: Timestamp,
    report: Report,
    holdings: &'a mut Holdings,
    arguments: &'a Arguments,
    terminal: &'a Terminal,
}

/// A line with its place.
type Placed = (String, std::io::Result<Vec<u8>>);

impl Import<'_> {
    fn all(&mut self) -> anyhow::Result<()> {
        let counter = self.terminal.counter("lines");
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for file in &self.arguments.files {
            let lines = match Lines::open(file) {
                Ok(lines) => lines,
                Err(error) => {
                    self.refuse(&error);
                    continue;
                }
            };
            for (number, line) in lines {
                bytes += line.as_ref().map_or(0, Vec::len);
                batch.push((format!("{}:{number}", file.display()), line));
                if batch.len() == BATCH_LINES || bytes >= BATCH_BYTES {
                    counter.inc(batch.len() as u64);
                    self.batch(std::mem::take(&mut batch))?;
                    bytes = 0;
                }
            }
        }
        self.batch(batch)?;
        counter.finish_and_clear();
        Ok(())
    }

    fn batch(&mut self, batch: Vec<Placed>) -> anyhow::Result<()> {
        let (choice, now) = (&self.arguments.choice, self.time);
        let told: Vec<(String, anyhow::Result<Told>)> = batch
            .into_par_iter()
            .map(|(place, line)| (place, line::read(line, choice, now)))
            .collect();
        let mut chosen = Vec::new();
        for (place, told) in told {
            let capture = told.and_then(|told| self.capture(told));
            match capture.context(place) {
                Ok(capture) => chosen.extend(capture),
                Err(error) => self.refuse(&error),
            }
        }
        self.settle(chosen)
    }

    /// The capture that a line tells of, where it is one that was chosen.
    fn capture(&mut self, told: Told) -> anyhow::Result<Option<Capture>> {
        let counted = match told {
            Told::Nothing => return Ok(None),
            Told::NoArticle => &mut self.report.not_articles,
            Told::Other => &mut self.report.not_chosen,
            Told::Article(found) => {
                let source = self.owners.of_page(&found.url)?;
                self.report.chosen += 1;
                return Ok(Some(Capture {
                    source,
                    url: found.url,
                    article: found.article,
                    captured: found.captured,
                }));
            }
        };
        *counted += 1;
        Ok(None)
    }

    fn settle(&mut self, chosen: Vec<Capture>) -> anyhow::Result<()> {
        if chosen.is_empty() {
            return Ok(());
        }
        let Holdings { archive, index, .. } = &mut *self.holdings;
        let volume = archive.current(self.time)?.to_string();
        let taking = (volume.as_str(), self.time);
        let settlement = captures::settle(index, &mut archive.reader(), taking, chosen)?;
        for words in &settlement.doubts {
            self.terminal.remark(&format!("left out: {words}"));
        }
        self.report.add(&settlement.tally);
        if self.arguments.dry_run {
            return Ok(());
        }
        let mut shelf = Shelf {
            archive,
            index,
            edition: &self.edition,
            author: &self.author,
            time: &mut self.time,
        };
        self.report.commits += captures::record(&mut shelf, &settlement)
            .context("what was recorded until now stays; import once more for the rest")?;
        Ok(())
    }

    fn refuse(&mut self, error: &anyhow::Error) {
        self.report.bad += 1;
        self.terminal.error(error);
    }
}
