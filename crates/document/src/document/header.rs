//! The first lines of a document: publication time, title and address, rule.
//!
//! In documents of our own, which are known by their trailer, what would break the link is
//! escaped: brackets in the title by a backslash, `<` by a character reference, parentheses in the
//! address by percent. Files of the first mirrors have them raw.

use std::fmt::Write;

use jiff::Timestamp;

use super::{Document, DocumentError, Header, Problem, trailer};

/// The line under the title; it makes the title a heading where the file is rendered.
const RULE: &str = "------";

/// A document's text as its head, its body and what was amiss.
pub(super) fn split(text: &str) -> Result<(Header, &str, Vec<Problem>), DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (first, rest) = line(text);
    let published = epoch(first).ok_or(DocumentError::Published)?;
    let (second, rest) = line(rest);
    let (title, url) = link(second).ok_or(DocumentError::Link)?;
    let (rule, below) = line(rest);
    let mut problems = Vec::new();
    let rest = if rule == RULE {
        below
    } else {
        problems.push(Problem::NoRule);
        rest
    };
    let (body, block) = trailer::find(rest);
    let trailer = match block {
        Some(block) => trailer::read(block, &mut problems)?,
        None => super::Trailer::default(),
    };
    let title = if block.is_some() {
        unescape(title)
    } else {
        title.to_owned()
    };
    let header = Header {
        published,
        title,
        url: url.to_owned(),
        trailer,
    };
    Ok((header, body.trim_matches(['\n', '\r']), problems))
}

/// Writes the head and the blank line under it.
pub(super) fn write(document: &Document, file: &mut String) {
    let title = escape(&document.title);
    let url = document
        .url
        .as_str()
        .replace('(', "%28")
        .replace(')', "%29");
    let published = document.published.as_millisecond();
    write!(file, "<!--{published}-->\n[{title}]({url})\n{RULE}\n\n")
        .expect("writing to a string cannot fail");
}

/// The first line without its end, and what follows.
fn line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.strip_suffix('\r').unwrap_or(line), rest)
}

/// The time in a line `<!--milliseconds-->`.
fn epoch(line: &str) -> Option<Timestamp> {
    let digits = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    Timestamp::from_millisecond(digits.parse().ok()?).ok()
}

/// Title and address of a line `[title](address)`. The address begins after the last `](`: a
/// title may hold one, a serialised address cannot hold `]` there.
fn link(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim().strip_prefix('[')?.strip_suffix(')')?;
    inner.rsplit_once("](")
}

/// Escapes what binds tighter than a link in Markdown, so that the title's link renders. What HTML
/// would take for a tag is written as a character reference, not behind a backslash: then nothing
/// of a foreign title is markup either where somebody serves or shows the file as it is.
fn escape(title: &str) -> String {
    let mut escaped = String::with_capacity(title.len() + 8);
    for word in title.split_whitespace() {
        if !escaped.is_empty() {
            escaped.push(' ');
        }
        for (place, letter) in word.char_indices() {
            match letter {
                '<' => escaped.push_str("&lt;"),
                '&' if begins_reference(&word[place + 1..]) => escaped.push_str("&amp;"),
                '\\' | '[' | ']' | '`' => escaped.extend(['\\', letter]),
                _ => escaped.push(letter),
            }
        }
    }
    escaped
}

/// Whether what follows an ampersand makes a character reference of it (CommonMark, section 2.5).
fn begins_reference(rest: &str) -> bool {
    let name = rest.split_once(';').map_or("", |(name, _)| name);
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Undoes [`escape`], and the backslash escapes of CommonMark: one before ASCII punctuation.
fn unescape(title: &str) -> String {
    let mut plain = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        let next = rest.chars().next();
        match letter {
            '\\' if next.is_some_and(|next| next.is_ascii_punctuation()) => {
                plain.extend(next);
                rest = &rest[1..];
            }
            '&' if rest.starts_with("lt;") => {
                plain.push('<');
                rest = &rest[3..];
            }
            '&' if rest.starts_with("amp;") => {
                plain.push('&');
                rest = &rest[4..];
            }
            _ => plain.push(letter),
        }
    }
    plain
}
