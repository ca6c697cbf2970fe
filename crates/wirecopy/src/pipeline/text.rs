//! Which text is kept: what the feed carries or what the page holds. Pure decisions over plain text.
//!
//! A feed may carry the whole article, its first paragraph, or a sentence of its own. A page may hold the whole, or
//! a consent form. Neither is believed alone until a source has shown which of the two it is.

use std::collections::HashSet;

use wirecopy_document::clean::{CleanHtml, clean};

use crate::pipeline::source::TextChoice;

/// One more such article makes no difference: after this many whose feed text was the whole, the feed is trusted.
const PROOFS: u32 = 3;
/// A trusted feed is checked against a page again at one article in so many.
const RECHECK: u64 = 20;
/// Below this many letters a text counts as a stub: two or three sentences.
const STUB: usize = 280;
/// The page is taken over the feed when it has at least this much more text.
const MORE: f64 = 1.15;
/// The share of the feed's text that a page must hold to be the same article.
const SAME_ARTICLE: f64 = 0.5;
/// Letters in a shingle. Eight are rarely shared by chance, in any script.
const SHINGLE: usize = 8;

/// The amount of text in letters of an alphabet. A Chinese, Japanese or Korean character says about as much as two
/// and a half of them (parallel texts of the Bible and of the UN differ by 2.4 to 2.7).
pub(crate) fn weight(text: &str) -> usize {
    let halves: usize = text
        .chars()
        .map(|character| match character {
            '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{20000}'..='\u{3ffff}' => 5,
            character if character.is_alphanumeric() => 2,
            _ => 0,
        })
        .sum();
    halves / 2
}

/// Whether an entry's page must be fetched. `feed_text` is the plain text of the entry's content, `proofs` how many
/// articles of this source in a row came whole with the feed, `draw` any number that differs by article.
pub(crate) fn wants_page(choice: TextChoice, feed_text: &str, proofs: u32, draw: u64) -> bool {
    match choice {
        TextChoice::Feed => false,
        TextChoice::Page => true,
        TextChoice::Auto => {
            proofs < PROOFS
                || weight(feed_text) < STUB
                || breaks_off(feed_text)
                || draw.is_multiple_of(RECHECK)
        }
    }
}

/// The number of proofs after an article of which both texts were seen.
pub(crate) fn proofs_after(proofs: u32, feed_text: &str, page_text: &str) -> u32 {
    if better(feed_text, page_text) == Side::Feed
        && !breaks_off(feed_text)
        && weight(feed_text) >= STUB
    {
        proofs.saturating_add(1)
    } else {
        0
    }
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Feed,
    Page,
}

/// Which of two texts said to be of one article is the whole one.
pub(crate) fn better(feed_text: &str, page_text: &str) -> Side {
    let (feed, page) = (weight(feed_text), weight(page_text));
    if feed == 0 {
        return Side::Page;
    }
    let longer = page as f64 >= feed as f64 * MORE;
    let stub = feed < STUB || breaks_off(feed_text);
    if longer && (stub || shared(feed_text, page_text) >= SAME_ARTICLE) {
        return Side::Page;
    }
    // A feed that says itself that it breaks off loses to a page of the same length, too.
    if breaks_off(feed_text) && page * 10 >= feed * 8 {
        Side::Page
    } else {
        Side::Feed
    }
}

/// Whether a text is too little to be recorded while a whole one may still be had.
pub(crate) fn is_stub(text: &str) -> bool {
    weight(text) < STUB || breaks_off(text)
}

/// Whether a text ends the way feeds cut their texts: an ellipsis, or a call to read on.
pub(crate) fn breaks_off(text: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "…",
        "...",
        "[…]",
        "[...]",
        "[&#8230;]",
        "(more)",
        "read more",
        "continue reading",
        "read the full story",
        "full story",
        "keep reading",
        "阅读全文",
        "閱讀全文",
        "查看更多",
        "查看原文",
        "阅读更多",
        "閱讀更多",
        "繼續閱讀",
        "继续阅读",
        "展开全文",
        "続きを読む",
        "더 보기",
        "lire la suite",
        "weiterlesen",
        "mehr lesen",
        "leer más",
        "seguir leyendo",
        "читать далее",
        "читать полностью",
        "اقرأ المزيد",
        "leggi tutto",
        "continua a leggere",
        "ler mais",
    ];
    let tail: String = text
        .trim_end_matches(|c: char| c.is_whitespace() || "»›→>.。)]".contains(c))
        .to_lowercase();
    let raw = text.trim_end();
    ENDINGS
        .iter()
        .any(|ending| raw.ends_with(ending) || tail.ends_with(ending))
}

/// Whether a text is the one recorded, perhaps edited, and no other one that has come to its address.
pub(crate) fn is_same_article(recorded: &str, came: &str) -> bool {
    shared(recorded, came) >= SAME_ARTICLE
}

