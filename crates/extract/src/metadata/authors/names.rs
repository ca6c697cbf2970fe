//! The names in a byline, freed of what stands around them: prefixes, roles, sections, invitations.

use crate::text::{folded, is_ideographic};

/// Longest text taken for names, in characters; longer ones are biographies.
const MAX_BYLINE: usize = 150;

/// A longer run of ideographs is a sentence.
const MAX_IDEOGRAPHS: usize = 16;

/// Stands in a byline where one line ends and another begins: what follows a name there is a role or a
/// place, not a further name.
pub(in crate::metadata) const LINE_END: char = '¦';

/// Words before a name that are not part of it, lower case.
const PREFIXES: [&str; 52] = [
    "by",
    "von",
    "vom",
    "par",
    "por",
    "di",
    "da",
    "av",
    "af",
    "door",
    "przez",
    "oleh",
    "written by",
    "posted by",
    "published by",
    "edited by",
    "article by",
    "author",
    "authors",
    "autor",
    "autorin",
    "auteur",
    "autore",
    "redactie",
    "text",
    "text von",
    "artikel von",
    "ein artikel von",
    "erstellt von",
    "eingestellt von",
    "verfasst von",
    "geschrieben von",
    "reported by",
    "words by",
    "story by",
    "recipe by",
    "interview",
    "submitted by",
    "reviewed by",
    "publié par",
    "escrito por",
    "publicado por",
    "автор",
    "作者",
    "记者",
    "記者",
    "撰文",
    "文",
    "来源",
    "责任编辑",
    "编辑",
    "글",
];

/// Words that part two names, lower case, with their spaces.
const CONJUNCTIONS: [&str; 12] = [
    " and ", " und ", " et ", " y ", " e ", " og ", " och ", " en ", " with ", " mit ", " & ",
    " i ",
];

/// Words that no name has, lower case: roles, sections, invitations.
const NO_NAMES: [&str; 44] = [
    "http",
    "www.",
    "@",
    "comment",
    "subscribe",
    "follow",
    "share",
    "read",
    "view",
    "posts",
    "updated",
    "published",
    "publiziert",
    "min ",
    "minutes",
    "ago",
    "more",
    "about",
    "contact",
    "newsletter",
    "login",
    "sign in",
    "copyright",
    "photo",
    "foto:",
    "image",
    "unknown",
    "anonymous",
    "null",
    "undefined",
    "wordpress",
    "facebook",
    "twitter",
    "all rights",
    "click",
    "article",
    "privacy",
    "cookie",
    "menu",
    "author",
    "profile",
    "profil",
    "head of ",
    "content creator",
];

/// Texts that are no name when they are all there is, lower case.
const STAND_INS: [&str; 35] = [
    "admin",
    "unknown",
    "administrator",
    "sysadmin",
    "webmaster",
    "root",
    "user",
    "guest",
    "staff",
    "staff writer",
    "staff report",
    "staff reporter",
    "editor",
    "editors",
    "editorial",
    "editorial team",
    "editorial staff",
    "redaktion",
    "die redaktion",
    "redaction",
    "rédaction",
    "la rédaction",
    "redacción",
    "redazione",
    "redactie",
    "sponsored",
    "posted",
    "name",
    "datum",
    "date",
    "编辑",
    "小编",
    "佚名",
    "匿名",
    "本站",
];

/// What may follow a name in the same breath, lower case, with the space before it.
const SUFFIXES: [&str; 11] = [
    " 기자",
    " 특파원",
    " 선임기자",
    " 記者",
    " staff writer",
    " correspondent",
    " reporter",
    " sponsored",
    " alle artikel",
    " chefredakteur",
    " autor",
];

/// Where a name ends and a place or a time begins.
const ENDS: [&str; 5] = [" on ", " am ", " in ", " aus ", " | "];

/// Where a whole name ends and a role or an employer begins.
const DASHES: [&str; 3] = [" - ", " – ", " — "];

/// The names in a byline; of several lines, the first that has any.
pub(super) fn names(byline: &str) -> Vec<String> {
    let lines = byline.split(LINE_END).map(names_in_line);
    lines
        .into_iter()
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

fn names_in_line(line: &str) -> Vec<String> {
    let mut line = folded(line);
    if line.chars().count() > MAX_BYLINE || line.contains("://") {
        return Vec::new();
    }
    for conjunction in CONJUNCTIONS {
        while let Some(start) = find_ignoring_case(&line, conjunction) {
            line.replace_range(start..start + conjunction.len(), ", ");
        }
    }
    let parts = line.split([',', ';', '|', '/', '、', '，', '；', '•', '·', '\u{2022}']);
    parts.map(bare_name).filter(|name| is_name(name)).collect()
}

fn find_ignoring_case(text: &str, ascii: &str) -> Option<usize> {
    text.as_bytes()
        .windows(ascii.len())
        .position(|window| window.eq_ignore_ascii_case(ascii.as_bytes()))
}

/// Without the words before the name and the marks around it.
fn bare_name(part: &str) -> String {
    let mut name = part.trim_matches(|character: char| {
        character.is_whitespace()
            || matches!(
                character,
                ':' | '：' | '-' | '–' | '—' | '"' | '(' | ')' | '*' | '【' | '】'
            )
    });
    while let Some(rest) = PREFIXES
        .iter()
        .find_map(|prefix| without_prefix(name, prefix))
    {
        name = rest;
    }
    // "Zeige alle Beiträge von …", "View all posts by …"
    for link in [
        " posts by ",
        " Beiträge von ",
        " articles by ",
        " posts by: ",
        " articles de ",
    ] {
        name = name.split_once(link).map_or(name, |(_, name)| name);
    }
    let end = name.find(['(', '（', '<']).unwrap_or(name.len());
    let ends = ENDS.iter().filter_map(|word| name.find(word));
    let end = ends.fold(end, usize::min);
    let name = name[..end].trim();
    let heads = DASHES.iter().filter_map(|dash| name.split_once(dash));
    let mut heads = heads.map(|(head, _)| head).filter(|head| is_full(head));
    without_suffix(heads.next().unwrap_or(name)).to_owned()
}

fn without_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let head = name.get(..prefix.len())?;
    let rest = &name[prefix.len()..];
    let parted = rest.starts_with([' ', ':', '：', '\u{3000}', '/']);
    let matches = head.eq_ignore_ascii_case(prefix) || head.to_lowercase() == prefix;
    (matches && parted).then(|| rest.trim_start_matches([' ', ':', '：', '\u{3000}', '/']))
}

