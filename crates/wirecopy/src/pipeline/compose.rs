//! A document from what was gathered of one article: the feed's entry and, where it was fetched, the page. Pure.

use jiff::Timestamp;
use url::Url;
use wirecopy_discover::feed::Entry;
use wirecopy_document::{
    clean::{CleanHtml, clean},
    document::{Document, Trailer, enclosure::Enclosure},
    forms::head::Head,
    identity,
};
use wirecopy_extract::Article;

use crate::fetch::Validators;
use crate::pipeline::{
    source::{Source, TextChoice, plausible},
    text::{self, Side},
};

/// A summary is at most this many characters: it stands in lists and feeds.
const SUMMARY: usize = 300;
/// The first sentences that stand for an article without a summary: so many letters of an alphabet at most.
const BEGINNING: usize = 140;
/// A document carries at most this many tags: some pages list hundreds of keywords.
const TAGS: usize = 20;
/// A document carries at most this many sounds and films: more are a whole season in one entry.
const ENCLOSURES: usize = 16;

/// What the feed itself carried of an article.
pub(crate) struct Carried {
    /// The longer of content and summary, cleaned.
    pub(crate) body: CleanHtml,
    /// Its plain text.
    pub(crate) text: String,
    /// What a full-text feed service had put before the text.
    pub(crate) head: Head,
}

/// The article's own page, read.
pub(crate) struct ReadPage {
    pub(crate) article: Article,
    /// Its plain text.
    pub(crate) text: String,
    /// Where redirects ended.
    pub(crate) url: Url,
    /// What tells whether it has changed; none where further pages belong to the article, of which it tells nothing.
    pub(crate) validators: Validators,
}

/// Everything known of one article.
pub(crate) struct Material<'a> {
    pub(crate) source: &'a Source,
    /// The language that the feed as a whole claims.
    pub(crate) feed_language: Option<&'a str>,
    pub(crate) entry: &'a Entry,
    /// What tells two states of the entry apart; absent where no feed told of the article.
    pub(crate) fingerprint: Option<&'a str>,
    pub(crate) carried: &'a Carried,
    pub(crate) page: Option<&'a ReadPage>,
    /// The address that the entry gives.
    pub(crate) link: &'a Url,
    pub(crate) now: Timestamp,
}

/// The document that an article becomes. Its text may still be a stub: whether to wait for more is the caller's
/// decision.
pub(crate) fn compose(material: &Material<'_>) -> Document {
    let article = material.page.map(|page| &page.article);
    let title = title(material);
    let body = text::without_headline(chosen_body(material), &title);
    let body = with_lead_picture(&body, lead_picture(material));
    Document {
        published: published(material),
        title,
        url: address(material.link, material.page),
        body,
        trailer: Trailer {
            source: Some(material.source.slug.clone()),
            authors: authors(material),
            language: language(material),
            modified: plausible(
                article
                    .and_then(|article| article.modified)
                    .or(material.entry.updated),
                material.now,
            ),
            captured: Some(material.now),
            image: lead_picture(material).map(|(url, _)| url),
            tags: tags(material),
            summary: summary(material),
            enclosures: enclosures(material.entry),
            entry: material.fingerprint.map(str::to_owned),
            ..Trailer::default()
        },
    }
}

/// The address by which an entry's article is known before its page is: its link, an id that is an address, else one
/// made of the feed's and the entry's id, for feeds whose entries have no page.
pub(crate) fn link_of(entry: &Entry, feed: &Url) -> Url {
    let id_address = || {
        entry
            .id
            .as_deref()
            .and_then(|id| Url::parse(id).ok())
            .filter(|url| url.scheme().starts_with("http"))
    };
    entry.link.clone().or_else(id_address).unwrap_or_else(|| {
        let name = entry
            .id
            .clone()
            .or_else(|| entry.title.clone())
            .or_else(|| entry.content.clone())
            .unwrap_or_default();
        let mut url = feed.clone();
        url.query_pairs_mut()
            .append_pair("entry", &blake3::hash(name.as_bytes()).to_hex()[..16]);
        url
    })
}

/// The address that an article is known by for ever: what its page declares where that can be believed, else where
/// redirects ended, else the entry's link; in canonical form.
fn address(link: &Url, page: Option<&ReadPage>) -> Url {
    let Some(page) = page else {
        return identity::canonical(link);
    };
    let declared = page.article.canonical_url.as_ref().map(identity::canonical);
    let landed = identity::canonical(&page.url);
    declared
        .filter(|declared| believable(declared, &landed))
        .unwrap_or(landed)
}

/// Sites by mistake declare their front page, or another site's, as the address of every article.
fn believable(declared: &Url, landed: &Url) -> bool {
    let is_root = |url: &Url| url.path() == "/" && url.query().is_none();
    same_site(declared, landed) && (!is_root(declared) || is_root(landed))
}

