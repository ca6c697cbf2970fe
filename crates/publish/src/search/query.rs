//! What a reader asks for, taken apart.
//!
//! Words must all occur. `"…"` holds what must stand together, `OR` or `|` joins what stands on both sides, `-` excludes,
//! `title:`, `source:`, `after:` and `before:` narrow down. Whatever is typed is a query: what makes no sense is looked
//! for as it stands, or passed over. The search page's script takes queries apart alike.

use std::str::FromStr;

use compact_str::ToCompactString;
use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use crate::search::terms::{Term, each_term, source_term};
use crate::search::units::{Kind, Unit, units};

/// Letters of a query that are looked at; each may cost four files.
const MAX_LETTERS: usize = 300;

/// A query: every clause must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub(crate) clauses: Vec<Clause>,
    /// The first and last day of publication, in days since 1970.
    pub(crate) from: Option<i32>,
    pub(crate) to: Option<i32>,
}

/// Items of which one must be met, or none where they are excluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) excluded: bool,
    pub(crate) items: Vec<Item>,
}

/// A word, or several things that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Empty for a source.
    pub(crate) units: Vec<Unit>,
    pub(crate) terms: Vec<Term>,
    pub(crate) title: bool,
    pub(crate) quoted: bool,
}

/// What a form asks for beside the query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The slug of a source.
    pub source: Option<String>,
    /// A year, month or day as in ISO 8601, with which the time begins.
    pub from: Option<String>,
    /// The same, with which it ends.
    pub to: Option<String>,
}

impl Query {
    /// Takes a query apart.
    #[must_use]
    pub fn parse(text: &str, filter: &Filter) -> Query {
        let mut query = Query::default();
        let text: String = text.chars().take(MAX_LETTERS).map(plain_quote).collect();
        let mut rest = text.as_str();
        let mut join = false;
        while let Some(first) = rest.chars().next() {
            let Some((token, length)) = token(rest) else {
                rest = &rest[first.len_utf8()..];
                continue;
            };
            join = match &rest[..length] {
                "OR" | "|" => true,
                _ => !query.take(token, join) && join,
            };
            rest = &rest[length..];
        }
        if let Some(source) = filter.source.as_deref().filter(|source| !source.is_empty()) {
            query.clauses.push(Clause {
                excluded: false,
                items: vec![Item::source(source)],
            });
        }
        query.from = filter.from.as_deref().and_then(first_day).or(query.from);
        query.to = filter.to.as_deref().and_then(last_day).or(query.to);
        query
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.from.is_none() && self.to.is_none()
    }

    /// Whether a word is long enough to be looked for in parts.
    pub(crate) fn has_parts(&self) -> bool {
        self.items().any(Item::is_long)
    }

    /// Whether pages must be read to know what meets it.
    pub(crate) fn has_phrases(&self) -> bool {
        self.items().any(Item::is_phrase)
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.clauses.iter().flat_map(|clause| &clause.items)
    }

    /// Takes a token; whether it became, or joined, a clause.
    fn take(&mut self, token: Token<'_>, join: bool) -> bool {
        let item = match token.field {
            Some(Field::After) => {
                self.from = first_day(token.value).or(self.from);
                return false;
            }
            Some(Field::Before) => {
                self.to = last_day(token.value).or(self.to);
                return false;
            }
            Some(Field::Source) => Item::source(token.value),
            Some(Field::Title) => Item::text(token.value, token.quoted, true),
            None => Item::text(token.value, token.quoted, false),
        };
        if item.terms.is_empty() {
            return false;
        }
        match self.clauses.last_mut() {
            Some(last) if join && last.excluded == token.excluded => last.items.push(item),
            _ => self.clauses.push(Clause {
                excluded: token.excluded,
                items: vec![item],
            }),
        }
        true
    }
}

impl Item {
    fn source(slug: &str) -> Item {
        Item {
            units: Vec::new(),
            terms: vec![source_term(slug)],
            title: false,
            quoted: true,
        }
    }

    fn text(text: &str, quoted: bool, title: bool) -> Item {
        let units = units(text);
        let mut terms: Vec<Term> = Vec::new();
        let mut give = |term| {
            if !terms.contains(&term) {
                terms.push(term);
            }
        };
        match units.as_slice() {
            [
                Unit {
                    kind: Kind::Glyph(glyph),
                    ..
                },
            ] => give(glyph.to_compact_string()),
            units => each_term(units, &mut give),
        }
        Item {
            units,
            terms,
            title,
            quoted,
        }
    }

    /// Whether it may be met by its parts where it is not met as a whole: from four characters on.
    pub(crate) fn is_long(&self) -> bool {
        !self.quoted && self.terms.len() > 2
    }

    /// Whether its terms alone do not tell that it is met.
    pub(crate) fn is_phrase(&self) -> bool {
        self.units.len() > 1 && self.terms.len() > 1
    }
}

/// A word of a query as it was typed.
struct Token<'a> {
    excluded: bool,
    field: Option<Field>,
    quoted: bool,
    value: &'a str,
}

#[derive(Clone, Copy)]
enum Field {
    Title,
    Source,
    After,
    Before,
}

const FIELDS: [(&str, Field); 4] = [
    ("title:", Field::Title),
    ("source:", Field::Source),
    ("after:", Field::After),
    ("before:", Field::Before),
];

/// The token that a text begins with, and its length. A sign or field that nothing follows is a word.
fn token(text: &str) -> Option<(Token<'_>, usize)> {
    let excluding = text.strip_prefix('-').and_then(|rest| {
        let (token, length) = token_after_sign(rest)?;
        let excluded = Token {
            excluded: true,
            ..token
        };
        Some((excluded, length + 1))
    });
    excluding.or_else(|| token_after_sign(text))
}

