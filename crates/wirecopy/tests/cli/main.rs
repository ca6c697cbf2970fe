//! The program as an operator uses it: the built binary, a directory, a publication on loopback.
#![expect(
    clippy::unwrap_used,
    reason = "what fails in the harness fails the test"
)]

mod extract;
mod faults;
mod help;
mod images;
mod lists;
mod mirror;
mod settings;
mod sources;
mod stored;
mod story;
mod theme;
