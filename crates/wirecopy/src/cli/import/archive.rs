//! `wirecopy import archive`: documents of another mirror, with their history where it is known.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use jiff::Timestamp;
use wirecopy_publish::theme::Theme;

use crate::archive::Archive;
use crate::archive::import::{ImportOptions, import_archive};
use crate::cli::exit::Exit;
use crate::cli::holdings::{self, Holdings};
use crate::cli::terminal::Terminal;
use crate::cli::{clock, options};
use crate::config::Settings;
use crate::pipeline::lists;
use crate::pipeline::record::Recording;
use crate::pipeline::round::REPACK_LIMIT;

/// Arguments of `wirecopy import archive`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy import archive ../old-mirror.git --source bbc=bbc-chinese"
)]
pub(super) struct Arguments {
    /// A directory of documents, or a git repository of them, bare or not.
    #[arg(value_name = "PATH")]
    from: PathBuf,
    /// A source's name there and here; the others keep theirs.
    #[arg(long = "source", value_name = "THEIRS=OURS", value_parser = parse_renaming)]
    sources: Vec<(String, String)>,
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
    if !arguments.from.exists() {
        bail!("there is nothing at {}", arguments.from.display());
    }
    let mut holdings = holdings::open(mirror, &settings, terminal)?;
    let before = heads(&holdings.archive);
    let options = ImportOptions {
        from: arguments.from.clone(),
        time: clock::now()?,
        author: options::author(&settings),
        sources: arguments
            .sources
            .iter()
            .cloned()
            .collect::<BTreeMap<String, String>>(),
    };
    let bar = terminal.bar(0, "documents");
    let report = import_archive(
        &mut holdings.archive,
        &mut holdings.index,
        &options,
        &mut |done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        },
    )
    .with_context(|| format!("cannot import {}", arguments.from.display()))?;
    bar.finish_and_clear();
    if arguments.json {
        terminal.json(&report)?;
    } else {
        terminal.result(&report.to_string())?;
        terminal.remark("next: `wirecopy publish` adds them to the site");
    }
    list(&mut holdings, &settings, (before, options.time))
        .context("the documents are recorded, their lists are not; import once more")?;
    let repacking = terminal.counter("repacking");
    let repacked = holdings.archive.repack(REPACK_LIMIT);
    repacking.finish_and_clear();
    repacked.context("the documents are recorded; the next update repacks them")?;
    Ok(Exit::Done)
}

/// The newest commit of each volume.
type Heads = BTreeMap<String, Option<String>>;

fn heads(archive: &Archive) -> Heads {
    let volumes = archive.volumes().iter();
    volumes
        .map(|volume| (volume.name.to_string(), volume.head.clone()))
        .collect()
}

/// Writes the lists of the volumes that the import changed, so that they can be read on a git host at once.
fn list(
    holdings: &mut Holdings,
    settings: &Settings,
    (before, time): (Heads, Timestamp),
) -> anyhow::Result<()> {
    // The current one in any case: an import that was cut short has changed it before.
    let current = holdings.archive.current(time)?.to_string();
    let wanted = heads(&holdings.archive)
        .into_iter()
        .filter(|(volume, head)| {
            head.is_some() && (*volume == current || before.get(volume) != Some(head))
        });
    let volumes: Vec<String> = wanted.map(|(volume, _)| volume).collect();
    let recording = Recording {
        archive: &holdings.archive,
        index: &holdings.index,
        edition: &options::edition(settings, Theme::default()),
        author: &options::author(settings),
        settings: None,
        time,
    };
    if let Some(round) = lists::commit_of_all(&recording, &volumes)? {
        let commits = holdings.archive.commit(&round)?;
        holdings.index.apply(&round, &commits)?;
    }
    Ok(())
}

fn parse_renaming(text: &str) -> Result<(String, String), String> {
    let (theirs, ours) = text
        .split_once('=')
        .ok_or("write the two names as THEIRS=OURS")?;
    let slug = wirecopy_document::path::slug(ours);
    if slug != ours {
        return Err(format!(
            "`{ours}` cannot be a source's name; write `{slug}`"
        ));
    }
    Ok((theirs.to_owned(), ours.to_owned()))
}
