//! Recognises markup that the sanitiser would leave as it is, so that an archived body is read without being parsed
//! and written again.
//!
//! What is recognised is a part of what the sanitiser writes, described here as a grammar of its own: blocks of
//! plain elements, balanced, with few attributes (direction and language, a link's `href`, a time's `datetime`),
//! pictures, and text whose spaces, line breaks and entities stand where the sanitiser puts them. Everything else
//! is not unsafe but unknown, and takes the long way. The rule that holds is `stands(markup)` ⟹ `walk(markup) ==
//! markup`; the tests try to break it.

mod tags;

use super::markup::{is_space, is_visible, is_written};
use super::tree::MAX_INPUT;
use super::{parts, picture};

pub(super) use tags::address;

/// Blocks within blocks, far below what the sanitiser admits.
const MAX_BLOCKS: usize = 8;

/// Elements within a line, far below what the sanitiser admits.
const MAX_INLINES: usize = 8;

/// The elements within a line that mean something without attributes, save those whose places have rules of their own.
const INLINES: [&str; 19] = [
    "b", "bdi", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp",
    "small", "strong", "sub", "sup", "u",
];

/// Whether the sanitiser would write this markup as it stands.
pub(super) fn stands(markup: &str) -> bool {
    markup.is_empty() || markup.len() <= MAX_INPUT && Reader { rest: markup }.document().is_some()
}

/// Reads what is known; `None` is the first thing that is not.
struct Reader<'a> {
    rest: &'a str,
}

/// What a line of text shows.
#[derive(Clone, Copy, Default)]
struct Shown {
    letters: bool,
    pictures: bool,
}

impl<'a> Reader<'a> {
    /// Blocks, one a line, with thematic breaks between them.
    fn document(&mut self) -> Option<()> {
        loop {
            self.block(0)?;
            if self.rest.is_empty() {
                return Some(());
            }
            self.take("\n")?;
            self.take("<hr>\n");
        }
    }

    fn take(&mut self, expected: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    /// Takes the start tag of a block, which may tell a direction and a language.
    fn start(&mut self, name: &str) -> Option<()> {
        let tag = self.rest.strip_prefix('<')?.strip_prefix(name)?;
        let (attributes, rest) = tag.split_once('>')?;
        tags::is_direction(attributes).then_some(())?;
        self.rest = rest;
        Some(())
    }

    /// Takes the end tag of an element.
    fn end(&mut self, name: &str) -> Option<()> {
        self.take("</")?;
        self.take(name)?;
        self.take(">")
    }

    fn block(&mut self, depth: usize) -> Option<()> {
        let (tag, rest) = self.rest.strip_prefix('<')?.split_once('>')?;
        let name = tag.split(' ').next()?;
        if depth >= MAX_BLOCKS || !tags::is_direction(&tag[name.len()..]) {
            return None;
        }
        self.rest = rest;
        match name {
            // In a paragraph of its own a picture would be a figure.
            "p" => self.line()?.letters.then_some(())?,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.something()?,
            "figure" => self.figure()?,
            "blockquote" => self.blocks(depth + 1)?,
            "ul" | "ol" => self.items(depth + 1)?,
            _ => return None,
        }
        self.end(name)
    }

    /// One block or more, up to an end tag.
    fn blocks(&mut self, depth: usize) -> Option<()> {
        self.block(depth)?;
        while !self.rest.starts_with("</") {
            self.block(depth)?;
        }
        Some(())
    }

    /// A line that shows letters or pictures.
    fn something(&mut self) -> Option<()> {
        let shown = self.line()?;
        (shown.letters || shown.pictures).then_some(())
    }

    /// Pictures, what is said of them, and what they show in words, which stays where the pictures are gone.
    fn figure(&mut self) -> Option<()> {
        if !self.rest.starts_with("<figcaption") {
            let shown = self.line()?;
            (shown.pictures && !shown.letters).then_some(())?;
            while self.start("p").is_some() {
                self.line()?.letters.then_some(())?;
                self.end("p")?;
            }
        }
        if self.start("figcaption").is_some() {
            let start = self.rest;
            self.something()?;
            let caption = &start[..start.len() - self.rest.len()];
            (!parts::touch(caption)).then_some(())?;
            self.end("figcaption")?;
        }
        Some(())
    }

    fn items(&mut self, depth: usize) -> Option<()> {
        self.start("li")?;
        self.item(depth)?;
        while self.start("li").is_some() {
            self.item(depth)?;
        }
        Some(())
    }

    /// A heading, or a line and the lists below it, or several paragraphs: a single one would stand without its tags.
    fn item(&mut self, depth: usize) -> Option<()> {
        if self.rest.starts_with("<h") {
            self.block(depth + 1)?;
            return self.end("li");
        }
        let mut paragraphs = 0;
        while self.take("<p>").is_some() {
            self.line()?.letters.then_some(())?;
            self.end("p")?;
            paragraphs += 1;
        }
        match paragraphs {
            0 => self.something()?,
            1 => return None,
            _ => {}
        }
        while self.rest.starts_with("<ul") || self.rest.starts_with("<ol") {
            self.block(depth + 1)?;
        }
        self.end("li")
    }

    /// Text, pictures and elements within a line. Spaces and line breaks are single, with something before them, and
    /// stand outside of the elements that begin or end beside them.
    fn line(&mut self) -> Option<Shown> {
        let mut shown = Shown::default();
        let mut open: Vec<&str> = Vec::new();
        let mut follows = false;
        loop {
            if self.rest.starts_with("</") {
                let Some(name) = open.pop() else { break };
                follows.then_some(())?;
                self.end(name)?;
            } else if self.take("<br>").is_some() || self.take(" ").is_some() {
                std::mem::replace(&mut follows, false).then_some(())?;
            } else if self.rest.starts_with("<img ") {
                self.picture()?;
                shown.pictures = true;
                follows = true;
            } else if self.rest.starts_with('<') {
                let Some(name) = self.inline()? else { break };
                (open.len() < MAX_INLINES && !open.contains(&name)).then_some(())?;
                open.push(name);
                follows = false;
            } else {
                shown.letters |= self.words()?;
                follows = true;
            }
        }
        (follows && open.is_empty()).then_some(shown)
    }

    /// Takes the start tag of an element within a line and tells its name; where another begins it is left, and there
    /// is no name.
    fn inline(&mut self) -> Option<Option<&'static str>> {
        for (begin, stands) in tags::WITH_ATTRIBUTES {
            if let Some(tag) = self.rest.strip_prefix('<')?.strip_prefix(begin)
                && tag.starts_with(' ')
            {
                let (attributes, rest) = tag.split_once('>')?;
                stands(attributes).then_some(())?;
                self.rest = rest;
                return Some(Some(begin));
            }
        }
        let (name, rest) = self.rest[1..].split_once('>')?;
        let known = INLINES.iter().find(|known| **known == name).copied();
        if known.is_some() {
            self.rest = rest;
        }
        Some(known)
    }

