//! JSON-LD with schema.org's words: the item that is the article, and what it says.
//!
//! Not a JSON-LD processor: contexts are not resolved; `@graph` and `@id` references are.

use serde_json::{Map, Value};

use crate::text::folded;

/// What the article's item says.
#[derive(Clone, Debug, Default)]
pub(super) struct Linked {
    pub(super) headline: Option<String>,
    pub(super) authors: Vec<String>,
    /// Whether every author is typed as an organisation.
    pub(super) is_by_organisation: bool,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) language: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) image: Option<String>,
    pub(super) description: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) body: Option<String>,
    pub(super) is_free: Option<bool>,
    pub(super) is_article: bool,
    /// Whether any item is a forum's thread or a question with its answers.
    pub(super) is_thread: bool,
    /// Whether any item is a list of others, or a page of one.
    pub(super) is_list: bool,
    pub(super) is_product: bool,
}

/// Items looked at in all of a page's scripts; a page that has more says nothing with them.
const MAX_ITEMS: usize = 2000;

/// Reads all scripts of a page; broken ones count as absent after a modest repair.
pub(super) fn read(scripts: &[String]) -> Linked {
    let values: Vec<Value> = scripts.iter().filter_map(|script| parse(script)).collect();
    let mut items = Vec::new();
    for value in &values {
        collect(value, &mut items);
    }
    let rank = |item: &&Map<String, Value>| kinds(item).filter_map(rank).min().unwrap_or(u8::MAX);
    let is_thread = items.iter().copied().flat_map(kinds).any(is_thread);
    let is_list = items.iter().copied().flat_map(kinds).any(is_list);
    let is_product = items
        .iter()
        .copied()
        .flat_map(kinds)
        .filter(|kind| kind.starts_with("Product"))
        .count()
        == 1;
    let linked = match items
        .iter()
        .copied()
        .min_by_key(rank)
        .filter(|item| rank(item) < u8::MAX)
    {
        Some(item) => describe(item, &items),
        None => Linked::default(),
    };
    Linked {
        is_thread,
        is_list,
        is_product,
        ..linked
    }
}

fn is_list(kind: &str) -> bool {
    matches!(
        kind,
        "CollectionPage" | "ItemList" | "OfferCatalog" | "ProductCollection" | "SearchResultsPage"
    )
}

fn is_thread(kind: &str) -> bool {
    matches!(kind, "DiscussionForumPosting" | "QAPage" | "Question")
}

/// JSON as found in pages: in comment marks, with raw line breaks inside strings.
fn parse(script: &str) -> Option<Value> {
    let bare = script
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("<![CDATA[");
    let bare = bare
        .trim_end_matches("-->")
        .trim_end_matches("]]>")
        .trim_end_matches("//")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(bare).ok().or_else(|| {
        let spaced: String = bare
            .chars()
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .collect();
        serde_json::from_str(&spaced).ok()
    })
}

/// All typed items at the top, in arrays and in `@graph`; what articles are nested in is followed too.
fn collect<'a>(value: &'a Value, items: &mut Vec<&'a Map<String, Value>>) {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(values) => pending.extend(values.iter().rev()),
            Value::Object(item) if items.len() < MAX_ITEMS => {
                items.push(item);
                pending.extend(
                    [
                        "@graph",
                        "mainEntity",
                        "mainEntityOfPage",
                        "author",
                        "creator",
                    ]
                    .iter()
                    .filter_map(|key| item.get(*key)),
                );
            }
            _ => {}
        }
    }
}

fn kinds(item: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let kinds = item.get("@type").map_or(&[][..], |kind| match kind {
        Value::Array(kinds) => kinds.as_slice(),
        one => std::slice::from_ref(one),
    });
    kinds
        .iter()
        .filter_map(Value::as_str)
        .map(|kind| kind.rsplit('/').next().unwrap_or(kind))
}

/// How well a type fits the page's main item, 0 best.
fn rank(kind: &str) -> Option<u8> {
    match kind {
        _ if kind.ends_with("Article") || kind.ends_with("BlogPosting") => Some(0),
        "Report" | "OpinionNewsArticle" | "Review" | "Recipe" | "HowTo" => Some(1),
        "DiscussionForumPosting"
        | "QAPage"
        | "Question"
        | "Product"
        | "Course"
        | "Event"
        | "JobPosting" => Some(2),
        "VideoObject" | "PodcastEpisode" | "CreativeWork" | "Book" | "Movie" => Some(3),
        "WebPage" | "ItemPage" | "AboutPage" | "FAQPage" | "CollectionPage" => Some(4),
        _ => None,
    }
}

fn describe(item: &Map<String, Value>, items: &[&Map<String, Value>]) -> Linked {
    let is_article = kinds(item).filter_map(rank).any(|rank| rank <= 1);
    let text = |key: &str| item.get(key).and_then(text);
    Linked {
        headline: text("headline").or_else(|| text("name")),
        authors: ["author", "creator"]
            .iter()
            .map(|key| people(item.get(*key), items))
            .find(|people| !people.is_empty())
            .unwrap_or_default(),
        is_by_organisation: item.get("author").is_some_and(is_organisation),
        published: text("datePublished")
            .or_else(|| text("dateCreated"))
            .or_else(|| text("uploadDate")),
        modified: text("dateModified"),
        language: text("inLanguage"),
        publisher: people(item.get("publisher"), items).into_iter().next(),
        image: item
            .get("image")
            .and_then(|image| address(image, items))
            .or_else(|| text("thumbnailUrl")),
        description: text("description"),
        keywords: keywords(item),
        body: item
            .get("articleBody")
            .and_then(Value::as_str)
            .map(str::to_owned),
        is_free: item.get("isAccessibleForFree").and_then(truth),
        is_article,
        is_thread: false,
        is_list: false,
        is_product: false,
    }
}