fn without_suffix(name: &str) -> &str {
    let cut = SUFFIXES.iter().find_map(|suffix| {
        let start = name.len().checked_sub(suffix.len())?;
        let tail = name.get(start..)?;
        (tail.to_lowercase() == *suffix).then(|| name[..start].trim_end())
    });
    cut.filter(|name| !name.is_empty()).unwrap_or(name)
}

fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    let ideographs = name
        .chars()
        .filter(|character| is_ideographic(*character))
        .count();
    let least = if ideographs > 0 { 2 } else { 3 };
    let lower = name.to_lowercase();
    length >= least
        && length <= 60
        && ideographs <= MAX_IDEOGRAPHS
        && name.split(' ').count() <= 6
        && !name
            .chars()
            .any(|character| "“”‘’《》【】[]：?".contains(character))
        && name.split(' ').all(may_be_in_name)
        && !PREFIXES.contains(&lower.as_str())
        && !STAND_INS.contains(&lower.as_str())
        && !NO_NAMES.iter().any(|word| lower.contains(word))
        && name.chars().any(char::is_alphabetic)
}

/// Whether a statement of the author names nobody: "admin", "Redaktion", "编辑".
pub(super) fn is_stand_in(statement: &str) -> bool {
    STAND_INS.contains(&bare_name(statement).to_lowercase().as_str())
}

/// Digits stand in the names of newsrooms and of members of forums, behind letters.
fn may_be_in_name(word: &str) -> bool {
    let is_digit = |character: char| character.is_ascii_digit();
    let letters = word.chars().take_while(|character| !is_digit(*character));
    !word.contains(is_digit) || letters.filter(|letter| letter.is_alphabetic()).count() >= 2
}

/// Whether it is a name of several words, written as one.
pub(super) fn is_full(name: &str) -> bool {
    name.contains(' ') && is_capitalised(name)
}

/// Whether every word begins with a capital, but for those that stand in names without.
pub(super) fn is_capitalised(name: &str) -> bool {
    let particles = [
        "de", "der", "den", "van", "von", "la", "le", "di", "da", "del", "dos", "bin", "al", "el",
        "ter", "zu", "y",
    ];
    name.split([' ', '-'])
        .filter(|word| !word.is_empty())
        .all(|word| !word.starts_with(char::is_lowercase) || particles.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(byline: &str, expected: &[&str]) {
        assert_eq!(names(byline), expected, "{byline}");
    }

    #[test]
    fn names_are_parted_and_freed_of_what_stands_around() {
        check(
            "By Ann Example and Bo Sample, Cy Test",
            &["Ann Example", "Bo Sample", "Cy Test"],
        );
        check(
            "Von Anna Muster und Bernd Beispiel",
            &["Anna Muster", "Bernd Beispiel"],
        );
        check("作者：王小明", &["王小明"]);
        check("Ann Example (Reporter)", &["Ann Example"]);
        check("Erstellt von Anna Muster am Montag", &["Anna Muster"]);
        check("김하늘 기자", &["김하늘"]);
        check("EX24 Redaktion", &["EX24 Redaktion"]);
        check("Ann Example - Example Editorial Team", &["Ann Example"]);
        check("Example - Ann Example", &["Example - Ann Example"]);
        check("Interview: Anna-Maria Muster", &["Anna-Maria Muster"]);
    }

    #[test]
    fn of_several_lines_the_first_with_a_name_counts() {
        check("Written by¦Ann Example¦Head of Tides", &["Ann Example"]);
        check(
            "Ann Example, Bo Sample¦Coast Desk",
            &["Ann Example", "Bo Sample"],
        );
    }

    #[test]
    fn what_is_no_name_is_none() {
        check("https://www.facebook.com/example", &[]);
        check("Updated 5 minutes ago", &[]);
        check("", &[]);
        for stand_in in [
            "admin",
            "Unknown",
            "Staff",
            "编辑",
            "By Editorial Staff",
            "Posted",
        ] {
            check(stand_in, &[]);
        }
    }
}
