//! PNG: its chunks, and the same file with nothing in it but what its pixels need.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{Format, Header, orientation};

/// The most of a compressed profile that is unpacked, in bytes; the rest is a bomb, and the profile is left alone.
const MAX_PROFILE: u64 = 4 << 20;

/// The chunks that say something of the first frame's pixels.
const NEEDED: [&[u8; 4]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// Reads the header; `None` where the first chunk is not the size.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut chunks = Chunks::of(bytes);
    let first = chunks.next().filter(|chunk| chunk.kind == b"IHDR")?;
    let number = |place: usize| {
        Some(u32::from_be_bytes(
            first.body.get(place..place + 4)?.try_into().ok()?,
        ))
    };
    let mut header = Header::new(Format::Png, (number(0)?, number(4)?));
    header.depth = *first.body.get(8)?;
    let (channels, has_alpha) = match first.body.get(9)? {
        0 => (1, false),
        2 | 3 => (3, false),
        4 => (2, true),
        6 => (4, true),
        _ => return None,
    };
    (header.channels, header.has_alpha) = (channels, has_alpha);
    header.is_progressive = first.body.get(12) == Some(&1);
    for chunk in chunks {
        match chunk.kind {
            b"tRNS" if !header.has_alpha => {
                header.has_alpha = true;
                header.channels += 1;
            }
            b"iCCP" => header.profile = unpacked(chunk.body),
            b"eXIf" => header.orientation = orientation(chunk.body),
            _ => {}
        }
    }
    Some(header)
}

/// The file without text, times, profiles and further frames: what could be a bomb is gone before a decoder sees it.
pub(crate) fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    if Chunks::of(bytes).all(|chunk| NEEDED.contains(&chunk.kind)) {
        return Cow::Borrowed(bytes);
    }
    let mut plain = bytes[..SIGNATURE.min(bytes.len())].to_vec();
    for chunk in Chunks::of(bytes).filter(|chunk| NEEDED.contains(&chunk.kind)) {
        plain.extend_from_slice(chunk.whole);
    }
    Cow::Owned(plain)
}

/// Bytes before the first chunk.
const SIGNATURE: usize = 8;

/// One chunk. The last one may be cut short.
struct Chunk<'a> {
    kind: &'a [u8; 4],
    body: &'a [u8],
    /// With its length, its name and its sum.
    whole: &'a [u8],
}

struct Chunks<'a>(&'a [u8]);

impl<'a> Chunks<'a> {
    fn of(bytes: &'a [u8]) -> Chunks<'a> {
        Chunks(bytes.get(SIGNATURE..).unwrap_or_default())
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let body = &rest[..length.min(rest.len())];
        let whole = &self.0[..(length.saturating_add(12)).min(self.0.len())];
        self.0 = &self.0[whole.len()..];
        Some(Chunk { kind, body, whole })
    }
}

/// The profile of an `iCCP` chunk: a name, a zero, a method, and zlib's stream.
fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    let name = body.iter().take(80).position(|byte| *byte == 0)?;
    let stream = ZlibDecoder::new(body.get(name + 2..)?);
    let mut profile = Vec::new();
    stream
        .take(MAX_PROFILE + 1)
        .read_to_end(&mut profile)
        .ok()?;
    (profile.len() as u64 <= MAX_PROFILE).then_some(profile)
}