/// The share of the first text's shingles that stand in the second.
fn shared(first: &str, second: &str) -> f64 {
    let wanted = shingles(first);
    if wanted.is_empty() {
        return 0.0;
    }
    let there = shingles(second);
    wanted.intersection(&there).count() as f64 / wanted.len() as f64
}

fn shingles(text: &str) -> HashSet<[char; SHINGLE]> {
    let letters: Vec<char> = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    letters
        .windows(SHINGLE)
        .filter_map(|window| window.try_into().ok())
        .collect()
}

/// The text without the heading before it that only says the title again: what shows a document shows both.
pub(crate) fn without_headline(body: &CleanHtml, title: &str) -> CleanHtml {
    let Some((first, rest)) = body.as_str().split_once('\n') else {
        return body.clone();
    };
    let is_heading = ["<h1>", "<h2>", "<h3>"]
        .iter()
        .any(|tag| first.starts_with(tag));
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    if is_heading && letters(&clean(first, None).text()) == letters(title) {
        return clean(rest, None);
    }
    body.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invented.
    const LEAD: &str = "The harbour of Lindquay reopened on Monday after nine weeks of repairs to its breakwater, and \
        the first ferry left at dawn with forty passengers who had waited since the storm.";
    const REST: &str = " Fishermen said the new wall stands two metres higher. The council paid for it with a loan \
        that the town will repay over thirty years, and nobody whom we asked on the quay thought it too dear. The \
        engineers will return in spring to look at the foundations, which stand on sand.";

    fn whole() -> String {
        format!("{LEAD}{REST}")
    }

    #[test]
    fn the_whole_page_wins_over_a_first_paragraph() {
        assert_eq!(better(LEAD, &whole()), Side::Page);
    }

    #[test]
    fn the_whole_feed_wins_over_a_consent_form() {
        assert_eq!(
            better(&whole(), "We value your privacy. Accept all cookies."),
            Side::Feed
        );
    }

    #[test]
    fn a_long_page_about_something_else_does_not_replace_the_feed() {
        let other =
            "Subscribe to our newsletter and choose the topics that matter to you. ".repeat(30);
        assert_eq!(better(&whole(), &other), Side::Feed);
    }

    #[test]
    fn texts_that_break_off_are_known_in_several_languages() {
        for text in [
            "The wall fell and …",
            "The wall fell [...]",
            "墙倒了，阅读全文",
            "Le mur est tombé. Lire la suite »",
            "Read more.",
        ] {
            assert!(breaks_off(text), "{text}");
        }
        for text in [
            "The wall fell.",
            "墙倒了。",
            "He had read more than she.",
            "",
        ] {
            assert!(!breaks_off(text), "{text}");
        }
    }

    #[test]
    fn pages_are_left_alone_once_a_feed_has_proved_whole() {
        let mut proofs = 0;
        for _ in 0..PROOFS {
            assert!(wants_page(TextChoice::Auto, &whole(), proofs, 1));
            proofs = proofs_after(proofs, &whole(), &whole());
        }
        assert!(!wants_page(TextChoice::Auto, &whole(), proofs, 1));
        assert!(
            wants_page(TextChoice::Auto, LEAD, proofs, 1),
            "a stub is never trusted"
        );
        assert!(
            wants_page(TextChoice::Auto, &whole(), proofs, RECHECK),
            "some are checked again"
        );
        assert_eq!(
            proofs_after(proofs, LEAD, &whole()),
            0,
            "one that was not whole ends the trust"
        );
    }

    #[test]
    fn the_operators_choice_wins() {
        assert!(!wants_page(TextChoice::Feed, "", 0, 0));
        assert!(wants_page(TextChoice::Page, &whole(), 99, 1));
    }

    #[test]
    fn a_chinese_character_weighs_more_than_a_letter() {
        assert_eq!(weight("港口重开"), 10);
        assert_eq!(weight("ab, c"), 3);
    }

    #[track_caller]
    fn check_headline(body: &str, expected: &str) {
        let body = clean(body, None);
        assert_eq!(
            without_headline(&body, "The bridge is mended!").as_str(),
            expected
        );
    }

    #[test]
    fn a_headline_is_not_told_again_before_the_text() {
        let text = "<p>It opens on Monday.</p>";
        check_headline(
            &format!("<h1>The <i>Bridge</i> is mended</h1>\n{text}"),
            text,
        );
        for kept in [
            format!("<h1>The bridge</h1>\n{text}"),
            format!("<p>The bridge is mended</p>\n{text}"),
            format!("{text}\n<h2>The bridge is mended</h2>\n{text}"),
            "<h1>The bridge is mended</h1>".to_owned(),
        ] {
            check_headline(&kept, &kept);
        }
    }
}
