//! Quarter turns and mirrors: what the camera noted, and what was asked for.

use crate::bitmap::Bitmap;
use crate::request::Request;

/// One of the eight ways to put a rectangle on its place: read from the stored picture with sides exchanged, then from
/// the right, then from below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    swaps: bool,
    from_right: bool,
    from_below: bool,
}

const UPRIGHT: Turn = Turn {
    swaps: false,
    from_right: false,
    from_below: false,
};

/// By Exif's numbers, 1 to 8 (Exif 2.3 §4.6.4, tag 274).
fn noted(orientation: u8) -> Turn {
    let (swaps, from_right, from_below) = match orientation {
        2 => (false, true, false),
        3 => (false, true, true),
        4 => (false, false, true),
        5 => (true, false, false),
        6 => (true, false, true),
        7 => (true, true, true),
        8 => (true, true, false),
        _ => return UPRIGHT,
    };
    Turn {
        swaps,
        from_right,
        from_below,
    }
}

/// The quarter turns of a rotation, as Exif's number; 1 where it is no multiple of 90 degrees.
fn quarters(rotation: u16) -> u8 {
    match rotation {
        90 => 6,
        180 => 3,
        270 => 8,
        _ => 1,
    }
}

/// Whether width and height change places on the way to an upright picture.
pub(crate) fn swaps(orientation: u8, request: &Request) -> bool {
    noted(orientation).swaps != noted(quarters(request.rotation)).swaps
}

/// The picture upright, then turned and mirrored as asked.
pub(crate) fn apply(bitmap: Bitmap, orientation: u8, request: &Request) -> Bitmap {
    let mirror = |is_asked, number| noted(if is_asked { number } else { 1 });
    let turns = [
        noted(orientation),
        noted(quarters(request.rotation)),
        mirror(request.flip, 4),
        mirror(request.flop, 2),
    ];
    turns.into_iter().fold(bitmap, turned)
}

fn turned(bitmap: Bitmap, turn: Turn) -> Bitmap {
    if turn == UPRIGHT {
        return bitmap;
    }
    let (right, below) = (bitmap.width - 1, bitmap.height - 1);
    let (width, height) = match turn.swaps {
        true => (bitmap.height, bitmap.width),
        false => (bitmap.width, bitmap.height),
    };
    let mut pixels = Vec::with_capacity(bitmap.pixels.len());
    for y in 0..height {
        for x in 0..width {
            let (x, y) = if turn.swaps { (y, x) } else { (x, y) };
            let x = if turn.from_right { right - x } else { x };
            let y = if turn.from_below { below - y } else { y };
            pixels.extend_from_slice(bitmap.pixel(x, y));
        }
    }
    Bitmap {
        width,
        height,
        channels: bitmap.channels,
        pixels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of two columns and three rows, its pixels numbered.
    fn numbered() -> Bitmap {
        Bitmap {
            width: 2,
            height: 3,
            channels: 3,
            pixels: (1..=6).flat_map(|number| [number; 3]).collect(),
        }
    }

    #[track_caller]
    fn check(orientation: u8, expected: [u8; 6]) {
        let upright = apply(numbered(), orientation, &Request::default());
        let seen: Vec<u8> = upright.pixels.iter().step_by(3).copied().collect();
        assert_eq!(seen, expected, "orientation {orientation}");
        let is_wide = upright.width == 3;
        assert_eq!(is_wide, swaps(orientation, &Request::default()));
    }

    #[test]
    fn each_of_the_eight_orientations_is_put_upright() {
        check(1, [1, 2, 3, 4, 5, 6]);
        check(2, [2, 1, 4, 3, 6, 5]);
        check(3, [6, 5, 4, 3, 2, 1]);
        check(4, [5, 6, 3, 4, 1, 2]);
        check(5, [1, 3, 5, 2, 4, 6]);
        check(6, [5, 3, 1, 6, 4, 2]);
        check(7, [6, 4, 2, 5, 3, 1]);
        check(8, [2, 4, 6, 1, 3, 5]);
        check(0, [1, 2, 3, 4, 5, 6]);
        check(9, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn what_is_asked_comes_after_what_the_camera_noted() {
        let request = Request {
            rotation: 90,
            flop: true,
            ..Request::default()
        };
        let turned = apply(numbered(), 6, &request);
        let seen: Vec<u8> = turned.pixels.iter().step_by(3).copied().collect();
        assert_eq!(seen, [5, 6, 3, 4, 1, 2]);
    }
}
