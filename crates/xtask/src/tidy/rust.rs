//! What a Rust file must keep to: module docs, a bounded length, no leftovers, reasons for every `allow`.

use super::Finding;

/// Lines of product code a file may have; the house style aims under 300.
const MAX_PRODUCT_LINES: usize = 450;

/// Module names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = [
    "utils.rs",
    "util.rs",
    "helpers.rs",
    "common.rs",
    "misc.rs",
    "types.rs",
];

/// Leftovers of unfinished work. Split, so that this file passes its own check.
const LEFTOVERS: [&str; 5] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

pub(super) fn check(path: &str, source: &str, findings: &mut Vec<Finding>) {
    let mut find = |line, message: String| {
        findings.push(Finding {
            path: path.to_owned(),
            line,
            message,
        })
    };
    if !source.starts_with("//!") {
        find(
            Some(1),
            "open the file with `//!`: what it is for, what it refuses, which standard".to_owned(),
        );
    }
    if EMPTY_NAMES
        .iter()
        .any(|name| path.ends_with(&format!("/{name}")))
    {
        find(None, "name the module after its one job".to_owned());
    }
    let length = product_lines(path, source);
    if length > MAX_PRODUCT_LINES {
        find(
            None,
            format!("{length} lines of product code; split it (at most {MAX_PRODUCT_LINES})"),
        );
    }
    for (index, line) in source.lines().enumerate() {
        for message in leftover(line)
            .into_iter()
            .chain(re_export(path, line))
            .chain(bare_allow(source, index, line))
        {
            find(Some(index + 1), message);
        }
    }
}

/// Lines before the inline tests; none in a file of tests or benchmarks.
fn product_lines(path: &str, source: &str) -> usize {
    if path.contains("/tests/") || path.contains("/benches/") || path.ends_with("/tests.rs") {
        return 0;
    }
    let inline_tests = source.find("\n#[cfg(test)]\nmod ").unwrap_or(source.len());
    source[..inline_tests].lines().count()
}

fn leftover(line: &str) -> Option<String> {
    let word = LEFTOVERS.into_iter().find(|word| line.contains(word))?;
    Some(format!("`{word}` is unfinished work"))
}

/// There is one way to import a thing: only a crate's root may offer another name.
fn re_export(path: &str, line: &str) -> Option<String> {
    let is_root = path.ends_with("src/lib.rs") || path.ends_with("src/main.rs");
    (!is_root && line.trim_start().starts_with("pub use "))
        .then(|| "`pub use` outside a crate's root".to_owned())
}

/// An attribute that silences a lint gives its reason, on this line or before its closing bracket.
fn bare_allow(source: &str, index: usize, line: &str) -> Option<String> {
    let start = line.trim_start();
    let silences = ["#[allow(", "#![allow(", "#[expect(", "#![expect("]
        .iter()
        .any(|attribute| start.starts_with(attribute));
    let attribute: String = source
        .lines()
        .skip(index)
        .take(12)
        .collect::<Vec<&str>>()
        .join(" ");
    let attribute = attribute.split(")]").next().unwrap_or_default();
    (silences && !attribute.contains("reason = "))
        .then(|| "give the reason for silencing this lint".to_owned())
}
