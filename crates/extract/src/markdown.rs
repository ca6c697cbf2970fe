//! Sanitised HTML as Markdown: CommonMark 0.31 with GitHub's tables, strikethrough and footnotes.
//!
//! A paragraph is one line, so that no reader puts spaces between characters of Chinese. What Markdown
//! has no marks for and readers would miss (ruby, sub- and superscript, direction) stays as inline HTML;
//! other markup goes, its text stays. Rendered again, the text is the same.

mod emphasis;
mod escape;
mod line;
mod notes;
mod table;

use wirecopy_document::clean::CleanHtml;
use wirecopy_html::{NodeData, NodeId, Tree};

use line::Context;
use notes::Notes;

/// Blocks in blocks beyond this become plain text. Lists nest a handful deep; each level costs a prefix
/// on every line.
const MAX_DEPTH: usize = 64;

/// The body as Markdown, without a newline at the end.
///
/// ```
/// use wirecopy_document::clean::clean;
/// use wirecopy_extract::markdown;
///
/// let body = clean("<h2>Ferries</h2><ul><li>every <em>hour</em><li>not on Sundays</ul>", None);
/// assert_eq!(markdown(&body), "## Ferries\n\n- every *hour*\n- not on Sundays");
/// ```
pub fn markdown(html: &CleanHtml) -> String {
    let tree = Tree::parse(html.as_str());
    let notes = Notes::of(&tree);
    let writer = Writer {
        tree: &tree,
        notes: &notes,
    };
    writer.flow(NodeId::ROOT, 0).join("\n\n")
}

/// What every part needs to see.
#[derive(Clone, Copy)]
struct Writer<'a> {
    tree: &'a Tree,
    notes: &'a Notes,
}

impl Writer<'_> {
    /// The blocks in an element, each without an empty line around it. Text that stands between them is
    /// a paragraph.
    fn flow(self, node: NodeId, depth: usize) -> Vec<String> {
        if depth > MAX_DEPTH {
            let mut text = String::new();
            escape::text(&self.tree.text(node), Context::Paragraph, &mut text);
            return vec![escape::line_start(&text)];
        }
        let (mut blocks, mut run) = (Vec::new(), Vec::new());
        for child in self.tree.children(node) {
            if is_block(self.name(child)) {
                self.paragraph(&mut run, &mut blocks);
                self.block(child, depth, &mut blocks);
            } else {
                run.push(child);
            }
        }
        self.paragraph(&mut run, &mut blocks);
        blocks
    }

    /// Ends the paragraph that `run` makes up, if it shows anything.
    fn paragraph(self, run: &mut Vec<NodeId>, blocks: &mut Vec<String>) {
        let text = line::of(self, run, Context::Paragraph);
        run.clear();
        if !text.is_empty() {
            blocks.push(text);
        }
    }

    fn block(self, node: NodeId, depth: usize, blocks: &mut Vec<String>) {
        let children: Vec<NodeId> = self.tree.children(node).collect();
        match self.name(node) {
            name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => {
                let text = line::of(self, &children, Context::Heading);
                let level = usize::from(name.as_bytes()[1] - b'0');
                if !text.is_empty() {
                    blocks.push(format!("{} {text}", "#".repeat(level)));
                }
            }
            "blockquote" => blocks.push(prefixed(&self.flow(node, depth + 1), "> ", "> ")),
            "ul" | "ol" => self.list(node, depth, blocks),
            "pre" => blocks.push(fenced(&self.raw_text(node))),
            "hr" => blocks.push("***".to_owned()),
            "table" => table::write(self, node, blocks),
            "figure" => self.figure(node, depth, blocks),
            "dt" | "summary" => {
                let text = line::strong(self, &children);
                blocks.extend((!text.is_empty()).then_some(text));
            }
            _ if self.notes.is_mark(node) => {}
            _ => match self.notes.defined_at(node) {
                Some(label) => blocks.push(self.note(label, node, depth)),
                None => blocks.extend(self.flow(node, depth + 1)),
            },
        }
    }

    /// A picture and its caption in one paragraph, so that they stay together.
    fn figure(self, node: NodeId, depth: usize, blocks: &mut Vec<String>) {
        let parts = self.flow(node, depth + 1);
        let is_line = |part: &String| !part.contains('\n');
        // A quotation's mark, or a list's, would be text in the second line.
        let is_plain = |inner| {
            !is_block(self.name(inner))
                || self.name(inner) == "figcaption"
                || self.name(inner) == "p"
        };
        let mut inside = self.tree.subtree(node).skip(1);
        if parts.len() <= 2 && parts.iter().all(is_line) && inside.all(is_plain) {
            blocks.push(parts.join("\\\n"));
        } else {
            blocks.extend(parts);
        }
    }

    /// A list, or the definitions of the footnotes where its items are those.
    fn list(self, node: NodeId, depth: usize, blocks: &mut Vec<String>) {
        let items: Vec<NodeId> = self.elements(node).collect();
        let mut number: usize = self
            .attribute(node, "start")
            .and_then(|start| start.parse().ok())
            .unwrap_or(1);
        // Two lists in a row would become one, were they marked alike.
        let before = blocks.last().and_then(|last| list_mark(last));
        let bullet = if before == Some('-') { '+' } else { '-' };
        let point = if before == Some('.') { ')' } else { '.' };
        let (mut lines, mut loose) = (Vec::new(), false);
        for item in items {
            if let Some(label) = self.notes.defined_at(item) {
                blocks.push(self.note(label, item, depth));
                continue;
            }
            let marker = match self.name(node) {
                "ol" => format!("{number}{point} "),
                _ => format!("{bullet} "),
            };
            number = (number + 1).min(999_999_999);
            let parts = self.flow(item, depth + 1);
            loose |= parts.len() > 1 && parts[1..].iter().any(|part| list_mark(part).is_none());
            lines.push((marker, parts));
        }
        if lines.is_empty() {
            return;
        }
        let separator = if loose { "\n\n" } else { "\n" };
        let items = lines.iter().map(|(marker, parts)| {
            let indent = " ".repeat(marker.len());
            indented(&parts.join(separator), marker, &indent)
        });
        blocks.push(items.collect::<Vec<_>>().join(separator));
    }

    /// A footnote (GitHub's and Pandoc's form): further paragraphs are indented by four.
    fn note(self, label: &str, node: NodeId, depth: usize) -> String {
        prefixed(
            &self.flow(node, depth + 1),
            &format!("[^{label}]: "),
            "    ",
        )
    }

    fn name(&self, node: NodeId) -> &str {
        self.tree.element(node).map_or("", |element| element.name())
    }

    fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        self.tree.element(node)?.attribute_named(name)
    }

    fn elements(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let children = self.tree.children(node);
        children.filter(|child| self.tree.element(*child).is_some())
    }

    /// The text of an element with its white space as it is.
    fn raw_text(&self, node: NodeId) -> String {
        let mut text = String::new();
        for inner in self.tree.subtree(node) {
            match self.tree.data(inner) {
                NodeData::Text(piece) => text.push_str(piece),
                NodeData::Element(element) if element.name() == "br" => text.push('\n'),
                _ => {}
            }
        }
        text
    }
}

