//! Pixels to bytes. Nothing is written but pixels: no places, no times, no profiles.

use std::io::Cursor;

use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::tiff::TiffEncoder;
use image::{Delay, ExtendedColorType, ImageEncoder, RgbaImage};
use png::{BitDepth, DeflateCompression, Filter};
use webp::{AnimEncoder, AnimFrame, WebPConfig};

use crate::avif;
use crate::bitmap::Bitmap;
use crate::decode::Frame;
use crate::failure::Failure;
use crate::jpeg;
use crate::request::filters::Effect;
use crate::request::{Output, Request};

/// libwebp's effort, 0 to 6: 2 gives the score for each byte that 4 gives, in half of its time (measured on
/// photographs, SSIMULACRA2).
const WEBP_METHOD: i32 = 2;

/// rav1e's preset, 0 to 10: the reader waits. With the assembler there is time for 8, which takes some twice as long as
/// 10 for a tenth fewer bytes at the same score (measured on photographs, SSIMULACRA2; bench/results).
const AVIF_SPEED: u8 = if cfg!(feature = "fast") { 8 } else { 10 };

/// NeuQuant's thoroughness for GIF, 1 to 30: 10 is what its author calls a good balance.
const GIF_SPEED: i32 = 10;

/// A picture, or an animation of frames of one size, as one file of a format. `output` is neither `Origin` nor `Json`.
pub(crate) fn encode(
    frames: Vec<Frame>,
    output: Output,
    loops: u16,
    request: &Request,
) -> Result<Vec<u8>, Failure> {
    let is_animated = frames.len() > 1;
    match output {
        Output::Webp if is_animated => animated_webp(&frames, loops, request),
        Output::Gif => gif(frames, loops),
        _ => {
            let first = frames.into_iter().next().ok_or(Failure::Unreadable)?;
            still(first.bitmap, output, request)
        }
    }
}

fn still(bitmap: Bitmap, output: Output, request: &Request) -> Result<Vec<u8>, Failure> {
    match output {
        Output::Jpeg => jpeg::encode(bitmap, request),
        Output::Webp => webp(&bitmap, request),
        Output::Avif => avif(&bitmap, request),
        Output::Tiff => tiff(&bitmap),
        _ => png(&bitmap, request),
    }
}

/// The grey values of a picture that was asked for in grey, with alpha where it has that: a third of the bytes.
pub(crate) fn greys(bitmap: &Bitmap, request: &Request) -> Option<Vec<u8>> {
    let is_asked = request.filters.effect == Some(Effect::Greyscale);
    is_asked.then(|| bitmap.greys()).flatten()
}

fn png(bitmap: &Bitmap, request: &Request) -> Result<Vec<u8>, Failure> {
    let greys = greys(bitmap, request);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, bitmap.width, bitmap.height);
    encoder.set_color(match (bitmap.has_alpha(), &greys) {
        (true, None) => png::ColorType::Rgba,
        (false, None) => png::ColorType::Rgb,
        (true, Some(_)) => png::ColorType::GrayscaleAlpha,
        (false, Some(_)) => png::ColorType::Grayscale,
    });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_deflate_compression(match request.level {
        0 => DeflateCompression::NoCompression,
        level => DeflateCompression::Level(level),
    });
    encoder.set_filter(match request.adaptive_filter {
        true => Filter::Adaptive,
        false => Filter::NoFilter,
    });
    let mut writer = encoder.write_header().map_err(|_| Failure::Unreadable)?;
    writer
        .write_image_data(greys.as_ref().unwrap_or(&bitmap.pixels))
        .and_then(|()| writer.finish())
        .map_err(|_| Failure::Unreadable)?;
    Ok(file)
}

fn webp_settings(request: &Request) -> Result<WebPConfig, Failure> {
    let mut settings = WebPConfig::new().map_err(|()| Failure::Unreadable)?;
    settings.quality = request.quality.into();
    settings.method = WEBP_METHOD;
    settings.lossless = request.lossless.into();
    settings.thread_level = 0;
    Ok(settings)
}

/// A still WebP of a quality from 1 to 100, or without loss.
pub(crate) fn webp_of_quality(
    bitmap: &Bitmap,
    quality: u8,
    lossless: bool,
) -> Result<Vec<u8>, Failure> {
    let request = Request {
        quality,
        lossless,
        ..Request::default()
    };
    webp(bitmap, &request)
}

fn webp(bitmap: &Bitmap, request: &Request) -> Result<Vec<u8>, Failure> {
    let (width, height) = bitmap.size();
    let encoder = match bitmap.has_alpha() {
        true => webp::Encoder::from_rgba(&bitmap.pixels, width, height),
        false => webp::Encoder::from_rgb(&bitmap.pixels, width, height),
    };
    let file = encoder
        .encode_advanced(&webp_settings(request)?)
        .map_err(|_| Failure::Unreadable)?;
    Ok(file.to_vec())
}

fn animated_webp(frames: &[Frame], loops: u16, request: &Request) -> Result<Vec<u8>, Failure> {
    let settings = webp_settings(request)?;
    let (width, height) = frames.first().ok_or(Failure::Unreadable)?.bitmap.size();
    let mut encoder = AnimEncoder::new(width, height, &settings);
    encoder.set_loop_count(loops.into());
    let mut time = 0_i32;
    for Frame { bitmap, delay } in frames {
        let frame = match bitmap.has_alpha() {
            true => AnimFrame::from_rgba(&bitmap.pixels, width, height, time),
            false => AnimFrame::from_rgb(&bitmap.pixels, width, height, time),
        };
        encoder.add_frame(frame);
        time = time.saturating_add(i32::try_from(*delay).unwrap_or(i32::MAX));
    }
    let file = encoder.try_encode().map_err(|_| Failure::Unreadable)?;
    Ok(file.to_vec())
}

fn gif(frames: Vec<Frame>, loops: u16) -> Result<Vec<u8>, Failure> {
    let mut file = Vec::new();
    let is_animated = frames.len() > 1;
    let mut encoder = GifEncoder::new_with_speed(&mut file, GIF_SPEED);
    let repeat = match loops {
        0 => Repeat::Infinite,
        count => Repeat::Finite(count),
    };
    if is_animated {
        encoder
            .set_repeat(repeat)
            .map_err(|_| Failure::Unreadable)?;
    }
    for Frame { bitmap, delay } in frames {
        bitmap.short_sides()?;
        let bitmap = bitmap.with_alpha();
        let pixels = RgbaImage::from_raw(bitmap.width, bitmap.height, bitmap.pixels)
            .ok_or(Failure::Unreadable)?;
        let delay = Delay::from_numer_denom_ms(delay, 1);
        let frame = image::Frame::from_parts(pixels, 0, 0, delay);
        encoder
            .encode_frame(frame)
            .map_err(|_| Failure::Unreadable)?;
    }
    drop(encoder);
    Ok(file)
}

fn tiff(bitmap: &Bitmap) -> Result<Vec<u8>, Failure> {
    let mut file = Cursor::new(Vec::new());
    let colour = match bitmap.has_alpha() {
        true => ExtendedColorType::Rgba8,
        false => ExtendedColorType::Rgb8,
    };
    TiffEncoder::new(&mut file)
        .write_image(&bitmap.pixels, bitmap.width, bitmap.height, colour)
        .map_err(|_| Failure::Unreadable)?;
    Ok(file.into_inner())
}

fn avif(bitmap: &Bitmap, request: &Request) -> Result<Vec<u8>, Failure> {
    Ok(avif::encode(bitmap, request.quality, AVIF_SPEED)?.file)
}
