//! Who wrote it: names from metadata, from marked bylines, and from the text's own first lines.

mod chinese;

use super::clues::{Clues, Mark};
use super::json_ld::Linked;
use super::origin::{Found, Origin};
use crate::text::{folded, is_ideographic};

/// Longest text taken for names, in characters; longer ones are biographies.
const MAX_BYLINE: usize = 150;

/// Words before a name that are not part of it, lower case.
const PREFIXES: [&str; 36] = [
    "by",
    "von",
    "par",
    "por",
    "di",
    "da",
    "av",
    "af",
    "door",
    "przez",
    "written by",
    "posted by",
    "published by",
    "author",
    "authors",
    "autor",
    "autorin",
    "auteur",
    "autore",
    "redactie",
    "text",
    "text von",
    "reported by",
    "words by",
    "story by",
    "submitted by",
    "reviewed by",
    "автор",
    "作者",
    "记者",
    "記者",
    "撰文",
    "文",
    "来源",
    "责任编辑",
    "编辑",
];

/// Words that part two names, lower case, with their spaces.
const CONJUNCTIONS: [&str; 12] = [
    " and ", " und ", " et ", " y ", " e ", " og ", " och ", " en ", " with ", " mit ", " & ",
    " i ",
];

/// Words that no name has, lower case: roles, sections, invitations.
const NO_NAMES: [&str; 40] = [
    "http",
    "www.",
    "@",
    "comment",
    "subscribe",
    "follow",
    "share",
    "read",
    "view",
    "posts",
    "updated",
    "published",
    "min ",
    "minutes",
    "ago",
    "more",
    "about",
    "contact",
    "newsletter",
    "login",
    "sign in",
    "copyright",
    "photo",
    "image",
    "unknown",
    "anonymous",
    "admin",
    "null",
    "undefined",
    "wordpress",
    "facebook",
    "twitter",
    "all rights",
    "click",
    "article",
    "privacy",
    "cookie",
    "menu",
    "author",
    "profile",
];

/// Chooses the authors; none where the page names none.
pub(super) fn choose(
    clues: &Clues,
    linked: &Linked,
    site_name: Option<&str>,
) -> Option<Found<Vec<String>>> {
    let metas = [
        "author",
        "article:author",
        "og:article:author",
        "parsely-author",
        "dc.creator",
        "dcterms.creator",
        "sailthru.author",
        "byl",
        "authors",
        "citation_author",
    ];
    let marked = |mark| {
        clues
            .marked(mark)
            .take(6)
            .flat_map(|clue| names(&clue.text))
            .collect::<Vec<_>>()
    };
    let in_json = linked.authors.iter().flat_map(|author| names(author));
    let head = metas.iter().map(|name| {
        let names: Vec<String> = clues.metas(name).flat_map(names).collect();
        Found::new(names, Origin::Meta(name))
    });
    let sources = [
        Some(Found::new(in_json.collect(), Origin::JsonLd("author"))),
        Some(Found::new(
            marked(Mark::AuthorProperty),
            Origin::Microdata("author"),
        )),
        head.into_iter().find(|found| !found.value.is_empty()),
        Some(Found::new(
            marked(Mark::AuthorLink),
            Origin::Element("rel=author"),
        )),
        Some(Found::new(
            first_byline(clues),
            Origin::Element("named as an author"),
        )),
    ];
    let sources: Vec<Found<Vec<String>>> = sources
        .into_iter()
        .flatten()
        .filter(|found| !found.value.is_empty())
        .collect();
    let site = site_name.unwrap_or_default();
    let publisher = linked.publisher.as_deref().unwrap_or_default();
    let is_site = |names: &[String]| {
        names.iter().all(|name| {
            name.eq_ignore_ascii_case(site)
                || name.eq_ignore_ascii_case(publisher)
                || is_domain(name)
        })
    };
    let best = sources.iter().position(|found| !is_site(&found.value));
    let best = sources.into_iter().nth(best.unwrap_or(0))?;
    Some(best.map(deduplicated))
}

/// The first marked byline after the headline that holds names, or the first of the page.
fn first_byline(clues: &Clues) -> Vec<String> {
    let headline = clues
        .marked(Mark::Heading(1))
        .next()
        .map_or(0, |clue| clue.order);
    let of = |from: usize| {
        clues
            .marked(Mark::AuthorNamed)
            .filter(move |clue| clue.order >= from)
            .map(|clue| names(&clue.text))
            .find(|names| !names.is_empty())
    };
    of(headline.saturating_sub(40)).unwrap_or_default()
}

/// A byline in running text: "By A Name" alone on its line, `作者：` and the like.
pub(super) fn in_text(text: &str) -> Vec<String> {
    let chinese = chinese::authors(text);
    if !chinese.is_empty() || text.chars().count() > 60 {
        return deduplicated(chinese);
    }
    let lower = text.to_lowercase();
    let byline = ["by ", "von ", "par ", "por ", "written by ", "posted by "]
        .iter()
        .any(|prefix| lower.starts_with(prefix));
    if byline { names(text) } else { Vec::new() }
}

