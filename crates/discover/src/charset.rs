//! Bytes to text. What is believed, in this order: a byte order mark, the shape of UTF-16 and UTF-32, the label in
//! the header (RFC 7303 §3), the XML declaration, UTF-8, and last what the bytes look like. A label that the bytes
//! contradict is passed over.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

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

/// So many bytes beyond ASCII in a row are no Latin-1: `créée`, with three, is the longest row in common words.
const FOREIGN_RUN: usize = 6;

/// Decodes the bytes of an XML or JSON document; `media_type` is the whole `Content-Type` header.
pub(crate) fn decode<'a>(bytes: &'a [u8], media_type: Option<&str>) -> Decoded<'a> {
    let evident = marked(bytes)
        .or_else(|| unmarked_wide(bytes))
        .or_else(|| iso_2022_jp(bytes));
    let mut decoded = evident.unwrap_or_else(|| labelled(bytes, media_type));
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

/// ISO 2022-JP is all ASCII; its escapes into kanji (RFC 1468) occur in nothing else that is text.
fn iso_2022_jp(bytes: &[u8]) -> Option<Decoded<'_>> {
    let escapes = bytes
        .windows(3)
        .any(|window| window == b"\x1b$B" || window == b"\x1b$@");
    (escapes && bytes.is_ascii()).then(|| {
        certain(
            ISO_2022_JP.decode_without_bom_handling(bytes).0,
            "iso-2022-jp",
        )
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
    let encoding = encoding(label)?;
    if is_ascii_label(label) {
        return utf_8
            .filter(|text| text.is_ascii())
            .map(|text| certain(Cow::Borrowed(text), "us-ascii"));
    }
    if encoding == REPLACEMENT || matches!(encoding.name(), "UTF-16LE" | "UTF-16BE") {
        // Bytes in UTF-16 have been recognised before, by their shape.
        return None;
    }
    if is_latin_1_label(label) && has_foreign_run(bytes) {
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

/// The encoding of a label, of those too that Windows and Python use and the web's table lacks.
fn encoding(label: &str) -> Option<&'static Encoding> {
    const ALIASES: &[(&str, &str)] = &[
        ("cp874", "windows-874"),
        ("cp932", "shift_jis"),
        ("cp936", "gbk"),
        ("cp949", "euc-kr"),
        ("cp950", "big5"),
        ("cp65001", "utf-8"),
        ("utf8mb4", "utf-8"),
    ];
    let known = Encoding::for_label(label.as_bytes());
    let alias = || {
        ALIASES
            .iter()
            .find(|(alias, _)| alias.eq_ignore_ascii_case(label.trim()))
    };
    known.or_else(|| alias().and_then(|(_, name)| Encoding::for_label(name.as_bytes())))
}

/// ISO 8859-1 is what servers and programs say that know nothing.
fn is_latin_1_label(label: &str) -> bool {
    matches!(
        label.trim().to_ascii_lowercase().as_str(),
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1"
    )
}

/// Whether letters beyond ASCII stand in such a row as in no language that Latin-1 was made for.
fn has_foreign_run(bytes: &[u8]) -> bool {
    bytes
        .windows(FOREIGN_RUN)
        .any(|run| run.iter().all(|byte| !byte.is_ascii()))
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

#[cfg(test)]
mod tests {
    use encoding_rs::{
        BIG5, EUC_JP, EUC_KR, Encoding, GBK, ISO_2022_JP, KOI8_R, SHIFT_JIS, WINDOWS_1251,
        WINDOWS_1252,
    };

    use super::decode;

    const TEXTS: &[(&str, &[&Encoding])] = &[
        (
            "国际经济论坛周四在北京开幕，来自三十多个国家的专家讨论了全球市场的前景。",
            &[GBK],
        ),
        (
            "國際經濟論壇週四在臺北開幕，來自三十多個國家的專家討論了全球市場的前景。",
            &[BIG5],
        ),
        (
            "国際経済フォーラムが木曜日に東京で開幕し、専門家が世界市場の見通しを議論した。",
            &[SHIFT_JIS, EUC_JP, ISO_2022_JP],
        ),
        (
            "국제 경제 포럼이 목요일 서울에서 개막하여 전문가들이 시장의 전망을 논의했다.",
            &[EUC_KR],
        ),
        (
            "Международный форум открылся в четверг; эксперты обсудили перспективы рынка.",
            &[KOI8_R, WINDOWS_1251],
        ),
        (
            "Experten aus über dreißig Ländern sprachen über Märkte und Größen.",
            &[WINDOWS_1252],
        ),
    ];

    /// Every text in every charset of its language, under every claim that a feed and its server may make.
    #[test]
    fn reads_every_charset_under_every_false_claim() {
        for (text, encodings) in TEXTS {
            for encoding in *encodings {
                for declared in [
                    "",
                    " encoding='utf-8'",
                    " encoding='iso-8859-1'",
                    &format!(" encoding='{}'", encoding.name()),
                ] {
                    let xml =
                        format!("<?xml version='1.0'{declared}?><rss><title>{text}</title></rss>");
                    let (bytes, ..) = encoding.encode(&xml);
                    for header in [
                        "",
                        "text/xml",
                        "text/html; charset=UTF-8",
                        "text/xml;charset=iso-8859-1",
                    ] {
                        let decoded = decode(&bytes, (!header.is_empty()).then_some(header));
                        assert_eq!(decoded.text, xml, "{} {declared} {header}", encoding.name());
                    }
                }
            }
        }
    }

    #[test]
    fn reads_wide_encodings_with_and_without_mark() {
        let xml = "<?xml version='1.0' encoding='utf-8'?><rss><title>国际 é</title></rss>";
        let utf_16 =
            |write: fn(u16) -> [u8; 2]| xml.encode_utf16().flat_map(write).collect::<Vec<u8>>();
        let utf_32 = |write: fn(u32) -> [u8; 4]| {
            xml.chars()
                .map(u32::from)
                .flat_map(write)
                .collect::<Vec<u8>>()
        };
        let forms: [(&[u8], Vec<u8>, &str); 4] = [
            (b"\xff\xfe", utf_16(u16::to_le_bytes), "utf-16le"),
            (b"\xfe\xff", utf_16(u16::to_be_bytes), "utf-16be"),
            (b"\xff\xfe\0\0", utf_32(u32::to_le_bytes), "utf-32le"),
            (b"\0\0\xfe\xff", utf_32(u32::to_be_bytes), "utf-32be"),
        ];
        for (mark, bytes, label) in forms {
            for bytes in [[mark, &bytes].concat(), bytes] {
                let decoded = decode(&bytes, Some("text/xml; charset=utf-8"));
                assert_eq!(
                    (decoded.text.as_ref(), decoded.label.as_str()),
                    (xml, label)
                );
            }
        }
    }

    #[test]
    fn keeps_a_text_that_is_cut_inside_a_character_and_drops_forbidden_ones() {
        let cut = &"<rss>é国".as_bytes()[..9];
        assert_eq!(decode(cut, None).text, "<rss>é");
        assert_eq!(decode(b"a\0\x08b\xc2\x93c", None).text, "ab“c");
    }
}
