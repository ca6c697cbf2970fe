//! Which links of a page could be its articles: links are grouped by the names and classes of the elements that they
//! stand in, and the group is chosen that has the most links which read and lead as articles do.

use std::collections::{HashMap, HashSet};

use url::Url;
use wirecopy_html::{Key, NodeId, Tag, Tree};

use super::{LinkSelector, ListPage};
use crate::text::weight;

/// Fewer links are a teaser box, not a list.
const LEAST_LINKS: usize = 3;
/// The least weight of a headline: four short words, or six Chinese characters. "Read more" has 8.
const LEAST_HEADLINE: usize = 18;
/// Elements above a link that count, as many as a selector may have.
const MAX_PATH: usize = 16;
/// Classes of an element that count: the first ones name what it is, later ones how it looks.
const MAX_CLASSES: usize = 2;
/// The first letters of an element's classes, in which these are looked for: every link below it reads them again.
const MAX_CLASS_LETTERS: usize = 256;
/// The longest name of an element, in bytes.
const MAX_NAME_BYTES: usize = 64;
/// The first letters of a link's words that are kept; links can hold each other.
const MAX_WORDS: usize = 300;
/// Links looked at.
const MAX_LOOKED_AT: usize = 5000;

/// What could be followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The selector.
    pub selector: LinkSelector,
    /// What it chooses on this page, in the page's order.
    pub links: Vec<Url>,
    /// The words of the first of them.
    pub example: String,
}

/// A link with what tells whether it is an article's.
struct Candidate {
    address: Url,
    words: String,
    is_article: bool,
}

/// The selector that chooses what look like the articles of the page at `url`; none where nothing does.
pub fn suggest(html: &str, url: &Url) -> Option<Suggestion> {
    let tree = Tree::parse(html);
    let page = ListPage::new(&tree, url);
    let (path, group) = best_group(&page)?;
    let wanted: HashSet<&Url> = group.iter().map(|candidate| &candidate.address).collect();
    let (selector, links) = shortest_selector(&page, &path, &wanted)?;
    let example = group.iter().find(|candidate| candidate.is_article)?;
    Some(Suggestion {
        selector,
        links,
        example: example.words.clone(),
    })
}

