//! Writing brought to one form, so that what is typed finds what is meant: one case, no accents, Simplified for
//! Traditional Chinese, one form of each Arabic letter.
//!
//! It goes letter by letter and knows no context: the script of the search page does exactly the same.
//! `traditional.txt` holds pairs of a Traditional character and the first Simplified one that OpenCC's `TSCharacters`
//! has for it.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::edition::OutputFile;
use crate::search::file;

const TRADITIONAL: &str = include_str!("traditional.txt");

/// The place of the table in the site; the script loads it when Chinese is searched for.
pub(crate) const TABLE: &str = "fold";

/// What each character of the Basic Multilingual Plane becomes. 128 kB, looked up for each character of an archive.
static FOLDED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut folded: Vec<u16> = (0..=u16::MAX).collect();
    for [from, to] in pairs() {
        if let (Ok(from), Ok(to)) = (u16::try_from(u32::from(from)), u16::try_from(u32::from(to))) {
            folded[usize::from(from)] = to;
        }
    }
    folded
});

/// The Simplified forms of Traditional characters, by the number of each character of the Basic Multilingual Plane.
static SIMPLIFIED: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut simplified = vec![false; 1 << 16];
    for [_, to] in pairs() {
        if let Some(place) = simplified.get_mut(u32::from(to) as usize) {
            *place = true;
        }
    }
    simplified
});

/// Whether a character is of Traditional Chinese and has another form in Simplified.
pub(crate) fn is_traditional(letter: char) -> bool {
    letter >= '\u{3400}' && simplified(letter) != letter
}

/// Whether a character is what Simplified Chinese writes for another; some of them stand in Traditional texts as well.
pub(crate) fn is_simplified(letter: char) -> bool {
    let code = u32::from(letter) as usize;
    letter >= '\u{3400}' && SIMPLIFIED.get(code).copied().unwrap_or(false)
}

fn pairs() -> impl Iterator<Item = [char; 2]> {
    let mut letters = TRADITIONAL.chars().filter(|letter| *letter != '\n');
    std::iter::from_fn(move || Some([letters.next()?, letters.next()?]))
}

/// The table as the script reads it: each Traditional character followed by its Simplified one.
pub(crate) fn table() -> OutputFile {
    let pairs: String = pairs().flatten().collect();
    file::script(TABLE, &pairs)
}

/// Hands over what a letter becomes: nothing, one letter or several.
pub(crate) fn fold(letter: char, give: &mut impl FnMut(char)) {
    match letter {
        '\0'..='\x7f' => give(letter.to_ascii_lowercase()),
        '\u{3400}'..='\u{9fff}' => give(simplified(letter)),
        // Kana and Hangul as they stand: the commonest of what is left, and their own normal form.
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{ac00}'..='\u{d7a3}' => give(letter),
        _ => std::iter::once(letter)
            .nfkd()
            .filter(|part| !is_accent(*part))
            .nfc()
            .flat_map(char::to_lowercase)
            .for_each(|part| give(one_form(part))),
    }
}

fn simplified(letter: char) -> char {
    let code = u32::from(letter);
    let folded = usize::try_from(code).ok().and_then(|code| FOLDED.get(code));
    folded
        .and_then(|folded| char::from_u32(u32::from(*folded)))
        .unwrap_or(letter)
}

/// Accents of Latin, Greek and Cyrillic letters, points of Hebrew, vowels and the lengthening stroke of Arabic.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Letters that are written for one another: alef wasla, alef maksura, teh marbuta, final sigma.
fn one_form(letter: char) -> char {
    match letter {
        'ٱ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        'ς' => 'σ',
        _ => simplified(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut folded = String::new();
        for letter in text.chars() {
            fold(letter, &mut |part| folded.push(part));
        }
        assert_eq!(folded, expected, "{text}");
    }

    #[test]
    fn both_chinese_scripts_become_simplified() {
        check("臺灣總統選舉，後來", "台湾总统选举,后来");
        check("台湾总统选举后来", "台湾总统选举后来");
        check("裏裡里", "里里里");
    }

    #[test]
    fn case_width_and_accents_go() {
        check("ÉLYSÉE Ｇ７ ﬁn Straße", "elysee g7 fin straße");
        check("Ἀθῆναι ΣΟΦΟΣ", "αθηναι σοφοσ");
    }

    #[test]
    fn arabic_letters_have_one_form() {
        check("الأُمَّة إلى آخرـــه", "الامه الي اخره");
    }

    #[test]
    fn kana_and_hangul_stay() {
        check("ガザ지구", "ガザ지구");
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for [from, to] in pairs() {
            check(&to.to_string(), &to.to_string());
            check(&from.to_string(), &to.to_string());
        }
    }
}
