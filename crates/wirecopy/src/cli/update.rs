//! `wirecopy update`: one round, for cron and for scheduled jobs. Everything it needs is in the settings and the
//! archive's remotes; what else it finds saves requests.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use indicatif::ProgressBar;

use crate::cli::clock;
use crate::cli::exit::Exit;
use crate::cli::options;
use crate::cli::remove::require_source;
use crate::cli::terminal::Terminal;
use crate::config::Settings;
use crate::pipeline::Mirror;
use crate::pipeline::round::{Progress, RoundOptions, Which};

/// Arguments of `wirecopy update`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy update --only the-hill --only river --dry-run")]
pub struct Arguments {
    /// Short name of a source to poll, whether it is due or not; may be given several times.
    #[arg(long, value_name = "SOURCE")]
    only: Vec<String>,
    /// Poll and compare, but record nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the round's report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    arguments
        .only
        .iter()
        .try_for_each(|name| require_source(&settings, name))?;
    let which = if arguments.only.is_empty() {
        Which::All
    } else {
        Which::Only(arguments.only.clone())
    };
    let now = clock::now()?;
    let mut opened = Mirror::open(options::mirror_options(&settings, mirror)?, now)?;
    let bar = terminal.bar(0, "sources");
    let shown = bar.clone();
    let progress = Arc::new(move |step: Progress<'_>| show(&shown, &step));
    let options = RoundOptions {
        now,
        which,
        dry_run: arguments.dry_run,
        progress,
    };
    let report = super::runtime()?.block_on(opened.round(&options))?;
    bar.finish_and_clear();
    if arguments.json {
        terminal.json(&report)?;
    } else {
        terminal.result(&report.to_string())?;
    }
    Ok(if report.is_clean() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn show(bar: &ProgressBar, step: &Progress<'_>) {
    match step {
        Progress::Begun { sources } => bar.set_length(*sources as u64),
        Progress::Polled(_) => bar.inc(1),
        Progress::Recorded { documents } => {
            bar.set_message(format!("{documents} documents recorded"))
        }
        Progress::Publishing => bar.set_message("publishing"),
        Progress::Pushing => bar.set_message("pushing"),
        Progress::Pictures { done, due } => bar.set_message(format!("{done} of {due} pictures")),
        Progress::Renditions { done, wanting } => {
            bar.set_message(format!("{done} of {wanting} renditions"));
        }
    }
}