/// A string, the first of an array, or an object's value or name.
fn text(value: &Value) -> Option<String> {
    let found = match value {
        Value::String(text) => text,
        Value::Array(values) => {
            return values
                .iter()
                .find_map(|value| value.as_str().map(unescaped));
        }
        Value::Object(item) => item
            .get("@value")
            .or_else(|| item.get("name"))
            .or_else(|| item.get("alternateName"))
            .and_then(Value::as_str)?,
        _ => return None,
    };
    Some(unescaped(found)).filter(|text| !text.is_empty())
}

/// Folded, with the entities undone that pages put into JSON by mistake.
fn unescaped(text: &str) -> String {
    let mut text = folded(text);
    if text.contains('&') {
        for (entity, character) in [
            ("&quot;", "\""),
            ("&#039;", "'"),
            ("&#39;", "'"),
            ("&#8217;", "’"),
            ("&#8216;", "‘"),
            ("&#8220;", "“"),
            ("&#8221;", "”"),
            ("&#8211;", "–"),
            ("&#8212;", "—"),
            ("&#8230;", "…"),
            ("&nbsp;", " "),
            ("&#038;", "&"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&amp;", "&"),
        ] {
            text = text.replace(entity, character);
        }
    }
    text
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(word) => word.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// Whether an author, or each of them, is typed as an organisation.
fn is_organisation(value: &Value) -> bool {
    match value {
        Value::Array(values) => !values.is_empty() && values.iter().all(is_organisation_itself),
        one => is_organisation_itself(one),
    }
}

fn is_organisation_itself(value: &Value) -> bool {
    let item = value.as_object();
    item.is_some_and(|item| kinds(item).any(|kind| kind.ends_with("Organization")))
}

/// Names of persons and organisations; references by `@id` are looked up.
fn people(value: Option<&Value>, items: &[&Map<String, Value>]) -> Vec<String> {
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    values
        .iter()
        .take(40)
        .filter_map(|value| {
            text(value).or_else(|| text(&Value::Object(referred(value, items)?.clone())))
        })
        .collect()
}

fn referred<'a>(value: &Value, items: &[&'a Map<String, Value>]) -> Option<&'a Map<String, Value>> {
    let id = value.get("@id")?;
    items
        .iter()
        .copied()
        .find(|item| item.get("@id") == Some(id) && item.contains_key("name"))
}

fn address(value: &Value, items: &[&Map<String, Value>]) -> Option<String> {
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Array(values) => values.iter().find_map(|value| address_of_one(value, items)),
        one => address_of_one(one, items),
    }
}

fn address_of_one(value: &Value, items: &[&Map<String, Value>]) -> Option<String> {
    let of_object = |item: &Map<String, Value>| {
        ["url", "contentUrl"]
            .iter()
            .find_map(|key| item.get(*key)?.as_str().map(str::to_owned))
    };
    match value {
        Value::String(url) => Some(url.clone()),
        Value::Object(item) => of_object(item).or_else(|| {
            let id = item.get("@id")?;
            of_object(
                items
                    .iter()
                    .find(|other| other.get("@id") == Some(id) && other.contains_key("url"))?,
            )
        }),
        _ => None,
    }
}

fn keywords(item: &Map<String, Value>) -> Vec<String> {
    let split = |text: &str| text.split([',', ';']).map(unescaped).collect::<Vec<_>>();
    let read = |key: &str| match item.get(key) {
        Some(Value::String(text)) => split(text),
        Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
        _ => Vec::new(),
    };
    let mut keywords = read("keywords");
    keywords.extend(read("articleSection"));
    keywords.retain(|keyword| !keyword.is_empty() && !keyword.contains("://"));
    keywords
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: (&str, &[&str], &str)) {
        let linked = read(&[script.to_owned()]);
        let authors: Vec<&str> = linked.authors.iter().map(String::as_str).collect();
        let got = (
            linked.headline.unwrap_or_default(),
            authors,
            linked.published.unwrap_or_default(),
        );
        assert_eq!((got.0.as_str(), got.1.as_slice(), got.2.as_str()), expected);
    }

    #[test]
    fn finds_the_article_in_a_graph_and_its_author_by_reference() {
        check(
            r##"{"@graph":[{"@type":"WebPage","name":"Page"},{"@type":["NewsArticle"],"headline":"Tide &amp; time",
            "author":{"@id":"#p"},"datePublished":"2026-01-02"},{"@type":"Person","@id":"#p","name":"Ann Example"}]}"##,
            ("Tide & time", &["Ann Example"], "2026-01-02"),
        );
    }

    #[test]
    fn reads_scripts_in_comments_with_raw_line_breaks() {
        check(
            "<!-- {\"@type\":\"BlogPosting\",\"headline\":\"One\ntwo\",\"author\":[\"A B\",{\"name\":\"C D\"}]} -->",
            ("One two", &["A B", "C D"], ""),
        );
    }

    #[test]
    fn broken_or_foreign_json_says_nothing() {
        check("{\"@type\":", ("", &[], ""));
        check(
            "[1,\"a\",null,{\"@type\":\"Organization\",\"name\":\"X\"}]",
            ("", &[], ""),
        );
    }
}
