//! What tells readers of a book's content: the package document (EPUB 3.3 section 5), the navigation document (section
//! 7), and the NCX of EPUB 2 for old readers.

use std::collections::BTreeSet;

use crate::book::pictures::Packed;
use crate::book::{Book, Section, leaves};
use crate::display::{direction, one_line, title};
use crate::edition::Listing;
use crate::feed::atom::moment;
use crate::feed::identity;
use crate::feed::xml::{close, declaration, element, empty, open};

/// Names of authors that a book tells of itself; each article tells its own.
const CONTRIBUTORS: usize = 40;

/// The package document.
pub(super) fn package(book: &Book<'_>, pictures: &Packed) -> String {
    let mut text = declaration();
    let attributes = [
        ("xmlns", "http://www.idpf.org/2007/opf"),
        ("version", "3.0"),
        ("unique-identifier", "id"),
        ("xml:lang", book.words.tag),
    ];
    open(&mut text, "package", &attributes);
    text.push('\n');
    metadata(&mut text, book, pictures);
    manifest(&mut text, book, pictures);
    let way = match direction(Some(&book.language)) {
        "rtl" => "rtl",
        _ => "ltr",
    };
    let spine = [("toc", "ncx"), ("page-progression-direction", way)];
    open(&mut text, "spine", &spine);
    for id in ["cover", "nav"] {
        empty(&mut text, "itemref", &[("idref", id)]);
    }
    for (listing, _) in book.articles() {
        empty(&mut text, "itemref", &[("idref", &id_of(listing))]);
    }
    text.push_str("</spine>\n</package>\n");
    text
}

fn metadata(text: &mut String, book: &Book<'_>, pictures: &Packed) {
    let purl = [("xmlns:dc", "http://purl.org/dc/elements/1.1/")];
    open(text, "metadata", &purl);
    text.push('\n');
    let id = identity::of_book(book.edition, book.scope);
    element(text, "dc:identifier", &[("id", "id")], &id);
    element(text, "dc:title", &[], &book.title);
    element(text, "dc:language", &[], &book.language);
    for source in book.sources() {
        element(text, "dc:creator", &[], &source);
    }
    for name in contributors(book) {
        element(text, "dc:contributor", &[], &name);
    }
    element(text, "dc:publisher", &[], &one_line(&book.edition.title));
    element(text, "dc:date", &[], &moment(book.dated()));
    let description = one_line(&book.edition.description);
    if !description.is_empty() {
        element(text, "dc:description", &[], &description);
    }
    meta(text, "dcterms:modified", &moment(book.changed()));
    // EPUB Accessibility 1.1 section 2.
    meta(text, "schema:accessMode", "textual");
    if !pictures.files.is_empty() {
        meta(text, "schema:accessMode", "visual");
    }
    meta(text, "schema:accessModeSufficient", "textual");
    for feature in ["tableOfContents", "readingOrder", "structuralNavigation"] {
        meta(text, "schema:accessibilityFeature", feature);
    }
    meta(text, "schema:accessibilityHazard", "none");
    close(text, "metadata");
    text.push('\n');
}

fn meta(text: &mut String, property: &str, value: &str) {
    element(text, "meta", &[("property", property)], value);
    text.push('\n');
}

/// Who wrote the articles, each once, in their order.
fn contributors(book: &Book<'_>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let names = book
        .articles()
        .flat_map(|(_, document)| &document.trailer.authors)
        .map(|name| one_line(name).into_owned())
        .filter(|name| !name.is_empty() && seen.insert(name.clone()));
    names.take(CONTRIBUTORS).collect()
}

fn manifest(text: &mut String, book: &Book<'_>, pictures: &Packed) {
    const XHTML: &str = "application/xhtml+xml";
    text.push_str("<manifest>\n");
    item(text, ("cover", "cover.xhtml", XHTML), None);
    item(text, ("nav", "nav.xhtml", XHTML), Some("nav"));
    item(text, ("ncx", "toc.ncx", "application/x-dtbncx+xml"), None);
    item(text, ("style", "book.css", "text/css"), None);
    for (listing, _) in book.articles() {
        item(text, (&id_of(listing), &leaves::file(listing), XHTML), None);
    }
    for (number, (place, picture)) in pictures.files.iter().enumerate() {
        let id = format!("picture-{number}");
        item(text, (&id, place, picture.format.media_type()), None);
    }
    text.push_str("</manifest>\n");
}

fn item(text: &mut String, (id, href, media_type): (&str, &str, &str), properties: Option<&str>) {
    let mut attributes = vec![("id", id), ("href", href), ("media-type", media_type)];
    attributes.extend(properties.map(|properties| ("properties", properties)));
    empty(text, "item", &attributes);
    text.push('\n');
}

