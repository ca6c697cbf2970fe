//! How a text looks from afar: what it begins and ends with, and whether a label stands before it, as
//! `Foto:` and `READ MORE:` do.

/// Characters among which a label and its colon stand.
const REACH: u8 = 40;

/// Characters whose case is looked at.
const SHOUT: usize = 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) begins: Begins,
    /// Characters before the colon of its label, 0 without one.
    pub(super) label: u8,
    /// Capitals before the first letter that is none.
    pub(super) shouted: u8,
    pub(super) ends_colon: bool,
    /// Whether it breaks off.
    pub(super) ends_ellipsis: bool,
}

/// What a text's first character is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Begins {
    /// A letter without case, or an unknown mark.
    #[default]
    Other,
    Lower,
    Capital,
    Digit,
    Quotation,
    /// A dash, a bullet, an arrow, a bracket, a hash.
    Mark,
}

impl Shape {
    pub(super) fn of(text: &str) -> Shape {
        let label = text
            .chars()
            .zip(0..REACH)
            .find(|(character, _)| matches!(character, ':' | '：'));
        let letters = text
            .chars()
            .take(SHOUT)
            .filter(|letter| letter.is_alphabetic());
        let shouted = letters.take_while(|letter| letter.is_uppercase()).count();
        Shape {
            begins: text.chars().next().map_or(Begins::Other, Begins::with),
            label: label.map_or(0, |(_, length)| length),
            shouted: u8::try_from(shouted).unwrap_or(u8::MAX),
            ends_colon: text.ends_with([':', '：']),
            ends_ellipsis: text.ends_with('…') || text.ends_with("..."),
        }
    }
}

impl Begins {
    fn with(character: char) -> Begins {
        match character {
            '"' | '\'' | '“' | '„' | '‘' | '‚' | '«' | '»' | '「' | '『' => {
                Begins::Quotation
            }
            '-' | '–' | '—' | '•' | '·' | '*' | '▶' | '►' | '→' | '>' | '(' | '[' | '（' | '【'
            | '#' | '+' | '@' | '|' | '■' | '●' | '◆' | '▲' => Begins::Mark,
            _ if character.is_lowercase() => Begins::Lower,
            _ if character.is_uppercase() => Begins::Capital,
            _ if character.is_numeric() => Begins::Digit,
            _ => Begins::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, begins: Begins, label: u8, shouted: u8) {
        let shape = Shape::of(text);
        assert_eq!(
            (shape.begins, shape.label, shape.shouted),
            (begins, label, shouted),
            "{text}"
        );
    }

    #[test]
    fn labels_capitals_and_first_marks_are_seen() {
        check("READ MORE: The harbour", Begins::Capital, 9, 9);
        check("Foto: Exampleton", Begins::Capital, 4, 1);
        check("“We waited,” she said.", Begins::Quotation, 0, 1);
        check("→ mehr zum Thema", Begins::Mark, 0, 0);
        check("记者：某某", Begins::Other, 2, 0);
        check("", Begins::Other, 0, 0);
    }

    #[test]
    fn a_text_that_breaks_off_says_so() {
        assert!(Shape::of("The harbour opened and…").ends_ellipsis);
        assert!(Shape::of("The harbour opened and...").ends_ellipsis);
        assert!(!Shape::of("The harbour opened.").ends_ellipsis);
        assert!(Shape::of("Read also:").ends_colon);
    }
}
