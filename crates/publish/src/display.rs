//! How foreign text is shown: titles on one line without what could disturb the lines around them, language tags that
//! are tags, and the direction a language is written in.

use std::borrow::Cow;

/// A title or name fit for one line: runs of white space become one space, control characters and the bidirectional
/// embeddings, overrides and isolates are left out, since an unclosed one would turn round what follows it.
/// The harmless marks U+200E and U+200F stay.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let tidy = !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
        && !text.contains(|letter: char| {
            letter != ' ' && (letter.is_whitespace() || is_disturbing(letter))
        });
    if tidy {
        return Cow::Borrowed(text);
    }
    let kept: String = text
        .chars()
        .filter(|letter| letter.is_whitespace() || !is_disturbing(*letter))
        .collect();
    Cow::Owned(kept.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Control characters, the bidirectional controls of UAX #9 section 2, and noncharacters, which XML forbids.
fn is_disturbing(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}')
}

/// A title to show: an article without one is known by its address, for a link needs a name.
pub(crate) fn title(title: &str, url: &str) -> String {
    let title = one_line(title);
    if title.is_empty() {
        one_line(url).into_owned()
    } else {
        title.into_owned()
    }
}

/// A text of at most `limit` characters, cut at a word where there is one, with an ellipsis if it was cut.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    let line = one_line(text);
    let Some((end, _)) = line.char_indices().nth(limit) else {
        return line.into_owned();
    };
    let cut = &line[..end];
    let at_word = cut.rfind(' ').filter(|space| *space > end / 2);
    let kept = cut[..at_word.unwrap_or(end)].trim_end();
    format!("{kept}…")
}

/// A length in bytes in the decimal units that networks and disks are told in (IEC 80000-13 leaves them to the SI).
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}

/// A BCP 47 tag in its usual case, Chinese reduced to its script, which is what fonts go by; `None` for what is no tag.
pub(crate) fn language_tag(tag: &str) -> Option<String> {
    let parts: Vec<&str> = tag.trim().split(['-', '_']).collect();
    let primary = parts.first()?.to_ascii_lowercase();
    let well_formed = parts.iter().all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if !well_formed
        || !(2..=3).contains(&primary.len())
        || primary.bytes().any(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let rest: Vec<String> = parts[1..].iter().map(|part| usual_case(part)).collect();
    if matches!(primary.as_str(), "zh" | "cmn") {
        return Some(chinese_script(&rest).to_owned());
    }
    Some(
        std::iter::once(primary)
            .chain(rest)
            .collect::<Vec<_>>()
            .join("-"),
    )
}

fn usual_case(part: &str) -> String {
    match part.len() {
        2 => part.to_ascii_uppercase(),
        4 => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
        _ => part.to_ascii_lowercase(),
    }
}

fn chinese_script(rest: &[String]) -> &'static str {
    let traditional = |part: &String| matches!(part.as_str(), "Hant" | "TW" | "HK" | "MO");
    if !rest.iter().any(|part| part == "Hans") && rest.iter().any(traditional) {
        "zh-Hant"
    } else {
        "zh-Hans"
    }
}

/// The `dir` of text in a language: `rtl` for those written from right to left, `auto` where the language is unknown.
pub(crate) fn direction(language: Option<&str>) -> &'static str {
    let Some(tag) = language else { return "auto" };
    let scripts = ["Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"];
    if tag.split('-').skip(1).any(|part| scripts.contains(&part)) {
        return "rtl";
    }
    match tag.split('-').next().unwrap_or_default() {
        _ if tag.contains("-Latn") || tag.contains("-Cyrl") => "ltr",
        "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "iw" | "ks" | "ps" | "sd" | "syr" | "ug"
        | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_drops_what_would_disturb_its_surroundings() {
        for (text, expected) in [
            ("plain", "plain"),
            (" two\n\t lines ", "two lines"),
            ("a\u{202E}b\u{2066}c", "abc"),
            ("nul\0\u{7}bell", "nulbell"),
            ("שלום\u{200F}!", "שלום\u{200F}!"),
            ("全角\u{3000}空格", "全角 空格"),
        ] {
            assert_eq!(one_line(text), expected);
        }
    }

    #[test]
    fn shortened_cuts_latin_at_a_word_and_chinese_anywhere() {
        assert_eq!(shortened("one two three four", 12), "one two…");
        assert_eq!(shortened("一二三四五六", 4), "一二三四…");
        assert_eq!(shortened("short", 12), "short");
    }

    #[test]
    fn sizes_are_rounded_up_to_what_a_reader_can_weigh() {
        assert_eq!(size(1), "1 kB");
        assert_eq!(size(999_999), "1000 kB");
        assert_eq!(size(12_300_000), "13 MB");
    }

    #[track_caller]
    fn check_language(tag: &str, expected: Option<&str>, dir: &str) {
        let tag = language_tag(tag);
        assert_eq!(tag.as_deref(), expected);
        assert_eq!(direction(tag.as_deref()), dir);
    }

    #[test]
    fn language_tags_are_brought_to_what_fonts_go_by() {
        check_language("zh-cn", Some("zh-Hans"), "ltr");
        check_language("zh_TW", Some("zh-Hant"), "ltr");
        check_language("zh-Hans-HK", Some("zh-Hans"), "ltr");
        check_language("EN-us", Some("en-US"), "ltr");
        check_language("ar-EG", Some("ar-EG"), "rtl");
        check_language("az-Arab", Some("az-Arab"), "rtl");
        check_language("ug-Latn", Some("ug-Latn"), "ltr");
        check_language("en\"><script>", None, "auto");
        check_language("", None, "auto");
    }
}
