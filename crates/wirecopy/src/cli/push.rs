//! `wirecopy push`: sends the archive to its remotes, with the operator's own git and credentials.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::archive::push::{PushOutcome, Pushed};
use crate::cli::exit::Exit;
use crate::cli::terminal::{Terminal, table};
use crate::cli::{holdings, options};
use crate::config::Settings;

/// The longest that one git command may take: a first push of a volume takes long on a slow line, and somebody waits
/// here who can interrupt it.
const LIMIT: Duration = Duration::from_secs(6 * 3600);

/// Arguments of `wirecopy push`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy push")]
pub struct Arguments {
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints, for each remote and volume.
#[derive(Serialize)]
struct Report<'a> {
    remote: &'a str,
    volume: &'a str,
    /// Whether there was anything to send; absent after a failure.
    sent: Option<bool>,
    /// Why it was refused, and what to do.
    failure: Option<String>,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let remotes = options::remotes(&settings)?;
    let holdings = holdings::open(mirror, &settings, terminal)?;
    let outcomes = holdings.archive.push(&remotes, LIMIT);
    let reports: Vec<Report> = outcomes.iter().map(report).collect();
    if arguments.json {
        terminal.json(&reports)?;
    } else if remotes.is_empty() {
        terminal.remark("the settings name no remote; add one to `remotes` in [archive]");
    } else {
        terminal.result(&table(
            &["remote", "volume", "result"],
            &reports.iter().map(row).collect::<Vec<_>>(),
        ))?;
    }
    let is_refused = reports.iter().any(|report| report.failure.is_some());
    Ok(if is_refused { Exit::Failed } else { Exit::Done })
}

fn report(outcome: &PushOutcome) -> Report<'_> {
    Report {
        remote: &outcome.remote,
        volume: &outcome.volume,
        sent: outcome
            .result
            .as_ref()
            .ok()
            .map(|pushed| *pushed == Pushed::Sent),
        failure: outcome.result.as_ref().err().map(ToString::to_string),
    }
}

fn row(report: &Report<'_>) -> Vec<String> {
    let result = match (report.sent, &report.failure) {
        (_, Some(failure)) => failure.clone(),
        (Some(true), None) => "sent".to_owned(),
        (_, None) => "was there already".to_owned(),
    };
    vec![report.remote.to_owned(), report.volume.to_owned(), result]
}
