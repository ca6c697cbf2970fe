//! What an operator may make of a site's looks: colours, a logo, links of one's own, a style sheet, and templates.
//!
//! Colours are chosen in threes, paper, ink and accent; what lies between them (quiet text, rules, tints) is mixed from
//! them, so that no choice makes a page that cannot be read.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use url::Url;

/// What an edition looks like beyond the built-in newspaper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// The colours by day.
    pub light: Palette,
    /// The colours by night.
    pub dark: Palette,
    /// The picture before the name, which is the icon of the site too.
    pub logo: Option<Logo>,
    /// Links at the end of the navigation, in this order.
    pub links: Vec<Link>,
    /// A style sheet that follows the built-in one.
    pub style: String,
    /// Templates in place of built-in ones: name of the file and its text.
    pub templates: Vec<(String, String)>,
}

/// Colours in place of built-in ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// The background.
    pub paper: Option<Colour>,
    /// The text.
    pub ink: Option<Colour>,
    /// Links under the pointer, kickers, days.
    pub accent: Option<Colour>,
}

/// A link of the operator's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What is shown.
    pub name: String,
    /// Where it leads.
    pub url: Url,
}

/// A picture file.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// The ending of its name, which tells servers its type: `svg`, `png`, `webp` or `jpg`.
    pub extension: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Told by its hash: an edition's debugging form decides whether a site is current.
impl fmt::Debug for Logo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", blake3::hash(&self.bytes), self.extension)
    }
}

/// The built-in colours by day and by night, as `style.css` has them: paper, ink, accent.
const LIGHT: [Colour; 3] = [
    Colour([0xfd, 0xfc, 0xf8]),
    Colour([0x1b, 0x1a, 0x17]),
    Colour([0x8c, 0x1c, 0x13]),
];
const DARK: [Colour; 3] = [
    Colour([0x16, 0x15, 0x13]),
    Colour([0xe4, 0xe0, 0xd6]),
    Colour([0xf0, 0x96, 0x8c]),
];

/// The least contrast of text of any size (WCAG 2.2, success criterion 1.4.3).
const READABLE: f64 = 4.5;

/// An opaque colour, in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// A text that is no colour.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no colour; write one like \"#8c1c13\"")]
pub struct ColourError(String);

impl FromStr for Colour {
    type Err = ColourError;

    /// Reads `#rrggbb` or `#rgb` (CSS Color 4, section 5.2, without transparency).
    fn from_str(text: &str) -> Result<Colour, ColourError> {
        let error = || ColourError(text.to_owned());
        let digits: Option<Vec<u8>> = text
            .strip_prefix('#')
            .ok_or_else(error)?
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|digit| digit.try_into().ok()))
            .collect();
        match digits.ok_or_else(error)?[..] {
            [red, green, blue] => Ok(Colour([red * 17, green * 17, blue * 17])),
            [a, b, c, d, e, f] => Ok(Colour([a * 16 + b, c * 16 + d, e * 16 + f])),
            _ => Err(error()),
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(out, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// The contrast of two colours, from 1 (none) to 21 (black on white), as WCAG 2.2 defines contrast ratio.
    #[must_use]
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Relative luminance, from 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// So many hundredths of `other` in this colour, from 0 to 100.
    fn with(self, other: Colour, hundredths: u16) -> Colour {
        let mut mixed = self.0;
        for (channel, other) in mixed.iter_mut().zip(other.0) {
            let sum = u16::from(*channel) * (100 - hundredths) + u16::from(other) * hundredths;
            *channel = u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX);
        }
        Colour(mixed)
    }
}

impl Theme {
    /// What is wrong with the colours, in words; none when everything can be read.
    #[must_use]
    pub fn unreadable(&self) -> Option<String> {
        let palettes = [(self.light, LIGHT, "light"), (self.dark, DARK, "dark")];
        palettes.into_iter().find_map(|(palette, built_in, name)| {
            let [paper, ink, accent] = palette.over(built_in);
            let told = [(ink, "ink"), (accent, "accent")];
            let (colour, role) = told
                .into_iter()
                .find(|(colour, _)| colour.contrast(paper) < READABLE)?;
            let contrast = colour.contrast(paper);
            Some(format!(
                "{role} {colour} on paper {paper} of the {name} colours has a contrast of {contrast:.1} to 1, and \
                 readers need {READABLE}; choose one that differs more"
            ))
        })
    }

    /// The style sheet that follows the built-in one; empty where there is none.
    pub(crate) fn css(&self) -> String {
        let mut css = String::new();
        let palettes = [
            (self.light, LIGHT, "light", "dark"),
            (self.dark, DARK, "dark", "light"),
        ];
        for (palette, built_in, name, other) in palettes {
            if palette != Palette::default() {
                let values = variables(palette.over(built_in));
                css.push_str(&format!(
                    "@media (prefers-color-scheme: {name}) {{ :root:not([data-theme={other}]) {{ {values} }} }}\n\
                     :root[data-theme={name}] {{ {values} }}\n"
                ));
            }
        }
        css.push_str(&self.style);
        css
    }
}

