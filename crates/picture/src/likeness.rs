//! What a picture looks like, in 64 bits: whether each of eight by eight fields is brighter than the one to its right
//! (the difference hash). A copy in another size or of another quality differs in few of them.

use crate::bitmap::Bitmap;
use crate::decode;
use crate::failure::Failure;
use crate::header::Header;
use crate::limits::Limits;
use crate::request::Request;
use crate::{orientation, resize};

/// Fields in a row, and rows.
const SIDE: u32 = 8;

/// The likeness of a picture, upright, its first frame. The uppermost bit is the field at the top left.
///
/// # Errors
///
/// When it is no picture, a broken one, or would cost more than the limits allow.
pub fn likeness(bytes: &[u8], limits: &Limits) -> Result<u64, Failure> {
    let header = Header::read(bytes)?;
    limits.admit(&header, 1)?;
    let bitmap = decode::still(&header, bytes, 1, limits)?;
    let bitmap = orientation::apply(bitmap, header.orientation, &Request::default());
    // What shows through is white, as on a page.
    let small = resize::resize(bitmap.over([255; 4]), (SIDE + 1, SIDE));
    let fields = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
    Ok(fields.fold(0, |bits, (x, y)| {
        bits << 1 | u64::from(brightness(&small, x, y) > brightness(&small, x + 1, y))
    }))
}

/// Luma by the weights of ITU-R BT.601, times a thousand.
fn brightness(bitmap: &Bitmap, x: u32, y: u32) -> u32 {
    let weights = [299, 587, 114];
    let parts = bitmap.pixel(x, y).iter().zip(weights);
    parts.map(|(part, weight)| u32::from(*part) * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Ask;
    use crate::transform;

    /// Invented: a chequerboard of nine by eight fields, each as bright as a generator (Knuth's MMIX) has it.
    fn picture(seed: u64, side: u32) -> Vec<u8> {
        let mut state = seed;
        let mut fields = [0_u8; 72];
        for field in &mut fields {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *field = state.to_be_bytes()[0];
        }
        let mut pixels = Vec::new();
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let value = fields[(y * 8 / side * 9 + x * 9 / side) as usize];
            pixels.extend([value, value, 40]);
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&pixels).unwrap();
        drop(writer);
        file
    }

    fn bits(file: &[u8]) -> u64 {
        likeness(file, &Limits::default()).unwrap()
    }

    #[test]
    fn another_size_quality_or_a_closer_cut_is_near_and_another_picture_is_far() {
        for seed in 0..5 {
            let original = picture(seed, 300);
            let changed = |query: &str| {
                let request = Ask::parse(query).request;
                bits(
                    &transform(&original, &request, &Limits::default())
                        .unwrap()
                        .bytes,
                )
            };
            for query in [
                "w=90&output=jpg&q=40&il",
                "cx=4&cy=4&cw=292&ch=292",
                "output=webp&q=30",
            ] {
                let differing = (bits(&original) ^ changed(query)).count_ones();
                assert!(differing <= 7, "{seed} {query}: {differing}");
            }
            let other = (bits(&original) ^ bits(&picture(seed + 5, 300))).count_ones();
            assert!(other > 10, "{seed}: {other}");
        }
    }

    #[test]
    fn what_is_no_picture_has_no_likeness() {
        assert!(likeness(b"<svg/>", &Limits::default()).is_err());
        assert!(likeness(&picture(1, 50)[..60], &Limits::default()).is_err());
    }
}
