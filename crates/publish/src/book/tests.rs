//! What readers of books get: the container and its order, well-formed parts that name one another, the direction of a
//! script, pictures within their budget, and the same bytes for the same articles.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use quick_xml::events::Event;
use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::identity::DocumentId;
use zip::{CompressionMethod, ZipArchive};

use crate::book::opds::{Shelf, Shelved, catalogue, shelf};
use crate::book::opds2;
use crate::book::pictures::{BookPictures, HeldPicture, PictureFormat};
use crate::book::{Scope, epub, monday};
use crate::edition::Listing;
use crate::samples::{self, article, chinese, edition, english};
use crate::site::Site;
use crate::site::templates::Templates;

/// The invented Arabic article under an address of its own.
fn arabic() -> (Listing, Document) {
    let (mut listing, mut document) = samples::arabic();
    document.url.set_path("/ar");
    listing.id = DocumentId::of(&listing.source, &document.url);
    (listing, document)
}

fn day() -> Scope {
    Scope::Day(jiff::civil::date(2026, 11, 2))
}

fn pack(scope: &Scope, entries: &[(Listing, Document)]) -> Vec<u8> {
    epub(&edition(), scope, entries, &BookPictures::none())
        .unwrap()
        .bytes
}

fn open(bytes: &[u8]) -> ZipArchive<Cursor<&[u8]>> {
    ZipArchive::new(Cursor::new(bytes)).unwrap()
}

/// The names of the files, in their order.
fn names(book: &[u8]) -> Vec<String> {
    let archive = open(book);
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    names.collect()
}

fn read(book: &[u8], name: &str) -> String {
    let mut text = String::new();
    open(book)
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// Every value of an attribute in a well-formed document, read as XML reads it.
#[track_caller]
fn values(xml: &str, attribute: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut values = Vec::new();
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{error} in\n{xml}"))
        {
            Event::Eof => return values,
            Event::Start(element) | Event::Empty(element) => {
                for found in element.attributes() {
                    let found = found.unwrap_or_else(|error| panic!("{error} in\n{xml}"));
                    if found.key.as_ref() == attribute {
                        values.push(found.value.into_owned());
                    }
                }
            }
            _ => {}
        }
    }
}

#[test]
fn container_begins_with_its_type_as_it_is_and_every_part_is_named_and_well_formed() {
    let book = pack(&day(), &[english(), chinese(), arabic()]);
    assert_eq!(&book[30..58], b"mimetypeapplication/epub+zip");
    let mut archive = open(&book);
    assert_eq!(
        archive.by_index(0).unwrap().compression(),
        CompressionMethod::Stored
    );
    let package = read(&book, "EPUB/package.opf");
    let mut named: BTreeSet<String> = values(&package, "href").into_iter().collect();
    for name in &names(&book) {
        if name.ends_with(".css") || name == "mimetype" {
            continue;
        }
        let links = values(&read(&book, name), "href");
        for link in links.iter().filter(|link| !link.contains(':')) {
            let file = format!("EPUB/{}", link.split('#').next().unwrap());
            assert!(
                archive.index_for_name(&file).is_some(),
                "{name} leads to {link}"
            );
        }
    }
    let all = names(&book);
    for name in all.iter().filter_map(|name| name.strip_prefix("EPUB/")) {
        assert!(
            name == "package.opf" || named.remove(name),
            "{name} is not named"
        );
    }
    assert!(named.is_empty(), "named and missing: {named:?}");
    assert_eq!(values(&package, "idref").len(), 5);
}

