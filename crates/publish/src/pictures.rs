//! Pictures as the edition wants them: linked, proxied, out of its own stock, or left out.
//!
//! Works on the text of `CleanHtml`, whose form is known: attribute values stand in double quotes, text holds no `<`.
//! Tags are walked with their quotes, because an attribute value may hold what looks like a tag.

mod lead;
mod stocked;

use url::Url;
use wirecopy_document::document::Document;

use crate::display::size;
use crate::edition::{Edition, ImagePolicy};
use crate::paths::percent_encode_into;
use crate::pictures::stocked::{Shown, Stocked};
use crate::words::choose;

/// How pictures are shown in one place of the edition.
pub(crate) struct Pictures<'a> {
    rule: Rule<'a>,
    /// Whether films and sounds are left out with the pictures.
    is_text: bool,
    left_out: &'static str,
}

enum Rule<'a> {
    Link,
    /// What stands before and after the picture's encoded address.
    Proxy(String, &'a str),
    Stock(Stocked<'a>),
    LeaveOut,
}

impl<'a> Pictures<'a> {
    /// For a page from which the site's root is reached by `root` (`../../`, or empty).
    pub(crate) fn on_page(edition: &'a Edition, root: &str) -> Pictures<'a> {
        let stocked = || Some(Stocked::on_page(edition, root));
        Pictures::new(edition, stocked, |template| {
            Some(format!("{root}{template}"))
        })
    }

    /// For the text edition: nothing but text.
    pub(crate) fn in_text(edition: &'a Edition) -> Pictures<'a> {
        Pictures {
            rule: Rule::LeaveOut,
            is_text: true,
            left_out: choose(&edition.language).article.picture,
        }
    }

    /// For a feed, where addresses must be whole: a proxy beside the site needs the edition's address, and pictures are
    /// linked where that is unknown. Those of the stock are then told by their description.
    pub(crate) fn in_feed(edition: &'a Edition) -> Pictures<'a> {
        let base = edition.base_url.as_ref();
        let stocked = || Stocked::in_feed(edition);
        Pictures::new(edition, stocked, |template| {
            Some(base?.join(template).ok()?.into())
        })
    }

    fn new(
        edition: &'a Edition,
        stocked: impl Fn() -> Option<Stocked<'a>>,
        placed: impl Fn(&str) -> Option<String>,
    ) -> Pictures<'a> {
        let rule = match &edition.images {
            ImagePolicy::Link => Rule::Link,
            ImagePolicy::None => Rule::LeaveOut,
            ImagePolicy::Store => stocked().map_or(Rule::LeaveOut, Rule::Stock),
            ImagePolicy::Proxy { template } => {
                let (before, after) = template.split_once("{url}").unwrap_or((template, ""));
                let before = if is_absolute(before) {
                    Some(before.to_owned())
                } else {
                    placed(before)
                };
                before.map_or(Rule::Link, |before| Rule::Proxy(before, after))
            }
        };
        Pictures {
            rule,
            is_text: false,
            left_out: choose(&edition.language).article.picture,
        }
    }

    /// Where a picture is loaded from; `None` where none is.
    pub(crate) fn address(&self, url: &str) -> Option<String> {
        match &self.rule {
            Rule::Link => Some(url.to_owned()),
            Rule::LeaveOut => None,
            Rule::Stock(stocked) => stocked.address(url),
            Rule::Proxy(before, after) => {
                let mut address = before.clone();
                percent_encode_into(&mut address, url);
                address.push_str(after);
                Some(address)
            }
        }
    }

    /// The HTML of a document as it is shown: its lead picture, unless the text has it, and the text.
    pub(crate) fn publish(&self, document: &Document) -> String {
        let body = without_title(document);
        let mut html = String::with_capacity(body.len() + body.len() / 8 + 256);
        if let Rule::Stock(stocked) = &self.rule {
            stocked.weigh(document);
        }
        let mut around = Around::default();
        if let Some(image) = self.lead(document) {
            let source = escaped(image.as_str());
            let tag = Tag {
                attributes: vec![("src", &source), ("alt", "")],
            };
            html.push_str("<figure>");
            self.write_picture(&mut html, &tag, &around);
            html.push_str("</figure>\n");
            around.is_lazy = true;
        }
        self.write_body(&mut html, body, around);
        html
    }

    /// The style that what was published last needs in its page; empty where it needs none.
    pub(crate) fn style(&self) -> String {
        match &self.rule {
            Rule::Stock(stocked) => stocked.style(),
            _ => String::new(),
        }
    }

    /// The picture that stands for the article, if it is not in its text.
    fn lead<'d>(&self, document: &'d Document) -> Option<&'d Url> {
        let image = document.trailer.image.as_ref()?;
        let is_had = match &self.rule {
            Rule::LeaveOut => false,
            Rule::Stock(stocked) => stocked.address(image.as_str()).is_some(),
            Rule::Link | Rule::Proxy(..) => true,
        };
        (is_had && !lead::is_shown(document.body.as_str(), image)).then_some(image)
    }

    fn write_body<'d>(&self, html: &mut String, body: &'d str, mut around: Around<'d>) {
        let mut rest = body;
        while let Some(start) = memchr::memchr(b'<', rest.as_bytes()) {
            html.push_str(&rest[..start]);
            rest = &rest[start..];
            let length = tag_length(rest);
            let (tag, after) = rest.split_at(length);
            rest = after;
            match name(tag) {
                "img" => {
                    let mut picture = Tag::parse(tag);
                    let link = around.nameless_link.take().map(destination);
                    if let Some(link) = &link {
                        picture.attributes.retain(|(key, _)| *key != "alt");
                        picture.attributes.push(("alt", link));
                    }
                    self.write_picture(html, &picture, &around);
                    around.is_lazy = true;
                }
                "a" | "/a" => {
                    around.is_link = name(tag) == "a";
                    around.nameless_link = Tag::parse(tag)
                        .value("href")
                        .filter(|_| around.is_link && is_nameless(rest));
                    html.push_str(tag);
                }
                // The page's one first heading is the article's title.
                "h1" => html.push_str("<h2>"),
                "/h1" => html.push_str("</h2>"),
                "audio" | "/audio" | "video" | "/video" | "source" | "track" if self.is_text => {}
                _ => html.push_str(tag),
            }
        }
        html.push_str(rest);
    }

    fn write_picture(&self, html: &mut String, tag: &Tag<'_>, around: &Around<'_>) {
        let url = tag.value("src").map(unescaped).unwrap_or_default();
        if let Rule::Stock(stocked) = &self.rule {
            match stocked.show(&url, tag, (around.is_lazy, !around.is_link)) {
                Shown::Picture(picture) => html.push_str(&picture),
                Shown::Linked { href, bytes } => {
                    html.push_str("<a");
                    attribute(html, "href", &escaped(&href));
                    html.push('>');
                    self.write_description(html, tag, &format!(" ({})", size(bytes)));
                    html.push_str("</a>");
                }
                Shown::Missing => self.write_description(html, tag, ""),
            }
            return;
        }
        let Some(address) = self.address(&url).filter(|_| tag.value("src").is_some()) else {
            return self.write_description(html, tag, "");
        };
        html.push_str("<img");
        attribute(html, "src", &escaped(&address));
        for key in ["alt", "title", "width", "height"] {
            if let Some(value) = tag.value(key) {
                attribute(html, key, value);
            }
        }
        if tag.value("alt").is_none() {
            attribute(html, "alt", "");
        }
        if around.is_lazy {
            attribute(html, "loading", "lazy");
        }
        attribute(html, "referrerpolicy", "no-referrer");
        html.push('>');
    }

    /// What stands in a picture's place: what it is called.
    fn write_description(&self, html: &mut String, tag: &Tag<'_>, after: &str) {
        write_description(html, tag, (self.left_out, after));
    }
}

