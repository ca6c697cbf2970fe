//! The project's own chores: `cargo xtask <ci | test | python | tidy | generate>`.
//!
//! `ci` is everything that a change must pass; what it calls can be called alone. Nothing here reaches the
//! network but cargo and pip, for what is built and tested with.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore reports to the terminal"
)]

mod bindings;
mod commands_reference;
mod generated;
mod queries;
mod scale;
mod settings_reference;
mod steps;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;

const USAGE: &str = "\
usage: cargo xtask <chore>

  ci          everything below, and fmt, clippy and doc: what a change must pass
  test        the whole test suite
  python      the Python package, built and tested in an environment of its own
  tidy        what the compiler does not check: file sizes, layers, docs, dependencies
  generate    write the reference pages in docs/ anew

  generate-archive <dir> --documents <n> --from <dir>   a large archive of the first mirrors' kind, to import
  measure-archive <mirror> --from <dir>                 what a mirror costs that imported it (with --release)
  measure-search <site> <file>                          how long a site's search takes to answer (with --release)
  measure-flat <dir> --documents <n> --from <dir>       what the first mirrors' layout costs in git
";

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    match run(&chore, &arguments, &root()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &str, arguments: &[String], root: &Path) -> anyhow::Result<()> {
    match chore {
        "ci" => steps::ci(root),
        "test" => steps::test(root),
        "python" => bindings::check(root),
        "tidy" => tidy::check(root),
        "generate" => generated::write(root),
        "generate-archive" => scale::generate(arguments),
        "measure-archive" => scale::measure(arguments),
        "measure-search" => queries::measure(arguments),
        "measure-flat" => scale::measure_flat(arguments),
        _ => bail!("there is no chore `{chore}`\n\n{USAGE}"),
    }
}

/// The workspace's directory: this crate is two levels below it.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate is in crates/xtask")
        .to_owned()
}
