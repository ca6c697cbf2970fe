//! The article of a page that shows none, out of the data that it carries for its scripts, in a
//! `<script type="application/json">` or handed to a function: some sites leave their text there alone.
//!
//! Nothing is assumed of any site's format but this: an article is an array of paragraphs, and their
//! words stand under keys that say so. The JSON is read as a stream and never held as values, which
//! would take many times its size.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use wirecopy_html::{NodeData, NodeId, Tag, Tree};

use crate::content::block;
use crate::content::outline::Outline;
use crate::text::{self, folded};

/// Keys whose strings are text to read, in the formats of editors and content systems.
const TEXT_KEYS: [&str; 8] = [
    "text",
    "value",
    "content",
    "html",
    "body",
    "children",
    "paragraph",
    "markup",
];

/// A heavier element of an array is no paragraph but a whole of its own, as another article.
const MOST_OF_PARAGRAPH: usize = 6000;

/// Lighter ones are no prose.
const LEAST_OF_PARAGRAPH: usize = 60;

/// Shorter scripts hold no article, in bytes.
const LEAST_DATA: usize = 1000;

/// A string with paragraphs in markup counts as an array of them from this length on, in bytes.
const LEAST_MARKUP: usize = 1000;

/// The paragraphs, one a line, of the array with the most prose in any of the page's data.
pub(crate) fn article(tree: &Tree) -> Option<String> {
    let scripts = tree.elements(NodeId::ROOT, Tag::Script);
    let found = scripts.filter_map(|script| match tree.data(tree.node(script).first_child?) {
        // Whatever comes before the first object is a program; what follows it is not read.
        NodeData::Text(text) if text.len() >= LEAST_DATA => {
            longest_array(&text[text.find("{\"")?..])
        }
        _ => None,
    });
    let best = found.max_by_key(|found| found.prose)?;
    Some(best.paragraphs.join("\n"))
}

/// An array of paragraphs.
#[derive(Default)]
struct Found {
    prose: usize,
    paragraphs: Vec<String>,
}

impl Found {
    fn of_markup(html: &str) -> Found {
        let tree = Tree::parse(html);
        let blocks = block::segment(&tree, &Outline::of(&tree));
        let mut found = Found::default();
        for block in &blocks.list {
            found.add(blocks.text(block));
        }
        found
    }

    /// Adds an element of the array.
    fn add(&mut self, text: &str) {
        // A length in bytes is cheap, and above this the weight is too great in any script.
        if text.is_empty() || text.len() > MOST_OF_PARAGRAPH * 4 {
            return;
        }
        let plain = if text.contains('<') {
            Tree::parse(text).text(NodeId::ROOT)
        } else {
            folded(text)
        };
        let weight = text::weight(&plain);
        if weight > MOST_OF_PARAGRAPH {
            return;
        }
        // A short line, as a heading, goes along and proves nothing.
        if weight >= LEAST_OF_PARAGRAPH {
            self.prose += weight;
        }
        if weight > 0 {
            self.paragraphs.push(plain);
        }
    }

    fn contend(&mut self, other: Found) {
        if other.prose > self.prose {
            *self = other;
        }
    }
}

fn longest_array(json: &str) -> Option<Found> {
    let mut best = Found::default();
    let mut text = String::new();
    let walk = Walk {
        is_text: false,
        text: &mut text,
        best: &mut best,
    };
    // What comes before a fault, or before nesting that serde_json refuses (128), counts.
    let _ = walk.deserialize(&mut serde_json::Deserializer::from_str(json));
    (best.prose > 0).then_some(best)
}

/// One value being read: its text is added to `text`, and the arrays in it compete for `best`.
struct Walk<'a> {
    /// Whether it stands under a key for text.
    is_text: bool,
    text: &'a mut String,
    best: &'a mut Found,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        if self.is_text {
            self.text.push_str(value);
        }
        if value.len() > LEAST_MARKUP && value.contains("<p") {
            self.best.contend(Found::of_markup(value));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            map.next_value_seed(Walk {
                is_text: TEXT_KEYS.contains(&key.as_str()),
                text: self.text,
                best: self.best,
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut own = Found::default();
        loop {
            let start = self.text.len();
            let walk = Walk {
                is_text: self.is_text,
                text: self.text,
                best: self.best,
            };
            if seq.next_element_seed(walk)?.is_none() {
                break;
            }
            own.add(&self.text[start..]);
        }
        self.best.contend(own);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str =
        "The harbour of Exampleton opened again on Monday, after a winter of repairs.";
    const SECOND: &str =
        "Fishers said that they had waited long enough, and went out with the first tide.";

    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let filler = "x".repeat(LEAST_DATA);
        let html = format!("<script>show({{\"id\":\"{filler}\",\"page\":{json}}})</script>");
        assert_eq!(article(&Tree::parse(&html)).as_deref(), expected);
    }

    #[test]
    fn paragraphs_in_pieces_are_joined_and_addresses_left() {
        let json = format!(
            r#"{{"page":{{"story":{{"body":[{{"type":"p","content":[{{"value":"{}"}},{{"url":"https://x.example/a b","content":[{{"value":"{}"}}]}}]}},
            {{"type":"p","content":[{{"value":"{SECOND}"}}]}}]}}}}}}"#,
            &FIRST[..20],
            &FIRST[20..]
        );
        check(&json, Some(&format!("{FIRST}\n{SECOND}")));
    }

    #[test]
    fn markup_in_a_string_is_read_as_paragraphs() {
        let body = format!("<p>{FIRST}<\\/p><p>{SECOND}<\\/p>").repeat(8);
        let found = longest_array(&format!(r#"{{"html":"{body}"}}"#)).unwrap();
        assert_eq!(found.paragraphs.len(), 16);
    }

    #[test]
    fn settings_and_broken_json_hold_no_article() {
        check(r#"{"a":[1,2,{"b":null}],"name":"text"}"#, None);
        check(r#"{"text":["#, None);
        check(&"[".repeat(10_000), None);
    }
}
