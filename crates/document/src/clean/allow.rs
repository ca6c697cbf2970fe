//! The allow list: what becomes of each element, and which attributes live.
//!
//! Elements that are not named here are dissolved: their content stays, they go.

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Class {
    /// Goes with all that is in it.
    Drop,
    /// Goes, its content stays.
    Dissolve,
    /// Goes, its content stays and is set apart from what is before and after.
    Boundary,
    /// Stays as a block.
    Block(Block),
    /// Stays within a line, under this name.
    Inline(&'static str),
    /// A line break.
    Break,
    /// A thematic break.
    Rule,
    /// A picture, or a group of sources for one.
    Picture,
    /// A page, film or sound within the page: becomes a link.
    Embed,
    /// What a page shows where scripts do not run: its pictures count, its words do not.
    Noscript,
}

/// A block: its name, what it holds, and what may hold it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) tag: &'static str,
    pub(super) content: Content,
    /// The blocks it may stand in; empty where any will do.
    pub(super) parents: &'static [&'static str],
}

/// What a block may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Content {
    /// Blocks; text is wrapped into paragraphs.
    Flow,
    /// A line of text, or blocks where there are several.
    Mixed,
    /// Pictures and what belongs to them.
    Figure,
    /// Text alone.
    Phrase,
    /// Text whose white space counts.
    Preformatted,
    /// Certain blocks only; anything else is wrapped into the named one.
    Only(&'static str),
}

const TABLE: &[&str] = &["table"];
const ROWS: &[&str] = &["table", "thead", "tbody", "tfoot"];

const fn block(tag: &'static str, content: Content, parents: &'static [&'static str]) -> Class {
    Class::Block(Block {
        tag,
        content,
        parents,
    })
}

/// What becomes of the HTML element called `name`.
pub(super) fn class(name: &str) -> Class {
    match name {
        "blockquote" => block("blockquote", Content::Flow, &[]),
        "details" => block("details", Content::Flow, &[]),
        "dd" => block("dd", Content::Mixed, &["dl"]),
        "li" => block("li", Content::Mixed, &["ul", "ol"]),
        "td" => block("td", Content::Mixed, &["tr"]),
        "th" => block("th", Content::Mixed, &["tr"]),
        "figure" => block("figure", Content::Figure, &[]),
        "pre" | "xmp" | "listing" | "plaintext" => block("pre", Content::Preformatted, &[]),
        "dl" => block("dl", Content::Only("dd"), &[]),
        "ol" => block("ol", Content::Only("li"), &[]),
        "ul" | "menu" | "dir" => block("ul", Content::Only("li"), &[]),
        "table" => block("table", Content::Only("tr"), &[]),
        "tbody" => block("tbody", Content::Only("tr"), TABLE),
        "tfoot" => block("tfoot", Content::Only("tr"), TABLE),
        "thead" => block("thead", Content::Only("tr"), TABLE),
        "tr" => block("tr", Content::Only("td"), ROWS),
        _ => phrase(name).unwrap_or_else(|| inline(name)),
    }
}

fn phrase(name: &str) -> Option<Class> {
    let (tag, parents): (_, &[&str]) = match name {
        "h1" => ("h1", &[]),
        "h2" => ("h2", &[]),
        "h3" => ("h3", &[]),
        "h4" => ("h4", &[]),
        "h5" => ("h5", &[]),
        "h6" => ("h6", &[]),
        "caption" => ("caption", TABLE),
        "dt" => ("dt", &["dl"]),
        "figcaption" => ("figcaption", &["figure"]),
        "summary" => ("summary", &["details"]),
        _ => return None,
    };
    Some(block(tag, Content::Phrase, parents))
}

fn inline(name: &str) -> Class {
    Class::Inline(match name {
        "a" => "a",
        "abbr" | "acronym" => "abbr",
        "b" => "b",
        "bdi" => "bdi",
        "bdo" => "bdo",
        "cite" => "cite",
        "code" | "tt" => "code",
        "del" | "strike" => "del",
        "dfn" => "dfn",
        "em" => "em",
        "i" => "i",
        "ins" => "ins",
        "kbd" => "kbd",
        "mark" => "mark",
        "q" => "q",
        "rb" => "rb",
        "rp" => "rp",
        "rt" => "rt",
        "ruby" => "ruby",
        "s" => "s",
        "samp" => "samp",
        "small" => "small",
        "span" => "span",
        "strong" => "strong",
        "sub" => "sub",
        "sup" => "sup",
        "time" => "time",
        "u" => "u",
        "var" => "var",
        _ => return other(name),
    })
}

fn other(name: &str) -> Class {
    match name {
        "br" => Class::Break,
        "hr" => Class::Rule,
        "img" | "picture" | "amp-img" | "amp-anim" => Class::Picture,
        "audio" | "embed" | "frame" | "iframe" | "object" | "video" | "amp-dailymotion"
        | "amp-facebook" | "amp-iframe" | "amp-instagram" | "amp-twitter" | "amp-video"
        | "amp-vimeo" | "amp-youtube" | "lite-vimeo" | "lite-youtube" => Class::Embed,
        "noscript" => Class::Noscript,
        "address" | "article" | "aside" | "body" | "center" | "dialog" | "div" | "fieldset"
        | "footer" | "form" | "header" | "hgroup" | "html" | "legend" | "main" | "nav" | "p"
        | "search" | "section" => Class::Boundary,
        "applet" | "area" | "base" | "basefont" | "bgsound" | "button" | "canvas" | "col"
        | "colgroup" | "datalist" | "frameset" | "head" | "input" | "link" | "math" | "meta"
        | "meter" | "noembed" | "noframes" | "optgroup" | "option" | "param" | "progress"
        | "script" | "select" | "source" | "style" | "svg" | "template" | "textarea" | "title"
        | "track" | "wbr" => Class::Drop,
        _ => Class::Dissolve,
    }
}

/// The attributes of an element that live, beside `dir` and `lang`, each with what it may hold.
pub(super) fn attributes(tag: &str) -> &'static [(&'static str, Value)] {
    match tag {
        "abbr" => &[("title", Value::Text)],
        "li" => &[("value", Value::Number)],
        "ol" => &[
            ("start", Value::Number),
            ("type", Value::Text),
            ("reversed", Value::Flag),
        ],
        "td" | "th" => &[("colspan", Value::Number), ("rowspan", Value::Number)],
        "time" => &[("datetime", Value::Text)],
        _ => &[],
    }
}

/// What an attribute may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    /// A whole number of at most four digits.
    Number,
    /// At most 200 bytes of text.
    Text,
    /// Nothing: it is there or not.
    Flag,
}

/// The blocks to put between a block that holds only certain ones and anything else.
pub(super) fn implicit_blocks(top: Block) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut content = top.content;
    while let Content::Only(name) = content
        && let Class::Block(block) = class(name)
    {
        blocks.push(block);
        content = block.content;
    }
    blocks
}
