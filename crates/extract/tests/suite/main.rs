//! The engine from outside: encodings, hostile pages, structure, quality on real pages.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests read the shared data, say when they skip, and fail by panicking"
)]

mod charset;
mod data;
mod embeds;
mod fields;
mod hostile;
mod markdown;
mod pages;
mod properties;
mod quality;
mod real;
mod rejections;
mod rules;
mod structure;
mod vectors;
