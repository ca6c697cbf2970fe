//! Attributes of a tag (HTML §13.2.5.32 to 40).

use memchr::memchr;

use super::Tokenizer;
use super::reference::Place;
use crate::name::Key;
use crate::store::{AttributeContent, Attributes, Span, Store};

/// Attributes of one tag that are kept; each is compared with those before it.
pub const MAX_ATTRIBUTES: usize = 256;

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c')
}

impl Tokenizer<'_> {
    /// Reads up to the end of the tag: its attributes, and whether it closes itself. Nothing where
    /// the page ends before.
    pub(super) fn attributes(&mut self, store: &mut Store<'_>) -> Option<(Attributes, bool)> {
        let start = store.parts.attributes.len();
        let mut self_closing = false;
        loop {
            match *self.bytes.get(self.at)? {
                b'>' => break,
                b'/' => self_closing = true,
                byte if is_space(byte) => self_closing = false,
                _ => {
                    self_closing = false;
                    self.attribute(store, start);
                    continue;
                }
            }
            self.at += 1;
        }
        self.at += 1;
        let attributes = Attributes {
            start: start as u32,
            count: (store.parts.attributes.len() - start) as u16,
        };
        Some((attributes, self_closing))
    }

    /// Reads one attribute and keeps it, if there was none of its name since `first`.
    fn attribute(&mut self, store: &mut Store<'_>, first: usize) {
        let name = self.at;
        // A name may begin with `=`.
        self.at += 1;
        self.skip(|byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
        let name_end = self.at;
        self.skip(is_space);
        let value = if self.bytes.get(self.at) == Some(&b'=') {
            self.at += 1;
            self.skip(is_space);
            self.value()
        } else {
            (self.at, self.at)
        };
        let own = store.parts.attributes.len() - first;
        if own >= MAX_ATTRIBUTES || store.is_full_of_attributes() {
            return;
        }
        let key = Key::of_bytes(&self.bytes[name..name_end]);
        let name = match key {
            Key::Other => self.lowered(store, name, name_end),
            _ => Span::default(),
        };
        let others = &store.parts.attributes[first..];
        let is_known = others.iter().any(|other| {
            other.key == key
                && (key != Key::Other
                    || (other.name.length == name.length
                        && store.str(other.name) == store.str(name)))
        });
        if is_known {
            return;
        }
        let value = self.attribute_value(store, value);
        store
            .parts
            .attributes
            .push(AttributeContent { key, name, value });
    }

    /// Where the value begins and ends that follows a `=`.
    fn value(&mut self) -> (usize, usize) {
        let start = self.at;
        match self.bytes.get(start) {
            Some(quote @ (b'"' | b'\'')) => {
                let rest = &self.bytes[start + 1..];
                let end = memchr(*quote, rest).map_or(self.bytes.len(), |end| start + 1 + end);
                self.at = (end + 1).min(self.bytes.len());
                (start + 1, end)
            }
            _ => {
                self.skip(|byte| !is_space(byte) && byte != b'>');
                (start, self.at)
            }
        }
    }

    fn attribute_value(&self, store: &mut Store<'_>, (start, end): (usize, usize)) -> Span {
        let is_plain = !self.bytes[start..end]
            .iter()
            .any(|byte| matches!(byte, b'&' | 0));
        if is_plain {
            return Span::new(start, end);
        }
        self.replaced(store, start..end, Place::Attribute)
    }

    fn skip(&mut self, is_part: impl Fn(u8) -> bool) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !is_part(*byte));
        self.at += length.unwrap_or(rest.len());
    }
}
