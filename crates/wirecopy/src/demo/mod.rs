//! `wirecopy demo`: an invented newsroom on loopback, mirrored live. It needs no network and no settings.
//!
//! Left alone it turns the newsroom a step every twenty seconds, mirrors it, and serves the result until it is stopped.
//! With `once` it plays all steps at once and judges: what the mirror holds must be what the newsroom told.

pub mod newsroom;

mod stage;
mod tell;
mod verdict;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::demo::newsroom::moment::Calendar;
use crate::demo::stage::Stage;
use crate::pipeline::report::RoundReport;
use crate::serve::health::{LastRound, Pulse};
use crate::serve::rate::Rate;
use crate::serve::{self, DEFAULT_LISTEN, ImageOptions, Limits, ServeOptions};

/// Steps after which the newsroom has told all that it has to tell.
const STEPS: u32 = 6;

/// Between two steps of the live demonstration: time to read what happened.
const LIVE_PACE: Duration = Duration::from_secs(20);

/// Between two steps in the time of a demonstration that is played at once.
const PLAYED_PACE: Duration = Duration::from_secs(3600);

/// When a demonstration that is played at once takes place, so that it gives the same each time: 2026-03-02 06:00 UTC.
const PLAYED_BEGIN: Timestamp = Timestamp::constant(1_772_431_200, 0);

/// What to demonstrate.
#[derive(Clone, Debug, Default)]
pub struct DemoOptions {
    /// Play all steps quickly, judge, and end.
    pub once: bool,
    /// Where the result is served on loopback; by default 8080, or another one where that is taken.
    pub port: Option<u16>,
    /// An empty directory that keeps the mirror; by default one that goes when the demonstration ends.
    pub mirror: Option<PathBuf>,
    /// Print JSON: for `once` one value, else a line each round.
    pub json: bool,
}

/// What a demonstration played at once comes to.
#[derive(Debug, Serialize)]
struct Played {
    rounds: Vec<RoundReport>,
    articles: usize,
    differences: Vec<String>,
}

/// Demonstrates. Answers whether the mirror holds what the newsroom told; a live demonstration that was stopped always
/// does.
///
/// # Errors
/// When loopback cannot be listened on, `options.mirror` is not empty, or the mirror's disk fails.
pub async fn demo(options: DemoOptions) -> anyhow::Result<bool> {
    if options.once {
        play(&options).await
    } else {
        go_on(&options).await
    }
}

async fn play(options: &DemoOptions) -> anyhow::Result<bool> {
    let calendar = Calendar {
        began: PLAYED_BEGIN,
        pace: PLAYED_PACE,
    };
    let mut stage = Stage::set(options.mirror.as_deref(), calendar).await?;
    let mut played = Played {
        rounds: Vec::new(),
        articles: 0,
        differences: Vec::new(),
    };
    for step in 0..STEPS {
        let before = stage.holdings()?;
        let report = stage.round(step, calendar.at(step)).await?;
        if !options.json {
            tell::round(&report, &tell::events(&before, &stage.holdings()?))?;
        }
        played.differences.extend(stage.surprises(step, &report));
        played.rounds.push(report);
    }
    let held = stage.held()?;
    played.articles = held.len();
    played.differences.extend(verdict::differences(
        &stage.newsroom.expected(STEPS - 1),
        &held,
    ));
    match options.json {
        true => tell::json(&played)?,
        false => tell::summary(&played.rounds, played.articles, &played.differences)?,
    }
    Ok(played.differences.is_empty())
}

async fn go_on(options: &DemoOptions) -> anyhow::Result<bool> {
    let calendar = Calendar {
        began: Timestamp::from_second(Timestamp::now().as_second())?,
        pace: LIVE_PACE,
    };
    let mut stage = Stage::set(options.mirror.as_deref(), calendar).await?;
    let pulse = Arc::new(Mutex::new(Pulse::default()));
    let listener = listen(options.port).await?;
    let address = listener.local_addr().context("the server has no address")?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve::serve(
        listener,
        serve_options(&stage, &pulse)?,
        async {
            let _ = stopped.await;
        },
    ));
    let ended = tokio::select! {
        ended = mirror_live(&mut stage, options, &pulse, address) => ended,
        ended = interrupted() => ended,
    };
    drop(stop);
    server.await.context("the server ended abnormally")??;
    ended?;
    if !options.json {
        tell::line("\nStopped. Everything in this demonstration was invented.")?;
    }
    Ok(true)
}

/// Turns step after step; ends only by an error.
async fn mirror_live(
    stage: &mut Stage,
    options: &DemoOptions,
    pulse: &Mutex<Pulse>,
    address: SocketAddr,
) -> anyhow::Result<()> {
    if !options.json {
        tell::opening(&stage.newsroom.sources, stage.directory())?;
    }
    for step in 0.. {
        let before = stage.holdings()?;
        let report = stage.round(step, Timestamp::now()).await?;
        let holdings = stage.holdings()?;
        *pulse.lock().unwrap_or_else(PoisonError::into_inner) = pulse_of(&report, holdings.len());
        match options.json {
            true => tell::json_line(&report)?,
            false => tell::round(&report, &tell::events(&before, &holdings))?,
        }
        if step == 0 && !options.json {
            tell::line(&format!(
                "\nOpen http://{address}/ in a browser. A new round every {} seconds; Ctrl-C ends.\n",
                LIVE_PACE.as_secs()
            ))?;
        }
        tokio::time::sleep(LIVE_PACE).await;
    }
    Ok(())
}

/// Waits for Ctrl-C, or for what service managers send.
async fn interrupted() -> anyhow::Result<()> {
    let interrupt = async {
        tokio::signal::ctrl_c()
            .await
            .context("cannot wait for Ctrl-C")
    };
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .context("cannot wait for a signal")?;
        tokio::select! {
            ended = interrupt => ended,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    interrupt.await
}

async fn listen(port: Option<u16>) -> anyhow::Result<TcpListener> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match port {
        Some(port) => serve::listen(at(port)).await,
        None => match serve::listen(DEFAULT_LISTEN).await {
            Ok(listener) => Ok(listener),
            Err(_) => serve::listen(at(0)).await,
        },
    }
}

fn serve_options(stage: &Stage, pulse: &Arc<Mutex<Pulse>>) -> anyhow::Result<ServeOptions> {
    let pulse = pulse.clone();
    Ok(ServeOptions {
        site: stage.site(),
        probe: Arc::new(move || Ok(pulse.lock().unwrap_or_else(PoisonError::into_inner).clone())),
        fetcher_metrics: Some(stage.fetcher_metrics()),
        max_round_age: LIVE_PACE * 10,
        tokens: Vec::new(),
        services: None,
        images: Some(ImageOptions {
            pictures: stage.picture_options()?,
            host: None,
            rate: Rate {
                per_minute: 1000,
                burst: 1000,
            },
        }),
        limits: Limits::default(),
    })
}

fn pulse_of(report: &RoundReport, articles: usize) -> Pulse {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Pulse {
        last_round: Some(LastRound {
            time: report.time,
            outcome: tell::outcome(report),
        }),
        sources: count(report.sources.len()),
        failing: count(tell::failed(report)),
        articles: count(articles),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_newsroom_told_is_what_the_mirror_holds() {
        let played = DemoOptions {
            once: true,
            ..DemoOptions::default()
        };
        assert!(demo(played).await.unwrap());
    }
}
