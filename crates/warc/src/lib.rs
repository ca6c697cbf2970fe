//! Web archives (WARC 1.0 and 1.1, ISO 28500:2017): records one by one, gzipped each for itself or not, with their
//! digests checked, and the HTTP responses that they hold, with their codings undone.
//!
//! Pure: bytes come from any `BufRead`. Damage costs the record that it is in; memory is bounded by the caller's limit.

mod capture;
pub mod coding;
mod digest;
mod header;
mod http;
mod member;
mod reader;

pub use capture::{Capture, NoCapture, capture};
pub use header::Headers;
pub use reader::{Damage, Flaw, Reader, Record};
