//! Which picture an element shows: lazy loaders' attributes, several sizes, and the copy for
//! readers without scripts resolved; placeholders, spacers and tracking pixels told apart.

mod lazy;
pub(super) mod unwanted;

use url::Url;
use wirecopy_html::NodeId;

use super::markup::attribute;
use super::size::Size;
use super::tree::Nodes;
use super::walk::line;
use super::{scan, standing};
use crate::forms::proxy::unproxy;
use unwanted::{is_emoji, is_hidden, is_sign, is_stand_in, starts};

/// The width, in pixels, that is wide enough: no text column on a screen is wider at one to one.
pub(super) const WIDE_ENOUGH: f32 = 1200.0;

/// A source of a group is wider than this where it is better than the group's plain image, whose width is not told;
/// one that tells no width counts as just this ([`width_of`]).
const UNTOLD: f32 = WIDE_ENOUGH / 2.0;

/// Longest alternative text, in letters.
const MAX_ALT: usize = 2000;

/// Attributes that hold a set of sizes, the lazy loaders' first.
pub(super) const SETS: &[&str] = &[
    "data-srcset",
    "data-lazy-srcset",
    "data-original-set",
    "data-src-set",
    "data-bgset",
    "lazy-srcset",
    "srcset",
];

/// Hosts, with the start of a path, whose pictures are letters.
const EMOJI: &[&str] = &[
    "s.w.org/images/core/emoji/",
    "s.w.org/wp-includes/images/smilies/",
    "abs.twimg.com/emoji/",
    "twemoji.maxcdn.com/",
    "static.xx.fbcdn.net/images/emoji.php/",
];

/// What an element shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    Picture(Image),
    /// A picture of a letter, as the letter.
    Word(String),
    Nothing,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Image {
    pub(super) url: Url,
    pub(super) alt: String,
    pub(super) size: Size,
}

impl Image {
    /// The element, as a document has it.
    pub(super) fn tag(&self) -> String {
        let mut tag = "<img".to_owned();
        attribute(&mut tag, "src", self.url.as_str());
        attribute(&mut tag, "alt", &self.alt);
        for (name, pixels) in [("width", self.size.width), ("height", self.size.height)] {
            if let Some(pixels) = pixels {
                attribute(&mut tag, name, &pixels.to_string());
            }
        }
        tag.push('>');
        tag
    }
}

/// Whether the sanitiser would write a picture's tag as it stands.
pub(super) fn stands(tag: &str) -> bool {
    let value = |name| scan::value(tag, name);
    let Some(url) = value("src").and_then(|src| standing::address(&src)) else {
        return false;
    };
    let pixels = |name| value(name).and_then(|pixels| pixels.parse().ok());
    let size = Size {
        width: pixels("width"),
        height: pixels("height"),
    };
    let alt = shown_alt(&value("alt").unwrap_or_default());
    if size.is_tiny() || is_stand_in(&url) || starts(&url, EMOJI) || is_emoji(&alt, size) {
        return false;
    }
    let image = Image {
        url: unwrapped(url),
        alt,
        size: size.shown(),
    };
    image.tag() == tag
}

/// Finds the picture of an `img`, `picture` or the like; `resource` resolves an address.
pub(super) fn find(nodes: &Nodes, id: NodeId, resource: &dyn Fn(&str) -> Option<Url>) -> Found {
    let is_image = |id: &NodeId| matches!(nodes.name(*id), Some("img" | "amp-img"));
    let group = nodes.name(id) == Some("picture");
    let image = if group {
        nodes.descendants(id).find(is_image)
    } else {
        Some(id)
    };
    let alt = image.map(|image| alt(nodes, image)).unwrap_or_default();
    let size = image.map_or_else(Size::default, |image| {
        Size::declared(nodes, image, group.then_some(id))
    });
    let shows_nothing = |image| is_hidden(nodes, image) || is_sign(nodes, image, size.width);
    if size.is_tiny() || image.is_some_and(shows_nothing) {
        return Found::Nothing;
    }
    let mut texts = image
        .map(|image| candidates(nodes, image))
        .unwrap_or_default();
    if group {
        let sized = sized_source(nodes, id);
        let plain = image.and_then(|image| nodes.attribute(image, "src"));
        let place = texts.iter().position(|text| Some(text.as_str()) == plain);
        let place = place.unwrap_or(texts.len());
        texts.splice(place..place, sized);
        texts.extend(sources(nodes, id));
    }
    let url = texts
        .iter()
        .filter_map(|text| resource(text))
        .map(unwrapped)
        .find(|url| !is_stand_in(url));
    match url {
        Some(_) if is_emoji(&alt, size) => Found::Word(alt),
        Some(url) if !alt.is_empty() && is_letter(nodes, image, &url) => Found::Word(alt),
        Some(url) => Found::Picture(Image {
            url,
            alt,
            size: size.shown(),
        }),
        None => Found::Nothing,
    }
}

