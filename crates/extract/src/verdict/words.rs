//! The words by which pages that stand in for an article are known, in some twenty languages: `words.tsv`.
//!
//! `error` is a title, or the part of one beside the site's name; `excuse` opens a title that holds an error
//! somewhere; `login` begins or ends such a part. Two of `consent` in a short text are a question for it. `wall` stands
//! where a text breaks off that only subscribers may read. All are lower case.

use std::sync::LazyLock;

/// The phrases by kind.
pub(super) struct Words {
    pub(super) errors: Vec<&'static str>,
    pub(super) excuses: Vec<&'static str>,
    pub(super) logins: Vec<&'static str>,
    pub(super) consents: Vec<&'static str>,
    pub(super) walls: Vec<&'static str>,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let lines = include_str!("words.tsv").lines();
    let of = |kind: &str| {
        let fields = lines.clone().filter_map(|line| line.split_once('\t'));
        let those = fields.filter(|(known, _)| *known == kind);
        those.map(|(_, phrase)| phrase).collect()
    };
    Words {
        errors: of("error"),
        excuses: of("excuse"),
        logins: of("login"),
        consents: of("consent"),
        walls: of("wall"),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_of_a_known_kind_and_in_lower_case() {
        for line in include_str!("words.tsv").lines() {
            let (kind, phrase) = line.split_once('\t').unwrap();
            assert!(
                ["error", "excuse", "login", "consent", "wall"].contains(&kind),
                "{line}"
            );
            assert_eq!(phrase, phrase.to_lowercase());
            assert_eq!(phrase, phrase.trim());
        }
        assert!(!WORDS.errors.is_empty() && !WORDS.walls.is_empty());
    }
}
