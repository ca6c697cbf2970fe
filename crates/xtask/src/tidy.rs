//! What the compiler and clippy do not check: the layout that ARCHITECTURE.md and the house style promise.
//!
//! Every finding is printed with its file and line before the chore fails, so that one run shows all.

mod checklist;
mod layers;
mod rust;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Something to mend.
struct Finding {
    /// Path from the workspace's root.
    path: String,
    /// Line in the file, from 1; absent where the whole file is meant.
    line: Option<usize>,
    /// What is wrong and what to do.
    message: String,
}

/// Checks every file of the workspace.
///
/// # Errors
/// When there is anything to mend, or a file cannot be read.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let mut findings = layers::check(root)?;
    let files = files_below(root)?;
    for path in &files {
        let name = relative(root, path);
        let Ok(source) =
            String::from_utf8(fs::read(path).with_context(|| format!("cannot read {name}"))?)
        else {
            continue; // Pictures and pages in other encodings are fixtures.
        };
        text::check(root, &name, &source, &mut findings);
        if name.ends_with(".rs") {
            rust::check(&name, &source, &mut findings);
        }
    }
    checklist::check(root, &files, &mut findings)?;
    for Finding {
        path,
        line,
        message,
    } in &findings
    {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        println!("{path}{line}: {message}");
    }
    if !findings.is_empty() {
        bail!("{} to mend", findings.len());
    }
    println!("tidy: {} files", files.len());
    Ok(())
}

/// Every file but what git, cargo, fuzzers and tests made, sorted.
fn files_below(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries =
        fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", directory.display()))?;
        let kind = entry
            .file_type()
            .with_context(|| format!("cannot read {}", entry.path().display()))?;
        if kind.is_dir() && !is_made(&entry.file_name().to_string_lossy()) {
            files.extend(files_below(&entry.path())?);
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn is_made(directory: &str) -> bool {
    let made = [
        "__pycache__",
        ".pytest_cache",
        "artifacts",
        "corpus",
        "target",
    ];
    directory == ".git" || made.contains(&directory)
}

/// The path from `root`, with `/` on every system.
fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}
