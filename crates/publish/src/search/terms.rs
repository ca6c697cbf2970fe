//! What a document is found by: its terms, each with how much the document is about it.
//!
//! Terms are stems of words, and pairs of neighbouring glyphs, so that any two characters or more can be found whatever
//! the words are. A glyph alone is a term where it has no neighbour on the side of a word (`A股`, `3月`), and in titles.

use std::collections::HashMap;

use compact_str::{CompactString, ToCompactString};
use foldhash::fast::RandomState;

use crate::search::units::{Kind, Unit, units};

/// What can be looked up: nearly all are short, and are held without an allocation.
pub type Term = CompactString;

/// How much a document is about a term, from 0 to [`TITLE`].
pub type Impact = u8;

/// The term stands in the title.
pub const TITLE: Impact = 3;

/// BM25's saturation and its correction for length, as Robertson and others found them for TREC-3.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Units of an average document: measured on 2,000 posts. A constant, so that a document's impacts are its own.
const AVERAGE_LENGTH: f64 = 700.0;
/// From which weight (1 for a term once in an average document) an impact is 1 and 2.
const STEPS: [f64; 2] = [0.95, 1.45];

/// The terms of a document, each once.
#[derive(Clone, Debug, Default)]
pub struct Terms(pub Vec<(Term, Impact)>);

/// The terms of a document of this source, each once, in no order.
#[must_use]
pub fn terms(source: &str, title: &str, text: &str) -> Terms {
    let mut counts: HashMap<Term, Count, RandomState> = HashMap::default();
    let in_title = units(title);
    let in_text = units(text);
    let length = in_title.len() + in_text.len();
    each_term(&in_title, &mut |term| {
        let count = counts.entry(term).or_default();
        count.title = true;
    });
    for unit in &in_title {
        if let Kind::Glyph(glyph) = unit.kind {
            counts.entry(glyph.to_compact_string()).or_default().title = true;
        }
    }
    let mut in_text_too = |term| counts.entry(term).or_default().text += 1;
    each_term(&in_text, &mut in_text_too);
    each_lone_glyph(&in_text, &mut in_text_too);
    let mut terms: Vec<(Term, Impact)> = counts
        .into_iter()
        .map(|(term, count)| (term, count.impact(length)))
        .collect();
    terms.push((source_term(source), 0));
    Terms(terms)
}

/// The term that all documents of a source have. No word begins so.
#[must_use]
pub fn source_term(source: &str) -> Term {
    let slug = source.chars().map(|letter| match letter {
        ' ' | '!' | '"' | '\\' => '-',
        letter if letter.is_control() => '-',
        letter => letter,
    });
    std::iter::once('=').chain(slug).collect()
}

#[derive(Default)]
struct Count {
    title: bool,
    text: u32,
}

impl Count {
    fn impact(&self, length: usize) -> Impact {
        if self.title {
            return TITLE;
        }
        let often = f64::from(self.text);
        // Longer than 4 billion units is no document.
        let length = f64::from(u32::try_from(length).unwrap_or(u32::MAX));
        let weight = often * (K1 + 1.0) / (often + K1 * (1.0 - B + B * length / AVERAGE_LENGTH));
        let steps = STEPS.iter().filter(|step| weight >= **step).count();
        u8::try_from(steps).unwrap_or(TITLE - 1)
    }
}

/// Hands over the term of each word, of each pair of joined glyphs, and of each glyph that is joined to a word.
pub(crate) fn each_term(units: &[Unit], give: &mut impl FnMut(Term)) {
    for (place, unit) in units.iter().enumerate() {
        match (&unit.kind, before(units, place)) {
            (Kind::Word(word), _) => give(word.clone()),
            (Kind::Glyph(glyph), Some(Kind::Glyph(before))) => {
                give(pair(*before, *glyph));
                if matches!(after(units, place), Some(Kind::Word(_))) {
                    give(glyph.to_compact_string());
                }
            }
            (Kind::Glyph(glyph), Some(Kind::Word(_))) => give(glyph.to_compact_string()),
            (Kind::Glyph(glyph), None) => {
                if matches!(after(units, place), Some(Kind::Word(_))) {
                    give(glyph.to_compact_string());
                }
            }
        }
    }
}

/// Hands over each glyph that is joined to nothing.
fn each_lone_glyph(units: &[Unit], give: &mut impl FnMut(Term)) {
    for (place, unit) in units.iter().enumerate() {
        let alone = before(units, place).is_none() && after(units, place).is_none();
        if let (Kind::Glyph(glyph), true) = (&unit.kind, alone) {
            give(glyph.to_compact_string());
        }
    }
}

fn pair(before: char, glyph: char) -> Term {
    let mut pair = Term::default();
    pair.push(before);
    pair.push(glyph);
    pair
}

fn before(units: &[Unit], place: usize) -> Option<&Kind> {
    let before = place.checked_sub(1)?;
    units[place].joined.then(|| &units[before].kind)
}

fn after(units: &[Unit], place: usize) -> Option<&Kind> {
    let after = units.get(place + 1)?;
    after.joined.then_some(&after.kind)
}
