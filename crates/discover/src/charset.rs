//! Bytes to text. What is believed, in this order: a byte order mark, the shape of UTF-16 and UTF-32, the label in
//! the header (RFC 7303 §3), the XML declaration, UTF-8, and last what the bytes look like. A label that the bytes
//! contradict is passed over.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use crate::xml::entities;

/// A text with what is known of its bytes.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// Without byte order mark, without forbidden control characters.
    pub text: Cow<'a, str>,
    /// Lower-case label.
    pub label: String,
    /// The label that was claimed, where the bytes are in another charset.
    pub contradicted: Option<String>,
    /// Whether bytes that are no character were replaced.
    pub lossy: bool,
}

/// Where the XML declaration is looked for; it is at the start, or after a little junk.
const DECLARATION_BYTES: usize = 1024;
/// Of a hundred characters, how many may be undecodable before UTF-8 is given up for a guess.
const MAX_BROKEN_PERCENT: usize = 5;

/// Decodes the bytes of an XML or JSON document; `media_type` is the whole `Content-Type` header.
pub(crate) fn decode<'a>(bytes: &'a [u8], media_type: Option<&str>) -> Decoded<'a> {
    let mut decoded = marked(bytes)
        .or_else(|| unmarked_wide(bytes))
        .unwrap_or_else(|| labelled(bytes, media_type));
    if let Cow::Owned(clean) = without_controls(&decoded.text) {
        decoded.text = Cow::Owned(clean);
    }
    decoded
}

fn certain<'a>(text: Cow<'a, str>, label: &str) -> Decoded<'a> {
    let lossy = text.contains(char::REPLACEMENT_CHARACTER);
    Decoded {
        text,
        label: label.to_owned(),
        contradicted: None,
        lossy,
    }
}

/// A document with a byte order mark. Four-byte marks come first: UTF-32LE's begins with UTF-16LE's.
fn marked(bytes: &[u8]) -> Option<Decoded<'_>> {
    if let Some(rest) = bytes.strip_prefix(b"\x00\x00\xfe\xff") {
        return Some(certain(
            Cow::Owned(utf_32(rest, u32::from_be_bytes)),
            "utf-32be",
        ));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe\x00\x00") {
        return Some(certain(
            Cow::Owned(utf_32(rest, u32::from_le_bytes)),
            "utf-32le",
        ));
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    let text = encoding.decode_without_bom_handling(&bytes[length..]).0;
    let is_wrong_mark = encoding == UTF_8 && is_badly_broken(&text);
    (!is_wrong_mark).then(|| certain(text, &encoding.name().to_ascii_lowercase()))
}

/// UTF-16 and UTF-32 by the zeros around the first `<` or `{` (XML 1.0, appendix F).
fn unmarked_wide(bytes: &[u8]) -> Option<Decoded<'_>> {
    let start = bytes.get(..4)?;
    let wide = |encoding: &'static Encoding, label| {
        certain(encoding.decode_without_bom_handling(bytes).0, label)
    };
    Some(match start {
        [0, 0, 0, b'<' | b'{'] => {
            certain(Cow::Owned(utf_32(bytes, u32::from_be_bytes)), "utf-32be")
        }
        [b'<' | b'{', 0, 0, 0] => {
            certain(Cow::Owned(utf_32(bytes, u32::from_le_bytes)), "utf-32le")
        }
        [0, b'<' | b'{', ..] => wide(UTF_16BE, "utf-16be"),
        [b'<' | b'{', 0, ..] => wide(UTF_16LE, "utf-16le"),
        _ => return None,
    })
}

fn utf_32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    let (units, _) = bytes.as_chunks::<4>();
    units
        .iter()
        .map(|unit| char::from_u32(read(*unit)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn labelled<'a>(bytes: &'a [u8], media_type: Option<&str>) -> Decoded<'a> {
    let declared = declaration(bytes);
    let claims = claims(media_type, declared.as_deref());
    let utf_8 = valid_utf_8(bytes);
    for claim in &claims {
        if let Some(mut decoded) = try_label(bytes, claim, utf_8) {
            decoded.contradicted = claims.first().filter(|first| *first != claim).cloned();
            return decoded;
        }
    }
    let contradicted = claims.first().cloned();
    match utf_8 {
        Some(text) => Decoded {
            contradicted,
            ..certain(Cow::Borrowed(text), "utf-8")
        },
        None => Decoded {
            contradicted,
            ..guessed(bytes)
        },
    }
}

