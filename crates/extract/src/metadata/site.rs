//! The publication's name, the page's own address and its language.

use url::Url;

use super::clues::Clues;
use super::json_ld::Linked;
use super::origin::{Found, Origin};
use super::title;
use crate::text::folded;

/// The publication's name; where nothing states it, the part of the title that its address bears too.
pub(super) fn name(clues: &Clues, linked: &Linked, page: Option<&Url>) -> Option<Found<String>> {
    let stated = clues.first_meta(&[
        "og:site_name",
        "application-name",
        "twitter:app:name:iphone",
        "dc.publisher",
        "apple-mobile-web-app-title",
    ]);
    let publisher = || {
        Some(Found::new(
            linked.publisher.as_deref()?,
            Origin::JsonLd("publisher"),
        ))
    };
    let in_title = || {
        Some(Found::new(
            in_title(&clues.title, page?)?,
            Origin::Element("title"),
        ))
    };
    let name = stated.or_else(publisher).or_else(in_title)?.map(folded);
    Some(name).filter(|Found { value: name, .. }| {
        !name.is_empty() && name.len() <= 120 && !name.contains("://")
    })
}

/// The last part of a title, where its letters and those of the host's longest label are the same or the
/// one begins the other: `Harbour reopens | Tide News` at `tidenews.example`.
fn in_title<'a>(title: &'a str, page: &Url) -> Option<&'a str> {
    let labels = page.host_str()?.split('.');
    let host = labels.max_by_key(|label| label.len())?.replace('-', "");
    let tails = title::SEPARATORS
        .iter()
        .filter_map(|separator| Some(title.rsplit_once(separator)?.1.trim()));
    let is_hosts = |tail: &&str| {
        let letters = title::letters(tail).replace(' ', "");
        let both = letters.len().min(host.len());
        both >= LEAST_OF_NAME && (letters.starts_with(&host) || host.starts_with(&letters))
    };
    tails.into_iter().find(is_hosts)
}

/// Fewer letters in common with a host are chance.
const LEAST_OF_NAME: usize = 4;

/// The address that the page calls its own, absolute, `http` or `https`.
pub(super) fn canonical_url(clues: &Clues, base: Option<&Url>) -> Option<Found<Url>> {
    let link = clues.canonical.as_deref();
    let link = link.map(|link| Found::new(link, Origin::Element("link rel=canonical")));
    let stated = link.into_iter().chain(clues.first_meta(&["og:url"]));
    let mut addresses = stated.filter_map(|Found { value, origin }| {
        let url = Url::options().base_url(base).parse(value).ok()?;
        Some(Found::new(url, origin))
    });
    addresses.find(|Found { value: url, .. }| matches!(url.scheme(), "http" | "https"))
}

/// Words in the addresses of forums, by which their software or their section goes.
const FORUM_WORDS: [&str; 25] = [
    "answers",
    "bbs",
    "board",
    "boards",
    "comments",
    "communities",
    "community",
    "discuss",
    "discussion",
    "discussions",
    "foren",
    "foro",
    "foros",
    "forum",
    "forums",
    "groups",
    "question",
    "questions",
    "showthread",
    "t",
    "thread",
    "threads",
    "topic",
    "topics",
    "viewtopic",
];

/// Whether the page is a thread of a forum: JSON-LD says so, or the address.
pub(super) fn is_thread(linked: &Linked, address: Option<&Url>) -> bool {
    let in_address = |url: &Url| {
        let parts = [url.host_str().unwrap_or_default(), url.path()];
        let mut words = parts
            .into_iter()
            .flat_map(|part| part.split(|character: char| !character.is_ascii_alphabetic()));
        words.any(|word| FORUM_WORDS.contains(&word.to_ascii_lowercase().as_str()))
    };
    linked.is_thread || address.is_some_and(in_address)
}

/// The base that relative addresses are resolved against: `<base href>` over the page's own.
pub(super) fn base(clues: &Clues, page: Option<&Url>) -> Option<Url> {
    let stated = clues
        .base
        .as_deref()
        .and_then(|href| Url::options().base_url(page).parse(href.trim()).ok());
    stated
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .or_else(|| page.cloned())
}

/// The language as the page declares it, in BCP 47's form.
pub(super) fn language(clues: &Clues, linked: &Linked) -> Option<Found<String>> {
    let root = clues.language.as_deref();
    let locale = || clues.first_meta(&["og:locale", "content-language", "dc.language", "language"]);
    let in_json = || {
        let language = linked.language.as_deref()?;
        Some(Found::new(language, Origin::JsonLd("inLanguage")))
    };
    let stated = root
        .map(|tag| Found::new(tag, Origin::Element("html lang")))
        .or_else(locale)
        .or_else(in_json)?;
    Some(Found::new(normal_tag(stated.value)?, stated.origin))
}

/// Sub-tags joined by `-`, the language in lower case, the region in upper case; nothing for what is
/// no language tag.
fn normal_tag(tag: &str) -> Option<String> {
    let tag = tag.trim().split([',', ';', ' ', '@', '.']).next()?;
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().filter(|language| {
        matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_alphabetic())
    })?;
    let mut normal = language.to_ascii_lowercase();
    for part in parts.filter(|part| {
        !part.is_empty() && part.len() <= 8 && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }) {
        normal.push('-');
        match part.len() {
            2 => normal.push_str(&part.to_ascii_uppercase()),
            4 => {
                normal.push_str(&(part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase()))
            }
            _ => normal.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_ends_in_the_name_that_the_address_bears() {
        let page = Url::parse("https://www.tide-news.example/a").unwrap();
        for (title, expected) in [
            ("Harbour reopens | Tide News", Some("Tide News")),
            (
                "Harbour reopens - Tide News Online",
                Some("Tide News Online"),
            ),
            ("Harbour reopens | Coast", None),
            ("Tide news", None),
        ] {
            assert_eq!(in_title(title, &page), expected, "{title}");
        }
    }

    #[test]
    fn language_tags_are_brought_into_form() {
        assert_eq!(normal_tag("EN_us"), Some("en-US".to_owned()));
        assert_eq!(normal_tag("zh-hans-cn"), Some("zh-Hans-CN".to_owned()));
        assert_eq!(normal_tag("English"), None);
    }
}
