//! Pictures for the tests, made here: nothing of anybody's is kept.

use std::io::Cursor;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, DynamicImage, Frame, ImageFormat, Rgba, RgbaImage};
use wirecopy_picture::request::Ask;
use wirecopy_picture::{Answer, Failure, Limits, transform};

/// What a query makes of a picture.
pub(crate) fn made(bytes: &[u8], query: &str) -> Result<Answer, Failure> {
    transform(bytes, &Ask::parse(query).request, &Limits::default())
}

/// A picture with slopes, edges and, if asked for, a see-through border.
pub(crate) fn drawing((width, height): (u32, u32), is_cut_out: bool) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let is_border = x < width / 8 || y < height / 8 || x >= width - width / 8;
        let stripe = if (x * 16 / width + y * 16 / height) % 3 == 0 {
            200
        } else {
            60
        };
        let slope = |place: u32, side: u32| (place * 255 / side.max(1)) as u8;
        let alpha = if is_cut_out && is_border { 0 } else { 255 };
        Rgba([slope(x, width), slope(y, height), stripe, alpha])
    })
}

/// The drawing as a file.
pub(crate) fn file(format: ImageFormat, size: (u32, u32), is_cut_out: bool) -> Vec<u8> {
    encoded(
        format,
        DynamicImage::ImageRgba8(drawing(size, is_cut_out)),
        is_cut_out,
    )
}

/// Any pixels as a file.
pub(crate) fn encoded(format: ImageFormat, picture: DynamicImage, has_alpha: bool) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let rgb = DynamicImage::ImageRgb8(picture.to_rgb8());
    if format == ImageFormat::Jpeg {
        let mut jpeg = Vec::new();
        let (width, height) = (picture.width() as u16, picture.height() as u16);
        jpeg_encoder::Encoder::new(&mut jpeg, 90)
            .encode(rgb.as_bytes(), width, height, jpeg_encoder::ColorType::Rgb)
            .unwrap();
        return jpeg;
    }
    let picture = if has_alpha { picture } else { rgb };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An animation of so many frames.
pub(crate) fn animation((width, height): (u32, u32), frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    for number in 0..frames {
        let picture = RgbaImage::from_fn(width, height, |x, y| match (x + number) % width < 4 {
            true if y > 2 => Rgba([255, 0, 0, 255]),
            _ => Rgba([255, 255, 255, 255]),
        });
        let delay = Delay::from_numer_denom_ms(100, 1);
        encoder
            .encode_frame(Frame::from_parts(picture, 0, 0, delay))
            .unwrap();
    }
    drop(encoder);
    bytes
}

/// The pixels of an answer. AVIF is not read back.
pub(crate) fn pixels(answer: &Answer) -> RgbaImage {
    let format = match answer.extension {
        "jpg" => {
            let mut decoder = zune_jpeg::JpegDecoder::new(
                zune_jpeg::zune_core::bytestream::ZCursor::new(&answer.bytes),
            );
            let pixels = decoder.decode().unwrap();
            let info = decoder.info().unwrap();
            let picture = image::RgbImage::from_raw(info.width.into(), info.height.into(), pixels);
            return DynamicImage::ImageRgb8(picture.unwrap()).to_rgba8();
        }
        "png" => ImageFormat::Png,
        "gif" => ImageFormat::Gif,
        "tiff" => ImageFormat::Tiff,
        _ => ImageFormat::WebP,
    };
    image::load_from_memory_with_format(&answer.bytes, format)
        .unwrap()
        .to_rgba8()
}
