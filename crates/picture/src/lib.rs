//! Pictures: what is asked of one, and the bytes that answer it. Bytes in, bytes out.
//!
//! The requests are those of images.weserv.nl's URL API, which the first mirrors' pages speak: [`request::Ask`] reads
//! a query leniently, [`transform`] looks at a picture's header, refuses what would cost too much, decodes, fits, and
//! writes it anew. Nothing of the file but its pixels reaches the answer, so that places, thumbnails and scripts hidden
//! in it are gone.
//!
//! Refused: vector pictures (they are programs), AVIF and HEIC as a source (no decoder of them in safe Rust is free),
//! PDF and PostScript.

mod avif;
mod bitmap;
mod decode;
mod describe;
mod encode;
mod failure;
mod filter;
pub mod geometry;
pub mod header;
mod interest;
mod jpeg;
mod likeness;
mod limits;
mod mask;
mod orientation;
mod profile;
pub mod rendition;
pub mod request;
mod resize;
mod rotate;
pub mod source;
mod transform;
mod trim;

pub use failure::Failure;
pub use header::{Format, Header};
pub use likeness::likeness;
pub use limits::Limits;
pub use transform::{Answer, transform};
