//! What EPUB's XHTML wants otherwise than the sanitiser writes it: the rules of HTML section 4 on what may stand where,
//! which browsers do not care for and validators do.
//!
//! Nothing is taken away that a reader would see, but the brackets around ruby text.

use crate::book::tree::{Element, Node};

/// Where in an article an element stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'a> {
    /// The element around it.
    pub(crate) parent: &'a str,
    /// Whether a link is around it, at whatever distance.
    pub(crate) in_link: bool,
    /// Whether a heading of a table is around it.
    in_header: bool,
    in_ruby: bool,
    in_definition: bool,
}

impl<'a> Place<'a> {
    /// The place of what stands within an element at this place.
    pub(crate) fn within(self, element: &'a Element<'_>) -> Place<'a> {
        let name = element.name;
        Place {
            parent: name,
            in_link: self.in_link || name == "a",
            in_header: self.in_header || name == "th",
            in_ruby: self.in_ruby || name == "ruby",
            in_definition: self.in_definition || name == "dfn",
        }
    }
}

/// The element as it may stand in that place; what is within it is not yet looked at. `None` for what goes.
pub(crate) fn fitted<'a>(mut element: Element<'a>, place: Place<'_>) -> Option<Element<'a>> {
    match element.name {
        "rp" if place.in_ruby => return None,
        "ruby" if place.in_ruby || !element.inner_names().any(|name| name == "rt") => {
            plain(&mut element)
        }
        "rt" if place.parent == "ruby" => {}
        "rt" | "rp" | "rb" | "time" => plain(&mut element),
        "bdo" if element.value("dir").is_none() => plain(&mut element),
        "a" if place.in_link => plain(&mut element),
        "dfn" if place.in_definition => plain(&mut element),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if place.in_header => element.name = "p",
        "summary" if place.parent != "details" => element.name = "p",
        "figcaption" if place.parent != "figure" => element.name = "p",
        "details" => details(&mut element),
        "dl" => terms(&mut element),
        "figure" => figure(&mut element),
        "table" => table(&mut element),
        _ => {}
    }
    let name = element.name;
    element
        .attributes
        .retain(|(key, value)| is_allowed((name, place.parent), key, value));
    Some(element)
}

fn plain(element: &mut Element<'_>) {
    element.name = "span";
    element
        .attributes
        .retain(|(key, _)| matches!(*key, "dir" | "lang"));
}

/// Attributes that are allowed, by the element and the one around it. The addresses are looked at by the writer.
fn is_allowed((name, parent): (&str, &str), key: &str, value: &str) -> bool {
    let count = |largest: u32| {
        value
            .parse()
            .is_ok_and(|count: u32| (1..=largest).contains(&count))
    };
    match (name, key) {
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto"),
        (_, "lang" | "id") => true,
        ("a", "href") => true,
        ("abbr", "title") => true,
        ("img", "src" | "alt" | "title") => true,
        ("li", "value") => parent == "ol" && value.parse::<i32>().is_ok(),
        ("ol", "start") => value.parse::<i32>().is_ok(),
        ("ol", "type") => matches!(value, "1" | "a" | "A" | "i" | "I"),
        ("ol", "reversed") => true,
        // HTML section 4.9.11: the most that a cell may span.
        ("td" | "th", "colspan") => count(1_000),
        ("td" | "th", "rowspan") => count(65_534),
        _ => false,
    }
}

/// What can be folded begins with what is shown of it.
fn details(element: &mut Element<'_>) {
    let mut summaries = element.children.iter_mut().filter_map(|child| match child {
        Node::Element(inner) if inner.name == "summary" => Some(inner),
        _ => None,
    });
    let _first = summaries.next();
    summaries.for_each(|summary| summary.name = "p");
    trim_start(&mut element.children);
    if element.inner_names().next() != Some("summary")
        || matches!(element.children[0], Node::Text(_))
    {
        element.name = "div";
        for child in &mut element.children {
            if let Node::Element(inner) = child
                && inner.name == "summary"
            {
                inner.name = "p";
            }
        }
    }
}

/// Terms stand before descriptions, and none of them alone; a list that is otherwise is none of terms.
fn terms(element: &mut Element<'_>) {
    let names: Vec<&str> = element.inner_names().collect();
    let is_list = names.first() == Some(&"dt") && names.last() == Some(&"dd");
    if is_list {
        return;
    }
    element.name = "div";
    for child in &mut element.children {
        if let Node::Element(inner) = child {
            inner.name = if inner.name == "dt" { "p" } else { "div" };
        }
    }
}

/// A figure has one caption, at its beginning or end.
fn figure(element: &mut Element<'_>) {
    element.children.retain(|child| !is_blank(child));
    let last = element.children.len().saturating_sub(1);
    let mut captions = 0;
    for (place, child) in element.children.iter_mut().enumerate() {
        if let Node::Element(inner) = child
            && inner.name == "figcaption"
        {
            captions += 1;
            if captions > 1 || (place > 0 && place < last) {
                inner.name = "p";
            }
        }
    }
}

/// A table is a caption, a head, bodies and a foot, in this order; rows stand in one of them.
fn table(element: &mut Element<'_>) {
    let mut parts: Vec<Element<'_>> = Vec::new();
    for child in std::mem::take(&mut element.children) {
        let Node::Element(mut inner) = child else {
            continue;
        };
        inner.name = match inner.name {
            "caption" if parts.is_empty() => "caption",
            "thead" if parts.iter().all(|part| part.name == "caption") => "thead",
            "thead" | "tbody" | "tfoot" => "tbody",
            "tr" => "tr",
            _ => continue,
        };
        match parts.last_mut() {
            Some(body) if inner.name == "tr" && body.name == "tbody" => {
                body.children.push(Node::Element(inner));
            }
            _ if inner.name == "tr" => {
                parts.push(Element::new("tbody", vec![Node::Element(inner)]));
            }
            _ => parts.push(inner),
        }
    }
    element.children = parts.into_iter().map(Node::Element).collect();
}

fn trim_start(children: &mut Vec<Node<'_>>) {
    while children.first().is_some_and(is_blank) {
        children.remove(0);
    }
}

fn is_blank(node: &Node<'_>) -> bool {
    matches!(node, Node::Text(text) if text.trim().is_empty())
}
