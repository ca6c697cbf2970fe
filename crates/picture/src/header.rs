//! What a picture's first bytes say, read without decoding anything: its format by its magic number (never by what a
//! server or a name claims), its size, and what there is of frames, scans and profiles. One walk over the file, in time
//! that grows with its length alone.

mod gif;
mod ico;
mod jpeg;
mod png;
mod raster;
mod webp;

use crate::failure::Failure;

/// The formats that are decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (third edition), the first frame of an animated one.
    Png,
    /// GIF89a.
    Gif,
    /// WebP (RFC 9649).
    Webp,
    /// TIFF 6.0.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// Windows icon.
    Ico,
}

/// What is known of a picture before it is decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// By its magic number.
    pub format: Format,
    /// In pixels, as stored: not yet turned upright.
    pub width: u32,
    /// In pixels, as stored.
    pub height: u32,
    /// Frames; 1 for a still picture.
    pub frames: u32,
    /// How often an animation is shown, 0 for ever.
    pub loops: u16,
    /// Channels, alpha included.
    pub channels: u8,
    /// Bits of a channel.
    pub depth: u8,
    /// Whether it has an alpha channel, or a transparent colour.
    pub has_alpha: bool,
    /// Whether it is stored to appear coarsely first.
    pub is_progressive: bool,
    /// Scans of a JPEG, else 1.
    pub scans: u32,
    /// How a JPEG stores colour: `4:2:0` and the like.
    pub subsampling: Option<&'static str>,
    /// How it is to be turned (Exif 2.3 §4.6.4 tag 274), 1 to 8.
    pub orientation: u8,
    /// Its ICC profile.
    pub profile: Option<Vec<u8>>,
}

impl Header {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`Failure::Unsupported`] for what is no picture or one that is not decoded, [`Failure::Unreadable`] for one that
    /// ends before it says how large it is.
    pub fn read(bytes: &[u8]) -> Result<Header, Failure> {
        let format = sniff(bytes).ok_or_else(|| refusal(bytes))?;
        let header = match format {
            Format::Jpeg => jpeg::read(bytes),
            Format::Png => png::read(bytes),
            Format::Gif => gif::read(bytes),
            Format::Webp => webp::read(bytes),
            Format::Ico if ico::png(bytes).is_some() => ico::png(bytes).and_then(png::read),
            Format::Tiff | Format::Bmp | Format::Ico => raster::read(format, bytes),
        };
        let header = header.map(|header| Header { format, ..header });
        header.ok_or(Failure::Unreadable)
    }

    fn new(format: Format, (width, height): (u32, u32)) -> Header {
        Header {
            format,
            width,
            height,
            frames: 1,
            loops: 0,
            channels: 3,
            depth: 8,
            has_alpha: false,
            is_progressive: false,
            scans: 1,
            subsampling: None,
            orientation: 1,
            profile: None,
        }
    }
}

pub(crate) use ico::png as png_of_ico;
pub(crate) use png::plain as plain_png;

/// The format by its first bytes.
fn sniff(bytes: &[u8]) -> Option<Format> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let known = [
        (starts(b"\xff\xd8\xff"), Format::Jpeg),
        (starts(b"\x89PNG\r\n\x1a\n"), Format::Png),
        (starts(b"GIF87a") || starts(b"GIF89a"), Format::Gif),
        (
            starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            Format::Webp,
        ),
        (starts(b"II*\0") || starts(b"MM\0*"), Format::Tiff),
        (starts(b"BM"), Format::Bmp),
        (starts(b"\0\0\x01\0"), Format::Ico),
    ];
    known
        .into_iter()
        .find_map(|(is, format)| is.then_some(format))
}

/// What is said of a file that is not decoded: the name of its format where it is one that a client may have meant.
/// SVG is a program that may load and run what it likes; PDF and PostScript are larger ones.
fn refusal(bytes: &[u8]) -> Failure {
    let start = bytes.get(..SVG_WITHIN).unwrap_or(bytes);
    let tag = start.iter().position(|byte| !byte.is_ascii_whitespace());
    let text = &start[tag.unwrap_or_default()..];
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let is_svg = text.starts_with(b"<") && text.windows(4).any(|four| four == b"<svg");
    let brand = bytes.get(4..12).unwrap_or_default();
    let known = [
        (is_svg, "SVG"),
        (bytes.starts_with(b"\x1f\x8b"), "SVG, compressed or not,"),
        (matches!(brand, b"ftypavif" | b"ftypavis"), "AVIF"),
        (
            brand.starts_with(b"ftyphei") || brand == b"ftypmif1",
            "HEIC",
        ),
        (bytes.starts_with(b"%PDF-"), "PDF"),
        (bytes.starts_with(b"%!PS"), "PostScript"),
    ];
    let named = known.into_iter().find_map(|(is, name)| is.then_some(name));
    named.map_or(Failure::Unsupported, |format| Failure::NotRead { format })
}

/// How far from its beginning a file is looked at for the tag of SVG: behind a declaration, a doctype and comments.
const SVG_WITHIN: usize = 4096;

/// The orientation in an Exif block, which begins with its TIFF header; 1 where there is none.
fn orientation(exif: &[u8]) -> u8 {
    image::metadata::Orientation::from_exif_chunk(exif)
        .map_or(1, image::metadata::Orientation::to_exif)
}

fn u16_big(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..place + 2)?;
    Some(u16::from_be_bytes([bytes[0], bytes[1]]).into())
}

fn u16_little(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..place + 2)?;
    Some(u16::from_le_bytes([bytes[0], bytes[1]]).into())
}

fn u32_little(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..place + 4)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
mod tests;
