//! Where a field's value was found, so that an operator can see why it is what it is.

use std::fmt;

/// Where a field's value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The site's rule.
    Rule,
    /// The page's item in JSON-LD, by schema.org's property.
    JsonLd(&'static str),
    /// A `meta` element of that name or property.
    Meta(&'static str),
    /// Microdata, by schema.org's property.
    Microdata(&'static str),
    /// An element of the page, described.
    Element(&'static str),
    /// The page's own address.
    Address,
    /// The lines around the headline and after the article.
    Text,
    /// The article itself: its first picture, the language that it is written in.
    Article,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Rule => formatter.write_str("the site's rule"),
            Origin::JsonLd(property) => write!(formatter, "JSON-LD: {property}"),
            Origin::Meta(name) => write!(formatter, "meta: {name}"),
            Origin::Microdata(property) => write!(formatter, "microdata: {property}"),
            Origin::Element(element) => write!(formatter, "element: {element}"),
            Origin::Address => formatter.write_str("the address"),
            Origin::Text => formatter.write_str("the lines around the article"),
            Origin::Article => formatter.write_str("the article"),
        }
    }
}

/// The fields that have an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Title,
    Authors,
    Published,
    Modified,
    Language,
    SiteName,
    CanonicalUrl,
    LeadImage,
    Summary,
}

/// A value with where it was found.
#[derive(Clone, Debug)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
}

impl<T> Found<T> {
    pub(super) fn new(value: T, origin: Origin) -> Found<T> {
        Found { value, origin }
    }

    /// The value made into another, from the same place.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Found<U> {
        Found::new(change(self.value), self.origin)
    }
}

/// Where each field was found, for those that were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    list: Vec<(Field, Origin)>,
}

impl Origins {
    pub(crate) fn of(&self, field: Field) -> Option<Origin> {
        let mut found = self.list.iter().rev();
        found
            .find(|(known, _)| *known == field)
            .map(|(_, origin)| *origin)
    }

    pub(crate) fn set(&mut self, field: Field, origin: Origin) {
        self.list.push((field, origin));
    }

    /// Keeps the origin and gives the value.
    pub(super) fn note<T>(&mut self, field: Field, found: Option<Found<T>>) -> Option<T> {
        let found = found?;
        self.set(field, found.origin);
        Some(found.value)
    }
}
