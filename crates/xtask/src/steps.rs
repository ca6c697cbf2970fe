//! What continuous integration runs, in the order in which failures are cheapest to see.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::{bindings, generated, tidy};

/// Formatting, layout, reference pages, lints, documentation, tests, the Python package.
///
/// # Errors
/// The first step that fails.
pub(crate) fn ci(root: &Path) -> anyhow::Result<()> {
    component(root, "rustfmt", &["fmt", "--all", "--check"])?;
    tidy::check(root)?;
    generated::check(root)?;
    component(
        root,
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ],
    )?;
    documentation(root)?;
    test(root)?;
    bindings::check(root)
}

/// Unit, integration and documentation tests of the whole workspace.
///
/// # Errors
/// When a test fails.
pub(crate) fn test(root: &Path) -> anyhow::Result<()> {
    cargo(root, &["test", "--workspace", "--locked"], &[])
}

fn documentation(root: &Path) -> anyhow::Result<()> {
    let arguments = ["doc", "--workspace", "--no-deps", "--locked"];
    cargo(root, &arguments, &[("RUSTDOCFLAGS", "-D warnings")])
}

/// A step that needs a component of the toolchain; where it is not installed the step is skipped, with a word.
fn component(root: &Path, name: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let probe = Command::new(cargo_path())
        .args([arguments[0], "--version"])
        .current_dir(root)
        .output();
    if probe.is_ok_and(|output| output.status.success()) {
        return cargo(root, arguments, &[]);
    }
    println!("skipped: {name} is not installed (rustup component add {name})");
    Ok(())
}

fn cargo(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut command = Command::new(cargo_path());
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root);
    run(&format!("cargo {}", arguments.join(" ")), &mut command)
}

/// Runs a step, which is told by a line, and how long it took.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run(line: &str, command: &mut Command) -> anyhow::Result<()> {
    println!("$ {line}");
    let started = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed");
    }
    println!("  passed in {} s", started.elapsed().as_secs());
    Ok(())
}

/// The cargo that runs this chore.
fn cargo_path() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
