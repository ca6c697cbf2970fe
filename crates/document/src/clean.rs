//! The sanitiser: foreign HTML in, the little that an article needs out.
//!
//! An allow list is applied while the parsed tree is walked; what is not named is dropped or
//! unwrapped, and what is written is written by us. Nothing else in the project constructs
//! [`CleanHtml`]. Parsing follows HTML §13.2 with nesting, nodes and bytes capped, and no pass
//! recurses. It judges safety and form only: what belongs to an article is not its business.

mod allow;
mod builder;
mod caption;
mod code;
mod embed;
mod markup;
mod math;
mod noscript;
mod parts;
mod permalink;
mod picture;
mod run;
mod scan;
mod size;
mod standing;
mod task;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use url::Url;

use self::scan::Piece;

/// Sanitised HTML: one block a line, every line opening with a block-level tag, no empty line, no
/// newline at the end. Only allow-listed elements and attributes, only absolute `http`, `https`
/// and `mailto` addresses, save links within the article, whose ids all begin with `note-`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CleanHtml(String);

/// One picture of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Where its publisher serves it.
    pub url: Url,
    /// The alternative text, empty where the page gave none.
    pub alt: String,
    /// The text of the figure's caption on one line, empty where there is none.
    pub caption: String,
    /// Width in CSS pixels as the page gave it.
    pub width: Option<u32>,
    /// Height in CSS pixels as the page gave it.
    pub height: Option<u32>,
}

/// Whether a picture, by its address, shows nothing of what is told: it stands in for another, counts readers, or is a
/// writer's portrait.
pub fn shows_nothing(picture: &Url) -> bool {
    picture::unwanted::is_stand_in(picture)
}

/// Sanitises `html`, the content of a page's body, whose relative addresses are resolved against
/// `base`; without one they are dropped. Input beyond 16 MiB is not looked at.
///
/// What is sanitised stays as it is when it is sanitised again.
pub fn clean(html: &str, base: Option<&Url>) -> CleanHtml {
    if standing::stands(html) {
        return CleanHtml(html.to_owned());
    }
    CleanHtml(rebuilt(tree::bounded(html).to_owned(), base))
}

/// The same of markup that its caller is done with: it is not held twice.
pub fn clean_owned(html: String, base: Option<&Url>) -> CleanHtml {
    if standing::stands(&html) {
        return CleanHtml(html);
    }
    CleanHtml(rebuilt(html, base))
}

/// Whether an element's class calls it a caption: one of its names does, in any spelling.
pub fn is_caption(class: &str) -> bool {
    class
        .as_bytes()
        .windows(7)
        .any(|name| name.eq_ignore_ascii_case(b"caption"))
}

/// What is written of the parsed markup.
fn rebuilt(html: String, base: Option<&Url>) -> String {
    let cleaned = walk::walk(&tree::Nodes::parse(html), base);
    // Rows that show nothing are not written, which can leave a table that is no more than a frame.
    if scan::holds_frame(&cleaned) {
        return walk::walk(&tree::Nodes::parse(cleaned), None);
    }
    cleaned
}

/// Replaces each picture's address by what `replace` gives for it, or drops the picture for `None`,
/// and its block with it where the block then shows nothing.
///
/// The result may hold relative addresses: it is for publishing, never for a document.
pub fn rewrite_pictures(html: &CleanHtml, replace: &dyn Fn(&Url) -> Option<String>) -> CleanHtml {
    let blocks = html.blocks().filter_map(|block| {
        if !block.contains("<img ") {
            return Some(block.to_owned());
        }
        let rewritten = rewrite_block(block, replace);
        let shows = scan::pieces(&rewritten).any(|piece| match piece {
            Piece::Tag { name, .. } => name == "img",
            Piece::Text(text) => !text.trim().is_empty(),
        });
        shows.then_some(rewritten)
    });
    CleanHtml(blocks.collect::<Vec<_>>().join("\n"))
}

fn rewrite_block(block: &str, replace: &dyn Fn(&Url) -> Option<String>) -> String {
    let mut rewritten = String::with_capacity(block.len());
    for piece in scan::pieces(block) {
        match piece {
            Piece::Tag {
                name: "img",
                attributes,
                whole,
            } => {
                let url = scan::value(attributes, "src").and_then(|url| Url::parse(&url).ok());
                if let Some(address) = url.as_ref().and_then(replace) {
                    let (_, rest) = whole.split_once("\" ").unwrap_or((whole, ">"));
                    rewritten.push_str("<img");
                    markup::attribute(&mut rewritten, "src", &address);
                    rewritten.push(' ');
                    rewritten.push_str(rest);
                }
            }
            Piece::Tag { whole, .. } => rewritten.push_str(whole),
            Piece::Text(text) => rewritten.push_str(text),
        }
    }
    rewritten
}

impl CleanHtml {
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The blocks, one line each.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }

    /// The plain text: blocks and lines separated by `\n`, cells of a row by a tab.
    pub fn text(&self) -> String {
        text_of(&self.0)
    }

    /// The pictures in reading order, each with its figure's caption.
    pub fn pictures(&self) -> Vec<Picture> {
        let mut pictures: Vec<Picture> = Vec::new();
        let mut figure = 0;
        let mut caption: Option<String> = None;
        for piece in scan::pieces(&self.0) {
            match piece {
                Piece::Tag { name: "figure", .. } => figure = pictures.len(),
                Piece::Tag {
                    name: "figcaption", ..
                } => caption = Some(String::new()),
                Piece::Tag {
                    name: "/figcaption",
                    ..
                } => {
                    let caption = caption.take().unwrap_or_default();
                    for picture in &mut pictures[figure..] {
                        picture.caption.clone_from(&caption);
                    }
                }
                Piece::Tag {
                    name: "img",
                    attributes,
                    ..
                } => pictures.extend(picture(attributes)),
                Piece::Tag { name: "br", .. } => caption.iter_mut().for_each(|text| text.push(' ')),
                Piece::Text(text) => {
                    if let Some(caption) = &mut caption {
                        caption.push_str(&scan::unescape(text));
                    }
                }
                Piece::Tag { .. } => {}
            }
        }
        pictures
    }
}

/// The plain text of markup that the sanitiser wrote, as [`CleanHtml::text`] gives it, or of what a page made of it. It
/// is no parser: other markup gives text all the same, though not always its own.
pub fn text_of(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    for piece in scan::pieces(markup) {
        match piece {
            Piece::Tag { name, .. } => {
                let separator = scan::separator(name);
                text.extend(separator.filter(|_| !text.is_empty() && !text.ends_with('\n')));
            }
            Piece::Text(escaped) if escaped != "\n" => text.push_str(&scan::unescape(escaped)),
            Piece::Text(_) => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn picture(attributes: &str) -> Option<Picture> {
    let pixels = |key| scan::value(attributes, key).and_then(|pixels| pixels.parse().ok());
    Some(Picture {
        url: Url::parse(&scan::value(attributes, "src")?).ok()?,
        alt: scan::value(attributes, "alt").unwrap_or_default(),
        caption: String::new(),
        width: pixels("width"),
        height: pixels("height"),
    })
}
