//! `wirecopy export`: what this mirror has, in the forms of other programs.

mod archive;
mod opml;

use std::path::Path;

use clap::{Args, Subcommand};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;

/// Arguments of `wirecopy export`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The sources as a subscription list, for other feed readers.
    Opml(opml::Arguments),
    /// The documents, in a layout of the first mirrors.
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