/// Whether a picture is of a letter, by its host or by the class that WordPress and its like give it.
fn is_letter(nodes: &Nodes, image: Option<NodeId>, url: &Url) -> bool {
    let classes = image.and_then(|image| nodes.class(image));
    let mut classes = classes.unwrap_or_default().split_whitespace();
    starts(url, EMOJI) || classes.any(|class| matches!(class, "emoji" | "wp-smiley" | "twemoji"))
}

/// The addresses that an image may have, the best first.
fn candidates(nodes: &Nodes, image: NodeId) -> Vec<String> {
    let sets = SETS
        .iter()
        .filter_map(|key| best_of_set(nodes.attribute(image, key)?));
    let plain = nodes.attribute(image, "src").map(str::to_owned);
    sets.chain(lazy::named(nodes, image))
        .chain(plain)
        .chain(lazy::any(nodes, image))
        .collect()
}

/// The addresses that the sources of a group have, formats that everything reads first.
fn sources(nodes: &Nodes, group: NodeId) -> Vec<String> {
    let mut found = Vec::new();
    for id in nodes
        .descendants(group)
        .filter(|id| nodes.name(*id) == Some("source"))
    {
        let rank = match nodes.attribute(id, "type") {
            Some("image/webp") => 1,
            Some("image/avif") => 2,
            _ => 0,
        };
        let sets = SETS
            .iter()
            .filter_map(|key| best_of_set(nodes.attribute(id, key)?));
        found.extend(sets.map(|address| (rank, address)));
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, address)| address).collect()
}

/// The best of all sizes that a group's sources name in a format that everything reads: sources for small screens
/// mostly come first, and what the group's image itself names is mostly the smallest.
fn sized_source(nodes: &Nodes, group: NodeId) -> Option<String> {
    let is_read = |id: &NodeId| {
        let kind = nodes.attribute(*id, "type");
        nodes.name(*id) == Some("source") && !matches!(kind, Some("image/webp" | "image/avif"))
    };
    let sources: Vec<NodeId> = nodes.descendants(group).filter(is_read).collect();
    let sets = sources
        .iter()
        .flat_map(|id| SETS.iter().filter_map(|key| nodes.attribute(*id, key)));
    let candidates = sets.flat_map(set_candidates);
    best(candidates.filter(|(_, width)| *width > UNTOLD)).map(str::to_owned)
}

/// The address in a set of sizes (HTML §4.8.4.2.1) that is just wide enough, else the widest.
pub(crate) fn best_of_set(set: &str) -> Option<String> {
    best(set_candidates(set)).map(str::to_owned)
}

fn best<'a>(candidates: impl Iterator<Item = (&'a str, f32)>) -> Option<&'a str> {
    let mut best: Option<(&str, f32)> = None;
    for (address, size) in candidates {
        let better = best.is_none_or(|(_, known)| {
            if known >= WIDE_ENOUGH {
                size >= WIDE_ENOUGH && size < known
            } else {
                size > known
            }
        });
        if better && !address.starts_with("data:") {
            best = Some((address, size));
        }
    }
    best.map(|(address, _)| address)
}

/// Each address of a set with its width in pixels; a density counts as so many columns' widths.
fn set_candidates(set: &str) -> impl Iterator<Item = (&str, f32)> {
    described(set).map(|(address, descriptor)| (address, width_of(descriptor)))
}

/// What a set says of each of its files: a width (`800w`), a density (`2x`), or nothing.
pub(super) fn descriptors(set: &str) -> impl Iterator<Item = &str> {
    described(set).map(|(_, descriptor)| descriptor)
}

fn described(set: &str) -> impl Iterator<Item = (&str, &str)> {
    let separates = |letter: char| letter.is_whitespace() || letter == ',';
    let mut rest = set;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(separates);
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        let (descriptor, after) = match bare.len() == address.len() {
            true => after.split_once(',').unwrap_or((after, "")),
            false => ("", after),
        };
        rest = after;
        (!bare.is_empty()).then(|| (bare, descriptor.trim()))
    })
}

fn width_of(descriptor: &str) -> f32 {
    let descriptor = descriptor.split_whitespace().next().unwrap_or("1x");
    let number = |unit| {
        descriptor
            .strip_suffix(unit)
            .and_then(|number| number.parse::<f32>().ok())
    };
    number('w')
        .or_else(|| number('x').map(|density| density * WIDE_ENOUGH / 2.0))
        .unwrap_or(0.0)
}

/// The address without image proxies around it.
fn unwrapped(url: Url) -> Url {
    unproxy(url.as_str())
        .and_then(|inner| Url::parse(&inner).ok())
        .unwrap_or(url)
}

fn alt(nodes: &Nodes, image: NodeId) -> String {
    let found = ["alt", "title", "aria-label"]
        .iter()
        .find_map(|key| nodes.attribute(image, key));
    shown_alt(found.unwrap_or_default())
}

/// An alternative text on one line and of a bounded length.
fn shown_alt(text: &str) -> String {
    line(text)
        .chars()
        .take(MAX_ALT)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests;
