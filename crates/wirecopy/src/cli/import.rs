//! `wirecopy import`: what other programs kept, taken over.

mod archive;
mod opml;

use std::path::Path;

use clap::{Args, Subcommand};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;

/// Arguments of `wirecopy import`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Follow the feeds of a subscription list, as other feed readers export it.
    Opml(opml::Arguments),
    /// Documents of another mirror: a directory, or a git repository with its history.
    Archive(archive::Arguments),
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    match &arguments.what {
        What::Opml(arguments) => opml::run(arguments, mirror, terminal),
        What::Archive(arguments) => archive::run(arguments, mirror, terminal),
    }
}
