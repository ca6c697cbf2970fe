//! Real pages.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::same::difference;

/// Every n-th page only: a debug build of two parsers takes its time.
const STEP: usize = 12;

#[test]
fn given_pages_give_the_tree_of_html5ever() {
    let Some(data) = std::env::var_os("WIRECOPY_TEST_DATA") else {
        eprintln!("skipped: WIRECOPY_TEST_DATA is not set");
        return;
    };
    let mut differing = Vec::new();
    for path in pages(&Path::new(&data).join("extraction/sets"))
        .iter()
        .step_by(STEP)
    {
        let html = String::from_utf8_lossy(&gunzip(path)).into_owned();
        if let Some(difference) = difference(&html) {
            differing.push(format!("{}: {difference}", path.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "{}\n{}",
        differing.len(),
        differing[..differing.len().min(4)].join("\n")
    );
}

fn pages(sets: &Path) -> Vec<PathBuf> {
    let directories = std::fs::read_dir(sets)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("dev"));
    let files = directories.flat_map(|directory| std::fs::read_dir(directory).unwrap());
    let mut pages: Vec<PathBuf> = files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "gz"))
        .collect();
    pages.sort();
    pages
}

fn gunzip(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}
