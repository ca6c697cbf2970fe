//! The pages of an EPUB: its cover, in words, and one for each article.

use wirecopy_document::document::Document;

use crate::book::pictures::Packed;
use crate::book::xhtml::{self, Manner, strict_address};
use crate::book::{Book, Scope};
use crate::display::{direction, one_line, title};
use crate::edition::Listing;
use crate::feed::atom::moment;
use crate::feed::xml::{close, element, empty, open};
use crate::headings::{self, in_order};
use crate::pictures::without_title;
use crate::words::fill;

/// The file of an article beside the package document.
pub(super) fn file(listing: &Listing) -> String {
    format!("article-{}.xhtml", listing.id)
}

/// A page up to its body, in a language and its direction.
pub(super) fn opening((language, direction): (&str, &str), name: &str) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n".to_owned();
    let attributes = [
        ("xmlns", "http://www.w3.org/1999/xhtml"),
        ("xmlns:epub", "http://www.idpf.org/2007/ops"),
        ("lang", language),
        ("xml:lang", language),
        ("dir", direction),
    ];
    open(&mut text, "html", &attributes);
    text.push_str("\n<head>\n<meta charset=\"utf-8\"/>\n");
    element(&mut text, "title", &[], name);
    let style = [
        ("rel", "stylesheet"),
        ("type", "text/css"),
        ("href", "book.css"),
    ];
    empty(&mut text, "link", &style);
    text.push_str("\n</head>\n");
    text
}

/// The cover: names, and how many articles of which sources.
pub(super) fn cover(book: &Book<'_>) -> String {
    let mut text = opening((book.words.tag, book.words.direction), &book.title);
    text.push_str("<body class=\"cover\" epub:type=\"cover\">\n");
    let (name, about) = (one_line(&book.edition.title), book.scope.title(book.words));
    let (above, below) = match book.scope {
        Scope::Source(_) => (name.as_ref(), about.as_str()),
        Scope::Day(_) | Scope::Week(_) => (about.as_str(), name.as_ref()),
    };
    element(
        &mut text,
        "p",
        &[("class", "above"), ("dir", "auto")],
        above,
    );
    element(&mut text, "h1", &[("dir", "auto")], below);
    let description = one_line(&book.edition.description);
    if !description.is_empty() {
        element(&mut text, "p", &[("dir", "auto")], &description);
    }
    text.push_str("\n<ul>\n");
    for section in &book.sections {
        text.push_str("<li>");
        element(&mut text, "bdi", &[], &section.title);
        let count = section.articles.len().to_string();
        element(&mut text, "span", &[], &format!(" {count}"));
        text.push_str("</li>\n");
    }
    text.push_str("</ul>\n</body>\n</html>\n");
    text
}

/// The page of an article.
pub(super) fn article(
    book: &Book<'_>,
    (listing, document): (&Listing, &Document),
    pictures: &Packed,
) -> String {
    let language = book.edition.language_of(listing);
    let tag = language.as_deref().unwrap_or(&book.language);
    let name = title(&document.title, document.url.as_str());
    let mut text = opening((tag, direction(language.as_deref())), &name);
    text.push_str("<body>\n<article>\n<header>\n");
    let source = one_line(book.edition.source_name(&listing.source));
    element(
        &mut text,
        "p",
        &[("class", "source"), ("dir", "auto")],
        &source,
    );
    text.push('\n');
    element(&mut text, "h1", &[], &name);
    text.push('\n');
    meta(&mut text, book, document);
    text.push_str("</header>\n");
    let manner = Manner {
        prefix: "",
        heading: headings::PAGE,
        picture: &|url| pictures.place(url),
        left_out: book.words.article.picture,
    };
    text.push_str(&lead(document, pictures));
    text.push_str(&body(book, document, &manner));
    text.push_str("\n<footer>\n");
    origin(&mut text, book, document);
    text.push_str("</footer>\n</article>\n</body>\n</html>\n");
    text
}

/// The text of an article, in the book's manner; a sentence where there is none.
pub(crate) fn body(book: &Book<'_>, document: &Document, manner: &Manner<'_>) -> String {
    let html = in_order(without_title(document), manner.heading);
    let written = xhtml::write(&html, manner);
    if !written.trim().is_empty() {
        return written;
    }
    let mut empty = String::new();
    let tongue = [
        ("lang", book.words.tag),
        ("xml:lang", book.words.tag),
        ("dir", book.words.direction),
    ];
    element(&mut empty, "p", &tongue, book.words.article.empty);
    empty
}

/// The picture that stands for the article, where the book has it and the text has it not.
fn lead(document: &Document, pictures: &Packed) -> String {
    let Some(image) = &document.trailer.image else {
        return String::new();
    };
    let shown = document.body.pictures();
    let is_shown = shown
        .iter()
        .any(|picture| picture.url.path() == image.path());
    let Some(place) = pictures.place(image.as_str()).filter(|_| !is_shown) else {
        return String::new();
    };
    let mut text = "<figure>".to_owned();
    empty(&mut text, "img", &[("src", &place), ("alt", "")]);
    close(&mut text, "figure");
    text.push('\n');
    text
}

/// Who wrote it and when, and whether it was withdrawn.
fn meta(text: &mut String, book: &Book<'_>, document: &Document) {
    let words = &book.words.article;
    let names: Vec<String> = document
        .trailer
        .authors
        .iter()
        .map(|name| one_line(name).into_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let tongue = [
        ("class", "meta"),
        ("lang", book.words.tag),
        ("xml:lang", book.words.tag),
        ("dir", "auto"),
    ];
    if !names.is_empty() {
        element(
            text,
            "p",
            &tongue,
            &fill(words.by, "names", &names.join(words.and)),
        );
        text.push('\n');
    }
    let shown = |time| book.words.calendar.moment(time, &book.edition.time_zone);
    open(text, "p", &tongue);
    let exact = moment(document.published);
    element(
        text,
        "time",
        &[("datetime", &exact)],
        &shown(document.published),
    );
    if let Some(modified) = document
        .trailer
        .modified
        .filter(|time| *time > document.published)
    {
        text.push(' ');
        element(
            text,
            "span",
            &[],
            &format!("{} {}", words.updated, shown(modified)),
        );
    }
    close(text, "p");
    text.push('\n');
    if document.trailer.withdrawn.is_some() {
        element(text, "p", &tongue, words.withdrawn);
        text.push('\n');
    }
}

/// The way to the original.
fn origin(text: &mut String, book: &Book<'_>, document: &Document) {
    if !matches!(document.url.scheme(), "http" | "https") {
        return;
    }
    let words = &book.words.article;
    open(
        text,
        "p",
        &[
            ("class", "meta"),
            ("lang", book.words.tag),
            ("xml:lang", book.words.tag),
            ("dir", book.words.direction),
        ],
    );
    let href = strict_address(document.url.as_str());
    element(text, "a", &[("href", &href)], words.origin);
    text.push(' ');
    element(
        text,
        "bdi",
        &[],
        document.url.host_str().unwrap_or_default(),
    );
    close(text, "p");
    text.push('\n');
}