#[test]
fn contents_are_by_source_in_the_order_of_the_edition() {
    let book = pack(&day(), &[english(), chinese(), arabic()]);
    let [english, chinese, arabic] = [english(), chinese(), arabic()]
        .map(|(listing, _)| format!("article-{}.xhtml", listing.id));
    let links = values(&read(&book, "EPUB/nav.xhtml"), "href");
    let expected = [&chinese, &chinese, &english, &english, &arabic];
    let contents: Vec<&String> = links
        .iter()
        .filter(|link| link.starts_with("article-"))
        .take(5)
        .collect();
    assert_eq!(contents, expected);
    let played = values(&read(&book, "EPUB/toc.ncx"), "playOrder");
    assert_eq!(played, ["1", "1", "2", "2", "3"]);
}

#[test]
fn book_of_a_script_from_right_to_left_turns_its_pages_that_way() {
    let package = |entries: &[_]| read(&pack(&day(), entries), "EPUB/package.opf");
    assert_eq!(
        values(&package(&[arabic()]), "page-progression-direction"),
        ["rtl"]
    );
    assert_eq!(
        values(&package(&[english()]), "page-progression-direction"),
        ["ltr"]
    );
    let (listing, _) = arabic();
    let page = read(
        &pack(&day(), &[arabic(), english()]),
        &format!("EPUB/article-{}.xhtml", listing.id),
    );
    assert_eq!(values(&page, "dir")[0], "rtl");
    assert_eq!(values(&page, "xml:lang")[0], "ar");
}

#[test]
fn same_articles_give_the_same_bytes_with_the_time_of_the_newest_change() {
    let entries = [english(), chinese()];
    let book = pack(&day(), &entries);
    assert_eq!(book, pack(&day(), &entries));
    let time = open(&book).by_index(0).unwrap().last_modified().unwrap();
    assert_eq!(time.to_string(), "2026-11-02 12:00:00");
    assert!(read(&book, "EPUB/package.opf").contains(">2026-11-02T12:00:00Z</meta>"));
}

#[test]
fn pictures_that_the_mirror_holds_are_packed_once_while_there_is_room() {
    let body = "<p>a</p><img src='/one.jpg' alt='One' width=640 height=480>\
                <img src='/two.jpg' alt='Two' width=640 height=480>\
                <img src='/one.jpg' alt='One again' width=640 height=480>";
    let entry = article(
        "evening-post",
        "Invented pictures",
        body,
        Trailer::default(),
    );
    let find = |url: &url::Url| {
        let bytes = vec![if url.path() == "/one.jpg" { 1 } else { 2 }; 600];
        let format = PictureFormat::Jpeg;
        Some(HeldPicture { format, bytes })
    };
    let pictures = BookPictures {
        find: &find,
        budget: 1_000,
    };
    let page = format!("EPUB/article-{}.xhtml", entry.0.id);
    let book = epub(&edition(), &day(), &[entry], &pictures).unwrap().bytes;
    let shown = values(&read(&book, &page), "src");
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0], shown[1]);
    assert!(open(&book).by_name(&format!("EPUB/{}", shown[0])).is_ok());
    assert!(
        values(&read(&book, &page), "href").contains(&"https://paper.example/two.jpg".to_owned())
    );
}

#[test]
fn hostile_text_stays_text_in_every_part() {
    let hostile = "</title><script>\u{1}&amp;]]>\"'\u{FFFE}";
    let mut entry = english();
    entry.1.title = hostile.to_owned();
    entry.1.trailer.authors = vec![hostile.to_owned()];
    let mut edition = edition();
    edition.title = hostile.to_owned();
    let book = epub(&edition, &day(), &[entry], &BookPictures::none())
        .unwrap()
        .bytes;
    for name in &names(&book) {
        if name.ends_with("html") || name.ends_with("opf") || name.ends_with("ncx") {
            let text = read(&book, name);
            values(&text, "id");
            assert!(!text.contains("<script"), "{name}:\n{text}");
        }
    }
}

