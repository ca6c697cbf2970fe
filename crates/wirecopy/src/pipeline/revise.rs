//! Whether what came is a new document, an edit of a recorded one, or nothing. Pure.
//!
//! A page never comes twice as the same bytes: dates are renewed, image addresses carry new tokens, links new
//! tracking. Only what a reader would see changes a document.

use std::collections::HashMap;

use url::Url;
use wirecopy_document::{clean::CleanHtml, document::Document, identity};

use crate::pipeline::text::weight;

/// What becomes of a document that came in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing that a reader would see is different.
    Keep,
    /// It replaces the recorded one; the words say what is different.
    Revise(String),
    /// It has lost so much that a failed extraction is likelier than an edit; the words say how much.
    Distrust(String),
}

/// A text that shrinks below this share of itself in one edit is taken for a page that failed.
const SHRUNK: f64 = 0.3;

/// Compares a recorded document with what came of the same article.
pub(crate) fn decide(recorded: &Document, came: &Document) -> Decision {
    let (old_text, new_text) = (recorded.body.text(), came.body.text());
    let (old_weight, new_weight) = (weight(&old_text), weight(&new_text));
    if (new_weight as f64) < old_weight as f64 * SHRUNK {
        return Decision::Distrust(format!(
            "its text fell from {old_weight} to {new_weight} letters, the fuller one is kept"
        ));
    }
    let mut changes = Vec::new();
    if recorded.trailer.withdrawn.is_some() {
        changes.push("published again".to_owned());
    }
    if recorded.title != came.title {
        changes.push("title".to_owned());
    }
    if recorded.trailer.authors != came.trailer.authors && !came.trailer.authors.is_empty() {
        changes.push("authors".to_owned());
    }
    changes.extend(text_change(&old_text, &new_text));
    if pictures(&recorded.body) != pictures(&came.body) {
        changes.push("pictures".to_owned());
    }
    if changes.is_empty() {
        Decision::Keep
    } else {
        Decision::Revise(changes.join("; "))
    }
}

/// The words (characters, where a script has no spaces) that an edit inserted and deleted.
fn text_change(old: &str, new: &str) -> Option<String> {
    let (old_words, new_words) = (words(old), words(new));
    if old_words == new_words {
        return None;
    }
    let mut balance: HashMap<&str, i64> = HashMap::new();
    for word in &new_words {
        *balance.entry(word).or_default() += 1;
    }
    for word in &old_words {
        *balance.entry(word).or_default() -= 1;
    }
    let inserted: i64 = balance.values().filter(|count| **count > 0).sum();
    let deleted: i64 = -balance.values().filter(|count| **count < 0).sum::<i64>();
    Some(match (inserted, deleted) {
        (0, 0) => "words in another order".to_owned(),
        _ => format!("{inserted} words in, {deleted} out"),
    })
}

/// Runs of letters and digits; a Han, kana or Hangul character is a word of its own, punctuation is none.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        let alone = matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
        if character.is_alphanumeric() && !alone {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            words.push(&text[from..at]);
        }
        if alone {
            words.push(&text[at..at + character.len_utf8()]);
        }
    }
    words.extend(start.map(|from| &text[from..]));
    words
}

/// The pictures without their queries: servers put sizes, signatures and cache busters there.
pub(crate) fn pictures(body: &CleanHtml) -> Vec<String> {
    body.pictures()
        .into_iter()
        .map(|picture| without_query(picture.url))
        .collect()
}

pub(crate) fn without_query(mut url: Url) -> String {
    url.set_query(None);
    identity::key(&url)
}

#[cfg(test)]
mod tests {
    use wirecopy_document::{clean::clean, document::Trailer};

    use super::*;

    fn document(title: &str, html: &str) -> Document {
        Document {
            published: jiff::Timestamp::UNIX_EPOCH,
            title: title.to_owned(),
            url: "https://lindquay.example/harbour".parse().unwrap(),
            body: clean(html, None),
            trailer: Trailer::default(),
        }
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: Decision) {
        assert_eq!(
            decide(&document("Harbour", old), &document("Harbour", new)),
            expected
        );
    }

    #[test]
    fn renewed_image_tokens_and_tracking_in_links_are_no_edit() {
        check(
            r#"<p>Open <a href="https://a.example/?utm_source=x">again</a>.</p><img src="https://a.example/1.jpg?token=1">"#,
            r#"<p>Open <a href="https://a.example/?utm_source=y">again</a>.</p><img src="https://a.example/1.jpg?token=2">"#,
            Decision::Keep,
        );
    }

    #[test]
    fn an_edit_is_told_in_words() {
        check(
            "<p>Forty passengers left at dawn.</p>",
            "<p>Fifty passengers left at dawn today.</p>",
            Decision::Revise("2 words in, 1 out".into()),
        );
        check(
            "<p>港口重开</p>",
            "<p>港口已重开</p>",
            Decision::Revise("1 words in, 0 out".into()),
        );
    }

    #[test]
    fn a_new_title_alone_is_an_edit() {
        let (old, new) = (
            document("Harbour", "<p>Text.</p>"),
            document("Harbour reopens", "<p>Text.</p>"),
        );
        assert_eq!(decide(&old, &new), Decision::Revise("title".into()));
    }

    #[test]
    fn a_page_that_lost_most_of_its_text_does_not_replace_a_whole_one() {
        let whole = format!(
            "<p>{}</p>",
            "The wall stands two metres higher. ".repeat(20)
        );
        assert!(matches!(
            decide(
                &document("t", &whole),
                &document("t", "<p>Please log in.</p>")
            ),
            Decision::Distrust(_)
        ));
    }
}
