//! What libvips 8.18.7 makes of the same pixels, by way of sharp 0.35.5, and what follows from a filter's formula where
//! sharp has no such filter. libvips cuts a value's fraction off where this rounds it.

use super::*;
use crate::request::Ask;

/// A red, a blue, black, white, a grey, a yellow, a dark green.
const COLOURS: [[u8; 3]; 7] = [
    [200, 60, 40],
    [30, 120, 210],
    [0, 0, 0],
    [255, 255, 255],
    [128, 128, 128],
    [250, 240, 10],
    [17, 90, 33],
];

fn filtered(query: &str, rows: &[&[[u8; 3]]]) -> Bitmap {
    let bitmap = Bitmap {
        width: rows[0].len() as u32,
        height: rows.len() as u32,
        channels: 3,
        pixels: rows.concat().concat(),
    };
    apply(bitmap, &Ask::parse(query).request.filters)
}

#[track_caller]
fn near(found: &[u8], expected: &[[u8; 3]], what: &str) {
    let expected = expected.concat();
    let apart = found.iter().zip(&expected).any(|(a, b)| a.abs_diff(*b) > 2);
    assert!(
        found.len() == expected.len() && !apart,
        "{what}:\n{found:?}, not\n{expected:?}"
    );
}

#[track_caller]
fn check(query: &str, expected: [[u8; 3]; 7]) {
    near(&filtered(query, &[&COLOURS]).pixels, &expected, query);
}

#[test]
#[rustfmt::skip]
fn colours_become_those_of_libvips() {
    let grey = [110, 119, 0, 255, 128, 235, 77].map(|grey| [grey; 3]);
    check("filt=greyscale", grey);
    check("filt=negate",
        [[55, 195, 215], [225, 135, 45], [255, 255, 255], [0, 0, 0], [127, 127, 127], [5, 15, 245], [238, 165, 222]]);
    check("filt=sepia",
        [[119, 99, 79], [124, 103, 82], [0, 0, 0], [255, 255, 204], [153, 128, 102], [255, 216, 173], [74, 61, 49]]);
    check("mod=0.5,2,90",
        [[0, 73, 0], [185, 0, 44], [0, 0, 0], [119, 119, 119], [63, 63, 63], [0, 149, 163], [0, 62, 145]]);
    check("mod=1.5",
        [[255, 125, 95], [124, 185, 255], [0, 0, 0], [255, 255, 255], [199, 199, 199], [255, 255, 175], [65, 132, 71]]);
    check("hue=-240",
        [[0, 133, 65], [194, 85, 65], [0, 0, 0], [255, 255, 255], [128, 128, 128], [0, 255, 255], [0, 84, 147]]);
    check("sat=0.5",
        [[162, 92, 75], [96, 119, 164], [0, 0, 0], [255, 255, 255], [128, 128, 128], [249, 237, 147], [56, 85, 57]]);
    // sharp tints what is nearly black or white less; weserv does not, and by its formula they are these.
    check("tint=0000FF",
        [[99, 55, 255], [113, 65, 255], [0, 0, 161], [254, 204, 254], [127, 75, 255], [254, 184, 254], [14, 3, 254]]);
    check("tint=c0a040",
        [[133, 107, 2], [143, 116, 16], [37, 0, 0], [254, 251, 150], [154, 125, 28], [254, 230, 131], [96, 75, 0]]);
    check("bri=30",
        [[255, 136, 116], [106, 196, 255], [76, 76, 76], [255, 255, 255], [204, 204, 204], [255, 255, 86], [93, 166, 109]]);
}

#[test]
fn contrast_and_gamma_follow_their_curves() {
    let greys = |query: &str| {
        let row = [0, 64, 128, 191, 255].map(|grey| [grey; 3]);
        let pixels = filtered(query, &[&row]).pixels;
        pixels.chunks(3).map(|pixel| pixel[0]).collect::<Vec<_>>()
    };
    // 255 × (v/255) to the power of gamma.
    assert_eq!(greys("gam=2.2"), [0, 12, 56, 135, 255]);
    assert_eq!(greys("gam=3"), [0, 4, 32, 107, 255]);
    // A logistic curve of slope 30 × 0.3 = 9 about a half, stretched to the whole range, and its inverse.
    assert_eq!(greys("con=30"), [0, 22, 129, 233, 255]);
    assert_eq!(greys("con=-30"), [0, 97, 128, 158, 255]);
}

