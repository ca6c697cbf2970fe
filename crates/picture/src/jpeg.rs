//! JPEG (ITU-T T.81) read and written. One that is shown much smaller is made smaller while it is read: the inverse
//! transform gives a half, a quarter, or an eighth of its sides in a third of the time that all pixels take.
//!
//! A progressive one is written by mozjpeg, whoever wants it having chosen few bytes over time. A baseline one is
//! written by jpeg-encoder, and what is needed whole read by zune-jpeg; with the feature `fast`, that is with an
//! assembler, libjpeg does both.
//!
//! Refused: the lossless and arithmetic forms, which nobody publishes. Damage in the coded pixels leaves grey, as
//! browsers show it; damage before them is an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use mozjpeg::{ColorSpace as Inks, Compress, Decompress};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::bitmap::Bitmap;
use crate::encode;
use crate::failure::Failure;
use crate::header::Header;
use crate::limits::Limits;
use crate::request::Request;

/// What a filter must be left to take off after the inverse transform has made a picture smaller, for it folds what is
/// too fine for the size back into it. Measured on photographs, of 2.8 and 3.3 times the width that is shown: at 1.4
/// the score is within 0.3 of that of all pixels.
const LEFT_TO_FILTER: f64 = 1.4;

/// By how much a picture may be divided while it is read, of which `scale` (below 1) is wanted in the end.
pub(crate) fn divisor(scale: f64) -> u32 {
    let divisors = [8, 4, 2].into_iter();
    divisors
        .filter(|divisor| scale * f64::from(*divisor) * LEFT_TO_FILTER <= 1.0)
        .max()
        .unwrap_or(1)
}

/// All pixels, or those of a picture with sides divided by 2, 4, or 8 and rounded up.
pub(crate) fn decode(
    header: &Header,
    bytes: &[u8],
    divisor: u32,
    limits: &Limits,
) -> Result<Bitmap, Failure> {
    // zune-jpeg 0.5.15 takes the colours of a sequential picture in several scans for nothing, and gives it in green.
    let is_whole = header.is_progressive || header.scans == 1;
    // What has four inks is not turned into red, green and blue by libjpeg.
    let is_zunes = is_whole && divisor == 1 && !cfg!(feature = "fast");
    if is_zunes || header.channels == 4 {
        return whole(header, bytes, limits);
    }
    let size = (
        header.width.div_ceil(divisor),
        header.height.div_ceil(divisor),
    );
    let pixels = caught(|| divided(bytes, divisor))
        .filter(|pixels| pixels.len() == size.0 as usize * size.1 as usize * 3)
        .ok_or(Failure::Unreadable)?;
    Ok(Bitmap {
        width: size.0,
        height: size.1,
        channels: 3,
        pixels,
    })
}

/// libjpeg leaves what it cannot go on with by unwinding; there is no other way out of its C.
fn caught<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(None)
}

fn divided(bytes: &[u8], divisor: u32) -> Option<Vec<u8>> {
    let mut decoder = Decompress::new_mem(bytes).ok()?;
    decoder.scale(u8::try_from(8 / divisor).ok()?);
    let mut decoder = decoder.rgb().ok()?;
    let pixels = decoder.read_scanlines::<u8>().ok()?;
    // What is left of a damaged file is shown.
    drop(decoder.finish());
    Some(pixels)
}

fn whole(header: &Header, bytes: &[u8], limits: &Limits) -> Result<Bitmap, Failure> {
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
    let greys = encode::greys(&bitmap, request);
    if request.interlaced || cfg!(feature = "fast") {
        let file = caught(|| by_libjpeg(&bitmap, greys.as_deref(), request));
        return file.ok_or(Failure::Unreadable);
    }
    let (pixels, kind) = match &greys {
        Some(greys) => (greys, ColorType::Luma),
        None => (&bitmap.pixels, ColorType::Rgb),
    };
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, request.quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    // The first of four pixels, which is what it takes by itself, costs up to nine steps of quality for the same score.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_optimized_huffman_tables(true);
    encoder
        .encode(pixels, width, height, kind)
        .map_err(|_| Failure::Unreadable)?;
    Ok(file)
}

/// As mozjpeg does by itself, with trellis quantisation, but in its usual scans: to try others takes a third more
/// time and saves three percent of the bytes. A baseline file has nothing of it, but what libjpeg-turbo would write: it
/// is asked for where time counts.
fn by_libjpeg(bitmap: &Bitmap, greys: Option<&[u8]>, request: &Request) -> Option<Vec<u8>> {
    let mut encoder = Compress::new(match greys {
        Some(_) => Inks::JCS_GRAYSCALE,
        None => Inks::JCS_RGB,
    });
    if request.interlaced {
        encoder.set_optimize_scans(false);
        encoder.set_progressive_mode();
    } else {
        encoder.set_fastest_defaults();
        encoder.set_optimize_coding(true);
    }
    encoder.set_size(bitmap.width as usize, bitmap.height as usize);
    encoder.set_quality(request.quality.into());
    if greys.is_none() {
        encoder.set_chroma_sampling_pixel_sizes((2, 2), (2, 2));
    }
    let mut file = encoder.start_compress(Vec::new()).ok()?;
    file.write_scanlines(greys.unwrap_or(&bitmap.pixels)).ok()?;
    file.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_each_in_a_scan_of_its_own_are_read() {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 95);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        // Tables made for the picture are written with one scan for each component.
        encoder.set_optimized_huffman_tables(true);
        let pixels = [200, 60, 40].repeat(48 * 48);
        encoder.encode(&pixels, 48, 48, ColorType::Rgb).unwrap();
        let header = Header::read(&file).unwrap();
        assert_eq!(header.scans, 3);
        for divisor in [1, 2] {
            let read = decode(&header, &file, divisor, &Limits::default()).unwrap();
            let pixel = read.pixel(5, 5);
            let far = pixel
                .iter()
                .zip([200, 60, 40])
                .any(|(a, b)| a.abs_diff(b) > 8);
            assert!(!far, "{divisor}: {pixel:?}");
        }
    }

    #[test]
    fn colours_of_four_pixels_are_stored_as_their_mean() {
        let pixels = [[200, 60, 40], [40, 60, 200]].concat().repeat(24 * 48);
        let columns = Bitmap {
            width: 48,
            height: 48,
            channels: 3,
            pixels,
        };
        let request = Request {
            quality: 95,
            ..Request::default()
        };
        let file = encode(columns, &request).unwrap();
        let header = Header::read(&file).unwrap();
        let read = decode(&header, &file, 1, &Limits::default()).unwrap();
        let mean = |channel: usize| {
            let values = read.pixels.iter().skip(channel).step_by(3);
            values.map(|value| u32::from(*value)).sum::<u32>() / (48 * 48)
        };
        assert!(mean(0).abs_diff(mean(2)) < 8, "{} and {}", mean(0), mean(2));
    }

    #[test]
    fn the_filter_is_left_enough_to_take_off() {
        let cases = [
            (2.0, 1),
            (0.5, 1),
            (1.0 / 2.7, 1),
            (1.0 / 2.85, 2),
            (0.2, 2),
            (1.0 / 5.7, 4),
            (0.01, 8),
        ];
        for (scale, expected) in cases {
            assert_eq!(divisor(scale), expected, "{scale}");
        }
    }
}
