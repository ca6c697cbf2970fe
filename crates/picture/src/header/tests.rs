//! Headers written by hand, byte for byte.

use super::*;

/// A chunk of a PNG; its sum is not looked at.
fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), body, &[0; 4]].concat()
}

fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    let size = [0, 0, 0, 9, 0, 0, 0, 7, 8, 2, 0, 0, 1];
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(chunk(b"IHDR", &size));
    bytes.extend(chunks.concat());
    bytes
}

#[test]
fn a_png_tells_its_size_and_that_something_shows_through() {
    let header = Header::read(&png(&[chunk(b"tRNS", &[0; 6]), chunk(b"IEND", b"")])).unwrap();
    assert_eq!((header.width, header.height), (9, 7));
    assert_eq!((header.channels, header.has_alpha), (4, true));
    assert!(header.is_progressive);
}

#[test]
fn a_decoder_of_png_sees_no_text_no_profile_and_no_further_frames() {
    let pixels = chunk(b"IDAT", b"pixels");
    let noisy = png(&[
        chunk(b"zTXt", b"a\0\0bomb"),
        chunk(b"iCCP", b"p\0\0bomb"),
        chunk(b"acTL", &[0; 8]),
        pixels.clone(),
        chunk(b"fdAT", b"frame"),
        chunk(b"IEND", b""),
    ]);
    let plain = png(&[pixels, chunk(b"IEND", b"")]);
    assert_eq!(plain_png(&noisy), plain);
    assert!(matches!(plain_png(&plain), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn a_profile_that_unpacks_to_more_than_its_bound_is_left_alone() {
    use std::io::Write;
    let packed = |length: usize| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![7; length]).unwrap();
        let body = [b"icc\0\0", encoder.finish().unwrap().as_slice()].concat();
        Header::read(&png(&[chunk(b"iCCP", &body)]))
            .unwrap()
            .profile
    };
    assert_eq!(packed(1000), Some(vec![7; 1000]));
    assert_eq!(packed(64 << 20), None);
}

/// A JPEG's segment.
fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), body].concat()
}

fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    [b"\xff\xd8".as_slice(), &segments.concat(), b"\xff\xd9"].concat()
}

/// A progressive frame of 800 by 600 pixels, 4:2:0.
fn frame() -> Vec<u8> {
    segment(
        0xc2,
        &[8, 2, 88, 3, 32, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
    )
}

#[test]
fn a_jpeg_tells_its_size_its_scans_and_its_turn() {
    let exif = [
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01".as_slice(),
        b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
    ]
    .concat();
    let scan = [
        segment(0xda, &[0; 10]),
        vec![1, 2, 0xff, 0, 3, 0xff, 0xd0, 4],
    ]
    .concat();
    let header = Header::read(&jpeg(&[segment(0xe1, &exif), frame(), scan.clone(), scan])).unwrap();
    assert_eq!((header.width, header.height), (800, 600));
    assert_eq!((header.scans, header.orientation), (2, 6));
    assert_eq!(header.subsampling, Some("4:2:0"));
    assert!(header.is_progressive);
}

#[test]
fn a_profile_in_parts_is_joined_in_their_order() {
    let part = |number: u8, text: &[u8]| {
        segment(
            0xe2,
            &[b"ICC_PROFILE\0".as_slice(), &[number, 2], text].concat(),
        )
    };
    let header = Header::read(&jpeg(&[part(2, b"world"), part(1, b"hello "), frame()])).unwrap();
    assert_eq!(header.profile.as_deref(), Some(b"hello world".as_slice()));
}

#[test]
fn a_gif_is_counted_frame_by_frame() {
    let mut bytes = b"GIF89a\x10\0\x20\0\x80\0\0".to_vec();
    bytes.extend([0; 6]);
    bytes.extend(b"!\xff\x0bNETSCAPE2.0\x03\x01\x05\0\0");
    for _ in 0..3 {
        bytes.extend(b"!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x10\0\x20\0\0\x02\x02ab\0");
    }
    bytes.push(b';');
    let header = Header::read(&bytes).unwrap();
    assert_eq!((header.width, header.height), (16, 32));
    assert_eq!(
        (header.frames, header.loops, header.has_alpha),
        (3, 5, true)
    );
}

#[test]
fn a_webp_tells_its_canvas_and_its_frames() {
    let riff = |chunks: &[&[u8]]| [b"RIFF\0\0\0\0WEBP".as_slice(), &chunks.concat()].concat();
    let canvas = b"VP8X\x0a\0\0\0\x12\0\0\0\x0f\0\0\x1f\0\0";
    let animation = b"ANIM\x06\0\0\0\0\0\0\0\x02\0";
    let header = Header::read(&riff(&[
        canvas,
        animation,
        b"ANMF\x01\0\0\0a\0",
        b"ANMF\0\0\0\0",
    ]))
    .unwrap();
    assert_eq!((header.width, header.height), (16, 32));
    assert_eq!(
        (header.frames, header.loops, header.has_alpha),
        (2, 2, true)
    );
}

#[test]
fn what_is_no_picture_or_one_of_a_refused_kind_is_told_by_its_first_bytes() {
    for bytes in [
        b"".as_slice(),
        b"<html>",
        b"GIF88a",
        b"push graphic-context",
    ] {
        assert_eq!(Header::read(bytes), Err(Failure::Unsupported), "{bytes:?}");
    }
    for (bytes, format) in [
        (
            b"\xef\xbb\xbf<?xml version=\"1.0\"?><svg/>".as_slice(),
            "SVG",
        ),
        (b" \n<!-- drawn by hand --><svg onload=alert(1)>", "SVG"),
        (b"\x1f\x8b\x08\0", "SVG, compressed or not,"),
        (b"\0\0\0\x20ftypavif", "AVIF"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"%PDF-1.7", "PDF"),
        (b"%!PS", "PostScript"),
    ] {
        let refused = Err(Failure::NotRead { format });
        assert_eq!(Header::read(bytes), refused, "{bytes:?}");
    }
    assert_eq!(Header::read(b"\xff\xd8\xff"), Err(Failure::Unreadable));
    assert_eq!(Header::read(b"GIF89a"), Err(Failure::Unreadable));
}
