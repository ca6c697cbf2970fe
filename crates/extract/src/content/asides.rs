//! What turns from the article to its reader: pointers to other articles ("Read more: …"), appeals for
//! money, invitations to subscribe. The models find most of it by where it stands; between an article's
//! paragraphs and marked up like them, only its words tell.
//!
//! `asides.tsv` has the words: `points` open a line that goes on with a mark and a link, `heads` stand alone
//! above links; `about`, `asks` and `ours` make an appeal when one of each is in a text, `invites` (which
//! opens it) and `means` an invitation, `walls` are enough alone. A word that ends in `*` may go on.

use std::sync::LazyLock;

use wirecopy_html::NodeId;

use super::block::Block;
use super::survey::{Survey, split_words, words};

/// Longer texts are no aside, in words. The longest seen have some 75.
const MOST_WORDS: u32 = 90;

/// Longer texts are no invitation.
const MOST_INVITING: u32 = 45;

/// How far up from an appeal's text its box may reach.
const BOX_LEVELS: usize = 3;

/// Of a box's texts, the share that must appeal for all of it to fall.
const BOX_APPEALS: f32 = 0.25;

/// What holds more of the kept words than this is no box but the article.
const BOX_WORDS: f32 = 0.4;

/// Leaves out the asides.
pub(super) fn drop(survey: &Survey<'_>, kept: &mut [bool]) {
    let asides: Vec<_> = (0..kept.len())
        .map(|index| kept[index].then(|| aside(survey, index)).flatten())
        .collect();
    for (index, aside) in asides.iter().enumerate() {
        match aside {
            Some(Aside::Pointer) => kept[index] = false,
            Some(Aside::Head) => drop_list(survey, index, kept),
            Some(Aside::Appeal) => drop_box(survey, index, &asides, kept),
            None => {}
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Aside {
    /// A pointer to another article, or an invitation.
    Pointer,
    /// What stands above pointers.
    Head,
    /// A text for money.
    Appeal,
}

fn aside(survey: &Survey<'_>, index: usize) -> Option<Aside> {
    let block = &survey.blocks.list[index];
    let text = survey.blocks.text(block);
    if block.words > MOST_WORDS || !TABLE.may_tell_of(text) {
        return None;
    }
    let words = Words::of(text);
    if is_mostly_link(block) && TABLE.points.iter().any(|phrase| words.points(phrase)) {
        return Some(Aside::Pointer);
    }
    if TABLE.heads.iter().any(|phrase| words.are(phrase)) {
        return Some(Aside::Head);
    }
    let is_invitation = block.words <= MOST_INVITING
        && TABLE.invites.iter().any(|phrase| words.open(phrase))
        && words.hold(&TABLE.means);
    if survey.is_article && (is_invitation || words.hold(&TABLE.walls)) {
        return Some(Aside::Pointer);
    }
    let is_appeal = !words.are_quoted
        && [&TABLE.about, &TABLE.asks, &TABLE.ours]
            .iter()
            .all(|phrases| words.hold(phrases));
    is_appeal.then_some(Aside::Appeal)
}

/// A link, and perhaps a source or a date beside it.
fn is_mostly_link(block: &Block) -> bool {
    block.link_weight.saturating_mul(2) >= block.weight
}

/// Leaves out a heading and the links beneath it.
fn drop_list(survey: &Survey<'_>, head: usize, kept: &mut [bool]) {
    kept[head] = false;
    for (block, kept) in survey.blocks.list.iter().zip(kept).skip(head + 1) {
        if *kept && !is_mostly_link(block) {
            break;
        }
        *kept = false;
    }
}

/// Leaves out an appeal with the greatest element around it that is made for it.
fn drop_box(survey: &Survey<'_>, appeal: usize, asides: &[Option<Aside>], kept: &mut [bool]) {
    let container = survey.blocks.list[appeal].container;
    let all = words_of(survey, (0..kept.len()).filter(|index| kept[*index]));
    kept[appeal] = false;
    for holder in survey.tree.ancestors(container).take(BOX_LEVELS) {
        let inside: Vec<usize> = held(survey, holder, appeal).collect();
        let is_appeal = |index: &&usize| asides[**index] == Some(Aside::Appeal);
        let appeals = inside.iter().filter(is_appeal).count();
        let words = words_of(survey, inside.iter().copied().filter(|index| kept[*index]));
        if words > all * BOX_WORDS || (appeals as f32) < inside.len() as f32 * BOX_APPEALS {
            break;
        }
        inside.iter().for_each(|index| kept[*index] = false);
    }
}

/// The blocks around block `index` that stand in `holder` too.
fn held<'a>(
    survey: &'a Survey<'_>,
    holder: NodeId,
    index: usize,
) -> impl Iterator<Item = usize> + 'a {
    let holds = move |index: &usize| {
        let container = survey.blocks.list[*index].container;
        let mut line = survey.tree.ancestors(container).take(BOX_LEVELS);
        container == holder || line.any(|above| above == holder)
    };
    let before = (0..index).rev().take_while(holds);
    let after = (index..survey.blocks.list.len()).take_while(holds);
    before.chain(after)
}

fn words_of(survey: &Survey<'_>, blocks: impl Iterator<Item = usize>) -> f32 {
    blocks
        .map(|index| survey.blocks.list[index].words as f32)
        .sum()
}

/// Marks between a pointer's words and what it points to.
const POINTS: [char; 9] = [':', '：', '»', '>', '›', '→', '|', '】', '–'];

/// Marks of speech: a text with them tells what somebody said.
const QUOTES: [char; 6] = ['"', '“', '„', '«', '「', '‘'];

/// A text's words in lower case.
struct Words {
    /// With a space before and after each.
    spaced: String,
    /// As they stand, from the first letter on.
    plain: String,
    are_quoted: bool,
}

impl Words {
    fn of(text: &str) -> Words {
        let lower = text.to_lowercase();
        let mut spaced = String::from(" ");
        for word in
            lower.split(|letter: char| !letter.is_alphanumeric() && letter != '\'' && letter != '’')
        {
            if !word.is_empty() {
                spaced.push_str(word);
                spaced.push(' ');
            }
        }
        let plain = lower.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        Words {
            spaced,
            plain: plain.replace('’', "'"),
            are_quoted: text.contains(QUOTES),
        }
    }

    /// Whether the text begins with the phrase and a mark, and goes on.
    fn points(&self, phrase: &str) -> bool {
        let rest = self.plain.strip_prefix(phrase).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(POINTS) && rest.contains(char::is_alphanumeric))
    }

    /// Whether the text is the phrase alone.
    fn are(&self, phrase: &str) -> bool {
        let rest = self.plain.strip_prefix(phrase);
        rest.is_some_and(|rest| !rest.contains(char::is_alphanumeric))
    }

    fn open(&self, phrase: &str) -> bool {
        let rest = self.spaced[1..].strip_prefix(phrase);
        rest.is_some_and(|rest| rest.starts_with(' '))
    }

    /// Whether one of the phrases is among the words.
    fn hold(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| {
            let stem = phrase.trim_end_matches('*');
            let mut found = self.spaced.match_indices(stem);
            found.any(|(start, _)| {
                let rest = &self.spaced[start + stem.len()..];
                self.spaced[..start].ends_with(' ')
                    && (stem.len() < phrase.len() || rest.starts_with(' '))
            })
        })
    }
}

