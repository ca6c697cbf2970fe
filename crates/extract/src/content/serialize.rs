//! Chosen nodes as markup for the sanitiser. Nothing here is trusted to be clean.

use super::needed::{Frame, Needed};
use wirecopy_html::{Element, NodeData, NodeId, Tag, Tree};

/// The markup of the needed nodes.
pub(crate) fn markup(tree: &Tree, needed: &Needed) -> String {
    let mut writer = Writer {
        tree,
        needed,
        html: String::new(),
        open: Vec::new(),
        beside: Beside::Dropped,
    };
    let mut next = Some(NodeId::ROOT);
    while let Some(node) = next {
        writer.close_to(tree.node(node).parent);
        let inside = match writer.enter(node) {
            true => tree.node(node).first_child,
            false => None,
        };
        next = inside.or_else(|| tree.following_outside(node, NodeId::ROOT));
    }
    writer.close_to(None);
    writer.drop_rule();
    writer.html
}

struct Writer<'a> {
    tree: &'a Tree,
    needed: &'a Needed,
    html: String,
    open: Vec<(NodeId, &'a str)>,
    beside: Beside,
}

/// What was met last.
enum Beside {
    Kept,
    Dropped,
    /// A thematic break after something kept, written here: it stays if something kept follows.
    Rule(usize),
}

impl<'a> Writer<'a> {
    /// Writes a node's beginning; whether to go into it.
    fn enter(&mut self, node: NodeId) -> bool {
        let is_needed = self.needed.nodes[node.index()];
        match self.tree.data(node) {
            NodeData::Document => is_needed,
            NodeData::Text(text) => {
                self.text(text, is_needed);
                false
            }
            NodeData::Element(element) => self.element(node, element, is_needed),
        }
    }

    fn text(&mut self, text: &str, is_needed: bool) {
        // White space between two kept words belongs to no block.
        if text.trim().is_empty() {
            push_escaped(&mut self.html, text);
        } else if is_needed {
            self.beside = Beside::Kept;
            push_escaped(&mut self.html, text);
        } else {
            self.drop_rule();
        }
    }

    fn element(&mut self, node: NodeId, element: Element<'a>, is_needed: bool) -> bool {
        match element.tag {
            Tag::Br => self.html.push_str("<br>"),
            Tag::Hr => self.rule(),
            _ if !is_needed => {
                if let Some(space) = self.space(node, element) {
                    self.html.push_str(space);
                } else if !element.tag.is_never_text() {
                    self.drop_rule();
                }
            }
            // What the page's root says (a language, a direction) is no block's business.
            Tag::Html | Tag::Body => return true,
            _ if self.needed.placeholders.contains_key(&node) => {
                push_frame(&mut self.html, &self.needed.placeholders[&node]);
                self.beside = Beside::Kept;
            }
            _ => {
                let name = self.written_name(node, element);
                push_start_tag(name, element, &mut self.html);
                self.open.push((node, name));
                if matches!(
                    element.tag,
                    Tag::Img | Tag::Iframe | Tag::Video | Tag::Audio
                ) {
                    self.beside = Beside::Kept;
                }
                return true;
            }
        }
        false
    }

