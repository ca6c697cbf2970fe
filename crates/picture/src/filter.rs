//! What becomes of a picture's colours and edges, with the sums of libvips, whose results weserv shows: light is
//! weighed where it is linear, lightness is CIE L*, and what is done to a channel alone is done to its stored values.
//! Alpha stays as it is, but where neighbours are mixed.

mod blur;
mod sharpen;
mod space;

use crate::bitmap::Bitmap;
use crate::request::colour::Colour;
use crate::request::filters::{Effect, Filters};

/// The picture with the filters in the order of weserv's section 4.
pub(crate) fn apply(mut bitmap: Bitmap, filters: &Filters) -> Bitmap {
    if filters.lightening != 0 {
        let more = f64::from(filters.lightening) * 2.55;
        each_channel(&mut bitmap, |value| value * 255.0 + more);
    }
    modulate(&mut bitmap, filters);
    if filters.contrast != 0 {
        // Weserv's hundred is a slope of thirty.
        let slope = f64::from(filters.contrast) * 0.3;
        each_channel(&mut bitmap, |value| 255.0 * sigmoid(value, slope));
    }
    if let Some(gamma) = filters.gamma {
        each_channel(&mut bitmap, |value| 255.0 * value.powf(gamma));
    }
    if let Some(sharpening) = filters.sharpening {
        bitmap = sharpen::apply(bitmap, sharpening);
    }
    if let Some(effect) = filters.effect {
        show(&mut bitmap, effect);
    }
    if let Some(blur) = filters.blur {
        bitmap = blur::apply(bitmap, blur);
    }
    if filters.tint != Colour::TRANSPARENT {
        tint(&mut bitmap, filters.tint);
    }
    bitmap
}

/// The ground behind a picture that was made grey is grey.
pub(crate) fn ground(colour: Colour, filters: &Filters) -> Colour {
    if filters.effect != Some(Effect::Greyscale) {
        return colour;
    }
    let Colour([red, green, blue, alpha]) = colour;
    let weighed = 0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue);
    let grey = weighed.round() as u8;
    Colour([grey, grey, grey, alpha])
}

/// A function of each stored value alone; it gets 0 to 1 and gives 0 to 255.
fn each_channel(bitmap: &mut Bitmap, new: impl Fn(f64) -> f64) {
    let mut table = [0; 256];
    for (value, new_value) in (0_u8..=255).zip(&mut table) {
        *new_value = new(f64::from(value) / 255.0).round() as u8;
    }
    each_colour(bitmap, |colour| {
        colour.map(|value| table[usize::from(value)])
    });
}

/// A function of each pixel's colour.
fn each_colour(bitmap: &mut Bitmap, new: impl Fn([u8; 3]) -> [u8; 3]) {
    // Most neighbours are alike, which spares the sums of every second pixel of a drawing.
    let mut known = ([0; 3], new([0; 3]));
    for pixel in bitmap.pixels.chunks_exact_mut(bitmap.channels) {
        let colour = [pixel[0], pixel[1], pixel[2]];
        if known.0 != colour {
            known = (colour, new(colour));
        }
        pixel[..3].copy_from_slice(&known.1);
    }
}

fn modulate(bitmap: &mut Bitmap, filters: &Filters) {
    let (brightness, saturation) = (filters.brightness as f32, filters.saturation as f32);
    if (brightness, saturation, filters.hue) == (1.0, 1.0, 0) {
        return;
    }
    let (sine, cosine) = f32::from(filters.hue).to_radians().sin_cos();
    each_colour(bitmap, |colour| {
        let [lightness, a, b] = space::lab(colour);
        space::colour([
            lightness * brightness,
            (a * cosine - b * sine) * saturation,
            (a * sine + b * cosine) * saturation,
        ])
    });
}

/// The logistic curve through (0, 0) and (1, 1), steepest at a half; of a negative slope its inverse.
fn sigmoid(value: f64, slope: f64) -> f64 {
    let steep = slope.abs();
    let curve = |value: f64| 1.0 / (1.0 + (steep * (0.5 - value)).exp());
    let (low, high) = (curve(0.0), curve(1.0));
    if slope > 0.0 {
        return (curve(value) - low) / (high - low);
    }
    let value = value * (high - low) + low;
    0.5 - ((1.0 - value) / value).ln() / steep
}

/// Sepia's shares of red, green and blue in each of them.
const SEPIA: [[f32; 3]; 3] = [
    [0.3588, 0.7044, 0.1368],
    [0.2990, 0.5870, 0.1140],
    [0.2392, 0.4696, 0.0912],
];

fn show(bitmap: &mut Bitmap, effect: Effect) {
    match effect {
        Effect::Greyscale => each_colour(bitmap, |colour| [space::grey(colour); 3]),
        Effect::Negate => each_colour(bitmap, |colour| colour.map(|value| 255 - value)),
        Effect::Sepia => each_colour(bitmap, |colour| {
            SEPIA.map(|shares| {
                let parts = shares.iter().zip(colour);
                let sum: f32 = parts.map(|(share, value)| share * f32::from(value)).sum();
                sum.round() as u8
            })
        }),
        Effect::Duotone { start, stop } => {
            let [start, stop] = [start, stop].map(|Colour([r, g, b, _])| space::lab([r, g, b]));
            let table: Vec<[u8; 3]> = (0..=255)
                .map(|grey| {
                    let share = grey as f32 / 255.0;
                    let part = |place: usize| stop[place] * share + start[place] * (1.0 - share);
                    space::colour([part(0), part(1), part(2)])
                })
                .collect();
            each_colour(bitmap, |colour| table[usize::from(space::grey(colour))]);
        }
    }
}

fn tint(bitmap: &mut Bitmap, Colour([red, green, blue, _]): Colour) {
    let [_, a, b] = space::lab([red, green, blue]);
    each_colour(bitmap, |colour| {
        space::colour([space::lab(colour)[0], a, b])
    });
}

#[cfg(test)]
mod tests;
