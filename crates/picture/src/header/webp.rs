//! WebP: its chunks (RFC 9649 §2).

use super::{Format, Header, orientation, u16_little};

/// The most of a profile that is kept, in bytes.
const MAX_PROFILE: usize = 4 << 20;

/// Reads the header; `None` where no chunk tells the size.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut header: Option<Header> = None;
    let mut frames = 0;
    let mut rest = bytes.get(12..)?;
    while let Some((kind, body, after)) = chunk(rest) {
        match (kind, &mut header) {
            (b"VP8X", None) => header = Some(extended(body)?),
            (b"VP8 ", None) => header = Some(lossy(body)?),
            (b"VP8L", None) => header = Some(lossless(body)?),
            (b"ANIM", Some(header)) => header.loops = u16_little(body, 4)? as u16,
            (b"ANMF", _) => frames += 1,
            (b"ICCP", Some(header)) if body.len() <= MAX_PROFILE => {
                header.profile = Some(body.to_vec());
            }
            (b"EXIF", Some(header)) => {
                header.orientation = orientation(body.strip_prefix(b"Exif\0\0").unwrap_or(body));
            }
            _ => {}
        }
        rest = after;
    }
    let mut header = header?;
    header.frames = frames.max(1);
    header.channels = if header.has_alpha { 4 } else { 3 };
    Some(header)
}

/// The first chunk: its name, what it holds, and what follows. Odd lengths are filled up (RFC 9649 §2.3).
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let body = &rest[..length.min(rest.len())];
    let end = length.saturating_add(length & 1).min(rest.len());
    Some((kind, body, &rest[end..]))
}

fn u24(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place..place + 3)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]))
}

fn extended(body: &[u8]) -> Option<Header> {
    let mut header = Header::new(Format::Webp, (u24(body, 4)? + 1, u24(body, 7)? + 1));
    header.has_alpha = body[0] & 0x10 != 0;
    Some(header)
}

/// RFC 6386 §9.1: a frame tag, a start code, and the sizes with two bits of scale.
fn lossy(body: &[u8]) -> Option<Header> {
    let side = |place| Some(u16_little(body, place)? & 0x3fff);
    Some(Header::new(Format::Webp, (side(6)?, side(8)?)))
}

/// RFC 9649 §3.4: a signature and 14 bits for each side less one.
fn lossless(body: &[u8]) -> Option<Header> {
    let bits = u32::from_le_bytes(body.get(1..5)?.try_into().ok()?);
    let size = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    let mut header = Header::new(Format::Webp, size);
    header.has_alpha = bits >> 28 & 1 == 1;
    Some(header)
}
