//! What an archive of some size costs: to index, to add to, to repack.

use super::copies::Copies;
use super::{bytes, round};
use jiff::{Timestamp, ToSpan};
use std::path::Path;
use std::time::{Duration, Instant};
use wirecopy::archive::Archive;
use wirecopy::archive::index::Index;

/// More than any repack of these sizes takes.
const HOUR: Duration = Duration::from_secs(3_600);

/// Numbers of documents that no generated archive holds.
const NEW: usize = 25_000_000;

pub(super) fn reindex(directory: &Path, archive: &Archive) -> anyhow::Result<()> {
    let path = directory.join("index.sqlite");
    // The first run warms the cache, as the figure is for a warm one.
    for run in ["cold or warm", "warm"] {
        let started = Instant::now();
        let mut documents = 0;
        Index::rebuild(&path, archive, &mut |read| documents = read)?;
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "reindex ({run}): {documents} documents in {seconds:.2} s, {:.0}/s",
            documents as f64 / seconds
        );
    }
    let started = Instant::now();
    Index::open_current(&path, archive, &mut |_| ())?;
    println!("open a current index: {:.1} ms", milliseconds(started));
    Ok(())
}

pub(super) fn commits(
    directory: &Path,
    archive: &mut Archive,
    copies: &Copies,
) -> anyhow::Result<()> {
    let (mut index, _) =
        Index::open_current(&directory.join("index.sqlite"), archive, &mut |_| ())?;
    let mut time: Timestamp = "2026-11-30T00:00:00Z".parse()?;
    let (mut committed, mut indexed) = (Vec::new(), Vec::new());
    let before = bytes(archive)?;
    for hour in 0..9 {
        // Published at any time of the year, so that large directories are touched.
        let changes = (0..20)
            .map(|number| copies.document(NEW + hour * 20 + number, time))
            .collect();
        let round = round(time, changes);
        let started = Instant::now();
        let commits = archive.commit(&round)?;
        committed.push(milliseconds(started));
        let started = Instant::now();
        index.apply(&round, &commits)?;
        indexed.push(milliseconds(started));
        time = time.checked_add(1.hour())?;
    }
    let grown = (bytes(archive)? - before) / 9;
    println!(
        "commit of 20: {:.1} ms and {grown} bytes; their index rows: {:.1} ms",
        median(committed),
        median(indexed)
    );
    Ok(())
}

pub(super) fn maintain(archive: &Archive) -> anyhow::Result<()> {
    let started = Instant::now();
    let done = archive.maintain(HOUR)?;
    println!(
        "maintain: {done:?} in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