#[test]
fn two_tones_run_from_one_colour_to_the_other_by_light() {
    let ends = |query: &str| {
        let pixels = filtered(query, &[&[[0; 3], [255; 3], [255, 0, 0], [127; 3]]]).pixels;
        pixels.chunks(3).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let own = ends("filt=duotone");
    assert_eq!(
        (&own[0], &own[1]),
        (&vec![0xc8, 0x36, 0x58], &vec![0xd8, 0xe7, 0x4f])
    );
    let named = ends("filt=duotone&start=navy&stop=ffe0c0");
    assert_eq!(
        (&named[0], &named[1]),
        (&vec![0, 0, 128], &vec![0xff, 0xe0, 0xc0])
    );
    // Red gives as much light as this grey.
    assert_eq!(named[2], named[3]);
    // Half of the way by L*, a* and b*, which is no mean of stored values.
    let plain = ends("filt=duotone&start=000&stop=fff");
    assert_eq!(plain[3], [118; 3]);
}

/// An edge from left to right and one red spot, and what becomes of the spot's row.
#[track_caller]
fn check_row(query: &str, expected: [[u8; 3]; 12]) {
    let mut row = [[60, 80, 100]; 12];
    row[6..].fill([180, 150, 90]);
    let mut spotted = row;
    spotted[3] = [240, 20, 30];
    let rows: Vec<&[[u8; 3]]> = (0..9)
        .map(|y| if y == 4 { &spotted[..] } else { &row })
        .collect();
    let filtered = filtered(query, &rows);
    near(filtered.row(4), &expected, query);
}

#[test]
#[rustfmt::skip]
fn edges_become_sharper_and_softer_as_with_libvips() {
    let (left, right) = ([60, 80, 100], [180, 150, 90]);
    check_row("sharp", [left, left, [52, 82, 102], [255, 0, 6], [52, 82, 102], [45, 71, 101], [195, 158, 88],
        right, right, right, right, right]);
    check_row("sharp=1.5&sharpf=0.5&sharpj=2.5", [left, [60, 79, 99], [59, 79, 99], [255, 65, 54], [37, 58, 76],
        [13, 36, 54], [209, 177, 115], [200, 170, 108], [182, 152, 92], right, right, right]);
    check_row("sharp=1,2,3", [[58, 78, 98], [56, 75, 95], [48, 68, 87], [255, 65, 54], [21, 42, 60], [13, 36, 54],
        [209, 177, 115], [209, 177, 115], [207, 175, 114], [193, 162, 101], [185, 155, 94], [182, 152, 92]]);
    check_row("blur", [left, left, [80, 73, 92], [80, 73, 92], [80, 73, 92], [100, 103, 96], [140, 126, 93],
        right, right, right, right, right]);
    check_row("blur=0.3", [left, left, left, [240, 20, 30], left, left, right, right, right, right, right, right]);
    check_row("blur=1", [left, left, [82, 73, 91], [97, 68, 86], [82, 73, 91], [93, 99, 97], [147, 131, 93],
        right, right, right, right, right]);
    check_row("blur=2.5", [[63, 79, 99], [64, 79, 99], [71, 83, 99], [82, 89, 97], [97, 98, 97], [114, 109, 95],
        [134, 121, 94], [151, 132, 93], [165, 142, 92], [176, 148, 91], [182, 152, 90], [182, 152, 90]]);
}

#[test]
fn a_wide_blur_is_as_wide_as_that_of_libvips_and_takes_no_longer() {
    let mut row = vec![[20; 3]; 200];
    row[100..].fill([220; 3]);
    let blurred = filtered("blur=20", &[&row, &row, &row]);
    let found = (60..=140).step_by(10).map(|x| blurred.pixel(x, 1)[0]);
    let expected = [20, 27, 47, 81, 122, 163, 195, 214, 220];
    // Three means are a little lighter at the edge of the bell.
    let apart = found.zip(expected).map(|(a, b): (u8, u8)| a.abs_diff(b));
    assert!(apart.max().unwrap() <= 6);
    let widest = filtered("blur=1000", &[&row, &row, &row]);
    assert!(widest.pixel(0, 1)[0].abs_diff(widest.pixel(199, 1)[0]) < 100);
}

#[test]
fn what_is_not_seen_lends_its_colour_to_no_neighbour() {
    for query in ["blur", "blur=1", "blur=30", "sharp"] {
        let hidden = Bitmap {
            width: 4,
            height: 1,
            channels: 4,
            pixels: [
                [255, 0, 0, 0],
                [255, 0, 0, 0],
                [9, 9, 9, 255],
                [9, 9, 9, 255],
            ]
            .concat(),
        };
        let blurred = apply(hidden, &Ask::parse(query).request.filters);
        for pixel in blurred.pixels.chunks(4).filter(|pixel| pixel[3] > 40) {
            let apart = pixel[..3].iter().any(|value| value.abs_diff(9) > 2);
            assert!(!apart, "{query}: {pixel:?}");
        }
    }
}

#[test]
fn a_filter_of_colours_leaves_alpha_alone() {
    for query in [
        "filt=negate",
        "filt=sepia",
        "con=50",
        "gam",
        "mod=2",
        "tint=red",
        "sharp=1",
    ] {
        let bitmap = Bitmap {
            width: 2,
            height: 1,
            channels: 4,
            pixels: vec![200, 60, 40, 77, 30, 120, 210, 255],
        };
        let shown = apply(bitmap.clone(), &Ask::parse(query).request.filters);
        assert_eq!((shown.pixels[3], shown.pixels[7]), (77, 255), "{query}");
        assert_ne!(shown.pixels, bitmap.pixels, "{query}");
    }
}
