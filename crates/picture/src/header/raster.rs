//! TIFF, BMP and ICO: their decoders read the size and nothing more when they are made.

use super::{Format, Header};
use crate::decode;

/// Reads the header; `None` where the decoder cannot.
pub(super) fn read(format: Format, bytes: &[u8]) -> Option<Header> {
    let decoder = decode::open(format, bytes).ok()?;
    let colour = decoder.color_type();
    let mut header = Header::new(format, decoder.dimensions());
    header.channels = colour.channel_count();
    header.has_alpha = colour.has_alpha();
    header.depth =
        u8::try_from(colour.bits_per_pixel() / u16::from(colour.channel_count())).unwrap_or(8);
    Some(header)
}
