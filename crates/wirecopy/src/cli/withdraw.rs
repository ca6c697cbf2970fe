//! `wirecopy withdraw`: takes a document out on purpose. Its place says when and why; the former text stays in git's
//! history alone.

use std::path::Path;
use std::sync::Arc;

use anyhow::{bail, ensure};
use clap::Args;
use serde::Serialize;
use url::Url;
use wirecopy_document::identity::{self, DocumentId};

use crate::archive::index::Index;
use crate::archive::tombstone::Tombstone;
use crate::cli::clock;
use crate::cli::exit::Exit;
use crate::cli::options;
use crate::cli::terminal::Terminal;
use crate::config::Settings;
use crate::pipeline::Mirror;
use crate::pipeline::remove::time_of;
use crate::pipeline::report::RoundReport;
use crate::pipeline::round::{RoundOptions, Which};

/// The longest reason: it stands on a page and in a list.
const LONGEST_REASON: usize = 500;

/// Arguments of `wirecopy withdraw`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy withdraw https://hill.example/flood --reason 'the author asked for it'"
)]
pub struct Arguments {
    /// The document: its identifier, the address of the article, or that of its page in the site.
    #[arg(value_name = "ID|URL")]
    document: String,
    /// Why it is taken out, in a sentence that readers will see.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The law asks for it: the server answers 451 where it answers 410 else.
    #[arg(long)]
    legal: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Told<'a> {
    id: String,
    path: &'a str,
    /// Whether it had been taken out before.
    was_removed: bool,
    report: &'a RoundReport,
}

/// What was found under the name that was given.
enum Found {
    Document { id: DocumentId, path: String },
    Removed { id: DocumentId, path: String },
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let reason = reason(&arguments.reason)?;
    let settings = Settings::load(mirror)?;
    let now = clock::now()?;
    let mut opened = Mirror::open(options::mirror_options(&settings, mirror)?, now)?;
    let found = find(&opened.index(), &arguments.document)?;
    let (commits, id, path) = match found {
        Found::Document { id, path } => {
            let tombstone = Tombstone {
                time: time_of(now)?,
                reason,
                is_legal: arguments.legal,
            };
            (opened.take_out(id, &tombstone)?, id, path)
        }
        // What a killed run may have left to do is done all the same.
        Found::Removed { id, path } => (Vec::new(), id, path),
    };
    let options = RoundOptions {
        now,
        which: Which::Due,
        dry_run: false,
        progress: Arc::new(|_| {}),
    };
    let carried_out = super::runtime()?.block_on(opened.carry_out(&options));
    let report = RoundReport {
        commits,
        ..carried_out
    };
    tell(arguments, (id, &path), &report, terminal)
}

/// The reason on one line; control characters would reach commits and pages.
fn reason(text: &str) -> anyhow::Result<String> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let reason = words.join(" ");
    ensure!(
        !reason.is_empty(),
        "give a reason: readers and `wirecopy verify` will see it"
    );
    ensure!(
        reason.chars().count() <= LONGEST_REASON,
        "the reason is longer than {LONGEST_REASON} letters; give a sentence"
    );
    Ok(reason)
}

/// The document of an identifier, of the article's address, or of its page in a published site.
fn find(index: &Index, name: &str) -> anyhow::Result<Found> {
    let mut ids: Vec<DocumentId> = name.parse().into_iter().chain(id_of_page(name)).collect();
    if let Ok(url) = Url::parse(name) {
        let key = identity::key(&url);
        ids.extend(index.documents_by_key(&key)?.into_iter().map(|row| row.id));
        ids.extend(
            index
                .removed_by_key(&key)?
                .into_iter()
                .map(|removed| removed.id),
        );
    }
    let mut found = Vec::new();
    for id in ids {
        if let Some(row) = index.document(id)? {
            found.push(Found::Document { id, path: row.path });
        } else if let Some(removed) = index.removed(id)? {
            let path = removed.path;
            found.push(Found::Removed { id, path });
        }
    }
    if found.len() > 1 {
        let names: Vec<String> = found.iter().map(Found::name).collect();
        bail!(
            "several sources have `{name}`; name one by its identifier: {}",
            names.join(", ")
        );
    }
    let Some(found) = found.pop() else {
        bail!("there is no document `{name}` in this mirror; `wirecopy search` finds articles");
    };
    Ok(found)
}

impl Found {
    fn name(&self) -> String {
        let (Found::Document { id, path } | Found::Removed { id, path }) = self;
        format!("{id} ({path})")
    }
}

/// The identifier in the name of a page or document: `…-<id>.html`.
fn id_of_page(name: &str) -> Option<DocumentId> {
    let name = name.split(['?', '#']).next()?;
    let (_, last) = name.rsplit_once('/')?;
    let (stem, _) = last.split_once('.')?;
    let (_, id) = stem.rsplit_once('-')?;
    id.parse().ok()
}

fn tell(
    arguments: &Arguments,
    (id, path): (DocumentId, &str),
    report: &RoundReport,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let was_removed = report.commits.is_empty();
    if arguments.json {
        terminal.json(&Told {
            id: id.to_string(),
            path,
            was_removed,
            report,
        })?;
    } else {
        let told = match was_removed {
            true => format!("{path} was taken out before"),
            false => format!("{path} is taken out: {}", report.commits.join(", ")),
        };
        terminal.result(&told)?;
        for problem in problems(report) {
            terminal.result(&problem)?;
        }
    }
    Ok(match report.is_clean() {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

fn problems(report: &RoundReport) -> Vec<String> {
    let remotes = report.remotes.iter().filter_map(|remote| {
        let failure = remote.failure.as_ref()?;
        Some(format!("remote {}: {failure}", remote.remote))
    });
    remotes.chain(report.problems.iter().cloned()).collect()
}