/// Whether it stands on lines of its own; the parser's own `html` and `body` count.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "head"
            | "body"
            | "p"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "ul"
            | "ol"
            | "li"
            | "pre"
            | "hr"
            | "table"
            | "figure"
            | "figcaption"
            | "dl"
            | "dt"
            | "dd"
            | "details"
            | "summary"
            | "caption"
    )
}

/// The blocks with `first` before the first line and `rest` before every other.
fn prefixed(blocks: &[String], first: &str, rest: &str) -> String {
    indented(&blocks.join("\n\n"), first, rest)
}

fn indented(text: &str, first: &str, rest: &str) -> String {
    let mut prefix = first;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        lines.push(match line {
            "" => prefix.trim_end().to_owned(),
            _ => format!("{prefix}{line}"),
        });
        prefix = rest;
    }
    lines.join("\n")
}

/// The mark of the list that a block is: a bullet, or what follows the number.
fn list_mark(block: &str) -> Option<char> {
    let rest = block.trim_start_matches(|character: char| character.is_ascii_digit());
    let (mark, after) = rest.split_at_checked(1)?;
    let is_mark = match mark {
        "." | ")" => rest.len() < block.len(),
        "-" | "+" => rest.len() == block.len(),
        _ => false,
    };
    (is_mark && (after.is_empty() || after.starts_with([' ', '\n'])))
        .then(|| mark.chars().next())
        .flatten()
}

/// A code block between fences longer than any run of backticks in it.
fn fenced(code: &str) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    // Readers of HTML drop a line break that opens preformatted text.
    let code = code.trim_start_matches('\n');
    let code = code.strip_suffix('\n').unwrap_or(code);
    format!("{fence}\n{code}\n{fence}")
}
