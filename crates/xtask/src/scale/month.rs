//! A month of hourly rounds, each a run of the program over feeds on loopback.

use super::copies::{Copies, Copy};
use super::repack_by_hand;
use anyhow::{Context, bail};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Hours of a month.
pub(super) const HOURS: usize = 720;

/// New articles in each hour: what an archive of 128,801 articles from seven years had, and its like again.
const HOURLY_ARTICLES: usize = 5;

/// Numbers of copies that no generated archive holds.
const FIRST: usize = 50_000_000;

/// Hours for which a feed carries an article.
const CARRIED: usize = 24;

/// What an hour brings.
pub(super) struct Arrivals<'a> {
    /// When the round is made.
    pub(super) time: Timestamp,
    /// The number of the first copy; the others follow.
    pub(super) first: usize,
    pub(super) copies: Vec<Copy<'a>>,
}

/// What the `hour`th hour of the month brings, published within it.
pub(super) fn arrivals(copies: &Copies, hour: usize) -> anyhow::Result<Arrivals<'_>> {
    let begin: Timestamp = "2026-12-01T01:00:00Z".parse()?;
    let time = begin.checked_add(i64::try_from(hour)?.hours())?;
    let first = FIRST + hour * HOURLY_ARTICLES;
    let new = (first..first + HOURLY_ARTICLES).map(|number| {
        let minutes = i64::try_from(number * 7 % 60).unwrap_or_default();
        copies.copy(number, time - minutes.minutes())
    });
    Ok(Arrivals {
        time,
        first,
        copies: new.collect(),
    })
}

/// Runs the month on the mirror and prints what it cost.
pub(super) fn rounds(mirror: &Path, copies: &Copies) -> anyhow::Result<()> {
    let feeds = Feeds::default();
    let port = feeds.serve()?;
    settings(mirror, copies, port)?;
    let program = std::env::current_exe()?.with_file_name("wirecopy");
    // So that what a repack makes of the rest is not counted.
    repack_by_hand(&mirror.join("archive"))?;
    let before = kept(mirror)?;
    let sources = copies.sources();
    let mut spent = Vec::new();
    for hour in 0..HOURS {
        let oldest = hour.saturating_sub(CARRIED - 1);
        let carried = (oldest..=hour).map(|hour| arrivals(copies, hour));
        feeds.set(&sources, &carried.collect::<anyhow::Result<Vec<_>>>()?);
        let started = Instant::now();
        run(&program, mirror, arrivals(copies, hour)?.time)?;
        spent.push(started.elapsed().as_secs_f64() * 1e3);
    }
    spent.sort_by(f64::total_cmp);
    println!(
        "month: {} articles in {HOURS} runs of `wirecopy update`: {:.0} ms at the median, {:.0} ms at the most",
        HOURS * HOURLY_ARTICLES,
        spent[HOURS / 2],
        spent[HOURS - 1]
    );
    let grown = |kept: u64| kept.saturating_sub(before) as f64 / 1e6;
    println!(
        "month: adds {:.1} MB as the program leaves it",
        grown(kept(mirror)?)
    );
    repack_by_hand(&mirror.join("archive"))?;
    println!(
        "month: adds {:.1} MB after git repack -a -d",
        grown(kept(mirror)?)
    );
    Ok(())
}

fn run(program: &Path, mirror: &Path, time: Timestamp) -> anyhow::Result<()> {
    let done = Command::new(program)
        .args(["update", "--quiet", "--mirror"])
        .arg(mirror)
        .env("SOURCE_DATE_EPOCH", time.as_second().to_string())
        .output()
        .with_context(|| format!("{} does not run; build it first", program.display()))?;
    if !done.status.success() {
        bail!(
            "the round of {time} failed: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    Ok(())
}

/// Settings without a site: what is measured is the archive.
fn settings(mirror: &Path, copies: &Copies, port: u16) -> anyhow::Result<()> {
    let mut text =
        "format = 1\n\n[mirror]\ntitle = \"Month\"\n\n[fetch]\nallow = [\"127.0.0.0/8\"]\n\n\
        [archive]\nvolume_size = \"100GB\"\n\n[publish]\nsite = false\n"
            .to_owned();
    for (place, source) in copies.sources().iter().enumerate() {
        // Hosts of their own, so that no delay stands between the requests.
        write!(
            text,
            "\n[[source]]\nname = \"{source}\"\ntext = \"feed\"\nfeed = \"http://127.0.1.{place}:{port}/{place}.xml\"\n"
        )?;
    }
    std::fs::write(mirror.join("wirecopy.toml"), text)?;
    Ok(())
}

/// Bytes of the archive's files.
fn kept(mirror: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    let mut directories: Vec<PathBuf> = vec![mirror.join("archive")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                directories.push(entry.path());
            } else {
                bytes += entry.metadata()?.len();
            }
        }
    }
    Ok(bytes)
}

/// The feeds of all sources, in their order.
#[derive(Clone, Default)]
struct Feeds(Arc<Mutex<Vec<String>>>);

impl Feeds {
    /// What the feeds are to say from now on.
    fn set(&self, sources: &[&str], carried: &[Arrivals]) {
        let mut items: BTreeMap<&str, String> = BTreeMap::new();
        for copy in carried.iter().rev().flat_map(|hour| &hour.copies) {
            items.entry(copy.source).or_default().push_str(&item(copy));
        }
        let feed = |source: &&str| {
            let items = items.get(source).map_or("", String::as_str);
            format!(
                "<rss version=\"2.0\"><channel><title>{source}</title><link>http://{source}.example/</link>\
                 <description/>{items}</channel></rss>"
            )
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = sources.iter().map(feed).collect();
    }

    /// Answers on all addresses of this machine until the process ends; returns the port.
    fn serve(&self) -> anyhow::Result<u16> {
        let listener = TcpListener::bind("0.0.0.0:0")?;
        let port = listener.local_addr()?.port();
        let feeds = self.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // A request that was given up is asked again.
                let _ = feeds.answer(connection);
            }
        });
        Ok(port)
    }

    fn answer(&self, mut connection: TcpStream) -> anyhow::Result<()> {
        let mut lines = BufReader::new(connection.try_clone()?).lines();
        let request = lines.next().context("no request")??;
        while lines
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        let place = request
            .split(['/', '.'])
            .nth(1)
            .and_then(|name| name.parse::<usize>().ok());
        let feeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let feed = place.and_then(|place| feeds.get(place));
        let (status, body) = feed.map_or(("404 Not Found", ""), |feed| ("200 OK", feed));
        let length = body.len();
        write!(
            connection,
            "HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        )?;
        Ok(())
    }
}

fn item(copy: &Copy) -> String {
    let title = copy.title.replace('&', "&amp;").replace('<', "&lt;");
    let link = copy.url.as_str().replace('&', "&amp;");
    let body = copy.body.replace("]]>", "]]&gt;");
    format!(
        "<item><title>{title}</title><link>{link}</link><pubDate>{}</pubDate><description><![CDATA[{body}]]></description></item>",
        copy.published
    )
}