/// The elements that the best group's links stand in, outermost first, and its links.
fn best_group(page: &ListPage<'_>) -> Option<(Vec<String>, Vec<Candidate>)> {
    let mut groups: Vec<(Vec<String>, Vec<Candidate>)> = Vec::new();
    let mut places: HashMap<Vec<String>, usize> = HashMap::new();
    let anchors = page.tree.elements(NodeId::ROOT, Tag::A);
    for link in anchors.take(MAX_LOOKED_AT) {
        if let Some(address) = page
            .address(link)
            .filter(|_| !is_furniture(page.tree, link))
        {
            let path = path_of(page.tree, link);
            let place = *places.entry(path.clone()).or_insert_with(|| {
                groups.push((path, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(candidate(page, link, address));
        }
    }
    let best = groups
        .into_iter()
        .rev()
        .max_by_key(|(_, group)| articles(group))?;
    (articles(&best.1) >= LEAST_LINKS).then_some(best)
}

/// How many articles a group leads to; none where most of it leads elsewhere.
fn articles(group: &[Candidate]) -> usize {
    let addresses = group.iter().filter(|candidate| candidate.is_article);
    let articles: HashSet<&Url> = addresses.map(|candidate| &candidate.address).collect();
    match articles.len() * 2 >= group.len() {
        true => articles.len(),
        false => 0,
    }
}

fn candidate(page: &ListPage<'_>, link: NodeId, address: Url) -> Candidate {
    let words: String = page.tree.text(link).chars().take(MAX_WORDS).collect();
    Candidate {
        is_article: weight(&words) >= LEAST_HEADLINE && leads_to_article(&address),
        address,
        words,
    }
}

/// Whether an address is as deep or as long as those of articles: a folder, a number, or a name of several words.
fn leads_to_article(address: &Url) -> bool {
    let segments = address.path_segments().into_iter().flatten();
    let segments: Vec<&str> = segments.filter(|segment| !segment.is_empty()).collect();
    let last = segments.last().copied().unwrap_or_default();
    let has_number = address
        .as_str()
        .chars()
        .filter(char::is_ascii_digit)
        .count()
        >= 3;
    segments.len() >= 2 || has_number || last.split(['-', '_']).count() >= 3
}

/// Whether a link stands in what every page of the site has.
fn is_furniture(tree: &Tree, link: NodeId) -> bool {
    tree.ancestors(link)
        .any(|node| matches!(tree.tag(node), Some(Tag::Nav | Tag::Footer | Tag::Aside)))
}

/// The elements from the outermost that counts to the link, each as a selector would name it.
fn path_of(tree: &Tree, link: NodeId) -> Vec<String> {
    let above = tree.ancestors(link).filter_map(|node| step(tree, node));
    let path = step(tree, link).into_iter().chain(above);
    let mut path: Vec<String> = path.take(MAX_PATH).collect();
    path.reverse();
    path
}

/// An element's name with the classes that a program did not make up.
fn step(tree: &Tree, node: NodeId) -> Option<String> {
    let element = tree.element(node)?;
    if element.name().len() > MAX_NAME_BYTES {
        return None;
    }
    let classes = element.attribute(Key::Class).unwrap_or_default();
    let classes = first_classes(classes)
        .split_ascii_whitespace()
        .filter(|class| is_lasting(class));
    let classes: String = classes
        .take(MAX_CLASSES)
        .map(|class| format!(".{class}"))
        .collect();
    Some(format!("{}{classes}", element.name()))
}

/// The classes within the first letters of an attribute.
fn first_classes(classes: &str) -> &str {
    match classes.char_indices().nth(MAX_CLASS_LETTERS) {
        None => classes,
        // The last of them may be cut.
        Some((end, _)) => classes[..end]
            .rsplit_once(|letter: char| letter.is_ascii_whitespace())
            .map_or("", |(whole, _)| whole),
    }
}

/// Whether a class is a word: one with digits or capitals inside (`css-1x2y3z`, `sc-bdVaJa`) is made anew with each
/// build of the site, or numbers its element.
fn is_lasting(class: &str) -> bool {
    class.starts_with(|first: char| first.is_ascii_lowercase())
        && class
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'))
}

/// The selector with the fewest elements, from the link outwards, that chooses nothing beside the group; or the whole
/// path. None where an element's name is none that a selector can have.
fn shortest_selector(
    page: &ListPage<'_>,
    path: &[String],
    wanted: &HashSet<&Url>,
) -> Option<(LinkSelector, Vec<Url>)> {
    for length in 1..=path.len() {
        let written = path[path.len() - length..].join(" > ");
        let selector: LinkSelector = written.parse().ok()?;
        let chosen = page.chosen(&selector);
        if chosen.is_empty() {
            return None;
        }
        let is_exact = chosen.iter().all(|address| wanted.contains(address));
        if is_exact || length == path.len() {
            return Some((selector, chosen));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: Option<(&str, usize)>) {
        let url = "https://hill.example/".parse().unwrap();
        let found = suggest(html, &url);
        let found = found.map(|found| (found.selector.to_string(), found.links.len()));
        let expected = expected.map(|(selector, links)| (selector.to_owned(), links));
        assert_eq!(found, expected);
    }

    /// Invented headlines in cards as sites build them.
    fn cards(heading: &str) -> String {
        let titles = [
            "Rain on the hill all day",
            "The brook rose by a hand",
            "Sun returns on Monday",
        ];
        let cards = titles.iter().enumerate().map(|(number, title)| {
            format!(
                "<div class='card css-{number}x1'><a href=/news/{number}><img></a>{}</div>",
                heading.replace("[LINK]", &format!("<a href=/news/{number}>{title}</a>"))
            )
        });
        cards.collect()
    }

    #[test]
    fn the_links_that_read_and_lead_as_articles_do_are_suggested() {
        let menu = "<nav><ul><li><a href=/section/politics-and-more>Politics and everything else</a></ul></nav>";
        let foot = "<div class=links><a href=/about/us>About</a><a href=/terms/use>Terms</a></div>";
        let page = format!("{menu}<main>{}</main>{foot}", cards("<h3>[LINK]</h3>"));
        check(&page, Some(("h3 > a", 3)));
    }

    #[test]
    fn the_selector_is_as_long_as_it_must_be_to_leave_others_out() {
        let tags = "<div class=tags><span><a href=/tag/rain>Rain</a></span><span><a href=/tag/sun>Sun</a></span></div>";
        let page = format!("{tags}{}", cards("<span>[LINK]</span>"));
        check(&page, Some(("div.card > span > a", 3)));
    }

    #[test]
    fn a_page_without_a_list_suggests_nothing() {
        check(
            "<p>It rained. <a href=/news/rain-on-the-hill>Rain on the hill all day</a></p>",
            None,
        );
        check(&"<a href=/a/b>More</a>".repeat(9), None);
    }

    #[test]
    fn what_a_page_makes_long_is_not_named() {
        let foot = "<p><a href=/about/us>About</a></p>";
        let long = "a".repeat(1000);
        let page = cards(&format!("<h3 class='{long} title'>[LINK]</h3>")) + foot;
        check(&page, Some(("h3 > a", 3)));
        let page = cards("<h3>[LINK]</h3>").replace("Rain", &"Rain ".repeat(1000)) + foot;
        let url = "https://hill.example/".parse().unwrap();
        let found = suggest(&page, &url).unwrap();
        assert!(found.example.len() < 1000, "{}", found.example.len());
    }

    #[test]
    fn a_selector_that_cannot_be_written_is_not_suggested() {
        let foot = "<p><a href=/about/us>About</a></p>";
        for name in ["h3.x", "hill:title"] {
            check(
                &format!("{}{foot}", cards(&format!("<{name}>[LINK]</{name}>"))),
                None,
            );
        }
    }
}
