//! Turns by any angle: the picture grows to hold its corners, and what lies beside them is a ground colour.

use crate::bitmap::Bitmap;
use crate::request::colour::Colour;

/// Turned clockwise by so many degrees about its middle.
pub(crate) fn rotate(bitmap: Bitmap, degrees: u16, ground: Colour) -> Bitmap {
    let (sine, cosine) = f64::from(degrees).to_radians().sin_cos();
    let (width, height) = (f64::from(bitmap.width), f64::from(bitmap.height));
    let size = grown(bitmap.size(), degrees);
    let keeps_opaque = ground.0[3] == 255 && !bitmap.has_alpha();
    let bitmap = bitmap.with_alpha();
    let mut turned = Bitmap::filled(size, [0; 4], 4);
    for (place, pixel) in turned.pixels.chunks_exact_mut(4).enumerate() {
        let x = (place % size.0 as usize) as f64 + 0.5 - f64::from(size.0) / 2.0;
        let y = (place / size.0 as usize) as f64 + 0.5 - f64::from(size.1) / 2.0;
        let from = (
            x * cosine + y * sine + width / 2.0 - 0.5,
            y * cosine - x * sine + height / 2.0 - 0.5,
        );
        pixel.copy_from_slice(&sample(&bitmap, from));
    }
    let turned = turned.over(ground.0);
    if keeps_opaque {
        turned.without_alpha()
    } else {
        turned
    }
}

/// The size of a picture that is turned.
pub(crate) fn grown((width, height): (u32, u32), degrees: u16) -> (u32, u32) {
    let (sine, cosine) = f64::from(degrees).to_radians().sin_cos();
    let (width, height) = (f64::from(width), f64::from(height));
    let side = |along: f64, across: f64| {
        (along * cosine.abs() + across * sine.abs())
            .round()
            .max(1.0) as u32
    };
    (side(width, height), side(height, width))
}

/// The four pixels around a point, by their distances; nothing is seen outside.
fn sample(bitmap: &Bitmap, (x, y): (f64, f64)) -> [u8; 4] {
    let (left, top) = (x.floor(), y.floor());
    let mut sums = [0.0; 4];
    for (column, row) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        let (at_x, at_y) = (left + column, top + row);
        let is_inside = at_x >= 0.0
            && at_y >= 0.0
            && at_x < f64::from(bitmap.width)
            && at_y < f64::from(bitmap.height);
        if !is_inside {
            continue;
        }
        let pixel = bitmap.pixel(at_x as u32, at_y as u32);
        let weight = (1.0 - (x - at_x).abs()) * (1.0 - (y - at_y).abs()) * f64::from(pixel[3]);
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += weight * f64::from(*value);
        }
        sums[3] += weight - weight * f64::from(pixel[3]);
    }
    if sums[3] <= 0.0 {
        return [0; 4];
    }
    let colour = |place: usize| (sums[place] / sums[3]).round() as u8;
    [colour(0), colour(1), colour(2), sums[3].round() as u8]
}
