//! Pages made to break parsers: everything ends, in time that grows with the page and no faster.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use wirecopy_extract::{Page, explain, extract, fragment};

use crate::data;

/// Far above what any of the given pages takes in a debug build on a slow machine, far below what a
/// quadratic pass over one of them would.
const PATIENCE: Duration = Duration::from_secs(20);

/// What this thread has used: of the processor where the system tells, since others may be at work
/// beside it, else of the clock.
fn used() -> Duration {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let running = schedule
        .split(' ')
        .next()
        .and_then(|time| time.parse().ok());
    running.map_or_else(|| BEGIN.elapsed(), Duration::from_nanos)
}

/// What it takes to extract a page.
fn time(bytes: &[u8]) -> Duration {
    let start = used();
    let _ = extract(
        &Page {
            bytes,
            media_type: None,
            url: None,
        },
        None,
    );
    used() - start
}

#[track_caller]
fn check(name: &str, bytes: &[u8]) {
    let time = time(bytes);
    let length = bytes.len();
    assert!(time < PATIENCE, "{name}: {time:?} for {length} bytes");
}

#[test]
fn pages_that_break_parsers_end_in_time() {
    let Some(directory) = data::directory("html/nasty") else {
        return;
    };
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        check(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
}

#[test]
fn deep_nesting_costs_no_more_than_its_length() {
    for tag in [
        "<div>",
        "<b>",
        "<table><td>",
        "<ul><li>",
        "<font size=1>",
        "<svg>",
        "<p><a href=x>",
        "<blockquote><p>x",
    ] {
        check(tag, tag.repeat(100_000 / tag.len()).as_bytes());
    }
}

/// Bytes of the smaller page; a debug build takes a second for ten times as much.
const SMALL: usize = 20_000;

/// How many times larger the larger page is, and how many times longer it may take: between what a
/// linear pass costs on a busy machine and the 64 times of a quadratic one.
const GROWTH: usize = 8;
const MOST_GROWTH: u32 = 24;

#[track_caller]
fn check_growth(name: &str, page: impl Fn(usize) -> String) {
    let small = time(page(SMALL).as_bytes()).max(Duration::from_millis(5));
    let large = time(page(SMALL * GROWTH).as_bytes());
    assert!(
        large < small * MOST_GROWTH,
        "{name}: {small:?}, then {large:?}"
    );
}

#[test]
fn eight_times_the_page_costs_about_eight_times_as_much() {
    let repeated = |piece: &'static str| move |size: usize| piece.repeat(size / piece.len());
    for piece in [
        "<p>One more line of an ordinary text, and another of them, with a comma.</p>",
        "<div>",
        "<b>x",
        "<a href=x><p>x",
        "<table><tr><td>x",
        "<li>x",
        "word, ",
    ] {
        check_growth(piece, repeated(piece));
    }
    check_growth("own classes", |size| {
        let one = |number| format!("<div class=c{number:07}>t</div>");
        (0..size / 24).map(one).collect()
    });
    check_growth("one attribute", |size| {
        format!("<p class='{}'>text", "a b-c ".repeat(size / 6))
    });
    check_growth("data in a script", |size| {
        let json = "[{\"text\":\"some words\"},".repeat(size / 24);
        format!("<script type=application/json>{json}")
    });
}

#[test]
fn more_blocks_than_any_page_has_are_not_measured() {
    let bytes = "<li>x".repeat(30_000);
    let page = Page {
        bytes: bytes.as_bytes(),
        media_type: None,
        url: None,
    };
    assert_eq!(explain(&page, None).blocks.len(), 10_000);
}

#[test]
fn reopened_formatting_does_not_multiply_the_page() {
    let formats: String = (0..400).map(|number| format!("<b id={number}>")).collect();
    check("reopened", (formats + &"<p>x".repeat(20_000)).as_bytes());
}

#[test]
fn many_attributes_and_many_children_end_in_time() {
    let attributes: String = (0..20_000).map(|number| format!(" a{number}=1")).collect();
    check("attributes", format!("<p{attributes}>text").as_bytes());
    let kinds: String = (0..20_000)
        .map(|number| format!("<div class=c{number}>t</div>"))
        .collect();
    check("children", kinds.as_bytes());
}

#[test]
fn a_feed_with_deep_nesting_is_cleaned_in_time() {
    let start = used();
    fragment(&"<div><p>x".repeat(20_000), None);
    assert!(used() - start < PATIENCE);
}
