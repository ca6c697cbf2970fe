//! What an editor can change in an entry, as a short hash: so that an entry which only renews its date, its
//! advertisements or its trackers is seen to be the same, and an edit of one letter is not.

use super::Entry;
use crate::html::BLOCKS;
use crate::xml::entities;
use crate::xml::tokens::{Attribute, Token, Tokens};

/// Parts of class names and ids that mark advertisements, share buttons and counters.
const NOISE_MARKS: &[&str] = &[
    "adsbygoogle",
    "advert",
    "adslot",
    "ad-slot",
    "ad_slot",
    "adunit",
    "ad-unit",
    "ad-container",
    "adcontainer",
    "ad-wrap",
    "banner-ad",
    "sponsor",
    "promo-box",
    "taboola",
    "outbrain",
    "feedflare",
    "sharedaddy",
    "share-buttons",
    "social-share",
    "jp-relatedposts",
    "related-posts",
    "newsletter-signup",
];
/// Elements that show the time, run code, or hold what others put in.
const NOISE_ELEMENTS: &[&str] = &[
    "script", "style", "noscript", "iframe", "time", "object", "form",
];
/// A block that holds nothing but one of these words stands above an advertisement.
const NOISE_WORDS: &[&str] = &[
    "advertisement",
    "ad",
    "ads",
    "sponsored",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "pubblicità",
    "advertentie",
    "reklama",
    "reklam",
    "реклама",
    "广告",
    "廣告",
    "広告",
    "광고",
    "إعلان",
];
/// A longer element is no advertisement, but an article in a wrapper with an unlucky name, or one that never ends.
const MAX_NOISE_BYTES: usize = 4096;
/// After so many of them the marks are not believed any more, which also bounds the work.
const MAX_MISTAKES: usize = 16;
/// Elements that have no end tag to wait for.
const VOID: &[&str] = &["img", "br", "hr", "input", "wbr", "source", "embed"];

/// Sixteen hexadecimal digits (64 bits of BLAKE3) over the entry's title, address, texts and pictures. White space,
/// dates, advertisements, tracking pixels, and the queries of pictures do not count.
pub(super) fn of(entry: &Entry) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: &str| {
        hasher.update(text.as_bytes());
        // No text holds this character, so that no two lists of parts hash alike.
        hasher.update(&[0]);
    };
    part(&solid(entry.title.as_deref().unwrap_or_default()));
    part(
        &entry
            .link
            .as_ref()
            .map(wirecopy_document::identity::key)
            .unwrap_or_default(),
    );
    part(&essence(entry.summary.as_deref().unwrap_or_default()));
    part(&essence(entry.content.as_deref().unwrap_or_default()));
    hasher.finalize().to_hex()[..16].to_owned()
}

/// A text without white space and invisible characters.
fn solid(text: &str) -> String {
    let is_invisible = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(
                c,
                '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
            )
    };
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// The text and the pictures' paths of HTML, without noise.
fn essence(html: &str) -> String {
    let mut essence = String::new();
    let mut block = String::new();
    let mut tokens = Tokens::new(html);
    let mut mistakes = 0;
    while let Some(token) = tokens.next() {
        match token {
            Token::Start {
                name,
                attributes,
                empty,
            } => {
                let is_void = empty || is_any(name, VOID);
                if mistakes < MAX_MISTAKES && is_noise(name, &attributes) {
                    if is_void || skip(&mut tokens, name) {
                        continue;
                    }
                    mistakes += 1;
                }
                end_block(name, &mut block, &mut essence);
                if name.eq_ignore_ascii_case("img") {
                    block.push_str(&picture(&attributes).unwrap_or_default());
                }
            }
            Token::End(name) => end_block(name, &mut block, &mut essence),
            Token::Text(raw) => block.push_str(&entities::decode(raw)),
            Token::CData(text) => block.push_str(text),
            Token::Doctype(_) => {}
        }
    }
    end_block("p", &mut block, &mut essence);
    essence
}

