//! XML with the fields as attributes of `doc`, and text escaped so that every XML 1.0 parser reads it.

use std::fmt::{self, Display, Formatter};

use crate::body::{self, Dialect};
use crate::{Work, head};

/// `doc/main`, the text in TEI's words, and an empty `comments`.
pub(crate) fn document(work: &Work<'_>) -> String {
    let mut out = String::from("<doc");
    if work.options.metadata {
        for (name, value) in head::pairs(work) {
            out += &format!(" {name}=\"{}\"", Escaped(&value));
        }
    }
    out += ">\n<main>\n";
    body::write(&work.body, Dialect::Plain, &mut out);
    out + "</main>\n<comments/>\n</doc>"
}

/// A text as XML and HTML show it, in an element or a quoted attribute, without what no XML document may hold
/// (XML 1.0 §2.2).
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(is_special) {
            let (plain, from) = rest.split_at(at);
            formatter.write_str(plain)?;
            let special = from.chars().next().unwrap_or_default();
            formatter.write_str(match special {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                _ => "",
            })?;
            rest = &from[special.len_utf8()..];
        }
        formatter.write_str(rest)
    }
}

fn is_special(character: char) -> bool {
    matches!(character, '&' | '<' | '>' | '"' | '\u{fffe}' | '\u{ffff}')
        || (character < ' ' && !matches!(character, '\t' | '\n' | '\r'))
}
