//! The operator's own looks of a site: the files that the settings name, read and checked.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wirecopy_publish::site::templates::Templates;
use wirecopy_publish::theme::{Link, Logo, Theme};

use crate::config::SETTINGS_FILE;
use crate::config::human::size_text;
use crate::config::problem::SettingsError;
use crate::config::theme::{LinkSettings, ThemeSettings};

/// Kinds of picture that every browser shows, in `<img>` and as an icon.
const PICTURES: [&str; 4] = ["svg", "png", "webp", "jpg"];

/// The logo is on every page: a tenth of a second on a slow line (1 Mbit/s), once.
const LARGEST_LOGO: usize = 100_000;

/// Reads what the settings name, relative to the mirror's directory.
///
/// # Errors
/// A colour cannot be read on its ground, a file is missing or not what it should be: one sentence names it. It is an
/// error of the settings, which name what cannot be used.
pub(super) fn load(settings: &ThemeSettings, mirror: &Path) -> Result<Theme> {
    let theme = read(settings, mirror);
    theme.map_err(|error| {
        let message = format!("[theme]: {error:#}");
        SettingsError::whole_file(&mirror.join(SETTINGS_FILE), message).into()
    })
}

fn read(settings: &ThemeSettings, mirror: &Path) -> Result<Theme> {
    let logo = settings.logo.as_ref();
    let style = settings.style.as_ref();
    let templates = settings.templates.as_ref();
    let theme = Theme {
        light: settings.light,
        dark: settings.dark,
        logo: logo.map(|path| read_logo(&mirror.join(path))).transpose()?,
        links: settings.links.iter().map(link).collect(),
        style: match style {
            Some(path) => read_text(&mirror.join(path), "style sheet")?,
            None => String::new(),
        },
        templates: match templates {
            Some(path) => read_templates(&mirror.join(path))?,
            None => Vec::new(),
        },
    };
    match theme.unreadable() {
        Some(problem) => bail!("{problem}"),
        None => Ok(theme),
    }
}

/// Writes the built-in templates into a new directory, for an operator to start from.
///
/// # Errors
/// There is something at that path, or it cannot be written.
pub(super) fn write_templates(directory: &Path) -> Result<usize> {
    let about = || format!("cannot write templates to {}", directory.display());
    fs::create_dir(directory).with_context(about)?;
    for (name, text) in Templates::files() {
        fs::write(directory.join(name), text).with_context(about)?;
    }
    Ok(Templates::files().len())
}

fn link(link: &LinkSettings) -> Link {
    Link {
        name: link.name.clone(),
        url: link.url.clone(),
    }
}

fn read_logo(path: &Path) -> Result<Logo> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let extension = extension.unwrap_or_default().to_ascii_lowercase();
    let extension = extension.replace("jpeg", "jpg");
    if !PICTURES.contains(&extension.as_str()) {
        bail!(
            "the logo {} is of no kind that all browsers show; make it one of {}",
            path.display(),
            PICTURES.join(", ")
        );
    }
    let bytes =
        fs::read(path).with_context(|| format!("cannot read the logo {}", path.display()))?;
    if bytes.len() > LARGEST_LOGO {
        bail!(
            "the logo {} has {}, and every reader loads it; make it smaller than {}",
            path.display(),
            size_text(bytes.len() as u64),
            size_text(LARGEST_LOGO as u64)
        );
    }
    Ok(Logo { extension, bytes })
}

/// All templates of a directory, which must be named as built-in ones are.
fn read_templates(directory: &Path) -> Result<Vec<(String, String)>> {
    let about = || format!("cannot read the templates in {}", directory.display());
    let mut templates = Vec::new();
    for entry in fs::read_dir(directory).with_context(about)? {
        let path = entry.with_context(about)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            templates.push((name.into_owned(), read_text(&path, "template")?));
        }
    }
    // The same order on every system: a site is current or not by it.
    templates.sort();
    Templates::replacing(&templates).with_context(about)?;
    Ok(templates)
}

fn read_text(path: &Path, what: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read the {what} {}", path.display()))
}
