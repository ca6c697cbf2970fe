//! Where a document lies in its archive: a path that a person can read and every file system
//! accepts, fixed when the article is first recorded.
//!
//! A name holds letters, digits and their marks of every script, in one normal form, and hyphens;
//! so there is no dot at its start, no separator, no control, nothing invisible, and nothing that
//! Windows refuses.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::identity::DocumentId;

/// Longest path, in bytes: leaves room for a checkout's own prefix under Windows' 260 characters.
const MAX_PATH_BYTES: usize = 200;

/// Longest source directory, in bytes.
const MAX_SLUG_BYTES: usize = 60;

/// Names of devices, which Windows lets no file or directory bear.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin", "conout", "clock"];

/// The path of a document: `articles/<source>/<yyyy>/<mm>/<dd>-<title>-<id>.md`, the day in UTC,
/// 200 bytes at most.
pub fn document_path(source: &str, published: Timestamp, title: &str, id: DocumentId) -> String {
    let day = published.to_zoned(TimeZone::UTC).date();
    let (year, month, day) = (day.year(), day.month(), day.day());
    let head = format!("articles/{}/{year:04}/{month:02}/{day:02}-", slug(source));
    let tail = format!("{id}.md");
    let title = words(title, MAX_PATH_BYTES - head.len() - tail.len() - 1);
    if title.is_empty() {
        head + &tail
    } else {
        format!("{head}{title}-{tail}")
    }
}

/// The identifier at the end of a document's path.
pub fn id_of_path(path: &str) -> Option<DocumentId> {
    let stem = path.strip_suffix(".md")?;
    let id = stem.get(stem.len().checked_sub(16)?..)?;
    stem.ends_with(&format!("-{id}")).then(|| id.parse().ok())?
}

/// A source's name as the name of its directory: letters and digits of every script, hyphens
/// between, at most 60 bytes, legal on Windows. `source` where nothing else is left. Idempotent.
pub fn slug(name: &str) -> String {
    let slug = words(name, MAX_SLUG_BYTES);
    let numbered = |device: &str| {
        slug.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1)
    };
    if slug.is_empty() {
        "source".to_owned()
    } else if DEVICES.contains(&slug.as_str()) || numbered("com") || numbered("lpt") {
        format!("source-{slug}")
    } else {
        slug
    }
}

/// Whether a slug holds all of the name it was made from, and nothing was cut off.
pub(crate) fn is_whole(name: &str, slug: &str) -> bool {
    slug.len() + 8 <= MAX_SLUG_BYTES || words(name, MAX_SLUG_BYTES + 8) == *slug
}

/// The words of a text in lower case, hyphens between them.
fn words(text: &str, max_bytes: usize) -> String {
    let mut words = String::new();
    // Four times what fits: a letter may shrink to nothing, and a title may be endless.
    let letters = text
        .chars()
        .take(4 * max_bytes)
        .nfkc()
        .flat_map(char::to_lowercase)
        .nfkc();
    for letter in letters.filter(|letter| !is_invisible(*letter)) {
        let is_word = letter.is_alphanumeric() || is_combining_mark(letter) && !words.is_empty();
        let letter = if is_word { letter } else { '-' };
        if letter == '-' && (words.is_empty() || words.ends_with('-')) {
            continue;
        }
        if words.len() + letter.len_utf8() > max_bytes {
            break;
        }
        words.push(letter);
    }
    words.truncate(words.trim_end_matches('-').len());
    words
}

/// Joiners, direction marks and the like, which part no words.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id() -> DocumentId {
        "abcdefghij234567".parse().unwrap()
    }

    #[track_caller]
    fn check(source: &str, title: &str, expected: &str) {
        let published = Timestamp::from_millisecond(1_640_817_542_000).unwrap();
        let path = document_path(source, published, title, id());
        assert_eq!(path, format!("articles/{expected}-abcdefghij234567.md"));
        assert_eq!(id_of_path(&path), Some(id()));
    }

    #[test]
    fn a_path_reads_as_its_title() {
        check(
            "voa",
            "美俄首脑将就乌克兰紧张局势通话 拜登誓言外交解决",
            "voa/2021/12/29-美俄首脑将就乌克兰紧张局势通话-拜登誓言外交解决",
        );
        check(
            "BBC News",
            "[World] It’s a “test”: ½ / 100%?",
            "bbc-news/2021/12/29-world-it-s-a-test-1-2-100",
        );
        check("हिन्दी", "हिन्दी में", "हिन्दी/2021/12/29-हिन्दी-में");
        check("a", "…!?", "a/2021/12/29");
        check(
            "CON",
            "\u{202e}../.git/\u{200b}x",
            "source-con/2021/12/29-git-x",
        );
    }

    #[test]
    fn other_files_have_no_identifier() {
        for path in [
            "",
            "README.md",
            "abcdefghij234567.md",
            "a-abcdefghij234567.txt",
            "字字字字字字字.md",
        ] {
            assert_eq!(id_of_path(path), None, "{path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn every_path_is_legal(source in "\\PC{0,80}", title in ".{0,200}", time in -377_705_000_000_000_i64..253_402_200_000_000) {
            let published = Timestamp::from_millisecond(time).unwrap();
            let path = document_path(&source, published, &title, id());
            prop_assert!(path.len() <= 200);
            prop_assert_eq!(id_of_path(&path), Some(id()));
            for name in path.split('/') {
                prop_assert!(!name.is_empty() && !name.starts_with('.') && !name.ends_with(['.', ' ']));
                prop_assert!(!name.chars().any(|letter| letter.is_control() || "<>:\"\\|?*".contains(letter)));
            }
            prop_assert_eq!(slug(&slug(&source)), slug(&source));
        }
    }
}
