//! What begins with `<!`: comments, doctypes, sections of character data (HTML §13.2.5.41 to 71).

use memchr::{memchr, memchr_iter};

use super::reference::Place;
use super::{Token, Tokenizer, doctype};
use crate::store::{Span, Store};

const DOCTYPE: &[u8] = b"<!doctype";
const CHARACTER_DATA: &[u8] = b"<![CDATA[";

impl Tokenizer<'_> {
    /// Reads what begins with `<!`.
    pub(super) fn declaration(&mut self, store: &mut Store<'_>, is_foreign: bool) -> Option<Token> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"<!--") {
            self.comment();
            return None;
        }
        let begin = &rest[..rest.len().min(DOCTYPE.len())];
        if begin.eq_ignore_ascii_case(DOCTYPE) {
            return Some(self.doctype());
        }
        if is_foreign && rest.starts_with(CHARACTER_DATA) {
            return self.character_data(store);
        }
        self.bogus_comment();
        None
    }

    /// Skips to behind the next `>`.
    pub(super) fn bogus_comment(&mut self) {
        self.after_comment = true;
        let rest = &self.bytes[self.at..];
        self.at += memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
    }

    fn comment(&mut self) {
        self.after_comment = true;
        let start = self.at + 4;
        let rest = &self.bytes[start..];
        let closes = |end: &usize| {
            let inside = &rest[..*end];
            // The dashes that open it close it too: `<!-->`, `<!--->`.
            matches!(inside, b"" | b"-") || inside.ends_with(b"--") || inside.ends_with(b"--!")
        };
        let end = memchr_iter(b'>', rest).find(closes);
        self.at = start + end.map_or(rest.len(), |end| end + 1);
    }

    fn doctype(&mut self) -> Token {
        let start = self.at + DOCTYPE.len();
        let rest = &self.page[start..];
        let end = memchr(b'>', rest.as_bytes());
        self.at = start + end.map_or(rest.len(), |end| end + 1);
        // A doctype that the page's end cuts off tells nothing.
        let quirks = end.is_none_or(|end| doctype::has_quirks(&rest[..end]));
        Token::Doctype { quirks }
    }

    fn character_data(&mut self, store: &mut Store<'_>) -> Option<Token> {
        let start = self.at + CHARACTER_DATA.len();
        let rest = &self.bytes[start..];
        let length = memchr_iter(b'>', rest).find(|end| rest[..*end].ends_with(b"]]"));
        let end = length.map_or(self.bytes.len(), |length| start + length - 2);
        self.at = length.map_or(end, |length| start + length + 1);
        if start == end {
            return None;
        }
        let has_null = memchr(0, &self.bytes[start..end]).is_some();
        Some(Token::Text(if has_null {
            self.replaced(store, start..end, Place::Raw)
        } else {
            Span::new(start, end)
        }))
    }
}
