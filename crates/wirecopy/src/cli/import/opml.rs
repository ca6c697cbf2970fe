//! `wirecopy import opml`: subscriptions become sources; what is followed already is left as it is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use wirecopy_discover::opml::{self, Subscription};

use crate::cli::exit::Exit;
use crate::cli::naming;
use crate::cli::terminal::Terminal;
use crate::config::{SETTINGS_FILE, Settings, SourceSettings, editing};

/// Arguments of `wirecopy import opml`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy import opml subscriptions.opml")]
pub(super) struct Arguments {
    /// The subscription list.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let file = arguments.file.display();
    let bytes = fs::read(&arguments.file).with_context(|| format!("cannot read {file}"))?;
    let (subscriptions, problems) =
        opml::read(&bytes).with_context(|| format!("cannot use {file}"))?;
    for problem in &problems {
        terminal.remark(&format!("{file}: {problem}"));
    }
    let mut sources = settings.sources;
    let followed = sources.len();
    let total = subscriptions.len();
    for subscription in subscriptions {
        if naming::source_of_feed(&sources, &subscription.feed).is_none() {
            let source = source_of(subscription, &sources);
            sources.push(source);
        }
    }
    let new = &sources[followed..];
    let path = mirror.join(SETTINGS_FILE);
    editing::add_sources(&path, new)
        .with_context(|| format!("cannot change {}", path.display()))?;
    let known = total - new.len();
    terminal.result(&format!(
        "{} sources added, {known} were followed already or named twice",
        new.len()
    ))?;
    Ok(Exit::Done)
}

fn source_of(subscription: Subscription, sources: &[SourceSettings]) -> SourceSettings {
    let name = naming::free_name(&subscription.title, sources);
    SourceSettings {
        title: Some(subscription.title),
        site: subscription.site,
        folder: (!subscription.folder.is_empty()).then(|| subscription.folder.join("/")),
        ..SourceSettings::new(&name, subscription.feed)
    }
}
