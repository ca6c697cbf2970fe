//! Sharper edges: of all channels against their eight neighbours, or of lightness alone against a blurred copy of it,
//! small differences (of flat parts) and large ones (of edges) each by a factor of their own, as libvips does.

use super::blur::{self, Plane};
use super::space;
use crate::bitmap::Bitmap;
use crate::request::filters::Sharpening;

/// Where libvips cuts the bell of the blurred copy off, as a share of its height.
const CUT: f64 = 0.1;

/// The difference of L* up to which a part is flat.
const FLAT: f64 = 2.0;

/// The most by which a pixel becomes lighter or darker, in L*.
const MOST: (f64, f64) = (10.0, 20.0);

/// Steps of an L* of 1, of which 100 are white.
const STEPS: f64 = 327.67;

/// The picture sharpened.
pub(super) fn apply(bitmap: Bitmap, sharpening: Sharpening) -> Bitmap {
    match sharpening {
        Sharpening::Mild => mild(bitmap),
        Sharpening::Masked {
            sigma,
            flat,
            jagged,
        } => masked(bitmap, sigma, |difference| {
            let beyond = difference.abs() - FLAT;
            let grown = difference.abs().min(FLAT) * flat + beyond.max(0.0) * jagged;
            grown.copysign(difference).clamp(-MOST.1, MOST.0)
        }),
    }
}

/// 32 of a pixel less its eight neighbours, by 24.
fn mild(bitmap: Bitmap) -> Bitmap {
    let from = blur::weighed(bitmap);
    let mut sharp = from.clone();
    let near = |side: u32, place: u32| [place.saturating_sub(1), place, (place + 1).min(side - 1)];
    let width = from.width as usize;
    for (place, pixel) in sharp.pixels.chunks_exact_mut(from.channels).enumerate() {
        let columns = near(from.width, (place % width) as u32);
        let rows = near(from.height, (place / width) as u32);
        let mut sums = [0_i32; 4];
        for y in rows {
            for x in columns {
                let values = from.pixel(x, y).iter().zip(&mut sums);
                values.for_each(|(value, sum)| *sum -= i32::from(*value));
            }
        }
        for (value, sum) in pixel.iter_mut().zip(sums) {
            *value = ((i32::from(*value) * 33 + sum + 12).div_euclid(24)).clamp(0, 255) as u8;
        }
    }
    blur::unweighed(sharp)
}

fn masked(mut bitmap: Bitmap, sigma: f64, grown: impl Fn(f64) -> f64) -> Bitmap {
    let plane = Plane {
        sides: [bitmap.width, bitmap.height].map(|side| side as usize),
        channels: 1,
    };
    let channels = bitmap.channels;
    let pixels = bitmap.pixels.chunks_exact(channels);
    let lightness = |pixel: &[u8]| space::lab([pixel[0], pixel[1], pixel[2]])[0];
    let steps = pixels.map(|pixel| (f64::from(lightness(pixel)) * STEPS).round() as u16);
    let mut blurred: Vec<u16> = steps.collect();
    plane.convolve(&mut blurred, &blur::bell(sigma, CUT));
    for (pixel, around) in bitmap.pixels.chunks_exact_mut(channels).zip(blurred) {
        let [lightness, a, b] = space::lab([pixel[0], pixel[1], pixel[2]]);
        let more = grown(f64::from(lightness) - f64::from(around) / STEPS) as f32;
        let sharp = space::colour([(lightness + more).clamp(0.0, 100.0), a, b]);
        pixel[..3].copy_from_slice(&sharp);
    }
    bitmap
}
