//! GIF: its blocks, walked to count the frames (GIF89a §15 to 28).

use super::{Format, Header, u16_little};

/// Frames counted; nothing above is decoded anyway, so the walk may stop.
const MAX_FRAMES: u32 = 10_000;

/// Reads the header; `None` where the screen's size is missing or there is no picture.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let size = (u16_little(bytes, 6)?, u16_little(bytes, 8)?);
    let mut header = Header::new(Format::Gif, size);
    header.loops = 1;
    header.frames = 0;
    let mut place = 13 + palette(*bytes.get(10)?);
    while let Some(kind) = bytes.get(place) {
        let next = match kind {
            b',' if header.frames < MAX_FRAMES => {
                header.frames += 1;
                bytes
                    .get(place + 9)
                    .map(|flags| place + 11 + palette(*flags))
            }
            b'!' => {
                extension(&mut header, bytes.get(place + 1..).unwrap_or_default());
                Some(place + 2)
            }
            _ => None,
        };
        let Some(after) = next.and_then(|next| blocks(bytes, next)) else {
            break;
        };
        place = after;
    }
    if header.has_alpha {
        header.channels = 4;
    }
    (header.frames > 0).then_some(header)
}

/// The bytes of a palette, by the flags before it.
fn palette(flags: u8) -> usize {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

/// Where the blocks that begin at a place end.
fn blocks(bytes: &[u8], mut place: usize) -> Option<usize> {
    loop {
        let length = *bytes.get(place)?;
        place += 1 + usize::from(length);
        if length == 0 {
            return Some(place);
        }
    }
}

fn extension(header: &mut Header, bytes: &[u8]) {
    match bytes {
        [0xf9, 4, flags, ..] => header.has_alpha |= flags & 1 == 1,
        [0xff, 11, rest @ ..] if rest.starts_with(b"NETSCAPE2.0\x03\x01") => {
            header.loops = u16_little(rest, 13)
                .and_then(|loops| u16::try_from(loops).ok())
                .unwrap_or(0);
        }
        _ => {}
    }
}