/// An id may not begin with a digit.
fn id_of(listing: &Listing) -> String {
    format!("article-{}", listing.id)
}

/// The navigation document: the contents by section, and where the book's parts begin.
pub(super) fn navigation(book: &Book<'_>) -> String {
    let words = &book.words.books;
    let mut text = leaves::opening((book.words.tag, book.words.direction), words.contents);
    text.push_str("<body>\n<nav epub:type=\"toc\" role=\"doc-toc\">");
    element(&mut text, "h1", &[], words.contents);
    text.push_str("\n<ol>\n");
    for section in &book.sections {
        text.push_str("<li>");
        let first = section
            .articles
            .first()
            .map(|(listing, _)| leaves::file(listing));
        let href = first.unwrap_or_default();
        element(
            &mut text,
            "a",
            &[("href", &href), ("dir", "auto")],
            &section.title,
        );
        text.push_str("<ol>\n");
        for (listing, document) in &section.articles {
            let tag = book.edition.language_of(listing);
            let file = leaves::file(listing);
            let mut attributes = vec![("href", &*file), ("dir", direction(tag.as_deref()))];
            attributes.extend(
                tag.iter()
                    .flat_map(|tag| [("lang", &**tag), ("xml:lang", &**tag)]),
            );
            text.push_str("<li>");
            let name = title(&document.title, document.url.as_str());
            element(&mut text, "a", &attributes, &name);
            text.push_str("</li>\n");
        }
        text.push_str("</ol></li>\n");
    }
    text.push_str("</ol>\n</nav>\n<nav epub:type=\"landmarks\" hidden=\"\">\n<ol>\n");
    for (kind, file, name) in landmarks(book) {
        let attributes = [("epub:type", kind), ("href", &*file)];
        text.push_str("<li>");
        element(&mut text, "a", &attributes, name);
        text.push_str("</li>\n");
    }
    text.push_str("</ol>\n</nav>\n</body>\n</html>\n");
    text
}

fn landmarks<'b>(book: &'b Book<'_>) -> Vec<(&'static str, String, &'b str)> {
    let words = &book.words.books;
    let mut landmarks = vec![
        ("cover", "cover.xhtml".to_owned(), words.cover),
        ("toc", "nav.xhtml".to_owned(), words.contents),
    ];
    let first = book.articles().next();
    landmarks.extend(first.map(|(listing, _)| ("bodymatter", leaves::file(listing), &*book.title)));
    landmarks
}

/// The contents as EPUB 2 has them.
pub(super) fn ncx(book: &Book<'_>) -> String {
    let mut text = declaration();
    let attributes = [
        ("xmlns", "http://www.daisy.org/z3986/2005/ncx/"),
        ("version", "2005-1"),
    ];
    open(&mut text, "ncx", &attributes);
    text.push_str("\n<head>");
    let id = identity::of_book(book.edition, book.scope);
    for (name, content) in [
        ("dtb:uid", &*id),
        ("dtb:depth", "2"),
        ("dtb:totalPageCount", "0"),
        ("dtb:maxPageNumber", "0"),
    ] {
        empty(&mut text, "meta", &[("name", name), ("content", content)]);
    }
    text.push_str("</head>\n<docTitle>");
    element(&mut text, "text", &[], &book.title);
    text.push_str("</docTitle>\n<navMap>\n");
    let mut number = 0;
    for section in &book.sections {
        point(&mut text, &mut number, section);
    }
    text.push_str("</navMap>\n</ncx>\n");
    text
}

/// A section and its articles. A section begins where its first article does, and has its place in the order of play.
fn point(text: &mut String, number: &mut usize, section: &Section<'_>) {
    let mut order = 0;
    for (place, (listing, document)) in section.articles.iter().enumerate() {
        let file = leaves::file(listing);
        if place == 0 {
            order = *number + 1;
            open_point(text, &format!("section-{order}"), order);
            label(text, &section.title, &file);
        }
        *number += 1;
        open_point(text, &format!("point-{number}"), *number);
        label(text, &title(&document.title, document.url.as_str()), &file);
        text.push_str("</navPoint>\n");
    }
    if order > 0 {
        text.push_str("</navPoint>\n");
    }
}

fn open_point(text: &mut String, id: &str, order: usize) {
    open(
        text,
        "navPoint",
        &[("id", id), ("playOrder", &order.to_string())],
    );
}

fn label(text: &mut String, title: &str, file: &str) {
    text.push_str("<navLabel>");
    element(text, "text", &[], title);
    text.push_str("</navLabel>");
    empty(text, "content", &[("src", file)]);
}
