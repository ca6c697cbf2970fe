//! `wirecopy reindex`: makes the index anew from the archive's documents.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use crate::archive::Archive;
use crate::archive::index::Index;
use crate::cli::exit::Exit;
use crate::cli::options;
use crate::cli::terminal::Terminal;
use crate::config::Settings;
use crate::lock;

/// Arguments of `wirecopy reindex`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy reindex")]
pub struct Arguments {
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    documents: u64,
    /// Documents that could not be read; their files stay as they are.
    unread: Vec<String>,
    seconds: f64,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let _lock = lock::acquire(mirror)?;
    let archive = Archive::open(&mirror.join("archive"), options::archive_options(&settings))?;
    let started = Instant::now();
    let counter = terminal.counter("documents");
    let index = Index::rebuild(&mirror.join("index.sqlite"), &archive, &mut |read| {
        counter.set_position(read)
    })
    .context("cannot make the index anew; the old one stays")?;
    counter.finish_and_clear();
    let unread = index.unread()?;
    let report = Report {
        documents: index
            .counts()?
            .iter()
            .map(|(_, count)| u64::from(*count))
            .sum(),
        unread: unread
            .iter()
            .map(|unread| format!("{} {}: {}", unread.volume, unread.path, unread.problem))
            .collect(),
        seconds: started.elapsed().as_secs_f64(),
    };
    show(&report, arguments, terminal)?;
    Ok(if report.unread.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn show(report: &Report, arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<()> {
    if arguments.json {
        return terminal.json(report);
    }
    for line in &report.unread {
        terminal.result(line)?;
    }
    let Report {
        documents,
        unread,
        seconds,
    } = report;
    terminal.result(&format!(
        "{documents} documents indexed in {seconds:.1} s, {} could not be read",
        unread.len()
    ))
}