    fn picture(&mut self) -> Option<()> {
        let (tag, rest) = self.tag()?;
        picture::stands(tag).then_some(())?;
        self.rest = rest;
        Some(())
    }

    /// The tag that begins here, which holds no `>` before its end, and what follows it.
    fn tag(&self) -> Option<(&'a str, &'a str)> {
        self.rest.find('>').map(|end| self.rest.split_at(end + 1))
    }

    /// Takes words with single spaces between them; whether any letter of them shows.
    fn words(&mut self) -> Option<bool> {
        let bytes = self.rest.as_bytes();
        let mut shows = false;
        let mut place = 0;
        while let Some(&byte) = bytes.get(place) {
            if PLAIN[usize::from(byte)] {
                shows = true;
                place += 1;
                continue;
            }
            place += match byte {
                b'<' => break,
                b' ' if matches!(bytes.get(place + 1), None | Some(b' ' | b'<')) => break,
                b' ' => 1,
                b'&' => {
                    shows = true;
                    entity(&self.rest[place..])?
                }
                b'>' | 0..=0x1f | 0x7f => return None,
                _ => {
                    let letter = self.rest[place..].chars().next()?;
                    (is_written(letter) && !is_space(letter)).then_some(())?;
                    shows |= is_visible(letter);
                    letter.len_utf8()
                }
            };
        }
        self.rest = &self.rest[place..];
        // Where there is nothing more, the line was not ended.
        (place > 0).then_some(shows)
    }
}

/// The bytes of letters that show and stand as they are. The others are marks and white space of ASCII, and what
/// letters begin with among which some are not written, part words, or do not show.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut byte = 0;
    while byte < plain.len() {
        plain[byte] = !matches!(
            byte,
            0..=0x20 | 0x26 | 0x3c | 0x3e | 0x7f | 0xc2 | 0xe1..=0xe3 | 0xef
        );
        byte += 1;
    }
    plain
};

/// The length of the entity that text begins with, where the sanitiser writes it.
fn entity(text: &str) -> Option<usize> {
    let known = ["&amp;", "&lt;", "&gt;"];
    let found = known.iter().find(|entity| text.starts_with(**entity))?;
    Some(found.len())
}

#[cfg(test)]
mod tests;
