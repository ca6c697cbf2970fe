//! What a mirror needs of an article beside the columns that every batch has: its HTML, exact times, and each author
//! and tag by itself, as `wirecopy extract warc` prints them and `wirecopy import articles` reads them.

use std::sync::Arc;

use arrow_array::builder::{LargeStringBuilder, ListBuilder};
use arrow_array::{ArrayRef, LargeStringArray};
use arrow_schema::{DataType, Field};
use jiff::tz::Offset;
use wirecopy_extract::Article;

use crate::reading::Outcome;

/// The columns of texts.
pub(crate) const RECORD: [&str; 5] = [
    "html",
    "published",
    "modified",
    "canonical_url",
    "image_caption",
];

/// The columns of lists of texts.
const LISTS: [&str; 2] = ["authors", "tags"];

/// The fields of the lists.
pub(crate) fn lists() -> [Field; 2] {
    let item = Arc::new(Field::new_list_field(DataType::LargeUtf8, true));
    LISTS.map(|name| Field::new(name, DataType::List(item.clone()), true))
}

/// The columns of texts, then those of lists; null where there is no article.
pub(crate) fn columns(outcomes: &[&Outcome]) -> Vec<ArrayRef> {
    let articles = || outcomes.iter().map(|outcome| outcome.article.as_ref());
    let texts = RECORD.map(|name| -> ArrayRef {
        let values = articles().map(|article| article.and_then(|article| text(article, name)));
        Arc::new(values.collect::<LargeStringArray>())
    });
    let lists = [
        list(articles().map(|article| article.map(|article| article.authors.as_slice()))),
        list(articles().map(|article| article.map(|article| article.tags.as_slice()))),
    ];
    texts.into_iter().chain(lists).collect()
}

fn text(article: &Article, name: &str) -> Option<String> {
    let offset = article.published_offset.unwrap_or(Offset::UTC);
    match name {
        "html" => Some(article.body.as_str().to_owned()),
        "published" => article
            .published
            .map(|time| time.display_with_offset(offset).to_string()),
        "modified" => article.modified.map(|time| time.to_string()),
        "canonical_url" => article.canonical_url.as_ref().map(ToString::to_string),
        _ => article
            .lead_image
            .as_ref()
            .map(|image| image.caption.clone())
            .filter(|caption| !caption.is_empty()),
    }
}

fn list<'a>(rows: impl Iterator<Item = Option<&'a [String]>>) -> ArrayRef {
    let mut builder = ListBuilder::new(LargeStringBuilder::new());
    for row in rows {
        for text in row.unwrap_or_default() {
            builder.values().append_value(text);
        }
        builder.append(row.is_some());
    }
    Arc::new(builder.finish())
}