/// Whether one host is the other or a part of it, `www.` and mobile prefixes aside.
pub(crate) fn same_site(first: &Url, second: &Url) -> bool {
    let host = |url: &Url| {
        identity::canonical(url)
            .host_str()
            .unwrap_or_default()
            .trim_start_matches("www.")
            .to_owned()
    };
    let (first, second) = (host(first), host(second));
    first == second
        || first.ends_with(&format!(".{second}"))
        || second.ends_with(&format!(".{first}"))
}

fn chosen_body<'a>(material: &'a Material<'_>) -> &'a CleanHtml {
    match material.page {
        Some(page) if takes_page(material) => &page.article.body,
        _ => &material.carried.body,
    }
}

/// Whether the text is the page's, and not what the feed carries.
pub(crate) fn takes_page(material: &Material<'_>) -> bool {
    let carried = &material.carried.text;
    material
        .page
        .is_some_and(|page| match material.source.text {
            TextChoice::Page => true,
            TextChoice::Feed => false,
            TextChoice::Auto => text::better(carried, &page.text) == Side::Page,
        })
}

fn title(material: &Material<'_>) -> String {
    let entry = material
        .entry
        .title
        .as_deref()
        .map(str::trim)
        .filter(|title| !title.is_empty());
    let page = material
        .page
        .map(|page| page.article.title.trim())
        .filter(|title| !title.is_empty());
    let cut = |title: &str| title.ends_with('…') || title.ends_with("...");
    let title = match (entry, page) {
        (Some(entry), Some(page)) if cut(entry) && !cut(page) => page,
        (Some(title), _) | (None, Some(title)) => title,
        (None, None) => return first_words(&chosen_body(material).text(), material.link),
    };
    one_line(title)
}

/// Notes without a title are known by how they begin.
fn first_words(text: &str, link: &Url) -> String {
    const LETTERS: usize = 60;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        link.as_str().to_owned()
    } else {
        shortened(line, LETTERS)
    }
}

fn published(material: &Material<'_>) -> Timestamp {
    let page = material.page.and_then(|page| page.article.published);
    [
        material.entry.published,
        page,
        material.carried.head.published,
        material.entry.updated,
    ]
    .into_iter()
    .find_map(|claimed| plausible(claimed, material.now))
    .unwrap_or(material.now)
}

fn authors(material: &Material<'_>) -> Vec<String> {
    let named = material
        .entry
        .authors
        .iter()
        .filter_map(|person| person.name.clone());
    let mut authors: Vec<String> = named
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if authors.is_empty() {
        authors = material
            .page
            .map(|page| page.article.authors.clone())
            .unwrap_or_default();
    }
    if authors.is_empty() {
        authors.extend(material.carried.head.author.clone());
    }
    authors.dedup();
    authors
}

fn language(material: &Material<'_>) -> Option<String> {
    let page = material.page.and_then(|page| page.article.language.clone());
    let feed = material
        .entry
        .language
        .as_deref()
        .or(material.feed_language)
        .map(str::to_owned);
    material.source.language.clone().or(page).or(feed)
}

fn tags(material: &Material<'_>) -> Vec<String> {
    let page = material
        .page
        .map(|page| page.article.tags.as_slice())
        .unwrap_or_default();
    let tags = if material.entry.categories.is_empty() {
        page
    } else {
        &material.entry.categories
    };
    let mut seen = std::collections::HashSet::new();
    let tags = tags
        .iter()
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty());
    tags.filter(|tag| seen.insert(tag.to_lowercase()))
        .take(TAGS)
        .collect()
}

/// The feed's summary or the page's description, where one is whole; else how the text begins.
fn summary(material: &Material<'_>) -> Option<String> {
    let entry = material
        .entry
        .content
        .as_ref()
        .and(material.entry.summary.as_deref());
    let entry = entry.map(|html| clean(html, Some(material.link)).text());
    let page = material.page.and_then(|page| page.article.summary.clone());
    let told = [entry, page].into_iter().flatten();
    let whole = |text: &String| !text.trim().is_empty() && !text::breaks_off(text);
    let summary = told.map(|text| one_line(&text)).find(whole);
    summary
        .map(|summary| shortened(&summary, SUMMARY))
        .or_else(|| beginning(&chosen_body(material).text()))
}

/// The first sentences of a text, as many as say about what a summary does.
pub(crate) fn beginning(text: &str) -> Option<String> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| text::weight(line) >= BEGINNING / 2)?;
    let mut kept = String::new();
    for sentence in line
        .split_inclusive(['。', '！', '？', '؟', '।'])
        .flat_map(|part| part.split_inclusive(". "))
    {
        if !kept.is_empty() && text::weight(&kept) + text::weight(sentence) > BEGINNING {
            break;
        }
        kept.push_str(sentence);
    }
    Some(shortened(kept.trim(), SUMMARY))
}

pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The lead picture and its caption: the page's, else what stood before the text in the feed, else the entry's own.
fn lead_picture(material: &Material<'_>) -> Option<(Url, String)> {
    let page = material
        .page
        .and_then(|page| page.article.lead_image.as_ref());
    let page = page.map(|picture| (picture.url.clone(), picture.caption.clone()));
    let head = material
        .carried
        .head
        .picture
        .clone()
        .map(|picture| (picture.url, picture.caption));
    let entry = || {
        material
            .entry
            .image
            .clone()
            .or_else(|| enclosed_picture(material.entry))
            .map(|url| (url, String::new()))
    };
    page.or(head).or_else(entry)
}

/// The sounds and films that are attached to an entry.
fn enclosures(entry: &Entry) -> Vec<Enclosure> {
    let told = entry.enclosures.iter().filter_map(|told| {
        Enclosure::new(told.url.clone(), told.media_type.as_deref(), told.length)
    });
    told.take(ENCLOSURES).collect()
}

fn enclosed_picture(entry: &Entry) -> Option<Url> {
    let is_picture = |media_type: &Option<String>| {
        media_type
            .as_deref()
            .is_some_and(|kind| kind.starts_with("image/"))
    };
    entry
        .enclosures
        .iter()
        .find(|enclosure| is_picture(&enclosure.media_type))
        .map(|enclosure| enclosure.url.clone())
}

/// The text with the lead picture before it, unless it already holds that picture or begins with another one.
pub(crate) fn with_lead_picture(body: &CleanHtml, lead: Option<(Url, String)>) -> CleanHtml {
    let Some((url, caption)) = lead else {
        return body.clone();
    };
    let begins_with_picture = body
        .blocks()
        .next()
        .is_some_and(|block| block.contains("<img"));
    let held = body
        .pictures()
        .iter()
        .any(|picture| picture.url.path() == url.path());
    if begins_with_picture || held {
        return body.clone();
    }
    let caption = if caption.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{}</figcaption>", escaped(&caption))
    };
    let figure = format!(
        r#"<figure><img src="{}" alt="">{caption}</figure>"#,
        escaped(url.as_str())
    );
    clean(&format!("{figure}\n{}", body.as_str()), None)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_beginning(text: &str, expected: &str) {
        assert_eq!(beginning(text).as_deref(), Some(expected));
    }

    #[test]
    fn a_summary_is_made_of_whole_sentences() {
        check_beginning(
            "The harbour reopened on Monday after nine weeks of repairs. The first ferry left at dawn with forty \
             passengers. Fishermen said that the new wall stands two metres higher than the one before it.",
            "The harbour reopened on Monday after nine weeks of repairs. The first ferry left at dawn with forty passengers.",
        );
        let sentence =
            "停用了整整七个月的河湾老桥昨晚重新通行，桥上九十八盏路灯在七点零五分同时亮起。";
        check_beginning(
            &format!("{sentence}这座石桥建于一百四十年前，去年夏天的洪水冲走了第三个桥墩的基石。"),
            sentence,
        );
    }

    #[test]
    fn a_canonical_address_of_another_site_or_of_the_front_page_is_not_believed() {
        let url = |text: &str| text.parse::<Url>().unwrap();
        let landed = url("https://m.lindquay.example/news/1");
        assert!(believable(
            &url("https://www.lindquay.example/news/1"),
            &landed
        ));
        assert!(!believable(&url("https://www.lindquay.example/"), &landed));
        assert!(!believable(
            &url("https://elsewhere.example/news/1"),
            &landed
        ));
    }

    #[test]
    fn sounds_are_kept_with_an_article_and_pictures_are_not_among_them() {
        let told = |url: &str, media_type: &str| wirecopy_discover::feed::Enclosure {
            url: url.parse().unwrap(),
            media_type: Some(media_type.to_owned()),
            length: Some(7),
        };
        let entry = Entry {
            enclosures: vec![
                told("https://lindquay.example/1.jpg", "image/jpeg"),
                told("https://lindquay.example/1.mp3", "audio/mpeg"),
            ],
            ..Entry::default()
        };
        let kept: Vec<String> = enclosures(&entry).iter().map(ToString::to_string).collect();
        assert_eq!(kept, ["https://lindquay.example/1.mp3 audio/mpeg 7"]);
    }

    #[test]
    fn an_entry_without_an_address_gets_one_that_stays() {
        let feed: Url = "https://lindquay.example/notes.xml".parse().unwrap();
        let entry = Entry {
            id: Some("note 7".to_owned()),
            ..Entry::default()
        };
        let link = link_of(&entry, &feed);
        assert_eq!(
            link,
            link_of(
                &Entry {
                    title: Some("Edited".to_owned()),
                    ..entry.clone()
                },
                &feed
            )
        );
        assert_ne!(
            link,
            link_of(
                &Entry {
                    id: Some("note 8".to_owned()),
                    ..entry
                },
                &feed
            )
        );
    }
}
