//! Text as a browser shows it: white space folded.

/// Appends `text` to `line` with every run of white space folded to one space.
pub fn push_folded(line: &mut String, text: &str) {
    for word in text.split_inclusive(char::is_whitespace) {
        let trimmed = word.trim_end_matches(char::is_whitespace);
        line.push_str(trimmed);
        if trimmed.len() < word.len() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
}
