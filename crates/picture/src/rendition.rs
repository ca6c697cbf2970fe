//! Renditions: a picture as a page shows it, in several widths and formats, each at the lowest quality at which what a
//! reader sees still scores as the edition wants it (SSIMULACRA2). The same file and recipe give the same bytes.
//!
//! Nothing is enlarged, and nothing but pixels is written: upright, in sRGB, without what cameras note.

mod measure;

use crate::avif;
use crate::bitmap::Bitmap;
use crate::decode;
use crate::encode::webp_of_quality;
use crate::failure::Failure;
use crate::header::{Format, Header};
use crate::jpeg;
use crate::limits::Limits;
use crate::request::{Ask, Request};
use crate::resize;
use crate::transform::{Job, transform};
use measure::{Attempt, Reference};

/// rav1e's preset, 0 to 10: renditions are made once, behind the pages.
const AVIF_SPEED: u8 = 6;

/// A width of the ladder that is this near to the picture's own is left out for it.
const NEAR: f64 = 0.9;

/// The longest animation that is published, in bytes; of a longer one the first frame is.
const MAX_ANIMATION: usize = 2_000_000;

/// The quality of animations, which no score is measured of.
const ANIMATION_QUALITY: u8 = 60;

/// What is to be made of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// In which form.
    pub form: Form,
    /// Widths in pixels.
    pub widths: Vec<u32>,
    /// The least that SSIMULACRA2 is to give, beside the same pixels unwritten: 90 is as good as the same, 70 good, 50
    /// medium, 30 poor (by the metric's own account).
    pub score: f64,
}

/// What a browser chooses among.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// AVIF.
    Avif,
    /// WebP.
    Webp,
    /// What every browser shows: JPEG, or WebP for what shows through, moves, or is a drawing.
    Fallback,
}

/// All renditions of one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renditions {
    /// The mean colours, red, green and blue, of the upper, the middle and the lower third: what stands in the
    /// picture's place until it is there.
    pub colours: [[u8; 3]; 3],
    /// `image/…`, of all files.
    pub media_type: &'static str,
    /// From narrow to wide; empty where the form has nothing to add.
    pub files: Vec<Rendition>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Makes the renditions of a picture's file.
///
/// # Errors
///
/// When it is no picture, a broken one, or would cost more than the limits allow.
pub fn renditions(file: &[u8], recipe: &Recipe, limits: &Limits) -> Result<Renditions, Failure> {
    let header = Header::read(file)?;
    limits.admit(&header, 1)?;
    let widest = recipe
        .widths
        .iter()
        .max()
        .copied()
        .unwrap_or(1)
        .min(limits.side);
    let request = Ask::parse(&format!("w={widest}&we")).request;
    let bitmap = pixels(file, (&header, &request), limits)?;
    let colours = colours(&bitmap);
    if header.frames > 1 {
        return animation(file, (recipe, widest), limits)
            .map(|(media_type, files)| Renditions {
                colours,
                media_type,
                files,
            })
            .or_else(|_| stills(bitmap, colours, (recipe, None), &header));
    }
    let most = is_kept_in_size(&bitmap, &header).then_some(file.len());
    stills(bitmap, colours, (recipe, most), &header)
}

/// The first frame, upright, in sRGB, as wide as the widest rendition; with an alpha channel only if it is used.
fn pixels(
    file: &[u8],
    (header, request): (&Header, &Request),
    limits: &Limits,
) -> Result<Bitmap, Failure> {
    let job = Job {
        header,
        request,
        limits,
    };
    let frame = job.frames(file, 1)?.pop().ok_or(Failure::Unreadable)?;
    let bitmap = frame.bitmap;
    let is_opaque =
        bitmap.has_alpha() && bitmap.pixels.iter().skip(3).step_by(4).all(|a| *a == 255);
    Ok(match is_opaque {
        true => bitmap.without_alpha(),
        false => bitmap,
    })
}

/// Whether the widest rendition is a JPEG's own size, in which it need not take more than it came with.
fn is_kept_in_size(bitmap: &Bitmap, header: &Header) -> bool {
    let size = (
        header.width.min(header.height),
        header.width.max(header.height),
    );
    let own = (
        bitmap.width.min(bitmap.height),
        bitmap.width.max(bitmap.height),
    );
    header.format == Format::Jpeg && size == own
}

/// An animation in the width of the ladder that suits a column, as the fallback alone.
fn animation(
    file: &[u8],
    (recipe, widest): (&Recipe, u32),
    limits: &Limits,
) -> Result<(&'static str, Vec<Rendition>), Failure> {
    if recipe.form != Form::Fallback {
        return Ok(("image/webp", Vec::new()));
    }
    let width = recipe.widths.iter().min().copied().unwrap_or(widest);
    let query = format!("w={width}&we&n=-1&output=webp&q={ANIMATION_QUALITY}");
    let made = transform(file, &Ask::parse(&query).request, limits)?;
    if made.bytes.len() > MAX_ANIMATION {
        return Err(Failure::TooManyFrames {
            limit: limits.frames,
        });
    }
    let Header { width, height, .. } = Header::read(&made.bytes)?;
    let rendition = Rendition {
        width,
        height,
        bytes: made.bytes,
    };
    Ok(("image/webp", vec![rendition]))
}

