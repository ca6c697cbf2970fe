//! The headline. The page's own heading is what readers saw; the head's titles tell which heading it
//! is, and serve where there is none.

use super::clues::{Clues, Mark};
use super::json_ld::Linked;
use super::origin::{Found, Origin};
use crate::text::folded;

/// What sites put between a headline and their name.
pub(super) const SEPARATORS: [&str; 14] = [
    " | ", " - ", " – ", " — ", " » ", " « ", " · ", " • ", " :: ", " / ", " _ ", "_", "|", " ― ",
];

/// Chooses the headline; nothing where the page has none at all.
pub(super) fn choose(
    clues: &Clues,
    linked: &Linked,
    site_name: Option<&str>,
) -> Option<Found<String>> {
    let stated = stated(clues, linked, site_name);
    if let Some(heading) = heading(clues, &stated, site_name) {
        return Some(without_kicker(heading, &stated));
    }
    let heading = || headings(clues).next();
    stated
        .into_iter()
        .next()
        .or_else(|| Some(heading()?.map(str::to_owned)))
}

/// The page's headings of the first two levels, the first level before the second.
fn headings(clues: &Clues) -> impl Iterator<Item = Found<&str>> {
    let of = |level, name| {
        let headings = clues.marked(Mark::Heading(level));
        headings.map(move |clue| Found::new(clue.text.as_str(), Origin::Element(name)))
    };
    of(1, "h1").chain(of(2, "h2"))
}

/// The titles that head and JSON-LD state, the most trusted first, sites' names taken off.
fn stated(clues: &Clues, linked: &Linked, site_name: Option<&str>) -> Vec<Found<String>> {
    let metas = [
        "og:title",
        "twitter:title",
        "dc.title",
        "parsely-title",
        "sailthru.title",
        "title",
    ];
    let headline = linked.headline.iter().filter(|_| linked.is_article);
    let mut titles: Vec<Found<String>> = headline
        .map(|headline| Found::new(headline.clone(), Origin::JsonLd("headline")))
        .collect();
    titles.extend(metas.iter().filter_map(|name| {
        let title = without_site(clues.meta(name)?, site_name);
        Some(Found::new(title, Origin::Meta(name)))
    }));
    titles.push(Found::new(
        without_site(&clues.title, site_name),
        Origin::Element("title"),
    ));
    titles.retain(|title| !title.value.is_empty());
    titles
}

/// The heading that agrees with a stated title.
fn heading<'a>(
    clues: &'a Clues,
    stated: &[Found<String>],
    site_name: Option<&str>,
) -> Option<Found<&'a str>> {
    let site = site_name.map(letters).unwrap_or_default();
    let whole = letters(&clues.title);
    let agrees = |heading: &str| {
        let letters = letters(heading);
        let begins =
            letters.len() > 12 && letters.len() * 2 >= whole.len() && whole.starts_with(&letters);
        letters.chars().count() >= 3
            && letters != site
            && (begins || stated.iter().any(|title| agree(heading, &title.value)))
    };
    headings(clues).find(|heading| agrees(heading.value))
}

/// The stated title when the heading is that with a kicker before or a subtitle after it.
fn without_kicker(heading: Found<&str>, stated: &[Found<String>]) -> Found<String> {
    let long = letters(heading.value);
    let within = |title: &&Found<String>| {
        let short = letters(&title.value);
        short.len() < long.len()
            && short.len() * 5 > long.len() * 2
            && (long.ends_with(&short) || long.starts_with(&short))
            && short.contains(' ')
    };
    let is_whole = stated.iter().any(|title| letters(&title.value) == long);
    let shorter = stated.iter().find(within).filter(|_| !is_whole);
    shorter.map_or_else(|| heading.map(str::to_owned), Found::clone)
}

/// Whether two titles share most of their words.
fn agree(left: &str, right: &str) -> bool {
    let (left, right) = (letters(left), letters(right));
    if left == right {
        return true;
    }
    let words = |text: &str| crate::content::words(text).collect::<Vec<_>>();
    let (left, right) = (words(&left), words(&right));
    let shared = left.iter().filter(|word| right.contains(word)).count();
    left.len().min(right.len()) > 2 && shared * 2 > left.len().max(right.len())
}

/// The words in lower case, parted by single spaces.
pub(super) fn letters(text: &str) -> String {
    let spaced = text.chars().map(|character| {
        if character.is_alphanumeric() {
            character
        } else {
            ' '
        }
    });
    folded(&spaced.flat_map(char::to_lowercase).collect::<String>())
}

/// The title without the site's name at either end. Without knowing the name, the longest part is
/// taken when it is much longer than what it is parted from.
fn without_site(title: &str, site_name: Option<&str>) -> String {
    let title = folded(title);
    let site = site_name.map(letters).unwrap_or_default();
    for separator in SEPARATORS {
        let Some((head, tail)) = title.rsplit_once(separator) else {
            continue;
        };
        let is_site = |part: &str| {
            !site.is_empty()
                && (letters(part) == site
                    || letters(part).replace(' ', "") == site.replace(' ', ""))
        };
        if is_site(tail)
            || (tail.chars().count() <= 32 && head.chars().count() >= 2 * tail.chars().count())
        {
            return without_site(head, site_name);
        }
        if let Some((first, rest)) = title.split_once(separator)
            && is_site(first)
        {
            return rest.trim().to_owned();
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, site: Option<&str>, expected: &str) {
        assert_eq!(without_site(title, site), expected);
    }

    #[test]
    fn site_names_are_taken_off_either_end() {
        check(
            "Harbour reopens after a winter | The Example",
            Some("The Example"),
            "Harbour reopens after a winter",
        );
        check(
            "Harbour news - of the coast",
            None,
            "Harbour news - of the coast",
        );
        check(
            "示例新闻网_港口重新开放",
            Some("示例新闻网"),
            "港口重新开放",
        );
        check(
            "Well-known names - and others",
            None,
            "Well-known names - and others",
        );
    }

    #[test]
    fn titles_agree_when_most_words_are_shared() {
        assert!(agree(
            "Harbour reopens after winter",
            "Harbour Reopens After a Winter"
        ));
        assert!(!agree(
            "Harbour reopens after winter",
            "Latest news from the coast"
        ));
    }
}
