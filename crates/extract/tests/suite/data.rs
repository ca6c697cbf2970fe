//! Where the shared test data is, and how it is read.

use std::io::Read;
use std::path::PathBuf;

use serde_json::Value;

/// A directory of the shared data, or nothing, said aloud, where there is none.
pub(crate) fn directory(name: &str) -> Option<PathBuf> {
    let directory =
        std::env::var_os("WIRECOPY_TEST_DATA").map(|root| PathBuf::from(root).join(name));
    let found = directory.filter(|directory| directory.is_dir());
    if found.is_none() {
        eprintln!("skipped: WIRECOPY_TEST_DATA has no {name}");
    }
    found
}

/// The lines of a file of JSON values.
pub(crate) fn json_lines(path: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The bytes of a gzipped file.
pub(crate) fn gunzip(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}
