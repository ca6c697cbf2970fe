//! Compressed copies: what they hold, when they are made, and when they go.

use std::fs;
use std::io::Read;
use std::path::Path;

use wirecopy_publish::edition::OutputFile;

use super::newsroom::Newsroom;
use crate::publishing::copies::Coding;
use crate::publishing::target::Target;

fn decoded(coding: Coding, copy: &[u8]) -> Vec<u8> {
    let mut page = Vec::new();
    let read = match coding {
        Coding::Gzip => flate2::read::GzDecoder::new(copy).read_to_end(&mut page),
        Coding::Brotli => brotli_decompressor::Decompressor::new(copy, 4096).read_to_end(&mut page),
    };
    read.unwrap();
    page
}

/// A mirror that writes copies.
fn newsroom() -> Newsroom {
    let mut newsroom = Newsroom::with(20);
    newsroom.precompress = true;
    newsroom
}

#[test]
fn copies_hold_the_same_page() {
    let mut newsroom = newsroom();
    newsroom.publish().unwrap();
    let files = newsroom.files();
    for path in ["index.html", "feed.xml", "search/fold.js"] {
        for coding in Coding::ALL {
            let copy = &files[&coding.path(path)];
            assert_eq!(decoded(coding, copy), files[path], "{path} {coding:?}");
            assert!(copy.len() < files[path].len());
        }
    }
}

/// The file's number on its disk: another one would have been written anew.
#[cfg(unix)]
fn inode(path: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::ino(&fs::metadata(path).unwrap())
}

#[cfg(unix)]
#[test]
fn a_whole_build_makes_no_copy_again() {
    let mut newsroom = newsroom();
    newsroom.publish().unwrap();
    let copies = ["index.html.gz", "index.html.br"].map(|path| newsroom.site().join(path));
    let before = copies.each_ref().map(|path| inode(path));
    fs::remove_file(newsroom.directory.path().join("site.d/1.json")).unwrap();
    assert!(newsroom.publish().unwrap().whole);
    assert_eq!(copies.each_ref().map(|path| inode(path)), before);
}

#[test]
fn an_increment_gives_the_copies_of_a_whole_build() {
    let mut newsroom = newsroom();
    newsroom.publish().unwrap();
    newsroom.write(20, "Invented");
    assert!(!newsroom.publish().unwrap().whole);
    let files = newsroom.files();
    assert!(files == newsroom.rebuilt());
}

/// What becomes of a file with both copies when this is put in its place: the files written, and those removed.
#[track_caller]
fn check(file: OutputFile, written: &[&str], removed: &[&str]) {
    let directory = tempfile::tempdir().unwrap();
    let site = directory.path().join("1");
    for name in ["", "staged"] {
        fs::create_dir_all(site.join(name)).unwrap();
    }
    for path in ["a.html", "a.html.gz", "a.html.br"] {
        fs::write(site.join(path), "what stood there").unwrap();
    }
    let target = Target::staged(&site, site.join("staged"), true);
    target.put(&file).unwrap();
    let changes = target.into_changes();
    assert_eq!(
        (changes.paths, changes.removed),
        (owned(written), owned(removed))
    );
}

fn owned(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn a_page_that_has_become_small_loses_its_copies() {
    let file = |length: usize| OutputFile {
        path: "a.html".into(),
        bytes: vec![b'a'; length],
    };
    let copies = ["a.html.gz", "a.html.br"];
    check(file(100), &["a.html"], &copies);
    check(file(5_000), &["a.html", copies[0], copies[1]], &[]);
}

#[test]
fn what_is_compressed_already_gets_no_copies() {
    let book = OutputFile {
        path: "books/2026-11-23.epub".into(),
        bytes: vec![b'a'; 5_000],
    };
    check(book, &["books/2026-11-23.epub"], &[]);
}
