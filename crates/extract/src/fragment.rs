//! A feed's own body: nothing is looked for in it, but what feed services and plugins put around the
//! text is taken off: share buttons, footers, counting pixels, invitations to read on.

use url::Url;
use wirecopy_document::clean::{CleanHtml, Picture, clean_owned};
use wirecopy_html::{Element, Key, NodeId, Tag, Tree};

use crate::content::block::{self, Block, Blocks};
use crate::content::needed::Needed;
use crate::content::outline::Outline;
use crate::content::serialize;
use crate::content::vocabulary::Words;
use crate::text::weight;

/// A cleaned body from a feed.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// The text.
    pub body: CleanHtml,
    /// The first picture in it.
    pub lead_image: Option<Picture>,
    /// Whether it ended in an invitation to read on elsewhere, so that it is likely not the whole.
    pub is_excerpt: bool,
}

/// Names of elements that plugins and feed services add, one word that is enough by itself.
const ADDED_NAMES: [&str; 17] = [
    "sharedaddy",
    "sharethis",
    "addtoany",
    "addthis",
    "feedflare",
    "jetpack",
    "relatedposts",
    "yarpp",
    "wpulike",
    "mailpoet",
    "mailchimp",
    "ssba",
    "heateor",
    "sociable",
    "outbrain",
    "taboola",
    "mailmunch",
];

/// Beginnings of lines that invite to read on, lower case.
const INVITATIONS: [&str; 22] = [
    "continue reading",
    "read more",
    "read the full",
    "read the rest",
    "read full",
    "read on",
    "keep reading",
    "view article",
    "full story",
    "the rest of this",
    "weiterlesen",
    "mehr lesen",
    "lire la suite",
    "leer más",
    "seguir leyendo",
    "leggi tutto",
    "continua a leggere",
    "czytaj dalej",
    "阅读全文",
    "继续阅读",
    "查看全文",
    "続きを読む",
];

/// Beginnings of lines that feeds and their services add, lower case.
const FOOTERS: [&str; 14] = [
    "share this:",
    "like this:",
    "related:",
    "view comments",
    "comments on this",
    "discuss on",
    "filed under:",
    "submitted by",
    "tags:",
    "posted in",
    "download audio",
    "email this",
    "add a comment",
    "subscribe to",
];

/// Cleans the HTML of a feed entry; relative addresses are resolved against `base`.
pub fn fragment(html: &str, base: Option<&Url>) -> Fragment {
    let tree = Tree::parse(html);
    let blocks = block::segment(&tree, &Outline::of(&tree));
    let mut needed = Needed {
        nodes: vec![true; tree.len()],
        ..Needed::default()
    };
    for node in tree.subtree(NodeId::ROOT) {
        needed.nodes[node.index()] = !tree
            .element(node)
            .is_some_and(|element| is_added(element) || is_counter(element));
    }
    let is_excerpt = drop_lines(&blocks, &mut needed.nodes);
    let body = clean_owned(serialize::markup(&tree, &needed), base);
    let lead_image = body.pictures().into_iter().next();
    Fragment {
        body,
        lead_image,
        is_excerpt,
    }
}

/// Leaves out the added lines, and says whether one of them invited to read on.
fn drop_lines(blocks: &Blocks, needed: &mut [bool]) -> bool {
    let mut is_excerpt = false;
    for (index, block) in blocks.list.iter().enumerate() {
        let text = blocks.text(block).to_lowercase();
        let invites = is_invitation(block, &text);
        // What stands before the text's last third is the author's own.
        let near_end = (index + 1) * 3 > blocks.list.len() * 2;
        if near_end && (invites || is_footer(block, &text)) {
            blocks
                .nodes(block)
                .iter()
                .for_each(|node| needed[node.index()] = false);
            is_excerpt |= invites;
        }
    }
    is_excerpt
}

fn is_invitation(block: &Block, text: &str) -> bool {
    let linked = block.link_weight * 2 >= block.weight;
    let bare = text.trim_start_matches(|character: char| !character.is_alphanumeric());
    linked && weight(text) < 200 && INVITATIONS.iter().any(|words| bare.starts_with(words))
}

fn is_footer(block: &Block, text: &str) -> bool {
    let by_blog = text.starts_with("the post ")
        && (text.contains(" appeared first on ") || text.contains(" first appeared on "));
    by_blog
        || (block.link_weight > 0
            && weight(text) < 160
            && FOOTERS.iter().any(|words| text.starts_with(words)))
}

fn is_added(element: Element<'_>) -> bool {
    if matches!(element.tag, Tag::Form | Tag::Button | Tag::Input) {
        return true;
    }
    // A plugin's element has few names; a body that merely has one among many is left alone.
    Words::of(element)
        .iter()
        .skip(1)
        .take(8)
        .any(|word| ADDED_NAMES.contains(&word))
}

/// A picture that is there to be fetched, not seen.
fn is_counter(element: Element<'_>) -> bool {
    let size = |name| {
        element
            .attribute(name)
            .and_then(|value| value.trim_end_matches("px").parse::<u32>().ok())
    };
    let tiny = |size: Option<u32>| size.is_some_and(|size| size <= 2);
    let source = element.attribute(Key::Src).unwrap_or_default();
    let counts = [
        "/b.gif?",
        "pixel.wp.com",
        "feedburner.com/~r/",
        "feedsportal.com",
        "/tracking/",
        "/pixel.",
        "counter.php",
        "stats.wordpress.com",
    ];
    element.tag == Tag::Img
        && (tiny(size(Key::Width))
            || tiny(size(Key::Height))
            || counts.iter().any(|mark| source.contains(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let base = Url::parse("https://news.example/feed").unwrap();
        assert_eq!(fragment(html, Some(&base)).body.as_str(), expected);
    }

    #[test]
    fn what_services_add_is_taken_off() {
        check(
            "<p>One.</p><p>Two.</p><p>The post <a href=/a>Harbour</a> appeared first on <a href=/>The Example</a>.</p>",
            "<p>One.</p>\n<p>Two.</p>",
        );
        check(
            "<p>One.</p><img src='https://c.example/x' width=1 height=1><div class='sharedaddy sd-like'><a href=/s>Share</a></div>",
            "<p>One.</p>",
        );
        check(
            "<p>One.</p><p>Two.</p><p><a href='/whole'>Read more…</a></p>",
            "<p>One.</p>\n<p>Two.</p>",
        );
    }

    #[test]
    fn an_invitation_at_the_end_tells_an_excerpt() {
        assert!(fragment("<p>One.</p><a href=/whole>Continue reading</a>", None).is_excerpt);
        assert!(!fragment("<p>One.</p><p>Read more books, she said.</p>", None).is_excerpt);
    }

    #[test]
    fn the_authors_own_words_stay() {
        check(
            "<p>Read more books, she said.</p>",
            "<p>Read more books, she said.</p>",
        );
        check(
            "<p>The post office opened.</p>",
            "<p>The post office opened.</p>",
        );
    }
}
