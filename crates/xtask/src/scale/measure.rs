//! What an archive of some size costs: to index, to add to, to repack, to keep for a month.

use super::invent::Copies;
use super::round;
use jiff::{Timestamp, ToSpan};
use std::path::Path;
use std::time::{Duration, Instant};
use wirecopy::archive::Archive;
use wirecopy::archive::commit::Change;
use wirecopy::archive::index::Index;

/// More than any repack of these sizes takes.
const HOUR: Duration = Duration::from_secs(3_600);

/// Numbers of documents that no generated archive holds.
const NEW: usize = 50_000_000;

/// Articles in each hour of a month: what an archive of 128,801 articles from seven years had, and its like again.
const HOURLY_ARTICLES: usize = 5;

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
    let mut time: Timestamp = "2026-12-01T00:00:00Z".parse()?;
    let (mut committed, mut indexed) = (Vec::new(), Vec::new());
    let before = bytes(archive)?;
    for hour in 0..9 {
        // Published at any time of the year, so that large directories are touched.
        let changes = (0..20)
            .map(|number| copies.document(NEW / 2 + hour * 20 + number, time))
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

pub(super) fn repack(archive: &Archive) -> anyhow::Result<()> {
    let started = Instant::now();
    let done = archive.maintain(HOUR)?;
    println!(
        "maintain: {done:?} in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// A month of hourly rounds: new articles and the lists that tell of them.
pub(super) fn month(archive: &mut Archive, copies: &Copies) -> anyhow::Result<()> {
    let before = bytes(archive)?;
    let mut time: Timestamp = "2026-12-02T00:00:00Z".parse()?;
    let mut lists: Vec<(&str, Vec<String>)> = copies
        .sources()
        .into_iter()
        .map(|source| (source, Vec::new()))
        .collect();
    let (mut spent, mut maintained) = (Vec::new(), 0.0);
    for hour in 0..720 {
        let documents = (0..HOURLY_ARTICLES)
            .map(|number| copies.new_document(NEW + hour * HOURLY_ARTICLES + number, time));
        let mut changes: Vec<Change> = documents.collect();
        changes.extend(listed(&mut lists, &changes, time));
        let started = Instant::now();
        archive.commit(&round(time, changes))?;
        spent.push(milliseconds(started));
        let started = Instant::now();
        archive.maintain(HOUR)?;
        maintained += started.elapsed().as_secs_f64();
        time = time.checked_add(1.hour())?;
    }
    let kept = bytes(archive)?;
    let articles = 720 * HOURLY_ARTICLES;
    println!(
        "month: {articles} articles and lists in 720 commits of {:.1} ms, {maintained:.1} s of maintenance",
        median(spent)
    );
    println!(
        "month: grew by {:.1} MB as maintained by itself",
        (kept - before) as f64 / 1e6
    );
    Ok(())
}

/// The lists of the sources that have something new, the newest 300 of each, and the front page.
fn listed(lists: &mut [(&str, Vec<String>)], new: &[Change], time: Timestamp) -> Vec<Change> {
    let mut changes = Vec::new();
    for (source, lines) in lists.iter_mut() {
        let own = new
            .iter()
            .filter(|change| change.path.starts_with(&format!("articles/{source}/")));
        let before = lines.len();
        lines.splice(
            0..0,
            own.map(|change| format!("- {} [{1}](/{1})\n", time.as_second() / 86_400, change.path)),
        );
        if lines.len() > before {
            lines.truncate(300);
            changes.push(file(
                &format!("lists/{source}.md"),
                format!("# {source}\n\n{}", lines.concat()),
            ));
        }
    }
    let front: Vec<&str> = lists
        .iter()
        .flat_map(|(_, lines)| lines.iter().take(5))
        .map(String::as_str)
        .collect();
    changes.push(file(
        "README.md",
        format!("# Mirror\n\n{time}\n\n{}", front.concat()),
    ));
    changes
}

fn file(path: &str, text: String) -> Change {
    Change {
        volume: None,
        path: path.to_owned(),
        content: Some(text.into_bytes()),
    }
}

fn bytes(archive: &Archive) -> anyhow::Result<u64> {
    archive.volumes().iter().map(|volume| volume.bytes()).sum()
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