fn stills(
    bitmap: Bitmap,
    colours: [[u8; 3]; 3],
    (recipe, most): (&Recipe, Option<usize>),
    header: &Header,
) -> Result<Renditions, Failure> {
    let writer = Writer::of(recipe.form, &bitmap, header);
    let own = bitmap.width;
    let mut widths: Vec<u32> = recipe.widths.clone();
    widths.retain(|width| f64::from(*width) < f64::from(own) * NEAR);
    widths.push(own);
    widths.sort_unstable();
    widths.dedup();
    let mut files = Vec::with_capacity(widths.len());
    let mut guess = None;
    for width in widths {
        let shown = at_width(&bitmap, width);
        let most = most.filter(|_| width == own);
        let (bytes, quality) = writer.write(&shown, (recipe.score, most), guess)?;
        guess = Some(quality);
        files.push(Rendition {
            width: shown.width,
            height: shown.height,
            bytes,
        });
    }
    Ok(Renditions {
        colours,
        media_type: writer.media_type(),
        files,
    })
}

fn at_width(bitmap: &Bitmap, width: u32) -> Bitmap {
    let height = f64::from(bitmap.height) * f64::from(width) / f64::from(bitmap.width);
    // Sides are below 16,384.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded"
    )]
    let height = (height.round() as u32).max(1);
    resize::resize(bitmap.clone(), (width, height))
}

/// Of the three thirds, over white, as a page is.
fn colours(bitmap: &Bitmap) -> [[u8; 3]; 3] {
    let small = resize::resize(bitmap.clone().over([255; 4]), (1, 3)).without_alpha();
    let mut colours = [[0; 3]; 3];
    for (colour, pixel) in colours.iter_mut().zip(small.pixels.chunks_exact(3)) {
        colour.copy_from_slice(pixel);
    }
    colours
}

/// How the files of one form are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    Jpeg,
    Webp,
    /// WebP, or WebP without loss where that is smaller.
    Drawing,
    Avif,
}

impl Writer {
    fn of(form: Form, bitmap: &Bitmap, header: &Header) -> Writer {
        let is_drawing = !matches!(header.format, Format::Jpeg | Format::Webp);
        match form {
            Form::Avif => Writer::Avif,
            Form::Webp if is_drawing => Writer::Drawing,
            Form::Fallback if is_drawing || bitmap.has_alpha() => Writer::Drawing,
            Form::Webp => Writer::Webp,
            Form::Fallback => Writer::Jpeg,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Writer::Jpeg => "image/jpeg",
            Writer::Webp | Writer::Drawing => "image/webp",
            Writer::Avif => "image/avif",
        }
    }

    /// The file and the quality it has, from `guess` on.
    fn write(
        self,
        bitmap: &Bitmap,
        (score, most): (f64, Option<usize>),
        guess: Option<u8>,
    ) -> Result<(Vec<u8>, u8), Failure> {
        let reference = Reference::new(bitmap);
        let attempt = |quality| self.attempt(bitmap, &reference, quality);
        let found = measure::search(attempt, (score, most), guess.unwrap_or(self.first_guess()))?;
        if self == Writer::Drawing {
            let exact = webp_of_quality(bitmap, 100, true)?;
            if exact.len() <= found.0.len() {
                return Ok((exact, found.1));
            }
        }
        Ok(found)
    }

    fn attempt(
        self,
        bitmap: &Bitmap,
        reference: &Reference,
        quality: u8,
    ) -> Result<Attempt, Failure> {
        let (file, seen) = match self {
            Writer::Avif => {
                let encoded = avif::encode(bitmap, quality, AVIF_SPEED)?;
                let seen = encoded.seen(bitmap.size());
                (encoded.file, seen)
            }
            Writer::Jpeg => {
                let request = Request {
                    quality,
                    interlaced: true,
                    ..Request::default()
                };
                seen(jpeg::encode(bitmap.clone(), &request)?)?
            }
            Writer::Webp | Writer::Drawing => seen(webp_of_quality(bitmap, quality, false)?)?,
        };
        let score = reference.score(&seen);
        Ok(Attempt { file, score })
    }

    /// Near 65 for photographs.
    fn first_guess(self) -> u8 {
        match self {
            Writer::Jpeg => 70,
            Writer::Webp | Writer::Drawing => 72,
            Writer::Avif => 62,
        }
    }
}

/// A file and its pixels, as a browser will see them.
fn seen(file: Vec<u8>) -> Result<(Vec<u8>, Bitmap), Failure> {
    let header = Header::read(&file)?;
    let pixels = decode::still(&header, &file, 1, &Limits::default())?;
    Ok((file, pixels))
}

#[cfg(test)]
mod tests;
