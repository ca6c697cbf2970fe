//! The head that full-text feed services put before an article's body: time and author, the lead
//! picture and its caption, all as markup; and what they and publishers put around the text that
//! is no part of it.

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use super::markup::{self, Element};
use super::proxy::unproxy;
use crate::clean::{CleanHtml, Picture, clean};

/// Words of `class` attributes whose elements share, follow or advertise.
const NOT_THE_ARTICLE: &[&str] = &[
    "a2a_kit",
    "addthis_toolbox",
    "addtoany_content",
    "addtoany_share_save_container",
    "feedflare",
    "jp-relatedposts",
    "mc4wp-form",
    "post-share",
    "sd-sharing",
    "share-box",
    "share-buttons",
    "sharedaddy",
    "share_bar",
    "simplesocialbuttons",
    "social-share",
    "social-sharing",
    "ssba",
    "StandardArticleBody_trustBadgeContainer",
    "swp_social_panel",
    "wp-block-jetpack-subscriptions",
    "wpcnt",
    "wpulike",
    "yarpp",
    "yarpp-related",
];

/// What a paragraph holds that a feed service or a site's own feed adds to every text.
const FOOTERS: &[&str] = &[
    "appeared first on <a",
    "blockads.fivefilters.org",
    "fivefilters.org/content-only",
    "github.com/fivefilters/block-ads",
    "Let's block ads!",
    "feeds.feedburner.com/~ff/",
];

/// The caption of a picture, as the services write it.
const CAPTION: &str = "<div><small style=\"color: #999;\">";

/// What stood before a body, and the body without it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// The lead picture, its caption within.
    pub picture: Option<Picture>,
    /// The time, where the source wrote it with its zone.
    pub published: Option<Timestamp>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The body without the head, without share blocks and the feed service's own footer. Pictures
    /// with a caption beneath are figures in it. It is not sanitised.
    pub body_html: String,
}

impl Head {
    /// The sanitised body, the lead picture first where the text does not show it again.
    pub fn body(&self, base: &Url) -> CleanHtml {
        let body = clean(&self.body_html, Some(base));
        let Some(lead) = &self.picture else {
            return body;
        };
        if body
            .pictures()
            .iter()
            .any(|picture| picture.url == lead.url)
        {
            return body;
        }
        let figure = format!(
            "<figure><img src=\"{}\" alt=\"{}\"><figcaption>{}</figcaption></figure>",
            markup::escaped(lead.url.as_str()),
            markup::escaped(&lead.alt),
            markup::escaped(&lead.caption)
        );
        clean(&(figure + body.as_str()), Some(base))
    }
}

/// Takes the head off a body.
pub fn repair_body(html: &str) -> Head {
    let mut head = Head::default();
    let mut rest = html.trim_start();
    while let Some(element) = markup::first(rest, "div").filter(|div| div.start == 0) {
        if !read_when(&mut head, element.inner(rest)) {
            break;
        }
        rest = rest[element.end..].trim_start();
    }
    let (picture, rest) = lead(rest);
    head.picture = picture;
    head.body_html = without_footers(&without_blocks(&with_figures(rest)));
    head
}

/// Reads `WHEN`, perhaps after an author and a line break; `false` for what is none.
fn read_when(head: &mut Head, inner: &str) -> bool {
    let inner = inner.trim();
    let inner = inner
        .strip_prefix("<i>")
        .and_then(|inner| inner.strip_suffix("</i>"))
        .unwrap_or(inner);
    if inner.len() > 300 {
        return false;
    }
    let (author, when) = match inner.rsplit_once("<br>") {
        Some((author, when)) => (author.trim(), when.trim()),
        None => ("", inner.trim()),
    };
    if author.contains('<') || !when.is_empty() && !is_date(when) {
        return false;
    }
    head.published = head.published.or_else(|| moment(when));
    // A service that lacks a first name writes `null`.
    let name: Vec<_> = author
        .split_whitespace()
        .filter(|word| *word != "null")
        .collect();
    head.author = head
        .author
        .take()
        .or_else(|| Some(name.join(" ")).filter(|name| !name.is_empty()));
    true
}

/// A time that names its zone: RFC 2822 or RFC 3339.
fn moment(when: &str) -> Option<Timestamp> {
    let rfc2822 = || {
        jiff::fmt::rfc2822::parse(when)
            .ok()
            .map(|zoned| zoned.timestamp())
    };
    when.parse().ok().or_else(rfc2822)
}

