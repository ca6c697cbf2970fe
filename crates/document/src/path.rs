//! Where a document lies in its archive: a path that a person can read and every file system
//! accepts, fixed when the article is first recorded.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::identity::DocumentId;

/// Longest path, in bytes: leaves room for a checkout's own prefix under Windows' 260 characters.
const MAX_PATH_BYTES: usize = 200;

/// Longest source directory, in bytes.
const MAX_SLUG_BYTES: usize = 60;

/// The path of a document: `articles/<source>/<yyyy>/<mm>/<dd>-<title>-<id>.md`, the day in UTC.
pub fn document_path(source: &str, published: Timestamp, title: &str, id: DocumentId) -> String {
    let day = published.to_zoned(TimeZone::UTC).date();
    let head = format!(
        "articles/{}/{:04}/{:02}/{:02}-",
        slug(source),
        day.year(),
        day.month(),
        day.day()
    );
    let tail = format!("{id}.md");
    let room = MAX_PATH_BYTES - head.len() - tail.len() - 1;
    let title = words(title, room);
    if title.is_empty() {
        format!("{head}{tail}")
    } else {
        format!("{head}{title}-{tail}")
    }
}

/// The identifier at the end of a document's path.
pub fn id_of_path(path: &str) -> Option<DocumentId> {
    let stem = path.strip_suffix(".md")?;
    stem.get(stem.len().checked_sub(16)?..)?.parse().ok()
}

/// A source's name as the name of its directory: letters and digits of every script, hyphens
/// between, at most 60 bytes, legal on Windows. `source` where nothing else is left.
pub fn slug(name: &str) -> String {
    let slug = words(name, MAX_SLUG_BYTES);
    if slug.is_empty() {
        "source".to_owned()
    } else {
        slug
    }
}

fn words(text: &str, max_bytes: usize) -> String {
    let mut words = String::new();
    for letter in text.to_lowercase().chars() {
        if letter.is_alphanumeric() {
            if words.len() + letter.len_utf8() > max_bytes {
                break;
            }
            words.push(letter);
        } else if !words.is_empty() && !words.ends_with('-') && words.len() < max_bytes {
            words.push('-');
        }
    }
    words.trim_end_matches('-').to_owned()
}
