//! Where an answer ends and the next goes on, as a word in an address.
//!
//! It counts what was looked at and not only what was shown: where a phrase's parts stand apart in many documents, an
//! answer may end before it has all its results, and the next one begins without reading the same pages again.

use std::fmt;
use std::str::FromStr;

/// A place in the results of a query, the beginning at first. `FromStr` and `Display` are its form in addresses:
/// `3.40`, or `3.40p` among those that hold parts only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bookmark {
    /// Results before it.
    pub(crate) results: usize,
    /// Candidates of its stage that were looked at.
    pub(crate) passed: usize,
    /// Whether it stands among the documents that hold only parts of what was asked for.
    pub(crate) parts: bool,
}

/// What was read is no bookmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoBookmark;

impl fmt::Display for Bookmark {
    fn fmt(&self, target: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = if self.parts { "p" } else { "" };
        write!(target, "{}.{}{parts}", self.results, self.passed)
    }
}

impl FromStr for Bookmark {
    type Err = NoBookmark;

    fn from_str(text: &str) -> Result<Bookmark, NoBookmark> {
        let plain = text.strip_suffix('p');
        let (results, passed) = plain.unwrap_or(text).split_once('.').ok_or(NoBookmark)?;
        let number = |text: &str| text.parse().map_err(|_| NoBookmark);
        Ok(Bookmark {
            results: number(results)?,
            passed: number(passed)?,
            parts: plain.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookmarks_are_read_back_and_nothing_else_is_one() {
        for text in ["0.0", "3.40", "3.40p", "10.128801"] {
            let read: Bookmark = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        for text in [
            "",
            "p",
            "3",
            "3.",
            ".4",
            "-1.2",
            "1.2.3",
            "1.2pp",
            "99999999999999999999.1",
        ] {
            assert_eq!(text.parse::<Bookmark>(), Err(NoBookmark), "{text}");
        }
    }
}