/// What stands in a picture's place: what it is called, else that it is left out.
pub(crate) fn write_description(html: &mut String, tag: &Tag<'_>, (left_out, after): (&str, &str)) {
    let description = tag
        .value("alt")
        .filter(|alt| !alt.trim().is_empty())
        .unwrap_or(left_out);
    html.push_str("<span class=\"picture\">");
    html.push_str(&description.replace('<', "&lt;"));
    html.push_str(after);
    html.push_str("</span>");
}

/// What stands before a picture on its page.
#[derive(Clone, Copy, Debug, Default)]
struct Around<'a> {
    /// Another picture: this one is loaded when it comes into view.
    is_lazy: bool,
    /// A link that has not ended.
    is_link: bool,
    /// Where that link leads if nothing in it says so: its first picture then has to (WCAG 2.2, 2.4.4).
    nameless_link: Option<&'a str>,
}

/// What a link is called that names itself nothing: the host it leads to, else its address; both still escaped.
fn destination(href: &str) -> String {
    let url = Url::parse(&unescaped(href)).ok();
    url.as_ref()
        .and_then(Url::host_str)
        .map_or_else(|| href.to_owned(), escaped)
}

/// Whether a link whose content begins `rest` holds neither text nor a picture that is described.
fn is_nameless(mut rest: &str) -> bool {
    while let Some(start) = memchr::memchr(b'<', rest.as_bytes()) {
        let (text, tagged) = rest.split_at(start);
        let (tag, after) = tagged.split_at(tag_length(tagged));
        let is_described = name(tag) == "img"
            && Tag::parse(tag)
                .value("alt")
                .is_some_and(|alt| !alt.trim().is_empty());
        if is_described || !text.trim().is_empty() {
            return false;
        }
        if name(tag) == "/a" {
            return true;
        }
        rest = after;
    }
    false
}

