//! Pictures out of the edition's stock, as HTML: `picture` with what a browser may choose among, within what the
//! pictures of a page may weigh, and the colours that stand in their places until they are there.

use std::cell::{Cell, RefCell};
use std::fmt::Write;

use url::Url;
use wirecopy_document::document::Document;

use crate::edition::Edition;
use crate::paths;
use crate::pictures::{Tag, attribute, escaped};
use crate::stock::{Stock, StockedFile, StockedForm, StockedPicture};

/// How wide a picture is shown: as the column of `style.css`, 39 rem, and in a narrower window as the window without
/// its margins.
const SIZES: &str = "(min-width: 42rem) 39rem, calc(100vw - 2.3rem)";

/// The width in pixels of what is loaded where a browser does not choose: enough for a column.
const PLAIN_WIDTH: u32 = 800;

/// The stock as one page shows it.
pub(super) struct Stocked<'a> {
    stock: &'a Stock,
    /// The address of the site, where it is known.
    base: Option<&'a Url>,
    /// What leads from here to the site's root; `None` in a feed, where addresses are whole.
    root: Option<String>,
    /// What the pictures of a page may weigh together, in bytes.
    budget: u64,
    /// What those weigh that were written.
    weight: Cell<u64>,
    /// The widest file that fits the budget, in pixels.
    widest: Cell<u32>,
    colours: RefCell<Vec<[[u8; 3]; 3]>>,
}

/// What to write for a picture.
pub(super) enum Shown {
    /// The picture, as HTML.
    Picture(String),
    /// No room: a link to it with these bytes.
    Linked { href: String, bytes: u64 },
    /// It is not there.
    Missing,
}

