//! What becomes of pictures that are made here, of each kind that articles show.

use super::*;

/// Invented: hills of two colours under a sky, with some grain, so that quality has something to weigh.
fn photograph(width: u32, height: u32, channels: usize) -> Bitmap {
    let mut bitmap = Bitmap::filled((width, height), [0, 0, 0, 255], channels);
    let mut state = 7_u32;
    for (place, pixel) in bitmap.pixels.chunks_exact_mut(channels).enumerate() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 28) as f32;
        let (x, y) = (place as u32 % width, place as u32 / width);
        let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
        let hill = 0.55 + 0.2 * (x * 9.0).sin() * (x * 2.0).cos();
        let colour = match y > hill {
            true => [60.0 + 90.0 * x, 110.0 - 60.0 * y, 40.0],
            false => [120.0 + 80.0 * y, 160.0 + 50.0 * y, 220.0],
        };
        for (part, value) in pixel.iter_mut().zip(colour) {
            *part = (value + grain) as u8;
        }
    }
    bitmap
}

fn jpeg_file(bitmap: &Bitmap) -> Vec<u8> {
    let request = Request {
        quality: 95,
        ..Request::default()
    };
    jpeg::encode(bitmap.clone(), &request).unwrap()
}

fn png_file(bitmap: &Bitmap) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, bitmap.width, bitmap.height);
    encoder.set_color(match bitmap.has_alpha() {
        true => png::ColorType::Rgba,
        false => png::ColorType::Rgb,
    });
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&bitmap.pixels).unwrap();
    drop(writer);
    file
}

fn make(file: &[u8], form: Form, widths: &[u32], score: f64) -> Renditions {
    let recipe = Recipe {
        form,
        widths: widths.to_vec(),
        score,
    };
    renditions(file, &recipe, &Limits::default()).unwrap()
}

fn sizes(made: &Renditions) -> Vec<(u32, u32)> {
    made.files
        .iter()
        .map(|file| (file.width, file.height))
        .collect()
}

#[test]
fn widths_are_those_of_the_ladder_and_never_more_than_there_is() {
    let file = jpeg_file(&photograph(300, 201, 3));
    let cases = [
        (vec![80, 160], vec![(80, 54), (160, 107)]),
        (vec![160, 80, 160], vec![(80, 54), (160, 107)]),
        (vec![80, 290, 600], vec![(80, 54), (300, 201)]),
        (vec![600], vec![(300, 201)]),
    ];
    for (widths, expected) in cases {
        let made = make(&file, Form::Fallback, &widths, 50.0);
        assert_eq!(sizes(&made), expected, "{widths:?}");
    }
}

#[test]
fn each_form_has_its_format() {
    let photo = photograph(120, 90, 3);
    let mut seen_through = photograph(120, 90, 4);
    seen_through.pixels[3] = 0;
    let cases = [
        (jpeg_file(&photo), Form::Fallback, "image/jpeg"),
        (jpeg_file(&photo), Form::Webp, "image/webp"),
        (jpeg_file(&photo), Form::Avif, "image/avif"),
        (png_file(&seen_through), Form::Fallback, "image/webp"),
        (png_file(&seen_through), Form::Avif, "image/avif"),
        (png_file(&photo), Form::Fallback, "image/webp"),
    ];
    for (file, form, expected) in cases {
        let made = make(&file, form, &[120], 50.0);
        assert_eq!(made.media_type, expected, "{form:?}");
        let bytes = &made.files[0].bytes;
        match expected {
            "image/avif" => assert_eq!(&bytes[4..12], b"ftypavif"),
            _ => {
                let header = Header::read(bytes).unwrap();
                assert_eq!((header.width, header.height), (120, 90));
            }
        }
    }
}

#[test]
fn what_is_read_back_scores_as_asked_and_more_costs_more() {
    let photo = photograph(240, 160, 3);
    let file = png_file(&photo);
    let mut lengths = Vec::new();
    for score in [40.0, 60.0, 80.0] {
        let jpeg = jpeg_file(&photo);
        let made = make(&jpeg, Form::Webp, &[240], score);
        let (bytes, seen) = seen(made.files[0].bytes.clone()).unwrap();
        // Against what the JPEG shows, which is what was to be kept.
        let (_, shown) = super::seen(jpeg).unwrap();
        let reached = Reference::new(&shown).score(&seen).unwrap();
        assert!(reached >= score, "{reached} for {score}");
        lengths.push(bytes.len());
    }
    assert!(
        lengths.is_sorted() && lengths[0] < lengths[2],
        "{lengths:?}"
    );
    let avif = avif::encode(&photo, 80, 6).unwrap();
    let coarse = avif::encode(&photo, 30, 6).unwrap();
    let reference = Reference::new(&photo);
    let score = |encoded: &avif::Encoded| reference.score(&encoded.seen(photo.size())).unwrap();
    assert!(score(&avif) > 70.0);
    assert!(score(&avif) > score(&coarse));
    assert!(avif.file.len() > coarse.file.len() && avif.file.len() < file.len());
}

