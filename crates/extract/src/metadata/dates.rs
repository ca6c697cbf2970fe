//! When it was first published and last changed.

use jiff::Zoned;
use url::Url;

use super::calendar;
use super::clues::{Clue, Clues, Mark};
use super::json_ld::Linked;
use super::origin::{Found, Origin};

/// `meta` names of the first publication, the most trusted first.
const PUBLISHED: [&str; 26] = [
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "published_time",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "date.available",
    "dcterms.created",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "dc.date.created",
    "date",
    "publication_date",
    "cxenseparse:recs:publishtime",
    "datecreated",
    "article.published",
    "published-date",
    "rnews:datepublished",
];

/// `meta` names of the last change.
const MODIFIED: [&str; 8] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "article:modified",
];

/// The first publication: JSON-LD, the head, microdata, marked times, the address.
pub(super) fn published(clues: &Clues, linked: &Linked, url: Option<&Url>) -> Option<Found<Zoned>> {
    linked
        .published
        .as_deref()
        .and_then(|text| read(text, Origin::JsonLd("datePublished")))
        .or_else(|| in_metas(clues, &PUBLISHED))
        .or_else(|| {
            clues
                .marked(Mark::PublishedProperty)
                .find_map(|clue| read(&clue.text, Origin::Microdata("datePublished")))
        })
        .or_else(|| marked_time(clues))
        .or_else(|| Some(Found::new(in_address(url?)?, Origin::Address)))
}

/// The last change as JSON-LD, the head or microdata state it.
pub(super) fn modified(clues: &Clues, linked: &Linked) -> Option<Found<Zoned>> {
    linked
        .modified
        .as_deref()
        .and_then(|text| read(text, Origin::JsonLd("dateModified")))
        .or_else(|| in_metas(clues, &MODIFIED))
        .or_else(|| {
            clues
                .marked(Mark::ModifiedProperty)
                .find_map(|clue| read(&clue.text, Origin::Microdata("dateModified")))
        })
}

fn read(text: &str, origin: Origin) -> Option<Found<Zoned>> {
    Some(Found::new(calendar::parse(text)?, origin))
}

fn in_metas(clues: &Clues, names: &[&'static str]) -> Option<Found<Zoned>> {
    names.iter().find_map(|name| {
        clues
            .metas(name)
            .find_map(|text| read(text, Origin::Meta(name)))
    })
}

/// A date that stands alone, for people or for machines.
pub(super) fn parse(text: &str) -> Option<Zoned> {
    calendar::parse(text)
}

/// A date in a line near the headline, or with which a paragraph begins: `27.1.2022 – The harbour …`.
pub(super) fn in_text(text: &str) -> Option<Zoned> {
    match text.char_indices().nth(MAX_LINE) {
        None => calendar::find(text),
        Some(_) if text.starts_with(|first: char| first.is_ascii_digit()) => {
            let (date, _) = text.split_once([' ', '\u{a0}'])?;
            calendar::find(date)
        }
        Some(_) => None,
    }
}

/// A date in a line that closes an article and says little else.
pub(super) fn in_closing_line(text: &str) -> Option<Zoned> {
    let is_long = text.char_indices().nth(MAX_CLOSING_LINE).is_some();
    (!is_long).then(|| calendar::find(text)).flatten()
}

/// Longest line that closes an article with its date, in characters.
const MAX_CLOSING_LINE: usize = 60;

/// Longest line with a date, in characters; longer ones are paragraphs.
const MAX_LINE: usize = 200;

/// The `time` element or date-named element nearest to the headline; after it rather than before.
fn marked_time(clues: &Clues) -> Option<Found<Zoned>> {
    let headline = clues
        .marked(Mark::Heading(1))
        .next()
        .map_or(0, |clue| clue.order);
    let distance = |clue: &Clue| {
        if clue.order >= headline {
            clue.order - headline
        } else {
            (headline - clue.order) * 4
        }
    };
    let mut times: Vec<&Clue> = clues
        .marked(Mark::Time)
        .chain(clues.marked(Mark::DateNamed))
        .collect();
    times.sort_by_key(|clue| distance(clue));
    times.into_iter().take(12).find_map(|clue| {
        let element = match clue.mark {
            Mark::Time => "time",
            _ => "named as a date",
        };
        read(&clue.text, Origin::Element(element))
    })
}

/// `/2026/07/04/`, `/2026-07-04-`, `/04-07-2026`, `/20260704/` in the path.
fn in_address(url: &Url) -> Option<Zoned> {
    let path = url.path();
    let starts = path
        .match_indices(['/', '-', '_'])
        .map(|(index, _)| index + 1);
    starts
        .filter_map(|start| path.get(start..))
        .find_map(|rest| {
            let whole = rest
                .get(..10)
                .filter(|date| has_marks(date, 4, 7) || has_marks(date, 2, 5));
            let joined = rest.get(..8).filter(|date| {
                date.starts_with("20") && date.bytes().all(|byte| byte.is_ascii_digit())
            });
            let joined = joined.filter(|_| !rest.as_bytes().get(8).is_some_and(u8::is_ascii_digit));
            whole
                .or(joined)
                .and_then(|date| calendar::parse(&date.replace(['/', '_'], "-")))
        })
}

/// Whether all but two places are digits, and those two hold the same mark.
fn has_marks(date: &str, first: usize, second: usize) -> bool {
    date.bytes().enumerate().all(|(place, byte)| match place {
        _ if place == first || place == second => {
            matches!(byte, b'/' | b'-' | b'_') && byte == date.as_bytes()[first]
        }
        _ => byte.is_ascii_digit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_addresses_are_read() {
        let date = |url: &str| {
            in_address(&Url::parse(url).unwrap()).map(|time| time.timestamp().to_string())
        };
        assert_eq!(
            date("https://example.com/news/2026/07/04/harbour"),
            Some("2026-07-04T00:00:00Z".to_owned())
        );
        assert_eq!(
            date("https://example.com/a-20260704.html"),
            Some("2026-07-04T00:00:00Z".to_owned())
        );
        assert_eq!(
            date("https://example.com/news/04-07-2026"),
            Some("2026-07-04T00:00:00Z".to_owned())
        );
        assert_eq!(date("https://example.com/id/202607041234"), None);
    }
}
