//! Pictures of landscapes that exist nowhere, drawn from an article's key: PNG (ISO/IEC 15948) with sixteen colours, not compressed.

/// In pixels.
const WIDTH: usize = 320;
/// In pixels.
const HEIGHT: usize = 180;

/// Largest stored block of a deflate stream (RFC 1951 §3.2.4).
const STORED_BLOCK: usize = 65_535;

/// The modulus of Adler-32 (RFC 1950 §9).
const ADLER_MODULUS: u32 = 65_521;

/// A picture that is always the same for the same `key`.
pub(crate) fn draw(key: &str) -> Vec<u8> {
    let hash = blake3::hash(key.as_bytes());
    let seed = hash.as_bytes();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, b"IHDR", &header());
    chunk(&mut png, b"PLTE", &palette(seed));
    chunk(&mut png, b"IDAT", &zlib_stored(&scanlines(seed)));
    chunk(&mut png, b"IEND", &[]);
    png
}

fn header() -> Vec<u8> {
    let mut header = Vec::new();
    header.extend((WIDTH as u32).to_be_bytes());
    header.extend((HEIGHT as u32).to_be_bytes());
    // Four bits a pixel, palette, the only methods there are, not interlaced.
    header.extend([4, 3, 0, 0, 0]);
    header
}

/// Eight shades of a sky, a sun, and seven of hills.
fn palette(seed: &[u8; 32]) -> Vec<u8> {
    let mut palette = Vec::new();
    for shade in 0..8_u8 {
        palette.extend([
            120 + seed[0] / 8 + shade * 8,
            150 + seed[1] / 8 + shade * 6,
            190 + seed[2] / 16 + shade * 5,
        ]);
    }
    palette.extend([255, 236, 170]);
    for shade in 0..7_u8 {
        palette.extend([
            100 - shade * 13,
            70 + seed[3] / 8 + (6 - shade) * 8,
            60 + seed[4] / 8 + (6 - shade) * 5,
        ]);
    }
    palette
}

/// The pixels, two a byte, each line after its filter byte.
fn scanlines(seed: &[u8; 32]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(HEIGHT * (1 + WIDTH / 2));
    for y in 0..HEIGHT {
        lines.push(0);
        for x in (0..WIDTH).step_by(2) {
            lines.push(colour(seed, x, y) << 4 | colour(seed, x + 1, y));
        }
    }
    lines
}

/// The place in the palette of one pixel: the nearest hill that covers it, else the sun, else the sky.
fn colour(seed: &[u8; 32], x: usize, y: usize) -> u8 {
    for hill in (0..4_u8).rev() {
        if y as f64 > ridge(seed, hill, x) {
            return 9 + hill * 2;
        }
    }
    let sun = (40.0 + f64::from(seed[5]), 30.0 + f64::from(seed[6]) / 8.0);
    if (x as f64 - sun.0).hypot(y as f64 - sun.1) < 16.0 {
        return 8;
    }
    u8::try_from(y * 8 / HEIGHT).unwrap_or(7)
}

/// The height of a hill's ridge at `x`, from above: two waves of the seed's lengths and places.
fn ridge(seed: &[u8; 32], hill: u8, x: usize) -> f64 {
    let of = |place: u8| f64::from(seed[usize::from(8 + hill * 4 + place)]);
    let x = x as f64;
    let base = 80.0 + f64::from(hill) * 26.0;
    base + (x / (30.0 + of(0) / 6.0) + of(1)).sin() * 18.0
        + (x / (11.0 + of(2) / 16.0) + of(3)).sin() * 5.0
}

/// A zlib stream (RFC 1950) of stored blocks.
fn zlib_stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(STORED_BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).expect("no block is longer than the largest");
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % ADLER_MODULUS;
        (low, (high + low) % ADLER_MODULUS)
    });
    high << 16 | low
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).expect("a picture of this size fits");
    png.extend(length.to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let check = crc32(&png[start..]);
    png.extend(check.to_be_bytes());
}

/// The check sum of PNG (ISO/IEC 15948 annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_sums_agree_with_their_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_depends_on_its_key_alone() {
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(draw("a"), draw("b"));
        assert!(draw("a").len() < 30_000);
    }
}
