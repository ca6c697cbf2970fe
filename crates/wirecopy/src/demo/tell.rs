//! What the demonstration prints: plain words for people, JSON for programs, on standard output.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;
use wirecopy_document::identity::DocumentId;

use crate::archive::index::documents::Row;
use crate::demo::newsroom::SourceAddress;
use crate::pipeline::report::{Outcome, RoundReport};

/// Columns of the longest word and the longest slug, so that titles stand below one another.
const WORD_WIDTH: usize = 9;
const SLUG_WIDTH: usize = 18;

/// Something that a round did to one article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    word: &'static str,
    source: String,
    title: String,
}

/// What happened between two looks at the mirror's documents.
pub(crate) fn events(before: &[Row], after: &[Row]) -> Vec<Event> {
    let known: HashMap<DocumentId, &Row> = before.iter().map(|row| (row.id, row)).collect();
    let word = |row: &Row| match known.get(&row.id) {
        None => Some("new"),
        Some(old) if old.withdrawn.is_none() && row.withdrawn.is_some() => Some("withdrawn"),
        Some(old) if old.revisions < row.revisions => Some("edited"),
        Some(_) => None,
    };
    let event = |row: &Row| {
        Some(Event {
            word: word(row)?,
            source: row.source.clone(),
            title: row.title.clone(),
        })
    };
    let mut events: Vec<Event> = after.iter().filter_map(event).collect();
    events.sort_by(|a, b| (a.word, &a.source, &a.title).cmp(&(b.word, &b.source, &b.title)));
    events
}

/// Prints what a live demonstration is about to do.
pub(crate) fn opening(sources: &[SourceAddress], mirror: &Path) -> anyhow::Result<()> {
    line(&format!(
        "An invented newsroom of {} publications, at:",
        sources.len()
    ))?;
    for source in sources {
        line(&format!(
            "  {:SLUG_WIDTH$} {:24} {}",
            source.slug, source.site, source.name
        ))?;
    }
    line(&format!("Mirrored in {}\n", mirror.display()))
}

/// Prints one round: what came, what failed and why, and how many had nothing new.
pub(crate) fn round(report: &RoundReport, events: &[Event]) -> anyhow::Result<()> {
    line(&format!(
        "{}  {}",
        report.time.strftime("%Y-%m-%d %H:%M:%S"),
        outcome(report)
    ))?;
    for event in events {
        line(&format!(
            "  {:WORD_WIDTH$} {:SLUG_WIDTH$} {}",
            event.word, event.source, event.title
        ))?;
    }
    for source in report
        .sources
        .iter()
        .filter(|source| source.outcome == Outcome::Failed)
    {
        let reason = source
            .failures
            .first()
            .map_or("no reason given", String::as_str);
        line(&format!(
            "  {:WORD_WIDTH$} {:SLUG_WIDTH$} {reason}",
            "failed", source.source
        ))?;
    }
    for problem in &report.problems {
        line(&format!("  {:WORD_WIDTH$} {problem}", "problem"))?;
    }
    Ok(())
}

/// A round in a few words.
pub(crate) fn outcome(report: &RoundReport) -> String {
    let counts = [
        (report.total(|source| source.new), "new"),
        (report.total(|source| source.revised), "edited"),
        (report.total(|source| source.withdrawn), "withdrawn"),
        (unchanged(report), "sources unchanged"),
        (failed(report), "failed"),
    ];
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    told.join(", ")
}

/// How many sources could not be read.
pub(crate) fn failed(report: &RoundReport) -> usize {
    report.total(|source| usize::from(source.outcome == Outcome::Failed))
}

fn unchanged(report: &RoundReport) -> usize {
    report.total(|source| {
        usize::from(
            source.outcome != Outcome::Failed
                && source.new + source.revised + source.withdrawn == 0,
        )
    })
}

/// Prints the table of a demonstration that was played, and the verdict.
pub(crate) fn summary(
    rounds: &[RoundReport],
    articles: usize,
    differences: &[String],
) -> anyhow::Result<()> {
    line("\nround    new  edited  withdrawn  unchanged  failed")?;
    for (number, report) in (1..).zip(rounds) {
        let edited = report.total(|source| source.revised);
        let withdrawn = report.total(|source| source.withdrawn);
        let new = report.total(|source| source.new);
        line(&format!(
            "{number:5} {new:6} {edited:7} {withdrawn:10} {:10} {:7}",
            unchanged(report),
            failed(report)
        ))?;
    }
    if differences.is_empty() {
        return line(&format!(
            "\nThe mirror holds what the newsroom told: {articles} articles, each once and whole, with every edit and withdrawal."
        ));
    }
    line(&format!(
        "\nThe mirror holds {articles} articles, and differs from what the newsroom told:"
    ))?;
    differences
        .iter()
        .try_for_each(|difference| line(&format!("  {difference}")))
}

/// Prints one JSON value for people and programs.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value).context("cannot write the result as JSON")?)
}

/// Prints one JSON value on one line.
pub(crate) fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string(value).context("cannot write the round as JSON")?)
}

/// Prints one line.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{text}").context("cannot write to standard output")
}
