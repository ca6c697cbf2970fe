//! What a picture may cost. Checked on its header, before anything is decoded.

use crate::failure::Failure;
use crate::header::Header;

/// Bounds on one picture, as it comes and as it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of one frame: the largest cameras of reporters give some 50 million.
    pub pixels: u64,
    /// Pixels of a side: the WebP format ends there, and nothing larger is shown.
    pub side: u32,
    /// Frames of an animation, where more than the first are asked for.
    pub frames: u32,
    /// Pixels of all frames that are asked for.
    pub all_pixels: u64,
    /// Scans of a progressive JPEG; each goes over every pixel. Encoders write ten, libjpeg-turbo advises to stop at
    /// a hundred.
    pub scans: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            pixels: 50_000_000,
            side: 16_383,
            frames: 100,
            all_pixels: 100_000_000,
            scans: 100,
        }
    }
}

impl Limits {
    /// Whether a picture may be decoded, `frames` of it.
    pub(crate) fn admit(&self, header: &Header, frames: u32) -> Result<(), Failure> {
        if header.width == 0 || header.height == 0 || header.scans > self.scans {
            return Err(Failure::Unreadable);
        }
        let limit = self.pixels;
        if !self.fits((header.width, header.height)) {
            return Err(Failure::InputTooLarge { limit });
        }
        let pixels = u64::from(header.width) * u64::from(header.height) * u64::from(frames);
        if frames > self.frames || (frames > 1 && pixels > self.all_pixels) {
            return Err(Failure::TooManyFrames { limit: self.frames });
        }
        Ok(())
    }

    /// Whether a picture of this size may be made.
    pub(crate) fn admit_output(&self, size: (u32, u32)) -> Result<(), Failure> {
        match self.fits(size) {
            true => Ok(()),
            false => Err(Failure::OutputTooLarge { limit: self.pixels }),
        }
    }

    fn fits(&self, (width, height): (u32, u32)) -> bool {
        width.max(height) <= self.side && u64::from(width) * u64::from(height) <= self.pixels
    }
}
