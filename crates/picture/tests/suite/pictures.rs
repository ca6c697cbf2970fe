//! What becomes of a picture's pixels, and of what stands beside them.

use crate::support::{animation, drawing, encoded, file, made, pixels};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use wirecopy_picture::{Format, Header};

fn plain(colour: [u8; 4], size: (u32, u32)) -> DynamicImage {
    DynamicImage::ImageRgba8(RgbaImage::from_pixel(size.0, size.1, Rgba(colour)))
}

fn format(bytes: &[u8], query: &str) -> &'static str {
    made(bytes, query).unwrap().extension
}

#[test]
fn the_format_is_the_sources_unless_it_cannot_be_or_another_is_asked_for() {
    let jpeg = file(ImageFormat::Jpeg, (64, 48), false);
    assert_eq!(format(&jpeg, ""), "jpg");
    assert_eq!(format(&jpeg, "output=webp"), "webp");
    assert_eq!(format(&jpeg, "output=avif"), "avif");
    assert_eq!(format(&jpeg, "output=nonsense"), "jpg");
    assert_eq!(format(&jpeg, "w=30&h=30&fit=contain"), "png");
    assert_eq!(format(&jpeg, "w=30&h=30&fit=contain&bg=white"), "jpg");
    assert_eq!(format(&jpeg, "w=30&h=30&fit=contain&cbg=black"), "jpg");
    assert_eq!(format(&jpeg, "mask=circle"), "png");
    assert_eq!(format(&file(ImageFormat::Bmp, (9, 9), false), ""), "png");
    assert_eq!(format(&file(ImageFormat::Ico, (9, 9), true), ""), "png");
    assert_eq!(format(&file(ImageFormat::Tiff, (9, 9), false), ""), "tiff");
    assert_eq!(format(&animation((9, 9), 2), ""), "gif");
}

#[test]
fn what_is_asked_for_reaches_the_file() {
    let jpeg = file(ImageFormat::Jpeg, (640, 480), false);
    let length = |query: &str| made(&jpeg, query).unwrap().bytes.len();
    assert!(length("q=30") < length(""));
    assert!(length("") < length("q=95"));
    assert!(length("output=webp&q=30") < length("output=webp&q=90"));
    assert!(length("output=png&l=9&af") < length("output=png&l=1"));
    assert!(length("output=webp&q=30") < length("output=webp&ll"));
    let header = Header::read(&made(&jpeg, "il").unwrap().bytes).unwrap();
    assert!(header.is_progressive);
    assert_eq!(header.subsampling, Some("4:2:0"));
}

#[test]
fn a_progressive_jpeg_holds_the_same_picture_in_several_scans() {
    let sources = [
        file(ImageFormat::Jpeg, (643, 481), false),
        file(ImageFormat::Png, (643, 481), false),
        file(ImageFormat::Png, (643, 481), true),
    ];
    for source in sources {
        for query in ["", "q=95", "w=301"] {
            let plain = made(&source, &format!("{query}&output=png&bg=black")).unwrap();
            let jpeg = made(&source, &format!("{query}&output=jpg&il")).unwrap();
            let header = Header::read(&jpeg.bytes).unwrap();
            assert!(header.is_progressive && header.scans > 1, "{query}");
            assert_eq!(header.subsampling, Some("4:2:0"), "{query}");
            assert!(jpeg.bytes.windows(2).any(|mark| mark == [0xff, 0xc2]));
            let (plain, jpeg) = (pixels(&plain), pixels(&jpeg));
            assert_eq!(jpeg.dimensions(), plain.dimensions(), "{query}");
            let pairs = plain.iter().zip(jpeg.iter());
            let apart: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            assert!(apart < 8 * plain.len() as u64, "{query}: {apart}");
        }
    }
}

