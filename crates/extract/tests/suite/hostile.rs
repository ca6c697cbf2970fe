//! Pages made to break parsers: everything ends, in time that grows with the page and no faster.

use std::time::{Duration, Instant};

use wirecopy_extract::{Page, extract, fragment};

use crate::data;

/// Far above what any of the given pages takes in a debug build on a slow machine, far below what a
/// quadratic pass over one of them would.
const PATIENCE: Duration = Duration::from_secs(20);

#[track_caller]
fn check(name: &str, bytes: &[u8]) {
    let start = Instant::now();
    let _ = extract(
        &Page {
            bytes,
            media_type: None,
            url: None,
        },
        None,
    );
    assert!(
        start.elapsed() < PATIENCE,
        "{name}: {:?} for {} bytes",
        start.elapsed(),
        bytes.len()
    );
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
    let start = Instant::now();
    fragment(&"<div><p>x".repeat(20_000), None);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}
