//! Hostile pictures: each is answered or refused at once, whatever it claims to be.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::support::{animation, drawing, file, made, pixels};
use image::ImageFormat;
use proptest::prelude::*;
use wirecopy_picture::request::Ask;
use wirecopy_picture::{Failure, Header, Limits, transform};

/// What a refusal may take in a debug build on a busy machine. None decodes anything.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn bombs_are_refused_by_their_headers() {
    let Some(data) = std::env::var_os("WIRECOPY_TEST_DATA").map(PathBuf::from) else {
        println!("skipped: WIRECOPY_TEST_DATA is not set");
        return;
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(data.join("images/bombs")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let begun = Instant::now();
        let outcome = made(&bytes, "w=100&n=-1&output=png");
        assert!(
            begun.elapsed() < AT_ONCE,
            "{name} took {:?}",
            begun.elapsed()
        );
        // The pixels of these are a harmless picture; what is hidden beside them does not reach the decoder.
        let is_harmless = [
            "png_ztxt_bomb.png",
            "png_iccp_bomb.png",
            "polyglot_gif_js.gif",
        ];
        assert!(
            outcome.is_err() || is_harmless.contains(&name.as_str()),
            "{name} was made"
        );
        if let Ok(answer) = outcome {
            assert!(
                answer.bytes.len() < 20_000,
                "{name} gave {} bytes",
                answer.bytes.len()
            );
        }
        seen += 1;
    }
    assert!(seen >= 19);
}

#[test]
fn an_animation_of_too_many_frames_is_refused_whole_and_shown_still() {
    let many = animation((8, 8), 150);
    assert_eq!(
        made(&many, "n=-1"),
        Err(Failure::TooManyFrames { limit: 100 })
    );
    assert_eq!(
        made(&many, "n=101"),
        Err(Failure::TooManyFrames { limit: 100 })
    );
    assert!(made(&many, "").is_ok());
    assert!(made(&many, "n=100").is_ok());
}

#[test]
fn a_large_canvas_of_few_frames_counts_with_all_of_them() {
    let frame = b"ANMF\0\0\0\0".as_slice();
    let canvas = b"VP8X\x0a\0\0\0\x02\0\0\0\x0f\x27\0\x87\x13\0";
    let animation = b"ANIM\x06\0\0\0\0\0\0\0\0\0";
    let head = [b"RIFF\0\0\0\0WEBP".as_slice(), canvas, animation].concat();
    let three = [head.as_slice(), frame, frame, frame].concat();
    let header = Header::read(&three).unwrap();
    assert_eq!(
        (header.width, header.height, header.frames),
        (10_000, 5_000, 3)
    );
    let refused = Err(Failure::TooManyFrames { limit: 100 });
    assert_eq!(made(&three, "n=-1&w=10"), refused);
    assert_eq!(made(&three, "n=3&w=10"), refused);
}

#[test]
fn a_jpeg_of_more_scans_than_the_limit_is_refused() {
    let plain = file(ImageFormat::Jpeg, (64, 64), false);
    let jpeg = made(&plain, "il").unwrap().bytes;
    let scans = Header::read(&jpeg).unwrap().scans;
    assert!((2..=100).contains(&scans), "{scans}");
    let within = |scans| {
        let limits = Limits {
            scans,
            ..Limits::default()
        };
        transform(&jpeg, &Ask::parse("w=10").request, &limits)
    };
    assert!(within(scans).is_ok());
    assert_eq!(within(scans - 1), Err(Failure::Unreadable));
}

/// A PNG with one more chunk behind its size. Its sum is not right, which a decoder that saw it would say.
fn with_chunk(png: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let (head, rest) = png.split_at(33);
    [head, &length, kind, body, &[0; 4], rest].concat()
}

/// An icon that holds one picture.
fn icon(picture: &[u8]) -> Vec<u8> {
    let length = u32::try_from(picture.len()).unwrap().to_le_bytes();
    let head = b"\0\0\x01\0\x01\0\x20\x20\0\0\x01\0\x20\0".as_slice();
    [head, &length, &[22, 0, 0, 0], picture].concat()
}

