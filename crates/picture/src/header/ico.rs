//! ICO: a directory of pictures, each a bitmap or a whole PNG (Windows icon format). A PNG in it is taken out and
//! treated as one, so that what is hidden beside its pixels reaches no decoder.

use super::{u16_little, u32_little};

/// What a PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Bytes of the directory's head, and of each of its entries.
const HEAD: usize = 6;
const ENTRY: usize = 16;

/// The picture that is shown of all, where it is a PNG: that of the most bits, of those the largest, as image-rs
/// chooses; of several such the last of the directory, else the first.
pub(crate) fn png(bytes: &[u8]) -> Option<&[u8]> {
    let count = u16_little(bytes, 4)? as usize;
    let end = HEAD.checked_add(count.checked_mul(ENTRY)?)?;
    let mut entries = bytes.get(HEAD..end)?.chunks_exact(ENTRY);
    let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
    let mut best = entries.next_back()?;
    let rank = |entry: &[u8]| (u16_little(entry, 6), side(entry[0]) * side(entry[1]));
    for entry in entries {
        if rank(entry) > rank(best) {
            best = entry;
        }
    }
    let (length, start) = (
        u32_little(best, 8)? as usize,
        u32_little(best, 12)? as usize,
    );
    let end = start.saturating_add(length).min(bytes.len());
    bytes.get(start..end).filter(|inner| inner.starts_with(PNG))
}