#[test]
fn a_picture_is_turned_upright_before_its_size_counts_and_keeps_no_mark_of_it() {
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut lying = file(ImageFormat::Jpeg, (200, 100), false);
    let segment = [&[0xff, 0xe1, 0, exif.len() as u8 + 2], exif.as_slice()].concat();
    lying.splice(2..2, segment);
    let upright = made(&lying, "w=50").unwrap();
    assert_eq!(pixels(&upright).dimensions(), (50, 100));
    assert_eq!(Header::read(&upright.bytes).unwrap().orientation, 1);
    assert!(!upright.bytes.windows(4).any(|bytes| bytes == b"Exif"));
    assert_eq!(
        pixels(&made(&lying, "w=50&ro=90").unwrap()).dimensions(),
        (50, 25)
    );
    assert_eq!(
        pixels(&made(&lying, "cw=20&ch=50&precrop").unwrap()).dimensions(),
        (20, 50)
    );
}

#[test]
fn what_cannot_be_seen_does_not_colour_the_edge_beside_it() {
    let half = RgbaImage::from_fn(100, 100, |x, _| match x < 50 {
        true => Rgba([0, 0, 0, 0]),
        false => Rgba([255, 255, 255, 255]),
    });
    let png = encoded(ImageFormat::Png, DynamicImage::ImageRgba8(half), true);
    let small = pixels(&made(&png, "w=33").unwrap());
    for pixel in small.pixels().filter(|pixel| pixel.0[3] > 16) {
        assert!(pixel.0[0] > 235, "{pixel:?}");
    }
}

#[test]
fn a_wide_gamut_profile_is_turned_into_srgb_and_dropped() {
    let green = encoded(ImageFormat::Png, plain([0, 200, 0, 255], (8, 8)), false);
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &profile).unwrap();
    let body = [b"p3\0\0".as_slice(), &packed.finish().unwrap()].concat();
    let mut wide = green.clone();
    let chunk = [
        &u32::to_be_bytes(body.len() as u32),
        b"iCCP".as_slice(),
        &body,
        &[0; 4],
    ]
    .concat();
    wide.splice(33..33, chunk);
    let answer = made(&wide, "").unwrap();
    let pixel = pixels(&answer).get_pixel(4, 4).0;
    assert!(pixel[1] > 200, "{pixel:?}");
    assert_eq!(Header::read(&answer.bytes).unwrap().profile, None);
    assert_eq!(pixels(&made(&green, "").unwrap()).get_pixel(4, 4).0[1], 200);
}

#[test]
fn sixteen_bits_and_greys_become_eight_bits_of_colour() {
    let grey = DynamicImage::ImageRgba8(drawing((40, 30), true));
    let deep = DynamicImage::ImageRgba16(grey.to_rgba16());
    let mut bytes = std::io::Cursor::new(Vec::new());
    deep.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let pictures = [bytes.into_inner(), {
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::ImageLumaA8(grey.to_luma_alpha8())
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    }];
    for picture in pictures {
        let header = Header::read(&made(&picture, "").unwrap().bytes).unwrap();
        assert_eq!((header.channels, header.depth), (4, 8));
    }
}

#[test]
fn an_animation_keeps_its_frames_only_where_they_are_asked_for() {
    let gif = animation((40, 20), 5);
    let frames = |query: &str| Header::read(&made(&gif, query).unwrap().bytes).unwrap();
    assert_eq!(frames("").frames, 1);
    assert_eq!(frames("n=3").frames, 3);
    let all = frames("n=-1&w=20");
    assert_eq!(
        (all.frames, all.width, all.height, all.loops),
        (5, 20, 10, 0)
    );
    let webp = frames("n=-1&output=webp");
    assert_eq!((webp.format, webp.frames), (Format::Webp, 5));
    assert_eq!(frames("n=-1&output=png").frames, 1);
}

#[test]
fn a_border_is_cut_off_and_a_plain_picture_left_alone() {
    let mut framed = RgbaImage::from_pixel(100, 80, Rgba([250, 250, 250, 255]));
    image::imageops::overlay(&mut framed, &drawing((40, 20), false), 30, 10);
    let png = encoded(ImageFormat::Png, DynamicImage::ImageRgba8(framed), false);
    assert_eq!(
        pixels(&made(&png, "trim=20").unwrap()).dimensions(),
        (40, 20)
    );
    assert_eq!(pixels(&made(&png, "trim").unwrap()).dimensions(), (40, 20));
    assert_eq!(
        pixels(&made(&png, "trim=0").unwrap()).dimensions(),
        (100, 80)
    );
    let plain = encoded(ImageFormat::Png, plain([9, 9, 9, 255], (30, 20)), false);
    assert_eq!(
        pixels(&made(&plain, "trim=200").unwrap()).dimensions(),
        (30, 20)
    );
}

