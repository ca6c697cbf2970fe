//! What a page embeds from elsewhere in other ways than a frame: a post as a quotation that a script turns into a
//! card, a film as a picture that a script turns into a player, a file as nothing but a script.

use super::block::Blocks;
use wirecopy_html::{Element, Key, NodeId, Tag, Tree};

/// Classes of the quotations that the networks give to embed a post with, from their own embed codes.
const POSTS: [&str; 11] = [
    "twitter-tweet",
    "twitter-video",
    "instagram-media",
    "tiktok-embed",
    "bluesky-embed",
    "mastodon-embed",
    "text-post-media",
    "reddit-embed-bq",
    "reddit-card",
    "fb-post",
    "fb-video",
];

/// Attributes in which placeholders of films keep the film's name, in the order of trust.
const FILMS: [&str; 9] = [
    "videoid",
    "data-videoid",
    "data-video-id",
    "data-youtube-id",
    "data-youtube",
    "data-ytid",
    "data-yt",
    "data-embed",
    "data-id",
];

/// Letters of a film's name on YouTube.
const FILM_LENGTH: usize = 11;

/// Elements above a text that are searched for a post; the networks' own codes have one or two.
const POST_REACH: usize = 6;

/// Hosts of players and cards, as the end of a host's name.
const PLAYERS: [&str; 18] = [
    "youtube.com",
    "youtube-nocookie.com",
    "youtu.be",
    "vimeo.com",
    "dailymotion.com",
    "twitter.com",
    "x.com",
    "instagram.com",
    "tiktok.com",
    "soundcloud.com",
    "spotify.com",
    "podcasts.apple.com",
    "ted.com",
    "bilibili.com",
    "youku.com",
    "v.qq.com",
    "rutube.ru",
    "ok.ru",
];

/// Whether an element is a post of a network, quoted with its text.
pub(super) fn is_post(element: Element<'_>) -> bool {
    let class = match element.tag {
        Tag::Blockquote | Tag::Div => element.attribute(Key::Class),
        _ => None,
    };
    class.is_some_and(|class| {
        class
            .split_ascii_whitespace()
            .any(|name| POSTS.contains(&name))
    })
}

/// Leaves the texts of embedded posts to their quotations: they are not the article's own words, which the measured
/// pages bear out, where people never counted one as text. A page of nothing else keeps them.
pub(super) fn drop_posts(tree: &Tree, blocks: &Blocks, kept: &mut [bool]) {
    let in_post = |node: NodeId| {
        std::iter::once(node)
            .chain(tree.ancestors(node))
            .take(POST_REACH)
            .any(|node| tree.element(node).is_some_and(is_post))
    };
    let posts: Vec<usize> = (0..kept.len())
        .filter(|index| kept[*index] && in_post(blocks.list[*index].container))
        .collect();
    if posts.len() < kept.iter().filter(|kept| **kept).count() {
        posts.iter().for_each(|index| kept[*index] = false);
    }
}

/// The address of what a script would put in an element's place, where it is known and is no frame yet.
pub(super) fn address(element: Element<'_>) -> Option<String> {
    match element.tag {
        Tag::Script => by_script(element),
        Tag::Blockquote | Tag::Div | Tag::Span | Tag::A => {
            linked(element).or_else(|| film(element))
        }
        _ => None,
    }
}

/// A script that writes what it is named after: a file of a gist, a message of a channel.
fn by_script(element: Element<'_>) -> Option<String> {
    if let Some(post) = element.attribute_named("data-telegram-post") {
        return Some(format!("https://t.me/{post}"));
    }
    let source = element.attribute(Key::Src)?;
    let (_, gist) = source.split_once("//gist.github.com/")?;
    let (gist, _) = gist.split_once(".js")?;
    Some(format!("https://gist.github.com/{gist}"))
}

/// What a card of a network names as its post.
fn linked(element: Element<'_>) -> Option<String> {
    let address = element.attribute_named("data-href")?;
    let is_card = element.attribute(Key::Class)?.starts_with("fb-");
    (is_card && address.starts_with("http")).then(|| address.to_owned())
}

