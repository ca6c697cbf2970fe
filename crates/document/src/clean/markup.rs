//! How text and attributes are written, and which letters count for what.

/// `dir` and `lang` of an element.
#[derive(Clone, Debug, Default)]
pub(super) struct Direction {
    pub(super) dir: Option<String>,
    pub(super) lang: Option<String>,
}

impl Direction {
    pub(super) fn is_empty(&self) -> bool {
        self.dir.is_none() && self.lang.is_none()
    }

    pub(super) fn write(&self, markup: &mut String) {
        for (name, value) in [("dir", &self.dir), ("lang", &self.lang)] {
            if let Some(value) = value {
                attribute(markup, name, value);
            }
        }
    }
}

/// Writes ` name="value"`.
pub(super) fn attribute(markup: &mut String, name: &str, value: &str) {
    markup.push(' ');
    markup.push_str(name);
    markup.push_str("=\"");
    for (place, piece) in value.split('"').enumerate() {
        markup.push_str(if place > 0 { "&quot;" } else { "" });
        escape(markup, piece);
    }
    markup.push('"');
}

/// Escapes text. Control characters go: they mean nothing in HTML and are errors in XML.
pub(super) fn escape(markup: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '\n' => markup.push_str("&#10;"),
            '\t' => markup.push('\t'),
            other if is_written(other) => markup.push(other),
            _ => {}
        }
    }
}

/// Whether a letter may be written at all.
pub(super) fn is_written(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')
}

/// What parts words: white space of HTML, and the line ends that other readers know.
pub(super) fn is_space(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Whether a letter shows; no-break spaces and joiners alone make no paragraph.
pub(super) fn is_visible(letter: char) -> bool {
    !letter.is_whitespace()
        && !letter.is_control()
        && !matches!(
            letter,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
                | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}
