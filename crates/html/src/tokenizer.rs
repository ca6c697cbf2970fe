//! From text to tokens (HTML §13.2.5), as ranges of the text.
//!
//! The standard goes from character to character through eighty states. This goes from one mark to
//! the next and takes what lies between as a whole. Comments, processing instructions and parse
//! errors are not told.

pub(crate) mod attribute;
mod doctype;
mod markup;
mod raw;
mod reference;

use memchr::{memchr, memchr2};

use crate::name::Tag;
use crate::store::{Attributes, Span, Store};

/// Not part of the page that it begins.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What tree construction is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token {
    /// A doctype, and whether it puts the page into quirks mode.
    Doctype {
        quirks: bool,
    },
    Start(StartTag),
    End(EndTag),
    /// Text that is not empty.
    Text(Span),
    /// A null character in text.
    Null,
    /// The end of the page.
    EndOfPage,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct StartTag {
    pub(crate) tag: Tag,
    /// The name in lower case, for [`Tag::Other`] alone.
    pub(crate) name: Span,
    pub(crate) attributes: Attributes,
    pub(crate) self_closing: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct EndTag {
    pub(crate) tag: Tag,
    /// The name in lower case, for [`Tag::Other`] alone.
    pub(crate) name: Span,
}

impl StartTag {
    /// A tag that stands nowhere but is implied.
    pub(crate) fn implied(tag: Tag) -> StartTag {
        StartTag {
            tag,
            name: Span::default(),
            attributes: Attributes::default(),
            self_closing: false,
        }
    }
}

/// How text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Text and markup.
    Markup,
    /// Text with references up to the end tag of the element.
    Rcdata(Tag),
    /// Text up to the end tag of the element.
    RawText(Tag),
    /// A script up to its end tag.
    Script,
    /// Text up to the end of the page.
    PlainText,
}

/// A page with line ends as the standard has them: `\r\n` and `\r` are `\n` (§13.2.3.5).
pub(crate) fn normalized(page: String) -> String {
    if memchr(b'\r', page.as_bytes()).is_none() {
        return page;
    }
    let mut normalized = String::with_capacity(page.len());
    let mut rest = page.as_str();
    while let Some(at) = memchr(b'\r', rest.as_bytes()) {
        normalized.push_str(&rest[..at]);
        normalized.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    normalized.push_str(rest);
    normalized
}

/// Reads a page from its beginning to its end.
pub(crate) struct Tokenizer<'p> {
    page: &'p str,
    bytes: &'p [u8],
    /// The next byte to read.
    at: usize,
    pub(crate) mode: Mode,
    /// A comment stood before the token that was read last.
    pub(crate) after_comment: bool,
}

impl<'p> Tokenizer<'p> {
    pub(crate) fn new(page: &'p str) -> Tokenizer<'p> {
        Tokenizer {
            page,
            bytes: page.as_bytes(),
            at: if page.starts_with(BYTE_ORDER_MARK) {
                BYTE_ORDER_MARK.len_utf8()
            } else {
                0
            },
            mode: Mode::Markup,
            after_comment: false,
        }
    }

    /// The next token. `is_foreign` is whether it stands in SVG or MathML, where alone `<![CDATA[`
    /// means something.
    pub(crate) fn next(&mut self, store: &mut Store<'_>, is_foreign: bool) -> Token {
        self.after_comment = false;
        loop {
            if self.at >= self.bytes.len() {
                return Token::EndOfPage;
            }
            let token = match self.mode {
                Mode::Markup => self.markup(store, is_foreign),
                mode => self.raw(store, mode),
            };
            if let Some(token) = token {
                return token;
            }
        }
    }

    /// A token, or nothing where something was read that is none.
    fn markup(&mut self, store: &mut Store<'_>, is_foreign: bool) -> Option<Token> {
        if self.bytes[self.at] != b'<' || !self.is_markup(self.at) {
            return self.text(store);
        }
        match self.bytes[self.at + 1] {
            b'!' => self.declaration(store, is_foreign),
            b'?' => {
                self.bogus_comment();
                None
            }
            b'/' if !self.bytes[self.at + 2].is_ascii_alphabetic() => {
                match self.bytes[self.at + 2] {
                    b'>' => self.at += 3,
                    _ => self.bogus_comment(),
                }
                None
            }
            b'/' => self.end_tag(store),
            _ => self.start_tag(store),
        }
    }

    /// Whether the `<` at a place begins markup.
    fn is_markup(&self, at: usize) -> bool {
        match self.bytes.get(at + 1) {
            Some(b'/') => self.bytes.len() > at + 2,
            Some(b'!' | b'?') => true,
            Some(letter) => letter.is_ascii_alphabetic(),
            None => false,
        }
    }

    /// Text up to the next markup, or up to a null character.
    fn text(&mut self, store: &mut Store<'_>) -> Option<Token> {
        let start = self.at;
        if self.bytes[start] == 0 {
            self.at += 1;
            return Some(Token::Null);
        }
        let mut from = start;
        let end = loop {
            match memchr(b'<', &self.bytes[from..]) {
                Some(offset) if self.is_markup(from + offset) => break from + offset,
                Some(offset) => from += offset + 1,
                None => break self.bytes.len(),
            }
        };
        let Some(mark) = memchr2(b'&', 0, &self.bytes[start..end]) else {
            self.at = end;
            return Some(Token::Text(Span::new(start, end)));
        };
        let null = memchr(0, &self.bytes[start + mark..end]);
        self.at = null.map_or(end, |null| start + mark + null);
        Some(Token::Text(self.replaced(
            store,
            start..self.at,
            reference::Place::Text,
        )))
    }

    fn end_tag(&mut self, store: &mut Store<'_>) -> Option<Token> {
        self.at += 2;
        let (tag, name) = self.tag_name(store);
        let kept = store.parts.attributes.len();
        let is_whole = self.attributes(store).is_some();
        store.parts.attributes.truncate(kept);
        is_whole.then_some(Token::End(EndTag { tag, name }))
    }

    fn start_tag(&mut self, store: &mut Store<'_>) -> Option<Token> {
        self.at += 1;
        let (tag, name) = self.tag_name(store);
        if tag == Tag::Other {
            store.note_name(name);
        }
        // A tag that the page's end cuts off does not count.
        let (attributes, self_closing) = self.attributes(store)?;
        Some(Token::Start(StartTag {
            tag,
            name,
            attributes,
            self_closing,
        }))
    }

    fn tag_name(&mut self, store: &mut Store<'_>) -> (Tag, Span) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let ends = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c' | b'/' | b'>');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.at = start + length;
        match Tag::of_bytes(&rest[..length]) {
            Tag::Other => (Tag::Other, self.lowered(store, start, self.at)),
            known => (known, Span::default()),
        }
    }

    /// A name in lower case, null characters replaced.
    fn lowered(&self, store: &mut Store<'_>, start: usize, end: usize) -> Span {
        let name = &self.page[start..end];
        if !name
            .bytes()
            .any(|byte| byte.is_ascii_uppercase() || byte == 0)
        {
            return Span::new(start, end);
        }
        let mut lowered = name.to_ascii_lowercase();
        if lowered.contains('\0') {
            lowered = lowered.replace('\0', "\u{fffd}");
        }
        store.write(&lowered)
    }
}
