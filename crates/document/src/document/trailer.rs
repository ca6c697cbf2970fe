//! The comment at a document's end that holds what its head cannot: one `key: value` a line.
//!
//! A value is one line and never holds `--`, which would end the comment: a backslash, a line
//! break, and a hyphen after a hyphen are written `\\`, `\n` (`\r`) and `\-`. A key with several
//! values is written once for each. Unknown keys survive a rewrite.

use std::fmt::Display;

use url::Url;

use super::{DocumentError, FORMAT, Problem, Trailer};

/// The line that opens a trailer.
const OPENING: &str = "<!--\n";

/// A document's text below the rule as body and the lines of its trailer.
pub(super) fn find(text: &str) -> (&str, Option<&str>) {
    let none = (text, None);
    let Some(open) = text.trim_end().strip_suffix("-->") else {
        return none;
    };
    let (body, block) = match open.rfind("\n<!--") {
        Some(at) => (&text[..=at], &open[at + 5..]),
        None if open.starts_with("<!--") => ("", &open[4..]),
        None => return none,
    };
    match block
        .strip_prefix('\n')
        .or_else(|| block.strip_prefix("\r\n"))
    {
        Some(lines) => (body, Some(lines)),
        None => none,
    }
}

/// Reads the lines of a trailer; what is not understood is told in `problems` and kept.
pub(super) fn read(lines: &str, problems: &mut Vec<Problem>) -> Result<Trailer, DocumentError> {
    let mut trailer = Trailer::default();
    for line in lines.lines() {
        if line.trim().is_empty() {
            continue;
        }
        let (key, value) = key_and_value(line);
        if key == "format" {
            newer(&value)?;
        } else if let Some(value) = set(&mut trailer, &key, value) {
            problems.push(Problem::Trailer(line.to_owned()));
            trailer.rest.push((key, value));
        }
    }
    Ok(trailer)
}

fn newer(format: &str) -> Result<(), DocumentError> {
    match format.parse::<u32>() {
        Ok(format) if format <= FORMAT => Ok(()),
        Ok(format) => Err(DocumentError::Newer(format)),
        Err(_) => Err(DocumentError::Newer(u32::MAX)),
    }
}

/// Sets a known key, and gives back the value that did not fit.
fn set(trailer: &mut Trailer, key: &str, value: String) -> Option<String> {
    match key {
        "source" => once(&mut trailer.source, value, |text| Some(text.to_owned())),
        "author" => push(&mut trailer.authors, value),
        "language" => once(&mut trailer.language, value, |text| Some(text.to_owned())),
        "modified" => once(&mut trailer.modified, value, |text| text.parse().ok()),
        "captured" => once(&mut trailer.captured, value, |text| text.parse().ok()),
        "image" => once(&mut trailer.image, value, |text| Url::parse(text).ok()),
        "tag" => push(&mut trailer.tags, value),
        "summary" => once(&mut trailer.summary, value, |text| Some(text.to_owned())),
        "enclosure" => match value.parse() {
            Ok(enclosure) => {
                trailer.enclosures.push(enclosure);
                None
            }
            Err(_) => Some(value),
        },
        "entry" => once(&mut trailer.entry, value, |text| Some(text.to_owned())),
        "withdrawn" => once(&mut trailer.withdrawn, value, |text| text.parse().ok()),
        _ => {
            trailer.rest.push((key.to_owned(), value));
            None
        }
    }
}

fn push(list: &mut Vec<String>, value: String) -> Option<String> {
    list.push(value);
    None
}

fn once<T>(
    slot: &mut Option<T>,
    value: String,
    read: impl Fn(&str) -> Option<T>,
) -> Option<String> {
    match read(&value) {
        Some(read) if slot.is_none() => {
            *slot = Some(read);
            None
        }
        _ => Some(value),
    }
}

/// Writes the trailer, its format last.
pub(super) fn write(trailer: &Trailer, file: &mut String) {
    file.push_str(OPENING);
    one(file, "source", trailer.source.as_ref());
    many(file, "author", &trailer.authors);
    one(file, "language", trailer.language.as_ref());
    one(file, "modified", trailer.modified.as_ref());
    one(file, "captured", trailer.captured.as_ref());
    one(file, "image", trailer.image.as_ref());
    many(file, "tag", &trailer.tags);
    one(file, "summary", trailer.summary.as_ref());
    many(file, "enclosure", &trailer.enclosures);
    one(file, "entry", trailer.entry.as_ref());
    one(file, "withdrawn", trailer.withdrawn.as_ref());
    for (key, value) in &trailer.rest {
        one(file, &escape(key).replace(':', "\\:"), Some(value));
    }
    one(file, "format", Some(&FORMAT));
    file.push_str("-->\n");
}

fn many<T: Display>(file: &mut String, key: &str, values: &[T]) {
    for value in values {
        one(file, key, Some(value));
    }
}

fn one<T: Display>(file: &mut String, key: &str, value: Option<&T>) {
    if let Some(value) = value {
        file.push_str(key);
        file.push_str(": ");
        file.push_str(&escape(&value.to_string()));
        file.push('\n');
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '-' if escaped.ends_with('-') => escaped.push_str("\\-"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Splits a line at its first bare colon and undoes the escapes. A line without one is all key.
fn key_and_value(line: &str) -> (String, String) {
    let mut escaped = false;
    let colon = line.bytes().position(|byte| {
        let bare = byte == b':' && !escaped;
        escaped = byte == b'\\' && !escaped;
        bare
    });
    let (key, value) = colon.map_or((line, ""), |at| (&line[..at], &line[at + 1..]));
    (
        unescape(key),
        unescape(value.strip_prefix(' ').unwrap_or(value)),
    )
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            other => plain.push(other),
        }
    }
    plain
}
