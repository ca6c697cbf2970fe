//! From the detector's languages (ISO 639-3) to the tags that pages use (BCP 47).

use whatlang::Lang;

/// The language of an article, where the declared one cannot be right or there is none: a page made from an English
/// template often says `en`, whatever is written on it.
pub(crate) fn corrected(declared: Option<&str>, text: &str) -> Option<String> {
    let primary = declared.and_then(|tag| tag.split(['-', '_']).next());
    if primary.is_some_and(|tag| EASTERN.iter().any(|known| tag.eq_ignore_ascii_case(known))) {
        return None;
    }
    match (by_script(text), declared) {
        (Some(told), _) => Some(told.to_owned()),
        (None, Some(_)) => None,
        (None, None) => detect(text),
    }
}

/// The language of a text that is long enough to tell.
fn detect(text: &str) -> Option<String> {
    let info = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    bcp47(info.lang()).map(str::to_owned)
}

/// The language of a text that is mostly in Chinese, Japanese or Korean script.
fn by_script(text: &str) -> Option<&'static str> {
    let letters = text.chars().filter(|letter| letter.is_alphabetic());
    let (mut all, mut kana, mut hangul, mut han) = (0, 0, 0, 0);
    for letter in letters.take(SCRIPT_LETTERS) {
        all += 1;
        match letter {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => hangul += 1,
            '\u{3400}'..='\u{9fff}' => han += 1,
            _ => {}
        }
    }
    let eastern = kana + hangul + han;
    if eastern < LEAST_LETTERS || eastern * 2 < all {
        None
    } else if hangul * 2 > eastern {
        Some("ko")
    } else if kana * 10 > eastern {
        // Japanese has kana in every sentence, Chinese in a name at most.
        Some("ja")
    } else {
        Some("zh")
    }
}

/// Languages that are written so; one that is declared is believed.
const EASTERN: [&str; 12] = [
    "zh", "ja", "ko", "yue", "wuu", "nan", "hak", "lzh", "cmn", "gan", "za", "ryu",
];

/// Letters that are looked at to tell the script.
const SCRIPT_LETTERS: usize = 2000;

/// So many letters of a script at least: a name alone does not tell.
const LEAST_LETTERS: usize = 30;

/// The shortest tag of a language; nothing for those that have no two-letter one here.
fn bcp47(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Ara => "ar",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tha => "th",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Vie => "vi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::corrected;

    #[track_caller]
    fn check(declared: Option<&str>, text: &str, expected: Option<&str>) {
        assert_eq!(corrected(declared, text).as_deref(), expected);
    }

    #[test]
    fn the_script_of_a_text_outweighs_a_template_that_says_english() {
        let chinese = "港口的大钟昨天又响了，修了整整一个冬天。".repeat(3);
        let japanese = "港の鐘は冬のあいだ修理され、きのうまた鳴りました。".repeat(3);
        let korean = "항구의 종이 겨울 내내 수리된 뒤 어제 다시 울렸습니다.".repeat(3);
        check(Some("en-US"), &chinese, Some("zh"));
        check(None, &japanese, Some("ja"));
        check(Some("en"), &korean, Some("ko"));
    }

    #[test]
    fn a_declared_language_that_is_written_so_is_believed() {
        let chinese = "港口的大钟昨天又响了，修了整整一个冬天。".repeat(3);
        check(Some("zh-Hant"), &chinese, None);
        check(Some("ja"), &chinese, None);
    }

    #[test]
    fn a_few_foreign_words_tell_nothing() {
        let english = "The bell of the harbour (港口的大钟) rang again. ".repeat(20);
        check(Some("fr"), &english, None);
        check(Some("en"), "港口", None);
    }
}
