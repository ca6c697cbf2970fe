//! What a reader sees of a written picture, in SSIMULACRA2's points, and the least quality that reaches so many.

use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};

use crate::bitmap::Bitmap;
use crate::failure::Failure;

/// Attempts at one picture. Each narrows the range; five come within two points on photographs.
const ATTEMPTS: usize = 5;

/// Points by which more is good enough.
const TOLERANCE: f64 = 1.5;

/// No quality below is tried, whatever it scores, nor above.
const QUALITIES: (u8, u8) = (20, 95);

/// None below this where a picture must not take more than so many bytes.
const LEAST: u8 = 5;

/// Points that a step of quality brings, near the middle of the range; where to look next follows from it.
const SLOPE: f64 = 0.8;

/// The metric needs a few fields of eight pixels on each side.
const LEAST_SIDE: u32 = 16;

/// The pixels as they were before they were written.
pub(super) struct Reference {
    /// None of what is too small to be measured.
    prepared: Option<Ssimulacra2Reference>,
}

/// What came of one quality.
pub(super) struct Attempt {
    pub(super) file: Vec<u8>,
    /// In points; none of what cannot be measured.
    pub(super) score: Option<f64>,
}

impl Reference {
    pub(super) fn new(bitmap: &Bitmap) -> Reference {
        let is_large = bitmap.width.min(bitmap.height) >= LEAST_SIDE;
        let prepared = is_large.then(|| {
            let ground = on_page(bitmap);
            Ssimulacra2Reference::new(&slice(&ground)?).ok()
        });
        Reference {
            prepared: prepared.flatten(),
        }
    }

    /// How near a picture is; 100 is the same.
    pub(super) fn score(&self, seen: &Bitmap) -> Option<f64> {
        let ground = on_page(seen);
        self.prepared.as_ref()?.compare(&slice(&ground)?).ok()
    }
}

/// What shows through is white, as on a page.
fn on_page(bitmap: &Bitmap) -> Bitmap {
    bitmap.clone().over([255; 4]).without_alpha()
}

fn slice(bitmap: &Bitmap) -> Option<PixelSlice<'_>> {
    let stride = bitmap.width as usize * 3;
    let form = PixelDescriptor::RGB8_SRGB;
    PixelSlice::new(&bitmap.pixels, bitmap.width, bitmap.height, stride, form).ok()
}

/// The file of the least quality found that scores `score` and takes no more than `most` bytes, and that quality. Where
/// both cannot be had, bytes go before the score, and without a bound on them the best score is taken.
pub(super) fn search(
    mut attempt: impl FnMut(u8) -> Result<Attempt, Failure>,
    (score, most): (f64, Option<usize>),
    guess: u8,
) -> Result<(Vec<u8>, u8), Failure> {
    let (mut low, mut high) = QUALITIES;
    if most.is_some() {
        low = LEAST;
    }
    let mut quality = guess.clamp(low, high);
    let mut best: Option<(Standing, Vec<u8>, u8)> = None;
    for _ in 0..ATTEMPTS {
        let Attempt { file, score: got } = attempt(quality)?;
        let Some(got) = got else {
            return Ok((file, quality));
        };
        let is_long = most.is_some_and(|most| file.len() > most);
        let standing = match (is_long, got >= score) {
            (true, _) => Standing::TooLong(quality),
            (false, false) => Standing::TooPoor(u8::MAX - quality),
            (false, true) => Standing::Good(quality),
        };
        if best.as_ref().is_none_or(|(known, ..)| standing < *known) {
            best = Some((standing, file, quality));
        }
        let is_enough = !is_long && got >= score && got <= score + TOLERANCE;
        match is_long || got >= score {
            true => high = quality.saturating_sub(1),
            false => low = quality + 1,
        }
        if is_enough || low > high {
            break;
        }
        quality = next(quality, score - got, (low, high));
    }
    let (_, file, quality) = best.ok_or(Failure::Unreadable)?;
    Ok((file, quality))
}

/// From good to bad; within each the lesser number is the better one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Good(u8),
    TooPoor(u8),
    TooLong(u8),
}

/// Where the slope leads, but never out of the range, and to the middle where it leads nowhere.
fn next(quality: u8, lacking: f64, (low, high): (u8, u8)) -> u8 {
    let aim = f64::from(quality) + (lacking + TOLERANCE / 2.0) / SLOPE;
    if aim < f64::from(low) || aim > f64::from(high) {
        return low.midpoint(high);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the range"
    )]
    let aim = aim.round() as u8;
    aim
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An encoder of which each step of quality is worth `slope` points and 100 bytes.
    #[track_caller]
    fn check(
        slope: f64,
        (score, most): (f64, Option<usize>),
        expected: std::ops::RangeInclusive<u8>,
    ) {
        let attempt = |quality: u8| {
            Ok(Attempt {
                file: vec![0; usize::from(quality) * 100],
                score: Some(f64::from(quality) * slope),
            })
        };
        let (file, quality) = search(attempt, (score, most), 70).unwrap();
        assert_eq!(file.len(), usize::from(quality) * 100);
        assert!(expected.contains(&quality), "{quality} not in {expected:?}");
    }

    #[test]
    fn the_least_quality_is_found_that_scores_enough() {
        check(1.0, (65.0, None), 65..=67);
        check(1.0, (40.0, None), 40..=42);
        check(0.8, (70.0, None), 88..=90);
        check(2.0, (65.0, None), 33..=34);
    }

    #[test]
    fn what_cannot_be_reached_is_come_near_to() {
        check(0.5, (65.0, None), 90..=95);
        check(9.0, (65.0, None), 20..=24);
    }

    #[test]
    fn bytes_go_before_the_score() {
        check(1.0, (80.0, Some(5_000)), 20..=50);
    }
}
