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
    let mut copied = 0;
    for (place, byte) in text.bytes().enumerate() {
        if !MAY_BEGIN_OTHER[usize::from(byte)] {
            continue;
        }
        let mut letters = text[place..].chars();
        let Some(other) = letters.next().and_then(instead) else {
            continue;
        };
        markup.push_str(&text[copied..place]);
        markup.push_str(other);
        copied = text.len() - letters.as_str().len();
    }
    markup.push_str(&text[copied..]);
}

/// The bytes that a letter may begin with which is not written as it is: beyond ASCII those are the controls from
/// U+0080 on, which begin with 0xC2, and a byte order mark and two noncharacters, which begin with 0xEF.
const MAY_BEGIN_OTHER: [bool; 256] = {
    let mut may = [false; 256];
    let mut byte = 0;
    while byte < may.len() {
        may[byte] = matches!(byte, 0..0x20 | 0x26 | 0x3c | 0x3e | 0x7f | 0xc2 | 0xef);
        byte += 1;
    }
    may
};

/// What is written for a letter; `None` where it is written as it is.
fn instead(letter: char) -> Option<&'static str> {
    match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\n' => Some("&#10;"),
        '\t' => None,
        other => (!is_written(other)).then_some(""),
    }
}

/// Whether a letter may be written at all. U+FEFF is none: it is the mark of a file's byte order, left in a text by
/// who pasted files together, where it hides words from searches.
pub(super) fn is_written(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
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

#[cfg(test)]
mod tests {
    use super::{escape, instead};

    #[test]
    fn every_letter_is_written_as_its_own_rule_says() {
        for letter in '\0'..=char::MAX {
            let mut markup = String::new();
            escape(&mut markup, &format!("字{letter}a"));
            let own = letter.to_string();
            let written = instead(letter).unwrap_or(&own);
            assert_eq!(markup, format!("字{written}a"));
        }
    }
}
