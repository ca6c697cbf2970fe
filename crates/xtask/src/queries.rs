//! How long a published site's search takes to answer, inside one process with a warm cache, as `serve` answers.
//!
//! `bench/search.sh` puts it beside the command as a whole process, and names the queries.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use wirecopy::publishing::finder::{Question, find};

/// How often each query is asked, after once to warm the cache.
const TIMES: usize = 20;
/// Of the slowest queries, how many are named.
const NAMED: usize = 5;

/// `measure-search <site> <file of queries>`: percentiles over all answers, and the slowest queries.
pub(crate) fn measure(arguments: &[String]) -> anyhow::Result<()> {
    let [site, file] = arguments else {
        bail!("measure-search <site> <file with a query on each line>");
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
    let mut all = Vec::new();
    let mut queries = Vec::new();
    for query in text.lines() {
        let (found, mut taken) = ask(Path::new(site), query)?;
        taken.sort_by(f64::total_cmp);
        queries.push((percentile(&taken, 50), found, query));
        all.extend(taken);
    }
    all.sort_by(f64::total_cmp);
    println!(
        "{} queries, {TIMES} times each: p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        queries.len(),
        percentile(&all, 50),
        percentile(&all, 90),
        percentile(&all, 99),
        percentile(&all, 100)
    );
    queries.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    for (median, found, query) in queries.iter().take(NAMED) {
        println!("  {median:.1} ms at the median, {found} found: {query}");
    }
    let nothing = queries.iter().filter(|(_, found, _)| *found == 0).count();
    println!("  {nothing} queries found nothing");
    Ok(())
}

/// How many results a query's first answer has, and what it took each time, in milliseconds.
fn ask(site: &Path, query: &str) -> anyhow::Result<(usize, Vec<f64>)> {
    let question = Question {
        query: query.to_owned(),
        take: 10,
        ..Question::default()
    };
    let found = find(site, &question)?.hits.len();
    let mut taken = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let started = Instant::now();
        find(site, &question)?;
        taken.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok((found, taken))
}

/// The least value that so many in a hundred do not exceed.
fn percentile(sorted: &[f64], hundredth: usize) -> f64 {
    let place = (sorted.len() * hundredth).div_ceil(100).max(1);
    sorted.get(place - 1).copied().unwrap_or(f64::NAN)
}
