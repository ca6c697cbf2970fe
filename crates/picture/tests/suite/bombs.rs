//! Hostile pictures: each is answered or refused at once, whatever it claims to be.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::support::{animation, file, made};
use image::ImageFormat;
use proptest::prelude::*;
use wirecopy_picture::Failure;

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
