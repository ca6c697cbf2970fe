//! `output=json`: what is known of a picture without decoding it, under the names that weserv gives it.

use serde::Serialize;

use crate::header::{Format, Header};

/// The object that is sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    format: &'static str,
    width: u32,
    height: u32,
    space: &'static str,
    channels: u8,
    depth: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chroma_subsampling: Option<&'static str>,
    is_progressive: bool,
    pages: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_height: Option<u32>,
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    loops: Option<u16>,
    has_profile: bool,
    has_alpha: bool,
    orientation: u8,
}

/// The object as JSON.
pub(crate) fn describe(header: &Header) -> Vec<u8> {
    let is_animated = header.frames > 1;
    let description = Description {
        format: name(header.format),
        width: header.width,
        height: header.height,
        space: match header.channels {
            1 | 2 => "b-w",
            4 if !header.has_alpha => "cmyk",
            _ => "srgb",
        },
        channels: header.channels,
        depth: if header.depth > 8 { "ushort" } else { "uchar" },
        chroma_subsampling: header.subsampling,
        is_progressive: header.is_progressive,
        pages: header.frames,
        page_height: is_animated.then_some(header.height),
        loops: is_animated.then_some(header.loops),
        has_profile: header.profile.is_some(),
        has_alpha: header.has_alpha,
        orientation: header.orientation,
    };
    serde_json::to_vec(&description).expect("numbers and words are always written")
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "jpeg",
        Format::Png => "png",
        Format::Gif => "gif",
        Format::Webp => "webp",
        Format::Tiff => "tiff",
        Format::Bmp => "bmp",
        Format::Ico => "ico",
    }
}
