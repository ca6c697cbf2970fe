//! Whether a mirror holds what the newsroom told: a pure comparison, in sentences.

use std::collections::HashMap;

use url::Url;
use wirecopy_document::identity;

use crate::demo::newsroom::moment::Expected;

/// An article as the mirror holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// The slug of its source.
    pub(crate) source: String,
    pub(crate) url: Url,
    pub(crate) title: String,
    /// Its body as plain text, a block a line.
    pub(crate) text: String,
    /// How often it was recorded, its withdrawal included.
    pub(crate) revisions: usize,
    pub(crate) withdrawn: bool,
}

/// What is wrong, one sentence each; empty when the mirror holds every article once, whole, with its edits and
/// withdrawals.
pub(crate) fn differences(expected: &[Expected], held: &[Held]) -> Vec<String> {
    let mut by_key: HashMap<(&str, String), Vec<&Held>> = HashMap::new();
    for article in held {
        by_key
            .entry((&article.source, identity::key(&article.url)))
            .or_default()
            .push(article);
    }
    let mut differences = Vec::new();
    for expected in expected {
        let found = by_key
            .remove(&(expected.source.as_str(), identity::key(&expected.url)))
            .unwrap_or_default();
        differences.extend(compare(expected, &found));
    }
    let mut strangers: Vec<_> = by_key
        .into_values()
        .flatten()
        .map(|held| {
            about(
                &held.source,
                &held.title,
                &format!("was not told by the newsroom: {}", held.url),
            )
        })
        .collect();
    strangers.sort();
    differences.extend(strangers);
    differences
}

fn compare(expected: &Expected, found: &[&Held]) -> Vec<String> {
    let say = |what: &str| about(&expected.source, &expected.title, what);
    match found {
        [] => vec![say("is missing")],
        [held] => flaws(expected, held).iter().map(|flaw| say(flaw)).collect(),
        many => vec![say(&format!("is there {} times", many.len()))],
    }
}

fn flaws(expected: &Expected, held: &Held) -> Vec<String> {
    let mut flaws = Vec::new();
    if held.title != expected.title {
        flaws.push(format!("has the title “{}”", held.title));
    }
    let lines: Vec<&str> = held
        .text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    for (place, paragraph) in expected.paragraphs.iter().enumerate() {
        if !lines.contains(&paragraph.as_str()) {
            flaws.push(format!("lacks its paragraph {}", place + 1));
        }
    }
    let foreign = lines.iter().filter(|line| {
        !expected
            .paragraphs
            .iter()
            .any(|paragraph| paragraph == **line)
            && expected.caption.as_deref() != Some(**line)
    });
    flaws.extend(foreign.map(|line| format!("holds what is not its own: “{line}”")));
    let revisions = expected.versions + usize::from(expected.withdrawn);
    if held.revisions != revisions {
        flaws.push(format!(
            "has {} revisions where {revisions} were told",
            held.revisions
        ));
    }
    match (expected.withdrawn, held.withdrawn) {
        (true, false) => flaws.push("was withdrawn and is not marked so".to_owned()),
        (false, true) => flaws.push("is marked as withdrawn and is not".to_owned()),
        _ => {}
    }
    flaws
}

fn about(source: &str, title: &str, what: &str) -> String {
    format!("{source}: “{title}” {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Expected {
        Expected {
            source: "herald".to_owned(),
            url: Url::parse("http://127.0.0.2/news/a").unwrap(),
            title: "A title".to_owned(),
            paragraphs: vec!["First.".to_owned(), "Second.".to_owned()],
            caption: Some("A picture".to_owned()),
            versions: 2,
            withdrawn: true,
        }
    }

    fn held() -> Held {
        Held {
            source: "herald".to_owned(),
            url: Url::parse("http://127.0.0.2/news/a").unwrap(),
            title: "A title".to_owned(),
            text: "A picture\nFirst.\nSecond.".to_owned(),
            revisions: 3,
            withdrawn: true,
        }
    }

    #[track_caller]
    fn check(held: &[Held], expected: &[&str]) {
        assert_eq!(differences(&[told()], held), expected);
    }

    #[test]
    fn a_mirror_that_holds_all_has_no_differences() {
        check(&[held()], &[]);
    }

    #[test]
    fn what_is_missing_double_or_strange_is_named() {
        check(&[], &["herald: “A title” is missing"]);
        check(&[held(), held()], &["herald: “A title” is there 2 times"]);
        let stranger = Held {
            url: Url::parse("http://127.0.0.2/amp/b").unwrap(),
            title: "B".to_owned(),
            ..held()
        };
        check(
            &[held(), stranger],
            &["herald: “B” was not told by the newsroom: http://127.0.0.2/amp/b"],
        );
    }

    #[test]
    fn every_flaw_of_an_article_is_named() {
        let flawed = Held {
            title: "Another".to_owned(),
            text: "First.\nAdvertisement".to_owned(),
            revisions: 1,
            withdrawn: false,
            ..held()
        };
        check(
            &[flawed],
            &[
                "herald: “A title” has the title “Another”",
                "herald: “A title” lacks its paragraph 2",
                "herald: “A title” holds what is not its own: “Advertisement”",
                "herald: “A title” has 1 revisions where 3 were told",
                "herald: “A title” was withdrawn and is not marked so",
            ],
        );
    }
}
