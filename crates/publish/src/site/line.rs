//! One article as lists show it, and a day of them.

use jiff::civil::Date;
use minijinja::Value;
use serde::Serialize;

use crate::display::{direction, one_line, shortened, title};
use crate::edition::Listing;
use crate::paths;
use crate::site::Site;
use crate::site::overview::Link;
use crate::site::templates::write_attribute;

/// Longest summary in a list, in characters: three lines of Latin text.
const SUMMARY_CHARACTERS: usize = 220;

/// One article in a list.
#[derive(Serialize)]
pub(crate) struct Line {
    href: String,
    title: String,
    tongue: Tongue,
    /// Shown where a list holds several sources.
    source: Option<SourceLink>,
    exact: String,
    time: String,
    summary: Option<String>,
    /// The words for it, if it was withdrawn.
    withdrawn: Option<&'static str>,
}

/// The `lang` and `dir` of foreign text, where they differ from the page's.
#[derive(Serialize)]
pub(crate) struct Tongue {
    lang: Option<String>,
    dir: Option<&'static str>,
    /// Safe: both as attributes, since nearly every line of every list has them.
    marks: Value,
}

impl Tongue {
    fn new(lang: Option<String>, dir: Option<&'static str>) -> Tongue {
        let mut marks = String::new();
        for (name, value) in [("lang", lang.as_deref()), ("dir", dir)] {
            if let Some(value) = value {
                write_attribute(&mut marks, name, value);
            }
        }
        Tongue {
            lang,
            dir,
            marks: Value::from_safe_string(marks),
        }
    }
}

#[derive(Serialize)]
struct SourceLink {
    href: String,
    name: String,
}

/// The articles of one day, newest first.
#[derive(Serialize)]
pub(crate) struct Day {
    date: String,
    heading: String,
    /// All articles of the day; absent on the day's own page.
    pub(crate) href: Option<String>,
    lines: Vec<Line>,
    /// The way to those that are not shown.
    pub(crate) more: Option<Link>,
}

/// What a list shows beside title and time.
#[derive(Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) source: bool,
    pub(crate) summaries: usize,
}

impl Site<'_> {
    /// Listings, newest first, as days. The first `columns.summaries` lines carry their summary.
    pub(crate) fn days(&self, path: &str, listings: &[Listing], columns: Columns) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        for (place, listing) in listings.iter().enumerate() {
            let date = self.date(listing);
            let rest = columns.summaries.saturating_sub(place);
            let line = self.line(
                path,
                listing,
                Columns {
                    summaries: rest,
                    ..columns
                },
            );
            let iso = date.to_string();
            match days.last_mut() {
                Some(day) if day.date == iso => day.lines.push(line),
                _ => days.push(Day {
                    heading: self.words.calendar.long(date),
                    href: Some(paths::link(path, &paths::day(date, 1))),
                    date: iso,
                    lines: vec![line],
                    more: None,
                }),
            }
        }
        days
    }

    fn line(&self, path: &str, listing: &Listing, columns: Columns) -> Line {
        let time = listing.published.to_zoned(self.edition.time_zone.clone());
        let summary = listing.summary.as_deref().filter(|_| columns.summaries > 0);
        Line {
            href: self.article_link(path, listing),
            title: title(&self.edition.text_of(listing, &listing.title), &listing.url),
            tongue: self.tongue(self.language_of(listing).as_deref()),
            source: columns.source.then(|| SourceLink {
                href: paths::link(path, &paths::source(&listing.source)),
                name: one_line(self.edition.source_name(&listing.source)).into_owned(),
            }),
            exact: listing.published.strftime("%Y-%m-%dT%H:%MZ").to_string(),
            time: time.strftime("%H:%M").to_string(),
            summary: summary
                .map(|text| shortened(&self.edition.text_of(listing, text), SUMMARY_CHARACTERS))
                .filter(|text| !text.is_empty()),
            withdrawn: listing.withdrawn.map(|_| self.words.article.withdrawn),
        }
    }

    pub(crate) fn date(&self, listing: &Listing) -> Date {
        listing
            .published
            .to_zoned(self.edition.time_zone.clone())
            .date()
    }

    /// The language that an article is shown in.
    pub(crate) fn language_of(&self, listing: &Listing) -> Option<String> {
        self.edition.language_of(listing)
    }

    pub(crate) fn tongue(&self, language: Option<&str>) -> Tongue {
        let dir = direction(language);
        let lang = language.filter(|language| *language != self.words.tag);
        let dir = (dir != self.words.direction).then_some(dir);
        Tongue::new(lang.map(str::to_owned), dir)
    }
}
