//! The parts of a caption, such as the text and who took the picture: elements that a style sheet sets apart, so that
//! there is no space between them in the source.

use super::scan::{Piece, pieces};

/// Whether text begins a further part right behind what is written of a caption: `on the bridge.<small>Photo`.
pub(super) fn follows(written: &str, text: &str) -> bool {
    let Some(before) = without_tags(written) else {
        return false;
    };
    let begins = text
        .chars()
        .next()
        .is_some_and(|first| first.is_uppercase() || matches!(first, '(' | '©'));
    let word = before
        .rsplit(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let ends = match before.chars().next_back() {
        // A shorter one may be the first of a name: Mc, i, de.
        Some(last) if last.is_lowercase() => word.chars().nth(2).is_some(),
        Some(last) => matches!(last, '.' | '?' | '!' | ')' | '”' | '’' | '…'),
        None => false,
    };
    begins && ends
}

/// Whether any part of a caption's markup begins right behind another.
pub(super) fn touch(caption: &str) -> bool {
    let mut place = 0;
    pieces(caption).any(|piece| {
        let start = place;
        place += match piece {
            Piece::Tag { whole, .. } => whole.len(),
            Piece::Text(text) => text.len(),
        };
        matches!(piece, Piece::Text(text) if follows(&caption[..start], text))
    })
}

/// What stands before the tags at the end of markup; nothing where there are none, or one shows something.
fn without_tags(written: &str) -> Option<&str> {
    let mut before = written;
    while let Some(open) = before.strip_suffix('>') {
        let (text, tag) = open.rsplit_once('<')?;
        if tag.starts_with("br") || tag.starts_with("img") {
            return None;
        }
        before = text;
    }
    Some(before)
}
