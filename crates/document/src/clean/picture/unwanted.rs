//! Pictures that show nothing of what is told: those that stand in for others, space things out or count readers, and
//! the portraits and signs beside a text.

use url::Url;
use wirecopy_html::NodeId;

use super::lazy;
use crate::clean::size::Size;
use crate::clean::tree::Nodes;

/// Pictures of emoji are at most so wide, in pixels.
const MAX_EMOJI: u32 = 128;

/// The widest portrait or sign that is told by its class, in pixels; a wider picture of that class is shown.
const MAX_SIGN: u32 = 200;

/// File names of pictures that stand in for others or that space things out.
const PLACEHOLDERS: &[&str] = &[
    "1x1.gif",
    "1x1.png",
    "blank.gif",
    "blank.png",
    "clear.gif",
    "dot.gif",
    "empty.gif",
    "grey.gif",
    "grey-placeholder.png",
    "lazy.gif",
    "lazy.png",
    "lazyload.gif",
    "loading.gif",
    "loading.svg",
    "pixel.gif",
    "pixel.png",
    "placeholder.gif",
    "placeholder.jpg",
    "placeholder.png",
    "placeholder.svg",
    "s.gif",
    "spacer.gif",
    "trans.gif",
    "transparent.gif",
    "transparent.png",
    "x.gif",
];

/// Hosts, with the start of a path, whose pictures count readers.
const TRACKERS: &[&str] = &[
    "ad.doubleclick.net/",
    "b.scorecardresearch.com/",
    "feeds.feedburner.com/~",
    "feeds.wordpress.com/1.0/",
    "hits.dealer.com/",
    "media.mediapart.fr/blank",
    "pi.feedsportal.com/",
    "pixel.quantserve.com/",
    "pixel.wp.com/",
    "rss.buysellads.com/",
    "sb.scorecardresearch.com/",
    "secure-us.imrworldwide.com/",
    "stats.wordpress.com/",
    "track.hubspot.com/",
    "www.facebook.com/tr",
    "www.google-analytics.com/",
    "medium.com/_/stat",
    "res.wx.qq.com/mmbizwap/",
    "counter.yadro.ru/",
    "da.feedsportal.com/",
];

/// Hosts, with the start of a path, whose pictures are portraits of writers.
const PORTRAITS: &[&str] = &[
    "gravatar.com/avatar/",
    "www.gravatar.com/avatar/",
    "secure.gravatar.com/avatar/",
    "0.gravatar.com/avatar/",
    "1.gravatar.com/avatar/",
    "2.gravatar.com/avatar/",
    "s.gravatar.com/avatar/",
    "cdn.libravatar.org/avatar/",
    "seccdn.libravatar.org/avatar/",
];

/// Words of a file's name of which one alone says that it stands in for another, if all others are of [`PLAIN`].
const STANDING_IN: &[&str] = &[
    "placeholder",
    "spacer",
    "blank",
    "transparent",
    "lazyload",
    "noimage",
    "nophoto",
    "nopicture",
    "imageplaceholder",
];

/// Words that a file of any picture may have.
const PLAIN: &[&str] = &[
    "article",
    "bg",
    "black",
    "default",
    "fallback",
    "generic",
    "gray",
    "grey",
    "image",
    "img",
    "large",
    "lazy",
    "light",
    "loading",
    "medium",
    "news",
    "no",
    "photo",
    "pic",
    "picture",
    "post",
    "small",
    "square",
    "thumb",
    "thumbnail",
    "white",
    "wide",
];

/// Names of scripts and files that count readers.
const COUNTERS: &[&str] = &[
    "beacon",
    "beacon.gif",
    "pixel.php",
    "track.gif",
    "tracking.gif",
    "tracker.gif",
    "collect.gif",
];

/// The first or last parts of a portrait's class, or of the class of what holds it.
const PORTRAIT_CLASSES: &[&str] = &["avatar", "gravatar", "userpic"];

