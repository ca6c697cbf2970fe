//! `wirecopy remove`: stops following a publication. Its articles stay in the archive.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::config::problem::nearest;
use crate::config::{SETTINGS_FILE, Settings, editing};

/// Arguments of `wirecopy remove`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy remove the-hill")]
pub struct Arguments {
    /// Short name of the source, as `wirecopy status` shows it.
    #[arg(value_name = "SOURCE")]
    name: String,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    require_source(&settings, &arguments.name)?;
    let path = mirror.join(SETTINGS_FILE);
    editing::remove_source(&path, &arguments.name)
        .with_context(|| format!("cannot change {}", path.display()))?;
    terminal.remark(&format!(
        "`{}` is no longer followed; its articles stay in the archive",
        arguments.name
    ));
    Ok(Exit::Done)
}

/// The settings must have the source; a slip of the fingers is answered with the right name.
pub(super) fn require_source(settings: &Settings, name: &str) -> anyhow::Result<()> {
    if settings.source(name).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = settings
        .sources
        .iter()
        .map(|source| source.name.as_str())
        .collect();
    match nearest(name, &names) {
        Some(right) => bail!("there is no source `{name}`; did you mean `{right}`?"),
        None => bail!("there is no source `{name}`; `wirecopy status` lists them"),
    }
}
