//! Text cut into what can be searched for: words, and single characters of scripts that put no space between words.
//!
//! Words are stemmed; characters are called glyphs here. The script of the search page cuts alike.

use std::ops::Range;

use compact_str::CompactString;

use crate::search::fold::fold;
use crate::search::stem::stem;

/// Letters of a word that count; what is longer is no word but data.
const MAX_WORD: usize = 40;

/// A word or a glyph, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What it is.
    pub kind: Kind,
    /// Whether nothing stands between it and the unit before, or spaces alone between a word and a glyph, which some
    /// writers put there and others do not.
    pub joined: bool,
    /// Where it stands in the text, in bytes.
    pub place: Range<usize>,
}

/// What a unit is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The stem of a word.
    Word(CompactString),
    /// A character of Chinese, Japanese, Korean, Thai and the like.
    Glyph(char),
}

/// The units of a text, in their order.
#[must_use]
pub fn units(text: &str) -> Vec<Unit> {
    let mut cutter = Cutter::default();
    for (place, letter) in text.char_indices() {
        let place = place..place + letter.len_utf8();
        let mut empty = true;
        fold(letter, &mut |part| {
            cutter.take(part, place.clone());
            empty = false;
        });
        if empty {
            // An accent of its own belongs to the letter before it.
            cutter.stretch(place.end);
        }
    }
    cutter.end_word();
    cutter.units
}

#[derive(Default)]
struct Cutter {
    units: Vec<Unit>,
    word: String,
    letters: usize,
    word_place: Range<usize>,
    gap: Gap,
}

/// What stands between the last unit and the next.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    Nothing,
    Spaces,
    #[default]
    Other,
}

impl Cutter {
    fn take(&mut self, letter: char, place: Range<usize>) {
        if is_glyph(letter) {
            self.end_word();
            self.push(Kind::Glyph(letter), place);
        } else if letter.is_alphanumeric() {
            if self.letters == 0 {
                self.word_place = place.clone();
            }
            if self.letters < MAX_WORD {
                self.word.push(letter);
            }
            self.letters += 1;
            self.word_place.end = place.end;
        } else {
            self.end_word();
            let gap = if letter == ' ' {
                Gap::Spaces
            } else {
                Gap::Other
            };
            self.gap = self.gap.max(gap);
        }
    }

    fn stretch(&mut self, end: usize) {
        if self.letters > 0 {
            self.word_place.end = end;
        }
    }

    fn end_word(&mut self) {
        if self.letters == 0 {
            return;
        }
        let place = std::mem::take(&mut self.word_place);
        self.letters = 0;
        stem(&mut self.word);
        strip_article(&mut self.word);
        let word = Kind::Word(self.word.as_str().into());
        self.word.clear();
        self.push(word, place);
    }

    fn push(&mut self, kind: Kind, place: Range<usize>) {
        let joined = match (self.gap, self.units.last()) {
            (Gap::Nothing, _) => true,
            (Gap::Spaces, Some(last)) => {
                matches!(last.kind, Kind::Glyph(_)) != matches!(kind, Kind::Glyph(_))
            }
            _ => false,
        };
        self.gap = Gap::Nothing;
        self.units.push(Unit {
            kind,
            joined,
            place,
        });
    }
}

/// The Arabic article, which is written together with its noun, goes where three letters remain.
fn strip_article(word: &mut String) {
    let rest = word
        .strip_prefix("ال")
        .filter(|rest| rest.chars().count() >= 3);
    if let Some(rest) = rest {
        *word = rest.to_owned();
    }
}

/// Scripts that put no space between words: Han, Kana and Hangul (whose particles hang on the word), Thai, Lao,
/// Burmese, Khmer.
pub(crate) fn is_glyph(letter: char) -> bool {
    matches!(letter,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}'
        | '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{e01}'..='\u{e4e}' | '\u{e81}'..='\u{ecd}' | '\u{1000}'..='\u{103f}'
        | '\u{1780}'..='\u{17d3}')
}
