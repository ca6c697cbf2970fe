//! One line of inline content: text, emphasis, links, pictures, code.

use super::emphasis::{self, Mark};
use super::{Writer, escape};
use wirecopy_html::{NodeData, NodeId};

/// Inline elements in each other beyond this are plain text.
const MAX_DEPTH: usize = 32;

/// Where a line stands, which decides what has to be escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Paragraph,
    Heading,
    Cell,
}

/// A part of a line.
#[derive(Debug)]
pub(super) enum Piece {
    /// Text without white space at its ends.
    Text(String),
    /// Markdown or HTML that is written as it is.
    Verbatim(String),
    Code(String),
    Space,
    Break,
    /// Emphasis begins, by its index among the marks.
    Open(usize),
    Close(usize),
    LinkOpen,
    /// A link ends, with its destination.
    LinkClose(String),
}

/// A line in the making.
#[derive(Default)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    pub(super) marks: Vec<Mark>,
    /// The kinds of emphasis that are open: one in another of its kind says nothing.
    open: Vec<&'static str>,
}

/// The Markdown of these nodes; empty where they show nothing.
pub(super) fn of(writer: Writer<'_>, nodes: &[NodeId], context: Context) -> String {
    let mut line = Line::default();
    nodes.iter().for_each(|node| line.add(writer, *node, 0));
    line.finish(context)
}

/// The same, all of it strong.
pub(super) fn strong(writer: Writer<'_>, nodes: &[NodeId]) -> String {
    let mut line = Line::default();
    line.emphasised("strong", |line| {
        nodes.iter().for_each(|node| line.add(writer, *node, 0));
    });
    line.finish(Context::Paragraph)
}

impl Line {
    fn finish(mut self, context: Context) -> String {
        while matches!(self.pieces.last(), Some(Piece::Space | Piece::Break)) {
            self.pieces.pop();
        }
        let text = emphasis::write(&self.pieces, &mut self.marks, context);
        let lines: Vec<String> = text.split('\n').map(escape::line_start).collect();
        lines.join("\n")
    }

    fn add(&mut self, writer: Writer<'_>, node: NodeId, depth: usize) {
        match writer.tree.data(node) {
            NodeData::Text(text) => self.text(text),
            NodeData::Element(_) if depth > MAX_DEPTH => self.text(&writer.tree.text(node)),
            NodeData::Element(_) => self.element(writer, node, depth + 1),
            _ => {}
        }
    }

    fn children(&mut self, writer: Writer<'_>, node: NodeId, depth: usize) {
        writer
            .tree
            .children(node)
            .for_each(|child| self.add(writer, child, depth));
    }

    fn element(&mut self, writer: Writer<'_>, node: NodeId, depth: usize) {
        match writer.name(node) {
            "em" | "i" | "cite" | "var" | "dfn" => {
                self.emphasised("em", |line| line.children(writer, node, depth));
            }
            "strong" | "b" => self.emphasised("strong", |line| line.children(writer, node, depth)),
            "del" | "s" => self.emphasised("del", |line| line.children(writer, node, depth)),
            "code" | "samp" => self.code(&writer.raw_text(node)),
            "br" => self.line_break(),
            "img" => self.picture(writer, node),
            "a" => self.link(writer, node, depth),
            "sup" if writer.notes.holds_reference(writer.tree, node) => {
                self.children(writer, node, depth);
            }
            name @ ("sub" | "sup" | "kbd" | "mark" | "ins" | "u" | "q" | "ruby" | "rb" | "rt"
            | "rp" | "bdi" | "bdo") => {
                let direction = writer.attribute(node, "dir");
                let direction = direction.filter(|dir| matches!(*dir, "ltr" | "rtl" | "auto"));
                let direction = direction.map(|dir| format!(" dir=\"{dir}\""));
                let start = format!("<{name}{}>", direction.unwrap_or_default());
                self.pieces.push(Piece::Verbatim(start));
                self.children(writer, node, depth);
                self.pieces.push(Piece::Verbatim(format!("</{name}>")));
            }
            // A block where only a line may stand, as in a cell.
            name if super::is_block(name) => {
                self.line_break();
                self.children(writer, node, depth);
                self.line_break();
            }
            _ => self.children(writer, node, depth),
        }
    }

    fn text(&mut self, text: &str) {
        if text.starts_with(is_space) {
            self.space();
        }
        let words = folded(text);
        if words.is_empty() {
            return;
        }
        self.pieces.push(Piece::Text(words));
        if text.ends_with(is_space) {
            self.space();
        }
    }

