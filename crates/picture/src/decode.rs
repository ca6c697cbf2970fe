//! Bytes to pixels, a frame at a time. What reaches a decoder has been looked at before ([`crate::header`]).

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::ico::IcoDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::tiff::TiffDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageResult};

use crate::bitmap::Bitmap;
use crate::failure::Failure;
use crate::header::{Format, Header, plain_png, png_of_ico};
use crate::jpeg;
use crate::limits::Limits;

/// Bytes that a decoder may take beside the pixels it gives: tables, lines, a palette.
const OVERHEAD: u64 = 64 << 20;

/// One frame, and how long it is shown, in milliseconds.
pub(crate) struct Frame {
    pub(crate) bitmap: Bitmap,
    pub(crate) delay: u32,
}

/// The first frame; of a JPEG with its sides divided by `divisor`.
pub(crate) fn still(
    header: &Header,
    bytes: &[u8],
    divisor: u32,
    limits: &Limits,
) -> Result<Bitmap, Failure> {
    if header.format == Format::Jpeg {
        return jpeg::decode(header, bytes, divisor, limits);
    }
    let (format, plain) = match (header.format, png_of_ico(bytes)) {
        (Format::Png, _) => (Format::Png, plain_png(bytes)),
        (Format::Ico, Some(inner)) => (Format::Png, plain_png(inner)),
        (format, _) => (format, bytes.into()),
    };
    let picture = open(format, &plain)
        .and_then(|mut decoder| {
            decoder.set_limits(allowance(header))?;
            DynamicImage::from_decoder(decoder)
        })
        .map_err(|_| Failure::Unreadable)?;
    Ok(eight_bits(picture))
}

/// The first `count` frames of an animation; a still picture's only one.
pub(crate) fn frames<'a>(
    header: &Header,
    bytes: &'a [u8],
    count: u32,
) -> Result<impl Iterator<Item = Result<Frame, Failure>> + use<'a>, Failure> {
    let cursor = Cursor::new(bytes);
    let frames = match header.format {
        Format::Gif => GifDecoder::new(cursor).and_then(|mut decoder| {
            decoder.set_limits(allowance(header))?;
            Ok(decoder.into_frames())
        }),
        _ => WebPDecoder::new(cursor).map(AnimationDecoder::into_frames),
    };
    let frames = frames.map_err(|_| Failure::Unreadable)?;
    let shown = frames.take(count as usize).map(|frame| {
        let frame = frame.map_err(|_| Failure::Unreadable)?;
        let (milliseconds, divisor) = frame.delay().numer_denom_ms();
        Ok(Frame {
            delay: milliseconds / divisor.max(1),
            bitmap: eight_bits(DynamicImage::ImageRgba8(frame.into_buffer())),
        })
    });
    Ok(shown)
}

/// A decoder that has read its header.
pub(crate) fn open<'a>(format: Format, bytes: &'a [u8]) -> ImageResult<Box<dyn ImageDecoder + 'a>> {
    let cursor = Cursor::new(bytes);
    Ok(match format {
        Format::Png => Box::new(PngDecoder::new(cursor)?),
        Format::Gif => Box::new(GifDecoder::new(cursor)?),
        Format::Webp => Box::new(WebPDecoder::new(cursor)?),
        Format::Tiff => Box::new(TiffDecoder::new(cursor)?),
        Format::Bmp => Box::new(BmpDecoder::new(cursor)?),
        Format::Ico => Box::new(IcoDecoder::new(cursor)?),
        Format::Jpeg => {
            let hint = image::error::ImageFormatHint::Exact(image::ImageFormat::Jpeg);
            return Err(ImageError::Unsupported(hint.into()));
        }
    })
}

fn allowance(header: &Header) -> image::Limits {
    let mut allowance = image::Limits::default();
    // Twice eight bytes a pixel: sixteen bits of four channels, and a second canvas for an animation.
    let pixels = u64::from(header.width) * u64::from(header.height);
    allowance.max_alloc = Some(pixels * 16 + OVERHEAD);
    allowance
}

/// RGB, or RGBA where anything shows through.
fn eight_bits(picture: DynamicImage) -> Bitmap {
    let (width, height) = (picture.width(), picture.height());
    let has_alpha = picture.color().has_alpha();
    let (channels, pixels) = match has_alpha {
        true => (4, picture.into_rgba8().into_raw()),
        false => (3, picture.into_rgb8().into_raw()),
    };
    Bitmap {
        width,
        height,
        channels,
        pixels,
    }
}
