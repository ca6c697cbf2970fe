//! Sanitised markup as XHTML: well-formed XML that is HTML too (every element has its end tag, and only those that
//! never have one are written `<br/>`), with what EPUB does not allow mended and pictures from within the book.

use std::collections::BTreeSet;

use crate::book::strict::{Place, fitted};
use crate::book::tree::{Element, Node, is_void, parse};
use crate::display::language_tag;
use crate::feed::xml::{close, element, escape_into};

/// What a book decides of the markup.
pub(crate) struct Manner<'a> {
    /// Stands before every id, so that several articles can share a file.
    pub(crate) prefix: &'a str,
    /// The level of the heading over the article.
    pub(crate) heading: u8,
    /// Where in the book a picture is, by its address at the origin.
    pub(crate) picture: &'a dyn Fn(&str) -> Option<String>,
    /// Stands for a picture without a description.
    pub(crate) left_out: &'a str,
}

/// The markup of an article's text.
pub(crate) fn write(html: &str, manner: &Manner<'_>) -> String {
    let nodes = parse(html);
    let mut ids = BTreeSet::new();
    gather_ids(&nodes, &mut ids);
    let mut writer = Writer {
        manner,
        free: ids.clone(),
        ids,
        text: String::with_capacity(html.len() + html.len() / 8),
    };
    for node in nodes {
        writer.node(node, Place::default());
    }
    writer.text
}

struct Writer<'a> {
    manner: &'a Manner<'a>,
    /// The ids that links can lead to.
    ids: BTreeSet<String>,
    /// Those of them that have not been written; none is written twice.
    free: BTreeSet<String>,
    text: String,
}

