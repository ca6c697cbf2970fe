//! Text that would be read as marks, escaped with a backslash (CommonMark §2.4), and nothing more than
//! that: a text without such characters stays as it is.

use super::line::Context;

/// Appends `text` with its marks escaped, as far as they would count in any place of a line.
pub(super) fn text(text: &str, context: Context, output: &mut String) {
    let mut before = None;
    for (index, character) in text.char_indices() {
        let rest = &text[index + character.len_utf8()..];
        let after = rest.chars().next();
        let is_mark = match character {
            '\\' | '`' | '*' | '[' | ']' | '~' => true,
            // Within a word it marks nothing.
            '_' => !(is_letter(before) && is_letter(after)),
            '<' => after.is_none_or(|after| after.is_ascii_alphabetic() || "/!?".contains(after)),
            '&' => is_entity(rest),
            '|' => context == Context::Cell,
            // A heading may end in a row of them that is not shown.
            '#' => context == Context::Heading,
            _ => false,
        };
        if is_mark {
            output.push('\\');
        }
        output.push(character);
        before = Some(character);
    }
}

/// A code span (CommonMark §6.1): its fence is longer than any run of backticks in it.
pub(super) fn code_span(code: &str, context: Context) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0) + 1);
    let touches = code.starts_with('`') || code.ends_with('`');
    let padding = if touches { " " } else { "" };
    let span = format!("{fence}{padding}{code}{padding}{fence}");
    // A table is cut into cells before anything else is read (GFM §4.10).
    match context {
        Context::Cell => span.replace('|', "\\|"),
        _ => span,
    }
}

fn is_letter(character: Option<char>) -> bool {
    character.is_some_and(char::is_alphanumeric)
}

/// Whether `&` before this reads as a character reference.
fn is_entity(rest: &str) -> bool {
    let name = rest.split(';').next().unwrap_or_default();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
    name.len() < rest.len() && !name.is_empty() && name.len() < 40 && name.bytes().all(is_name)
}

/// Escapes what counts only where a line begins: headings, quotations, lists, rules, table rows.
pub(super) fn line_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (start, rest) = line.split_at(digits);
    let Some(mark) = rest.chars().next().filter(char::is_ascii) else {
        return line.to_owned();
    };
    let after = &rest[1..];
    let stands_alone = after.is_empty() || after.starts_with([' ', '\t']);
    let is_mark = match mark {
        '.' | ')' => (1..=9).contains(&digits) && stands_alone,
        _ if digits > 0 => false,
        '#' => {
            after.trim_start_matches('#').is_empty()
                || after.trim_start_matches('#').starts_with(' ')
        }
        '-' | '+' | '=' => stands_alone || after.starts_with(mark),
        '>' => true,
        ':' => after.starts_with('-'),
        _ => false,
    };
    if is_mark {
        format!("{start}\\{rest}")
    } else {
        line.to_owned()
    }
}