fn is_any(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Keeps what the block held, unless it only announced an advertisement.
fn end_block(element: &str, block: &mut String, essence: &mut String) {
    if is_any(element, BLOCKS) {
        let text = solid(block);
        if !NOISE_WORDS.contains(&text.to_lowercase().as_str()) {
            essence.push_str(&text);
        }
        block.clear();
    }
}

/// Passes over the content of an element and its end tag, if the element is short enough to be noise. Elements of
/// the same name inside are counted.
fn skip(tokens: &mut Tokens<'_>, name: &str) -> bool {
    if is_any(name, &["script", "style", "iframe", "noscript"]) {
        tokens.skip_raw_text(name);
        return true;
    }
    let mut ahead = tokens.clone();
    let end = tokens.offset() + MAX_NOISE_BYTES;
    let mut depth = 1;
    while depth > 0 {
        match ahead.next() {
            Some(Token::Start {
                name: inner,
                empty: false,
                ..
            }) if inner.eq_ignore_ascii_case(name) => depth += 1,
            Some(Token::End(inner)) if inner.eq_ignore_ascii_case(name) => depth -= 1,
            Some(_) if ahead.offset() <= end => {}
            _ => return false,
        }
    }
    *tokens = ahead;
    true
}

fn is_noise(name: &str, attributes: &[Attribute<'_>]) -> bool {
    let has = |attribute: &Attribute<'_>, marks: &[&str]| {
        let value = attribute.value.to_ascii_lowercase();
        marks.iter().any(|mark| value.contains(mark))
    };
    let is_marked = attributes
        .iter()
        .any(|attribute| is_any(attribute.name, &["class", "id"]) && has(attribute, NOISE_MARKS));
    let is_pixel = || {
        let dots = |attribute: &&Attribute<'_>| {
            is_any(attribute.name, &["width", "height"])
                && matches!(attribute.value.trim(), "0" | "1" | "1px")
        };
        name.eq_ignore_ascii_case("img") && attributes.iter().any(|attribute| dots(&attribute))
    };
    is_any(name, NOISE_ELEMENTS) || is_marked || is_pixel()
}

/// A picture's path. Hosts of distribution networks change from one day to the next, and queries hold sizes.
fn picture(attributes: &[Attribute<'_>]) -> Option<String> {
    let source = attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case("src"))?
        .value;
    let path = source.split(['?', '#']).next()?;
    let path = path.split_once("//").map_or(path, |(_, rest)| {
        rest.split_once('/').map_or("", |(_, path)| path)
    });
    (!source.starts_with("data:")).then(|| format!("[{}]", path.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::feed::Entry;

    const BODY: &str = "<p>First paragraph.</p><p>Second, with a <a href='https://a.example/x'>link</a>.</p>\
                        <img src='https://cdn1.news.example/a.jpg?w=300&amp;t=1'>";

    fn entry(content: &str) -> Entry {
        Entry {
            title: Some("A title".into()),
            content: Some(content.into()),
            ..Entry::default()
        }
    }

    #[track_caller]
    fn check(content: &str, is_same: bool) {
        assert_eq!(
            of(&entry(BODY)) == of(&entry(content)),
            is_same,
            "{content}"
        );
    }

    #[test]
    fn keeps_its_value_when_only_advertisements_trackers_and_layout_change() {
        check(&BODY.replace("<p>Second", "\n\n<p>\n  Second"), true);
        check(
            &BODY.replace("cdn1", "cdn7").replace("w=300", "w=640"),
            true,
        );
        check(
            &format!("{BODY}<img src='https://pixel.example/?r=123' width='1' height='1'>"),
            true,
        );
        check(
            &format!("{BODY}<div class='ad-slot'><div>Buy <b>now</b></div>!</div>"),
            true,
        );
        check(
            &format!("{BODY}<p>Advertisement</p><script>track(\"</div>\")</script>"),
            true,
        );
        check(
            &format!("{BODY}<p><time datetime='2021-07-01'>five minutes ago</time></p>"),
            true,
        );
    }

    #[test]
    fn changes_with_every_edit() {
        check(&BODY.replace("First", "The first"), false);
        check(&BODY.replace("a.jpg", "b.jpg"), false);
        check(&format!("{BODY}<p>A third.</p>"), false);
        let mut renamed = entry(BODY);
        renamed.title = Some("Another title".into());
        assert_ne!(of(&entry(BODY)), of(&renamed));
    }

    #[test]
    fn sees_an_edit_in_an_article_whose_wrapper_is_called_like_an_advertisement() {
        let wrap = |text: &str| {
            format!(
                "<div class='advert-free'>{}{text}</div>",
                "Many words. ".repeat(400)
            )
        };
        assert_ne!(of(&entry(&wrap("One."))), of(&entry(&wrap("Two."))));
        assert_ne!(
            of(&entry("<div class='advert'>One.")),
            of(&entry("<div class='advert'>Two."))
        );
    }

    #[test]
    fn does_not_look_at_dates_ids_and_categories() {
        let mut renewed = entry(BODY);
        renewed.published = Some(jiff::Timestamp::UNIX_EPOCH);
        renewed.updated = Some(jiff::Timestamp::MAX);
        renewed.id = Some("new".into());
        renewed.categories.push("News".into());
        assert_eq!(of(&entry(BODY)), of(&renewed));
        assert_eq!(of(&renewed).len(), 16);
    }
}
