//! Renditions on their way from a worker: what is asked, as a line, and what comes back, as bytes.

use wirecopy_picture::rendition::{Recipe, Rendition, Renditions};

use crate::images::renditions::record::{form_name, form_named};

/// What begins a question for renditions. No query that comes from outside has this form.
const ASKED: &str = "?renditions=";

/// The question.
pub(crate) fn ask(recipe: &Recipe) -> String {
    let widths: Vec<String> = recipe.widths.iter().map(u32::to_string).collect();
    let form = form_name(recipe.form);
    format!("{ASKED}{form} {} {}", recipe.score, widths.join(","))
}

/// What was asked; `None` of any other question.
pub(crate) fn asked(question: &str) -> Option<Recipe> {
    let mut parts = question.strip_prefix(ASKED)?.split(' ');
    let form = form_named(parts.next()?)?;
    let score = parts.next()?.parse().ok()?;
    let widths = parts.next()?.split(',').map(|width| width.parse().ok());
    Some(Recipe {
        form,
        score,
        widths: widths.collect::<Option<_>>()?,
    })
}

/// Colours, then each file: width, height, length, bytes.
pub(crate) fn pack(made: &Renditions) -> Vec<u8> {
    let mut parcel = made.colours.as_flattened().to_vec();
    for file in &made.files {
        parcel.extend(file.width.to_le_bytes());
        parcel.extend(file.height.to_le_bytes());
        parcel.extend((file.bytes.len() as u64).to_le_bytes());
        parcel.extend(&file.bytes);
    }
    parcel
}

/// What a worker packed. A worker may be in the hands of whoever sent the picture: `None` of what is no parcel.
pub(crate) fn unpack(parcel: &[u8], media_type: &str) -> Option<Renditions> {
    let (colours, mut rest) = parcel.split_first_chunk::<9>()?;
    let mut made = Renditions {
        colours: [[0; 3]; 3],
        media_type: known(media_type)?,
        files: Vec::new(),
    };
    made.colours.as_flattened_mut().copy_from_slice(colours);
    while !rest.is_empty() {
        let (width, after) = rest.split_first_chunk()?;
        let (height, after) = after.split_first_chunk()?;
        let (length, after) = after.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (bytes, after) = after.split_at_checked(length)?;
        let (width, height) = (u32::from_le_bytes(*width), u32::from_le_bytes(*height));
        if width == 0 || height == 0 {
            return None;
        }
        made.files.push(Rendition {
            width,
            height,
            bytes: bytes.to_vec(),
        });
        rest = after;
    }
    Some(made)
}

fn known(media_type: &str) -> Option<&'static str> {
    let types = ["image/avif", "image/webp", "image/jpeg"];
    types.into_iter().find(|known| *known == media_type)
}
