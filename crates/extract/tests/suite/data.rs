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

/// The given pages with their addresses; of many, in a debug build only every so many.
pub(crate) fn pages(every: usize) -> Vec<(PathBuf, Option<url::Url>)> {
    let Some(sets) = directory("extraction/sets") else {
        return Vec::new();
    };
    let mut pages = Vec::new();
    for set in std::fs::read_dir(sets).unwrap() {
        let directory = set.unwrap().path().join("dev");
        for gold in json_lines(&directory.join("gold.jsonl")) {
            let file = format!("{}.html.gz", gold["id"].as_str().unwrap());
            let url = gold["url"]
                .as_str()
                .and_then(|url| url::Url::parse(url).ok());
            pages.push((directory.join(file), url));
        }
    }
    pages.sort();
    let every = if cfg!(debug_assertions) { every } else { 1 };
    pages.into_iter().step_by(every).collect()
}

/// The bytes of a gzipped file.
pub(crate) fn gunzip(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}
