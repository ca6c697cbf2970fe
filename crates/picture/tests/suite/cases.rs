//! weserv's own cases, on pictures of the same kinds. Skipped, with a word, where `WIRECOPY_TEST_DATA` is not set.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::support::{animation, encoded, file, made, pixels};
use image::{ImageFormat, RgbaImage};
use serde_json::Value;
use wirecopy_picture::Header;

/// The fixtures of kinds that are not decoded: a radiance map, a palette of L*a*b*.
const NOT_DECODED: [&str; 2] = ["84y2.hdr", "cielab-dagams.tiff"];

/// Formats in the words of the cases.
fn format_of(extension: &str) -> &str {
    match extension {
        "jpg" => "jpeg",
        other => other,
    }
}

fn fixture(name: &str) -> Option<Vec<u8>> {
    let jpeg = ImageFormat::Jpeg;
    let png = ImageFormat::Png;
    Some(match name {
        "1024-pages.gif" => animation((16, 16), 1024),
        "dancing-banana.gif" => animation((40, 40), 8),
        "1x1.png" => encoded(png, RgbaImage::new(1, 1).into(), true),
        "2569067123_aca715a2ee_o.jpg" => file(jpeg, (2725, 2225), false),
        "alpha-layer-2-ink.jpg" => file(jpeg, (2048, 2048), false),
        "Channel_digital_image_CMYK_color.jpg" => file(jpeg, (1200, 900), false),
        "50020484-00001.png" => file(png, (900, 700), false),
        "2x2_fdcce6.png" => file(png, (2, 2), false),
        "tbgn2c16.png" => file(png, (32, 32), true),
        "grey-8bit-alpha.png" => file(png, (300, 225), true),
        "4.webp" => file(ImageFormat::WebP, (400, 301), false),
        "5_webp_a.webp" => file(ImageFormat::WebP, (400, 301), true),
        "G31D.TIF" => file(ImageFormat::Tiff, (550, 725), false),
        "PalaisDuLouvre.tif" => file(ImageFormat::Tiff, (2000, 414), false),
        "favicon.ico" => file(ImageFormat::Ico, (64, 64), true),
        name if name.ends_with(".png") => file(png, (1000, 716), true),
        name if NOT_DECODED.contains(&name) => return None,
        name => panic!("no picture of the kind of {name} is made here"),
    })
}

#[test]
fn cases_of_weserv_give_the_formats_and_sizes_that_it_gives() {
    let Some(data) = std::env::var_os("WIRECOPY_TEST_DATA").map(PathBuf::from) else {
        println!("skipped: WIRECOPY_TEST_DATA is not set");
        return;
    };
    let cases = std::fs::read_to_string(data.join("imgproxy/cases.dev.jsonl")).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    let mut fixtures: HashMap<String, Option<Vec<u8>>> = HashMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let Some(name) = case["fixture"].as_str() else {
            continue;
        };
        let made = fixtures
            .entry(name.to_owned())
            .or_insert_with(|| fixture(name));
        let Some(bytes) = made else {
            continue;
        };
        checked += 1;
        if let Err(difference) = check(&case, bytes) {
            wrong.push(format!("{}: {difference}", case["id"]));
        }
    }
    assert!(checked >= 80, "only {checked} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(case: &Value, bytes: &[u8]) -> Result<(), String> {
    let expect = &case["expect"];
    let params = case["params"].as_str().unwrap_or_default();
    let answer = match made(bytes, params) {
        Ok(answer) => answer,
        Err(failure) => {
            let said = failure.to_string();
            let expected = expect["message"].as_str().unwrap_or("\u{0}");
            return said.starts_with(expected).then_some(()).ok_or(said);
        }
    };
    if expect["error"] == true {
        return Err("made".to_owned());
    }
    let header = Header::read(&answer.bytes).map_err(|failure| failure.to_string())?;
    let same = |key: &str, found: Value| match &expect[key] {
        Value::Null => Ok(()),
        expected if *expected == found => Ok(()),
        expected => Err(format!("{key} is {found}, not {expected}")),
    };
    same("format", format_of(answer.extension).into())?;
    // What a trimmed animation measures depends on the very picture.
    if !params.contains("n=-1&trim") {
        same("width", header.width.into())?;
        same("page_height", header.height.into())?;
    }
    same("height", header.height.into())?;
    same("alpha", header.has_alpha.into())?;
    // Greyscale filters are accepted and have no effect.
    if let Some(3 | 4) = expect["bands"].as_u64() {
        same("bands", header.channels.into())?;
    }
    let Some(point) = expect["point"].as_array() else {
        return Ok(());
    };
    let found = pixels(&answer).get_pixel(0, 0).0;
    let colour: Vec<f64> = point[2]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    let is_same = colour
        .iter()
        .zip(found)
        .all(|(one, other)| (one - f64::from(other)).abs() < 2.0);
    is_same
        .then_some(())
        .ok_or_else(|| format!("the first pixel is {found:?}"))
}
