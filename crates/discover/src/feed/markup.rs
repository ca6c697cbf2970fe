//! HTML that a feed holds as elements, written as HTML text: local names, HTML's void elements, and links made
//! absolute by the `xml:base` that rules each of them.

use url::Url;

use super::construct::only_child;
use crate::html;
use crate::xml::entities;
use crate::xml::namespace::Namespace;
use crate::xml::tree::{Child, Element, split_prefix};

/// Void elements (HTML §13.1.2), which have no end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];
/// Links stay relative once they have added this many bytes: a long base in front of a million short links must
/// not fill the memory.
const MAX_ADDED_BYTES: usize = 1 << 20;

/// The content of an element as HTML. A `div` that only wraps it is left out (RFC 4287 §3.1.1.3).
pub(super) fn inner(element: Element<'_, '_>, base: Option<&Url>) -> String {
    let wrapper = only_child(element)
        .filter(|child| child.name() == "div" && child.raw_attributes().is_empty());
    let wrapper =
        wrapper.or_else(|| only_child(element).filter(|child| child.is(Namespace::Xhtml, "div")));
    let mut writer = Writer {
        html: String::new(),
        added: 0,
        base,
    };
    writer.children(wrapper.unwrap_or(element));
    writer.html.trim().to_owned()
}

struct Writer<'b> {
    html: String,
    added: usize,
    base: Option<&'b Url>,
}

impl Writer<'_> {
    /// Recursion is bounded by the tree's depth.
    fn children(&mut self, element: Element<'_, '_>) {
        for child in element.children() {
            match child {
                Child::Element(child) => self.element(child),
                // Beside elements, a CDATA section is where a writer has put a piece of HTML.
                Child::CData(text) => self.html.push_str(text),
                Child::Text(text) => self.html.push_str(&html::escape(text)),
            }
        }
    }

    fn element(&mut self, element: Element<'_, '_>) {
        let name = element.written_name();
        self.html.push('<');
        self.html.push_str(name);
        self.attributes(element);
        self.html.push('>');
        self.children(element);
        if !VOID.contains(&element.name()) {
            self.html.push_str("</");
            self.html.push_str(name);
            self.html.push('>');
        }
    }

    fn attributes(&mut self, element: Element<'_, '_>) {
        let base = if element.has_own_base() {
            element.base()
        } else {
            self.base
        };
        for attribute in element.raw_attributes() {
            let (prefix, _) = split_prefix(attribute.name);
            if prefix.eq_ignore_ascii_case("xmlns")
                || prefix.eq_ignore_ascii_case("xml")
                || attribute.name == "xmlns"
            {
                continue;
            }
            let absolute = base
                .filter(|_| self.added < MAX_ADDED_BYTES)
                .and_then(|base| html::absolute_value(attribute, base))
                .inspect(|absolute| self.added += absolute.len());
            let value = absolute.unwrap_or_else(|| entities::decode(attribute.value).into_owned());
            let value = value.replace('&', "&amp;").replace('"', "&quot;");
            self.html
                .push_str(&format!(" {}=\"{value}\"", attribute.name));
        }
    }
}