#[test]
fn the_part_with_something_in_it_is_kept_where_that_is_asked_for() {
    let mut wide = RgbaImage::from_pixel(400, 100, Rgba([120, 120, 120, 255]));
    image::imageops::overlay(&mut wide, &drawing((100, 100), false), 290, 0);
    let png = encoded(ImageFormat::Png, DynamicImage::ImageRgba8(wide), false);
    for align in ["entropy", "attention"] {
        let kept = pixels(&made(&png, &format!("w=100&h=100&fit=cover&a={align}")).unwrap());
        let drawn = kept
            .pixels()
            .filter(|pixel| pixel.0 != [120, 120, 120, 255])
            .count();
        assert!(drawn > 9000, "{align}: {drawn} of 10,000");
    }
    let middle = pixels(&made(&png, "w=100&h=100&fit=cover").unwrap());
    assert_eq!(middle.get_pixel(50, 50).0, [120, 120, 120, 255]);
}

#[test]
fn shapes_show_their_inside_alone() {
    let square = encoded(ImageFormat::Png, plain([9, 9, 9, 255], (80, 60)), false);
    let shapes = [
        "circle",
        "ellipse",
        "triangle",
        "triangle-180",
        "pentagon",
        "pentagon-180",
        "hexagon",
        "square",
        "star",
        "heart",
    ];
    for shape in shapes {
        let shown = pixels(&made(&square, &format!("mask={shape}")).unwrap());
        assert_eq!(shown.get_pixel(40, 30).0[3], 255, "{shape}");
        assert_eq!(shown.get_pixel(0, 0).0[3], 0, "{shape}");
    }
    let cut = pixels(&made(&square, "mask=circle&mtrim").unwrap());
    assert_eq!(cut.dimensions(), (60, 60));
    let ground = pixels(&made(&square, "mask=circle&mbg=red").unwrap());
    assert_eq!(ground.get_pixel(0, 0).0, [255, 0, 0, 255]);
}

#[test]
fn a_grey_picture_is_kept_as_grey_and_stands_on_a_grey_ground() {
    let jpeg = file(ImageFormat::Jpeg, (90, 60), false);
    let png = file(ImageFormat::Png, (90, 60), true);
    let cases = [
        (&jpeg, "", 1),
        (&jpeg, "&il", 1),
        (&jpeg, "&output=png", 1),
        (&png, "", 2),
        (&png, "&bg=darkorange", 1),
        (&png, "&output=jpg&il", 1),
        (&jpeg, "&tint=red", 3),
        (&png, "&mask=circle&mbg=red", 3),
    ];
    for (file, query, channels) in cases {
        let answer = made(file, &format!("filt=greyscale{query}")).unwrap();
        let header = Header::read(&answer.bytes).unwrap();
        assert_eq!(header.channels, channels, "{query}");
        assert_eq!((header.width, header.height), (90, 60), "{query}");
        let shown = match answer.extension {
            "png" => pixels(&answer),
            _ => continue,
        };
        let is_grey = shown.pixels().all(|p| p.0[0] == p.0[1] && p.0[1] == p.0[2]);
        assert_eq!(is_grey, channels < 3, "{query}");
    }
    // Without the filter nobody counts colours.
    let plain = made(&png, "bg=black").unwrap();
    assert_eq!(Header::read(&plain.bytes).unwrap().channels, 3);
}

#[test]
fn filters_are_done_in_their_order_at_the_size_that_is_shown() {
    let png = file(ImageFormat::Png, (400, 300), false);
    let shown = |query: &str| pixels(&made(&png, query).unwrap());
    // Grey first, then tinted; negated first, then blurred, which is the same as the other way round; sharp first.
    let grey = shown("w=40&filt=greyscale&tint=blue");
    assert!(grey.pixels().all(|p| p.0[2] >= p.0[0]));
    assert_ne!(shown("w=40&blur=3"), shown("w=40&blur=3&sharp=3"));
    let blurred = made(&made(&png, "w=40").unwrap().bytes, "blur=2").unwrap();
    assert_eq!(pixels(&blurred), shown("w=40&blur=2"));
    let animated = made(&animation((20, 10), 3), "n=-1&filt=negate").unwrap();
    assert_eq!(Header::read(&animated.bytes).unwrap().frames, 3);
    assert_eq!(pixels(&animated).get_pixel(15, 0).0, [0, 0, 0, 255]);
}

