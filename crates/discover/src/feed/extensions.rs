//! Words of other vocabularies: Dublin Core, content, iTunes, Media RSS, FeedBurner, XHTML.

use wirecopy_document::clean::shows_nothing;

use super::construct::{self, Untyped};
use super::links;
use super::record::{self, MAX_ITEMS, Rank, Record};
use super::scope::Scope;
use super::{Enclosure, person};
use crate::xml::namespace::Namespace;
use crate::xml::tree::Element;

/// How deep Media RSS groups may nest: a group holds contents, which hold thumbnails.
const MAX_MEDIA_DEPTH: usize = 4;

/// Adds what a word of another vocabulary tells.
pub(super) fn word(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    match element.namespace() {
        Namespace::DublinCore => dublin_core(record, element, scope),
        Namespace::DublinTerms => dublin_terms(record, element),
        Namespace::Content if element.name() == "encoded" => {
            record.content.put(
                Rank::Own,
                construct::html(element, Untyped::Html, scope.text_base_of(element)),
            );
        }
        Namespace::Xhtml if matches!(element.name(), "body" | "div") => {
            record.content.put(
                Rank::Own,
                construct::html(element, Untyped::Html, scope.text_base_of(element)),
            );
        }
        Namespace::Itunes => itunes(record, element, scope),
        Namespace::Media => media(record, element, scope, 0),
        Namespace::FeedBurner if element.name() == "origlink" => {
            record.original_link = element
                .text()
                .and_then(|text| scope.resolve(element, &text));
        }
        Namespace::License if element.name() == "license" && record.rights.is_none() => {
            record.rights = element.attribute("resource").or_else(|| element.text());
        }
        _ => {}
    }
}

fn dublin_core(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    match element.name() {
        "title" => record
            .title
            .put(Rank::Module, construct::text(element, Untyped::Text)),
        "creator" | "author" => record.push_person(person::read(element, scope.base_of(element))),
        "date" => record.date = record.date_of(element),
        "description" => record.summary.put(
            Rank::Module,
            construct::html(element, Untyped::Html, scope.text_base_of(element)),
        ),
        "language" => {
            record.language = record.language.take().or_else(|| record::language(element))
        }
        "rights" => {
            let rights = record.rights.take();
            record.rights = rights
                .or_else(|| construct::html(element, Untyped::Text, scope.text_base_of(element)));
        }
        "subject" => record.push_category(element.text()),
        "identifier" if record.id.is_none() => record.id = element.text(),
        _ => {}
    }
}

fn dublin_terms(record: &mut Record, element: Element<'_, '_>) {
    match element.name() {
        "issued" => record.published = record.date_of(element).or(record.published),
        "modified" => record.updated = record.date_of(element).or(record.updated),
        "created" => record.created = record.date_of(element),
        _ => {}
    }
}

fn itunes(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    let html = |by| construct::html(element, by, scope.text_base_of(element));
    match element.name() {
        "title" => record
            .title
            .put(Rank::Media, construct::text(element, Untyped::Text)),
        "author" => record.push_person(person::read(element, scope.base_of(element))),
        "summary" => record.summary.put(Rank::Media, html(Untyped::Text)),
        "subtitle" => record.summary.put(Rank::Hint, html(Untyped::Text)),
        "image" | "link" => record.image.put(Rank::Hint, links::image(element, scope)),
        "keywords" => record.push_keywords(element),
        "category" => {
            record.push_category(element.attribute("text").or_else(|| element.text()));
            for inner in element
                .elements()
                .filter(|inner| inner.name() == "category")
                .take(MAX_ITEMS)
            {
                record.push_category(inner.attribute("text"));
            }
        }
        _ => {}
    }
}

fn media(record: &mut Record, element: Element<'_, '_>, scope: &Scope, depth: usize) {
    match element.name() {
        "title" => record
            .title
            .put(Rank::Hint, construct::text(element, Untyped::Text)),
        "description" => record.summary.put(
            Rank::Hint,
            construct::html(element, Untyped::Text, scope.text_base_of(element)),
        ),
        "category" => record.push_category(element.text().or_else(|| element.attribute("label"))),
        "keywords" => record.push_keywords(element),
        "thumbnail" => {
            let shown = links::image(element, scope).filter(|url| !shows_nothing(url));
            record.image.put(Rank::Media, shown);
        }
        "content" => media_content(record, element, scope),
        _ => {}
    }
    if matches!(element.name(), "group" | "content") && depth < MAX_MEDIA_DEPTH {
        for inner in element
            .elements()
            .filter(|inner| inner.namespace() == Namespace::Media)
        {
            media(record, inner, scope, depth + 1);
        }
    }
}

fn media_content(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    let Some(url) = element
        .attribute("url")
        .and_then(|url| scope.resolve(element, &url))
    else {
        return;
    };
    let media_type = element.attribute("type");
    let is_picture = match element.attribute("medium") {
        Some(medium) => medium.eq_ignore_ascii_case("image"),
        None => links::is_picture(&url, media_type.as_deref()),
    };
    if is_picture && !shows_nothing(&url) {
        let width = element.attribute("width");
        let width = width.and_then(|width| width.trim().parse().ok());
        record.put_sized_image(url.clone(), width);
    }
    let length = element
        .attribute("fileSize")
        .and_then(|length| length.parse().ok());
    record.push_enclosure(Enclosure {
        url,
        media_type,
        length,
    });
}
