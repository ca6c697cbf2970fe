//! Decoding against html5lib's cases for the meta prescan and encoding_rs's tables.

use wirecopy_extract::decode;

use crate::data;

#[test]
fn meta_declarations_are_found_as_html5lib_expects() {
    let Some(directory) = data::directory("charset") else {
        return;
    };
    let mut wrong = Vec::new();
    for case in data::json_lines(&directory.join("html5lib_sniff.jsonl")) {
        let bytes = std::fs::read(directory.join(case["file"].as_str().unwrap())).unwrap();
        let expected = case["encoding"].as_str().unwrap();
        let expected = encoding_rs::Encoding::for_label(expected.as_bytes()).unwrap();
        let (_, encoding) = decode(&bytes, None);
        if encoding != expected {
            wrong.push(format!(
                "{}: {} for {}",
                case["id"],
                encoding.name(),
                expected.name()
            ));
        }
    }
    assert!(wrong.len() <= KNOWN_DIFFERENCES, "{}", wrong.join("\n"));
}

/// Two cases declare another encoding over valid UTF-8, which we believe instead.
const KNOWN_DIFFERENCES: usize = 2;

#[test]
fn tables_of_the_encoding_standard_are_decoded() {
    let Some(directory) = data::directory("charset") else {
        return;
    };
    for case in data::json_lines(&directory.join("decode.jsonl")) {
        let read = |key: &str| std::fs::read(directory.join(case[key].as_str().unwrap())).unwrap();
        let media_type = format!("text/html; charset={}", case["encoding"].as_str().unwrap());
        let (text, _) = decode(&read("in"), Some(&media_type));
        assert!(text.as_bytes() == read("ref"), "{}", case["id"]);
    }
}
