//! Throughput of reading feeds: every feed in `$WIRECOPY_TEST_DATA/feeds/files/feed-rs`, which are real ones, in one
//! pass. `cargo bench -p wirecopy-discover`; `bench/feeds/` compares with other parsers.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a benchmark reads its data"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wirecopy_discover::feed::{self, Context};

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.extend(std::fs::read(path));
        }
    }
    found
}

fn real_feeds(criterion: &mut Criterion) {
    let Some(data) = std::env::var_os("WIRECOPY_TEST_DATA") else {
        println!("skipped: WIRECOPY_TEST_DATA is not set");
        return;
    };
    let feeds = files(&PathBuf::from(data).join("feeds/files/feed-rs"));
    let bytes: usize = feeds.iter().map(Vec::len).sum();
    let mut group = criterion.benchmark_group("feed");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("real", |bencher| {
        bencher.iter(|| {
            feeds
                .iter()
                .filter_map(|feed| feed::parse(black_box(feed), &Context::default()).ok())
                .count()
        });
    });
}

criterion_group!(benches, real_feeds);
criterion_main!(benches);