/// The names in bylines that are known to be such.
pub(super) fn in_bylines(bylines: &[String]) -> Vec<String> {
    deduplicated(bylines.iter().flat_map(|byline| names(byline)).collect())
}

/// Who saw to the text, where nobody is named as its author.
pub(super) fn editors_in_text(text: &str) -> Vec<String> {
    deduplicated(chinese::editors(text))
}

/// The names in a byline.
fn names(byline: &str) -> Vec<String> {
    let mut byline = folded(byline);
    if byline.chars().count() > MAX_BYLINE || byline.contains("://") {
        return Vec::new();
    }
    for conjunction in CONJUNCTIONS {
        while let Some(start) = find_ignoring_case(&byline, conjunction) {
            byline.replace_range(start..start + conjunction.len(), ", ");
        }
    }
    let parts = byline.split([',', ';', '|', '/', '、', '，', '；', '•', '·', '\u{2022}']);
    parts.map(bare_name).filter(|name| is_name(name)).collect()
}

fn find_ignoring_case(text: &str, ascii: &str) -> Option<usize> {
    text.as_bytes()
        .windows(ascii.len())
        .position(|window| window.eq_ignore_ascii_case(ascii.as_bytes()))
}

/// Without the words before the name and the marks around it.
fn bare_name(part: &str) -> String {
    let mut name = part.trim_matches(|character: char| {
        character.is_whitespace()
            || matches!(
                character,
                ':' | '：' | '-' | '–' | '—' | '"' | '(' | ')' | '*' | '【' | '】'
            )
    });
    while let Some(rest) = PREFIXES
        .iter()
        .find_map(|prefix| without_prefix(name, prefix))
    {
        name = rest;
    }
    // "Zeige alle Beiträge von …", "View all posts by …"
    for link in [
        " posts by ",
        " Beiträge von ",
        " articles by ",
        " posts by: ",
        " articles de ",
    ] {
        name = name.split_once(link).map_or(name, |(_, name)| name);
    }
    let end = name.find(['(', '（', '<']).unwrap_or(name.len());
    name[..end].trim().to_owned()
}

fn without_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let head = name.get(..prefix.len())?;
    let rest = &name[prefix.len()..];
    let parted = rest.starts_with([' ', ':', '：', '\u{3000}', '/']);
    let matches = head.eq_ignore_ascii_case(prefix) || head.to_lowercase() == prefix;
    (matches && parted).then(|| rest.trim_start_matches([' ', ':', '：', '\u{3000}', '/']))
}

/// Whether it is a site's address rather than a name: `example.org`.
fn is_domain(name: &str) -> bool {
    !name.contains(' ')
        && name
            .rsplit_once('.')
            .is_some_and(|(_, end)| (2..=4).contains(&end.len()))
}

fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    let least = if name.chars().any(is_ideographic) {
        2
    } else {
        3
    };
    let lower = name.to_lowercase();
    length >= least
        && length <= 60
        && name.split(' ').count() <= 6
        && !name
            .chars()
            .any(|character| character.is_ascii_digit() || "“”‘’《》【】".contains(character))
        && !PREFIXES.contains(&lower.as_str())
        && !NO_NAMES.iter().any(|word| lower.contains(word))
        && name.chars().any(char::is_alphabetic)
}

fn deduplicated(names: Vec<String>) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for name in names {
        if unique.len() < 20
            && !unique
                .iter()
                .any(|known| known.to_lowercase() == name.to_lowercase())
        {
            unique.push(name);
        }
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(byline: &str, expected: &[&str]) {
        assert_eq!(names(byline), expected, "{byline}");
    }

    #[test]
    fn names_are_parted_and_freed_of_what_stands_around() {
        check(
            "By Ann Example and Bo Sample, Cy Test",
            &["Ann Example", "Bo Sample", "Cy Test"],
        );
        check(
            "Von Anna Muster und Bernd Beispiel",
            &["Anna Muster", "Bernd Beispiel"],
        );
        check("作者：王小明", &["王小明"]);
        check("Ann Example (Reporter)", &["Ann Example"]);
    }

    #[test]
    fn what_is_no_name_is_none() {
        check("https://www.facebook.com/example", &[]);
        check("Updated 5 minutes ago", &[]);
        check("", &[]);
    }

    #[test]
    fn bylines_in_text_are_found() {
        assert_eq!(
            in_text("2006-12-27 09:12 作者：林小溪 来源：示例"),
            ["林小溪"]
        );
        assert_eq!(in_text("By Ann Example"), ["Ann Example"]);
        assert!(
            in_text("By the time the harbour opened, the fishers had waited for months and months")
                .is_empty()
        );
    }
}
