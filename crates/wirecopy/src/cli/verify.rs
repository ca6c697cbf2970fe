//! `wirecopy verify`: whether an archive is what its operator recorded, by the operator's public key alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use console::style;
use serde::Deserialize;

use crate::archive::verify::signers::Signers;
use crate::archive::verify::{self, Finding, Judged, Kind, Question, Report, Verdict};
use crate::cli::exit::Exit;
use crate::cli::terminal::{Terminal, table};
use crate::config::problem::SettingsError;

/// Arguments of `wirecopy verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy verify --key operator.pub clone\n  wirecopy verify --key operator.pub --json \
                  clone > seen.json\n  wirecopy verify --key operator.pub --since seen.json clone"
)]
pub struct Arguments {
    /// Clones of volumes, or directories of them; without any the archive of the mirror. Nothing is fetched.
    #[arg(value_name = "CLONE")]
    clones: Vec<PathBuf>,
    /// The operator's public key, or a file of allowed signers as git reads it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A head that was seen before, or a file with what `--json` printed then: is it still part of the history?
    #[arg(long, value_name = "COMMIT|FILE")]
    since: Vec<String>,
    /// The first commit that was signed, where signing began later: those before it need no signature.
    #[arg(long, value_name = "COMMIT")]
    signed_from: Vec<String>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What is read of an earlier result.
#[derive(Deserialize)]
struct Seen {
    repositories: Vec<SeenRepository>,
}

#[derive(Deserialize)]
struct SeenRepository {
    head: Option<String>,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let signers = signers(&arguments.key)?;
    let heads: anyhow::Result<Vec<_>> = arguments.since.iter().map(|since| heads(since)).collect();
    let mut clones = arguments.clones.clone();
    if clones.is_empty() {
        clones.push(mirror.join("archive"));
    }
    let question = Question {
        signers: &signers,
        signed_from: &arguments.signed_from,
        since: &heads?.concat(),
    };
    let report = verify::verify(&clones, &question)?;
    match arguments.json {
        true => terminal.json(&report)?,
        false => show(&report, terminal)?,
    }
    Ok(match (report.good, report.complete) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Unseen,
        (true, true) => Exit::Done,
    })
}