/// The film that a placeholder stands for, if its names speak of YouTube.
fn film(element: Element<'_>) -> Option<String> {
    let mut names = element
        .attributes()
        .filter(|attribute| attribute.key == Key::Class || FILMS.contains(&attribute.name));
    let speaks = names.any(|attribute| {
        let told = match attribute.key {
            Key::Class => attribute.value,
            _ => attribute.name,
        };
        let told = told.to_ascii_lowercase();
        told.contains("youtube") || told.split(['-', '_', ' ']).any(|word| word == "yt")
    });
    let is_name = |value: &&str| {
        value.len() == FILM_LENGTH
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let name = FILMS
        .iter()
        .filter_map(|key| element.attribute_named(key))
        .find(is_name);
    name.filter(|_| speaks)
        .map(|name| format!("https://www.youtube.com/watch?v={name}"))
}

/// What a placeholder calls the thing it stands for: its own title, or its picture's text.
pub(super) fn title<'a>(tree: &'a Tree, node: NodeId) -> Option<&'a str> {
    /// Elements of a placeholder.
    const REACH: usize = 32;
    let own = |element: Element<'a>| {
        ["title", "data-title", "aria-label"]
            .iter()
            .find_map(|key| element.attribute_named(key))
    };
    let inside = tree.subtree(node).take(REACH);
    let mut told = inside
        .filter_map(|node| tree.element(node))
        .filter_map(|element| {
            let alt = (element.tag == Tag::Img).then(|| element.attribute(Key::Alt));
            alt.flatten().or_else(|| own(element))
        });
    told.find(|text| !text.trim().is_empty())
}

/// Whether an element is one that stands for a film, a sound or a post from elsewhere, and surely no advertisement.
pub(super) fn is_embed(element: Element<'_>) -> bool {
    let player = || {
        let source = ["data-src", "data-lazy-src", "src"].iter().find_map(|key| {
            element
                .attribute_named(key)
                .filter(|value| value.contains("//"))
        });
        let (_, rest) = source?.split_once("//")?;
        let host = rest.split(['/', '?', '#']).next()?;
        let is_of = |site: &&str| {
            host.strip_suffix(*site)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        PLAYERS.iter().find(|site| is_of(site))
    };
    match element.tag {
        Tag::Iframe => player().is_some(),
        Tag::Video | Tag::Audio => true,
        Tag::Other => is_component(element.name()),
        _ => is_post(element) || address(element).is_some(),
    }
}

/// Elements of AMP, and of two libraries in wide use, that stand for a film or a post; the sanitiser knows their
/// addresses.
pub(super) fn is_component(name: &str) -> bool {
    matches!(
        name,
        "amp-dailymotion"
            | "amp-facebook"
            | "amp-iframe"
            | "amp-instagram"
            | "amp-twitter"
            | "amp-video"
            | "amp-vimeo"
            | "amp-youtube"
            | "lite-vimeo"
            | "lite-youtube"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        let tree = Tree::parse_fragment(html);
        let found = tree
            .subtree(NodeId::ROOT)
            .filter_map(|node| tree.element(node))
            .find_map(address);
        assert_eq!(found.as_deref(), expected, "{html}");
    }

    #[test]
    fn placeholders_name_what_they_stand_for() {
        check(
            "<script src='https://gist.github.com/a/0123abcd.js?file=b.rs'></script>",
            Some("https://gist.github.com/a/0123abcd"),
        );
        check(
            "<div class=fb-video data-href='https://www.facebook.com/a/videos/1/'></div>",
            Some("https://www.facebook.com/a/videos/1/"),
        );
        check(
            "<div class='youtube-player' data-id='dQw4w9WgXcQ'></div>",
            Some("https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        );
        check(
            "<script async src='https://telegram.org/js/telegram-widget.js?22' data-telegram-post='a/7'></script>",
            Some("https://t.me/a/7"),
        );
    }

    #[test]
    fn other_elements_stand_for_themselves() {
        check("<div class=gallery data-id='dQw4w9WgXcQ'></div>", None);
        check("<div class=youtube data-id='12345'></div>", None);
        check(
            "<div class=share data-href='https://a.example/'></div>",
            None,
        );
        check("<script src='https://a.example/gist.js'></script>", None);
    }
}
