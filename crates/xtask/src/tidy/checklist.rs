//! Tests that a checklist names: a point whose test was renamed or taken out would stand there without one.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Finding;

const CHECKLIST: &str = "docs/pictures-checklist.md";

/// Finds the names of tests in the checklist's second column that no function of the workspace has.
pub(super) fn check(
    root: &Path,
    files: &[PathBuf],
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let functions = functions(files)?;
    let text = fs::read_to_string(root.join(CHECKLIST))?;
    for (index, line) in text.lines().enumerate() {
        for name in names(line).filter(|name| !functions.contains(*name)) {
            findings.push(Finding {
                path: CHECKLIST.to_owned(),
                line: Some(index + 1),
                message: format!("no test is called `{name}`; name the one that holds this point"),
            });
        }
    }
    Ok(())
}

/// The names of all functions.
fn functions(files: &[PathBuf]) -> anyhow::Result<HashSet<String>> {
    let mut functions = HashSet::new();
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
    {
        let source = fs::read_to_string(path)?;
        let after = source.split("fn ").skip(1);
        functions.extend(after.map(|rest| identifier(rest).to_owned()));
    }
    Ok(functions)
}

fn identifier(text: &str) -> &str {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split(|letter| !is_part(letter))
        .next()
        .unwrap_or_default()
}

/// The tests that a row names; modules of tests and paths of requests are none.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let cell = line.strip_suffix('|').and_then(|row| row.rsplit_once('|'));
    let spans = cell
        .map_or("", |(_, cell)| cell)
        .split('`')
        .skip(1)
        .step_by(2);
    spans.filter(|span| span.contains('_') && identifier(span) == *span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_the_tests_of_its_second_cell() {
        let row = "| `a_setting` | W `one_holds`, `mod::tests`, P `two_hold` (`/path`) |";
        assert_eq!(names(row).collect::<Vec<_>>(), ["one_holds", "two_hold"]);
        assert_eq!(names("no `row_at_all`").count(), 0);
    }
}