impl Palette {
    fn over(self, [paper, ink, accent]: [Colour; 3]) -> [Colour; 3] {
        [
            self.paper.unwrap_or(paper),
            self.ink.unwrap_or(ink),
            self.accent.unwrap_or(accent),
        ]
    }
}

/// The colours of `style.css`: those chosen, and those mixed from them as the built-in ones nearly are.
fn variables([paper, ink, accent]: [Colour; 3]) -> String {
    let quiet = (70..=100).map(|share| paper.with(ink, share));
    let soft = quiet
        .into_iter()
        .find(|soft| soft.contrast(paper) >= READABLE);
    format!(
        "--paper: {paper}; --ink: {ink}; --soft: {}; --rule: {}; --strong: {}; --accent: {accent}; --tint: {};",
        soft.unwrap_or(ink),
        paper.with(ink, 16),
        paper.with(ink, 80),
        paper.with(ink, 5),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn colours_are_read_as_style_sheets_write_them() {
        assert_eq!(colour("#8c1c13").to_string(), "#8c1c13");
        assert_eq!(colour("#F0a").to_string(), "#ff00aa");
        for text in ["8c1c13", "#8c1c1", "#8c1c13ff", "red", "#ggg", "#", "#é1"] {
            assert_eq!(text.parse::<Colour>(), Err(ColourError(text.to_owned())));
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let check = |one: &str, two: &str, expected: f64| {
            let contrast = colour(one).contrast(colour(two));
            assert!(
                (contrast - expected).abs() < 0.01,
                "{one} {two}: {contrast}"
            );
            assert_eq!(contrast, colour(two).contrast(colour(one)));
        };
        check("#000", "#fff", 21.0);
        check("#777", "#fff", 4.48);
        check("#767676", "#fff", 4.54);
        check("#8c1c13", "#8c1c13", 1.0);
    }

    #[test]
    fn the_built_in_colours_are_those_of_the_style_sheet_and_can_be_read() {
        let style = include_str!("../assets/style.css");
        for ([paper, ink, accent], rule) in [(LIGHT, ":root {"), (DARK, ":root[data-theme=dark] {")]
        {
            let (_, block) = style.split_once(rule).unwrap();
            let (block, _) = block.split_once('}').unwrap();
            for variable in [
                format!("--paper: {paper};"),
                format!("--ink: {ink};"),
                format!("--accent: {accent};"),
            ] {
                assert!(block.contains(&variable), "{variable} is not in {block}");
            }
        }
        assert_eq!(Theme::default().unreadable(), None);
        assert_eq!(Theme::default().css(), "");
    }

    #[test]
    fn an_accent_that_cannot_be_read_is_told() {
        let mut theme = Theme::default();
        theme.dark.accent = Some(colour("#333"));
        assert_eq!(
            theme.unreadable().unwrap(),
            "accent #333333 on paper #161513 of the dark colours has a contrast of 1.4 to 1, and readers need 4.5; \
             choose one that differs more"
        );
        theme.dark.paper = Some(colour("#fff"));
        assert!(
            theme
                .unreadable()
                .unwrap()
                .starts_with("ink #e4e0d6 on paper #ffffff")
        );
    }

    #[test]
    fn quiet_text_can_be_read_wherever_the_text_can() {
        for (paper, ink) in [
            ("#fff", "#767676"),
            ("#000", "#8a8a8a"),
            ("#fdf6e3", "#586e75"),
        ] {
            let (paper, ink) = (colour(paper), colour(ink));
            let values = variables([paper, ink, ink]);
            let soft = values.split("--soft: ").nth(1).unwrap();
            let soft = colour(soft.split(';').next().unwrap());
            assert!(soft.contrast(paper) >= READABLE, "{values}");
        }
    }

    #[test]
    fn chosen_colours_hold_for_the_system_and_for_the_reader() {
        let theme = Theme {
            light: Palette {
                accent: Some(colour("#004080")),
                ..Palette::default()
            },
            style: ".foot { display: none }\n".to_owned(),
            ..Theme::default()
        };
        let css = theme.css();
        assert!(css.starts_with(
            "@media (prefers-color-scheme: light) { :root:not([data-theme=dark]) { --paper: #fdfcf8; --ink: #1b1a17;"
        ));
        assert!(css.contains("\n:root[data-theme=light] { --paper: #fdfcf8;"));
        assert!(!css.contains("prefers-color-scheme: dark"));
        assert!(css.contains("--accent: #004080;"));
        assert!(css.ends_with(".foot { display: none }\n"));
    }
}
