//! Persons: Atom's with name, address and page, and RSS's in one line of text with the two in any order.

use url::Url;

use super::Person;
use crate::html;
use crate::xml::tree::Element;

/// The person that an element describes, in whichever way.
pub(super) fn read(element: Element<'_, '_>, base: Option<&Url>) -> Option<Person> {
    let mut person = Person::default();
    for child in element.elements() {
        let field = match child.name() {
            "name" => &mut person.name,
            "email" => &mut person.email,
            "uri" | "url" | "homepage" => &mut person.uri,
            _ => continue,
        };
        *field = child.text().filter(|text| !text.is_empty());
    }
    person.name = person.name.map(|name| html::text(&html_or_escaped(&name)));
    person.uri = person.uri.map(|uri| {
        base.and_then(|base| base.join(&uri).ok())
            .map_or(uri, String::from)
    });
    if person == Person::default() {
        return from_line(&element.text()?);
    }
    if person.email.is_none()
        && person
            .name
            .as_deref()
            .is_some_and(|name| name.contains('@'))
    {
        let line = from_line(person.name.as_deref().unwrap_or_default())?;
        (person.name, person.email) = (line.name.or(person.name), line.email);
    }
    Some(person)
}

fn html_or_escaped(text: &str) -> String {
    if html::is_html(text) {
        text.to_owned()
    } else {
        html::escape(text).into_owned()
    }
}

/// A person of one line: `mail (name)`, `name <mail>`, `name (mail)`, a name, or a mail address.
pub(super) fn from_line(line: &str) -> Option<Person> {
    let line = html::text(&html_or_escaped(line));
    let Some((start, end)) = address(&line) else {
        return (!line.is_empty()).then(|| Person {
            name: Some(line),
            ..Person::default()
        });
    };
    let email = line[start..end].to_owned();
    let outside = format!(
        "{} {}",
        line[..start].trim_end_matches("mailto:"),
        &line[end..]
    );
    let outside = outside
        .replace("()", "")
        .replace("<>", "")
        .replace("( )", "")
        .replace("< >", "");
    let name = outside
        .trim()
        .trim_matches(['(', ')', '"', '<', '>', ',', '[', ']'])
        .trim();
    let name = (!name.is_empty()).then(|| html::collapse(name));
    Some(Person {
        name,
        email: Some(email),
        uri: None,
    })
}

/// Where the first mail address stands: enough of RFC 5322 §3.4.1 for the addresses that feeds hold.
fn address(line: &str) -> Option<(usize, usize)> {
    let at = line.find('@')?;
    let is_local = |c: char| c.is_ascii_alphanumeric() || "_-.+%'!#&*".contains(c);
    let is_domain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let start = line[..at].rfind(|c| !is_local(c)).map_or(0, |before| {
        before + line[before..].chars().next().map_or(1, char::len_utf8)
    });
    let end = line[at + 1..]
        .find(|c| !is_domain(c))
        .map_or(line.len(), |length| at + 1 + length);
    let end = start + line[start..end].trim_end_matches(['.', '-']).len();
    (start < at && line[at + 1..].get(..end - at - 1)?.contains('.')).then_some((start, end))
}
