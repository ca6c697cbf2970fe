//! Shapes to show a picture in: as large as the shorter side allows, in its middle, with smooth edges.

use std::f64::consts::TAU;

use crate::bitmap::{Area, Bitmap};
use crate::request::Mask;
use crate::request::colour::Colour;

/// Points looked at in each pixel along each side.
const SAMPLES: u32 = 4;

/// Shows the picture in the shape, with `ground` around it; cut down to the shape if `trims`.
pub(crate) fn apply(bitmap: Bitmap, mask: Mask, ground: Colour, trims: bool) -> Bitmap {
    let shape = Shape::new(mask, bitmap.size());
    let mut bitmap = bitmap.with_alpha();
    let width = bitmap.width as usize;
    for (place, pixel) in bitmap.pixels.chunks_exact_mut(4).enumerate() {
        let covered = shape.cover(place % width, place / width);
        pixel[3] = (f64::from(pixel[3]) * covered).round() as u8;
    }
    let bitmap = bitmap.over(ground.0);
    match trims {
        true => bitmap.crop(shape.bounds(bitmap.size())),
        false => bitmap,
    }
}

/// A shape in a picture's pixels.
enum Shape {
    Ellipse {
        middle: (f64, f64),
        radii: (f64, f64),
    },
    /// Corners in order.
    Polygon(Vec<(f64, f64)>),
}

impl Shape {
    fn new(mask: Mask, (width, height): (u32, u32)) -> Shape {
        let middle = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        let radius = middle.0.min(middle.1);
        let regular = |corners, turn| polygon(corners, turn, |_| 1.0);
        let unit = match mask {
            Mask::Circle => {
                return Shape::Ellipse {
                    middle,
                    radii: (radius, radius),
                };
            }
            Mask::Ellipse => {
                return Shape::Ellipse {
                    middle,
                    radii: middle,
                };
            }
            Mask::Triangle => regular(3, 0.0),
            Mask::TriangleDown => regular(3, 0.5),
            Mask::Pentagon => regular(5, 0.0),
            Mask::PentagonDown => regular(5, 0.5),
            Mask::Hexagon => regular(6, 0.0),
            Mask::Square => vec![(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)],
            // A pentagram's inner corners lie at this share of its outer ones.
            Mask::Star => polygon(10, 0.0, |corner| if corner % 2 == 0 { 1.0 } else { 0.382 }),
            Mask::Heart => heart(),
        };
        let corners = unit.into_iter();
        Shape::Polygon(
            corners
                .map(|(x, y)| (middle.0 + x * radius, middle.1 + y * radius))
                .collect(),
        )
    }

    /// How much of a pixel lies inside, 0 to 1.
    fn cover(&self, x: usize, y: usize) -> f64 {
        let step = 1.0 / f64::from(SAMPLES);
        let at = |place: usize, sample: u32| place as f64 + (f64::from(sample) + 0.5) * step;
        let points = (0..SAMPLES).flat_map(|row| (0..SAMPLES).map(move |column| (column, row)));
        let inside = points.filter(|(column, row)| self.holds((at(x, *column), at(y, *row))));
        inside.count() as f64 * step * step
    }

    fn holds(&self, (x, y): (f64, f64)) -> bool {
        match self {
            Shape::Ellipse { middle, radii } => {
                let (across, down) = ((x - middle.0) / radii.0, (y - middle.1) / radii.1);
                across * across + down * down <= 1.0
            }
            Shape::Polygon(corners) => {
                let sides = corners.iter().zip(corners.iter().cycle().skip(1));
                let crossed = sides.filter(|(from, to)| {
                    (from.1 > y) != (to.1 > y)
                        && x < (to.0 - from.0) * (y - from.1) / (to.1 - from.1) + from.0
                });
                crossed.count() % 2 == 1
            }
        }
    }

    /// The pixels that the shape touches.
    fn bounds(&self, (width, height): (u32, u32)) -> Area {
        let (low, high) = match self {
            Shape::Ellipse { middle, radii } => (
                (middle.0 - radii.0, middle.1 - radii.1),
                (middle.0 + radii.0, middle.1 + radii.1),
            ),
            Shape::Polygon(corners) => corners.iter().fold(
                ((f64::MAX, f64::MAX), (0.0, 0.0)),
                |(low, high): ((f64, f64), (f64, f64)), corner| {
                    (
                        (low.0.min(corner.0), low.1.min(corner.1)),
                        (high.0.max(corner.0), high.1.max(corner.1)),
                    )
                },
            ),
        };
        let edge = |low: f64, side: u32| (low.floor().max(0.0) as u32).min(side - 1);
        let (left, top) = (edge(low.0, width), edge(low.1, height));
        let extent =
            |high: f64, low: u32, side: u32| (high.ceil() as u32).clamp(low + 1, side) - low;
        Area {
            left,
            top,
            width: extent(high.0, left, width),
            height: extent(high.1, top, height),
        }
    }
}

/// Corners on a circle, the first at the top, turned by a share of the way to the next.
fn polygon(corners: u32, turn: f64, reach: impl Fn(u32) -> f64) -> Vec<(f64, f64)> {
    let corner = |number: u32| {
        let angle = TAU * (f64::from(number) + turn) / f64::from(corners);
        let (sine, cosine) = angle.sin_cos();
        (sine * reach(number), -cosine * reach(number))
    };
    (0..corners).map(corner).collect()
}

/// The curve x = 16 sin³ t, y = 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t, its height brought to 2.
fn heart() -> Vec<(f64, f64)> {
    let point = |step: u32| {
        let t = TAU * f64::from(step) / 96.0;
        let x = 16.0 * t.sin().powi(3);
        let y = 13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos();
        (x / 17.0, -(y + 2.5) / 17.0)
    };
    (0..96).map(point).collect()
}
