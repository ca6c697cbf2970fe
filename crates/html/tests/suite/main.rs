//! The parser beside html5ever on real pages and on soup, and its bounds.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests read the shared data, say when they skip, and fail by panicking"
)]

mod bounds;
mod given;
mod same;
mod soup;
