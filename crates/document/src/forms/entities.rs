//! The character references that the first mirrors left in titles and addresses.

/// The references met in 128,801 titles; numbered ones are read beside them.
const NAMED: &[(&str, &str)] = &[
    ("amp", "&"),
    ("apos", "'"),
    ("gt", ">"),
    ("hellip", "…"),
    ("ldquo", "“"),
    ("lsquo", "‘"),
    ("lt", "<"),
    ("mdash", "—"),
    ("middot", "·"),
    ("nbsp", "\u{a0}"),
    ("ndash", "–"),
    ("quot", "\""),
    ("rdquo", "”"),
    ("rsquo", "’"),
];

/// `text` with its references as the characters they stand for; unknown ones stay.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        match reference(after) {
            Some((letters, behind)) => {
                plain.push_str(&letters);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The reference at the start of `text`, and what is behind it.
fn reference(text: &str) -> Option<(String, &str)> {
    // The longest that is known has 8 letters.
    let end = text.bytes().take(10).position(|byte| byte == b';')?;
    let (name, behind) = (&text[..end], &text[end + 1..]);
    let letters = match name.strip_prefix('#') {
        Some(number) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let code = match hexadecimal {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
                .filter(|letter| !letter.is_control())?
                .to_string()
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1.to_owned(),
    };
    Some((letters, behind))
}
