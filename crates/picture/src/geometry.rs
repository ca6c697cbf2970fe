//! Sizes and places: what a request makes of a picture of a given size. Numbers only; nothing is ever smaller than one
//! pixel, and nothing lies outside of the picture it is cut from.

use crate::bitmap::Area;
use crate::request::{Align, Crop, Fit, Length, Request};

/// How a picture of one size becomes one of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Scaled to this.
    pub scaled: (u32, u32),
    /// Then cut to this; no side is longer than that of `scaled`.
    pub window: Option<(u32, u32)>,
    /// Or put on a ground of this size; a side may be shorter than the picture's after a crop.
    pub canvas: Option<(u32, u32)>,
}

/// Plans for a picture that stands upright. Sides have at least one pixel.
pub fn plan(source: (u32, u32), request: &Request) -> Plan {
    let side = |length: Option<Length>, whole: u32| {
        let pixels = resolved(length?, whole) * request.density;
        Some(pixels.round_ties_even().max(1.0))
    };
    let (width, height) = (
        side(request.width, source.0),
        side(request.height, source.1),
    );
    let (across, down) = (
        width.map(|width| width / f64::from(source.0)),
        height.map(|height| height / f64::from(source.1)),
    );
    let (across, down) = match (across, down, request.fit) {
        (None, None, _) => (1.0, 1.0),
        (across, down, Fit::Fill) => (across.unwrap_or(1.0), down.unwrap_or(1.0)),
        (Some(scale), None, _) | (None, Some(scale), _) => (scale, scale),
        (Some(across), Some(down), Fit::Inside | Fit::Contain) => {
            (across.min(down), across.min(down))
        }
        (Some(across), Some(down), Fit::Outside | Fit::Cover) => {
            (across.max(down), across.max(down))
        }
    };
    let bound = |scale: f64| match request.without_enlargement {
        true => scale.min(1.0),
        false => scale,
    };
    let scaled = (
        whole(f64::from(source.0) * bound(across)),
        whole(f64::from(source.1) * bound(down)),
    );
    let asked = width
        .zip(height)
        .map(|(width, height)| (whole(width), whole(height)));
    let asked_for = |fit| asked.filter(|_| request.fit == fit);
    Plan {
        scaled,
        window: asked_for(Fit::Cover).map(|(w, h)| (w.min(scaled.0), h.min(scaled.1))),
        canvas: asked_for(Fit::Contain),
    }
}

/// The part of a picture that a window shows.
pub(crate) fn window(size: (u32, u32), window: (u32, u32), align: Align) -> Area {
    let (width, height) = (window.0.clamp(1, size.0), window.1.clamp(1, size.1));
    let (left, top) = match align {
        Align::At(x, y) => (centred(size.0, width, x), centred(size.1, height, y)),
        _ => place(size, (width, height), align),
    };
    Area {
        left,
        top,
        width,
        height,
    }
}

/// Where a picture stands on a larger ground.
pub(crate) fn place(ground: (u32, u32), picture: (u32, u32), align: Align) -> (u32, u32) {
    let (x, y) = match align {
        Align::Edge(x, y) | Align::At(x, y) => (x, y),
        Align::Entropy | Align::Attention => (0.5, 0.5),
    };
    let share = |ground: u32, picture: u32, share: f64| {
        (f64::from(ground.saturating_sub(picture)) * share).floor() as u32
    };
    (share(ground.0, picture.0, x), share(ground.1, picture.1, y))
}

/// The beginning of a part whose middle is as near to a share of the whole as can be.
fn centred(whole: u32, part: u32, share: f64) -> u32 {
    let begin = f64::from(whole) * share - f64::from(part) / 2.0;
    (begin.round().max(0.0) as u32).min(whole - part)
}

/// What a crop cuts out of a picture. A part that would begin outside is moved inside, one that would reach outside
/// ends at the edge.
pub(crate) fn crop((width, height): (u32, u32), crop: &Crop) -> Area {
    let (left, width) = part(width, crop.left, crop.width);
    let (top, height) = part(height, crop.top, crop.height);
    Area {
        left,
        top,
        width,
        height,
    }
}

fn part(side: u32, begin: Length, length: Option<Length>) -> (u32, u32) {
    let pixels = |length: Length| resolved(length, side).round_ties_even() as u32;
    let (begin, length) = (pixels(begin), length.map_or(side, pixels).clamp(1, side));
    match begin < side {
        true => (begin, length.min(side - begin)),
        false => (side - length, length),
    }
}

fn resolved(length: Length, whole: u32) -> f64 {
    match length {
        Length::Pixels(pixels) => pixels.into(),
        Length::Percent(percent) => f64::from(whole) * percent / 100.0,
    }
}

/// Pixels, at least one; what no number holds is as many as there are, and refused later.
fn whole(pixels: f64) -> u32 {
    pixels.round_ties_even().max(1.0) as u32
}

#[cfg(test)]
mod tests;
