//! `wirecopy run`: polls, archives, publishes and serves until it is asked to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::cli::{options, server, stopping};
use crate::config::Settings;
use crate::pipeline::Mirror;
use crate::pipeline::report::RoundReport;
use crate::pipeline::round::{RoundOptions, Which};
use crate::pipeline::run::RunOptions;
use crate::serve::{self, ServeOptions};

/// Arguments of `wirecopy run`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy run --mirror /srv/news")]
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
        let mut running = Mirror::open(
            options::mirror_options(&settings, mirror)?,
            Timestamp::now(),
        )?;
        let listener = serve::listen(address).await?;
        terminal.remark(&format!("serving on http://{}/", listener.local_addr()?));
        let fetcher_metrics = Some(running.fetcher().metrics().clone());
        let options = ServeOptions {
            fetcher_metrics,
            ..server::options(&settings, mirror)?
        };
        let served = tokio::spawn(serve::serve(
            listener,
            options,
            stopping::stopped(stop.clone()),
        ));
        let round = RoundOptions {
            now: Timestamp::now(),
            which: Which::Due,
            dry_run: false,
            progress: Arc::new(|_| {}),
        };
        running
            .run(RunOptions {
                now: &Timestamp::now,
                round,
                report: &log,
                stop,
            })
            .await?;
        served.await.context("the server ended abnormally")??;
        Ok(Exit::Done)
    })
}

/// One event for each round, and one for each thing that went wrong in it.
fn log(report: &RoundReport) {
    for source in report
        .sources
        .iter()
        .filter(|source| !source.failures.is_empty())
    {
        tracing::warn!(
            source = source.source,
            failures = source.failures.join("; "),
            "source"
        );
    }
    for remote in &report.remotes {
        if let Some(failure) = &remote.failure {
            tracing::warn!(
                remote = remote.remote,
                volume = remote.volume,
                failure,
                "remote"
            );
        }
    }
    for problem in &report.problems {
        tracing::warn!("{problem}");
    }
    tracing::info!(
        polled = report.sources.len(),
        new = report.total(|source| source.new),
        revised = report.total(|source| source.revised),
        withdrawn = report.total(|source| source.withdrawn),
        pages = report.pages_written,
        "round"
    );
}
