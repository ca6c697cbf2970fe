//! Character references: the five of XML, the 2,231 of HTML (§13.5), and numbers. Entities that a document
//! declares itself are never expanded.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// The longest name in HTML's table, `CounterClockwiseContourIntegral`, has 31 letters.
const MAX_NAME_BYTES: usize = 32;

/// Replaces each reference that ends with `;` by its character; others stay as they are, as does a bare `&`.
pub(crate) fn decode(raw: &str) -> Cow<'_, str> {
    let Some(first) = raw.find('&') else {
        return Cow::Borrowed(raw);
    };
    let mut decoded = String::with_capacity(raw.len());
    decoded.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while !rest.is_empty() {
        rest = match reference(rest) {
            Some((characters, length)) => {
                decoded.extend(characters.into_iter().flatten());
                &rest[length..]
            }
            None => {
                decoded.push('&');
                &rest[1..]
            }
        };
        let next = rest.find('&').unwrap_or(rest.len());
        decoded.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(decoded)
}

/// The characters (HTML knows names for two at once) of the reference at the start of `rest`, and its length.
fn reference(rest: &str) -> Option<([Option<char>; 2], usize)> {
    let window = rest.len().min(MAX_NAME_BYTES + 2);
    let end = rest.as_bytes()[..window]
        .iter()
        .position(|byte| *byte == b';')?;
    let name = &rest[1..end];
    let characters = match name.strip_prefix('#') {
        Some(number) => [Some(numeric(number)?), None],
        None => named(&rest[1..=end])?,
    };
    Some((characters, end + 1))
}

fn named(name_and_semicolon: &str) -> Option<[Option<char>; 2]> {
    match NAMED_ENTITIES.get(name_and_semicolon) {
        Some(&(first, second)) if first != 0 => Some([
            char::from_u32(first),
            (second != 0).then(|| char::from_u32(second)).flatten(),
        ]),
        _ => None,
    }
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some(match char::from_u32(code) {
        Some(c @ '\u{80}'..='\u{9f}') => windows_1252(c),
        Some(c) if is_forbidden(c) => char::REPLACEMENT_CHARACTER,
        Some(c) => c,
        None => char::REPLACEMENT_CHARACTER,
    })
}

/// Control characters that XML 1.0 §2.2 forbids.
pub(crate) fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// The character that the writer of a C1 control meant: bytes of windows-1252 taken for Latin-1 (HTML §13.2.5.80).
pub(crate) fn windows_1252(c: char) -> char {
    const MEANT: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    (c as usize)
        .checked_sub(0x80)
        .and_then(|index| MEANT.get(index))
        .copied()
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(decode(raw), expected, "{raw}");
    }

    #[test]
    fn decodes_names_and_numbers_and_leaves_the_rest() {
        check("a &amp;&lt;&quot;&apos; b", "a &<\"' b");
        check("&nbsp;&laquo;&Auml;&hellip;", "\u{a0}«Ä…");
        check("&#8217;&#x2019;&#X2019;&#146;", "’’’’");
        check("?a=1&b=2&copy=3 AT&T R&D; &", "?a=1&b=2&copy=3 AT&T R&D; &");
        check(
            "&#0;&#xD800;&#99999999999;",
            "\u{fffd}\u{fffd}&#99999999999;",
        );
        check("&amp;lt;", "&lt;");
        check("&日本;", "&日本;");
    }
}
