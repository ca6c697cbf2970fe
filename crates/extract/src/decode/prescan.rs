//! The meta prescan of HTML §13.2.3.2: what encoding the first bytes of a page declare.
//!
//! The standard looks at 1,024 bytes and lets the parser start again at a later `meta`. We look
//! further instead, since many pages put scripts first, and never start again.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far a declaration is looked for.
const PRESCAN_BYTES: usize = 64 * 1024;

/// The encoding that a `meta` among the first bytes declares.
pub(super) fn prescan(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut rest = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[start..];
        if rest.starts_with(b"<!--") {
            // The dashes of `<!-->` close the comment too.
            rest = after(&rest[2..], b"-->")?;
        } else if is_meta(rest) {
            let (attributes, following) = read_attributes(&rest[5..]);
            if let Some(encoding) = declared_by(&attributes) {
                return Some(encoding);
            }
            rest = following;
        } else if rest.get(1).is_some_and(u8::is_ascii_alphabetic)
            || (rest.get(1) == Some(&b'/') && rest.get(2).is_some_and(u8::is_ascii_alphabetic))
        {
            let name_end = rest
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
            rest = read_attributes(&rest[name_end..]).1;
        } else if matches!(rest.get(1), Some(b'!' | b'/' | b'?')) {
            rest = after(rest, b">")?;
        } else {
            rest = &rest[1..];
        }
    }
    None
}

fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let position = bytes
        .windows(mark.len())
        .position(|window| window == mark)?;
    Some(&bytes[position + mark.len()..])
}

fn is_meta(bytes: &[u8]) -> bool {
    bytes
        .get(1..5)
        .is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))
        && bytes
            .get(5)
            .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/')
}

type Attribute = (Vec<u8>, Vec<u8>);

/// All attributes up to the end of the tag, and what follows.
fn read_attributes(mut rest: &[u8]) -> (Vec<Attribute>, &[u8]) {
    let mut attributes: Vec<Attribute> = Vec::new();
    while let Some((attribute, following)) = read_attribute(rest) {
        // A second attribute of the same name does not count; beyond a few nothing matters here.
        if attributes.len() < 16 && attributes.iter().all(|(name, _)| *name != attribute.0) {
            attributes.push(attribute);
        }
        rest = following;
    }
    (attributes, rest)
}

/// "Get an attribute", names and values in lower case.
fn read_attribute(bytes: &[u8]) -> Option<(Attribute, &[u8])> {
    let start = bytes
        .iter()
        .position(|byte| !byte.is_ascii_whitespace() && *byte != b'/')?;
    let rest = &bytes[start..];
    if rest[0] == b'>' {
        return None;
    }
    let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'=');
    // A name may begin with `=`.
    let name_length = rest[1..].iter().position(ends_name)? + 1;
    let name = rest[..name_length].to_ascii_lowercase();
    let rest = &rest[name_length..];
    let following = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if rest[following] != b'=' {
        return Some(((name, Vec::new()), &rest[following..]));
    }
    let (value, rest) = read_value(&rest[following + 1..])?;
    Some(((name, value.to_ascii_lowercase()), rest))
}

fn read_value(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.trim_ascii_start();
    match *rest.first()? {
        quote @ (b'"' | b'\'') => {
            let end = rest[1..].iter().position(|byte| *byte == quote)? + 1;
            Some((&rest[1..end], &rest[end + 1..]))
        }
        b'>' => Some((b"", rest)),
        _ => {
            let end = rest
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
            Some((&rest[..end], &rest[end..]))
        }
    }
}

fn declared_by(attributes: &[Attribute]) -> Option<&'static Encoding> {
    let value = |name: &[u8]| {
        attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_slice())
    };
    let label = match value(b"charset") {
        Some(label) => Some(label),
        None if value(b"http-equiv") == Some(b"content-type") => {
            value(b"content").and_then(charset_in_content)
        }
        None => None,
    }?;
    let encoding = match label.trim_ascii() {
        b"x-user-defined" => WINDOWS_1252,
        label => Encoding::for_label(label)?,
    };
    // A page that could be read this far is not UTF-16.
    Some(if encoding == UTF_16BE || encoding == UTF_16LE {
        UTF_8
    } else {
        encoding
    })
}

/// "Extracting a character encoding from a meta element" (HTML §2.6.5).
fn charset_in_content(content: &[u8]) -> Option<&[u8]> {
    let mut rest = content;
    loop {
        rest = after(rest, b"charset")?.trim_ascii_start();
        if let Some(value) = rest.strip_prefix(b"=") {
            return label_in(value.trim_ascii_start());
        }
    }
}

fn label_in(value: &[u8]) -> Option<&[u8]> {
    match *value.first()? {
        quote @ (b'"' | b'\'') => {
            let end = value[1..].iter().position(|byte| *byte == quote)? + 1;
            Some(&value[1..end])
        }
        _ => {
            let end = value
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || *byte == b';');
            Some(&value[..end.unwrap_or(value.len())])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: Option<&str>) {
        assert_eq!(
            prescan(html.as_bytes()).map(Encoding::name),
            expected,
            "{html}"
        );
    }

    #[test]
    fn reads_both_forms_of_declaration() {
        check("<meta charset=gb2312>", Some("GBK"));
        check(
            "<META http-equiv=Content-Type content='text/html; charset = \"big5\"'>",
            Some("Big5"),
        );
        check("<meta content='text/html; charset=utf-8'>", None);
    }

    #[test]
    fn ignores_comments_and_other_attributes() {
        check(
            "<!-- <meta charset=big5> --><meta charset=utf-8>",
            Some("UTF-8"),
        );
        check(
            "<div title='<meta charset=big5>'><meta charset=utf-8>",
            Some("UTF-8"),
        );
        check("<!--><meta charset=euc-kr>", Some("EUC-KR"));
    }

    #[test]
    fn survives_ends_in_the_middle() {
        for end in 0..=40 {
            let html = &"<meta http-equiv='content-type' content='x"[..end];
            check(html, None);
        }
    }
}
