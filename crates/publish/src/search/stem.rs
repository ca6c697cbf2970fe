//! Stems of English words, by M. F. Porter's algorithm of 1980 ("An algorithm for suffix stripping", Program 14(3)).
//!
//! It is short enough for the search page's script to have it too, which a test compares with this one. Words of other
//! Latin-written languages lose a plural's `s` and little more.

/// Endings that give way to others where the stem before them has a vowel followed by a consonant.
const STEP_2: [(&str, &str); 20] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("abli", "able"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
];

const STEP_3: [(&str, &str); 7] = [
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

/// Endings that go where two such pairs are before them.
const STEP_4: [&str; 19] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
];

/// The stem of a word of lower-case ASCII letters; any other word is left as it is.
pub(crate) fn stem(word: &mut String) {
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return;
    }
    plural(word);
    past(word);
    if word.ends_with('y') && has_vowel(&word[..word.len() - 1]) {
        replace(word, 1, "i");
    }
    swap(word, &STEP_2);
    swap(word, &STEP_3);
    drop_suffix(word);
    tidy(word);
}

/// Step 1a.
fn plural(word: &mut String) {
    if word.ends_with("sses") || word.ends_with("ies") {
        replace(word, 2, "");
    } else if word.ends_with('s') && !word.ends_with("ss") {
        replace(word, 1, "");
    }
}

/// Step 1b.
fn past(word: &mut String) {
    if let Some(before) = word.strip_suffix("eed") {
        if measure(before) > 0 {
            replace(word, 1, "");
        }
        return;
    }
    let Some(ending) = ["ed", "ing"].into_iter().find(|ending| {
        let before = word.strip_suffix(ending);
        before.is_some_and(has_vowel)
    }) else {
        return;
    };
    replace(word, ending.len(), "");
    if ["at", "bl", "iz"].iter().any(|end| word.ends_with(end)) {
        word.push('e');
    } else if ends_doubled(word) && !word.ends_with(['l', 's', 'z']) {
        replace(word, 1, "");
    } else if measure(word) == 1 && ends_short(word) {
        word.push('e');
    }
}

/// Steps 2 and 3: of the endings, the longest decides.
fn swap(word: &mut String, table: &[(&str, &str)]) {
    let fitting = table.iter().filter(|(ending, _)| word.ends_with(ending));
    if let Some((ending, other)) = fitting.max_by_key(|(ending, _)| ending.len())
        && measure(&word[..word.len() - ending.len()]) > 0
    {
        replace(word, ending.len(), other);
    }
}

/// Step 4.
fn drop_suffix(word: &mut String) {
    let fitting = STEP_4.iter().filter(|ending| word.ends_with(**ending));
    let Some(ending) = fitting.max_by_key(|ending| ending.len()) else {
        return;
    };
    let before = &word[..word.len() - ending.len()];
    if measure(before) > 1 && (*ending != "ion" || before.ends_with(['s', 't'])) {
        replace(word, ending.len(), "");
    }
}

/// Step 5.
fn tidy(word: &mut String) {
    if let Some(before) = word.strip_suffix('e') {
        let pairs = measure(before);
        if pairs > 1 || pairs == 1 && !ends_short(before) {
            replace(word, 1, "");
        }
    }
    if word.ends_with("ll") && measure(word) > 1 {
        replace(word, 1, "");
    }
}

fn replace(word: &mut String, length: usize, other: &str) {
    word.truncate(word.len() - length);
    word.push_str(other);
}

/// Which letters are consonants; `y` is one unless it follows one.
fn consonants(word: &str) -> Vec<bool> {
    let mut consonants: Vec<bool> = Vec::with_capacity(word.len());
    for letter in word.bytes() {
        let after_consonant = consonants.last().is_some_and(|before| *before);
        consonants.push(match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => !after_consonant,
            _ => true,
        });
    }
    consonants
}

fn has_vowel(stem: &str) -> bool {
    consonants(stem).contains(&false)
}

/// How often a vowel is followed by a consonant.
fn measure(stem: &str) -> usize {
    let pairs = consonants(stem);
    pairs.windows(2).filter(|pair| !pair[0] && pair[1]).count()
}

fn ends_doubled(word: &str) -> bool {
    let mut letters = word.bytes().rev();
    letters.next() == letters.next() && consonants(word).ends_with(&[true])
}

/// Whether it ends in consonant, vowel and a consonant other than w, x and y.
fn ends_short(word: &str) -> bool {
    consonants(word).ends_with(&[true, false, true]) && !word.ends_with(['w', 'x', 'y'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_those_of_the_published_examples() {
        for (word, expected) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("ties", "ti"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("troubled", "troubl"),
            ("sized", "size"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("hissing", "hiss"),
            ("filing", "file"),
            ("happy", "happi"),
            ("sky", "sky"),
            ("relational", "relat"),
            ("conditional", "condit"),
            ("rational", "ration"),
            ("digitizer", "digit"),
            ("vietnamization", "vietnam"),
            ("operator", "oper"),
            ("hopefulness", "hope"),
            ("sensibiliti", "sensibl"),
            ("electriciti", "electr"),
            ("goodness", "good"),
            ("revival", "reviv"),
            ("allowance", "allow"),
            ("replacement", "replac"),
            ("adoption", "adopt"),
            ("probate", "probat"),
            ("rate", "rate"),
            ("cease", "ceas"),
            ("controll", "control"),
            ("roll", "roll"),
            ("elections", "elect"),
            ("policies", "polici"),
            ("policy", "polici"),
            ("yyyyyyy", "yyyyyyi"),
            ("as", "as"),
            ("covid19", "covid19"),
            ("élections", "élections"),
        ] {
            let mut stemmed = word.to_owned();
            stem(&mut stemmed);
            assert_eq!(stemmed, expected, "{word}");
        }
    }
}
