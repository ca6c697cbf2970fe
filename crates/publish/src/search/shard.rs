//! A shard: the lists of the terms whose hash leads to it, as one string of a script.
//!
//! `<first ordinal of the level>!<term> <list>!<term> <list>`, the terms in order.

use std::borrow::Borrow;

use crate::edition::OutputFile;
use crate::search::file;
use crate::search::level::Level;
use crate::search::postings::List;

/// Writes a shard of the level that begins at `start`, from its terms in order.
pub(crate) fn write(
    (level, number): (Level, u32),
    start: u32,
    lists: impl Iterator<Item = (impl AsRef<str>, impl Borrow<List>)>,
) -> OutputFile {
    let mut text = start.to_string();
    for (term, list) in lists {
        text.push('!');
        text.push_str(term.as_ref());
        text.push(' ');
        let list = std::str::from_utf8(list.borrow().as_bytes());
        text.push_str(list.expect("lists are printable ASCII"));
    }
    file::script(&level.shard(number), &text)
}

/// A shard that was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shard<'a> {
    /// The first ordinal of its level when it was written.
    pub(crate) start: u32,
    lists: &'a str,
}

impl<'a> Shard<'a> {
    /// Reads a shard's file; `None` for what is none.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Shard<'a>> {
        let text = file::plain_text(bytes)?;
        let end = text.find('!').unwrap_or(text.len());
        let (start, lists) = text.split_at(end);
        Some(Shard {
            start: start.parse().ok()?,
            lists,
        })
    }

    /// The list of a term, if the shard has it.
    pub(crate) fn list(&self, term: &str) -> Option<&'a str> {
        let mark = format!("!{term} ");
        let place = self.lists.find(&mark)? + mark.len();
        self.lists[place..].split('!').next()
    }

    /// All terms and their lists, in order.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let parts = self.lists.split('!').skip(1);
        parts.filter_map(|part| part.split_once(' '))
    }
}
