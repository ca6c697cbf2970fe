//! `wirecopy export opml`: the sources as OPML 2.0.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use wirecopy_discover::opml::{self, Subscription};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::config::{Settings, SourceSettings};

/// Arguments of `wirecopy export opml`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy export opml subscriptions.opml")]
pub(super) struct Arguments {
    /// The file to write; standard output without it.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let subscriptions: Vec<Subscription> =
        settings.sources.iter().flat_map(subscriptions_of).collect();
    let bytes = opml::write(&settings.mirror.title, &subscriptions);
    match &arguments.file {
        None => std::io::stdout()
            .write_all(&bytes)
            .context("cannot write to standard output")?,
        Some(file) => {
            fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
            terminal.remark(&format!(
                "wrote {} subscriptions to {}",
                subscriptions.len(),
                file.display()
            ));
        }
    }
    Ok(Exit::Done)
}

fn subscriptions_of(source: &SourceSettings) -> impl Iterator<Item = Subscription> {
    let folder: Vec<String> = source
        .folder
        .iter()
        .flat_map(|folder| folder.split('/'))
        .map(str::to_owned)
        .collect();
    source.feeds.iter().map(move |feed| Subscription {
        title: source.display_title().to_owned(),
        feed: feed.clone(),
        site: source.site.clone(),
        folder: folder.clone(),
    })
}