/// The phrases by kind.
#[derive(Default)]
struct Table {
    points: Vec<&'static str>,
    heads: Vec<&'static str>,
    about: Vec<&'static str>,
    asks: Vec<&'static str>,
    ours: Vec<&'static str>,
    invites: Vec<&'static str>,
    means: Vec<&'static str>,
    walls: Vec<&'static str>,
    /// The words that an aside begins with, hashed and in order.
    openers: Vec<u64>,
    /// Words of which one is in every other aside.
    cues: Vec<u64>,
}

impl Table {
    /// Whether a text has a word that asides have: quick, as it is asked of every text.
    fn may_tell_of(&self, text: &str) -> bool {
        let has = |known: &[u64], word: u64| known.binary_search(&word).is_ok();
        let mut first = words(text).take(1);
        first.any(|word| has(&self.openers, word)) || words(text).any(|word| has(&self.cues, word))
    }
}

fn sorted(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let lines = include_str!("asides.tsv").lines();
    let of = |kinds: &[&str]| -> Vec<&'static str> {
        let fields = lines.clone().filter_map(|line| line.split_once('\t'));
        let those = fields.filter(|(kind, _)| kinds.contains(kind));
        those.map(|(_, phrase)| phrase).collect()
    };
    let phrases = |kind| of(&[kind]);
    let first = |phrase: &str| words(phrase).next();
    let longest = |phrase: &&str| {
        split_words(phrase)
            .max_by_key(|word| word.len())
            .and_then(first)
    };
    Table {
        openers: sorted(
            of(&["points", "heads", "invites"])
                .into_iter()
                .filter_map(first)
                .collect(),
        ),
        cues: sorted(of(&["about", "walls"]).iter().filter_map(longest).collect()),
        points: phrases("points"),
        heads: phrases("heads"),
        about: phrases("about"),
        asks: phrases("asks"),
        ours: phrases("ours"),
        invites: phrases("invites"),
        means: phrases("means"),
        walls: phrases("walls"),
    }
});

