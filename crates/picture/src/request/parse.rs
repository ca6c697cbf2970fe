//! A query read as weserv reads it: the first of a name counts, names of more than eight letters are nobody's, a wrong
//! value is the default, and nothing is ever refused.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::request::colour::Colour;
use crate::request::filters::Filters;
use crate::request::{
    Align, Ask, Crop, Delivery, Fallback, Fit, Frames, Length, Mask, Output, Request,
};

/// The longest side that can be asked for (section 3, row 2).
const MAX_LENGTH: u32 = 10_000_000;

/// A day and a year in seconds, between which `maxage` may lie.
const DAY: u64 = 86_400;
const YEAR: u64 = 31_536_000;

/// The threshold of a bare `trim`.
const DEFAULT_TRIM: u8 = 10;

/// Names that stand for others.
const SYNONYMS: [(&str, &str); 12] = [
    ("width", "w"),
    ("height", "h"),
    ("align", "a"),
    ("level", "l"),
    ("quality", "q"),
    ("lossless", "ll"),
    ("pages", "n"),
    ("shape", "mask"),
    ("strim", "mtrim"),
    ("or", "ro"),
    ("t", "fit"),
    ("errorredirect", "default"),
];

/// All other names of the API (section 3), those without an effect too, and the two of a signature.
const NAMES: [&str; 56] = [
    "w", "h", "output", "q", "fit", "we", "bg", "cbg", "il", "a", "fpx", "fpy", "af", "default",
    "mask", "mtrim", "mbg", "maxage", "filename", "trim", "tbg", "n", "page", "dpr", "encoding",
    "crop", "cx", "cy", "cw", "ch", "precrop", "ro", "flip", "flop", "rbg", "blur", "sharp",
    "sharpf", "sharpj", "con", "gam", "mod", "sat", "hue", "bri", "filt", "start", "stop", "tint",
    "l", "ll", "loop", "delay", "fsol", "s", "exp",
];

/// The longest name; `errorredirect` is older than the rule.
const MAX_NAME: usize = 8;

impl Ask {
    /// Reads the part of an address behind `?`.
    pub fn parse(query: &str) -> Ask {
        let values = Values::parse(query);
        Ask {
            url: values.text("url").map(Cow::into_owned),
            request: values.request(),
            delivery: values.delivery(),
        }
    }
}

impl Ask {
    /// What a query says if its address stands in it as it is, with parameters of its own, as many old links have it.
    /// The API ends the address at the first `&`; here what follows belongs to it, in the first reading up to the
    /// first name of the API's, in the second all of it. There is none where the address has no query, or was encoded.
    pub fn unencoded(query: &str) -> Vec<Ask> {
        let pairs: Vec<&str> = query.split('&').collect();
        let is_raw = |pair: &&str| pair.starts_with("url=") && pair.contains('?');
        let Some(place) = pairs.iter().position(is_raw) else {
            return Vec::new();
        };
        let start = pairs[place..].iter().skip(1);
        let own = start.take_while(|pair| !is_known(pair)).count();
        let mut ends = vec![place + 1 + own, pairs.len()];
        ends.dedup();
        ends.retain(|end| *end > place + 1);
        let readings = ends.into_iter().map(|end| {
            let rest = [&pairs[..place], &pairs[end..]].concat().join("&");
            Ask {
                url: Some(pairs[place..end].join("&")["url=".len()..].to_owned()),
                ..Ask::parse(&rest)
            }
        });
        readings.collect()
    }
}

/// Whether a pair of a query has one of the API's names.
fn is_known(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    NAMES.contains(&name) || SYNONYMS.iter().any(|(synonym, _)| *synonym == name)
}

/// The first value of each name, still encoded; `None` for a name without `=`.
pub(super) struct Values<'a>(BTreeMap<&'a str, Option<&'a str>>);

impl<'a> Values<'a> {
    fn parse(query: &'a str) -> Values<'a> {
        let mut values = BTreeMap::new();
        for pair in query.split('&') {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (pair, None),
            };
            let synonym = SYNONYMS.iter().find(|(from, _)| *from == name);
            let name = synonym.map_or(name, |(_, to)| to);
            if !name.is_empty() && name.len() <= MAX_NAME {
                values.entry(name).or_insert(value);
            }
        }
        Values(values)
    }

