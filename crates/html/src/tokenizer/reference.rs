//! Character references (HTML §13.2.5.72 to 80) and null characters: what is not as it is written.

use std::ops::Range;

use memchr::memchr2;
use web_atoms::{C1_REPLACEMENTS, NAMED_ENTITIES};

use super::Tokenizer;
use crate::store::{Span, Store};

/// The longest name, `CounterClockwiseContourIntegral`, in letters.
const LONGEST_NAME: usize = 31;

/// The longest of the names that need no semicolon.
const LONGEST_BARE_NAME: usize = 6;

/// Where a text stands, which decides what is replaced in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Between tags: there are no null characters left.
    Text,
    /// An attribute's value, where a name without semicolon may be part of an address.
    Attribute,
    /// A title or text area.
    RcData,
    /// A script, a style sheet: nothing is a reference.
    Raw,
}

impl Tokenizer<'_> {
    /// Writes a range of the page beside it, with everything replaced that is to be.
    pub(super) fn replaced(
        &self,
        store: &mut Store<'_>,
        range: Range<usize>,
        place: Place,
    ) -> Span {
        let written = store.beside_end();
        let mut rest = &self.page[range];
        while let Some(at) = memchr2(b'&', 0, rest.as_bytes()) {
            let beside = &mut store.parts.beside;
            beside.push_str(&rest[..at]);
            rest = &rest[at..];
            let found = if rest.as_bytes()[0] == 0 {
                Some((['\u{fffd}', '\0'], 1))
            } else if place == Place::Raw {
                None
            } else {
                reference(rest, place)
            };
            let (characters, length) = found.unwrap_or((['&', '\0'], 1));
            beside.extend(
                characters
                    .into_iter()
                    .filter(|character| *character != '\0'),
            );
            rest = &rest[length..];
        }
        store.parts.beside.push_str(rest);
        Span::new(written, store.beside_end())
    }
}

/// One character or two (the second null where there is one) and the length of their reference.
type Found = ([char; 2], usize);

/// The reference at the beginning of `text`, which begins with `&`.
fn reference(text: &str, place: Place) -> Option<Found> {
    let bytes = &text.as_bytes()[1..];
    match bytes.first()? {
        b'#' => numeric(&bytes[1..]).map(|(character, length)| ([character, '\0'], length + 2)),
        letter if letter.is_ascii_alphanumeric() => named(&text[1..], place),
        _ => None,
    }
}

fn numeric(bytes: &[u8]) -> Option<(char, usize)> {
    let (radix, prefix) = match bytes.first()? {
        b'x' | b'X' => (16, 1),
        _ => (10, 0),
    };
    let digits = bytes[prefix..]
        .iter()
        .map_while(|byte| char::from(*byte).to_digit(radix));
    let (mut number, mut length) = (0u32, prefix);
    for digit in digits {
        number = number.saturating_mul(radix).saturating_add(digit);
        length += 1;
    }
    if length == prefix {
        return None;
    }
    length += usize::from(bytes.get(length) == Some(&b';'));
    Some((character(number), length))
}

/// What a number stands for (§13.2.5.80).
fn character(number: u32) -> char {
    let replacement = match number {
        0 => Some('\u{fffd}'),
        0x80..=0x9f => C1_REPLACEMENTS[number as usize - 0x80],
        _ => None,
    };
    replacement
        .or_else(|| char::from_u32(number))
        .unwrap_or('\u{fffd}')
}

/// The longest name that `text` begins with.
fn named(text: &str, place: Place) -> Option<Found> {
    let bytes = text.as_bytes();
    let letters = bytes.iter().take(LONGEST_NAME + 1);
    let run = letters
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    if bytes.get(run) == Some(&b';')
        && let Some(characters) = entity(&text[..=run])
    {
        return Some((characters, run + 2));
    }
    let mut lengths = (2..=run.min(LONGEST_BARE_NAME)).rev();
    let (characters, length) =
        lengths.find_map(|length| Some((entity(&text[..length])?, length)))?;
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'=';
    let is_part = place == Place::Attribute && bytes.get(length).is_some_and(goes_on);
    (!is_part).then_some((characters, length + 1))
}

fn entity(name: &str) -> Option<[char; 2]> {
    match name {
        "amp;" => return Some(['&', '\0']),
        "nbsp;" => return Some(['\u{a0}', '\0']),
        "quot;" => return Some(['"', '\0']),
        _ => {}
    }
    let (first, second) = *NAMED_ENTITIES.get(name)?;
    // The table holds the beginnings of names too, with nothing that they stand for.
    let first = char::from_u32(first).filter(|first| *first != '\0')?;
    Some([first, char::from_u32(second)?])
}

/// A text with its character references replaced, as between tags.
#[cfg(test)]
fn decoded(text: &str, place: Place) -> String {
    let mut store = Store::of_part(text);
    let tokenizer = Tokenizer::new(text);
    let span = tokenizer.replaced(&mut store, 0..text.len(), place);
    store.str(span).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(decoded(text, Place::Text), expected);
    }

    #[test]
    fn the_longest_name_counts_with_or_without_its_semicolon() {
        check("&amp;&lt;&notin;&notit;", "&<\u{2209}\u{ac}it;");
        check("&copy2026 &ampx &xyz; &;", "\u{a9}2026 &x &xyz; &;");
        check("&CounterClockwiseContourIntegral;", "\u{2233}");
        check("&NotEqualTilde;", "\u{2242}\u{338}");
    }

    #[test]
    fn numbers_stand_for_characters_and_impossible_ones_for_the_replacement() {
        check("&#20013;&#x4E2D&#X4e2d;", "中中中");
        check(
            "&#0;&#xD800;&#x110000;&#99999999999;",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        );
        check("&#x80;&#150;&#x81;", "\u{20ac}\u{2013}\u{81}");
        check("&#;&#x;&#", "&#;&#x;&#");
    }

    #[test]
    fn addresses_in_attributes_are_left_alone() {
        let place = Place::Attribute;
        assert_eq!(decoded("?a=1&copy=2&amp;b&lt", place), "?a=1&copy=2&b<");
        assert_eq!(decoded("&notit;", place), "&notit;");
    }
}
