//! AVIF (AV1 in HEIF) by rav1e, with what a decoder will see of it, which rav1e has at hand: so it is measured without
//! one. In the matrix of ITU-R BT.601 over the full range, as JPEG has it; colour at half its width and height (4:2:0),
//! as photographs are, but at the highest qualities.

use avif_serialize::Aviffy;
use avif_serialize::constants::MatrixCoefficients as Announced;
use rav1e::color::{ChromaSampling, ColorDescription, PixelRange};
use rav1e::color::{ColorPrimaries, MatrixCoefficients, TransferCharacteristics};
use rav1e::prelude::{
    Config, EncoderConfig, EncoderStatus, Frame, FrameType, Plane, SpeedSettings,
};

use crate::bitmap::Bitmap;
use crate::failure::Failure;

/// The quality from which colour is kept whole (4:4:4): libvips, and so weserv, does it from there (heifsave, subsample
/// mode "auto").
const WHOLE_COLOUR: u8 = 90;

/// BT.601's shares of red and blue in the brightness.
const RED: f32 = 0.299;
const BLUE: f32 = 0.114;
const GREEN: f32 = 1.0 - RED - BLUE;

/// A file, and what its decoder will see.
pub(crate) struct Encoded {
    pub(crate) file: Vec<u8>,
    colour: Frame<u8>,
    alpha: Option<Frame<u8>>,
}

/// A picture's file. `quality` is 1 to 100; `speed` is rav1e's preset, 0 (fewest bytes) to 10.
pub(crate) fn encode(bitmap: &Bitmap, quality: u8, speed: u8) -> Result<Encoded, Failure> {
    let job = |sampling| Job {
        size: bitmap.size(),
        quantizer: quantizer(quality),
        sampling,
        speed,
    };
    let is_halved = quality < WHOLE_COLOUR;
    let sampling = match is_halved {
        true => ChromaSampling::Cs420,
        false => ChromaSampling::Cs444,
    };
    let (colour, seen) = job(sampling).encode(|frame| fill(frame, bitmap))?;
    let alpha = match bitmap.has_alpha() {
        true => Some(job(ChromaSampling::Cs400).encode(|frame| fill_alpha(frame, bitmap))?),
        false => None,
    };
    let alpha_data = alpha.as_ref().map(|(data, _)| data.as_slice());
    let file = Aviffy::new()
        .matrix_coefficients(Announced::Bt601)
        .full_color_range(true)
        .set_chroma_subsampling((is_halved, is_halved))
        .to_vec(&colour, alpha_data, bitmap.width, bitmap.height, 8);
    Ok(Encoded {
        file,
        colour: seen,
        alpha: alpha.map(|(_, seen)| seen),
    })
}

impl Encoded {
    /// The pixels of a picture of that size as they will be seen.
    pub(crate) fn seen(&self, size: (u32, u32)) -> Bitmap {
        let mut seen = pixels(&self.colour, size);
        if let Some(alpha) = &self.alpha {
            seen = seen.with_alpha();
            set_alpha(&mut seen, &alpha.planes[0]);
        }
        seen
    }
}

/// AV1's quantizer index, 0 (finest) to 255.
fn quantizer(quality: u8) -> usize {
    (100 - usize::from(quality.min(100))) * 255 / 100
}

/// One picture for the encoder.
struct Job {
    size: (u32, u32),
    quantizer: usize,
    sampling: ChromaSampling,
    speed: u8,
}

impl Job {
    fn encode(&self, fill: impl FnOnce(&mut Frame<u8>)) -> Result<(Vec<u8>, Frame<u8>), Failure> {
        let mut context = self
            .config()
            .new_context::<u8>()
            .map_err(|_| Failure::Unreadable)?;
        let mut frame = context.new_frame();
        fill(&mut frame);
        context.send_frame(frame).map_err(|_| Failure::Unreadable)?;
        context.flush();
        let (mut data, mut seen) = (Vec::new(), None);
        loop {
            match context.receive_packet() {
                Ok(packet) if packet.frame_type == FrameType::KEY => {
                    data.extend_from_slice(&packet.data);
                    seen = packet.rec.or(seen);
                }
                Ok(_) | Err(EncoderStatus::Encoded) => {}
                Err(EncoderStatus::LimitReached) => break,
                Err(_) => return Err(Failure::Unreadable),
            }
        }
        let seen = seen.ok_or(Failure::Unreadable)?;
        Ok((data, Frame::clone(&seen)))
    }

    fn config(&self) -> Config {
        let description = ColorDescription {
            color_primaries: ColorPrimaries::BT709,
            transfer_characteristics: TransferCharacteristics::SRGB,
            matrix_coefficients: MatrixCoefficients::BT601,
        };
        let mut speed_settings = SpeedSettings::from_preset(self.speed);
        speed_settings.multiref = false;
        let settings = EncoderConfig {
            width: self.size.0 as usize,
            height: self.size.1 as usize,
            bit_depth: 8,
            chroma_sampling: self.sampling,
            pixel_range: PixelRange::Full,
            color_description: Some(description),
            still_picture: true,
            quantizer: self.quantizer,
            min_quantizer: u8::try_from(self.quantizer).unwrap_or(u8::MAX),
            speed_settings,
            ..EncoderConfig::default()
        };
        Config::new().with_encoder_config(settings).with_threads(1)
    }
}