    /// A space goes before the emphasis that it would begin, since marks must touch a word.
    fn space(&mut self) {
        let opens = self.pieces.iter().rev();
        let opens = opens
            .take_while(|piece| matches!(piece, Piece::Open(_)))
            .count();
        let place = self.pieces.len() - opens;
        let is_wanted = place > 0 && !matches!(self.pieces[place - 1], Piece::Space | Piece::Break);
        if is_wanted {
            self.pieces.insert(place, Piece::Space);
        }
    }

    fn line_break(&mut self) {
        while matches!(self.pieces.last(), Some(Piece::Space)) {
            self.pieces.pop();
        }
        let opens = self.pieces.iter().rev();
        let opens = opens
            .take_while(|piece| matches!(piece, Piece::Open(_)))
            .count();
        let place = self.pieces.len() - opens;
        if place > 0 && !matches!(self.pieces[place - 1], Piece::Break) {
            self.pieces.insert(place, Piece::Break);
        }
    }

    fn emphasised(&mut self, kind: &'static str, add: impl FnOnce(&mut Line)) {
        if self.open.contains(&kind) {
            return add(self);
        }
        self.open.push(kind);
        let mark = self.marks.len();
        self.marks.push(Mark::new(kind));
        self.pieces.push(Piece::Open(mark));
        add(self);
        self.open.pop();
        // White space at the end belongs after it, and what holds nothing is none.
        let mut after = Vec::new();
        while let Some(piece @ (Piece::Space | Piece::Break)) = self
            .pieces
            .pop_if(|piece| matches!(piece, Piece::Space | Piece::Break))
        {
            after.push(piece);
        }
        match self.pieces.last() {
            Some(Piece::Open(last)) if *last == mark => {
                self.pieces.pop();
            }
            _ => self.pieces.push(Piece::Close(mark)),
        }
        self.pieces.extend(after.into_iter().rev());
    }

    /// Spans side by side are one: their fences would run together.
    fn code(&mut self, code: &str) {
        if code.starts_with(is_space) {
            self.space();
        }
        let words = folded(code);
        match self.pieces.last_mut() {
            _ if words.is_empty() => return,
            Some(Piece::Code(before)) => before.push_str(&words),
            _ => self.pieces.push(Piece::Code(words)),
        }
        if code.ends_with(is_space) {
            self.space();
        }
    }

    fn picture(&mut self, writer: Writer<'_>, node: NodeId) {
        let Some(source) = writer.attribute(node, "src") else {
            return;
        };
        let mut alternative = String::new();
        let words = folded(writer.attribute(node, "alt").unwrap_or_default());
        escape::text(&words, Context::Cell, &mut alternative);
        let picture = format!("![{alternative}]({})", destination(source));
        self.pieces.push(Piece::Verbatim(picture));
    }

    fn link(&mut self, writer: Writer<'_>, node: NodeId, depth: usize) {
        let address = writer.attribute(node, "href").unwrap_or_default();
        if let Some(target) = address.strip_prefix('#') {
            match writer.notes.label(target) {
                Some(label) => self.pieces.push(Piece::Verbatim(format!("[^{label}]"))),
                // The way back from a footnote: the reader's program makes its own.
                None if writer.notes.is_inside(writer.tree, node) => {}
                None => self.children(writer, node, depth),
            }
            return;
        }
        if address.is_empty() {
            return self.children(writer, node, depth);
        }
        let start = self.pieces.len();
        self.pieces.push(Piece::LinkOpen);
        self.children(writer, node, depth);
        if self.pieces.len() == start + 1 {
            self.pieces.pop();
        } else {
            self.pieces.push(Piece::LinkClose(destination(address)));
        }
    }
}

/// A link's destination (CommonMark §6.3): in angle brackets where it has parentheses. What readers write in percent
/// is in percent at once, save in the host, where brackets hold an address.
fn destination(address: &str) -> String {
    let mut escaped = String::new();
    let host = address.find("://").map_or(0, |scheme| scheme + 3);
    let path = address[host..]
        .find('/')
        .map_or(address.len(), |end| host + end);
    for (at, character) in address.char_indices() {
        match character {
            '[' | ']' if at < path => escaped.push(character),
            '\\' | '|' | '<' | '>' | ' ' | '[' | ']' | '{' | '}' | '^' | '`' | '"' => {
                escaped.push_str(&format!("%{:02X}", u32::from(character)));
            }
            '&' => escaped.push_str("\\&"),
            _ => escaped.push(character),
        }
    }
    let is_reference = |part: &str| part.contains(';');
    if !address.split('&').skip(1).any(is_reference) {
        escaped = escaped.replace("\\&", "&");
    }
    if escaped.contains(['(', ')']) {
        format!("<{escaped}>")
    } else {
        escaped
    }
}

/// HTML's white space.
fn is_space(character: char) -> bool {
    character.is_ascii_whitespace()
}

/// HTML's white space as one space wherever it stands; other spaces are characters.
fn folded(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
