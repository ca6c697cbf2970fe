//! What a document's page says to a query: whether it holds what was asked for as it was asked, and where.

use std::ops::Range;

use wirecopy_document::clean::text_of;

use crate::search::query::{Item, Query};
use crate::search::units::{Unit, units};

/// Bytes of text before the first mark, and in all: some three lines.
const BEFORE: usize = 90;
const LENGTH: usize = 360;

/// How a long word is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It must stand there as it is.
    Whole,
    /// Two in three of its parts will do.
    Parts,
}

/// A text with the places of what was looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Byte ranges of it, in order and apart.
    pub marks: Vec<Range<usize>>,
}

/// What is shown of a document that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its title.
    pub title: Marked,
    /// A piece of its text around the first mark; empty where there is no text.
    pub excerpt: Marked,
}

/// What to show of a document with this title and page; `None` where it does not meet the query after all. Without its
/// page a document is believed to hold what its terms promise.
pub(crate) fn read_page(
    query: &Query,
    title: &str,
    page: Option<&[u8]>,
    reading: Reading,
) -> Option<Shown> {
    let text = page.map(article_text);
    let in_title = units(title);
    let in_text = text.as_deref().map(units);
    let stands = |item: &Item| {
        let in_title = !places(&in_title, &item.units).is_empty();
        in_title
            || !item.title
                && in_text
                    .as_ref()
                    .is_none_or(|units| !places(units, &item.units).is_empty())
    };
    let meets = |item: &Item| {
        item.units.len() < 2 || reading == Reading::Parts && item.is_long() || stands(item)
    };
    let fits = query.clauses.iter().all(|clause| {
        if clause.excluded {
            let mut phrases = clause.items.iter().filter(|item| item.is_phrase());
            in_text.is_none() || !phrases.any(meets)
        } else {
            clause.items.iter().any(meets)
        }
    });
    let marks = |units: &[Unit]| marks(query, units, reading);
    let text = text.unwrap_or_default();
    let excerpt = excerpt(&text, &marks(&in_text.unwrap_or_default()));
    let title = Marked {
        marks: marks(&in_title),
        text: title.to_owned(),
    };
    fits.then_some(Shown { title, excerpt })
}

/// The text of an article page.
fn article_text(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let body = page
        .split_once("<div class=\"text\"")
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(_, rest)| rest)
        .and_then(|rest| rest.rsplit_once("</article>"))
        .map(|(body, _)| body)
        .and_then(|body| body.rsplit_once("</div>"));
    body.map_or_else(String::new, |(body, _)| text_of(body))
}

/// Where units stand one after the other, joined where they were asked for joined.
fn places(text: &[Unit], wanted: &[Unit]) -> Vec<Range<usize>> {
    let (Some(first), false) = (wanted.first(), text.len() < wanted.len()) else {
        return Vec::new();
    };
    let windows = text.windows(wanted.len()).filter(|window| {
        window[0].kind == first.kind
            && window[1..]
                .iter()
                .zip(&wanted[1..])
                .all(|(unit, wanted)| unit.kind == wanted.kind && (unit.joined || !wanted.joined))
    });
    windows
        .map(|window| window[0].place.start..window[window.len() - 1].place.end)
        .collect()
}

/// Where anything that was asked for stands, in order and apart.
fn marks(query: &Query, text: &[Unit], reading: Reading) -> Vec<Range<usize>> {
    let clauses = query.clauses.iter().filter(|clause| !clause.excluded);
    let mut marks: Vec<Range<usize>> = Vec::new();
    for item in clauses.flat_map(|clause| &clause.items) {
        if reading == Reading::Parts && item.is_long() {
            marks.extend(item.units.windows(2).flat_map(|pair| places(text, pair)));
        } else {
            marks.extend(places(text, &item.units));
        }
    }
    marks.sort_unstable_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end)));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match apart.last_mut() {
            Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
            _ => apart.push(mark),
        }
    }
    apart
}

/// The piece of a text around its first mark, from the beginning of a sentence or word.
fn excerpt(text: &str, marks: &[Range<usize>]) -> Marked {
    let first = marks.first().map_or(0, |mark| mark.start);
    let line = text[..first].rfind('\n').map_or(0, |end| end + 1);
    let near = text.ceil_char_boundary(first.saturating_sub(BEFORE));
    let from = if near <= line {
        line
    } else {
        let is_break = |letter: char| letter.is_whitespace() || "。！？，；".contains(letter);
        let skipped = text[near..first]
            .char_indices()
            .find(|(_, letter)| is_break(*letter));
        skipped.map_or(near, |(place, letter)| near + place + letter.len_utf8())
    };
    let to = text.floor_char_boundary(text.len().min(from + LENGTH));
    let before = if from > 0 { "…" } else { "" };
    let after = if to < text.len() { "…" } else { "" };
    let moved = |place: usize| place - from + before.len();
    Marked {
        text: format!("{before}{}{after}", &text[from..to]).replace('\n', " "),
        marks: marks
            .iter()
            .filter(|mark| mark.start >= from && mark.end <= to)
            .map(|mark| moved(mark.start)..moved(mark.end))
            .collect(),
    }
}
