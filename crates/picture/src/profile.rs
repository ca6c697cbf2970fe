//! Colour: from a picture's own profile to sRGB, which is what a picture without a profile means.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::bitmap::Bitmap;

/// Converts in place. A profile that is broken, or of another kind of colour than the pixels, changes nothing.
pub(crate) fn to_srgb(bitmap: &mut Bitmap, profile: &[u8]) {
    if is_srgb(profile) {
        return;
    }
    let Ok(source) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if source.color_space != DataColorSpace::Rgb {
        return;
    }
    let layout = if bitmap.has_alpha() {
        Layout::Rgba
    } else {
        Layout::Rgb
    };
    let options = TransformOptions::default();
    let target = ColorProfile::new_srgb();
    let Ok(transform) = source.create_transform_8bit(layout, &target, layout, options) else {
        return;
    };
    let mut converted = vec![0; bitmap.pixels.len()];
    if transform.transform(&bitmap.pixels, &mut converted).is_ok() {
        bitmap.pixels = converted;
    }
}

/// Whether a profile names itself sRGB; most do that have any, and converting them changes nothing that is seen.
fn is_srgb(profile: &[u8]) -> bool {
    let names: [&[u8]; 2] = [b"sRGB IEC61966-2", b"s\0R\0G\0B\0 \0I\0E\0C"];
    let head = &profile[..profile.len().min(4096)];
    names
        .iter()
        .any(|name| head.windows(name.len()).any(|window| window == *name))
}
