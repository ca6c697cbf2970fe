//! Which part of a picture is kept when the request leaves it to us: a window slid along the one side that stands over,
//! to where there is most to see.

use crate::bitmap::{Area, Bitmap};
use crate::request::Align;

/// Steps in which the window is slid; finer ones show no other picture.
const STEPS: u32 = 64;

/// How much more another place must hold to be chosen: below this it is noise.
const CLEARLY: f64 = 1.001;

/// The part of the window's size with most in it. `align` is `Entropy` or `Attention`.
pub(crate) fn window(bitmap: &Bitmap, size: (u32, u32), align: Align) -> Area {
    let (width, height) = (size.0.min(bitmap.width), size.1.min(bitmap.height));
    let (over_x, over_y) = (bitmap.width - width, bitmap.height - height);
    let places = (0..=STEPS).map(|step| Area {
        left: over_x * step / STEPS,
        top: over_y * step / STEPS,
        width,
        height,
    });
    let score = |area: &Area| match align {
        Align::Attention => salience(bitmap, *area),
        _ => entropy(bitmap, *area),
    };
    // The middle first, so that a plain picture is cut as without being asked.
    let mut places: Vec<Area> = places.collect();
    places.swap(0, STEPS as usize / 2);
    let mut best = places[0];
    let mut best_score = score(&best);
    for area in &places[1..] {
        let score = score(area);
        if score > best_score * CLEARLY {
            (best, best_score) = (*area, score);
        }
    }
    best
}

/// Pixels looked at along each side; a window's character shows in fewer than all of them.
const SAMPLES: u32 = 96;

fn samples(area: Area) -> impl Iterator<Item = (u32, u32)> {
    let along = |begin: u32, length: u32| {
        (0..length.min(SAMPLES)).map(move |step| {
            begin
                + u32::try_from(
                    u64::from(step) * u64::from(length) / u64::from(length.min(SAMPLES)),
                )
                .unwrap_or(0)
        })
    };
    along(area.top, area.height)
        .flat_map(move |y| along(area.left, area.width).map(move |x| (x, y)))
}

/// Shannon's entropy of the grey values, in bits.
fn entropy(bitmap: &Bitmap, area: Area) -> f64 {
    let mut counts = [0_u32; 256];
    for (x, y) in samples(area) {
        counts[usize::from(grey(bitmap.pixel(x, y)))] += 1;
    }
    let total: u32 = counts.iter().sum();
    let shares = counts.iter().filter(|count| **count > 0);
    shares
        .map(|count| f64::from(*count) / f64::from(total))
        .map(|share| -share * share.log2())
        .sum()
}

/// Edges, strong colours and skin, each as much as the others can be.
fn salience(bitmap: &Bitmap, area: Area) -> f64 {
    let value = |(x, y): (u32, u32)| {
        let pixel = bitmap.pixel(x, y);
        let next = bitmap.pixel(
            (x + 1).min(bitmap.width - 1),
            (y + 1).min(bitmap.height - 1),
        );
        let edge = f64::from(grey(pixel).abs_diff(grey(next)));
        let strongest = pixel[..3].iter().max().copied().unwrap_or(0);
        let weakest = pixel[..3].iter().min().copied().unwrap_or(0);
        let seen = pixel.get(3).map_or(1.0, |alpha| f64::from(*alpha) / 255.0);
        (edge * 4.0 + f64::from(strongest - weakest) + skin(pixel) * 100.0) * seen
    };
    samples(area).map(value).sum()
}

/// How near a colour is to skin of any shade: its direction, not its brightness.
fn skin(pixel: &[u8]) -> f64 {
    const DIRECTION: [f64; 3] = [0.78, 0.57, 0.44];
    let length = pixel[..3]
        .iter()
        .map(|value| f64::from(*value).powi(2))
        .sum::<f64>()
        .sqrt();
    if length < 64.0 {
        return 0.0;
    }
    let along = pixel
        .iter()
        .zip(DIRECTION)
        .map(|(value, share)| f64::from(*value) * share);
    ((along.sum::<f64>() / length - 0.97) / 0.03).clamp(0.0, 1.0)
}

/// ITU-R BT.601's luma.
fn grey(pixel: &[u8]) -> u8 {
    let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((red * 299 + green * 587 + blue * 114) / 1000) as u8
}
