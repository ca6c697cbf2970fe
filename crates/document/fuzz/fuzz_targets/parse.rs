//! Documents of any bytes: what is read can be written, and then reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_document::document::{Document, read_header};

fuzz_target!(|bytes: &[u8]| {
    let header = read_header(bytes);
    let Ok((document, _)) = Document::parse(bytes) else {
        return;
    };
    assert_eq!(header.map(|header| header.title).as_deref(), Ok(document.title.as_str()));
    let written = document.to_bytes();
    let (again, _) = Document::parse(&written).expect("what was written is a document");
    assert_eq!(again.to_bytes(), written);
});