#[test]
fn a_bomb_within_an_icon_reaches_the_decoder_no_more_than_one_outside() {
    let zeros = vec![0; 64 << 20];
    let mut packed =
        flate2::write::ZlibEncoder::new(b"x\0\0".to_vec(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &zeros).unwrap();
    let packed = packed.finish().unwrap();
    let png = file(ImageFormat::Png, (32, 32), true);
    for kind in [b"iCCP", b"zTXt"] {
        let bomb = with_chunk(&png, kind, &packed);
        for file in [bomb.clone(), icon(&bomb)] {
            let answer = made(&file, "output=png").unwrap();
            assert_eq!(pixels(&answer), drawing((32, 32), true));
        }
    }
    // What a PNG says of itself counts within an icon too: it is read as one.
    let turn = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let turned = with_chunk(&png, b"eXIf", turn);
    let [outside, inside] = [turned.clone(), icon(&turned)].map(|file| made(&file, "output=png"));
    assert_eq!(outside, inside);
    assert_ne!(pixels(&inside.unwrap()), drawing((32, 32), true));
}

/// What must not come out of any picture.
const SCRIPT: &[u8] = b"<script>alert(1)</script>";

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), body].concat()
}

#[test]
fn nothing_but_pixels_comes_out_of_a_polyglot() {
    let jpeg = file(ImageFormat::Jpeg, (48, 32), false);
    let comments = [
        segment(0xfe, SCRIPT),
        segment(0xe1, SCRIPT),
        segment(0xfe, b"%PDF-1.7"),
    ];
    let gif = animation((16, 16), 2);
    let (gif_body, gif_end) = gif.split_at(gif.len() - 1);
    let length = [SCRIPT.len() as u8];
    let polyglots = [
        [&jpeg[..2], &comments.concat(), &jpeg[2..], SCRIPT].concat(),
        with_chunk(&file(ImageFormat::Png, (48, 32), true), b"tEXt", SCRIPT),
        [gif_body, b"!\xfe", &length, SCRIPT, b"\0", gif_end, SCRIPT].concat(),
        [
            &file(ImageFormat::WebP, (48, 32), true),
            b"EXIF\x19\0\0\0".as_slice(),
            SCRIPT,
        ]
        .concat(),
        [&file(ImageFormat::Tiff, (48, 32), false), SCRIPT].concat(),
        [&file(ImageFormat::Bmp, (48, 32), false), SCRIPT].concat(),
        icon(&with_chunk(
            &file(ImageFormat::Png, (32, 32), true),
            b"tEXt",
            SCRIPT,
        )),
    ];
    for (number, polyglot) in polyglots.iter().enumerate() {
        for query in [
            "",
            "n=-1",
            "output=jpg",
            "output=png&l=0",
            "output=webp&ll",
            "output=gif",
            "output=tiff",
            "output=avif",
            "output=json",
        ] {
            let answer = made(polyglot, query);
            let bytes = answer
                .unwrap_or_else(|error| panic!("{number} {query}: {error}"))
                .bytes;
            let holds = |words: &[u8]| bytes.windows(words.len()).any(|found| found == words);
            assert!(!holds(b"<script") && !holds(b"%PDF"), "{number} {query}");
        }
    }
}

#[test]
fn nothing_larger_than_the_limits_is_made() {
    let small = file(ImageFormat::Png, (10, 10), false);
    let refused = Err(Failure::OutputTooLarge { limit: 50_000_000 });
    assert_eq!(made(&small, "w=10000000"), refused);
    assert_eq!(made(&small, "w=16384"), refused);
    assert_eq!(made(&small, "w=16000&h=1&fit=cover"), refused);
    assert_eq!(made(&small, "w=9000&h=9000&fit=contain"), refused);
}

#[test]
fn a_file_cut_short_or_overwritten_is_an_answer_or_an_error_and_never_a_panic() {
    let files = [
        file(ImageFormat::Jpeg, (120, 80), false),
        file(ImageFormat::Png, (60, 40), true),
        file(ImageFormat::WebP, (60, 40), true),
        file(ImageFormat::Tiff, (60, 40), false),
        file(ImageFormat::Bmp, (60, 40), false),
        file(ImageFormat::Ico, (60, 40), true),
        animation((30, 20), 3),
    ];
    for file in &files {
        for cut in (0..file.len()).step_by(1 + file.len() / 40) {
            let _ = made(&file[..cut], "w=20&output=png&n=-1");
        }
    }
    let places = (0_usize..7, any::<prop::sample::Index>(), any::<u8>());
    let damages = prop::collection::vec(places, 1..4);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    runner
        .run(&damages, |damages| {
            let mut bytes = files[damages[0].0].clone();
            for (_, place, value) in damages {
                let place = place.index(bytes.len());
                bytes[place] = value;
            }
            let _ = made(&bytes, "w=20&output=png&n=-1&trim=10");
            Ok(())
        })
        .unwrap();
}