/// The body without a heading at its beginning that repeats the title, which stands above it already.
pub(crate) fn without_title(document: &Document) -> &str {
    let body = document.body.as_str();
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    let heading = ["h1", "h2"].into_iter().find_map(|level| {
        let inner = first
            .strip_prefix('<')?
            .strip_prefix(level)?
            .strip_prefix('>')?;
        inner
            .strip_suffix('>')?
            .strip_suffix(level)?
            .strip_suffix("</")
    });
    match heading {
        Some(text) if unescaped(text).trim() == document.title.trim() => rest,
        _ => body,
    }
}

/// Whether a template names a host of its own.
pub(crate) fn is_absolute(template: &str) -> bool {
    template.starts_with("https://") || template.starts_with("http://")
}

/// The start tag's attributes in order, values still escaped.
pub(crate) struct Tag<'a> {
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    pub(crate) fn parse(tag: &'a str) -> Tag<'a> {
        let mut rest = tag.get(1 + name(tag).len()..).unwrap_or_default();
        let mut attributes = Vec::new();
        while let Some((key, after)) = rest.split_once("=\"") {
            let Some((value, after)) = after.split_once('"') else {
                break;
            };
            attributes.push((key.trim(), value));
            rest = after;
        }
        Tag { attributes }
    }

    pub(crate) fn value(&self, key: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    }
}

/// The element's name in `<name …`; for an end tag it begins with `/`.
pub(crate) fn name(tag: &str) -> &str {
    let inner = &tag[1..];
    &inner[..inner.find([' ', '>']).unwrap_or(inner.len())]
}

/// Up to and with the `>` that ends the tag: the first outside quotes. A tag that does not end takes the rest.
pub(crate) fn tag_length(text: &str) -> usize {
    let mut quoted = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return place + 1,
            _ => {}
        }
    }
    text.len()
}

fn attribute(html: &mut String, key: &str, escaped_value: &str) {
    html.push(' ');
    html.push_str(key);
    html.push_str("=\"");
    html.push_str(escaped_value);
    html.push('"');
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

/// What an HTML serialiser escapes in attribute values (HTML section 13.3), undone.
pub(crate) fn unescaped(value: &str) -> String {
    let unquoted = value
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    unquoted.replace("&nbsp;", "\u{A0}").replace("&amp;", "&")
}
