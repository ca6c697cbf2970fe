//! `wirecopy export archive`: the documents in the layouts of the first mirrors.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::archive::export::{self, ExportOptions, ExportReport, export_archive};
use crate::cli::exit::Exit;
use crate::cli::holdings;
use crate::cli::terminal::Terminal;
use crate::config::Settings;

/// Arguments of `wirecopy export archive`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy export archive --layout seed ../copy")]
pub(super) struct Arguments {
    /// The directory to write; it is made, and must be empty.
    #[arg(value_name = "DIR")]
    to: PathBuf,
    /// How the files are laid out.
    #[arg(long, value_name = "LAYOUT")]
    layout: Layout,
    /// Write the repaired form of imported documents, and not the bytes that came.
    #[arg(long)]
    repaired: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Layout {
    /// articles/SOURCE/ID.md with lists and a front page.
    Seed,
    /// _posts/DAY-TITLE.md.
    Jekyll,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    documents: usize,
    as_they_came: usize,
    lists: usize,
    unread: &'a [String],
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let holdings = holdings::open(mirror, &settings, terminal)?;
    let layout = match arguments.layout {
        Layout::Seed => export::Layout::Seed,
        Layout::Jekyll => export::Layout::Jekyll,
    };
    let options = ExportOptions {
        to: arguments.to.clone(),
        layout,
        repaired: arguments.repaired,
    };
    let bar = terminal.bar(0, "documents");
    let report = export_archive(
        &holdings.archive,
        &holdings.index,
        &options,
        &mut |done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        },
    )
    .with_context(|| format!("cannot export to {}", arguments.to.display()))?;
    bar.finish_and_clear();
    show(&report, arguments, terminal)?;
    Ok(if report.unread.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn show(report: &ExportReport, arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<()> {
    let ExportReport {
        documents,
        as_they_came,
        lists,
        unread,
    } = report;
    if arguments.json {
        return terminal.json(&Report {
            documents: *documents,
            as_they_came: *as_they_came,
            lists: *lists,
            unread,
        });
    }
    for line in unread {
        terminal.result(line)?;
    }
    let to = arguments.to.display();
    terminal.result(&format!(
        "{documents} documents ({as_they_came} as they came) and {lists} lists in {to}"
    ))
}