/// Reads the keys; what is wrong with the file is a mistake of the command line.
fn signers(path: &Path) -> anyhow::Result<Signers> {
    let refuse = |message: String| SettingsError::whole_file(path, message);
    let text =
        fs::read_to_string(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    Ok(Signers::parse(&text).map_err(|error| refuse(format!("{error:#}")))?)
}

/// The heads that `--since` names: one, or those of an earlier result.
fn heads(since: &str) -> anyhow::Result<Vec<String>> {
    let path = Path::new(since);
    if path.is_file() {
        let text = fs::read(path).with_context(|| format!("cannot read {since}"))?;
        let refuse = |error| {
            let message = format!("is no result of `wirecopy verify --json`: {error}");
            SettingsError::whole_file(path, message)
        };
        let seen: Seen = serde_json::from_slice(&text).map_err(refuse)?;
        let heads = seen.repositories.into_iter();
        return Ok(heads.filter_map(|repository| repository.head).collect());
    }
    let is_commit = (7..=40).contains(&since.len()) && since.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_commit {
        let message =
            "is neither a file nor a commit's name of 7 to 40 hexadecimal digits".to_owned();
        return Err(SettingsError::whole_file(path, message).into());
    }
    Ok(vec![since.to_ascii_lowercase()])
}

/// Findings of one kind that are told one by one; the others are counted.
const TOLD: usize = 20;

fn show(report: &Report, terminal: &Terminal) -> anyhow::Result<()> {
    for judged in &report.repositories {
        for line in findings(judged) {
            terminal.result(&format!("{}: {line}", judged.path.display()))?;
        }
        for removed in &judged.tombstones {
            let day = removed.time.strftime("%Y-%m-%d");
            terminal.result(&format!(
                "{}: taken out by the operator on {day}: {}: {}",
                judged.path.display(),
                removed.path,
                removed.reason
            ))?;
        }
    }
    for since in &report.since {
        let words = match since.verdict {
            Verdict::Kept => "is part of the history",
            Verdict::Rewritten => "is no part of the history any more: it was rewritten",
            Verdict::OutOfSight => "is not in what can be seen of a history that is cut off",
        };
        terminal.result(&format!("{} {words}", since.head))?;
    }
    let headings = [
        "repository",
        "head",
        "commits",
        "signed",
        "documents",
        "from",
        "to",
    ];
    let rows: Vec<Vec<String>> = report.repositories.iter().map(row).collect();
    terminal.result(&table(&headings, &rows))?;
    for hint in report.repositories.iter().flat_map(hints) {
        terminal.remark(&hint);
    }
    let verdict = match (report.good, report.complete) {
        (true, true) => style("all is as recorded").green(),
        (true, false) => style("what can be seen is as recorded").yellow(),
        (false, _) => style("not all is as recorded").red(),
    };
    terminal.result(&format!("{verdict}; key: {}", report.keys.join(", ")))
}

/// A line for each finding; of very many of a kind the first ones and their number.
fn findings(judged: &Judged) -> Vec<String> {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for finding in &judged.findings {
        let count = counts.entry(finding.kind).or_default();
        *count += 1;
        if *count <= TOLD {
            lines.push(told(finding));
        }
    }
    for (kind, count) in counts.into_iter().filter(|(_, count)| *count > TOLD) {
        lines.push(format!("{}: {} more", name(kind), count - TOLD));
    }
    lines
}

fn told(finding: &Finding) -> String {
    let commit = finding
        .commit
        .as_ref()
        .map(|commit| format!("commit {commit}"));
    let places: Vec<String> = finding.path.iter().cloned().chain(commit).collect();
    format!(
        "{}: {}: {}",
        name(finding.kind),
        places.join(", "),
        finding.detail
    )
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Unsigned => "not signed",
        Kind::OtherKey => "signed by another key",
        Kind::BadSignature => "bad signature",
        Kind::TakenOut => "taken out",
        Kind::Damaged => "damaged",
        Kind::Differs => "differs",
        Kind::Missing => "missing",
        Kind::Unrecorded => "not recorded",
    }
}

fn row(judged: &Judged) -> Vec<String> {
    let day = |time: Option<jiff::Timestamp>| {
        time.map_or_else(String::new, |time| time.strftime("%Y-%m-%d").to_string())
    };
    vec![
        judged.path.display().to_string(),
        judged
            .head
            .as_ref()
            .map_or_else(|| "none yet".to_owned(), Clone::clone),
        judged.commits.to_string(),
        judged.signed.to_string(),
        judged.documents.to_string(),
        day(judged.oldest),
        day(judged.newest),
    ]
}

/// What a reader can do about what is not seen, or not signed.
fn hints(judged: &Judged) -> Vec<String> {
    let path = judged.path.display();
    let mut hints = Vec::new();
    if let Some(oldest) = judged.cut_off.first() {
        hints.push(format!(
            "{path} is a shallow clone and reaches back to {oldest}; `git -C {path} fetch --unshallow` brings the rest"
        ));
    }
    if judged.partial {
        hints.push(format!(
            "{path} is a partial clone, whose absent files were not seen; `git -C {path} fetch --refetch --no-filter` \
             brings them"
        ));
    }
    if judged.vouched > 0 {
        hints.push(format!(
            "{path}: {} commits from before signing began bear no signature; those after them vouch for them",
            judged.vouched
        ));
    }
    let unsigned = judged
        .findings
        .iter()
        .any(|finding| finding.kind == Kind::Unsigned);
    if let (true, Some(first)) = (unsigned, &judged.first_signed) {
        hints.push(format!(
            "{path}: if signing began with {first}, say so with --signed-from {first}"
        ));
    }
    hints
}
