//! Foreign archives' files of any bytes: they are refused, or repaired into a document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_document::document::Document;
use wirecopy_document::forms::read_foreign;
use wirecopy_document::forms::repair::repaired;

fuzz_target!(|bytes: &[u8]| {
    let Ok(foreign) = read_foreign("articles/a/1.md", bytes) else {
        return;
    };
    let (document, _) = repaired(&foreign, "a", Default::default());
    let written = document.to_bytes();
    assert!(Document::parse(&written).is_ok());
});
