//! Softer edges, by the mean of neighbours or by a bell curve, which is done along rows and then along columns. Pixels
//! beyond an edge are as those at it. Where something shows through, colours count by how much of them is seen.

use crate::bitmap::Bitmap;
use crate::request::filters::Blur;

/// Where libvips cuts the bell off, as a share of its height.
const CUT: f64 = 0.2;

/// The widest curve that is summed up pixel by pixel. A wider one is three means, one after the other, which is as near
/// to a bell as can be seen and takes the same time for every width.
const MAX_SUMMED: f64 = 12.0;

/// The variance that is left of a bell of variance 1 when it is cut off at [`CUT`] of its height.
const LEFT: f64 = 0.691;

/// The picture blurred.
pub(super) fn apply(bitmap: Bitmap, blur: Blur) -> Bitmap {
    let mut bitmap = weighed(bitmap);
    let sides = [bitmap.width, bitmap.height].map(|side| side as usize);
    let plane = Plane {
        sides,
        channels: bitmap.channels,
    };
    let pixels = &mut bitmap.pixels;
    match blur {
        Blur::Mild => plane.convolve(pixels, &[1, 1, 1]),
        Blur::Gaussian(sigma) if sigma <= MAX_SUMMED => plane.convolve(pixels, &bell(sigma, CUT)),
        Blur::Gaussian(sigma) => {
            // Three means over 2r + 1 pixels have a variance of r(r + 1).
            let variance = sigma * sigma * LEFT;
            let radius = ((0.25 + variance).sqrt() - 0.5).round() as usize;
            for _ in 0..3 {
                plane.both_ways(pixels, |line, new| mean(line, new, radius));
            }
        }
    }
    unweighed(bitmap)
}

/// How values lie in memory: rows of pixels of channels.
pub(super) struct Plane {
    pub(super) sides: [usize; 2],
    pub(super) channels: usize,
}

impl Plane {
    /// Each channel through a curve of weights, along rows and then along columns.
    pub(super) fn convolve<T>(&self, values: &mut [T], weights: &[u32])
    where
        T: Copy + Default + Into<u32> + TryFrom<u32>,
    {
        if weights.len() > 1 {
            self.both_ways(values, |line, new| convolve(line, new, weights));
        }
    }

    fn both_ways<T: Copy + Default>(&self, values: &mut [T], along: impl Fn(&[T], &mut [T])) {
        let [columns, rows] = self.sides;
        let row = columns * self.channels;
        let starts = (0..rows).flat_map(|y| (0..self.channels).map(move |c| y * row + c));
        each_line(values, starts, (self.channels, columns), &along);
        each_line(values, 0..row, (row, rows), &along);
    }
}

/// Each line begins at a place, and goes on by steps for so many values.
fn each_line<T: Copy + Default>(
    values: &mut [T],
    starts: impl Iterator<Item = usize>,
    (step, length): (usize, usize),
    along: impl Fn(&[T], &mut [T]),
) {
    let (mut line, mut new) = (vec![T::default(); length], vec![T::default(); length]);
    for start in starts {
        let stored = values[start..].iter().step_by(step);
        line.iter_mut()
            .zip(stored)
            .for_each(|(to, from)| *to = *from);
        along(&line, &mut new);
        let stored = values[start..].iter_mut().step_by(step);
        stored.zip(&new).for_each(|(to, from)| *to = *from);
    }
}

/// A bell curve in whole numbers, its middle 20, cut off where it is lower than a share of that.
pub(super) fn bell(sigma: f64, cut: f64) -> Vec<u32> {
    let height = |x: i32| (-f64::from(x * x) / (2.0 * sigma * sigma)).exp();
    let radius = (1..).find(|x| height(*x) < cut).unwrap_or(1) - 1;
    (-radius..=radius)
        .map(|x| (20.0 * height(x)).round() as u32)
        .collect()
}

/// One channel's line through a curve of weights.
fn convolve<T: Copy + Into<u32> + TryFrom<u32>>(line: &[T], new: &mut [T], weights: &[u32]) {
    let total: u32 = weights.iter().sum();
    let radius = weights.len() / 2;
    let last = line.len() - 1;
    for (place, value) in new.iter_mut().enumerate() {
        let sum: u32 = if place >= radius && place + radius <= last {
            let near = &line[place - radius..=place + radius];
            near.iter()
                .zip(weights)
                .map(|(value, weight)| (*value).into() * weight)
                .sum()
        } else {
            let at = |step: usize| line[(place + step).saturating_sub(radius).min(last)];
            let terms = weights.iter().enumerate();
            terms.map(|(step, weight)| at(step).into() * weight).sum()
        };
        if let Ok(mean) = T::try_from((sum + total / 2) / total) {
            *value = mean;
        }
    }
}

/// The mean of each value and `radius` on either side, by a sum that runs along.
fn mean(line: &[u8], new: &mut [u8], radius: usize) {
    let last = line.len() - 1;
    let at = |place: usize| u64::from(line[place.saturating_sub(radius).min(last)]);
    let width = 2 * radius as u64 + 1;
    let mut sum: u64 = (0..2 * radius).map(at).sum();
    for (place, value) in new.iter_mut().enumerate() {
        sum += at(place + 2 * radius);
        *value = ((sum + width / 2) / width) as u8;
        sum -= at(place);
    }
}

/// Colours multiplied by what is seen of them.
pub(super) fn weighed(mut bitmap: Bitmap) -> Bitmap {
    if bitmap.has_alpha() {
        for pixel in bitmap.pixels.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            for value in &mut pixel[..3] {
                *value = ((u32::from(*value) * alpha + 127) / 255) as u8;
            }
        }
    }
    bitmap
}

/// And divided again.
pub(super) fn unweighed(mut bitmap: Bitmap) -> Bitmap {
    if bitmap.has_alpha() {
        for pixel in bitmap.pixels.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]).max(1);
            for value in &mut pixel[..3] {
                *value = ((u32::from(*value) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
    bitmap
}
