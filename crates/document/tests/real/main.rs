//! The crate against real and hostile files. They lie outside the project, where the environment
//! variable `WIRECOPY_TEST_DATA` points; without it these tests say so and pass.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "the crate is pure, its tests read files, take the time, say what they skip, and panic"
)]

mod archives;
mod hostile;

use std::path::PathBuf;

/// A directory of the test data, or `None`, said aloud, where there is none.
fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("WIRECOPY_TEST_DATA");
    if root.is_none() {
        eprintln!("skipped: WIRECOPY_TEST_DATA is not set, {name} was not read");
    }
    Some(PathBuf::from(root?).join(name))
}
