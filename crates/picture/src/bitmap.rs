//! Pixels in memory: rows of RGB or RGBA, eight bits each, alpha not multiplied in.

use crate::failure::Failure;

/// A picture's pixels. The length of `pixels` is `width × height × channels`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bitmap {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// 3 (RGB) or 4 (RGBA).
    pub(crate) channels: usize,
    pub(crate) pixels: Vec<u8>,
}

/// A rectangle within a picture; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Bitmap {
    /// One colour throughout.
    pub(crate) fn filled((width, height): (u32, u32), colour: [u8; 4], channels: usize) -> Bitmap {
        let count = width as usize * height as usize;
        Bitmap {
            width,
            height,
            channels,
            pixels: colour[..channels].repeat(count),
        }
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Its size as JPEG and GIF count it, in 16 bits.
    pub(crate) fn short_sides(&self) -> Result<(u16, u16), Failure> {
        let limit = u64::from(u16::MAX) * u64::from(u16::MAX);
        match (u16::try_from(self.width), u16::try_from(self.height)) {
            (Ok(width), Ok(height)) => Ok((width, height)),
            _ => Err(Failure::OutputTooLarge { limit }),
        }
    }

    pub(crate) fn has_alpha(&self) -> bool {
        self.channels == 4
    }

    /// The bytes of one row.
    pub(crate) fn row(&self, y: u32) -> &[u8] {
        let length = self.width as usize * self.channels;
        &self.pixels[y as usize * length..][..length]
    }

    /// The bytes of one pixel.
    pub(crate) fn pixel(&self, x: u32, y: u32) -> &[u8] {
        &self.row(y)[x as usize * self.channels..][..self.channels]
    }

    /// A part of it.
    pub(crate) fn crop(&self, area: Area) -> Bitmap {
        let (from, length) = (
            area.left as usize * self.channels,
            area.width as usize * self.channels,
        );
        let rows = area.top..area.top + area.height;
        Bitmap {
            width: area.width,
            height: area.height,
            channels: self.channels,
            pixels: rows
                .flat_map(|y| &self.row(y)[from..from + length])
                .copied()
                .collect(),
        }
    }

    /// The same with an alpha channel, opaque where there was none.
    pub(crate) fn with_alpha(self) -> Bitmap {
        if self.has_alpha() {
            return self;
        }
        let mut pixels = Vec::with_capacity(self.pixels.len() / 3 * 4);
        for rgb in self.pixels.chunks_exact(3) {
            pixels.extend([rgb[0], rgb[1], rgb[2], 255]);
        }
        Bitmap {
            channels: 4,
            pixels,
            ..self
        }
    }

    /// Laid over one colour. Over an opaque one the alpha channel is gone.
    pub(crate) fn over(self, colour: [u8; 4]) -> Bitmap {
        if !self.has_alpha() || colour[3] == 0 {
            return self;
        }
        let channels = if colour[3] == 255 { 3 } else { 4 };
        let mut pixels = Vec::with_capacity(self.pixels.len() / 4 * channels);
        for pixel in self.pixels.chunks_exact(4) {
            pixels.extend_from_slice(&blend(pixel, colour)[..channels]);
        }
        Bitmap {
            channels,
            pixels,
            ..self
        }
    }

    /// Put at a place on a larger one of its own kind; what lies outside is cut off.
    pub(crate) fn place_on(&self, canvas: &mut Bitmap, left: u32, top: u32) {
        debug_assert_eq!(self.channels, canvas.channels);
        let columns = self.width.min(canvas.width.saturating_sub(left)) as usize * self.channels;
        for y in 0..self.height.min(canvas.height.saturating_sub(top)) {
            let start =
                ((top + y) as usize * canvas.width as usize + left as usize) * self.channels;
            canvas.pixels[start..start + columns].copy_from_slice(&self.row(y)[..columns]);
        }
    }

    /// Its pixels as grey values, each with its alpha where there is one; `None` where any has a colour.
    pub(crate) fn greys(&self) -> Option<Vec<u8>> {
        let pixels = || self.pixels.chunks_exact(self.channels);
        let is_grey = |pixel: &[u8]| pixel[0] == pixel[1] && pixel[1] == pixel[2];
        let values = || pixels().flat_map(|pixel| &pixel[2..]).copied().collect();
        pixels().all(is_grey).then(values)
    }

    /// Without its alpha channel, colours as they are.
    pub(crate) fn without_alpha(self) -> Bitmap {
        if !self.has_alpha() {
            return self;
        }
        let pixels = self.pixels.chunks_exact(4).flat_map(|pixel| &pixel[..3]);
        Bitmap {
            channels: 3,
            pixels: pixels.copied().collect(),
            ..self
        }
    }
}

/// A pixel over a colour (Porter and Duff's "over"), alpha not multiplied in.
fn blend(pixel: &[u8], colour: [u8; 4]) -> [u8; 4] {
    let alpha = u32::from(pixel[3]);
    let under = u32::from(colour[3]) * (255 - alpha);
    let total = alpha * 255 + under;
    if total == 0 {
        return [0; 4];
    }
    let mix = |place: usize| {
        let sum = u32::from(pixel[place]) * alpha * 255 + u32::from(colour[place]) * under;
        u8::try_from((sum + total / 2) / total).unwrap_or(255)
    };
    let alpha = u8::try_from((total + 127) / 255).unwrap_or(255);
    [mix(0), mix(1), mix(2), alpha]
}
