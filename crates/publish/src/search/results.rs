//! Results written into the published search page, for readers whose browser runs no script.
//!
//! The page is the site's own, with its words and its form; only the places that its script would fill are filled.

use crate::feed::xml::{close, element, escape_into, open};
use crate::paths;
use crate::search::excerpt::Marked;
use crate::search::find::{Found, Hit};
use crate::search::query::Filter;
use crate::words::{SearchWords, Words, choose, fill};

/// What was asked, as the form shows it again.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The query as it was typed.
    pub query: &'a str,
    /// What confines it.
    pub filter: &'a Filter,
    /// The address of the results after these, if there may be any.
    pub next: Option<&'a str>,
}

/// The search page with what was found.
#[must_use]
pub fn filled(page: &str, asked: Asked<'_>, found: &Found) -> String {
    let tag = between(page, "<html lang=\"", "\"").unwrap_or_default();
    let words = choose(tag);
    let mut status = String::new();
    let count = match (found.hits.is_empty(), found.exact) {
        (true, _) => words.search.nothing.to_owned(),
        (false, true) => fill(words.search.found, "count", &found.count.to_string()),
        (false, false) => fill(words.search.found, "count", &format!("≈ {}", found.count)),
    };
    element(
        &mut status,
        "p",
        &[("id", "status"), ("role", "status")],
        &count,
    );
    let mut list = String::new();
    open(&mut list, "ol", &[("id", "results"), ("class", "lines")]);
    write_hits(&mut list, &found.hits, words);
    close(&mut list, "ol");
    let mut more = String::new();
    if let Some(next) = asked.next {
        open(&mut more, "p", &[]);
        element(
            &mut more,
            "a",
            &[("href", next), ("rel", "next")],
            words.search.more,
        );
        close(&mut more, "p");
    }
    with_form(page, asked, &words.search)
        .replacen("<p id=\"status\" role=\"status\"></p>", &status, 1)
        .replacen(
            "<ol id=\"results\" class=\"lines\"></ol>",
            &format!("{list}{more}"),
            1,
        )
}

/// The page with the form filled in as it was sent, and without the note that a script is needed.
fn with_form(page: &str, asked: Asked<'_>, words: &SearchWords) -> String {
    let mut note = String::new();
    element(&mut note, "p", &[("class", "notice")], words.no_script);
    let mut page = page.replacen(&format!("<noscript>{note}</noscript>\n"), "", 1);
    let Filter { source, from, to } = asked.filter;
    for (name, value) in [
        ("q", Some(asked.query)),
        ("from", from.as_deref()),
        ("to", to.as_deref()),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let field = format!("name=\"{name}\"");
            let mut filled = format!("{field} value=\"");
            escape_into(&mut filled, value);
            filled.push('"');
            page = page.replacen(&field, &filled, 1);
        }
    }
    if let Some(source) = source.as_deref().filter(|source| !source.is_empty()) {
        let mut option = String::new();
        open(&mut option, "option", &[("value", source)]);
        let chosen = option.replace('>', " selected>");
        page = page.replacen(&option, &chosen, 1);
    }
    page
}

fn write_hits(target: &mut String, hits: &[Hit], words: &Words) {
    let mut parts = false;
    for hit in hits {
        if hit.loose && !parts {
            element(target, "li", &[("class", "parts")], words.search.parts);
            parts = true;
        }
        write_hit(target, hit, words);
    }
}

fn write_hit(target: &mut String, hit: &Hit, words: &Words) {
    let language = hit.entry.3.as_str();
    let foreign = [("dir", "auto"), ("lang", language)];
    let foreign = if language.is_empty() {
        &foreign[..1]
    } else {
        &foreign
    };
    open(target, "li", &[]);
    open(target, "h3", foreign);
    open(target, "a", &[("href", &paths::encoded(&hit.entry.page()))]);
    write_marked(target, &hit.shown.title);
    close(target, "a");
    close(target, "h3");
    if !hit.shown.excerpt.text.is_empty() {
        open(target, "p", foreign);
        write_marked(target, &hit.shown.excerpt);
        close(target, "p");
    }
    open(target, "p", &[("class", "meta")]);
    if let Some(date) = hit.entry.date() {
        let shown = words.calendar.long(date);
        element(target, "time", &[("datetime", &date.to_string())], &shown);
    }
    target.push(' ');
    element(target, "bdi", &[], &hit.source);
    close(target, "p");
    close(target, "li");
}

fn write_marked(target: &mut String, marked: &Marked) {
    let mut place = 0;
    for mark in &marked.marks {
        escape_into(target, &marked.text[place..mark.start]);
        element(target, "mark", &[], &marked.text[mark.clone()]);
        place = mark.end;
    }
    escape_into(target, &marked.text[place..]);
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}
