//! What the names of an element (class, id, role, itemprop, tag) say about what it holds.
//!
//! `names.tsv` gives each word its weight in log odds, and `words.tsv` does so for the words of short
//! texts, and `openings.tsv` for the one, two and three words that a text begins with; `training/train.py`
//! fits them.

use std::sync::LazyLock;
use wirecopy_html::{Attribute, Element, Key};

/// Most words read from one element; longer lists are generated and say nothing.
const MAX_WORDS: usize = 24;

/// Bytes read of one attribute.
const MAX_NAME: usize = 256;

/// The words in an element's names: lower-case runs of letters, `camelCase` split.
pub(crate) struct Words {
    text: String,
    ends: Vec<usize>,
}

impl Words {
    pub(crate) fn of(element: Element<'_>) -> Words {
        let mut words = Words {
            text: String::new(),
            ends: Vec::new(),
        };
        words.text.push('<');
        words.text.extend(element.name().chars().take(16));
        words.ends.push(words.text.len());
        for attribute in element.attributes() {
            if is_name(&attribute) {
                words.split(attribute.value);
            }
        }
        words
    }

    /// The words in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.text[start..*end])
    }

    fn split(&mut self, value: &str) {
        let mut previous_lower = false;
        for byte in value.bytes().take(MAX_NAME) {
            if !byte.is_ascii_alphabetic() || (byte.is_ascii_uppercase() && previous_lower) {
                self.end_word();
            }
            if byte.is_ascii_alphabetic() {
                self.text.push(char::from(byte.to_ascii_lowercase()));
            }
            previous_lower = byte.is_ascii_lowercase();
        }
        self.end_word();
    }

    /// Ends the word being read, or forgets it when it is too short or one too many.
    fn end_word(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0);
        if self.text.len() - start < 2 || self.ends.len() >= MAX_WORDS {
            self.text.truncate(start);
        } else {
            self.ends.push(self.text.len());
        }
    }
}

/// The sum of the weights of an element's words, held between -6 and 6. The words are those of
/// [`Words`], hashed as they are read: this is asked of every element of a page.
pub(crate) fn score(element: Element<'_>) -> f32 {
    let mut names = Names::default();
    names.word = step(names.word, b'<');
    for byte in element.name().bytes().take(16) {
        names.word = step(names.word, byte);
    }
    names.length = 2;
    names.end_word();
    for attribute in element.attributes() {
        if is_name(&attribute) {
            names.read(attribute.value);
        }
    }
    names.sum.clamp(-6.0, 6.0)
}

/// Names being read.
struct Names {
    /// Hash and length of the word being read.
    word: u64,
    length: usize,
    count: usize,
    sum: f32,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            word: HASH_START,
            length: 0,
            count: 0,
            sum: 0.0,
        }
    }
}

impl Names {
    fn read(&mut self, value: &str) {
        let mut previous_lower = false;
        for byte in value.bytes().take(MAX_NAME) {
            if !byte.is_ascii_alphabetic() || (byte.is_ascii_uppercase() && previous_lower) {
                self.end_word();
            }
            if byte.is_ascii_alphabetic() {
                self.word = step(self.word, byte.to_ascii_lowercase());
                self.length += 1;
            }
            previous_lower = byte.is_ascii_lowercase();
        }
        self.end_word();
    }

    fn end_word(&mut self) {
        if self.length >= 2 && self.count < MAX_WORDS {
            self.sum += weight(Kind::Name, self.word);
            self.count += 1;
        }
        (self.word, self.length) = (HASH_START, 0);
    }
}

/// Whether an attribute names what its element is.
fn is_name(attribute: &Attribute<'_>) -> bool {
    matches!(
        attribute.key,
        Key::Class | Key::Id | Key::Role | Key::Itemprop
    ) || (attribute.key == Key::Other
        && matches!(
            attribute.name,
            "data-component" | "data-testid" | "data-type"
        ))
}

/// Which vocabulary a word belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Words in the names of elements.
    Name,
    /// Words of short texts.
    Text,
    /// What texts begin with: a word, two, three with spaces between them.
    Opening,
}

/// The weight of the word with the given [`hash`], 0 for an unknown one.
pub(crate) fn weight(kind: Kind, word: u64) -> f32 {
    let table = match kind {
        Kind::Name => &*NAME_WEIGHTS,
        Kind::Text => &*TEXT_WEIGHTS,
        Kind::Opening => &*OPENING_WEIGHTS,
    };
    table.get(word)
}

/// Words in lower case with a space between each and the next, hashed as they come.
#[derive(Default)]
pub(crate) struct Joined {
    so_far: Option<u64>,
}

impl Joined {
    /// The [`hash`] of all words so far.
    pub(crate) fn push(&mut self, word: &str) -> u64 {
        let start = self.so_far.map_or(HASH_START, |hash| step(hash, b' '));
        let mut buffer = [0; 4];
        let lower = word.chars().flat_map(char::to_lowercase);
        let joined = lower.fold(start, |hash, character| {
            character.encode_utf8(&mut buffer).bytes().fold(hash, step)
        });
        self.so_far = Some(joined);
        joined
    }
}

/// FNV-1a, 64 bits: small, and what it is used for bears a collision.
pub(crate) fn hash(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(HASH_START, step)
}

const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
}

static NAME_WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Weights::read(include_str!("names.tsv")));
static TEXT_WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Weights::read(include_str!("words.tsv")));
static OPENING_WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(include_str!("openings.tsv")));

/// An open-addressed table from word to weight, at most half full.
struct Weights {
    slots: Vec<(u64, f32)>,
}

impl Weights {
    /// Reads lines of word, tab, weight.
    fn read(table: &str) -> Weights {
        let size = (table.lines().count() * 2 + 2).next_power_of_two();
        let mut weights = Weights {
            slots: vec![(0, 0.0); size],
        };
        for (word, weight) in table.lines().filter_map(|line| line.split_once('\t')) {
            let key = hash(word.bytes());
            let slot = weights.slot(key);
            weights.slots[slot] = (
                key,
                weight
                    .parse()
                    .expect("the table's second column is a number"),
            );
        }
        weights
    }

    fn get(&self, key: u64) -> f32 {
        self.slots[self.slot(key)].1
    }

    /// The slot of `key`, or the empty one where it would go.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = usize::try_from(key & mask as u64).expect("masked by a usize");
        while self.slots[slot].0 != key && self.slots[slot].0 != 0 {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use wirecopy_html::{NodeId, Tree};

    use super::*;

    #[test]
    fn joined_words_are_hashed_with_a_space_between() {
        let mut joined = Joined::default();
        assert_eq!(joined.push("Lesen"), hash("lesen".bytes()));
        assert_eq!(joined.push("Übrigens"), hash("lesen übrigens".bytes()));
    }

    #[test]
    fn an_elements_score_is_that_of_its_words() {
        let tree = Tree::parse(
            "<article class='postBody entry-content x y2k related' id=main role=main data-type=story>",
        );
        for element in tree
            .subtree(NodeId::ROOT)
            .filter_map(|node| tree.element(node))
        {
            let words = Words::of(element);
            let weights = words
                .iter()
                .map(|word| weight(Kind::Name, hash(word.bytes())));
            let sum = weights.sum::<f32>().clamp(-6.0, 6.0);
            assert_eq!(score(element), sum, "{}", element.name());
        }
    }
}
