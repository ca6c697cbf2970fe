//! JPEG: the markers up to the end of the picture (T.81 Annex B).

use super::{Format, Header, orientation, u16_big};

/// The most of a profile that is put together from its parts, in bytes; printers' largest have two million.
const MAX_PROFILE: usize = 4 << 20;

/// Scans counted; nothing above is decoded anyway, so the walk may stop.
const MAX_SCANS: u32 = 1000;

/// Reads the header; `None` where no frame is told of before the data ends.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut header = None;
    let mut exif = 1;
    let mut profile = Vec::new();
    let mut scans = 0;
    let mut place = 2;
    while let Some((marker, body, next)) = segment(bytes, place) {
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) && header.is_none() => {
                header = Some(frame(marker, body)?);
            }
            0xe1 => exif = body.strip_prefix(b"Exif\0\0").map_or(exif, orientation),
            0xe2 => profile.extend(body.strip_prefix(b"ICC_PROFILE\0").and_then(part)),
            0xda => scans += 1,
            0xd9 => break,
            _ => {}
        }
        if scans > MAX_SCANS {
            break;
        }
        place = next;
    }
    let mut header: Header = header?;
    header.orientation = exif;
    header.scans = scans.max(1);
    header.profile = joined(profile);
    Some(header)
}

/// The next segment from a place: its marker, what it holds, and where it ends. Whatever is no marker is passed over:
/// the coded pixels behind a scan's head, and damage.
fn segment(bytes: &[u8], mut place: usize) -> Option<(u8, &[u8], usize)> {
    loop {
        place += bytes.get(place..)?.iter().position(|byte| *byte == 0xff)?;
        let marker = *bytes.get(place + 1)?;
        match marker {
            // A stuffed byte, fill, or a mark without a length: restarts, the begin of the picture.
            0x00 | 0x01 | 0xd0..=0xd8 => place += 2,
            0xff => place += 1,
            0xd9 => return Some((marker, &[], place + 2)),
            _ => break,
        }
    }
    let length = u16_big(bytes, place + 2)? as usize;
    let end = (place + 2 + length.max(2)).min(bytes.len());
    let body = bytes.get(place + 4..end).unwrap_or_default();
    Some((bytes[place + 1], body, end))
}

fn frame(marker: u8, body: &[u8]) -> Option<Header> {
    let size = (u16_big(body, 3)?, u16_big(body, 1)?);
    let mut header = Header::new(Format::Jpeg, size);
    header.depth = *body.first()?;
    header.channels = *body.get(5)?;
    header.is_progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
    let sampling = |component: usize| body.get(7 + 3 * component);
    if let (3, Some(luma), Some(chroma)) = (header.channels, sampling(0), sampling(1)) {
        let share = |shift: u8| (luma >> shift & 15) / (chroma >> shift & 15).max(1);
        header.subsampling = match (share(4), share(0)) {
            (2, 2) => Some("4:2:0"),
            (2, 1) => Some("4:2:2"),
            (1, 2) => Some("4:4:0"),
            (4, 1) => Some("4:1:1"),
            _ => Some("4:4:4"),
        };
    }
    Some(header)
}

/// A part of a profile: its number and its bytes (ICC.1 Annex B.4).
fn part(body: &[u8]) -> Option<(u8, &[u8])> {
    Some((*body.first()?, body.get(2..)?))
}

fn joined(mut parts: Vec<(u8, &[u8])>) -> Option<Vec<u8>> {
    parts.sort_by_key(|(number, _)| *number);
    let length: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
    let parts = parts.iter().map(|(_, bytes)| *bytes);
    (1..=MAX_PROFILE)
        .contains(&length)
        .then(|| parts.collect::<Vec<_>>().concat())
}