    /// The white space that an element is nothing but, as those are that colour programs.
    fn space(&self, node: NodeId, element: Element<'a>) -> Option<&'a str> {
        let parent = self.tree.node(node).parent;
        let is_within = parent.is_some_and(|parent| self.needed.nodes[parent.index()]);
        let inside = self.tree.node(node).first_child.filter(|_| is_within)?;
        match self.tree.data(inside) {
            NodeData::Text(text) if self.tree.node(inside).next.is_none() => {
                Some(text).filter(|text| element.tag == Tag::Span && text.trim().is_empty())
            }
            _ => None,
        }
    }

    /// Ends the elements up to the one that is `parent`.
    fn close_to(&mut self, parent: Option<NodeId>) {
        while let Some((_, name)) = self.open.pop_if(|(node, _)| Some(*node) != parent) {
            if !Tag::of(name).is_void() {
                self.html.push_str("</");
                self.html.push_str(name);
                self.html.push('>');
            }
        }
    }

    /// A thematic break between two kept things is the author's, one beside a dropped thing parts that from the text.
    fn rule(&mut self) {
        if matches!(self.beside, Beside::Kept) {
            self.beside = Beside::Rule(self.html.len());
            self.html.push_str(RULE);
        }
    }

    /// Notes that something was dropped, or that nothing follows.
    fn drop_rule(&mut self) {
        if let Beside::Rule(place) = std::mem::replace(&mut self.beside, Beside::Dropped) {
            self.html.replace_range(place..place + RULE.len(), "");
        }
    }

    /// What is written in place of an element. A `noscript` without words holds the copies of pictures that a script
    /// loads, and the sanitiser compares them; one with words would lose them.
    fn written_name(&self, node: NodeId, element: Element<'a>) -> &'a str {
        match self.needed.worded.contains(&node) {
            true => "div",
            false => element.name(),
        }
    }
}

const RULE: &str = "<hr>";

fn push_start_tag(name: &str, element: Element<'_>, html: &mut String) {
    html.push('<');
    html.push_str(name);
    for attribute in element.attributes() {
        push_attribute(attribute.name, attribute.value, html);
    }
    html.push('>');
}

fn push_attribute(name: &str, value: &str, html: &mut String) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    html.push_str(&value.replace('&', "&amp;").replace('"', "&quot;"));
    html.push('"');
}

/// Writes what a placeholder stands for as the frame that a script would make of it.
fn push_frame(html: &mut String, frame: &Frame) {
    html.push_str("<iframe");
    push_attribute("src", &frame.address, html);
    if let Some(title) = &frame.title {
        push_attribute("title", title, html);
    }
    html.push_str("></iframe>");
}

/// Writes a text with its marks escaped where they could begin a tag or a reference (HTML §13.2.5.6 and 72), and as
/// they are elsewhere: a page of nothing but marks would be several times as long.
fn push_escaped(html: &mut String, text: &str) {
    let mut copied = 0;
    for (at, _) in text.match_indices(['&', '<']) {
        let bytes = text.as_bytes();
        // What follows the text is not known.
        let follows = bytes.get(at + 1).copied().unwrap_or(b'a');
        let entity = match bytes[at] {
            b'&' if follows == b'#' || follows.is_ascii_alphanumeric() => "&amp;",
            b'<' if b"/!?".contains(&follows) || follows.is_ascii_alphabetic() => "&lt;",
            _ => continue,
        };
        html.push_str(&text[copied..at]);
        html.push_str(entity);
        copied = at + 1;
    }
    html.push_str(&text[copied..]);
}

/// Plain paragraphs, one a line, as markup.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        html.push_str("<p>");
        push_escaped(&mut html, line);
        html.push_str("</p>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The markup of a whole page.
    fn whole(page: &str) -> String {
        let tree = Tree::parse(page);
        let needed = Needed {
            nodes: vec![true; tree.len()],
            ..Needed::default()
        };
        markup(&tree, &needed)
    }

    #[test]
    fn marks_in_a_text_are_marks_when_read_again() {
        let marks = ["<", "&", ">", "/", "!", "?", "#", "a", ";", " ", "amp"];
        for first in marks {
            for second in marks {
                let text = format!("{first}{second}{first}");
                let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
                let written = whole(&format!("<p>{escaped}<b>{escaped}</b>{escaped}"));
                let read = Tree::parse_fragment(written).text(NodeId::ROOT);
                assert_eq!(read, crate::text::folded(&text.repeat(3)), "{text}");
            }
        }
    }

    #[test]
    fn marks_that_begin_nothing_cost_nothing() {
        assert!(whole(&format!("<p>{}", "<&".repeat(1000))).len() < 2100);
    }
}
