//! Reading selectors (Selectors Level 4 §18, without escapes).

use std::str::FromStr;

use super::{Combinator, MAX_STEPS, Selector, Step, Test, Wanted};

/// A selector that is none, or that uses what is not understood here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{selector}` is no selector that is understood here: {problem} at character {at}")]
pub struct SelectorError {
    /// The selector.
    pub selector: String,
    /// Bytes before the problem.
    pub at: usize,
    /// What was expected there.
    pub problem: &'static str,
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(selector: &str) -> Result<Selector, SelectorError> {
        let mut reader = Reader { rest: selector };
        reader.list().map_err(|problem| SelectorError {
            selector: selector.to_owned(),
            at: selector.len() - reader.rest.len(),
            problem,
        })
    }
}

struct Reader<'a> {
    rest: &'a str,
}

/// Makes a test of the value after an operator.
type Make = fn(String) -> Wanted;

type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    fn list(&mut self) -> Read<Selector> {
        let mut alternatives = Vec::new();
        loop {
            self.skip_space();
            alternatives.push(self.alternative()?);
            if self.rest.is_empty() {
                return Ok(Selector { alternatives });
            }
            self.expect(',', "a comma")?;
        }
    }

    fn alternative(&mut self) -> Read<Vec<Step>> {
        let mut steps = vec![Step {
            combinator: Combinator::Descendant,
            tests: self.compound()?,
        }];
        while let Some(combinator) = self.combinator() {
            if steps.len() == MAX_STEPS {
                return Err("at most 16 elements");
            }
            steps.push(Step {
                combinator,
                tests: self.compound()?,
            });
        }
        Ok(steps)
    }

    /// What parts two elements; nothing before a comma and at the end.
    fn combinator(&mut self) -> Option<Combinator> {
        let spaced = self.skip_space();
        let combinator = match self.rest.chars().next()? {
            '>' => Combinator::Child,
            '+' => Combinator::NextSibling,
            '~' => Combinator::LaterSibling,
            ',' => return None,
            _ => return spaced.then_some(Combinator::Descendant),
        };
        self.rest = &self.rest[1..];
        self.skip_space();
        Some(combinator)
    }

    fn compound(&mut self) -> Read<Vec<Test>> {
        let mut tests = Vec::new();
        while let Some(test) = self.test(tests.is_empty())? {
            tests.push(test);
        }
        if tests.is_empty() {
            return Err("an element");
        }
        Ok(tests)
    }

    /// One simple selector; a type only where `first`.
    fn test(&mut self, first: bool) -> Read<Option<Test>> {
        let Some(character) = self.rest.chars().next() else {
            return Ok(None);
        };
        Ok(Some(match character {
            '*' if first => {
                self.rest = &self.rest[1..];
                Test::Any
            }
            '#' => Test::Id(self.marked_name()?.to_owned()),
            '.' => Test::Class(self.marked_name()?.to_owned()),
            '[' => self.attribute()?,
            ':' => self.pseudo_class()?,
            _ if first && is_name(character) => Test::Type(self.name()?.to_ascii_lowercase()),
            _ => return Ok(None),
        }))
    }

    fn pseudo_class(&mut self) -> Read<Test> {
        for (name, test) in [
            (":first-child", Test::FirstChild),
            (":last-child", Test::LastChild),
        ] {
            if let Some(rest) = self.rest.strip_prefix(name) {
                self.rest = rest;
                return Ok(test);
            }
        }
        let Some(rest) = self.rest.strip_prefix(":not(") else {
            return Err("one of :not(), :first-child, :last-child");
        };
        self.rest = rest;
        let test = self.test(true)?.ok_or("a simple selector")?;
        self.expect(')', "`)` after one simple selector")?;
        Ok(Test::Not(Box::new(test)))
    }

    fn attribute(&mut self) -> Read<Test> {
        let name = self.marked_name()?.to_ascii_lowercase();
        let operators: [(&str, Make); 6] = [
            ("=", Wanted::Equal),
            ("~=", Wanted::Word),
            ("^=", Wanted::Prefix),
            ("$=", Wanted::Suffix),
            ("*=", Wanted::Within),
            ("|=", Wanted::Dashed),
        ];
        let mut wanted = Wanted::Present;
        let mut ignores_case = false;
        for (operator, make) in operators {
            if let Some(rest) = self.rest.strip_prefix(operator) {
                self.rest = rest;
                let value = self.value()?;
                ignores_case = self.skip_space() && self.rest.starts_with(['i', 'I']);
                self.rest = &self.rest[usize::from(ignores_case)..];
                wanted = make(if ignores_case {
                    value.to_lowercase()
                } else {
                    value.to_owned()
                });
                break;
            }
        }
        self.expect(']', "`]`")?;
        Ok(Test::Attribute {
            name,
            wanted,
            ignores_case,
        })
    }

    /// A name, or anything in quotes.
    fn value(&mut self) -> Read<&'a str> {
        let Some(quote) = self
            .rest
            .chars()
            .next()
            .filter(|quote| "'\"".contains(*quote))
        else {
            return self.name();
        };
        let end = self.rest[1..].find(quote).ok_or("a closing quote")?;
        let value = &self.rest[1..=end];
        self.rest = &self.rest[end + 2..];
        Ok(value)
    }

    /// A name after the mark that announces it.
    fn marked_name(&mut self) -> Read<&'a str> {
        self.rest = &self.rest[1..];
        self.name()
    }

    fn name(&mut self) -> Read<&'a str> {
        let end = self
            .rest
            .find(|character| !is_name(character))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err("a name");
        }
        self.rest = rest;
        Ok(name)
    }

    fn expect(&mut self, character: char, problem: &'static str) -> Read<()> {
        self.rest = self.rest.strip_prefix(character).ok_or(problem)?;
        Ok(())
    }

    /// Whether there was any.
    fn skip_space(&mut self) -> bool {
        let rest = self.rest.trim_start();
        let skipped = rest.len() < self.rest.len();
        self.rest = rest;
        skipped
    }
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_') || !character.is_ascii()
}
