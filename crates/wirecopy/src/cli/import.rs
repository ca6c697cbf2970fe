//! `wirecopy import`: what other programs kept, taken over.

mod archive;
mod articles;
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
    /// Articles from web archives: the lines that `wirecopy extract warc` and `wirecopy extract --batch` print.
    ///
    /// Each is recorded as if it had been fetched at the time of its capture; of several captures of one article the
    /// newest counts, and each edit is a revision. The same import again changes nothing. What is wrong with a line is
    /// told with its file and number, stops no other, and makes the exit code 1.
    Articles(articles::Arguments),
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    match &arguments.what {
        What::Opml(arguments) => opml::run(arguments, mirror, terminal),
        What::Archive(arguments) => archive::run(arguments, mirror, terminal),
        What::Articles(arguments) => articles::run(arguments, mirror, terminal),
    }
}
