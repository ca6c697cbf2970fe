//! The crate at its border, on pictures made here.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests read the shared data, say when they skip, take the time, and fail by panicking"
)]

mod bombs;
mod cases;
mod pictures;
mod support;
