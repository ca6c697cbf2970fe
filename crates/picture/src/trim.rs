//! Borders of one colour, found so that they can be cut off.

use crate::bitmap::{Area, Bitmap};

/// What is left within a border that differs from the first pixel by at most `threshold` in each channel; the whole
/// picture where that would be nothing.
pub(crate) fn content(bitmap: &Bitmap, threshold: u8) -> Area {
    let border = bitmap.pixel(0, 0).to_vec();
    let is_border = |pixel: &[u8]| is_like(pixel, &border, threshold);
    let has_content = |y: &u32| !bitmap.row(*y).chunks_exact(bitmap.channels).all(is_border);
    let whole = Area {
        left: 0,
        top: 0,
        width: bitmap.width,
        height: bitmap.height,
    };
    let Some(top) = (0..bitmap.height).find(has_content) else {
        return whole;
    };
    let bottom = (top..bitmap.height).rev().find(has_content).unwrap_or(top);
    let (mut left, mut right) = (bitmap.width, 0);
    for y in top..=bottom {
        let row = bitmap.row(y);
        let mut pixels = row.chunks_exact(bitmap.channels);
        let first = pixels.position(|pixel| !is_border(pixel));
        let mut pixels = row.chunks_exact(bitmap.channels);
        let last = pixels.rposition(|pixel| !is_border(pixel));
        left = first.map_or(left, |first| left.min(first as u32));
        right = last.map_or(right, |last| right.max(last as u32));
    }
    Area {
        left,
        top,
        width: right + 1 - left,
        height: bottom + 1 - top,
    }
}

/// The smallest area that holds both: frames of an animation are cut alike.
pub(crate) fn union(one: Area, other: Area) -> Area {
    let (left, top) = (one.left.min(other.left), one.top.min(other.top));
    let right = (one.left + one.width).max(other.left + other.width);
    let bottom = (one.top + one.height).max(other.top + other.height);
    Area {
        left,
        top,
        width: right - left,
        height: bottom - top,
    }
}

fn is_like(pixel: &[u8], border: &[u8], threshold: u8) -> bool {
    let both_unseen = pixel.len() == 4 && pixel[3] == 0 && border[3] == 0;
    let mut channels = pixel.iter().zip(border);
    both_unseen || channels.all(|(one, other)| one.abs_diff(*other) <= threshold)
}