    /// Whether the name is there at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value, decoded once.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = (*self.0.get(name)?)?;
        Some(decode(value))
    }

    /// True by its name alone, unless it says `false` or `0`.
    fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            None => false,
            Some(None) => true,
            Some(Some(value)) => !matches!(*value, "false" | "0"),
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        number(&self.text(name)?)
    }

    /// The number of a name that is there; of one that is there with no number or a wrong one, `Some(None)`. 0 is as
    /// good as no name.
    pub(super) fn optional(&self, name: &str) -> Option<Option<f64>> {
        let number = self.number(name);
        (self.has(name) && number != Some(0.0)).then_some(number)
    }

    /// The first three of the numbers between commas; `None` in the place of a wrong one.
    pub(super) fn numbers(&self, name: &str) -> Vec<Option<f64>> {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(',').filter(|part| !part.is_empty());
        parts.take(3).map(number).collect()
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    pub(super) fn colour(&self, name: &str) -> Colour {
        self.text(name)
            .map_or(Colour::TRANSPARENT, |text| Colour::parse(&text))
    }

    fn length(&self, name: &str) -> Option<Length> {
        length(&self.text(name)?)
    }

    /// A side; 0 is as good as none.
    fn side(&self, name: &str) -> Option<Length> {
        self.length(name)
            .filter(|length| !matches!(length, Length::Pixels(0) | Length::Percent(0.0)))
    }

    fn request(&self) -> Request {
        let words = self.text("fit").unwrap_or_default();
        let (fit, never_larger) = fit(&words);
        let defaults = Request::default();
        let ranged = |name, low: i64, high: i64, default: u8| {
            let value = self
                .integer(name)
                .filter(|value| (low..=high).contains(value));
            value
                .and_then(|value| u8::try_from(value).ok())
                .unwrap_or(default)
        };
        Request {
            width: self.side("w"),
            height: self.side("h"),
            density: self
                .number("dpr")
                .filter(|density| *density > 0.0 && *density <= 8.0)
                .unwrap_or(1.0),
            fit,
            without_enlargement: never_larger || self.flag("we"),
            align: self.align(),
            crop: self.crop(),
            crops_first: self.flag("precrop"),
            rotation: u16::try_from(self.integer("ro").unwrap_or(0).rem_euclid(360)).unwrap_or(0),
            flip: self.flag("flip"),
            flop: self.flag("flop"),
            rotation_ground: self.colour("rbg"),
            trim: self.trim(),
            background: self.colour("bg"),
            contain_ground: self.colour("cbg"),
            filters: Filters::parse(self),
            mask: self.text("mask").and_then(|word| mask(&word)),
            mask_trim: self.flag("mtrim"),
            mask_ground: self.colour("mbg"),
            output: self
                .text("output")
                .map_or(Output::Origin, |word| output(&word)),
            quality: ranged("q", 1, 100, defaults.quality),
            level: ranged("l", 0, 9, defaults.level),
            lossless: self.flag("ll"),
            interlaced: self.flag("il"),
            adaptive_filter: self.flag("af"),
            frames: self.frames(),
            base64: self.text("encoding").as_deref() == Some("base64"),
        }
        .settled()
    }

    fn align(&self) -> Align {
        let Some(word) = self.text("a") else {
            return Align::CENTRE;
        };
        let share = |name| {
            let share = self
                .number(name)
                .filter(|share| (0.0..=1.0).contains(share));
            share.unwrap_or(0.5)
        };
        match word.as_ref() {
            "entropy" => Align::Entropy,
            "attention" => Align::Attention,
            "focal" => Align::At(share("fpx"), share("fpy")),
            word => focus(word).unwrap_or_else(|| edge(word)),
        }
    }

    fn crop(&self) -> Option<Crop> {
        let old = self.text("crop");
        let parts: Vec<_> = old
            .iter()
            .flat_map(|old| old.split(','))
            .map(length)
            .collect();
        let part = |name, place: usize| self.length(name).or_else(|| *parts.get(place)?);
        let none = Length::Pixels(0);
        let side = |length: Option<Length>| length.filter(|length| *length != none);
        let (width, height) = (side(part("cw", 0)), side(part("ch", 1)));
        let (left, top) = (part("cx", 2), part("cy", 3));
        let is_asked = [width, height, left, top].iter().any(Option::is_some);
        is_asked.then(|| Crop {
            left: left.unwrap_or(none),
            top: top.unwrap_or(none),
            width,
            height,
        })
    }

    fn trim(&self) -> Option<u8> {
        let value = self.0.get("trim")?;
        match value {
            None | Some("" | "true") => Some(DEFAULT_TRIM),
            Some(text) => text.parse().ok().filter(|trim| (1..=254).contains(trim)),
        }
    }

    fn frames(&self) -> Frames {
        match self.integer("n") {
            Some(-1) => Frames::All,
            Some(count @ 2..) => Frames::Some(u32::try_from(count).unwrap_or(u32::MAX)),
            _ => Frames::First,
        }
    }

    fn delivery(&self) -> Delivery {
        let is_name = |name: &Cow<str>| {
            (1..=78).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let filename = self.text("filename").filter(is_name);
        let fallback = self.text("default").filter(|text| !text.is_empty());
        Delivery {
            max_age: self.text("maxage").map_or(YEAR, |text| max_age(&text)) as u32,
            filename: filename.map_or_else(|| "image".to_owned(), Cow::into_owned),
            fallback: fallback.map(|text| match text.as_ref() {
                "1" => Fallback::Source,
                _ => Fallback::Other(text.into_owned()),
            }),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    let number: f64 = text.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// `%XX` undone once; what is not UTF-8 then is replaced.
fn decode(value: &str) -> Cow<'_, str> {
    if !value.contains('%') {
        return Cow::Borrowed(value);
    }
    let bytes = value.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let pair = bytes
            .get(place + 1..place + 3)
            .filter(|_| bytes[place] == b'%');
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let byte = pair.and_then(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?));
        decoded.push(byte.map_or(bytes[place], |byte| byte as u8));
        place += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        .into()
}

/// Pixels, or a share as `N%` (`N%25` where it was encoded twice).
fn length(text: &str) -> Option<Length> {
    let text = text.trim();
    if let Some(number) = text.strip_suffix("%25").or_else(|| text.strip_suffix('%')) {
        let percent: f64 = number.parse().ok()?;
        return (0.0..=100.0)
            .contains(&percent)
            .then_some(Length::Percent(percent));
    }
    let pixels: u64 = text.parse().ok()?;
    let pixels = pixels.min(MAX_LENGTH.into());
    Some(Length::Pixels(u32::try_from(pixels).unwrap_or(MAX_LENGTH)))
}

/// The fit, and whether the old word says that nothing is enlarged.
fn fit(word: &str) -> (Fit, bool) {
    match word {
        "outside" => (Fit::Outside, false),
        "cover" | "square" => (Fit::Cover, false),
        "squaredown" => (Fit::Cover, true),
        "fill" | "absolute" => (Fit::Fill, false),
        "contain" | "letterbox" => (Fit::Contain, false),
        "fit" => (Fit::Inside, true),
        word if word.starts_with("crop") => (Fit::Cover, false),
        _ => (Fit::Inside, false),
    }
}

/// `focal-x-y` and `crop-x-y`, in percent.
fn focus(word: &str) -> Option<Align> {
    let (_, point) = word
        .split_once('-')
        .filter(|(kind, _)| matches!(*kind, "focal" | "crop"))?;
    let (x, y) = point.split_once('-')?;
    let share = |text: &str| {
        let percent: f64 = text.parse().ok()?;
        (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
    };
    Some(Align::At(share(x)?, share(y)?))
}

fn edge(word: &str) -> Align {
    let (x, y) = match word {
        "top" | "t" => (0.5, 0.0),
        "bottom" | "b" => (0.5, 1.0),
        "left" | "l" => (0.0, 0.5),
        "right" | "r" => (1.0, 0.5),
        "top-left" => (0.0, 0.0),
        "top-right" => (1.0, 0.0),
        "bottom-left" => (0.0, 1.0),
        "bottom-right" => (1.0, 1.0),
        _ => (0.5, 0.5),
    };
    Align::Edge(x, y)
}

fn mask(word: &str) -> Option<Mask> {
    super::names::MASKS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, mask)| *mask)
}

fn output(word: &str) -> Output {
    match word {
        "jpg" | "jpeg" => Output::Jpeg,
        "png" => Output::Png,
        "gif" => Output::Gif,
        "tiff" | "tif" => Output::Tiff,
        "webp" => Output::Webp,
        "avif" | "av1" => Output::Avif,
        "json" => Output::Json,
        _ => Output::Origin,
    }
}

/// `<n>` and a unit; anything below a day or above a year is a year.
fn max_age(text: &str) -> u64 {
    let unit = text.chars().last().unwrap_or_default();
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => DAY,
        'w' => 7 * DAY,
        'M' => 30 * DAY,
        'y' => YEAR,
        _ => return YEAR,
    };
    let count: Option<u64> = text[..text.len() - unit.len_utf8()].parse().ok();
    let age = count.and_then(|count| count.checked_mul(seconds));
    age.filter(|age| (DAY..=YEAR).contains(age)).unwrap_or(YEAR)
}