#[test]
fn a_turned_picture_grows_to_hold_its_corners() {
    let square = encoded(ImageFormat::Png, plain([9, 9, 9, 255], (320, 240)), false);
    let turned = pixels(&made(&square, "ro=30&rbg=80FF0000").unwrap());
    assert_eq!(turned.dimensions(), (397, 368));
    assert_eq!(turned.get_pixel(0, 0).0, [255, 0, 0, 0x80]);
    assert_eq!(turned.get_pixel(198, 184).0, [9, 9, 9, 255]);
    assert_eq!(
        pixels(&made(&square, "ro=-90").unwrap()).dimensions(),
        (240, 320)
    );
}

#[test]
fn json_tells_what_the_header_says() {
    let answer = made(&animation((40, 20), 5), "output=json&w=9").unwrap();
    assert_eq!(answer.media_type, "application/json");
    let told: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(told["format"], "gif");
    assert_eq!((&told["width"], &told["pages"]), (&40.into(), &5.into()));
}

#[test]
fn base64_is_a_data_address_of_the_same_file() {
    let png = file(ImageFormat::Png, (9, 9), false);
    let text = String::from_utf8(made(&png, "encoding=base64").unwrap().bytes).unwrap();
    assert!(
        text.starts_with("data:image/png;base64,iVBORw0KGgo"),
        "{text}"
    );
}

#[test]
fn a_jpeg_made_smaller_as_it_is_read_looks_like_the_same_pixels_scaled() {
    // Odd sides, sizes beyond a half, a quarter and an eighth, and a part of it.
    for query in [
        "w=200",
        "w=130",
        "h=50",
        "w=120&h=120&fit=cover",
        "w=90&ro=90",
    ] {
        let size = (805, 603);
        let jpeg = file(ImageFormat::Jpeg, size, false);
        let scaled = pixels(&made(&jpeg, &format!("{query}&output=png")).unwrap());
        // The same pixels in a form that is always read whole.
        let whole = made(&jpeg, "output=png").unwrap().bytes;
        let expected = pixels(&made(&whole, &format!("{query}&output=png")).unwrap());
        assert_eq!(scaled.dimensions(), expected.dimensions(), "{query}");
        let difference: u64 = scaled
            .as_raw()
            .iter()
            .zip(expected.as_raw())
            .map(|(one, other)| u64::from(one.abs_diff(*other)))
            .sum();
        let mean = difference as f64 / scaled.as_raw().len() as f64;
        // An eighth is the mean of a block, which leaves an edge a little softer.
        assert!(mean < 3.5, "{query}: {mean}");
    }
}

#[test]
fn a_jpeg_that_breaks_off_is_shown_as_far_as_it_goes_at_any_size() {
    let jpeg = file(ImageFormat::Jpeg, (805, 603), false);
    let torn = &jpeg[..jpeg.len() / 2];
    let expected = pixels(&made(&jpeg, "w=100&output=png").unwrap());
    for query in ["w=100&output=png", "w=100&precrop&cx=0&output=png"] {
        let shown = pixels(&made(torn, query).unwrap());
        assert_eq!(shown.dimensions(), expected.dimensions());
        let (one, other) = (shown.get_pixel(50, 5), expected.get_pixel(50, 5));
        assert!(
            one.0[0].abs_diff(other.0[0]) < 8,
            "{query}: {one:?} {other:?}"
        );
    }
    assert!(made(&jpeg[..300], "w=100").is_err());
}

#[test]
fn a_large_avif_is_sent_as_webp() {
    let large = file(ImageFormat::Png, (1300, 1200), false);
    assert_eq!(format(&large, "output=avif&w=100"), "avif");
    assert_eq!(format(&large, "output=avif"), "webp");
}
