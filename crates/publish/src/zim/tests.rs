//! Files are read back by the format's description: header, lists, directory, clusters and checksum.

use std::io::Cursor;

use md5::{Digest, Md5};

use super::about::About;
use super::{ICON, Item, Writer};

/// A file, read from its bytes.
struct Archive<'a>(&'a [u8]);

/// An entry as it stands in the directory.
#[derive(Debug, PartialEq)]
struct Read {
    media_type: u16,
    namespace: char,
    numbers: [u32; 2],
    path: String,
    title: String,
}

impl Archive<'_> {
    fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes(self.0[at..at + 2].try_into().unwrap())
    }

    fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap())
    }

    fn u64(&self, at: usize) -> usize {
        usize::try_from(u64::from_le_bytes(self.0[at..at + 8].try_into().unwrap())).unwrap()
    }

    fn text(&self, at: usize) -> String {
        let end = self.0[at..].iter().position(|byte| *byte == 0).unwrap();
        String::from_utf8(self.0[at..at + end].to_vec()).unwrap()
    }

    fn entries(&self) -> Vec<Read> {
        let paths = self.u64(32);
        (0..self.u32(24) as usize)
            .map(|number| self.entry(self.u64(paths + 8 * number)))
            .collect()
    }

    fn entry(&self, at: usize) -> Read {
        let media_type = self.u16(at);
        let names = if media_type == u16::MAX { 12 } else { 16 };
        let path = self.text(at + names);
        Read {
            media_type,
            namespace: char::from(self.0[at + 3]),
            numbers: [self.u32(at + 8), self.u32(at + 12)],
            title: self.text(at + names + path.len() + 1),
            path,
        }
    }

    fn blob(&self, entry: &Read) -> Vec<u8> {
        let [cluster, blob] = entry.numbers.map(|number| number as usize);
        let at = self.u64(self.u64(48) + 8 * cluster);
        let data = match self.0[at] {
            1 => self.0[at + 1..].to_vec(),
            5 => {
                let mut decoder = zstd::Decoder::new(&self.0[at + 1..])
                    .unwrap()
                    .single_frame();
                let mut data = Vec::new();
                std::io::Read::read_to_end(&mut decoder, &mut data).unwrap();
                data
            }
            kind => panic!("a cluster of kind {kind}"),
        };
        let offset = |number: usize| Archive(&data).u32(4 * number) as usize;
        data[offset(blob)..offset(blob + 1)].to_vec()
    }

    fn media_types(&self) -> Vec<String> {
        let mut at = self.u64(56);
        let mut media_types = Vec::new();
        while self.0[at] != 0 {
            media_types.push(self.text(at));
            at += media_types.last().unwrap().len() + 1;
        }
        media_types
    }
}

fn about() -> About<'static> {
    About {
        title: "An invented mirror whose name is long",
        description: "",
        name: "invented-mirror",
        creator: "The Evening Post",
        publisher: "The mirror",
        languages: "eng,zho",
        date: jiff::civil::date(2026, 11, 2),
        icon: ICON,
        main_page: "index.html",
    }
}

/// Twelve articles of 300 kB, so that there are several clusters of text, a picture, and the front page.
fn file() -> Vec<u8> {
    let mut output = Cursor::new(Vec::new());
    let mut writer = Writer::new(&mut output).unwrap();
    for number in 0..12_u32 {
        let (path, title) = (path(number), title(number));
        let item = Item {
            path: &path,
            article: Some(&title),
            media_type: "text/html; charset=utf-8",
            bytes: &text(number),
        };
        writer.add(&item).unwrap();
    }
    for (path, media_type, bytes) in [
        ("pictures/渡.png", "image/png", [137, 80, 78, 71].as_slice()),
        (
            "index.html",
            "text/html; charset=utf-8",
            b"<h1>Invented</h1>",
        ),
    ] {
        let item = Item {
            path,
            article: None,
            media_type,
            bytes,
        };
        writer.add(&item).unwrap();
    }
    writer.finish(&about()).unwrap();
    output.into_inner()
}

fn path(number: u32) -> String {
    format!("articles/虚构/{number}.html")
}

fn title(number: u32) -> String {
    format!("Ferry {}", 99 - number)
}

fn text(number: u32) -> Vec<u8> {
    format!("<p>Invented ferry {number}.</p>")
        .repeat(10_000)
        .into_bytes()
}

#[test]
fn what_was_added_is_read_back_by_its_path() {
    let bytes = file();
    let archive = Archive(&bytes);
    let (entries, media_types) = (archive.entries(), archive.media_types());
    let content = |path: &str| {
        let found = |entry: &&Read| entry.namespace == 'C' && entry.path == path;
        let entry = entries.iter().find(found).unwrap();
        let media_type = media_types[usize::from(entry.media_type)].clone();
        (entry.title.clone(), media_type, archive.blob(entry))
    };
    for number in 0..12 {
        let expected = (title(number), "text/html".to_owned(), text(number));
        assert!(content(&path(number)) == expected, "article {number}");
    }
    let picture = content("pictures/渡.png");
    assert_eq!(
        picture,
        (String::new(), "image/png".into(), vec![137, 80, 78, 71])
    );
}

#[test]
fn the_main_page_is_the_front_page_and_the_metadata_are_there() {
    let bytes = file();
    let archive = Archive(&bytes);
    let entries = archive.entries();
    let main = &entries[archive.u32(64) as usize];
    assert_eq!((main.namespace, main.path.as_str()), ('W', "mainPage"));
    assert_eq!(entries[main.numbers[0] as usize].path, "index.html");
    let metadata = |name: &str| {
        let found = |entry: &&Read| entry.namespace == 'M' && entry.path == name;
        archive.blob(entries.iter().find(found).unwrap())
    };
    let text = |name: &str| String::from_utf8(metadata(name)).unwrap();
    assert_eq!(text("Title"), "An invented mirror whose name…");
    assert_eq!(text("Description"), text("Title"));
    assert_eq!(text("Language"), "eng,zho");
    assert_eq!(text("Date"), "2026-11-02");
    assert_eq!(text("Counter"), "text/html=13;image/png=1");
    assert_eq!(metadata("Illustration_48x48@1"), ICON);
}

#[test]
fn entries_are_in_the_order_of_paths_and_articles_are_found_by_title() {
    let bytes = file();
    let archive = Archive(&bytes);
    let entries = archive.entries();
    let order = |entry: &Read| (entry.namespace, entry.path.clone());
    assert!(entries.is_sorted_by_key(order));
    let listed = entries
        .iter()
        .find(|entry| entry.path == "listing/titleOrdered/v1");
    let list = archive.blob(listed.unwrap());
    let numbers = list.chunks(4).map(|number| Archive(number).u32(0) as usize);
    let titles: Vec<&str> = numbers
        .map(|number| entries[number].title.as_str())
        .collect();
    assert_eq!(titles.len(), 12);
    assert!(titles.is_sorted(), "{titles:?}");
}

#[test]
fn the_same_items_give_the_same_bytes_whose_checksum_holds() {
    let bytes = file();
    assert!(bytes == file());
    let checksum = Archive(&bytes).u64(72);
    assert_eq!(checksum, bytes.len() - 16);
    assert_eq!(Md5::digest(&bytes[..checksum])[..], bytes[checksum..]);
}

#[test]
fn a_file_without_its_main_page_is_refused() {
    let mut output = Cursor::new(Vec::new());
    let error = Writer::new(&mut output)
        .unwrap()
        .finish(&about())
        .unwrap_err();
    assert_eq!(error.to_string(), "the main page is no item of the file");
}
