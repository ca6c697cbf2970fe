//! Any bytes as an archive: nothing panics, and no block is larger than its limit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_warc::{Reader, capture};

const LIMIT: usize = 4096;

fuzz_target!(|bytes: &[u8]| {
    for record in Reader::new(bytes, LIMIT).flatten() {
        assert!(record.block.len() <= LIMIT);
        let body = capture(&record, LIMIT).map_or(0, |capture| capture.body.len());
        assert!(body <= LIMIT);
    }
});