impl<'a> Stocked<'a> {
    pub(super) fn on_page(edition: &'a Edition, root: &str) -> Stocked<'a> {
        Stocked::new(edition, Some(root.to_owned()))
    }

    /// `None` where the site's address is not known.
    pub(super) fn in_feed(edition: &'a Edition) -> Option<Stocked<'a>> {
        edition.base_url.as_ref()?;
        Some(Stocked::new(edition, None))
    }

    fn new(edition: &'a Edition, root: Option<String>) -> Stocked<'a> {
        Stocked {
            stock: &edition.stock,
            base: edition.base_url.as_ref(),
            root,
            budget: edition.picture_budget,
            weight: Cell::new(0),
            widest: Cell::new(u32::MAX),
            colours: RefCell::default(),
        }
    }

    /// The address of a picture's file for what shows one and lets nobody choose; whole where the site's is known.
    pub(super) fn address(&self, url: &str) -> Option<String> {
        let picture = self.stock.find(&Url::parse(url).ok()?)?;
        let path = paths::encoded(&plain(picture.forms.last()?).path);
        Some(self.whole(&path).unwrap_or(path))
    }

    fn whole(&self, path: &str) -> Option<String> {
        Some(self.base?.join(path).ok()?.into())
    }

    /// Finds the width up to which the pictures of a document weigh no more than they may.
    pub(super) fn weigh(&self, document: &Document) {
        let inner = document.body.pictures().into_iter();
        let addresses = document
            .trailer
            .image
            .iter()
            .cloned()
            .chain(inner.map(|picture| picture.url));
        let pictures: Vec<StockedPicture> = addresses
            .filter_map(|address| self.stock.find(&address))
            .collect();
        let files = pictures.iter().flat_map(|picture| &picture.forms[0].files);
        let mut widths: Vec<u32> = files.map(|file| file.width).collect();
        widths.sort_unstable();
        widths.dedup();
        let weighs = |widest: u32| -> u64 {
            let loaded = pictures
                .iter()
                .map(|picture| within(&picture.forms[0], widest).bytes);
            loaded.sum()
        };
        let fitting = widths
            .iter()
            .rev()
            .find(|width| weighs(**width) <= self.budget);
        self.widest
            .set(fitting.or(widths.first()).copied().unwrap_or(u32::MAX));
        self.weight.set(0);
        self.colours.borrow_mut().clear();
    }

    /// One picture. Where a link cannot stand, a picture without room stands all the same.
    pub(super) fn show(
        &self,
        url: &str,
        tag: &Tag<'_>,
        (is_lazy, may_link): (bool, bool),
    ) -> Shown {
        let found = Url::parse(url).ok().and_then(|url| self.stock.find(&url));
        let Some(picture) = found else {
            return Shown::Missing;
        };
        let loaded = within(&picture.forms[0], self.widest.get()).bytes;
        let weight = self.weight.get() + loaded;
        if weight > self.budget && may_link && self.weight.get() > 0 {
            let file = within(&picture.forms[picture.forms.len() - 1], self.widest.get());
            return Shown::Linked {
                href: self.href(file),
                bytes: file.bytes,
            };
        }
        self.weight.set(weight);
        Shown::Picture(self.html(&picture, tag, is_lazy))
    }

    fn html(&self, picture: &StockedPicture, tag: &Tag<'_>, is_lazy: bool) -> String {
        let mut html = String::with_capacity(512);
        let (last, better) = picture
            .forms
            .split_last()
            .expect("the stock gives no picture without a form");
        let is_page = self.root.is_some();
        let better = better.iter().filter(|_| is_page);
        let is_wrapped = better.clone().next().is_some();
        if is_wrapped {
            html.push_str("<picture>");
        }
        for form in better {
            html.push_str("<source");
            attribute(&mut html, "type", &escaped(&form.media_type));
            attribute(&mut html, "srcset", &self.candidates(form));
            attribute(&mut html, "sizes", SIZES);
            html.push('>');
        }
        html.push_str("<img");
        attribute(&mut html, "src", &escaped(&self.href(plain(last))));
        if is_page && last.files.len() > 1 {
            attribute(&mut html, "srcset", &self.candidates(last));
            attribute(&mut html, "sizes", SIZES);
        }
        self.describe(&mut html, picture, tag);
        if is_lazy {
            attribute(&mut html, "loading", "lazy");
        }
        attribute(&mut html, "decoding", "async");
        html.push('>');
        if is_wrapped {
            html.push_str("</picture>");
        }
        html
    }

    /// What the picture is called, and the room that it takes.
    fn describe(&self, html: &mut String, picture: &StockedPicture, tag: &Tag<'_>) {
        attribute(html, "alt", tag.value("alt").unwrap_or_default());
        if let Some(title) = tag.value("title") {
            attribute(html, "title", title);
        }
        attribute(html, "width", &picture.width.to_string());
        attribute(html, "height", &picture.height.to_string());
        if let (Some(_), Some(colours)) = (&self.root, picture.colours) {
            let mut all = self.colours.borrow_mut();
            let known = all.iter().position(|known| *known == colours);
            let number = known.unwrap_or_else(|| {
                all.push(colours);
                all.len() - 1
            });
            attribute(html, "class", &format!("p{number}"));
        }
    }

    /// What `srcset` offers: no file is wider than the budget allows.
    fn candidates(&self, form: &StockedForm) -> String {
        let narrowest = form.files.first().map_or(0, |file| file.width);
        let widest = self.widest.get().max(narrowest);
        let files = form.files.iter().filter(|file| file.width <= widest);
        let candidates = files.map(|file| format!("{} {}w", escaped(&self.href(file)), file.width));
        candidates.collect::<Vec<_>>().join(", ")
    }

    fn href(&self, file: &StockedFile) -> String {
        let path = paths::encoded(&file.path);
        match &self.root {
            Some(root) => format!("{root}{path}"),
            None => self.whole(&path).unwrap_or(path),
        }
    }

    /// The rules of a style sheet that colour the places of what was written.
    pub(super) fn style(&self) -> String {
        let mut style = String::new();
        for (number, [upper, middle, lower]) in self.colours.borrow().iter().enumerate() {
            let (upper, middle, lower) = (hex(*upper), hex(*middle), hex(*lower));
            write!(
                style,
                ".p{number}{{background:linear-gradient({upper},{middle},{lower})}}"
            )
            .expect("writing to a string cannot fail");
        }
        style
    }
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The widest file of a form that is no wider than this, else its narrowest.
fn within(form: &StockedForm, widest: u32) -> &StockedFile {
    let fitting = form.files.iter().rev().find(|file| file.width <= widest);
    fitting.unwrap_or(&form.files[0])
}

fn plain(form: &StockedForm) -> &StockedFile {
    within(form, PLAIN_WIDTH)
}
