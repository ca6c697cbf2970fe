//! Submitted pages: `title[ by author]`, a rule, a date perhaps, and Markdown.
//!
//! The file does not tell the page's address, so the article is known by the file's own path, as
//! a URN; a first line that is nothing but a link is taken for the address.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use super::{Foreign, ForeignError, Form, markdown, source_of_path};

/// Reads an answer.
pub(super) fn read(path: &str, text: &str) -> Result<Foreign, ForeignError> {
    let (head, rest) = text
        .trim_start()
        .split_once('\n')
        .ok_or(ForeignError::NotAnArticle)?;
    let (rule, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let head = head.trim().trim_start_matches("# ");
    let is_rule = rule.trim_end().len() >= 3 && rule.trim_end().bytes().all(|byte| byte == b'-');
    if head.is_empty() || !is_rule || head.starts_with('<') {
        return Err(ForeignError::NotAnArticle);
    }
    let (title, author) = match head.rsplit_once(" by ") {
        Some((title, author)) => (title, Some(author.trim().to_owned())),
        None => (head, None),
    };
    let (day, rest) = dated(rest);
    let (address, rest) = addressed(rest);
    let published = day.and_then(|day| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp()));
    Ok(Foreign {
        form: Form::Submitted,
        published,
        title: title.trim().to_owned(),
        url: match address {
            Some(address) => address,
            None => urn(path).ok_or(ForeignError::NoUrl)?,
        },
        source: source_of_path(path).or_else(|| Some("submitted".to_owned())),
        authors: author.into_iter().collect(),
        body_html: markdown::to_html(rest),
        repairs: Vec::new(),
    })
}

/// The date in a first line `**YYYY-MM-DD**`, and what follows.
fn dated(text: &str) -> (Option<Date>, &str) {
    let text = text.trim_start();
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let date = line
        .trim()
        .strip_prefix("**")
        .and_then(|line| line.strip_suffix("**"));
    match date.and_then(|date| date.trim().parse().ok()) {
        Some(date) => (Some(date), rest),
        None => (None, text),
    }
}

/// The address in a first line that holds nothing else, and what follows.
fn addressed(text: &str) -> (Option<Url>, &str) {
    let text = text.trim_start();
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim().trim_start_matches('<').trim_end_matches('>');
    let bare = line.starts_with("http") && !line.contains(char::is_whitespace);
    match Url::parse(line).ok().filter(|_| bare) {
        Some(url) => (Some(url), rest),
        None => (None, text),
    }
}

/// A file's path as an address.
fn urn(path: &str) -> Option<Url> {
    let mut url = Url::parse("file:///").ok()?;
    url.set_path(path);
    Url::parse(&format!(
        "urn:x-submitted:{}",
        url.path().trim_start_matches('/')
    ))
    .ok()
}
