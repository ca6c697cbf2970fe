//! The proxy for pictures over an origin on this machine, for `bench/pictures/serve.mjs`: the program itself asks no
//! address inside the operator's network, loopback included.
//!
//! `picture_server ORIGIN DIRECTORY` prints where it listens, and serves until its standard input ends. ORIGIN is
//! `host:port`; what was made is kept in DIRECTORY.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "who starts it reads where it listens"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use wirecopy::fetch::FetchOptions;
use wirecopy::images::PictureOptions;
use wirecopy::serve::health::Pulse;
use wirecopy::serve::rate::Rate;
use wirecopy::serve::{ImageOptions, Limits, ServeOptions, listen, serve};

/// One client asks for all pictures here; how many it may have is not what is measured.
const RATE: Rate = Rate {
    per_minute: 1_000_000,
    burst: 1_000_000,
};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // `--bench` comes from cargo.
    let arguments = std::env::args().skip(1);
    let arguments: Vec<String> = arguments.filter(|word| word != "--bench").collect();
    let [origin, directory] = arguments.as_slice() else {
        println!("usage: picture_server ORIGIN DIRECTORY");
        return Ok(());
    };
    let listener = listen("127.0.0.1:0".parse()?).await?;
    println!("{}", listener.local_addr()?);
    let options = options(origin, Path::new(directory))?;
    serve(listener, options, end_of_input()).await
}

fn options(origin: &str, directory: &Path) -> anyhow::Result<ServeOptions> {
    let fetch = FetchOptions {
        allow: vec![origin.to_owned()],
        ..FetchOptions::default()
    };
    let mut pictures = PictureOptions::new(fetch, directory)?;
    let (host, _) = origin.split_once(':').context("ORIGIN is host:port")?;
    pictures.access.hosts = vec![host.to_owned()];
    pictures.workers.program = env!("CARGO_BIN_EXE_wirecopy").into();
    Ok(ServeOptions {
        site: directory.join("site"),
        probe: Arc::new(|| Ok(Pulse::default())),
        fetcher_metrics: None,
        max_round_age: Duration::from_secs(3600),
        tokens: Vec::new(),
        services: None,
        images: Some(ImageOptions {
            pictures,
            host: None,
            rate: RATE,
        }),
        limits: Limits::default(),
    })
}

async fn end_of_input() {
    let read = || std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    if let Ok(Err(error)) = tokio::task::spawn_blocking(read).await {
        eprintln!("the standard input cannot be read: {error}");
    }
}
