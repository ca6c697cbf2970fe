//! What a feed and an entry have in common, collected word by word from all vocabularies. The feed's own words win
//! over those of modules, wherever they stand.

use jiff::Timestamp;
use url::Url;

use super::construct::{self, Untyped};
use super::scope::Scope;
use super::{Enclosure, Link, Person, Problem, extensions, links, person};
use crate::html;
use crate::xml::namespace::Namespace;
use crate::xml::tree::{Element, MAX_LANGUAGE_BYTES};

/// Links, enclosures, persons or categories kept of one entry or feed; the rest is left out. The longest real lists,
/// keywords of shops, have under two hundred.
pub(super) const MAX_ITEMS: usize = 256;

/// The width, in pixels, that is wide enough for a page, as for pictures of a page.
const WIDE_ENOUGH: u32 = 1200;

/// The collected values.
#[derive(Default)]
pub(super) struct Record {
    pub title: Ranked<String>,
    pub summary: Ranked<String>,
    pub content: Ranked<String>,
    pub image: Ranked<Url>,
    /// The width of the picture, where that is one of several sizes.
    image_width: Option<u32>,
    pub icon: Option<Url>,
    pub id: Option<String>,
    pub id_is_permalink: bool,
    pub links: Vec<Link>,
    /// The real address behind a redistributor's (`feedburner:origLink`).
    pub original_link: Option<Url>,
    pub published: Option<Timestamp>,
    pub created: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    /// `dc:date`, which is the date of publication in some feeds and of change in others.
    pub date: Option<Timestamp>,
    pub authors: Vec<Person>,
    pub categories: Vec<String>,
    pub enclosures: Vec<Enclosure>,
    pub comments: Option<Url>,
    pub rights: Option<String>,
    pub language: Option<String>,
    /// The language that the longer text itself is marked with.
    pub text_language: Option<String>,
    pub generator: Option<String>,
    pub problems: Vec<Problem>,
}

/// Where a value comes from, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A word that only hints at it (`itunes:subtitle`, an enclosed picture).
    Hint,
    /// A module made for media.
    Media,
    /// A module made for it (Dublin Core).
    Module,
    /// The feed's own word.
    Own,
}

/// A value and where it comes from: the first of the best.
pub(super) struct Ranked<T>(Option<(Rank, T)>);

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Ranked(None)
    }
}

impl<T> Ranked<T> {
    pub(super) fn of(rank: Rank, value: T) -> Ranked<T> {
        Ranked(Some((rank, value)))
    }

    pub(super) fn put(&mut self, rank: Rank, value: Option<T>) {
        let Some(value) = value else { return };
        if self.0.as_ref().is_none_or(|(held, _)| rank > *held) {
            self.0 = Some((rank, value));
        }
    }

    pub(super) fn holds(&self, rank: Rank) -> bool {
        self.0.as_ref().is_some_and(|(held, _)| *held == rank)
    }

    pub(super) fn take(&mut self) -> Option<T> {
        self.0.take().map(|(_, value)| value)
    }
}

/// Collects all children of an element.
pub(super) fn read(element: Element<'_, '_>, scope: &Scope) -> Record {
    let mut record = Record::default();
    read_attributes(&mut record, element, scope);
    for child in element.elements() {
        match child.namespace() {
            Namespace::Feed => own_word(&mut record, child, scope),
            _ => extensions::word(&mut record, child, scope),
        }
    }
    record
}

/// RDF's `about`, and what CDF holds in attributes.
fn read_attributes(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    record.id = element
        .attribute("rdf:about")
        .or_else(|| element.attribute("about"));
    if let Some(href) = element.attribute("href") {
        let href = scope.absolute(element, href);
        record.push_link(Link {
            href,
            rel: "alternate".to_owned(),
            ..Link::default()
        });
    }
    if let Some(date) = element.attribute("lastmod") {
        record.updated = record.date(&date);
    }
}

fn own_word(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    match element.name() {
        "title" => record
            .title
            .put(Rank::Own, construct::text(element, Untyped::Text)),
        "link" => links::read(record, element, scope),
        "guid" | "id" => links::read_id(record, element, scope),
        "comments" => {
            record.comments = element
                .text()
                .and_then(|text| scope.resolve(element, &text))
        }
        "enclosure" => links::read_enclosure(record, element, scope),
        "description" | "tagline" | "subtitle" | "summary" | "abstract" => {
            summary(record, element, scope)
        }
        "content" => content(record, element, scope),
        "body" | "fullitem" => {
            record.content.put(
                Rank::Own,
                construct::html(element, Untyped::Html, scope.text_base_of(element)),
            );
        }
        "author" | "managingeditor" => {
            record.push_person(person::read(element, scope.base_of(element)))
        }
        "category" | "keywords" => category(record, element),
        "tags" => record.push_keywords(element),
        "rights" | "copyright" => {
            record.rights = construct::html(element, Untyped::Text, scope.text_base_of(element))
                .or(record.rights.take());
        }
        "language" => record.language = language(element).or(record.language.take()),
        "generator" => record.generator = element.text().or_else(|| element.attribute("url")),
        "image" | "logo" => record.image.put(Rank::Own, links::image(element, scope)),
        "icon" => record.icon = links::image(element, scope),
        name => own_date(record, element, name),
    }
}

