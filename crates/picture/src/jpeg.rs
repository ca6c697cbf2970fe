//! JPEG (ITU-T T.81) read and written.
//!
//! Refused: the lossless and arithmetic forms, which nobody publishes. Damage in the coded pixels leaves grey, as
//! browsers show it; damage before them is an error.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::bitmap::Bitmap;
use crate::failure::Failure;
use crate::header::Header;
use crate::limits::Limits;
use crate::request::Request;

/// All pixels.
pub(crate) fn decode(header: &Header, bytes: &[u8], limits: &Limits) -> Result<Bitmap, Failure> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(limits.side as usize)
        .set_max_height(limits.side as usize)
        .jpeg_set_max_scans(limits.scans as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().map_err(|_| Failure::Unreadable)?;
    let expected = header.width as usize * header.height as usize * 3;
    let size = decoder
        .info()
        .map(|info| (u32::from(info.width), u32::from(info.height)));
    if pixels.len() != expected || size != Some((header.width, header.height)) {
        return Err(Failure::Unreadable);
    }
    Ok(Bitmap {
        width: header.width,
        height: header.height,
        channels: 3,
        pixels,
    })
}

/// 4:2:0 and tables made for the picture (section 4.6 of weserv's API). What shows through is black, as with libvips.
pub(crate) fn encode(bitmap: Bitmap, request: &Request) -> Result<Vec<u8>, Failure> {
    let bitmap = bitmap.over([0, 0, 0, 255]);
    let (width, height) = bitmap.short_sides()?;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, request.quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_optimized_huffman_tables(true);
    encoder.set_progressive(request.interlaced);
    encoder
        .encode(&bitmap.pixels, width, height, ColorType::Rgb)
        .map_err(|_| Failure::Unreadable)?;
    Ok(file)
}
