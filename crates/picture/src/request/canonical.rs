//! A request written the one way that all requests for the same bytes share: what caches are keyed by, what is signed,
//! and what a worker is told.

use std::fmt::Write;

use crate::request::{Align, Colour, Fit, Frames, Length, Output, Request};

impl Request {
    /// The request without what has no effect, so that it does not tell two equal pictures apart.
    pub(super) fn settled(mut self) -> Request {
        if self.crop.is_none() {
            self.crops_first = false;
        }
        if self.mask.is_none() {
            (self.mask_trim, self.mask_ground) = (false, Colour::TRANSPARENT);
        }
        if self.rotation.is_multiple_of(90) {
            self.rotation_ground = Colour::TRANSPARENT;
        }
        if self.fit != Fit::Contain {
            self.contain_ground = Colour::TRANSPARENT;
        }
        if !matches!(self.fit, Fit::Cover | Fit::Contain) {
            self.align = Align::CENTRE;
        }
        if self.output == Output::Json {
            return Request {
                output: Output::Json,
                base64: self.base64,
                ..Request::default()
            };
        }
        self
    }

    /// The nearest request that a ladder of sides allows: sides are the next steps up, the quality a multiple of five,
    /// and nothing else of the request counts. So the requests of one picture are few, whatever is asked.
    #[must_use]
    pub fn on_ladder(&self, ladder: &[u32]) -> Request {
        let step = |length: Option<Length>| match length? {
            Length::Pixels(pixels) => {
                let wanted = f64::from(pixels) * self.density;
                let step = ladder.iter().find(|step| f64::from(**step) >= wanted);
                step.or(ladder.last()).copied().map(Length::Pixels)
            }
            Length::Percent(_) => None,
        };
        Request {
            width: step(self.width),
            height: step(self.height),
            fit: self.fit,
            output: self.output,
            quality: self.quality.div_ceil(5) * 5,
            ..Request::default()
        }
        .settled()
    }

    /// The request as a query without `url`: parameters in one order, defaults left out. Reading it gives the request
    /// back.
    pub fn canonical(&self) -> String {
        let defaults = Request::default();
        let mut query = Query::default();
        query.length("w", self.width);
        query.length("h", self.height);
        query.unless("dpr", self.density, defaults.density);
        query.word("fit", fit(self.fit));
        query.flag("we", self.without_enlargement);
        query.align(self.align);
        if let Some(crop) = self.crop {
            query.length("cx", Some(crop.left));
            query.length("cy", Some(crop.top));
            query.length("cw", crop.width);
            query.length("ch", crop.height);
        }
        query.flag("precrop", self.crops_first);
        query.unless("ro", self.rotation, 0);
        query.flag("flip", self.flip);
        query.flag("flop", self.flop);
        query.colour("rbg", self.rotation_ground);
        query.unless("trim", self.trim.unwrap_or(0), 0);
        self.filters.write(&mut query);
        query.colour("bg", self.background);
        query.colour("cbg", self.contain_ground);
        let mask = |&(_, mask): &(_, _)| Some(mask) == self.mask;
        let mask = super::names::MASKS.iter().find(|row| mask(row));
        query.word("mask", mask.map(|(name, _)| *name));
        query.flag("mtrim", self.mask_trim);
        query.colour("mbg", self.mask_ground);
        query.word("output", output(self.output));
        query.unless("q", self.quality, defaults.quality);
        query.unless("l", self.level, defaults.level);
        query.flag("ll", self.lossless);
        query.flag("il", self.interlaced);
        query.flag("af", self.adaptive_filter);
        match self.frames {
            Frames::First => {}
            Frames::Some(count) => query.put("n", count),
            Frames::All => query.put("n", -1),
        }
        query.word("encoding", self.base64.then_some("base64"));
        query.0
    }
}

fn fit(fit: Fit) -> Option<&'static str> {
    match fit {
        Fit::Inside => None,
        Fit::Outside => Some("outside"),
        Fit::Cover => Some("cover"),
        Fit::Fill => Some("fill"),
        Fit::Contain => Some("contain"),
    }
}

fn output(output: Output) -> Option<&'static str> {
    match output {
        Output::Origin => None,
        Output::Jpeg => Some("jpg"),
        Output::Png => Some("png"),
        Output::Gif => Some("gif"),
        Output::Tiff => Some("tiff"),
        Output::Webp => Some("webp"),
        Output::Avif => Some("avif"),
        Output::Json => Some("json"),
    }
}

/// A query in the making.
#[derive(Default)]
pub(super) struct Query(String);

impl Query {
    pub(super) fn put(&mut self, name: &str, value: impl std::fmt::Display) {
        let mark = if self.0.is_empty() { "" } else { "&" };
        write!(self.0, "{mark}{name}={value}").expect("writing to a string does not fail");
    }

    pub(super) fn unless<T: PartialEq + std::fmt::Display>(
        &mut self,
        name: &str,
        value: T,
        default: T,
    ) {
        if value != default {
            self.put(name, value);
        }
    }

    fn word(&mut self, name: &str, word: Option<&str>) {
        if let Some(word) = word {
            self.put(name, word);
        }
    }

    fn flag(&mut self, name: &str, is_set: bool) {
        self.word(name, is_set.then_some("1"));
    }

    fn length(&mut self, name: &str, length: Option<Length>) {
        match length {
            None => {}
            Some(Length::Pixels(pixels)) => self.put(name, pixels),
            Some(Length::Percent(percent)) => self.put(name, format_args!("{percent}%25")),
        }
    }

    pub(super) fn colour(&mut self, name: &str, colour: Colour) {
        if colour != Colour::TRANSPARENT {
            let Colour([red, green, blue, alpha]) = colour;
            self.put(
                name,
                format_args!("{alpha:02x}{red:02x}{green:02x}{blue:02x}"),
            );
        }
    }

    fn align(&mut self, align: Align) {
        match align {
            Align::CENTRE => {}
            Align::Edge(x, y) => {
                let rows = [(0.0, "top"), (1.0, "bottom")];
                let columns = [(0.0, "left"), (1.0, "right")];
                let name = |words: [(f64, &'static str); 2], share| {
                    words.into_iter().find(|(at, _)| *at == share)
                };
                let words = [name(rows, y), name(columns, x)];
                let words: Vec<_> = words.iter().flatten().map(|(_, word)| *word).collect();
                self.put("a", words.join("-"));
            }
            Align::At(x, y) => {
                self.put("a", "focal");
                self.put("fpx", x);
                self.put("fpy", y);
            }
            Align::Entropy => self.put("a", "entropy"),
            Align::Attention => self.put("a", "attention"),
        }
    }
}
