//! Sanitised markup as a tree, for books: their XHTML has stricter rules on what may stand where than pages have, and
//! these need a look at an element's neighbours.
//!
//! The form of `CleanHtml` is known: attribute values stand in double quotes, text holds no `<`. What is not of that
//! form is taken as text or left out, never refused.

use crate::pictures::{name, tag_length};

/// The deepest nesting that is kept; the sanitiser lets 512 levels through, and adds a few of its own.
const MAX_DEPTH: usize = 600;

/// A piece of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node<'a> {
    /// Text, no longer escaped.
    Text(String),
    /// An element with what it holds.
    Element(Element<'a>),
}

/// An element with what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) name: &'a str,
    /// In order; values are no longer escaped, and empty for flags.
    pub(crate) attributes: Vec<(&'a str, String)>,
    pub(crate) children: Vec<Node<'a>>,
}

impl<'a> Element<'a> {
    /// An element of ours.
    pub(crate) fn new(name: &'a str, children: Vec<Node<'a>>) -> Element<'a> {
        Element {
            name,
            attributes: Vec::new(),
            children,
        }
    }

    /// The value of an attribute.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| *name == key)?;
        Some(&found.1)
    }

    /// The names of the elements directly within.
    pub(crate) fn inner_names(&self) -> impl Iterator<Item = &str> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element.name),
            Node::Text(_) => None,
        })
    }
}

/// The markup as a tree.
pub(crate) fn parse(html: &str) -> Vec<Node<'_>> {
    let mut open = vec![Element::default()];
    let mut withheld = 0;
    let mut rest = html;
    while !rest.is_empty() {
        let text_end = rest.find('<').unwrap_or(rest.len());
        let (text, after) = rest.split_at(text_end);
        add_text(&mut open, text);
        let (tag, after) = after.split_at(tag_length(after));
        rest = after;
        match tag.strip_prefix("</") {
            _ if tag.is_empty() => {}
            Some(_) if withheld > 0 => withheld -= 1,
            Some(ended) => close(&mut open, ended.trim_end_matches('>')),
            None if is_void(name(tag)) => add(&mut open, element(tag)),
            None if open.len() > MAX_DEPTH => withheld += 1,
            None => open.push(element(tag)),
        }
    }
    while open.len() > 1 {
        shut(&mut open);
    }
    open.pop().map(|root| root.children).unwrap_or_default()
}

/// Elements without content and end tag (HTML section 13.1.2).
pub(crate) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img")
}

fn add_text(open: &mut [Element<'_>], text: &str) {
    if let Some(parent) = open.last_mut().filter(|_| !text.is_empty()) {
        parent.children.push(Node::Text(unescaped(text)));
    }
}

fn add<'a>(open: &mut [Element<'a>], element: Element<'a>) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(Node::Element(element));
    }
}

/// Ends the innermost element of that name, and those within it; an end tag without a beginning is nothing.
fn close(open: &mut Vec<Element<'_>>, ended: &str) {
    let found = open.iter().rposition(|element| element.name == ended);
    let Some(place) = found.filter(|place| *place > 0) else {
        return;
    };
    while open.len() > place {
        shut(open);
    }
}

fn shut(open: &mut Vec<Element<'_>>) {
    if let Some(element) = open.pop() {
        add(open, element);
    }
}

fn element(tag: &str) -> Element<'_> {
    let name = name(tag);
    let inner = tag.get(1 + name.len()..).unwrap_or_default();
    Element {
        attributes: attributes(inner.trim_end_matches('>')),
        name,
        children: Vec::new(),
    }
}

fn attributes(mut rest: &str) -> Vec<(&str, String)> {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if key.is_empty() {
            return attributes;
        }
        let quoted = after
            .strip_prefix("=\"")
            .and_then(|after| after.split_once('"'));
        let (value, after) = quoted.unwrap_or(("", after.trim_start_matches('=')));
        attributes.push((key, unescaped(value)));
        rest = after;
    }
}

/// Undoes the entities that sanitised markup uses.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    crate::pictures::unescaped(&text.replace("&#10;", "\n"))
}

#[cfg(test)]
mod tests {
    use super::{Element, Node, parse};

    fn text(text: &str) -> Node<'static> {
        Node::Text(text.to_owned())
    }

    #[test]
    fn markup_becomes_a_tree_with_its_entities_undone() {
        let paragraph = Element {
            name: "p",
            attributes: vec![("lang", "he".to_owned())],
            children: vec![text("a & b"), Node::Element(Element::new("br", Vec::new()))],
        };
        let list = Element {
            name: "ol",
            attributes: vec![("start", "3".to_owned()), ("reversed", String::new())],
            children: vec![Node::Element(Element::new("li", vec![text("\"c\"")]))],
        };
        assert_eq!(
            parse(
                "<p lang=\"he\">a &amp; b<br></p>\n<ol start=\"3\" reversed><li>&quot;c&quot;</li></ol>"
            ),
            [Node::Element(paragraph), text("\n"), Node::Element(list)]
        );
    }

    #[test]
    fn damage_and_depth_are_survived() {
        let bold = |children| Node::Element(Element::new("b", children));
        assert_eq!(
            parse("</i><b>a<i"),
            [bold(vec![
                text("a"),
                Node::Element(Element::new("i", Vec::new()))
            ])]
        );
        let deep = format!("{}x{}", "<b>".repeat(5_000), "</b>".repeat(5_000));
        assert_eq!(parse(&deep).len(), 1);
    }
}
