//! The Python package: built from the sources, installed into an environment of its own below `target/`, and tested.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::run;

/// What the package is built and tested with.
const TOOLS: [&str; 4] = ["maturin>=1.9,<2", "pytest", "pyarrow", "warcio"];

/// Builds and tests the package; skipped, with a word, where there is no Python or its tools cannot be had.
///
/// # Errors
/// The package cannot be built, or a test of it fails.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let environment = root.join("target/python");
    if !succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        println!("skipped: the Python package (python3 with its module venv is not installed)");
        return Ok(());
    }
    let made = succeeds(
        Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment),
    );
    let mut pip = tool(&environment, "pip");
    pip.args(["install", "--quiet", "--disable-pip-version-check"])
        .args(TOOLS);
    if !made || !succeeds(&mut pip) {
        println!(
            "skipped: the Python package (pip cannot install {})",
            TOOLS.join(", ")
        );
        return Ok(());
    }
    let package = root.join("bindings/python");
    let mut maturin = tool(&environment, "maturin");
    // Tests ask for a panic and for an abort, which the package that people install cannot be made to do.
    let build = [
        "develop",
        "--quiet",
        "--locked",
        "--features",
        "panic-on-request,abort-on-request",
    ];
    maturin.args(build).current_dir(&package);
    run("maturin develop", &mut maturin)?;
    let mut pytest = tool(&environment, "pytest");
    pytest
        .args(["--quiet", "-p", "no:cacheprovider"])
        .current_dir(&package);
    run("pytest bindings/python", &mut pytest)
}

/// A program of the environment, which finds it as its own.
fn tool(environment: &Path, name: &str) -> Command {
    let programs = environment.join("bin");
    let mut command = Command::new(programs.join(name));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<PathBuf> = std::iter::once(programs)
        .chain(std::env::split_paths(&path))
        .collect();
    command.env("VIRTUAL_ENV", environment);
    command.env("PATH", std::env::join_paths(path).unwrap_or_default());
    command
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
