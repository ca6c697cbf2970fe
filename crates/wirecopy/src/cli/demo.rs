//! `wirecopy demo`: an invented newsroom on this machine, mirrored live. It needs no network and no settings.

use std::path::PathBuf;

use clap::Args;

use crate::cli::exit::Exit;
use crate::demo::{self, DemoOptions};

/// Arguments of `wirecopy demo`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy demo --once")]
pub struct Arguments {
    /// Play all rounds at once, tell what happened, and end.
    #[arg(long)]
    once: bool,
    /// Port on this machine at which the result is served; 8080, or another where that is taken.
    #[arg(long, value_name = "PORT", conflicts_with = "once")]
    port: Option<u16>,
    /// Print JSON: with `--once` one value, else a line for each round.
    #[arg(long)]
    json: bool,
}

/// Unlike other commands it makes its mirror in a directory that goes with it, unless one is named.
pub(super) fn run(arguments: &Arguments, mirror: Option<PathBuf>) -> anyhow::Result<Exit> {
    let Arguments { once, port, json } = *arguments;
    let is_right = super::runtime()?.block_on(demo::demo(DemoOptions {
        once,
        port,
        mirror,
        json,
    }))?;
    Ok(if is_right { Exit::Done } else { Exit::Failed })
}