fn own_date(record: &mut Record, element: Element<'_, '_>, name: &str) {
    match name {
        "published" | "issued" | "pubdate" => {
            record.published = record.date_of(element).or(record.published)
        }
        "updated" | "modified" | "lastbuilddate" => {
            record.updated = record.date_of(element).or(record.updated)
        }
        "created" => record.created = record.date_of(element),
        "date" => record.date = record.date_of(element),
        _ => {}
    }
}

/// A description, and the longer text where a feed gives two of them.
fn summary(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    let by = if element.name() == "description" {
        Untyped::Html
    } else {
        Untyped::Text
    };
    let html = construct::html(element, by, scope.text_base_of(element));
    if record.summary.holds(Rank::Own) {
        record.content.put(Rank::Module, html);
    } else {
        record.summary.put(Rank::Own, html);
    }
}

fn content(record: &mut Record, element: Element<'_, '_>, scope: &Scope) {
    if let Some(source) = element.attribute("src") {
        let href = scope.absolute(element, source);
        record.push_link(Link {
            href,
            rel: "content".to_owned(),
            ..Link::default()
        });
    }
    record.text_language = element.language();
    let html = construct::html(element, Untyped::Text, scope.text_base_of(element));
    record
        .content
        .put(Rank::Own, html.filter(|html| !html.is_empty()));
}

fn category(record: &mut Record, element: Element<'_, '_>) {
    let named = element
        .attribute("term")
        .or_else(|| element.text())
        .or_else(|| element.attribute("label"));
    record.push_category(named);
}

/// The language that an element names, if it can be one.
pub(super) fn language(element: Element<'_, '_>) -> Option<String> {
    element
        .text()
        .filter(|language| language.len() <= MAX_LANGUAGE_BYTES)
}

impl Record {
    /// The instant that a text gives; what cannot be read becomes a problem.
    pub(super) fn date(&mut self, text: &str) -> Option<Timestamp> {
        let date = crate::date::parse(text);
        if date.is_none() && self.problems.len() < MAX_ITEMS {
            self.problems
                .push(Problem::Date(text.chars().take(80).collect()));
        }
        date
    }

    pub(super) fn date_of(&mut self, element: Element<'_, '_>) -> Option<Timestamp> {
        self.date(&element.text()?)
    }

    pub(super) fn push_link(&mut self, link: Link) {
        if self.links.len() < MAX_ITEMS {
            self.links.push(link);
        }
    }

    /// Puts one of several sizes of a picture in the place of the one before, where that was of another size that was
    /// told: the narrowest that is wide enough, else the widest.
    pub(super) fn put_sized_image(&mut self, url: Url, width: Option<u32>) {
        let is_better = |new: u32, held: u32| match held >= WIDE_ENOUGH {
            true => new >= WIDE_ENOUGH && new < held,
            false => new > held,
        };
        let better = width
            .zip(self.image_width)
            .is_some_and(|(new, held)| is_better(new, held));
        if better && self.image.holds(Rank::Module) {
            self.image = Ranked::of(Rank::Module, url);
            self.image_width = width;
        } else if !self.image.holds(Rank::Module) {
            self.image.put(Rank::Module, Some(url));
            self.image_width = width;
        }
    }

    pub(super) fn push_enclosure(&mut self, enclosure: Enclosure) {
        let is_new = self.enclosures.len() < MAX_ITEMS
            && self.enclosures.iter().all(|held| held.url != enclosure.url);
        if is_new {
            self.enclosures.push(enclosure);
        }
    }

    /// Adds a person, unless the same name or address is there already.
    pub(super) fn push_person(&mut self, person: Option<Person>) {
        let Some(person) = person else { return };
        let is_same = |held: &Person| {
            held.name.is_some() && held.name == person.name
                || held.email.is_some() && held.email == person.email
        };
        if self.authors.len() < MAX_ITEMS && !self.authors.iter().any(is_same) {
            self.authors.push(person);
        }
    }

    pub(super) fn push_category(&mut self, name: Option<String>) {
        let Some(name) = name
            .map(|name| html::collapse(&name))
            .filter(|name| !name.is_empty())
        else {
            return;
        };
        if self.categories.len() < MAX_ITEMS && !self.categories.contains(&name) {
            self.categories.push(name);
        }
    }

    /// Adds the categories of a list with commas.
    pub(super) fn push_keywords(&mut self, element: Element<'_, '_>) {
        for keyword in element.text().unwrap_or_default().split(',') {
            self.push_category(Some(keyword.to_owned()));
        }
    }
}
