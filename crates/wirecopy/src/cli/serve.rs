//! `wirecopy serve`: the site and the services, without polling. It changes nothing, so it runs beside `update`.

use std::net::SocketAddr;
use std::path::Path;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::cli::{server, stopping};
use crate::config::Settings;
use crate::serve;

/// Arguments of `wirecopy serve`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy serve --address 127.0.0.1:9000")]
pub struct Arguments {
    /// Address and port to listen on, instead of that of the settings.
    #[arg(long, value_name = "ADDRESS")]
    address: Option<SocketAddr>,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let address = arguments.address.unwrap_or(settings.serve.address);
    super::runtime()?.block_on(async {
        let stop = stopping::on_signal()?;
        let listener = serve::listen(address).await?;
        terminal.remark(&format!("serving on http://{}/", listener.local_addr()?));
        serve::serve(
            listener,
            server::options(&settings, mirror)?,
            stopping::stopped(stop),
        )
        .await?;
        Ok(Exit::Done)
    })
}
