//! The settings of what the site looks like.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};
use url::Url;
use wirecopy_publish::theme::{Colour, Palette};

use crate::config::values;

/// What the site looks like beyond its title. Files are named relative to the mirror. See `docs/themes.md`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThemeSettings {
    /// Colours by day, any of `paper`, `ink` and `accent`, as in `{ accent = "#004080" }`; the others are mixed from
    /// them. Text that readers could not tell from its ground is refused. Default: the built-in ones.
    #[serde(deserialize_with = "palette")]
    pub light: Palette,
    /// Colours by night. Default: the built-in ones.
    #[serde(deserialize_with = "palette")]
    pub dark: Palette,
    /// A picture before the name, which is the icon of the site too: SVG, PNG, WebP or JPEG of at most 100 kB.
    /// Default: none.
    pub logo: Option<PathBuf>,
    /// Links at the end of the navigation, as in `[{ name = "Donate", url = "https://example.org/" }]`. Default: `[]`.
    pub links: Vec<LinkSettings>,
    /// A style sheet that follows the built-in one. Default: none.
    pub style: Option<PathBuf>,
    /// Directory of templates in place of built-in ones; `wirecopy publish --templates DIRECTORY` writes those to
    /// start from. Default: none.
    pub templates: Option<PathBuf>,
}

/// A link of the operator's.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSettings {
    /// What is shown.
    pub name: String,
    /// Where it leads.
    #[serde(deserialize_with = "values::address")]
    pub url: Url,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    paper: Option<String>,
    ink: Option<String>,
    accent: Option<String>,
}

fn palette<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Palette, D::Error> {
    let written = Written::deserialize(deserializer)?;
    let colour = |text: Option<String>| {
        let colour = text.map(|text| text.parse::<Colour>()).transpose();
        colour.map_err(serde::de::Error::custom)
    };
    Ok(Palette {
        paper: colour(written.paper)?,
        ink: colour(written.ink)?,
        accent: colour(written.accent)?,
    })
}
