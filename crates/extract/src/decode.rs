//! From bytes to text: byte order mark, HTTP charset, meta prescan, then detection
//! (HTML §13.2.3, Encoding §4). Where a declaration and valid UTF-8 contradict, UTF-8 is right:
//! text in another encoding is hardly ever valid UTF-8 by chance.

mod prescan;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Decodes a page. `media_type` is the whole `Content-Type` value. Bytes that the encoding does not
/// know become U+FFFD; a byte order mark is removed and wins over everything.
///
/// ```
/// use wirecopy_extract::decode;
///
/// let (text, encoding) = decode(b"\xd0\xc2\xce\xc5", Some("text/html; charset=gb2312"));
/// assert_eq!((text.as_str(), encoding.name()), ("新闻", "GBK"));
/// ```
pub fn decode(bytes: &[u8], media_type: Option<&str>) -> (String, &'static Encoding) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (without_bom_handling(encoding, &bytes[length..]), encoding);
    }
    let stated = media_type.and_then(charset_parameter);
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.is_ascii()
        && stated.is_none_or(Encoding::is_ascii_compatible)
    {
        // Whatever else the page declares; most pages come to no more than this.
        return (text.to_owned(), UTF_8);
    }
    let encoding = choose(bytes, stated);
    (without_bom_handling(encoding, bytes), encoding)
}

fn without_bom_handling(encoding: &'static Encoding, bytes: &[u8]) -> String {
    match encoding.decode_without_bom_handling(bytes).0 {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

/// The encoding of bytes that are ASCII, or not UTF-8, or said not to be.
fn choose(bytes: &[u8], stated: Option<&'static Encoding>) -> &'static Encoding {
    match stated.or_else(|| prescan::prescan(bytes)) {
        Some(encoding) if encoding == UTF_8 && !mostly_utf8(bytes) => detect(bytes),
        Some(encoding) => encoding,
        // The standard's fallback; nothing in the text depends on it.
        None if bytes.is_ascii() => WINDOWS_1252,
        None => detect(bytes),
    }
}

/// Whether invalid sequences are so few (under one in a hundred of the bytes above ASCII) that they
/// are damage to UTF-8 and not another encoding.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let broken = bytes
        .utf8_chunks()
        .filter(|chunk| !chunk.invalid().is_empty())
        .count();
    broken * 100 < high.max(100)
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// The `charset` parameter of a media type (RFC 9110 §8.3.1), quoted or not.
fn charset_parameter(media_type: &str) -> Option<&'static Encoding> {
    let parameters = media_type.split(';').skip(1);
    let mut charsets = parameters.filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    });
    let label = charsets.next()?.trim().trim_matches(['"', '\'']);
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], media_type: Option<&str>, expected: (&str, &str)) {
        let (text, encoding) = decode(bytes, media_type);
        assert_eq!((text.as_str(), encoding.name()), expected);
    }

    #[test]
    fn byte_order_mark_wins_over_the_header() {
        check(
            b"\xef\xbb\xbfa",
            Some("text/html; charset=gbk"),
            ("a", "UTF-8"),
        );
        check(b"\xff\xfea\0", None, ("a", "UTF-16LE"));
    }

    #[test]
    fn header_wins_over_meta() {
        check(
            b"<meta charset=big5>\xd6\xd0",
            Some("text/html; charset=\"GBK\""),
            ("<meta charset=big5>\u{4e2d}", "GBK"),
        );
    }

    #[test]
    fn valid_utf8_wins_over_a_false_declaration() {
        check(
            "<meta charset=iso-8859-1>é中".as_bytes(),
            None,
            ("<meta charset=iso-8859-1>é中", "UTF-8"),
        );
    }

    #[test]
    fn undeclared_chinese_is_detected() {
        let (gbk, _, _) =
            encoding_rs::GBK.encode("中国新闻网北京十一月二十三日电，记者从有关部门获悉");
        assert_eq!(decode(&gbk, None).1.name(), "GBK");
    }

    #[test]
    fn other_encoding_under_a_utf8_label_is_detected() {
        let (gbk, _, _) =
            encoding_rs::GBK.encode("中国新闻网北京十一月二十三日电，记者从有关部门获悉");
        assert_eq!(
            decode(&gbk, Some("text/html; charset=utf-8")).1.name(),
            "GBK"
        );
    }
}
