//! `wirecopy publish`: brings the site up to date with the archive and the settings.

use std::path::Path;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::cli::{holdings, options};
use crate::config::Settings;
use crate::publishing::records::{self, Records};

/// Arguments of `wirecopy publish`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy publish")]
pub struct Arguments {
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    /// Whether everything was built anew.
    whole: bool,
    written: usize,
    unchanged: usize,
    /// Documents that could not be read, in words.
    problems: Vec<String>,
    seconds: f64,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let holdings = holdings::open(mirror, &settings, terminal)?;
    let started = Instant::now();
    let bar = terminal.bar(0, "articles");
    let records = Records {
        archive: &holdings.archive,
        index: &holdings.index,
    };
    let options = options::publish_options(&settings, mirror);
    let published = records::publish(
        records,
        &options::edition(&settings),
        &options,
        &|done, total| {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(done);
        },
    )?;
    bar.finish_and_clear();
    let report = Report {
        whole: published.whole,
        written: published.written,
        unchanged: published.unchanged,
        problems: published.problems,
        seconds: started.elapsed().as_secs_f64(),
    };
    show(&report, arguments, terminal)?;
    Ok(if report.problems.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn show(report: &Report, arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<()> {
    if arguments.json {
        return terminal.json(report);
    }
    for problem in &report.problems {
        terminal.result(problem)?;
    }
    let Report {
        written,
        unchanged,
        seconds,
        ..
    } = report;
    terminal.result(&format!(
        "{written} files written, {unchanged} as they were, in {seconds:.1} s"
    ))
}
