//! The few pieces of XML that feeds, OPML and the sitemap are written with. Everything is escaped here; what XML 1.0
//! section 2.2 does not allow is left out.

/// The declaration of a UTF-8 document.
pub(crate) fn declaration() -> String {
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned()
}

/// An element with text and no children.
pub(crate) fn element(target: &mut String, name: &str, attributes: &[(&str, &str)], text: &str) {
    open(target, name, attributes);
    escape_into(target, text);
    close(target, name);
}

/// An element without content.
pub(crate) fn empty(target: &mut String, name: &str, attributes: &[(&str, &str)]) {
    open(target, name, attributes);
    target.pop();
    target.push_str("/>");
}

/// A start tag.
pub(crate) fn open(target: &mut String, name: &str, attributes: &[(&str, &str)]) {
    target.push('<');
    target.push_str(name);
    for (key, value) in attributes {
        target.push(' ');
        target.push_str(key);
        target.push_str("=\"");
        escape_into(target, value);
        target.push('"');
    }
    target.push('>');
}

/// An end tag.
pub(crate) fn close(target: &mut String, name: &str) {
    target.push_str("</");
    target.push_str(name);
    target.push('>');
}

/// `>` is escaped too, so that no text holds `]]>`; line breaks are written as they are, and a carriage return, which a
/// parser would turn into a line break, is left out.
pub(crate) fn escape_into(target: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => target.push_str("&amp;"),
            '<' => target.push_str("&lt;"),
            '>' => target.push_str("&gt;"),
            '"' => target.push_str("&quot;"),
            _ if is_allowed(letter) => target.push(letter),
            _ => {}
        }
    }
}

fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | ' '..='\u{7E}' | '\u{85}' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn text_holds_only_what_xml_allows_and_nothing_that_is_markup() {
        for (text, expected) in [
            ("a\u{1}b\0c\u{FFFE}\u{7F}\r\n", "abc\n"),
            ("]]><b a=\"&\">", "]]&gt;&lt;b a=&quot;&amp;&quot;&gt;"),
            ("字\u{20000}\u{85}", "字\u{20000}\u{85}"),
        ] {
            let mut written = String::new();
            element(&mut written, "t", &[("a", text)], text);
            assert_eq!(written, format!("<t a=\"{expected}\">{expected}</t>"));
        }
    }
}
