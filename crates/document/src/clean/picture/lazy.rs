//! Attributes in which lazy loaders keep a picture's address until it is scrolled to.

use wirecopy_html::NodeId;

use super::{WIDE_ENOUGH, best};
use crate::clean::tree::Nodes;

/// Attributes in which lazy loaders keep the address, roughly by how common they are.
const NAMED: &[&str] = &[
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-orig-file",
    "data-large-file",
    "data-actualsrc",
    "data-original-src",
    "data-full-src",
    "data-hi-res-src",
    "data-hires",
    "data-echo",
    "data-url",
    "data-image",
    "data-img",
    "data-img-src",
    "data-img-url",
    "data-image-src",
    "data-image-url",
    "data-lazyload",
    "data-lazyload-src",
    "data-ll-src",
    "data-defer-src",
    "data-delayed-url",
    "data-cfsrc",
    "data-ezsrc",
    "data-runner-src",
    "data-pin-media",
    "data-real-src",
    "data-source",
    "data-src-large",
    "data-src-medium",
    "data-thumb",
    "data-backup",
    "nitro-lazy-src",
    "lazy-src",
    "lazysrc",
    "file",
    "zoomfile",
    "original",
    "real_src",
    "_src",
    "ess-data",
    "data-croporisrc",
];

/// Lists of the widths that an address with a gap for one comes in.
const WIDTHS: &[&str] = &["data-widths", "data-src-widths", "data-available-widths"];

/// Gaps for a width in an address.
const GAPS: &[&str] = &["{width}", "{w}", "%7Bwidth%7D"];

/// Attributes whose names say that their address is not this picture's.
const OTHERS: &[&str] = &[
    "link",
    "href",
    "page",
    "share",
    "pinterest",
    "avatar",
    "author",
    "logo",
    "icon",
    "placeholder",
];

/// How the names of pictures' files end.
const ENDINGS: &[&str] = &[".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"];

/// What the attributes that are known to be loaders' hold.
pub(super) fn named(nodes: &Nodes, image: NodeId) -> impl Iterator<Item = String> {
    let values = NAMED
        .iter()
        .filter_map(move |key| nodes.attribute(image, key));
    let addresses = values.filter(|text| is_address(text));
    addresses.filter_map(move |text| filled(nodes, image, text))
}

/// What any other attribute of `data-` holds, where it is one address of a picture's file: each site may have a loader
/// of its own.
pub(super) fn any(nodes: &Nodes, image: NodeId) -> impl Iterator<Item = String> {
    let attributes = nodes.attributes(image);
    let others = attributes.filter(|(name, _)| {
        let rest = name.strip_prefix("data-");
        rest.is_some_and(|rest| !OTHERS.iter().any(|other| rest.contains(other)))
    });
    let files = others.filter(|(_, value)| is_file(value));
    files.filter_map(move |(_, value)| filled(nodes, image, value))
}

/// An address without gaps: the width that is just wide enough stands in them. One whose widths are not told is none.
fn filled(nodes: &Nodes, image: NodeId, text: &str) -> Option<String> {
    let Some(gap) = GAPS.iter().find(|gap| text.contains(**gap)) else {
        return Some(text.to_owned());
    };
    let list = WIDTHS.iter().find_map(|key| nodes.attribute(image, key))?;
    let numbers = list.split(|letter: char| !letter.is_ascii_digit());
    let widths = numbers.filter_map(|number| Some((number, number.parse().ok()?)));
    let width = best(widths.filter(|(_, width)| (1.0..=4.0 * WIDE_ENOUGH).contains(width)))?;
    Some(text.replace(gap, width))
}

/// Whether a lazy loader's attribute holds an address at all: some hold a number or JSON.
fn is_address(text: &str) -> bool {
    (text.contains('/') || text.contains('.'))
        && !text.starts_with(['{', '['])
        && !text.starts_with("data:")
}

/// Whether an attribute holds the one address of a picture's file.
fn is_file(text: &str) -> bool {
    let path = text
        .split(['?', '#'])
        .next()
        .unwrap_or(text)
        .to_ascii_lowercase();
    let starts = ["https://", "http://", "/"]
        .iter()
        .any(|start| text.starts_with(start));
    starts && !text.contains(char::is_whitespace) && ENDINGS.iter().any(|end| path.ends_with(end))
}