/// The text, if it is UTF-8 up to a last character that was cut off.
fn valid_utf_8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// The labels to try, the most authoritative first. `text/*` without a label means US-ASCII (RFC 3023 §3.1), which
/// is only believed of bytes that are.
fn claims(media_type: Option<&str>, declared: Option<&str>) -> Vec<String> {
    let header = media_type.and_then(charset_parameter);
    let is_text = media_type.is_some_and(|media_type| {
        media_type
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("text/")
    });
    let is_xml =
        media_type.is_some_and(|media_type| media_type.to_ascii_lowercase().contains("xml"));
    let implied = (header.is_none() && is_text && is_xml).then(|| "us-ascii".to_owned());
    header
        .into_iter()
        .chain(implied)
        .chain(declared.map(str::to_owned))
        .collect()
}

/// The text by one claimed label, unless the bytes contradict it.
fn try_label<'a>(bytes: &'a [u8], label: &str, utf_8: Option<&'a str>) -> Option<Decoded<'a>> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    if is_ascii_label(label) {
        return utf_8
            .filter(|text| text.is_ascii())
            .map(|text| certain(Cow::Borrowed(text), "us-ascii"));
    }
    if encoding == REPLACEMENT || matches!(encoding.name(), "UTF-16LE" | "UTF-16BE") {
        // Bytes in UTF-16 have been recognised before, by their shape.
        return None;
    }
    let is_really_utf_8 =
        encoding != UTF_8 && utf_8.is_some_and(|text| is_surely_utf_8(text, encoding));
    if is_really_utf_8 {
        return None;
    }
    if let Some(text) = utf_8.filter(|_| encoding == UTF_8) {
        return Some(certain(Cow::Borrowed(text), "utf-8"));
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let is_refused = had_errors && (encoding != UTF_8 || is_badly_broken(&text));
    (!is_refused).then(|| certain(text, &name(encoding, label)))
}

/// Text in a legacy charset is almost never valid UTF-8; only in East Asian ones can a few characters be, by chance.
fn is_surely_utf_8(text: &str, claimed: &'static Encoding) -> bool {
    let wide = text.chars().filter(|c| !c.is_ascii()).take(8).count();
    if claimed.is_single_byte() {
        wide > 0
    } else {
        wide == 8
    }
}

fn is_ascii_label(label: &str) -> bool {
    matches!(
        label.to_ascii_lowercase().as_str(),
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" | "us"
    )
}

/// What to call the charset: the label given, but for GB 2312, which is read as its superset.
fn name(encoding: &'static Encoding, label: &str) -> String {
    if encoding == GBK {
        "gb18030".to_owned()
    } else {
        label.trim().to_ascii_lowercase()
    }
}

fn guessed(bytes: &[u8]) -> Decoded<'_> {
    let text = String::from_utf8_lossy(bytes);
    if !is_badly_broken(&text) {
        return certain(text, "utf-8");
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    let text = encoding.decode_without_bom_handling(bytes).0;
    certain(text, &guessed_name(encoding, bytes).to_ascii_lowercase())
}

/// The detector knows families by their widest member; the common one is told where its characters suffice.
fn guessed_name(encoding: &'static Encoding, bytes: &[u8]) -> &'static str {
    let all =
        |is_member: fn(u8) -> bool| bytes.iter().all(|byte| byte.is_ascii() || is_member(*byte));
    match encoding.name() {
        "KOI8-U"
            if all(|byte| {
                !matches!(byte, 0xa4 | 0xa6 | 0xa7 | 0xad | 0xb4 | 0xb6 | 0xb7 | 0xbd)
            }) =>
        {
            "koi8-r"
        }
        "windows-874" if all(|byte| byte > 0xa0) => "tis-620",
        "GBK" if all(|byte| byte > 0xa0) => "gb2312",
        "GBK" => "gb18030",
        name => name,
    }
}

fn is_badly_broken(text: &str) -> bool {
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    let broken = text
        .chars()
        .filter(|c| *c == char::REPLACEMENT_CHARACTER)
        .count();
    broken * 100 > wide * MAX_BROKEN_PERCENT
}

/// The `charset` parameter of a media type, however it is quoted.
fn charset_parameter(media_type: &str) -> Option<String> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The `encoding` of the XML declaration.
fn declaration(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES)]);
    let declaration = &start[start.find("<?xml")?..];
    let declaration = &declaration[..declaration.find("?>").or_else(|| declaration.find('>'))?];
    let (_, value) = declaration[declaration.find("encoding")?..].split_once('=')?;
    let value = value.trim_start();
    let label = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split_whitespace().next()?,
    };
    let label = label.trim();
    (!label.is_empty()).then(|| label.to_owned())
}

/// Drops the control characters that XML forbids, and reads C1 controls as the windows-1252 they came from.
fn without_controls(text: &str) -> Cow<'_, str> {
    let is_c1 = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    if !text.contains(|c| is_c1(c) || entities::is_forbidden(c)) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|c| !entities::is_forbidden(*c));
    Cow::Owned(
        kept.map(|c| {
            if is_c1(c) {
                entities::windows_1252(c)
            } else {
                c
            }
        })
        .collect(),
    )
}
