//! The filters of weserv's API (its section 3, rows 22 to 26): as types, read from a query, and written back into one.
//!
//! A value that is no number, or lies outside of its range, means what the API gives for it: none of the filter, or
//! its mild form. `sat` and `hue` count before the second and third of `mod`, `sharpf` and `sharpj` before those of
//! `sharp`.

use super::canonical::Query;
use super::colour::Colour;
use super::parse::Values;

/// What becomes of a picture's colours and edges, in the order in which it is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filters {
    /// `bri`: how much lighter, in percent of white; -100 to 100.
    pub lightening: i8,
    /// The first of `mod`: what lightness is multiplied by, 0 to 10,000.
    pub brightness: f64,
    /// `sat`, or the second of `mod`: what the strength of colours is multiplied by, 0 to 10,000.
    pub saturation: f64,
    /// `hue`, or the third of `mod`: by how many degrees colours are turned, 0 to 359.
    pub hue: u16,
    /// `con`: -100 to 100.
    pub contrast: i8,
    /// `gam`: 1 to 3.
    pub gamma: Option<f64>,
    /// `sharp`, `sharpf`, `sharpj`.
    pub sharpening: Option<Sharpening>,
    /// `filt`, `start`, `stop`.
    pub effect: Option<Effect>,
    /// `blur`.
    pub blur: Option<Blur>,
    /// `tint`: the colour that all others become, only lighter and darker.
    pub tint: Colour,
}

/// How edges are made sharper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sharpening {
    /// Each pixel set apart a little from its eight neighbours.
    Mild,
    /// Lightness alone, by how much it differs from its surroundings.
    Masked {
        /// How wide the surroundings are, as the deviation of a bell curve; 0.000001 to 10.
        sigma: f64,
        /// How much small differences grow, 0 to 1,000,000.
        flat: f64,
        /// How much large ones do, 0 to 1,000,000.
        jagged: f64,
    },
}

/// What `filt` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// By the light that a colour gives.
    Greyscale,
    /// As old photographs look.
    Sepia,
    /// Each channel taken from white.
    Negate,
    /// From one colour to another, by the light that a colour gives.
    Duotone {
        /// What black becomes.
        start: Colour,
        /// What white becomes.
        stop: Colour,
    },
}

/// How edges are made softer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Blur {
    /// Each pixel the mean of itself and its neighbours.
    Mild,
    /// By a bell curve of this deviation, 0.3 to 1,000.
    Gaussian(f64),
}

/// What black and white become where `filt=duotone` says no more.
const DUOTONE: [Colour; 2] = [
    Colour([0xc8, 0x36, 0x58, 255]),
    Colour([0xd8, 0xe7, 0x4f, 255]),
];

/// `gam` where it is given without a number, or with a wrong one: about that of sRGB.
const DEFAULT_GAMMA: f64 = 2.2;

impl Filters {
    /// A picture as it is.
    pub const NONE: Filters = Filters {
        lightening: 0,
        brightness: 1.0,
        saturation: 1.0,
        hue: 0,
        contrast: 0,
        gamma: None,
        sharpening: None,
        effect: None,
        blur: None,
        tint: Colour::TRANSPARENT,
    };

    pub(super) fn parse(values: &Values) -> Filters {
        let modulation = values.numbers("mod");
        let factor = |number: Option<f64>| within(number, 0.0, 10_000.0).unwrap_or(1.0);
        let turned = modulation.get(2).copied().flatten().map(f64::trunc);
        let turned = turned.map_or(0, |degrees| degrees as i64);
        let percent = |name| within(values.integer(name), -100, 100).unwrap_or(0) as i8;
        Filters {
            lightening: percent("bri"),
            brightness: factor(modulation.first().copied().flatten()),
            saturation: match values.number("sat") {
                None => factor(modulation.get(1).copied().flatten()),
                given => factor(given),
            },
            hue: values.integer("hue").unwrap_or(turned).rem_euclid(360) as u16,
            contrast: percent("con"),
            gamma: values.optional("gam").map(|number| {
                let gamma = within(number, 1.0, 3.0);
                gamma.unwrap_or(DEFAULT_GAMMA)
            }),
            sharpening: Sharpening::parse(values),
            effect: Effect::parse(values),
            blur: values.optional("blur").map(|number| {
                let sigma = within(number, 0.3, 1000.0);
                sigma.map_or(Blur::Mild, Blur::Gaussian)
            }),
            tint: match values.colour("tint") {
                Colour::TRANSPARENT => Colour::TRANSPARENT,
                seen => opaque(seen),
            },
        }
    }