#[test]
fn single_file_asks_for_nothing_and_its_links_stay_within_their_article() {
    let edition = edition();
    let note = "<p>a<sup><a href='#n1'>1</a></sup></p><p id='n1'>An invented note.</p>\
                <img src='/a.jpg' alt='A quay' width=640 height=480>";
    let entries = [
        article("evening-post", "One", note, Trailer::default()),
        article("虚构日报", "二", note, Trailer::default()),
    ];
    let site = Site::new(&edition, Templates::built_in());
    let page = site.single(&day(), &entries).unwrap();
    assert_eq!(page.path, "books/days/2026-11-02.html");
    let html = String::from_utf8(page.bytes).unwrap();
    let parsed = dom_query::Document::from(html.as_str());
    assert!(
        !parsed
            .select("[src], link, script, object, iframe")
            .exists(),
        "{html}"
    );
    assert!(!html.contains("url(") && !html.contains("@import"));
    let mut ids = BTreeSet::new();
    for node in parsed.select("[id]").nodes() {
        assert!(
            ids.insert(node.attr("id").unwrap().to_string()),
            "an id stands twice"
        );
    }
    for node in parsed.select("a[href^='#']").nodes() {
        let href = node.attr("href").unwrap();
        assert!(ids.contains(&href[1..]), "{href} leads nowhere");
    }
    assert_eq!(parsed.select("a[href*='note-']").length(), 2);
}

#[test]
fn catalogue_leads_to_lists_and_lists_to_books() {
    let edition = edition();
    let updated = "2026-11-03T10:00:00Z".parse().unwrap();
    let shelves = [(Shelf::Days(2026), updated), (Shelf::Sources, updated)];
    let first = String::from_utf8(catalogue(&edition, &shelves).bytes).unwrap();
    assert!(
        values(&first, "href").contains(&"days/2026.xml".to_owned()),
        "{first}"
    );
    let week = Scope::Week(monday(jiff::civil::date(2027, 1, 2)));
    assert_eq!(week.name(), "2026-W53");
    let books = [day(), week].map(|scope| Shelved {
        scope,
        articles: 2,
        updated,
    });
    let list = String::from_utf8(shelf(&edition, Shelf::Days(2026), &books).bytes).unwrap();
    let links = values(&list, "href");
    for file in [
        "2026-11-02.epub",
        "2026-11-02.html",
        "../weeks/2026-W53.epub",
    ] {
        assert!(links.contains(&file.to_owned()), "{file} in\n{list}");
    }
}

#[test]
fn catalogue_of_opds_2_tells_the_same_books() {
    let edition = edition();
    let updated = "2026-11-03T10:00:00Z".parse().unwrap();
    let read = |file: crate::edition::OutputFile| -> serde_json::Value {
        serde_json::from_slice(&file.bytes).unwrap()
    };
    let first = read(opds2::catalogue(&edition, &[(Shelf::Days(2026), updated)]));
    assert_eq!(first["links"][0]["rel"], "self");
    assert_eq!(first["navigation"][0]["href"], "days/2026.json");
    assert_eq!(first["navigation"][0]["type"], "application/opds+json");
    assert!(first["navigation"][0]["title"].is_string());
    let book = Shelved {
        scope: day(),
        articles: 2,
        updated,
    };
    let list = read(opds2::shelf(
        &edition,
        Shelf::Days(2026),
        std::slice::from_ref(&book),
    ));
    let told = &list["publications"][0];
    let alone = read(opds2::book(&edition, &book));
    assert_eq!(told["metadata"], alone["metadata"]);
    assert_eq!(told["links"][0]["href"], "2026-11-02.json");
    assert_eq!(told["links"][1]["href"], "2026-11-02.epub");
    assert_eq!(told["images"][0]["href"], "../cover.png");
    assert_eq!(told["metadata"]["modified"], "2026-11-03T10:00:00Z");
    // The same name as in the catalogue of OPDS 1.2.
    let id = told["metadata"]["identifier"].as_str().unwrap();
    let old = String::from_utf8(shelf(&edition, Shelf::Days(2026), &[book]).bytes).unwrap();
    assert!(old.contains(&format!("<id>{id}</id>")), "{old}");
}