#[cfg(test)]
mod tests {
    use super::super::survey::kept_of;
    use super::*;

    /// Invented, as all pages here.
    const TEXT: &str =
        "<p>The harbour of Exampleton opened again on Monday after a winter of repairs.";

    #[track_caller]
    fn check(html: &str, expected: &[bool]) {
        let kept = kept_of(&format!("{html}{TEXT}"), drop);
        assert_eq!(kept[..kept.len() - 1], *expected, "{html}");
        assert!(kept[kept.len() - 1], "{html}");
    }

    #[test]
    fn a_pointer_to_another_article_falls() {
        for line in [
            "Read more: <a href=/a>The ferry sails again</a>",
            "<a href=/a>» Lesen Sie auch: Die Fähre fährt wieder</a>",
            "LEA TAMBIÉN | <a href=/a>El barco vuelve a navegar</a>",
            "【延伸閱讀】<a href=/a>渡輪重新啟航</a>",
        ] {
            check(&format!("{TEXT}<p>{line}"), &[true, false]);
        }
    }

    #[test]
    fn a_sentence_that_begins_so_stays() {
        for line in [
            "More: that is what they want.",
            "Related problems <a href=/a>were found in the second pier too</a>",
            "Watch the <a href=/a>harbour master at work</a>",
            "Read more",
        ] {
            check(&format!("<p>{line}{TEXT}"), &[true, true]);
        }
    }

    #[test]
    fn a_heading_above_links_falls_with_them() {
        let links = "<li><a href=/a>The ferry sails again on Tuesday</a>".repeat(2);
        check(
            &format!("{TEXT}<h3>Das könnte Sie auch interessieren:</h3><ul>{links}</ul>"),
            &[true, false, false, false],
        );
    }

    #[test]
    fn links_under_a_heading_fall_with_their_dates() {
        let link =
            "<p>·<a href=/a>渡輪星期二重新啟航前往對岸的小島</a>（2026-11-03 17:19PM）".repeat(2);
        check(
            &format!("{TEXT}<p><b>相关报道：</b>{link}<p>The pier stays closed."),
            &[true, false, false, false, true],
        );
    }

    #[test]
    fn an_appeal_falls_with_its_box() {
        let appeal =
            "<p>Democracy needs light.<p>Support our journalism with as little as one crown.";
        check(
            &format!("{}<div>{appeal}</div>", TEXT.repeat(2)),
            &[true, true, false, false],
        );
        check(
            &format!("{}{appeal}", TEXT.repeat(4)),
            &[true, true, true, true, true, false],
        );
    }

    #[test]
    fn what_somebody_says_of_journalism_stays() {
        let speech = "<p>“We must support journalism,” the mayor said, “for it is our memory.”";
        check(&format!("{TEXT}{speech}"), &[true, true]);
    }
}
