//! How large a picture says it is: attributes in pixels, or as a ratio that a style sheet fills.

use wirecopy_html::NodeId;

use super::picture::{SETS, WIDE_ENOUGH, descriptors};
use super::tree::Nodes;

/// Pictures of at most this many pixels on one side count readers, or space and rule things off.
const MAX_PIXEL: u32 = 3;

/// The longest side that a document notes, in pixels.
const MAX_SIDE: f32 = 20_000.0;

/// A width up to this is a ratio (16 to 9, 100 to 56.25) or stands for the width of its column (0, 1, 100), where
/// files [`TIMES_WIDER`] are offered for it.
const MAX_RATIO: f32 = 100.0;

/// A screen's densest pixels ask for a file four times as wide as it is shown; none is offered that is ten times so.
const TIMES_WIDER: f32 = 10.0;

/// The least width of a file that is no icon, in pixels.
const MIN_WIDTH: f32 = 300.0;

/// Width and height in pixels, as far as they are told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}

impl Size {
    /// What an image and the sources of its group tell.
    pub(super) fn declared(nodes: &Nodes, image: NodeId, group: Option<NodeId>) -> Size {
        let width = side(nodes, image, "width");
        let height = side(nodes, image, "height");
        let widest = widest(nodes, group.unwrap_or(image));
        let is_ratio = width.is_some_and(|width| {
            width <= MAX_RATIO && widest >= MIN_WIDTH && widest >= width * TIMES_WIDER
        });
        if is_ratio {
            return filled(width.zip(height), widest.min(WIDE_ENOUGH));
        }
        Size {
            width: width.map(pixels),
            height: height.map(pixels),
        }
    }

    /// Whether such a picture shows nothing.
    pub(super) fn is_tiny(self) -> bool {
        let at_most = |side: Option<u32>| side.is_some_and(|side| side <= MAX_PIXEL);
        // A height of nought beside a width is one that a style sheet is to tell.
        let is_line = |side: Option<u32>| at_most(side) && side != Some(0);
        is_line(self.width) || is_line(self.height) || at_most(self.width) && at_most(self.height)
    }

    /// What a document notes of it: no side without extent.
    pub(super) fn shown(self) -> Size {
        let shown = |side: Option<u32>| side.filter(|side| (1..=pixels(MAX_SIDE)).contains(side));
        Size {
            width: shown(self.width),
            height: shown(self.height),
        }
    }
}

/// A ratio at the width at which its picture can be shown.
fn filled(ratio: Option<(f32, f32)>, width: f32) -> Size {
    match ratio {
        Some((across, down)) if across >= 1.0 && down >= 1.0 && across + down > 2.0 => Size {
            width: Some(pixels(width)),
            height: Some(pixels(width * down / across)),
        },
        _ => Size::default(),
    }
}

/// A side's number, also with `px` behind it or a fraction; a share of the column tells no size.
fn side(nodes: &Nodes, image: NodeId, key: &str) -> Option<f32> {
    let text = nodes.attribute(image, key)?.trim();
    let number: f32 = text.strip_suffix("px").unwrap_or(text).parse().ok()?;
    (0.0..=MAX_SIDE).contains(&number).then_some(number)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are between nought and twenty thousand, products of them saturate"
)]
fn pixels(side: f32) -> u32 {
    side.round() as u32
}

/// The widest file that an image, or a group with its sources, offers by its width.
fn widest(nodes: &Nodes, id: NodeId) -> f32 {
    let elements = std::iter::once(id).chain(nodes.descendants(id));
    let sets = elements.flat_map(|id| SETS.iter().filter_map(move |key| nodes.attribute(id, key)));
    sets.flat_map(descriptors)
        .filter_map(|descriptor| descriptor.strip_suffix('w')?.parse().ok())
        .fold(0.0, f32::max)
}
