//! What stands in the place of a document that the operator took out: a document at the same path, of the same address
//! and time, that says when and why and nothing of what was there. History keeps the former revisions.
//!
//! When, why and whether the law asked for it are lines of the trailer (`removed:`, `reason:`, `legal: yes`), so that
//! the format of documents stays what it is.

use jiff::Timestamp;
use wirecopy_document::clean::clean;
use wirecopy_document::document::{Document, Trailer};

/// What a tombstone is called: the title may be what was to go.
const TITLE: &str = "Removed";

/// That a document was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// When.
    pub time: Timestamp,
    /// Why, on one line.
    pub reason: String,
    /// Whether the law asked for it (RFC 7725).
    pub is_legal: bool,
}

impl Tombstone {
    /// The document that takes the place of `recorded`.
    #[must_use]
    pub fn in_place_of(&self, recorded: &Document) -> Document {
        let day = self.time.strftime("%Y-%m-%d");
        let reason = self.reason.replace('&', "&amp;").replace('<', "&lt;");
        let line = |key: &str, value: String| (key.to_owned(), value);
        let mut rest = vec![
            line("removed", self.time.to_string()),
            line("reason", self.reason.clone()),
        ];
        rest.extend(self.is_legal.then(|| line("legal", "yes".to_owned())));
        Document {
            published: recorded.published,
            title: TITLE.to_owned(),
            url: recorded.url.clone(),
            body: clean(&format!("<p>Removed on {day}: {reason}</p>"), None),
            trailer: Trailer {
                source: recorded.trailer.source.clone(),
                rest,
                ..Trailer::default()
            },
        }
    }

    /// The tombstone that a document is, if it is one: by a `removed:` that is a time.
    #[must_use]
    pub fn of(trailer: &Trailer) -> Option<Tombstone> {
        let value = |key: &str| {
            let mut lines = trailer.rest.iter();
            lines
                .find(|(known, _)| known == key)
                .map(|(_, value)| value.as_str())
        };
        Some(Tombstone {
            time: value("removed")?.parse().ok()?,
            reason: value("reason").unwrap_or_default().to_owned(),
            is_legal: value("legal") == Some("yes"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tombstone_keeps_address_and_time_and_nothing_of_the_text() {
        let recorded = Document {
            published: "2026-03-01T00:00:00Z".parse().unwrap(),
            title: "A person's name".to_owned(),
            url: "https://lindquay.example/name".parse().unwrap(),
            body: clean("<p>What the person did.</p>", None),
            trailer: Trailer {
                source: Some("lindquay".to_owned()),
                authors: vec!["A. Writer".to_owned()],
                summary: Some("What the person did.".to_owned()),
                ..Trailer::default()
            },
        };
        let tombstone = Tombstone {
            time: "2026-03-02T00:00:00Z".parse().unwrap(),
            reason: "asked -- for <b>privacy</b>".to_owned(),
            is_legal: true,
        };
        let bytes = tombstone.in_place_of(&recorded).to_bytes();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.to_lowercase().contains("person"), "{text}");
        assert!(!text.contains("Writer"), "{text}");
        let (read, problems) = Document::parse(&bytes).unwrap();
        assert_eq!(problems, []);
        assert_eq!(
            (read.published, &read.url),
            (recorded.published, &recorded.url)
        );
        assert_eq!(Tombstone::of(&read.trailer), Some(tombstone));
        assert_eq!(Tombstone::of(&recorded.trailer), None);
    }
}
