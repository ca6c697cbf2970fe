//! Scaling: Lanczos with three lobes in the space of the stored values, alpha multiplied in, as weserv does.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::bitmap::Bitmap;

/// The picture at another size; both sides have at least one pixel.
pub(crate) fn resize(bitmap: Bitmap, size: (u32, u32)) -> Bitmap {
    if bitmap.size() == size {
        return bitmap;
    }
    let kind = if bitmap.has_alpha() {
        PixelType::U8x4
    } else {
        PixelType::U8x3
    };
    let source = ImageRef::new(bitmap.width, bitmap.height, &bitmap.pixels, kind)
        .expect("a bitmap has as many bytes as its size says");
    let mut scaled = Image::new(size.0, size.1, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&source, &mut scaled, &options)
        .expect("both pictures have the same kind of pixels");
    Bitmap {
        width: size.0,
        height: size.1,
        channels: bitmap.channels,
        pixels: scaled.into_vec(),
    }
}