/// The first or last parts of a sign's class.
const SIGN_CLASSES: &[&str] = &["favicon", "icon"];

/// Whether a picture's address says that it stands in for another, counts readers, or is a writer's portrait.
pub(in crate::clean) fn is_stand_in(url: &Url) -> bool {
    let file = url.path().rsplit('/').next().unwrap_or_default();
    let file = file.to_ascii_lowercase();
    PLACEHOLDERS.contains(&file.as_str())
        || COUNTERS.contains(&file.as_str())
        || file.starts_with("favicon.")
        || stands_in_by_name(&file)
        || starts(url, TRACKERS)
        || starts(url, PORTRAITS)
}

/// Whether all words of a file's name are of a picture that stands in, as in `image-placeholder-16x9.png`.
fn stands_in_by_name(file: &str) -> bool {
    let Some((stem, _)) = file.rsplit_once('.') else {
        return false;
    };
    let words = || {
        stem.split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let is_size = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'x')
    };
    let is_strong = |word: &str| STANDING_IN.contains(&word);
    let says_none = || words().next() == Some("no") && words().count() == 2;
    words().all(|word| is_strong(word) || PLAIN.contains(&word) || is_size(word))
        && (words().any(is_strong) || says_none())
}

/// Whether an address, without its scheme, starts as one of a table does.
pub(super) fn starts(url: &Url, table: &[&str]) -> bool {
    let text = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    table.iter().any(|start| text.starts_with(start))
}

/// Whether a picture is not to be seen, or so small by its style that nothing is.
pub(super) fn is_hidden(nodes: &Nodes, image: NodeId) -> bool {
    let style = nodes.attribute(image, "style").unwrap_or_default();
    let style: String = style.split_whitespace().collect();
    let style = style.to_ascii_lowercase();
    let side = |name: &str| {
        let declared = style.split(';').find_map(|part| part.strip_prefix(name));
        declared.is_some_and(|side| matches!(side, "0" | "0px" | "1px"))
    };
    // One that waits for a script to load it is hidden until then.
    let waits = || lazy::named(nodes, image).next().is_some();
    let is_gone = style.contains("display:none") || style.contains("visibility:hidden") && !waits();
    // Frameworks let a picture of no size fill its frame.
    let fills = style.contains("min-width:100%") || style.contains("min-height:100%");
    is_gone || side("width:") && side("height:") && !fills
}

/// Whether it is a writer's portrait, by its own class or that of what holds it, or a sign. A picture among words that
/// is a letter or a formula has other classes.
pub(super) fn is_sign(nodes: &Nodes, image: NodeId, width: Option<u32>) -> bool {
    let has = |id: Option<NodeId>, table: &[&str]| {
        let classes = id.and_then(|id| nodes.class(id)).unwrap_or_default();
        let classes = classes.to_ascii_lowercase();
        classes.split_whitespace().any(|class| {
            let mut parts = class.split(['-', '_']);
            let ends = [parts.next(), parts.next_back()];
            ends.iter().flatten().any(|end| table.contains(end))
        })
    };
    let holder = nodes.node(image).parent;
    width.is_none_or(|width| width <= MAX_SIGN)
        && (has(Some(image), PORTRAIT_CLASSES)
            || has(holder, PORTRAIT_CLASSES)
            || has(Some(image), SIGN_CLASSES))
}

/// Whether a picture stands for the letters of its alternative text: a small one of nothing but emoji.
pub(super) fn is_emoji(alt: &str, size: Size) -> bool {
    let is_small = size.width.is_some_and(|width| width <= MAX_EMOJI);
    is_small && !alt.is_empty() && alt.chars().all(is_symbol)
}

/// The blocks of arrows, symbols, dingbats and emoji, and what joins and selects them (Unicode, UTS #51).
fn is_symbol(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{200d}' | '\u{fe0f}' | '\u{20e3}')
}
