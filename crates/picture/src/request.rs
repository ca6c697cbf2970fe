//! What is asked of a picture: weserv's parameters as types. No value is ever refused; a wrong one means the default.

mod canonical;
pub mod colour;
pub mod filters;
mod names;
mod parse;

use colour::Colour;
use filters::Filters;

/// A whole query: the picture, what to make of it, how to send it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The value of `url`, decoded once; [`crate::source::parse`] reads it. Absent where there is none.
    pub url: Option<String>,
    /// What to make of the picture. Two asks for the same bytes have equal requests.
    pub request: Request,
    /// How to send it: none of this changes the picture's bytes.
    pub delivery: Delivery,
}

/// What to make of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// `w`; absent follows from the height.
    pub width: Option<Length>,
    /// `h`; absent follows from the width.
    pub height: Option<Length>,
    /// `dpr`, what width and height are multiplied by; above 0, at most 8.
    pub density: f64,
    /// `fit` or `t`.
    pub fit: Fit,
    /// `we`: a small picture stays as small as it is.
    pub without_enlargement: bool,
    /// `a`: what part of it is kept where it is cut, and where it stands on a larger ground.
    pub align: Align,
    /// `cx`, `cy`, `cw`, `ch`, or the old `crop`.
    pub crop: Option<Crop>,
    /// `precrop`: cut before the sizes count.
    pub crops_first: bool,
    /// `ro`, in degrees clockwise, 0 to 359.
    pub rotation: u16,
    /// `flip`: top to bottom.
    pub flip: bool,
    /// `flop`: left to right.
    pub flop: bool,
    /// `rbg`: what a turned picture's corners are filled with.
    pub rotation_ground: Colour,
    /// `trim`: how much an edge may differ from its corner and still be cut off, 1 to 254.
    pub trim: Option<u8>,
    /// What becomes of colours and edges.
    pub filters: Filters,
    /// `bg`: what shows through.
    pub background: Colour,
    /// `cbg`: what stands around with `fit=contain`.
    pub contain_ground: Colour,
    /// `mask`.
    pub mask: Option<Mask>,
    /// `mtrim`: cut down to the mask.
    pub mask_trim: bool,
    /// `mbg`: what stands outside of the mask.
    pub mask_ground: Colour,
    /// `output`.
    pub output: Output,
    /// `q`, 1 to 100.
    pub quality: u8,
    /// `l`, zlib's level for PNG, 0 to 9.
    pub level: u8,
    /// `ll`: lossless WebP.
    pub lossless: bool,
    /// `il`: a progressive JPEG.
    pub interlaced: bool,
    /// `af`: a filter for each line of a PNG.
    pub adaptive_filter: bool,
    /// `n`: how many frames of an animation.
    pub frames: Frames,
    /// `encoding=base64`: as a `data:` address.
    pub base64: bool,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            width: None,
            height: None,
            density: 1.0,
            fit: Fit::Inside,
            without_enlargement: false,
            align: Align::CENTRE,
            crop: None,
            crops_first: false,
            rotation: 0,
            flip: false,
            flop: false,
            rotation_ground: Colour::TRANSPARENT,
            trim: None,
            filters: Filters::NONE,
            background: Colour::TRANSPARENT,
            contain_ground: Colour::TRANSPARENT,
            mask: None,
            mask_trim: false,
            mask_ground: Colour::TRANSPARENT,
            output: Output::Origin,
            quality: DEFAULT_QUALITY,
            level: DEFAULT_LEVEL,
            lossless: false,
            interlaced: false,
            adaptive_filter: false,
            frames: Frames::First,
            base64: false,
        }
    }
}

/// `q` where none is given (weserv's section 3, row 5).
const DEFAULT_QUALITY: u8 = 80;

/// `l` where none is given (row 27).
const DEFAULT_LEVEL: u8 = 6;

/// A length along a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// In pixels; at least 0.
    Pixels(u32),
    /// Of the whole side; 0 to 100.
    Percent(f64),
}

/// How a picture is brought to a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Whole, no side longer than asked.
    Inside,
    /// Whole, no side shorter than asked.
    Outside,
    /// The size exactly; what stands over is cut off.
    Cover,
    /// The size exactly; stretched.
    Fill,
    /// Whole, on a ground of exactly the size.
    Contain,
}

/// Where the kept part lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Align {
    /// A point of the picture, 0 to 1 from left and top, to be as near the middle as can be.
    At(f64, f64),
    /// A side or corner: the part that begins at this share of what stands over, from left and top.
    Edge(f64, f64),
    /// Where most is to be told from its surroundings.
    Entropy,
    /// Where people look: edges, strong colours, skin.
    Attention,
}

impl Align {
    /// The default.
    pub const CENTRE: Align = Align::Edge(0.5, 0.5);
}

/// A part to cut out. An absent width or height is all that is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// `cx`, from the left.
    pub left: Length,
    /// `cy`, from the top.
    pub top: Length,
    /// `cw`.
    pub width: Option<Length>,
    /// `ch`.
    pub height: Option<Length>,
}

/// A shape to show a picture in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// As large as the shorter side.
    Circle,
    /// As large as the picture.
    Ellipse,
    /// Point up.
    Triangle,
    /// Point down.
    TriangleDown,
    /// Point up.
    Pentagon,
    /// Point down.
    PentagonDown,
    /// Points up and down.
    Hexagon,
    /// As large as the shorter side.
    Square,
    /// Five points.
    Star,
    /// A heart.
    Heart,
}

/// In what format it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// That of the source where it can be written, else PNG.
    Origin,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// TIFF.
    Tiff,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
    /// What is known of the source, as JSON.
    Json,
}

/// How many frames of an animation are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frames {
    /// The first: a still picture.
    First,
    /// This many from the first, at least 2.
    Some(u32),
    /// All of them.
    All,
}

impl Frames {
    /// How many that is of a picture that has `count`.
    pub fn of(self, count: u32) -> u32 {
        match self {
            Frames::First => 1,
            Frames::Some(wanted) => wanted.min(count.max(1)),
            Frames::All => count.max(1),
        }
    }
}

/// How the answer is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `maxage` in seconds: how long it may be kept, a day to a year.
    pub max_age: u32,
    /// `filename` without its ending: ASCII letters and digits, 1 to 78.
    pub filename: String,
    /// `default`: where to send the reader when it cannot be made.
    pub fallback: Option<Fallback>,
}

/// Where a reader goes instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// To the picture's own address.
    Source,
    /// To another address, written as `url` is.
    Other(String),
}

#[cfg(test)]
mod tests;
