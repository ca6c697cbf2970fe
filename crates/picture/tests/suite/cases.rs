//! weserv's own cases, on pictures of the same kinds, counted by what came of them (`--nocapture` shows it). Skipped,
//! with a word, where `WIRECOPY_TEST_DATA` is not set. What a picture looks like is not judged: those that the cases
//! name are not given.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use crate::support::{animation, encoded, file, made, pixels};
use image::{ImageFormat, RgbaImage};
use serde_json::Value;
use wirecopy_picture::Header;

/// The fixtures of kinds that are not decoded.
const NOT_DECODED: [(&str, &str); 2] = [
    ("84y2.hdr", "radiance maps are not read"),
    ("cielab-dagams.tiff", "L*a*b* in a TIFF is not read"),
];

/// What is not as weserv has it, and why; all else must be.
const KNOWN: [&str; 2] = ["L*a*b* in a TIFF is not read", "radiance maps are not read"];

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
        name if not_decoded(name).is_some() => return None,
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
    let mut fixtures: HashMap<String, Option<Vec<u8>>> = HashMap::new();
    let mut tally: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let outcome = outcome(&case, &mut fixtures);
        let id = case["id"].as_str().unwrap().to_owned();
        tally.entry(outcome).or_default().push(id);
    }
    for (outcome, ids) in &tally {
        println!("{:3} {outcome}: {}", ids.len(), ids.join(", "));
    }
    let passed: usize = tally
        .iter()
        .filter(|(outcome, _)| *outcome == PASSED)
        .map(|(_, ids)| ids.len())
        .sum();
    println!("{passed} of {} passed", cases.lines().count());
    assert!(passed >= 93, "only {passed} passed");
    tally.retain(|outcome, _| {
        let is_elsewhere = outcome == OVER_HTTP;
        !is_elsewhere && outcome != PASSED && !KNOWN.contains(&outcome.as_str())
    });
    assert!(tally.is_empty(), "{tally:#?}");
}

/// The outcome of those that gave what they should.
const PASSED: &str = "passed";

/// The outcome of those that need a server: the proxy's own tests ask them.
const OVER_HTTP: &str = "asked over HTTP by another test";

fn not_decoded(name: &str) -> Option<&'static str> {
    let known = NOT_DECODED.iter().find(|(kind, _)| *kind == name);
    known.map(|(_, why)| *why)
}

/// What came of a case, in words that others like it share.
fn outcome(case: &Value, fixtures: &mut HashMap<String, Option<Vec<u8>>>) -> String {
    let Some(name) = case["fixture"].as_str() else {
        return OVER_HTTP.to_owned();
    };
    let made = fixtures
        .entry(name.to_owned())
        .or_insert_with(|| fixture(name));
    let Some(bytes) = made else {
        return not_decoded(name).unwrap().to_owned();
    };
    check(case, bytes).map_or_else(|difference| difference, |()| PASSED.to_owned())
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
    same("bands", header.channels.into())?;
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