fn token_after_sign(text: &str) -> Option<(Token<'_>, usize)> {
    let with_field = FIELDS.iter().find_map(|(name, field)| {
        let prefix = text.get(..name.len())?;
        let rest = &text[name.len()..];
        let (quoted, value, length) = value(rest).filter(|_| prefix.eq_ignore_ascii_case(name))?;
        Some((Some(*field), quoted, value, name.len() + length))
    });
    let (field, quoted, value, length) = with_field.or_else(|| {
        let (quoted, value, length) = value(text)?;
        Some((None, quoted, value, length))
    })?;
    let token = Token {
        excluded: false,
        field,
        quoted,
        value,
    };
    Some((token, length))
}

/// Whether it is quoted, the value, and the length with its quotation marks.
fn value(text: &str) -> Option<(bool, &str, usize)> {
    if let Some(rest) = text.strip_prefix('"') {
        let end = rest.find('"');
        let value = &rest[..end.unwrap_or(rest.len())];
        return Some((true, value, 1 + value.len() + usize::from(end.is_some())));
    }
    let end = text.find(|letter| letter == '"' || is_space(letter));
    let value = &text[..end.unwrap_or(text.len())];
    (!value.is_empty()).then_some((false, value, value.len()))
}

fn plain_quote(letter: char) -> char {
    if matches!(letter, '“' | '”') {
        '"'
    } else {
        letter
    }
}

/// White space as ECMA-262 has it.
fn is_space(letter: char) -> bool {
    letter == '\u{feff}' || letter.is_whitespace() && letter != '\u{85}'
}

/// The first day of a year, month or day, in days since 1970.
fn first_day(text: &str) -> Option<i32> {
    period(text).map(|(first, _)| first)
}

fn last_day(text: &str) -> Option<i32> {
    period(text).map(|(_, last)| last)
}

fn period(text: &str) -> Option<(i32, i32)> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4..=4)?;
    let month = parts.next().map(|month| number(month, 1..=2));
    let day = parts.next().map(|day| number(day, 1..=2));
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    let first = match month {
        None => date(year, 1, 1),
        Some(month) => Date::new(year, month?.try_into().ok()?, 1).ok()?,
    };
    let (first, length) = match (month, day) {
        (_, Some(day)) => {
            let day = day.filter(|day| (1..=31).contains(day))?;
            // 30 February is a day of March, as in scripts.
            (first.checked_add((day - 1).days()).ok()?, 1.day())
        }
        (Some(_), None) => (first, 1.month()),
        (None, None) => (first, 1.year()),
    };
    let after = first.checked_add(length).ok()?;
    Some((days_since_1970(first)?, days_since_1970(after)? - 1))
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| i16::from_str(text).ok())?
}

/// How many days after 1 January 1970 a date is.
pub(crate) fn days_since_1970(day: Date) -> Option<i32> {
    let since: Span = day.since(date(1970, 1, 1)).ok()?;
    Some(since.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let query = Query::parse(text, &Filter::default());
        let clauses: Vec<String> = query.clauses.iter().map(clause).collect();
        assert_eq!(clauses.join(" & "), expected, "{text}");
    }

    fn clause(clause: &Clause) -> String {
        let items = clause.items.iter().map(|item| {
            let title = if item.title { "title " } else { "" };
            let quoted = if item.quoted { "\"" } else { "" };
            format!("{title}{quoted}{}{quoted}", item.terms.join("+"))
        });
        let items: Vec<String> = items.collect();
        let not = if clause.excluded { "not " } else { "" };
        format!("{not}{}", items.join(" or "))
    }

    #[test]
    fn words_become_terms_that_must_all_be_met() {
        check("习近平 elections", "习近+近平 & elect");
        check("臺灣", "台湾");
        check("A股 G7峰會", "a+股 & g7+峰+峰会");
        check("股", "股");
        check("  ", "");
    }

    #[test]
    fn operators_are_read_and_what_is_none_is_a_word() {
        check("\"climate change\" -paris", "\"climat+chang\" & not pari");
        check("“气候变化”", "\"气候+候变+变化\"");
        check("美国 OR 中国 | 日本 经济", "美国 or 中国 or 日本 & 经济");
        check("title:选举 TITLE:\"a b\"", "title 选举 & title \"a+b\"");
        check("source:voa -source:\"x y\"", "\"=voa\" & not \"=x-y\"");
        check("- title: OR", "titl");
        check("OR 中国", "中国");
        check("covid-19", "covid+19");
        check("\"unclosed words", "\"unclos+word\"");
    }

    #[track_caller]
    fn check_days(text: &str, expected: Option<(&str, &str)>) {
        let expected = expected.map(|(first, last)| {
            let day = |text: &str| days_since_1970(text.parse().unwrap()).unwrap();
            (day(first), day(last))
        });
        assert_eq!(period(text), expected, "{text}");
    }

    #[test]
    fn years_months_and_days_are_periods() {
        check_days("2024", Some(("2024-01-01", "2024-12-31")));
        check_days("2024-2", Some(("2024-02-01", "2024-02-29")));
        check_days("2024-02-09", Some(("2024-02-09", "2024-02-09")));
        check_days("2024-02-30", Some(("2024-03-01", "2024-03-01")));
        for text in [
            "",
            "24",
            "2024-13",
            "2024-00",
            "2024-01-32",
            "2024-01-01-01",
            "0999",
            "+024",
        ] {
            check_days(text, None);
        }
    }
}
