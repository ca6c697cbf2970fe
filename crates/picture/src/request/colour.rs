//! Colours as weserv writes them: a CSS name, or digits with alpha first.

use crate::request::names::COLOURS;

/// Red, green, blue and alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 4]);

impl Colour {
    /// What a wrong colour means.
    pub const TRANSPARENT: Colour = Colour([0; 4]);

    /// `RGB`, `ARGB`, `RRGGBB`, `AARRGGBB`, with or without `#`, or a name of CSS Color 4 §6.1.
    pub(super) fn parse(text: &str) -> Colour {
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        let values: Option<Vec<u8>> = digits
            .chars()
            .map(|digit| digit.to_digit(16).map(|value| value as u8))
            .collect();
        let colour = match values.as_deref() {
            Some(&[red, green, blue]) => Some([red * 17, green * 17, blue * 17, 255]),
            Some(&[alpha, red, green, blue]) => Some([red, green, blue, alpha].map(|v| v * 17)),
            Some(&[a, b, c, d, e, f]) => Some([a * 16 + b, c * 16 + d, e * 16 + f, 255]),
            Some(&[a, b, c, d, e, f, g, h]) => {
                Some([c * 16 + d, e * 16 + f, g * 16 + h, a * 16 + b])
            }
            _ => named(digits),
        };
        // All that cannot be seen is one colour.
        colour
            .filter(|colour| colour[3] > 0)
            .map_or(Colour::TRANSPARENT, Colour)
    }
}

fn named(name: &str) -> Option<[u8; 4]> {
    let place = COLOURS
        .binary_search_by(|(known, _)| (*known).cmp(name.to_ascii_lowercase().as_str()))
        .ok()?;
    let [_, red, green, blue] = COLOURS[place].1.to_be_bytes();
    Some([red, green, blue, 255])
}
