//! `wirecopy picture-worker`: the inside of a process that decodes pictures for the proxy. The program starts it for
//! itself; there is nothing in it for an operator.

use std::io;

use anyhow::Context;

use crate::cli::exit::Exit;
use crate::images::worker;

/// The most memory a worker may address: the largest picture that is admitted with four channels, twice over and once
/// more in sixteen bits, and what the encoders need.
const MEMORY: u64 = 1536 << 20;

pub(super) fn run() -> anyhow::Result<Exit> {
    worker::work(MEMORY, io::stdin().lock(), io::stdout().lock())
        .context("in a worker for pictures")?;
    Ok(Exit::Done)
}
