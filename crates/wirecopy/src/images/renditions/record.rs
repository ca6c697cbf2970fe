//! The record of what was made: one line for each form of a picture, its fields divided by tabs. A last line that a
//! crash cut off is passed over, and so is one that cannot be read: what it told of is made again.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wirecopy_picture::rendition::Form;

use crate::images::renditions::{MadeFile, MadeForm};

/// A line of the record.
pub(super) enum Line {
    Made {
        picture: blake3::Hash,
        /// Of the settings.
        tag: String,
        form: Form,
        colours: [[u8; 3]; 3],
        made: MadeForm,
    },
    /// Nothing of a picture is left.
    Gone {
        picture: blake3::Hash,
        gone: Vec<String>,
    },
}

/// Forms and their names in the record and in the settings.
const FORMS: [(Form, &str); 3] = [
    (Form::Avif, "avif"),
    (Form::Webp, "webp"),
    (Form::Fallback, "fallback"),
];

/// The name of a form.
pub(crate) fn form_name(form: Form) -> &'static str {
    let named = FORMS.iter().find(|(known, _)| *known == form);
    named.map_or("fallback", |(_, name)| name)
}

/// The form of a name.
pub(crate) fn form_named(name: &str) -> Option<Form> {
    let named = FORMS.iter().find(|(_, known)| *known == name);
    named.map(|(form, _)| *form)
}

/// What a file is named: two digits of its hash, and twenty with what its format is known by.
pub(super) fn name(bytes: &[u8], media_type: &str) -> String {
    let hash = blake3::hash(bytes).to_hex();
    let extension = match media_type {
        "image/jpeg" => "jpg",
        other => other.trim_start_matches("image/"),
    };
    format!("{}/{}.{extension}", &hash[..2], &hash[..20])
}

impl Line {
    pub(super) fn picture(&self) -> blake3::Hash {
        match self {
            Line::Made { picture, .. } | Line::Gone { picture, .. } => *picture,
        }
    }

    /// Whether it tells of what was made with these settings.
    pub(super) fn is_of(&self, settings: &str) -> bool {
        matches!(self, Line::Made { tag, .. } if tag == settings)
    }

    pub(super) fn text(&self) -> String {
        match self {
            Line::Made {
                picture,
                tag,
                form,
                colours,
                made,
            } => {
                let colours: String = colours
                    .as_flattened()
                    .iter()
                    .map(|part| format!("{part:02x}"))
                    .collect();
                let files = made.files.iter().map(|file| {
                    let MadeFile {
                        width,
                        height,
                        bytes,
                        name,
                    } = file;
                    format!("\t{width}x{height} {bytes} {name}")
                });
                format!(
                    "made\t{picture}\t{tag}\t{}\t{colours}\t{}{}\n",
                    form_name(*form),
                    made.media_type,
                    files.collect::<String>()
                )
            }
            Line::Gone { picture, gone } => format!("gone\t{picture}\t{}\n", gone.join(" ")),
        }
    }

    fn parse(line: &str) -> Option<Line> {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["made", picture, tag, form, colours, media_type, files @ ..] => Some(Line::Made {
                picture: blake3::Hash::from_hex(picture).ok()?,
                tag: (*tag).to_owned(),
                form: form_named(form)?,
                colours: parse_colours(colours)?,
                made: MadeForm {
                    media_type: (*media_type).to_owned(),
                    files: files
                        .iter()
                        .map(|file| parse_file(file))
                        .collect::<Option<_>>()?,
                },
            }),
            ["gone", picture, gone] => Some(Line::Gone {
                picture: blake3::Hash::from_hex(picture).ok()?,
                gone: gone
                    .split(' ')
                    .filter(|name| is_name(name))
                    .map(str::to_owned)
                    .collect(),
            }),
            _ => None,
        }
    }
}

fn parse_colours(text: &str) -> Option<[[u8; 3]; 3]> {
    let mut colours = [[0; 3]; 3];
    for (place, part) in colours.as_flattened_mut().iter_mut().enumerate() {
        *part = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(colours)
}

fn parse_file(text: &str) -> Option<MadeFile> {
    let mut parts = text.split(' ');
    let (width, height) = parts.next()?.split_once('x')?;
    Some(MadeFile {
        width: width.parse().ok()?,
        height: height.parse().ok()?,
        bytes: parts.next()?.parse().ok()?,
        name: parts.next().filter(|name| is_name(name))?.to_owned(),
    })
}

/// Whether it is a name that [`name`] gives: it becomes a path.
fn is_name(name: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let Some((shelf, file)) = name.split_once('/') else {
        return false;
    };
    let Some((stem, extension)) = file.split_once('.') else {
        return false;
    };
    plain(shelf) && plain(stem) && plain(extension)
}

/// The lines of a record; none where there is no such file.
pub(super) fn read(path: &Path) -> Result<Vec<Line>> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let text = String::from_utf8_lossy(&text);
    let whole = text
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'));
    Ok(whole.filter_map(Line::parse).collect())
}

/// Every file in the directories of a directory.
pub(super) fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for shelf in entries(directory)? {
        if shelf.is_dir() {
            files.extend(entries(&shelf)?);
        }
    }
    Ok(files)
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot read {}", directory.display()))?,
    };
    entries.map(|entry| Ok(entry?.path())).collect()
}