#[test]
fn an_avif_of_high_quality_keeps_the_colour_of_each_pixel() {
    // Red and blue lines of one pixel: with colour shared by two by two pixels they are all of one purple.
    let mut lines = Bitmap::filled((64, 64), [200, 0, 0, 255], 3);
    for pixel in lines.pixels.chunks_exact_mut(3).skip(1).step_by(2) {
        pixel.copy_from_slice(&[0, 0, 200]);
    }
    let difference = |quality| {
        let seen = avif::encode(&lines, quality, 8).unwrap().seen(lines.size());
        let pairs = seen.pixels.iter().zip(&lines.pixels);
        pairs
            .map(|(seen, asked)| u64::from(seen.abs_diff(*asked)))
            .sum::<u64>()
    };
    assert!(
        difference(90) * 4 < difference(89),
        "{} {}",
        difference(90),
        difference(89)
    );
}

#[test]
fn a_drawing_keeps_its_lines() {
    let mut drawing = Bitmap::filled((200, 100), [255, 255, 255, 255], 3);
    for x in (0..200).step_by(7) {
        let at = (50 * 200 + x) * 3;
        drawing.pixels[at..at + 3].copy_from_slice(&[200, 0, 0]);
    }
    let made = make(&png_file(&drawing), Form::Fallback, &[200], 60.0);
    let (_, seen) = seen(made.files[0].bytes.clone()).unwrap();
    assert_eq!(seen.pixels, drawing.pixels);
}

#[test]
fn nothing_takes_more_than_it_came_with() {
    let request = Request {
        quality: 25,
        ..Request::default()
    };
    let poor = jpeg::encode(photograph(300, 200, 3), &request).unwrap();
    let made = make(&poor, Form::Fallback, &[600], 90.0);
    assert!(made.files[0].bytes.len() <= poor.len());
}

#[test]
fn the_same_file_gives_the_same_bytes_and_its_colours() {
    let file = jpeg_file(&photograph(200, 150, 3));
    for form in [Form::Fallback, Form::Webp, Form::Avif] {
        let made = make(&file, form, &[90, 200], 55.0);
        assert_eq!(made, make(&file, form, &[90, 200], 55.0));
        let [upper, _, lower] = made.colours;
        assert!(
            upper[2] > upper[0] && lower[2] < lower[0],
            "{:?}",
            made.colours
        );
    }
}

/// Exif (2.3 §4.6) that says: turn by a quarter (6), and a place that must not get out.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"at 52.5 N 13.4 E");
    let mut file = jpeg[..2].to_vec();
    let length = u16::try_from(tiff.len() + 8).unwrap();
    file.extend([0xFF, 0xE1]);
    file.extend(length.to_be_bytes());
    file.extend(b"Exif\0\0");
    file.extend(tiff);
    file.extend(&jpeg[2..]);
    file
}

#[test]
fn what_the_camera_noted_is_obeyed_and_left_out() {
    let file = with_exif(&jpeg_file(&photograph(120, 60, 3)));
    for form in [Form::Fallback, Form::Webp, Form::Avif] {
        let made = make(&file, form, &[60], 50.0);
        assert_eq!(sizes(&made), [(60, 120)], "{form:?}");
        let bytes = &made.files[0].bytes;
        assert!(!bytes.windows(7).any(|window| window == b"at 52.5"));
    }
}

/// Frames of one colour each.
fn animation_file(frames: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut file);
    for frame in 0..frames {
        let pixels = image::RgbaImage::from_pixel(64, 48, image::Rgba([frame * 40, 90, 200, 255]));
        encoder.encode_frame(image::Frame::new(pixels)).unwrap();
    }
    drop(encoder);
    file
}

#[test]
fn an_animation_moves_in_one_form_and_one_width() {
    let file = animation_file(4);
    let made = make(&file, Form::Fallback, &[32, 64], 60.0);
    assert_eq!(sizes(&made), [(32, 24)]);
    assert_eq!(Header::read(&made.files[0].bytes).unwrap().frames, 4);
    assert!(make(&file, Form::Avif, &[32, 64], 60.0).files.is_empty());
}

#[test]
fn an_animation_of_too_many_frames_stands_still() {
    let recipe = Recipe {
        form: Form::Fallback,
        widths: vec![64],
        score: 60.0,
    };
    let limits = Limits {
        frames: 3,
        ..Limits::default()
    };
    let made = renditions(&animation_file(4), &recipe, &limits).unwrap();
    assert_eq!(Header::read(&made.files[0].bytes).unwrap().frames, 1);
}
