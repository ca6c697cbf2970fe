//! A picture's way from bytes to bytes, in the order that weserv's section 4 gives: cut borders, scale, put upright,
//! cut, frame, turn, lay over a ground, mask, write.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::bitmap::{Area, Bitmap};
use crate::decode::{self, Frame};
use crate::describe::describe;
use crate::encode::encode;
use crate::failure::Failure;
use crate::geometry::Plan;
use crate::header::{Format, Header};
use crate::limits::Limits;
use crate::request::{Align, Output, Request};
use crate::{filter, geometry, interest, jpeg, mask, orientation, profile, resize, rotate, trim};

/// Pixels of an AVIF that is made while a reader waits; larger ones become WebP. rav1e without an assembler took
/// 1.2 s for a flat drawing of 1.44 million; a photograph takes longer.
const MAX_AVIF_PIXELS: u64 = 1_500_000;

/// A picture as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The file, or its `data:` address.
    pub bytes: Vec<u8>,
    /// Of the file, also where it is sent as an address.
    pub media_type: &'static str,
    /// What a file of it is named with, without a dot.
    pub extension: &'static str,
}

/// Makes of a picture's file what was asked for.
///
/// # Errors
///
/// When it is no picture, a broken one, or would cost more than the limits allow.
pub fn transform(bytes: &[u8], request: &Request, limits: &Limits) -> Result<Answer, Failure> {
    let header = Header::read(bytes)?;
    if request.output == Output::Json {
        return Ok(answer(
            describe(&header),
            "application/json",
            "json",
            request,
        ));
    }
    let asked = request.frames.of(header.frames);
    limits.admit(&header, asked)?;
    let count = match written(&header, request, false) {
        Output::Gif | Output::Webp => asked,
        _ => 1,
    };
    let job = Job {
        header: &header,
        request,
        limits,
    };
    let frames = job.frames(bytes, count)?;
    let first = &frames.first().ok_or(Failure::Unreadable)?.bitmap;
    let output = written(&header, request, first.has_alpha());
    let output = affordable(output, first);
    let (media_type, extension) = names(output);
    let file = encode(frames, output, header.loops, request)?;
    Ok(answer(file, media_type, extension, request))
}

fn answer(
    file: Vec<u8>,
    media_type: &'static str,
    extension: &'static str,
    request: &Request,
) -> Answer {
    let bytes = match request.base64 {
        false => file,
        true => format!("data:{media_type};base64,{}", STANDARD.encode(file)).into_bytes(),
    };
    Answer {
        bytes,
        media_type,
        extension,
    }
}

/// What all frames of a picture share.
pub(crate) struct Job<'a> {
    pub(crate) header: &'a Header,
    pub(crate) request: &'a Request,
    pub(crate) limits: &'a Limits,
}

