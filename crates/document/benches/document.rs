//! The paths that decide how fast an archive is indexed and imported: reading a head, parsing a
//! whole document, sanitising.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wirecopy_document::clean::clean;
use wirecopy_document::document::{Document, read_header};

/// A document of about the median size of real ones, 3.5 kB.
fn document() -> Vec<u8> {
    let paragraph = "<p>Invented news: the ferry between the two islands ran late again, and the \
                     harbour's <a href=\"https://n.example/clock\">clock</a> with it.</p>\n";
    let body = paragraph.repeat(22);
    let file = format!(
        "<!--1640817542000-->\n[A \\[title\\] of some length](https://n.example/a)\n------\n\n{body}\n\
         <!--\nsource: ferry\nauthor: Ann Bee\nlanguage: en\ncaptured: 2021-12-30T00:00:00Z\nformat: 1\n-->\n"
    );
    file.into_bytes()
}

fn benches(criterion: &mut Criterion) {
    let bytes = document();
    let (parsed, _) = Document::parse(&bytes).expect("the document is one");
    let mut group = criterion.benchmark_group("document");
    group.throughput(Throughput::Elements(1));
    group.bench_function("read_header", |bencher| {
        bencher.iter(|| read_header(black_box(&bytes)))
    });
    group.bench_function("parse", |bencher| {
        bencher.iter(|| Document::parse(black_box(&bytes)))
    });
    group.bench_function("to_bytes", |bencher| {
        bencher.iter(|| black_box(&parsed).to_bytes())
    });
    group.throughput(Throughput::Bytes(parsed.body.as_str().len() as u64));
    group.bench_function("clean", |bencher| {
        bencher.iter(|| clean(black_box(parsed.body.as_str()), None));
    });
    group.finish();
}

criterion_group!(document_benches, benches);
criterion_main!(document_benches);