/// Depth is bounded by the parser.
fn gather_ids(nodes: &[Node<'_>], ids: &mut BTreeSet<String>) {
    for node in nodes {
        if let Node::Element(element) = node {
            ids.extend(
                element
                    .value("id")
                    .filter(|id| is_name(id))
                    .map(str::to_owned),
            );
            gather_ids(&element.children, ids);
        }
    }
}

/// Ids that XML takes as well (XML 1.0 section 2.3), in ASCII; those of the sanitiser begin with `note-`.
fn is_name(id: &str) -> bool {
    id.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

impl Writer<'_> {
    fn node(&mut self, node: Node<'_>, place: Place<'_>) {
        match node {
            Node::Text(text) => escape_into(&mut self.text, &text),
            Node::Element(element) => {
                if let Some(element) = fitted(element, place) {
                    self.element(element, place);
                }
            }
        }
    }

    fn element(&mut self, mut element: Element<'_>, place: Place<'_>) {
        if element.name == "img" {
            return self.picture(&element, place);
        }
        self.open(&element);
        if is_void(element.name) {
            self.text.pop();
            self.text.push_str("/>");
            return;
        }
        let children = std::mem::take(&mut element.children);
        for child in children {
            self.node(child, place.within(&element));
        }
        close(&mut self.text, element.name);
    }

    fn open(&mut self, element: &Element<'_>) {
        self.text.push('<');
        self.text.push_str(element.name);
        for (key, value) in &element.attributes {
            match *key {
                "lang" => self.language(value),
                "id" if self.free.remove(value) => {
                    let id = format!("{}{value}", self.manner.prefix);
                    self.attribute("id", &id);
                }
                "id" => {}
                "href" => self.link(value),
                "reversed" => self.attribute("reversed", "reversed"),
                key => self.attribute(key, value),
            }
        }
        self.text.push('>');
    }

    /// XHTML tells a language twice, to HTML's readers and to XML's.
    fn language(&mut self, value: &str) {
        if let Some(tag) = language_tag(value) {
            self.attribute("lang", &tag);
            self.attribute("xml:lang", &tag);
        }
    }

    /// A link within the article leads nowhere where the sanitiser has dropped its end.
    fn link(&mut self, value: &str) {
        match value.strip_prefix('#') {
            Some(id) if self.ids.contains(id) => {
                let href = format!("#{}{id}", self.manner.prefix);
                self.attribute("href", &href);
            }
            Some(_) => {}
            None => self.attribute("href", &strict_address(value)),
        }
    }

    /// A picture of the book, or else the way to it, by its description.
    fn picture(&mut self, picture: &Element<'_>, place: Place<'_>) {
        let address = picture.value("src").unwrap_or_default();
        let description = picture.value("alt").unwrap_or_default();
        if let Some(within) = (self.manner.picture)(address) {
            self.text.push_str("<img");
            self.attribute("src", &within);
            self.attribute("alt", description);
            self.text.push_str("/>");
            return;
        }
        let told = if description.trim().is_empty() {
            self.manner.left_out
        } else {
            description
        };
        let is_web = address.starts_with("https://") || address.starts_with("http://");
        if is_web && !place.in_link {
            let address = strict_address(address);
            let attributes = [("class", "picture"), ("href", &*address)];
            element(&mut self.text, "a", &attributes, told);
        } else {
            element(&mut self.text, "span", &[("class", "picture")], told);
        }
    }

    fn attribute(&mut self, key: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(key);
        self.text.push_str("=\"");
        escape_into(&mut self.text, value);
        self.text.push('"');
    }
}

/// An address as RFC 3986 wants it: browsers' addresses (WHATWG) leave characters as they are that it forbids.
pub(crate) fn strict_address(url: &str) -> String {
    let host = url.find("://").map_or(0, |scheme| {
        let rest = &url[scheme + 3..];
        scheme + 3 + rest.find(['/', '?', '#']).unwrap_or(rest.len())
    });
    let (head, tail) = url.split_at(host);
    let mut strict = head.to_owned();
    let mut in_fragment = false;
    for (place, letter) in tail.char_indices() {
        let follows = tail.as_bytes().get(place + 1..place + 3);
        let is_escape = follows.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let stays = match letter {
            '%' => is_escape,
            '#' => !std::mem::replace(&mut in_fragment, true),
            letter => letter.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=".contains(letter),
        };
        if stays {
            strict.push(letter);
        } else {
            crate::paths::percent_encode_into(&mut strict, letter.encode_utf8(&mut [0; 4]));
        }
    }
    strict
}

#[cfg(test)]
mod tests {
    use super::{Manner, strict_address, write};
    use wirecopy_document::clean::clean;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let base = url::Url::parse("https://paper.example/").unwrap();
        let manner = Manner {
            prefix: "a1-",
            heading: 1,
            picture: &|url| url.ends_with("held.jpg").then(|| "held.jpg".to_owned()),
            left_out: "Picture left out",
        };
        assert_eq!(write(clean(html, Some(&base)).as_str(), &manner), expected);
    }

    #[test]
    fn every_element_is_closed_and_every_letter_is_one_of_xml() {
        check(
            "a<br>b &amp; c &lt;d&gt;",
            "<p>a<br/>b &amp; c &lt;d&gt;</p>",
        );
        check(
            "<ol reversed start=3 type=x><li value=2 lang=iw>a</ol>",
            "<ol start=\"3\" reversed=\"reversed\"><li lang=\"iw\" xml:lang=\"iw\" value=\"2\">a</li></ol>",
        );
    }

    #[test]
    fn pictures_of_the_book_are_shown_and_others_linked_once() {
        check(
            "<p><img src=/held.jpg alt=Quay width=700 height=500> and <a href=/a>b</a></p>",
            "<p><img src=\"held.jpg\" alt=\"Quay\"/> and <a href=\"https://paper.example/a\">b</a></p>",
        );
        check(
            "<p>a <img src='/far.jpg?a=[1]&b' alt='A &quot;quay&quot;' width=700 height=500></p>",
            "<p>a <a class=\"picture\" href=\"https://paper.example/far.jpg?a=%5B1%5D&amp;b\">A &quot;quay&quot;</a></p>",
        );
        check(
            "<p><a href=/a>b <img src=/far.jpg width=700 height=500></a></p>",
            "<p><a href=\"https://paper.example/a\">b <span class=\"picture\">Picture left out</span></a></p>",
        );
    }

    #[test]
    fn ruby_keeps_its_readings_and_loses_the_brackets() {
        check(
            "<p><ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp></ruby> <ruby>京</ruby></p>",
            "<p><ruby>東<rt>とう</rt></ruby> <span>京</span></p>",
        );
    }

    #[test]
    fn tables_figures_and_terms_are_put_in_order() {
        check(
            "<table><tr><td colspan=0>a<thead><tr><th>b<tfoot><tr><td>c</table>",
            "<table><tbody><tr><td>a</td></tr></tbody><tbody><tr><th>b</th></tr></tbody>\
             <tbody><tr><td>c</td></tr></tbody></table>",
        );
        check(
            "<dl><dd>a<dt>b</dl><dl><dt>c<dd>d</dl>",
            "<div><div>a</div><p>b</p></div>\n<dl><dt>c</dt><dd>d</dd></dl>",
        );
        check(
            "<figure><img src=/held.jpg width=700 height=500><figcaption>a</figcaption>\
             <img src=/held.jpg width=700 height=500></figure>",
            "<figure><img src=\"held.jpg\" alt=\"\"/><p>a</p><img src=\"held.jpg\" alt=\"\"/></figure>",
        );
    }

    #[test]
    fn addresses_hold_what_rfc_3986_allows() {
        for (url, strict) in [
            (
                "https://[::1]/a|b?c={d}#e#f",
                "https://[::1]/a%7Cb?c=%7Bd%7D#e%23f",
            ),
            (
                "https://a.example?x=100%&y=%20",
                "https://a.example?x=100%25&y=%20",
            ),
            ("mailto:a@b.example", "mailto:a@b.example"),
            ("https://a.example/字", "https://a.example/%E5%AD%97"),
        ] {
            assert_eq!(strict_address(url), strict);
        }
    }
}