impl Job<'_> {
    /// The first `count` frames as they are to be written.
    pub(crate) fn frames(&self, bytes: &[u8], count: u32) -> Result<Vec<Frame>, Failure> {
        if count <= 1 || !matches!(self.header.format, Format::Gif | Format::Webp) {
            let bitmap = decode::still(self.header, bytes, self.divisor(), self.limits)?;
            let content = self.request.trim.map(|trim| trim::content(&bitmap, trim));
            let bitmap = self.shape(bitmap, content)?;
            return Ok(vec![Frame { bitmap, delay: 0 }]);
        }
        let mut content = None;
        if let Some(threshold) = self.request.trim {
            for frame in decode::frames(self.header, bytes, count)? {
                let area = trim::content(&frame?.bitmap, threshold);
                content = Some(content.map_or(area, |content| trim::union(content, area)));
            }
        }
        let frames = decode::frames(self.header, bytes, count)?.map(|frame| {
            let Frame { bitmap, delay } = frame?;
            let bitmap = self.shape(bitmap, content)?;
            Ok(Frame { bitmap, delay })
        });
        frames.collect()
    }

    /// By how much the picture is made smaller while it is read. Where pixels are counted before it is scaled, and
    /// with `gam`, none (section 4.3).
    fn divisor(&self) -> u32 {
        let counts_before = self.request.trim.is_some()
            || self.request.crops_first
            || self.request.filters.gamma.is_some();
        if counts_before || self.header.format != Format::Jpeg {
            return 1;
        }
        let whole = self.upright(
            (self.header.width, self.header.height),
            self.header.orientation,
        );
        let scaled = geometry::plan(whole, self.request).scaled;
        let across = f64::from(scaled.0) / f64::from(whole.0);
        let down = f64::from(scaled.1) / f64::from(whole.1);
        jpeg::divisor(across.max(down))
    }

    /// A size as it is when the picture has been turned by what it says of itself, and back.
    fn upright(&self, (width, height): (u32, u32), turn: u8) -> (u32, u32) {
        match orientation::swaps(turn, self.request) {
            true => (height, width),
            false => (width, height),
        }
    }

    fn shape(&self, bitmap: Bitmap, content: Option<Area>) -> Result<Bitmap, Failure> {
        let request = self.request;
        let mut bitmap = match content {
            Some(area) if (area.width, area.height) != bitmap.size() => bitmap.crop(area),
            _ => bitmap,
        };
        let mut turn = self.header.orientation;
        if let Some(crop) = request.crop.filter(|_| request.crops_first) {
            bitmap = orientation::apply(bitmap, turn, &Request::default());
            bitmap = bitmap.crop(geometry::crop(bitmap.size(), &crop));
            turn = 1;
        }
        let (mut bitmap, plan) = self.scaled(bitmap, turn)?;
        if let Some(crop) = request.crop.filter(|_| !request.crops_first) {
            bitmap = bitmap.crop(geometry::crop(bitmap.size(), &crop));
        }
        bitmap = self.framed(bitmap, plan)?;
        if !request.rotation.is_multiple_of(90) {
            self.limits
                .admit_output(rotate::grown(bitmap.size(), request.rotation))?;
            bitmap = rotate::rotate(bitmap, request.rotation, request.rotation_ground);
        }
        bitmap = filter::apply(bitmap, &request.filters);
        bitmap = bitmap.over(filter::ground(request.background, &request.filters).0);
        Ok(match request.mask {
            Some(shape) => mask::apply(bitmap, shape, request.mask_ground, request.mask_trim),
            None => bitmap,
        })
    }

    /// At its size, upright, in sRGB, and cut to the window of `fit=cover`.
    fn scaled(&self, bitmap: Bitmap, turn: u8) -> Result<(Bitmap, Plan), Failure> {
        let whole = match self.divisor() {
            1 => bitmap.size(),
            // It has been made smaller already, and stands for all of its pixels.
            _ => (self.header.width, self.header.height),
        };
        let plan = geometry::plan(self.upright(whole, turn), self.request);
        self.limits.admit_output(plan.scaled)?;
        let mut bitmap = resize::resize(bitmap, self.upright(plan.scaled, turn));
        if let Some(profile) = &self.header.profile {
            profile::to_srgb(&mut bitmap, profile);
        }
        let bitmap = orientation::apply(bitmap, turn, self.request);
        let Some(window) = plan.window.filter(|window| *window != bitmap.size()) else {
            return Ok((bitmap, plan));
        };
        let align = self.request.align;
        let area = match align {
            Align::Entropy | Align::Attention => interest::window(&bitmap, window, align),
            Align::At(..) | Align::Edge(..) => geometry::window(bitmap.size(), window, align),
        };
        Ok((bitmap.crop(area), plan))
    }

    /// On the ground of `fit=contain`. A ground that shows through needs an alpha channel.
    fn framed(&self, bitmap: Bitmap, plan: Plan) -> Result<Bitmap, Failure> {
        let Some((width, height)) = plan.canvas.filter(|canvas| *canvas != bitmap.size()) else {
            return Ok(bitmap);
        };
        self.limits.admit_output((width, height))?;
        let size = (width.max(bitmap.width), height.max(bitmap.height));
        let ground = self.request.contain_ground.0;
        let bitmap = match ground[3] {
            255 => bitmap,
            _ => bitmap.with_alpha(),
        };
        let mut canvas = Bitmap::filled(size, ground, bitmap.channels);
        let (left, top) = geometry::place(size, bitmap.size(), self.request.align);
        bitmap.place_on(&mut canvas, left, top);
        Ok(canvas)
    }
}

/// The format of the answer: as asked, else that of the source; PNG where that cannot be written, or cannot hold what
/// shows through.
fn written(header: &Header, request: &Request, has_alpha: bool) -> Output {
    if request.output != Output::Origin {
        return request.output;
    }
    match header.format {
        Format::Jpeg if !has_alpha => Output::Jpeg,
        Format::Gif => Output::Gif,
        Format::Webp => Output::Webp,
        Format::Tiff => Output::Tiff,
        Format::Jpeg | Format::Png | Format::Bmp | Format::Ico => Output::Png,
    }
}

fn affordable(output: Output, bitmap: &Bitmap) -> Output {
    let pixels = u64::from(bitmap.width) * u64::from(bitmap.height);
    match output {
        Output::Avif if pixels > MAX_AVIF_PIXELS => Output::Webp,
        output => output,
    }
}

fn names(output: Output) -> (&'static str, &'static str) {
    match output {
        Output::Jpeg => ("image/jpeg", "jpg"),
        Output::Gif => ("image/gif", "gif"),
        Output::Tiff => ("image/tiff", "tiff"),
        Output::Webp => ("image/webp", "webp"),
        Output::Avif => ("image/avif", "avif"),
        Output::Json => ("application/json", "json"),
        Output::Png | Output::Origin => ("image/png", "png"),
    }
}
