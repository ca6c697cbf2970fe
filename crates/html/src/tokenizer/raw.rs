//! Elements whose content is no markup (HTML §13.2.5.2 to 5 and 15 to 31): text up to their end tag.

use memchr::{memchr, memchr_iter, memchr2};

use super::reference::Place;
use super::{Mode, Token, Tokenizer};
use crate::name::Tag;
use crate::store::{Span, Store};

/// The name whose tags count within scripts.
const SCRIPT: &[u8] = b"script";

impl Tokenizer<'_> {
    /// The text up to the end tag, if there is any; what follows is markup again.
    pub(super) fn raw(&mut self, store: &mut Store<'_>, mode: Mode) -> Option<Token> {
        let start = self.at;
        let end = match mode {
            Mode::Rcdata(tag) | Mode::RawText(tag) => self.raw_end(tag),
            Mode::Script => script_end(self.bytes, start),
            Mode::PlainText | Mode::Markup => self.bytes.len(),
        };
        self.at = end;
        self.mode = Mode::Markup;
        if start == end {
            return None;
        }
        let (place, mark) = match mode {
            Mode::Rcdata(_) => (Place::RcData, b'&'),
            _ => (Place::Raw, 0),
        };
        let is_plain = memchr2(mark, 0, &self.bytes[start..end]).is_none();
        Some(Token::Text(if is_plain {
            Span::new(start, end)
        } else {
            self.replaced(store, start..end, place)
        }))
    }

    /// Whether nothing but white space stands before an end tag.
    pub(crate) fn is_before_end_of(&self, tag: Tag) -> bool {
        let rest = self.bytes[self.at..].trim_ascii_start();
        rest.first() == Some(&b'<') && is_end_tag(rest, tag.name().as_bytes())
    }

    fn raw_end(&self, tag: Tag) -> usize {
        let rest = &self.bytes[self.at..];
        let mut marks = memchr_iter(b'<', rest);
        let end = marks.find(|at| is_end_tag(&rest[*at..], tag.name().as_bytes()));
        self.at + end.unwrap_or(rest.len())
    }
}

/// Whether a tag's name ends after `length` bytes.
fn ends_name(bytes: &[u8], length: usize) -> bool {
    matches!(
        bytes.get(length),
        Some(b' ' | b'\t' | b'\n' | b'\x0c' | b'/' | b'>')
    )
}

fn has_name(bytes: &[u8], name: &[u8]) -> bool {
    let begin = bytes.get(..name.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(name)) && ends_name(bytes, name.len())
}

fn is_end_tag(bytes: &[u8], name: &[u8]) -> bool {
    bytes.get(1) == Some(&b'/') && has_name(&bytes[2..], name)
}

/// Where the end tag of a script begins. In a comment a `<script>` hides one.
fn script_end(bytes: &[u8], start: usize) -> usize {
    /// Where in a script a `<` stands.
    enum Within {
        Script,
        Comment,
        /// Behind a `<script>` in a comment.
        Hidden,
    }
    let mut within = Within::Script;
    let mut at = start;
    loop {
        let found = match within {
            Within::Script => memchr(b'<', &bytes[at..]),
            Within::Comment | Within::Hidden => memchr2(b'<', b'-', &bytes[at..]),
        };
        let Some(offset) = found else {
            return bytes.len();
        };
        at += offset;
        let rest = &bytes[at..];
        let is_end = is_end_tag(rest, SCRIPT);
        match within {
            Within::Script | Within::Comment if is_end => return at,
            Within::Hidden if is_end => within = Within::Comment,
            Within::Script if rest.starts_with(b"<!--") => {
                within = Within::Comment;
                // The dashes that open a comment close it too.
                at += 1;
            }
            Within::Comment if rest[0] == b'<' && has_name(&rest[1..], SCRIPT) => {
                within = Within::Hidden;
            }
            Within::Comment | Within::Hidden if rest.starts_with(b"-->") => within = Within::Script,
            _ => {}
        }
        at += 1;
    }
}
