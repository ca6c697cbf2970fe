//! What every text file must keep to: no merge markers, no trailing space, lines that fit, links that lead somewhere.

use std::path::Path;

use super::Finding;

const MAX_COLUMNS: usize = 120;

/// What git leaves of a conflict. Split, so that this file passes its own check.
const MERGE_MARKERS: [&str; 2] = [concat!("<<<<", "<<< "), concat!(">>>>", ">>> ")];

pub(super) fn check(root: &Path, path: &str, source: &str, findings: &mut Vec<Finding>) {
    let mut find = |line: usize, message: String| {
        findings.push(Finding {
            path: path.to_owned(),
            line: Some(line),
            message,
        });
    };
    let is_ours = !is_fixture(path);
    for (index, line) in source.lines().enumerate() {
        if MERGE_MARKERS.iter().any(|marker| line.starts_with(marker)) {
            find(index + 1, "a merge was left unfinished".to_owned());
        }
        if is_ours && line.ends_with([' ', '\t']) {
            find(index + 1, "space at the end of the line".to_owned());
        }
        if is_ours && is_too_long(path, line) {
            find(
                index + 1,
                format!("the line is longer than {MAX_COLUMNS} columns"),
            );
        }
        if path.ends_with(".md") && is_ours {
            for target in links(line).filter(|target| !leads_somewhere(root, path, target)) {
                find(index + 1, format!("the link to `{target}` leads nowhere"));
            }
        }
    }
    if is_ours && !source.is_empty() && !source.ends_with('\n') {
        find(
            source.lines().count(),
            "the last line does not end".to_owned(),
        );
    }
}

/// Inputs, recorded outputs and generated pages are what they are; so are licences and the lock file.
fn is_fixture(path: &str) -> bool {
    let in_fixtures = ["fixtures/", "snapshots/", "testdata/", "newsroom/"]
        .iter()
        .any(|part| path.contains(part));
    let is_generated = matches!(path, "docs/settings.md" | "docs/commands.md");
    in_fixtures
        || is_generated
        || path.starts_with("LICENSE")
        || path == "Cargo.lock"
        || path.ends_with(".proptest-regressions")
}

/// Addresses cannot be wrapped, and neither can a long literal, of which tests are full.
/// Prose in Markdown is wrapped by whoever shows it.
fn is_too_long(path: &str, line: &str) -> bool {
    let is_test = path.contains("/tests/") || path.ends_with("tests.rs");
    let wraps =
        path.ends_with(".rs") && !is_test && !line.contains(['"', '\\']) && !line.contains("://");
    wraps && line.chars().count() > MAX_COLUMNS
}

/// Targets of the Markdown links in a line, without their fragments.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty())
}

fn leads_somewhere(root: &Path, path: &str, target: &str) -> bool {
    if target.contains("://") || target.starts_with("mailto:") {
        return true;
    }
    let directory = Path::new(path).parent().unwrap_or(Path::new(""));
    root.join(directory).join(target).exists()
}