fn each_sample(
    plane: &mut Plane<u8>,
    (width, height): (u32, u32),
    sample: impl Fn(u32, u32) -> u8,
) {
    for (row, y) in plane
        .mut_slice(Default::default())
        .rows_iter_mut()
        .zip(0..height)
    {
        for (place, x) in row.iter_mut().zip(0..width) {
            *place = sample(x, y);
        }
    }
}

/// How many pixels share a sample of colour, on each axis.
fn side(frame: &Frame<u8>) -> u32 {
    1 << frame.planes[1].cfg.xdec
}

/// Brightness of each pixel; colour of each, or of each two by two, from their mean.
fn fill(frame: &mut Frame<u8>, bitmap: &Bitmap) {
    let (width, height) = bitmap.size();
    each_sample(&mut frame.planes[0], (width, height), |x, y| {
        let [red, green, blue] = mean(bitmap, (x, y), 1);
        byte(RED * red + GREEN * green + BLUE * blue)
    });
    let side = side(frame);
    let samples = (width.div_ceil(side), height.div_ceil(side));
    for (plane, share) in [(1, BLUE), (2, RED)] {
        each_sample(&mut frame.planes[plane], samples, |x, y| {
            let [red, green, blue] = mean(bitmap, (x * side, y * side), side);
            let luma = RED * red + GREEN * green + BLUE * blue;
            let part = if plane == 1 { blue } else { red };
            byte(128.0 + (part - luma) * 0.5 / (1.0 - share))
        });
    }
}

fn fill_alpha(frame: &mut Frame<u8>, bitmap: &Bitmap) {
    each_sample(&mut frame.planes[0], bitmap.size(), |x, y| {
        bitmap.pixel(x, y)[3]
    });
}

/// The mean colour of a square of `side` pixels, cut at the picture's borders.
fn mean(bitmap: &Bitmap, (left, top): (u32, u32), side: u32) -> [f32; 3] {
    let mut sum = [0.0; 3];
    for (dx, dy) in (0..side).flat_map(|dy| (0..side).map(move |dx| (dx, dy))) {
        let x = (left + dx).min(bitmap.width - 1);
        let y = (top + dy).min(bitmap.height - 1);
        for (sum, part) in sum.iter_mut().zip(bitmap.pixel(x, y)) {
            *sum += f32::from(*part);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "one or four")]
    let count = (side * side) as f32;
    sum.map(|sum| sum / count)
}

/// Back to red, green and blue, the colour between two samples in the proportion of its distance, as browsers do.
fn pixels(frame: &Frame<u8>, (width, height): (u32, u32)) -> Bitmap {
    let [luma, blues, reds] = &frame.planes;
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    let side = side(frame);
    let samples = (width.div_ceil(side), height.div_ceil(side));
    let colour = |plane: &Plane<u8>, at: (u32, u32)| match side {
        1 => f32::from(plane.p(at.0 as usize, at.1 as usize)),
        _ => between(plane, samples, at),
    };
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let light = f32::from(luma.p(x as usize, y as usize));
        let blue = colour(blues, (x, y)) - 128.0;
        let red = colour(reds, (x, y)) - 128.0;
        let r = light + red * 2.0 * (1.0 - RED);
        let b = light + blue * 2.0 * (1.0 - BLUE);
        let g = (light - RED * r - BLUE * b) / GREEN;
        pixels.extend([byte(r), byte(g), byte(b)]);
    }
    Bitmap {
        width,
        height,
        channels: 3,
        pixels,
    }
}

/// A sample of a plane of half the size, at a pixel of the whole: three parts of the nearer and one of the farther, on
/// each axis.
fn between(plane: &Plane<u8>, (width, height): (u32, u32), (x, y): (u32, u32)) -> f32 {
    let near = (x / 2, y / 2);
    let beside = |at: u32, place: u32, end: u32| match at.is_multiple_of(2) {
        true => place.saturating_sub(1),
        false => (place + 1).min(end - 1),
    };
    let far = (beside(x, near.0, width), beside(y, near.1, height));
    let at = |x: u32, y: u32| f32::from(plane.p(x as usize, y as usize));
    (9.0 * at(near.0, near.1)
        + 3.0 * at(far.0, near.1)
        + 3.0 * at(near.0, far.1)
        + at(far.0, far.1))
        / 16.0
}

fn set_alpha(bitmap: &mut Bitmap, alpha: &Plane<u8>) {
    let width = bitmap.width as usize;
    for (place, pixel) in bitmap.pixels.chunks_exact_mut(4).enumerate() {
        pixel[3] = alpha.p(place % width, place / width);
    }
}

/// The nearest byte.
fn byte(value: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped"
    )]
    let byte = value.round().clamp(0.0, 255.0) as u8;
    byte
}
