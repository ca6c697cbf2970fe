//! Measuring text alike in scripts with and without spaces.

use wirecopy_document::clean::CleanHtml;

/// Length of a body's text in characters, white space not counted. A character of Chinese, Japanese
/// or Korean counts three, about what it says in Latin letters, so that one threshold tells a stub
/// from a whole article in any language.
///
/// ```
/// use wirecopy_document::clean::clean;
/// use wirecopy_extract::text_length;
///
/// assert_eq!(text_length(&clean("<p>A day</p>", None)), 4);
/// assert_eq!(text_length(&clean("<p>新闻</p>", None)), 6);
/// ```
pub fn text_length(html: &CleanHtml) -> usize {
    weight(&html.text())
}

/// The same for plain text.
pub(crate) fn weight(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| *byte > b' ').count();
    }
    text.chars().map(character_weight).sum()
}

fn character_weight(character: char) -> usize {
    match character {
        character if character.is_whitespace() => 0,
        character if is_ideographic(character) => 3,
        _ => 1,
    }
}

/// Han, kana and Hangul with their compatibility forms (Unicode 16 blocks).
pub(crate) fn is_ideographic(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Appends `text` to `line` with every run of white space folded to one space.
pub(crate) fn push_folded(line: &mut String, text: &str) {
    for word in text.split_inclusive(char::is_whitespace) {
        let trimmed = word.trim_end_matches(char::is_whitespace);
        line.push_str(trimmed);
        if trimmed.len() < word.len() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
}

/// The text with every run of white space folded to one space, none at the ends.
pub(crate) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
