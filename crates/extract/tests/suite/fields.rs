//! A floor under the fields on real pages with gold: how many are as people wrote them down.
//!
//! Titles compare by their letters and digits, dates by day (as the page writes it, or in UTC), authors as
//! a set of names, languages by their first sub-tag, addresses by host and path. A lead picture counts when
//! it is one that people saw in the article, in whatever size: by the longest word of its path.

use std::path::Path;

use jiff::tz::Offset;
use serde_json::Value;
use url::Url;
use wirecopy_extract::{Article, Page, extract};

use crate::data;

/// Whether a field is as its gold; nothing where there is no gold.
type Agrees = fn(&Article, &Value) -> Option<bool>;

/// A field, and the least share of pages on which it is right: one or two pages less than are.
type Floor = (&'static str, Agrees, f64);

#[test]
fn fields_of_real_pages_stay_above_their_floors() {
    let Some(sets) = data::directory("extraction/sets") else {
        return;
    };
    for (set, every, floors) in FLOORS {
        check(&sets.join(set).join("dev"), every, floors);
    }
}

/// Of each set every so many pages, and its fields.
const FLOORS: [(&str, usize, &[Floor]); 5] = [
    (
        "fundus",
        2,
        &[
            ("title", title, 0.73),
            ("day", day, 0.95),
            ("authors", authors, 0.86),
            ("language", language, 0.95),
            ("address", address, 0.96),
            ("picture", picture, 0.78),
        ],
    ),
    (
        "andy424",
        4,
        &[
            ("title", title, 0.93),
            ("day", day, 0.91),
            ("authors", authors, 0.84),
        ],
    ),
    (
        "wcxb",
        24,
        &[
            ("title", title, 0.70),
            ("day", day, 0.88),
            ("authors", authors, 0.65),
        ],
    ),
    (
        "trafilatura",
        10,
        &[
            ("title", title, 0.81),
            ("day", day, 0.85),
            ("authors", authors, 0.55),
        ],
    ),
    ("zh69", 2, &[("day", day, 0.80), ("authors", authors, 0.36)]),
];

/// Reads every so many pages of a set.
#[track_caller]
fn check(directory: &Path, every: usize, floors: &[Floor]) {
    let mut counts = vec![(0, 0); floors.len()];
    for gold in data::json_lines(&directory.join("gold.jsonl"))
        .iter()
        .step_by(every)
    {
        let id = gold["id"].as_str().unwrap();
        let bytes = data::gunzip(&directory.join(format!("{id}.html.gz")));
        let url = gold["url"].as_str().and_then(|url| Url::parse(url).ok());
        let page = Page {
            bytes: &bytes,
            media_type: None,
            url: url.as_ref(),
        };
        let Ok(article) = extract(&page, None) else {
            continue;
        };
        for ((_, agrees, _), (right, all)) in floors.iter().zip(&mut counts) {
            if let Some(agrees) = agrees(&article, gold) {
                *all += 1;
                *right += usize::from(agrees);
            }
        }
    }
    let fallen = floors.iter().zip(counts);
    let fallen = fallen.filter_map(|((name, _, floor), (right, all))| {
        let is_under = (right as f64) < all as f64 * floor;
        is_under.then(|| format!("{name}: {right} of {all} is under {floor}"))
    });
    let fallen: Vec<String> = fallen.collect();
    assert!(fallen.is_empty(), "{}: {fallen:?}", directory.display());
}

fn title(article: &Article, gold: &Value) -> Option<bool> {
    Some(letters(gold["title"].as_str()?) == letters(&article.title))
}

fn day(article: &Article, gold: &Value) -> Option<bool> {
    let wanted = gold["date"].as_str()?.get(..10)?;
    let in_offset = |offset: Offset| {
        let time = article.published?.display_with_offset(offset).to_string();
        Some(time.starts_with(wanted))
    };
    let own = article.published_offset.unwrap_or(Offset::UTC);
    Some(
        [own, Offset::UTC]
            .into_iter()
            .any(|offset| in_offset(offset) == Some(true)),
    )
}

fn authors(article: &Article, gold: &Value) -> Option<bool> {
    let wanted = match &gold["author"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        Value::String(names) => names
            .split([',', ';', '&', '/'])
            .flat_map(|names| names.split(" and "))
            .collect(),
        _ => Vec::new(),
    };
    let sorted = |names: &mut dyn Iterator<Item = &str>| {
        let mut names: Vec<String> = names.map(letters).filter(|name| !name.is_empty()).collect();
        names.sort();
        names
    };
    let wanted = sorted(&mut wanted.into_iter());
    let found = sorted(&mut article.authors.iter().map(String::as_str));
    (!wanted.is_empty()).then(|| wanted == found)
}

fn language(article: &Article, gold: &Value) -> Option<bool> {
    let wanted = gold["lang"].as_str()?;
    let found = article.language.as_deref().unwrap_or_default();
    Some(found.split('-').next() == wanted.split('-').next())
}

fn address(article: &Article, gold: &Value) -> Option<bool> {
    let bare = |url: &Url| {
        let host = url
            .host_str()
            .unwrap_or_default()
            .trim_start_matches("www.")
            .to_owned();
        (host, url.path().trim_end_matches('/').to_lowercase())
    };
    let wanted = Url::parse(gold["url"].as_str()?).ok()?;
    Some(article.canonical_url.as_ref().map(bare) == Some(bare(&wanted)))
}

fn picture(article: &Article, gold: &Value) -> Option<bool> {
    let wanted: Vec<&str> = gold["image"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let found = article.lead_image.as_ref()?.url.as_str().to_owned();
    let longest = found.split(|character: char| !character.is_alphanumeric() && character != '_');
    let longest = longest.max_by_key(|word| word.len())?;
    Some(wanted.iter().any(|url| url.contains(longest)))
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