/// Whether a text is a date in one of the sources' forms.
fn is_date(text: &str) -> bool {
    let day = |text: &str| {
        text.get(..10)
            .is_some_and(|day| day.parse::<Date>().is_ok())
    };
    let european = || {
        let mut parts = text.split(['/', ' ']);
        let mut number = |digits| {
            parts
                .next()
                .is_some_and(|part| part.len() == digits && part.parse::<u16>().is_ok())
        };
        number(2) && number(2) && number(4)
    };
    let chinese = || {
        text.contains('年')
            && text.contains('月')
            && text.chars().all(|letter| {
                letter.is_ascii_digit()
                    || letter.is_whitespace()
                    || "年月日時时分:：".contains(letter)
            })
    };
    moment(text).is_some() || day(text) || european() || chinese()
}

/// The lead picture at the start of a body and the rest; a film stays, its poster is the picture.
fn lead(html: &str) -> (Option<Picture>, &str) {
    let Some((tag, behind)) = markup::tag_at_start(html) else {
        return (None, html);
    };
    let attribute = match tag.name.as_str() {
        "video" => "poster",
        "img" => "src",
        _ => return (None, html),
    };
    let Some(url) = tag
        .attribute(attribute)
        .and_then(|address| picture_url(&address))
    else {
        return (None, html);
    };
    let (caption, rest) = caption(behind.trim_start());
    // Without the services' mark a picture may as well be the first of the text.
    let is_head = tag.attribute("width").as_deref() == Some("100%") || caption.is_some();
    if tag.name == "img" && !is_head {
        return (None, html);
    }
    let alt = tag.attribute("alt").unwrap_or_default();
    let picture = Picture {
        url,
        alt,
        caption: caption.unwrap_or_default(),
        width: None,
        height: None,
    };
    (Some(picture), if tag.name == "img" { rest } else { html })
}

fn picture_url(address: &str) -> Option<Url> {
    let address = unproxy(address).unwrap_or_else(|| address.to_owned());
    let address = if address.starts_with("//") {
        format!("https:{address}")
    } else {
        address
    };
    Url::parse(&address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The caption at the start of a text, plain, and the rest.
fn caption(html: &str) -> (Option<String>, &str) {
    if !html.starts_with(CAPTION) {
        return (None, html);
    }
    match markup::first(html, "div") {
        Some(div) => (
            Some(clean(div.inner(html), None).text().replace('\n', " ")),
            &html[div.end..],
        ),
        None => (None, html),
    }
}

/// Pictures with a caption beneath made figures.
fn with_figures(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(CAPTION) {
        let Some(div) = markup::first(&rest[at..], "div") else {
            break;
        };
        let before = rest[..at].trim_end();
        let picture = before
            .rfind("<img")
            .filter(|image| before[*image..].find('>') == Some(before.len() - image - 1));
        let small = div.inner(&rest[at..]);
        let caption = markup::first(small, "small").map_or(small, |element| element.inner(small));
        match picture {
            Some(image) => {
                out.push_str(&rest[..image]);
                out.push_str(&format!(
                    "<figure>{}<figcaption>{caption}</figcaption></figure>",
                    &before[image..]
                ));
            }
            None => out.push_str(&rest[..at + div.end]),
        }
        rest = &rest[at + div.end..];
    }
    out + rest
}

/// A body without the elements whose class says that they are not the article.
fn without_blocks(html: &str) -> String {
    let is_foreign = |element: &Element| {
        let class = element.tag.attribute("class").unwrap_or_default();
        class
            .split_whitespace()
            .any(|word| NOT_THE_ARTICLE.contains(&word))
    };
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(element) = markup::find(rest, &is_foreign) {
        out.push_str(&rest[..element.start]);
        rest = &rest[element.end..];
    }
    out + rest
}

/// A body without the paragraphs that end every text of a feed; only the last few are looked at.
fn without_footers(html: &str) -> String {
    let mut html = html.to_owned();
    for footer in FOOTERS {
        let Some(at) = html.rfind(footer) else {
            continue;
        };
        let Some(start) = html[..at].rfind("<p").or_else(|| html[..at].rfind("<div")) else {
            continue;
        };
        let name = if html[start..].starts_with("<p") {
            "p"
        } else {
            "div"
        };
        let Some(element) = markup::first(&html[start..], name) else {
            continue;
        };
        let is_paragraph = start + element.end > at && element.end < 2000;
        if is_paragraph && html.len() - start < 4000 {
            html.replace_range(start..start + element.end, "");
        }
    }
    html
}
