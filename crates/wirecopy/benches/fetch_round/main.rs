//! A round over many feeds of which some are dead, slow, endless or hostile: how long until all good ones are there,
//! and how much memory it takes. The servers run in a process of their own, so that the figures are the fetcher's.
//!
//! `cargo bench -p wirecopy --bench fetch_round` asks 1,000 hosts of which 50 are bad, with the default settings;
//! `-- --feeds 10000 --bad 500` asks others. Run by `cargo test` it asks a few and fails when a bad one holds up a good
//! one.
#![expect(clippy::print_stdout, reason = "a bench reports to the terminal")]

mod servers;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures_util::stream::{FuturesUnordered, StreamExt};
use url::Url;
use wirecopy::fetch::{FetchOptions, Fetcher, Outcome, Purpose, Request, Validators};

use servers::Behaviour;

/// Where nothing listens: the port of the discard protocol would be refused for itself, this one is merely unused.
const CLOSED_PORT: u16 = 47_901;

/// What is measured.
struct Plan {
    feeds: usize,
    bad: usize,
    timeout: Duration,
    host_delay: Duration,
    /// Where the servers listen; known when they run.
    port: u16,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<usize>().ok()
    };
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime")?;
    if let Some(bad) = number("--serve") {
        return runtime.block_on(servers::run(bad));
    }
    let plan = if arguments.iter().any(|argument| argument == "--bench") {
        let FetchOptions {
            timeout,
            host_delay,
            ..
        } = FetchOptions::default();
        Plan {
            feeds: number("--feeds").unwrap_or(1000),
            bad: number("--bad").unwrap_or(50),
            timeout,
            host_delay,
            port: 0,
        }
    } else {
        let (timeout, host_delay) = (Duration::from_secs(2), Duration::from_millis(20));
        Plan {
            feeds: 60,
            bad: 20,
            timeout,
            host_delay,
            port: 0,
        }
    };
    runtime.block_on(measure(plan))
}

async fn measure(plan: Plan) -> anyhow::Result<()> {
    let (_servers, port) = start_servers(plan.bad)?;
    let plan = &Plan { port, ..plan };
    println!(
        "{} feeds, {} of them bad; time limit {:?}",
        plan.feeds, plan.bad, plan.timeout
    );
    println!("round                  good ones  their time  bad ones  all ended  peak memory");
    round("good ones alone", plan, plan.bad..plan.feeds, None).await?;
    round("all", plan, 0..plan.feeds, None).await?;
    let validators = Validators {
        etag: Some("\"1\"".to_owned()),
        last_modified: None,
    };
    round("all, nothing new", plan, 0..plan.feeds, Some(validators)).await
}

/// One round with a fetcher of its own, as after a restart.
async fn round(
    name: &str,
    plan: &Plan,
    hosts: std::ops::Range<usize>,
    validators: Option<Validators>,
) -> anyhow::Result<()> {
    let options = FetchOptions {
        timeout: plan.timeout,
        host_delay: plan.host_delay,
        allow: vec!["127.0.0.0/8".to_owned()],
        ..FetchOptions::default()
    };
    let fetcher = Fetcher::new(options)?;
    let begun = Instant::now();
    let asking = hosts.map(|number| {
        let (fetcher, request) = (&fetcher, request(number, plan, validators.clone()));
        async move { (number, fetcher.get(&request).await) }
    });
    let mut outcomes: FuturesUnordered<_> = asking.collect();
    let (mut good, mut good_time, mut bad) = (0, Duration::ZERO, 0);
    while let Some((number, outcome)) = outcomes.next().await {
        let is_good = servers::behaviour(number, plan.bad) == Behaviour::Good;
        ensure!(outcome.is_ok() == is_good, "host {number}: {outcome:?}");
        if is_good {
            let whole = |bytes: &[u8]| bytes.ends_with(b"</rss>\n");
            ensure!(
                matches!(outcome, Ok(Outcome::NotModified))
                    || matches!(&outcome, Ok(Outcome::Fetched(response)) if whole(&response.body)),
                "host {number} came in half"
            );
            (good, good_time) = (good + 1, begun.elapsed());
        } else {
            bad += 1;
        }
    }
    let (good_time, all) = (good_time.as_secs_f64(), begun.elapsed().as_secs_f64());
    println!(
        "{name:<22} {good:>9} {good_time:>9.2} s {bad:>9} {all:>8.2} s {:>9} MB",
        peak_memory()?
    );
    ensure!(
        bad == 0 || good_time < plan.timeout.as_secs_f64(),
        "the bad ones held up the good ones"
    );
    Ok(())
}

fn request(number: usize, plan: &Plan, validators: Option<Validators>) -> Request {
    let dead = servers::behaviour(number, plan.bad) == Behaviour::Dead;
    let port = if dead { CLOSED_PORT } else { plan.port };
    let url = Url::parse(&format!("http://{}:{port}/feed", servers::address(number)))
        .expect("an address and a port are a URL");
    Request {
        validators,
        ..Request::new(url, Purpose::Feed)
    }
}

/// Ends its process when dropped.
struct Servers(Child);

impl Drop for Servers {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_servers(bad: usize) -> anyhow::Result<(Servers, u16)> {
    let program = std::env::current_exe().context("finding this program")?;
    let mut child = Command::new(program)
        .args(["--serve", &bad.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the servers")?;
    let output = child.stdout.take().context("the servers have no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok((
        Servers(child),
        line.trim().parse().context("the servers told no port")?,
    ))
}

/// The most memory that this process held, in megabytes (10^6 bytes).
fn peak_memory() -> anyhow::Result<u64> {
    let status =
        std::fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no VmHWM in it")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024 / 1_000_000)
}