    pub(super) fn write(&self, query: &mut Query) {
        query.unless("bri", self.lightening, 0);
        if (self.brightness, self.saturation, self.hue) != (1.0, 1.0, 0) {
            let (brightness, saturation, hue) = (self.brightness, self.saturation, self.hue);
            query.put("mod", format_args!("{brightness},{saturation},{hue}"));
        }
        query.unless("con", self.contrast, 0);
        query.unless("gam", self.gamma.unwrap_or(0.0), 0.0);
        match self.sharpening {
            None => {}
            Some(Sharpening::Mild) => query.put("sharp", 1_000),
            Some(Sharpening::Masked {
                sigma,
                flat,
                jagged,
            }) => query.put("sharp", format_args!("{flat},{jagged},{sigma}")),
        }
        if let Some(effect) = self.effect {
            effect.write(query);
        }
        match self.blur {
            None => {}
            Some(Blur::Mild) => query.put("blur", -1),
            Some(Blur::Gaussian(sigma)) => query.put("blur", sigma),
        }
        query.colour("tint", self.tint);
    }
}

impl Sharpening {
    fn parse(values: &Values) -> Option<Sharpening> {
        let parts = values.numbers("sharp");
        let part = |place: usize| parts.get(place).copied().flatten();
        let (flat, jagged, sigma) = match parts.len() {
            0 if values.has("sharp") => (None, None, None),
            1 => (None, None, part(0)),
            3.. => (part(0), part(1), part(2)),
            _ => return None,
        };
        let Some(sigma) = within(sigma, 0.000_001, 10.0) else {
            return Some(Sharpening::Mild);
        };
        let slope = |name, part: Option<f64>, default| {
            let number = values.number(name).or(part);
            within(number, 0.0, 1_000_000.0).unwrap_or(default)
        };
        Some(Sharpening::Masked {
            sigma,
            flat: slope("sharpf", flat, 1.0),
            jagged: slope("sharpj", jagged, 2.0),
        })
    }
}

impl Effect {
    fn parse(values: &Values) -> Option<Effect> {
        match values.text("filt")?.as_ref() {
            "greyscale" => Some(Effect::Greyscale),
            "sepia" => Some(Effect::Sepia),
            "negate" => Some(Effect::Negate),
            "duotone" => {
                let colour = |name, default: Colour| match values.has(name) {
                    true => opaque(values.colour(name)),
                    false => default,
                };
                Some(Effect::Duotone {
                    start: colour("start", DUOTONE[0]),
                    stop: colour("stop", DUOTONE[1]),
                })
            }
            _ => None,
        }
    }

    fn write(self, query: &mut Query) {
        match self {
            Effect::Greyscale => query.put("filt", "greyscale"),
            Effect::Sepia => query.put("filt", "sepia"),
            Effect::Negate => query.put("filt", "negate"),
            Effect::Duotone { start, stop } => {
                query.put("filt", "duotone");
                for (name, colour, default) in
                    [("start", start, DUOTONE[0]), ("stop", stop, DUOTONE[1])]
                {
                    if colour != default {
                        query.colour(name, colour);
                    }
                }
            }
        }
    }
}

/// How much of a colour shows through makes no difference here; one that is not seen is black.
fn opaque(Colour([red, green, blue, _]): Colour) -> Colour {
    Colour([red, green, blue, 255])
}

fn within<T: PartialOrd>(number: Option<T>, low: T, high: T) -> Option<T> {
    number.filter(|number| (low..=high).contains(number))
}
