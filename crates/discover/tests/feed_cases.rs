//! The tests of two other feed parsers, made neutral: what they expect of each field, compared leniently (texts
//! without markup, addresses without a final slash, times to the second). The floors are the better parser's scores.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reads its data"
)]

#[path = "../examples/neutral/mod.rs"]
mod neutral;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use dom_query::Document;
use jiff::Timestamp;
use serde_json::Value;

/// Of the 1,639 cases with expected fields; feedparser 6.0 passes 1,615 of them.
const FLOOR: usize = 1625;

#[test]
fn feeds_read_as_well_as_by_the_best_peer() {
    let Some(data) = std::env::var_os("WIRECOPY_TEST_DATA") else {
        println!("skipped: WIRECOPY_TEST_DATA is not set");
        return;
    };
    let feeds = PathBuf::from(data).join("feeds");
    let cases = std::fs::read_to_string(feeds.join("cases.dev.jsonl")).unwrap();
    let hard = std::fs::read_to_string(feeds.join("both_pass.ids")).unwrap();
    let hard: HashSet<&str> = hard.lines().collect();
    let (mut passed, mut failed) = (0, Vec::new());
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let id = case["id"].as_str().unwrap();
        match judge(&feeds, &case) {
            Verdict::NothingExpected => {}
            Verdict::Passed => passed += 1,
            Verdict::Failed(key) => failed.push(format!(
                "{}{id}: {key}",
                if hard.contains(id) { "HARD " } else { "" }
            )),
        }
    }
    println!("{passed} passed\n{}", failed.join("\n"));
    assert!(
        failed.iter().all(|failure| !failure.starts_with("HARD")),
        "a case that both peers pass failed"
    );
    assert!(passed >= FLOOR, "{passed} of {FLOOR} passed");
}

enum Verdict {
    NothingExpected,
    Passed,
    Failed(String),
}

/// Parses the case's feed, whatever is expected of it: it must never panic.
fn judge(feeds: &Path, case: &Value) -> Verdict {
    let member = |name: &str| case.get(name).and_then(Value::as_str);
    let bytes = std::fs::read(feeds.join(member("file").unwrap())).unwrap();
    let answer = neutral::neutral(
        member("id").unwrap(),
        &bytes,
        member("content_type"),
        member("url"),
    );
    let expected = case["expect"]
        .as_object()
        .filter(|expected| !expected.is_empty());
    let Some(expected) = expected else {
        return Verdict::NothingExpected;
    };
    let wrong = expected
        .iter()
        .find(|(key, value)| !agrees(&answer, key, value));
    wrong.map_or(Verdict::Passed, |(key, _)| Verdict::Failed(key.clone()))
}

fn agrees(answer: &Value, key: &str, expected: &Value) -> bool {
    let wanted = expected
        .as_str()
        .map_or_else(|| expected.to_string(), str::to_owned);
    let field = key
        .rsplit_once("].")
        .or_else(|| key.split_once('.'))
        .map_or(key, |(_, field)| field);
    match (key, field) {
        ("entries.count", _) => {
            answer["entries"].as_array().map(Vec::len) == expected.as_u64().map(|n| n as usize)
        }
        ("encoding", _) => {
            letters(answer["encoding"].as_str().unwrap_or_default()) == letters(&wanted)
        }
        ("version", _) => answer["version"]
            .as_str()
            .is_some_and(|version| version.get(..3) == wanted.get(..3)),
        (_, "updated" | "published" | "date") => {
            let wanted: Timestamp = wanted.parse().unwrap();
            texts(answer, key)
                .iter()
                .any(|time| time.parse::<Timestamp>().unwrap().as_second() == wanted.as_second())
        }
        (_, "link" | "id" | "image" | "icon" | "self" | "comments" | "url" | "href" | "uri") => {
            let bare = |url: &str| collapse(url).trim_end_matches('/').to_owned();
            texts(answer, key)
                .iter()
                .any(|url| bare(url) == bare(&wanted))
        }
        _ => texts(answer, key)
            .iter()
            .any(|text| !forms(text).is_disjoint(&forms(&wanted))),
    }
}

/// The values that may stand for a field: lists of categories and links are compared as sets, a text may be in
/// either of its two places, and a picture too.
fn texts(answer: &Value, key: &str) -> Vec<String> {
    let pointer = format!("/{}", key.replace(['.', '['], "/").replace(']', ""));
    let (owner, field) = pointer.rsplit_once('/').unwrap();
    let at = |pointer: String| answer.pointer(&pointer).into_iter().collect::<Vec<_>>();
    let list = |pointer: &str| {
        answer
            .pointer(pointer)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let values: Vec<&Value> = match field {
        _ if owner.ends_with("/categories") => list(owner).collect(),
        _ if owner.contains("/links/") => list(&owner[..owner.rfind('/').unwrap()])
            .filter_map(|link| link.get(field))
            .collect(),
        "summary" | "content" => [
            at(format!("{owner}/summary")),
            at(format!("{owner}/content")),
        ]
        .concat(),
        "image" | "icon" => [at(format!("{owner}/image")), at(format!("{owner}/icon"))].concat(),
        "author" => {
            return list(&format!("{owner}/authors"))
                .take(1)
                .flat_map(author_forms)
                .collect();
        }
        _ => at(pointer.clone()),
    };
    values
        .into_iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// A person on one line: the name, the address, or both.
fn author_forms(person: &Value) -> Vec<String> {
    let part = |name: &str| person[name].as_str().map(str::to_owned);
    let both = part("name")
        .zip(part("email"))
        .map(|(name, email)| format!("{name} ({email})"));
    [part("name"), part("email"), both]
        .into_iter()
        .flatten()
        .collect()
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn collapse(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it is, without its markup once and twice, and with its references decoded.
fn forms(text: &str) -> HashSet<String> {
    let stripped = strip(text);
    let decoded = collapse(&Document::fragment(text.replace('<', "&lt;")).text());
    HashSet::from([collapse(text), strip(&stripped), stripped, decoded])
}

fn strip(html: &str) -> String {
    let spaced = ["<p", "</p", "<br", "<div", "</div", "<li", "</li"]
        .iter()
        .fold(html.replace("<![", "&lt;!["), |html, tag| {
            html.replace(tag, &format!(" {tag}"))
        });
    collapse(&Document::fragment(spaced).text())
}
