//! Who wrote it: names from metadata, from marked bylines, and from the text's own first lines.

mod chinese;
pub(super) mod names;

use url::Url;

use super::clues::{Clues, Mark};
use super::json_ld::Linked;
use super::origin::{Found, Origin};
use super::title;
use names::{is_capitalised, names};

/// Elements between the marks of two who wrote the same text; whoever answers it stands farther off.
const TOGETHER: usize = 30;

/// Most authors of one text.
const MAX_AUTHORS: usize = 20;

/// `meta` names of the author, the most trusted first.
const METAS: [&str; 10] = [
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

/// What the publication calls itself: its name is often given where an author's is asked for.
#[derive(Debug, Default)]
pub(super) struct Publication {
    /// Words in lower case, parted by spaces.
    names: Vec<String>,
    /// The most telling part of its address.
    host: String,
}

impl Publication {
    pub(super) fn of(site_name: Option<&str>, linked: &Linked, page: Option<&Url>) -> Publication {
        let labels = page.and_then(Url::host_str).into_iter();
        let labels = labels.flat_map(|host| host.split('.').filter(|part| !is_www(part)));
        let host = labels.max_by_key(|label| label.len()).unwrap_or_default();
        let named = [site_name, linked.publisher.as_deref()];
        let names = named.into_iter().flatten().map(title::letters);
        Publication {
            names: names.filter(|name| !name.is_empty()).collect(),
            host: host.to_lowercase(),
        }
    }

    /// Whether a name is the publication's: its own, the first words of its own, or its address.
    pub(super) fn has(&self, name: &str) -> bool {
        let name = title::letters(name);
        let is_own = |known: &String| {
            known
                .strip_prefix(&name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        !name.is_empty() && (self.names.iter().any(is_own) || name.replace(' ', "") == self.host)
    }

    /// The same for a list of names: whose name comes first counts.
    fn leads(&self, names: &[String]) -> bool {
        let first = names.first();
        first.is_some_and(|first| self.has(first) || is_domain(first))
    }

    /// The names in several statements. Those that are the publication alone give way to the others.
    fn names_in<'a>(&self, statements: impl Iterator<Item = &'a str>) -> Vec<String> {
        let all: Vec<&str> = statements.collect();
        let others: Vec<&str> = all.iter().copied().filter(|one| !self.has(one)).collect();
        let kept = if others.is_empty() { all } else { others };
        kept.into_iter().flat_map(names).collect()
    }
}

fn is_www(label: &str) -> bool {
    label.starts_with("www")
}

/// Chooses the authors; none where the page names none. Persons that head or markup state come before
/// the publication, wherever they are named; so do whole names in what is merely called a byline.
pub(super) fn choose(
    clues: &Clues,
    linked: &Linked,
    publication: &Publication,
) -> Option<Found<Vec<String>>> {
    let stated = stated(clues, linked, publication);
    let is_person = |found: &Found<Vec<String>>| {
        let is_newsroom = found.origin == JSON && linked.is_by_organisation;
        !is_newsroom && !publication.leads(&found.value)
    };
    let person = stated.iter().position(is_person);
    let best = stated.into_iter().nth(person.unwrap_or(0));
    let shown = match person {
        Some(_) => Vec::new(),
        None => first_byline(clues),
    };
    // An article said to be by "admin" is by nobody, whatever else is called an author's.
    let is_signed = match &best {
        None => !statements(clues, linked).any(names::is_stand_in),
        Some(_) => shown.iter().all(|name| names::is_full(name)),
    };
    let shown = Some(shown).filter(|names| is_signed && !names.is_empty());
    let shown = shown.map(|names| Found::new(names, Origin::Element("named as an author")));
    Some(shown.or(best)?.map(deduplicated))
}

/// What JSON-LD and the head say of the author.
fn statements<'a>(clues: &'a Clues, linked: &'a Linked) -> impl Iterator<Item = &'a str> {
    let metas = METAS.iter().flat_map(|name| clues.metas(name));
    linked.authors.iter().map(String::as_str).chain(metas)
}

const JSON: Origin = Origin::JsonLd("author");

/// Every place that states the authors, the most trusted first.
fn stated(clues: &Clues, linked: &Linked, publication: &Publication) -> Vec<Found<Vec<String>>> {
    let in_json = publication.names_in(linked.authors.iter().map(String::as_str));
    let head = METAS.iter().map(|name| {
        let names = publication.names_in(clues.metas(name));
        Found::new(names, Origin::Meta(name))
    });
    let head = head.into_iter().find(|found| !found.value.is_empty());
    let marked = |mark, origin| Some(Found::new(together(clues, mark), origin));
    let sources = [
        Some(Found::new(in_json, JSON)),
        marked(Mark::AuthorProperty, Origin::Microdata("author")),
        head,
        marked(Mark::AuthorLink, Origin::Element("rel=author")),
    ];
    let found = sources.into_iter().flatten();
    found.filter(|found| !found.value.is_empty()).collect()
}

/// The names so marked, up to a gap: further down, others answer, or a list of articles has its own.
fn together(clues: &Clues, mark: Mark) -> Vec<String> {
    let mut last = None;
    let mut found = Vec::new();
    for clue in clues.marked(mark) {
        let names = names(&clue.text);
        if names.is_empty() {
            continue;
        }
        if last.is_some_and(|last| clue.order > last + TOGETHER) {
            break;
        }
        last = Some(clue.order);
        found.extend(names);
    }
    found
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

/// Beginnings of a byline in running text, lower case.
const OPENINGS: [&str; 16] = [
    "by ",
    "von ",
    "par ",
    "por ",
    "door ",
    "oleh ",
    "autor: ",
    "autorin: ",
    "author: ",
    "auteur: ",
    "text: ",
    "автор: ",
    "written by ",
    "posted by ",
    "published by ",
    "geschrieben von ",
];

/// A byline in running text: "By A Name" alone on its line, `作者：` and the like.
pub(super) fn in_text(text: &str) -> Vec<String> {
    let chinese = chinese::authors(text);
    let length = text.chars().count();
    if !chinese.is_empty() || length > MAX_BYLINE_OF_SEVERAL {
        return deduplicated(chinese);
    }
    let lower = text.to_lowercase();
    if !OPENINGS.iter().any(|opening| lower.starts_with(opening)) {
        return Vec::new();
    }
    let mut names = names(text);
    names.retain(|name| is_capitalised(name));
    let several = names.iter().filter(|name| names::is_full(name)).count() >= 2;
    if length > MAX_BYLINE && !several {
        names.clear();
    }
    names
}

/// Longest byline in running text, in characters; longer ones are sentences, unless they hold two whole
/// names or more.
const MAX_BYLINE: usize = 60;
const MAX_BYLINE_OF_SEVERAL: usize = 110;

/// Authors that a line names behind a mark which says so: found farther from the text than others.
pub(super) fn marked_in_text(text: &str) -> Vec<String> {
    deduplicated(chinese::marked(text))
}

/// Chinese names that are all a line says, as they stand between headline and text.
pub(super) fn alone_in_text(text: &str) -> Vec<String> {
    chinese::alone(text)
}

/// The names in bylines that are known to be such.
pub(super) fn in_bylines(bylines: &[String]) -> Vec<String> {
    deduplicated(bylines.iter().flat_map(|byline| names(byline)).collect())
}

/// Who saw to the text, where nobody is named as its author.
pub(super) fn editors_in_text(text: &str) -> Vec<String> {
    deduplicated(chinese::editors(text))
}

/// Whether it is a site's address rather than a name: `example.org`.
fn is_domain(name: &str) -> bool {
    !name.contains(' ')
        && name
            .rsplit_once('.')
            .is_some_and(|(_, end)| (2..=4).contains(&end.len()))
}

fn deduplicated(names: Vec<String>) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for name in names {
        if unique.len() < MAX_AUTHORS
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
    use wirecopy_html::Tree;

    /// The authors of an invented page at `news.example.org`.
    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let clues = Clues::of(&Tree::parse(html));
        let linked = super::super::json_ld::read(&clues.json);
        let page = Url::parse("https://www.tidenews.example/a").unwrap();
        let publication = Publication::of(Some("The Example"), &linked, Some(&page));
        let found = choose(&clues, &linked, &publication);
        assert_eq!(found.map(|found| found.value).unwrap_or_default(), expected);
    }

    fn json(author: &str) -> String {
        format!(
            r#"<script type=application/ld+json>{{"@type":"NewsArticle","author":{author}}}</script>"#
        )
    }

    #[test]
    fn persons_come_before_the_publication() {
        let newsroom = json(r#"{"@type":"Organization","name":"Tide Desk"}"#);
        check(
            &format!("{newsroom}<meta name=author content='Ann Example'>"),
            &["Ann Example"],
        );
        check(&newsroom, &["Tide Desk"]);
        let own = json(r#"["The Example","Ann Example"]"#);
        check(&own, &["Ann Example"]);
        let host = json(r#"{"name":"TideNews"}"#);
        check(
            &format!("{host}<a rel=author>Bo Sample</a>"),
            &["Bo Sample"],
        );
        check(
            &format!(
                "{}<i class=author>Insights from</i>",
                json(r#""The Example""#)
            ),
            &["The Example"],
        );
    }

    #[test]
    fn a_stand_in_is_nobody() {
        check(
            "<meta name=author content=admin><i class=author>Your Name Here</i>",
            &[],
        );
        check("<meta name=author content=Unknown>", &[]);
    }

    #[test]
    fn who_answers_is_no_author() {
        let post = |name: &str| {
            format!(
                "<div><span itemprop=author>{name}</span>{}</div>",
                "<p>x</p>".repeat(40)
            )
        };
        check(
            &format!("{}{}", post("Ann Example"), post("Bo Sample")),
            &["Ann Example"],
        );
        check(
            "<p><span itemprop=author>Ann Example</span> <span itemprop=author>Bo Sample</span></p>",
            &["Ann Example", "Bo Sample"],
        );
    }

    #[test]
    fn photographers_and_roles_are_no_authors() {
        check(
            "<figure><figcaption><i itemprop=author>Cy Test</i></figcaption></figure><p itemprop=author>Ann Example</p>",
            &["Ann Example"],
        );
        check(
            "<h1>x</h1><div class=byline>By <a>Ann Example</a><div>Coast Desk</div></div>",
            &["Ann Example"],
        );
    }

    #[test]
    fn bylines_in_text_are_found() {
        assert_eq!(
            in_text("2006-12-27 09:12 作者：林小溪 来源：示例"),
            ["林小溪"]
        );
        assert_eq!(in_text("By Ann Example"), ["Ann Example"]);
        assert_eq!(in_text("Von Anna van der Muster"), ["Anna van der Muster"]);
        assert_eq!(
            in_text("Von Anna Muster, Bernd Lukas Beispiel und Carla van der Probe, NDR"),
            [
                "Anna Muster",
                "Bernd Lukas Beispiel",
                "Carla van der Probe",
                "NDR"
            ]
        );
        for text in [
            "By the time the harbour opened, the fishers had waited for months and months",
            "Von der Küste kommt Wind",
        ] {
            assert!(in_text(text).is_empty(), "{text}");
        }
    }
}
