//! The proxy for pictures as a client meets it: a server of ours, workers that are this program, and origins on this
//! machine that behave well or badly.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends by panicking"
)]

mod access;
mod answers;
mod origin;
mod pressure;
mod scene;
mod sources;
