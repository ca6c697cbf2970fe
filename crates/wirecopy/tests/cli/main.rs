//! The program as an operator uses it: the built binary, a directory, a publication on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what fails in the harness fails the test, which says when it was skipped"
)]

mod articles;
mod changing;
mod extract;
mod faults;
mod help;
mod images;
mod ledger;
mod list_pages;
mod lists;
mod looks;
mod mirror;
mod moves;
mod secure_shell;
mod settings;
mod sitemaps;
mod sources;
mod stored;
mod story;
mod theme;
mod verify;
mod withdraw;
