//! What is amiss in a foreign article, counted, and the document that mends what can be mended.

use std::fmt;

use jiff::Timestamp;

use super::head::repair_body;
use super::{Foreign, entities, markup};
use crate::document::{Document, Trailer};
use crate::path::slug;

/// Letters of text under which an article is no more than an announcement of itself.
const STUB: usize = 150;

/// What was amiss in a file of a foreign archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repair {
    /// A post without the head of the first form.
    WithoutEpoch,
    /// The date of the front matter and the epoch are not the same moment.
    DateDiffers,
    /// No date at all.
    WithoutDate,
    /// Brackets in the title, which break the link where the file is rendered.
    TitleBrackets,
    /// Character references in the title.
    TitleReferences,
    /// The time, author and lead picture stood in the text.
    HeadInText,
    /// Less than 150 letters of text.
    Stub,
    /// No text and no picture at all.
    Empty,
    /// An embedded page, which becomes a link.
    Iframe,
    /// A script, which goes.
    Script,
    /// A style element, which goes.
    Style,
    /// A picture that waits for a script to load it.
    LazyImage,
    /// A picture in several sizes, of which the best is kept.
    Srcset,
    /// A picture without a source.
    ImageWithoutSource,
    /// A picture behind an image proxy.
    ProxiedImage,
    /// Another file of the same address with the same body.
    SameUrlSameBody,
    /// Another file of the same address with another body, kept as a revision.
    SameUrlOtherBody,
}

impl Repair {
    /// Every kind, in the order of a report.
    pub const ALL: [Repair; 17] = [
        Repair::WithoutEpoch,
        Repair::DateDiffers,
        Repair::WithoutDate,
        Repair::TitleBrackets,
        Repair::TitleReferences,
        Repair::HeadInText,
        Repair::Iframe,
        Repair::Script,
        Repair::Style,
        Repair::LazyImage,
        Repair::Srcset,
        Repair::ProxiedImage,
        Repair::ImageWithoutSource,
        Repair::SameUrlSameBody,
        Repair::SameUrlOtherBody,
        Repair::Stub,
        Repair::Empty,
    ];

    /// Whether it is mended; what is not is kept as it was.
    pub fn is_mended(self) -> bool {
        !matches!(
            self,
            Repair::WithoutDate | Repair::Stub | Repair::Empty | Repair::ImageWithoutSource
        )
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Repair::WithoutEpoch => "without epoch, link and rule",
            Repair::DateDiffers => "date differs from the epoch",
            Repair::WithoutDate => "without a date",
            Repair::TitleBrackets => "brackets in the title",
            Repair::TitleReferences => "character references in the title",
            Repair::HeadInText => "time, author or lead picture in the text",
            Repair::Stub => "stub of under 150 characters",
            Repair::Empty => "without text and pictures",
            Repair::Iframe => "with embedded pages, made links",
            Repair::Script => "with scripts, removed",
            Repair::Style => "with style elements, removed",
            Repair::LazyImage => "pictures waiting for a lazy loader",
            Repair::Srcset => "pictures in several sizes",
            Repair::ImageWithoutSource => "pictures without a source",
            Repair::ProxiedImage => "pictures behind an image proxy",
            Repair::SameUrlSameBody => "same address, same body",
            Repair::SameUrlOtherBody => "same address, another body: kept as a revision",
        })
    }
}

/// The document that a foreign article becomes, told by `source` (a slug), and all that was amiss:
/// pictures each, the rest once for the file.
///
/// An article without any date is given `undated`.
pub fn repaired(foreign: &Foreign, source: &str, undated: Timestamp) -> (Document, Vec<Repair>) {
    let mut repairs = foreign.repairs.clone();
    let title = entities::plain(foreign.title.trim());
    repairs.extend((title != foreign.title.trim()).then_some(Repair::TitleReferences));
    repairs.extend(title.contains(['[', ']']).then_some(Repair::TitleBrackets));
    count(&foreign.body_html, &mut repairs);
    let head = repair_body(&foreign.body_html);
    let has_head = head.published.is_some() || head.author.is_some() || head.picture.is_some();
    repairs.extend(has_head.then_some(Repair::HeadInText));
    let body = head.body(&foreign.url);
    let letters = body
        .text()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .count();
    repairs.extend((letters < STUB).then_some(Repair::Stub));
    repairs.extend(body.is_empty().then_some(Repair::Empty));
    let published = foreign.published.or(head.published);
    repairs.extend(published.is_none().then_some(Repair::WithoutDate));
    let authors = match foreign.authors.is_empty() {
        true => head.author.into_iter().collect(),
        false => foreign.authors.clone(),
    };
    let trailer = Trailer {
        source: Some(slug(source)),
        authors,
        image: head.picture.map(|picture| picture.url),
        ..Trailer::default()
    };
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let published = published.unwrap_or(undated);
    (
        Document {
            published,
            title,
            url: foreign.url.clone(),
            body,
            trailer,
        },
        repairs,
    )
}

/// Counts what a body holds that is repaired: embedded pages, scripts and styles once, pictures
/// each.
fn count(html: &str, repairs: &mut Vec<Repair>) {
    let once = |found: Repair, repairs: &mut Vec<Repair>| {
        if !repairs.contains(&found) {
            repairs.push(found);
        }
    };
    for (tag, _, _) in markup::tags(html) {
        match tag.name.as_str() {
            "iframe" => once(Repair::Iframe, repairs),
            "script" => once(Repair::Script, repairs),
            "style" => once(Repair::Style, repairs),
            "img" => count_image(&tag, repairs),
            _ => {}
        }
    }
}

fn count_image(image: &markup::Tag, repairs: &mut Vec<Repair>) {
    const LAZY: [&str; 4] = ["data-src", "data-original", "data-lazy-src", "data-srcset"];
    let source = image.attribute("src").filter(|source| !source.is_empty());
    let real = source
        .as_deref()
        .is_some_and(|source| !source.starts_with("data:"));
    let lazy = LAZY.iter().any(|key| image.attribute(key).is_some());
    let set = image.attribute("srcset").is_some();
    repairs.extend(lazy.then_some(Repair::LazyImage));
    repairs.extend(set.then_some(Repair::Srcset));
    repairs.extend((!real && !lazy && !set).then_some(Repair::ImageWithoutSource));
    let proxied = source.is_some_and(|source| source.contains("//images.weserv.nl"));
    repairs.extend(proxied.then_some(Repair::ProxiedImage));
}
