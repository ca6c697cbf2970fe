//! Doctypes, for the one thing that they decide here: whether a table ends the paragraph that it
//! stands in (quirks mode, HTML §13.2.6.4.1).

/// Beginnings of public identifiers, lower case, of pages written for browsers of the nineties.
const OLD_PUBLIC: [&str; 54] = [
    "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
    "-//as//dtd html 3.0 aswedit + extensions//",
    "-//ietf//dtd html 2.0 level 1//",
    "-//ietf//dtd html 2.0 level 2//",
    "-//ietf//dtd html 2.0 strict level 1//",
    "-//ietf//dtd html 2.0 strict level 2//",
    "-//ietf//dtd html 2.0 strict//",
    "-//ietf//dtd html 2.0//",
    "-//ietf//dtd html 2.1e//",
    "-//ietf//dtd html 3.0//",
    "-//ietf//dtd html 3.2 final//",
    "-//ietf//dtd html 3.2//",
    "-//ietf//dtd html 3//",
    "-//ietf//dtd html level 0//",
    "-//ietf//dtd html level 1//",
    "-//ietf//dtd html level 2//",
    "-//ietf//dtd html level 3//",
    "-//ietf//dtd html strict level 0//",
    "-//ietf//dtd html strict level 1//",
    "-//ietf//dtd html strict level 2//",
    "-//ietf//dtd html strict level 3//",
    "-//ietf//dtd html strict//",
    "-//ietf//dtd html//",
    "-//metrius//dtd metrius presentational//",
    "-//microsoft//dtd internet explorer 2.0 html strict//",
    "-//microsoft//dtd internet explorer 2.0 html//",
    "-//microsoft//dtd internet explorer 2.0 tables//",
    "-//microsoft//dtd internet explorer 3.0 html strict//",
    "-//microsoft//dtd internet explorer 3.0 html//",
    "-//microsoft//dtd internet explorer 3.0 tables//",
    "-//netscape comm. corp.//dtd html//",
    "-//netscape comm. corp.//dtd strict html//",
    "-//o'reilly and associates//dtd html 2.0//",
    "-//o'reilly and associates//dtd html extended 1.0//",
    "-//o'reilly and associates//dtd html extended relaxed 1.0//",
    "-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//",
    "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
    "-//spyglass//dtd html 2.0 extended//",
    "-//sq//dtd html 2.0 hotmetal + extensions//",
    "-//sun microsystems corp.//dtd hotjava html//",
    "-//sun microsystems corp.//dtd hotjava strict html//",
    "-//w3c//dtd html 3 1995-03-24//",
    "-//w3c//dtd html 3.2 draft//",
    "-//w3c//dtd html 3.2 final//",
    "-//w3c//dtd html 3.2//",
    "-//w3c//dtd html 3.2s draft//",
    "-//w3c//dtd html 4.0 frameset//",
    "-//w3c//dtd html 4.0 transitional//",
    "-//w3c//dtd html experimental 19960712//",
    "-//w3c//dtd html experimental 970421//",
    "-//w3c//dtd w3 html//",
    "-//w3o//dtd w3 html 3.0//",
    "-//webtechs//dtd mozilla html 2.0//",
    "-//webtechs//dtd mozilla html//",
];

/// The same, but only where no system identifier follows.
const OLD_WITHOUT_SYSTEM: [&str; 2] = [
    "-//w3c//dtd html 4.01 frameset//",
    "-//w3c//dtd html 4.01 transitional//",
];

const OLD_WHOLE: [&str; 3] = [
    "-//w3o//dtd w3 html strict 3.0//en//",
    "-/w3c/dtd html 4.0 transitional/en",
    "html",
];

const OLD_SYSTEM: &str = "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd";

/// What a doctype says.
#[derive(Default)]
struct Doctype {
    public: Option<String>,
    system: Option<String>,
    /// Something is missing or misplaced.
    is_broken: bool,
}

/// Whether a doctype puts its page into quirks mode; `text` is what stands between its keyword and
/// its `>`.
pub(super) fn has_quirks(text: &str) -> bool {
    let text = text.trim_start_matches(is_space).to_ascii_lowercase();
    let (name, rest) = text.split_at(text.find(is_space).unwrap_or(text.len()));
    if name != "html" {
        return true;
    }
    let doctype = identifiers(rest.trim_start_matches(is_space));
    let public = doctype.public.as_deref();
    let begins = |list: &[&str]| {
        public.is_some_and(|public| list.iter().any(|begin| public.starts_with(begin)))
    };
    doctype.is_broken
        || public.is_some_and(|public| OLD_WHOLE.contains(&public))
        || doctype.system.as_deref() == Some(OLD_SYSTEM)
        || begins(&OLD_PUBLIC)
        || (doctype.system.is_none() && begins(&OLD_WITHOUT_SYSTEM))
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\x0c')
}

fn identifiers(rest: &str) -> Doctype {
    let mut doctype = Doctype::default();
    if let Some(rest) = rest.strip_prefix("public") {
        let Some(rest) = quoted(rest, &mut doctype.public, &mut doctype.is_broken) else {
            doctype.is_broken = true;
            return doctype;
        };
        if !rest.trim_start_matches(is_space).is_empty() {
            let found = quoted(rest, &mut doctype.system, &mut doctype.is_broken);
            doctype.is_broken |= found.is_none();
        }
    } else if let Some(rest) = rest.strip_prefix("system") {
        let found = quoted(rest, &mut doctype.system, &mut doctype.is_broken);
        doctype.is_broken |= found.is_none();
    } else {
        doctype.is_broken = !rest.is_empty();
    }
    doctype
}

/// Reads an identifier in quotes, and gives what follows; one without its second quote is broken.
fn quoted<'a>(text: &'a str, found: &mut Option<String>, is_broken: &mut bool) -> Option<&'a str> {
    let text = text.trim_start_matches(is_space);
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    let (value, rest) = text[1..].split_once(quote).unwrap_or_else(|| {
        *is_broken = true;
        (&text[1..], "")
    });
    *found = Some(value.to_owned());
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_nineties_and_broken_doctypes_have_quirks() {
        for text in [
            "",
            " svg",
            " html PUBLIC \"-//W3C//DTD HTML 3.2 Final//EN\"",
            " HTML public '-//W3C//DTD HTML 4.01 Transitional//EN'",
            " html public",
            " html \"about:legacy-compat\"",
            " html PUBLIC \"-//W3C",
            " html SYSTEM 'http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd'",
        ] {
            assert!(has_quirks(text), "{text}");
        }
    }

    #[test]
    fn later_pages_have_none() {
        for text in [
            " html",
            " HTML ",
            " html SYSTEM \"about:legacy-compat\"",
            " html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\"",
            " html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\"",
        ] {
            assert!(!has_quirks(text), "{text}");
        }
    }
}
