//! `wirecopy doctor`: looks at everything that a mirror needs, and says what to do about what is wrong.
//!
//! Nothing is changed but an index that lags behind the archive, which is brought up to date.

mod checks;
mod remotes;

use std::path::Path;

use clap::Args;
use console::style;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::terminal::{Terminal, table};

/// Arguments of `wirecopy doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy doctor --mirror /srv/news")]
pub struct Arguments {
    /// Print the same as JSON.
    #[arg(long)]
    json: bool,
}

/// What was looked at, and what was seen.
#[derive(Debug, Serialize)]
struct Finding {
    subject: &'static str,
    verdict: Verdict,
    /// What was seen and, unless it is good, what to do.
    detail: String,
}

/// Whether the mirror can work as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Good,
    /// It works, and something should be mended.
    Doubtful,
    /// Something does not work.
    Bad,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let findings = checks::all(mirror);
    let is_bad = findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Bad);
    if arguments.json {
        terminal.json(&findings)?;
    } else {
        let rows: Vec<Vec<String>> = findings.iter().map(row).collect();
        terminal.result(&table(&["subject", "", "detail"], &rows))?;
    }
    Ok(if is_bad { Exit::Failed } else { Exit::Done })
}

fn row(finding: &Finding) -> Vec<String> {
    let verdict = match finding.verdict {
        Verdict::Good => style("good").green(),
        Verdict::Doubtful => style("look").yellow(),
        Verdict::Bad => style("bad").red(),
    };
    vec![
        finding.subject.to_owned(),
        verdict.to_string(),
        finding.detail.clone(),
    ]
}
