//! The archive by date of publication: every month, a month by day, a day in full.
//!
//! A day that is over changes only when an article of that day comes late, and then alone. A day reads from its
//! beginning, so that the pages of a long one fill up and stay.

use jiff::civil::Date;
use serde::Serialize;

use crate::book::Scope;
use crate::edition::{Listing, OutputFile};
use crate::paths;
use crate::site::Site;
use crate::site::frame::{Frame, Place};
use crate::site::line::{Columns, Day};
use crate::site::overview::Link;
use crate::site::templates::{Name, TemplateError};
use crate::words::fill;

/// How many articles a page of a day holds; 300 lines are some 20 kB compressed.
pub const DAY_ARTICLES: u64 = 300;
/// How many articles of each day a month shows.
pub const DAY_HEADLINES: usize = 5;

/// A day as its month shows it.
#[derive(Clone, Debug)]
pub struct DayOfMonth {
    /// Which day.
    pub date: Date,
    /// How many articles were published on it.
    pub articles: u64,
    /// Its first articles, at most [`DAY_HEADLINES`].
    pub first: Vec<Listing>,
}

/// What stands before and after a day or month, of those that have articles.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    /// The one before.
    pub previous: Option<Date>,
    /// The one after.
    pub next: Option<Date>,
}

/// The place of a page among those of its day.
#[derive(Clone, Copy, Debug)]
pub struct DayPage {
    /// Which page, from 1.
    pub page: u64,
    /// How many articles the day has.
    pub articles: u64,
}

#[derive(Serialize)]
struct ArchivePage<'a> {
    frame: Frame<'a>,
    subjects: Vec<Link>,
    years: Vec<Year>,
}

#[derive(Serialize)]
struct Year {
    year: i16,
    months: Vec<Month>,
}

#[derive(Serialize)]
struct Month {
    href: String,
    name: String,
    articles: u64,
}

#[derive(Serialize)]
struct DatePage<'a> {
    frame: Frame<'a>,
    parent: Link,
    heading: String,
    articles: u64,
    days: Vec<Day>,
    pages: Vec<Link>,
    /// The page that is shown, from 1.
    page: u64,
    /// The day as a book.
    books: Vec<Link>,
    previous: Option<Link>,
    next: Option<Link>,
}

/// The pages that a day of so many articles has.
#[must_use]
pub fn day_pages(articles: u64) -> u64 {
    articles.div_ceil(DAY_ARTICLES).max(1)
}

impl Site<'_> {
    /// Every month with its number of articles, newest first, and the lists of subjects that there are.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn archive(
        &self,
        months: &[(Date, u64)],
        subjects: &[wirecopy_document::subject::SubjectKind],
    ) -> Result<OutputFile, TemplateError> {
        let path = paths::ARCHIVE;
        let mut frame = self.frame(path, self.words.navigation.archive, None);
        frame.place = Place::Archive;
        let mut years: Vec<Year> = Vec::new();
        for (date, articles) in months {
            let month = Month {
                href: paths::link(path, &paths::month(*date)),
                name: self.words.calendar.month(*date),
                articles: *articles,
            };
            match years.last_mut() {
                Some(year) if year.year == date.year() => year.months.push(month),
                _ => years.push(Year {
                    year: date.year(),
                    months: vec![month],
                }),
            }
        }
        let subjects = subjects.iter().map(|kind| Link {
            href: paths::link(path, &paths::subjects(*kind)),
            text: self.subjects_name(*kind).to_owned(),
        });
        let page = ArchivePage {
            frame,
            subjects: subjects.collect(),
            years,
        };
        self.render(Name::Archive, path.to_owned(), &page)
    }

    /// A month: each day with the first of its articles, newest day first.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn month(
        &self,
        month: Date,
        days: &[DayOfMonth],
        beside: Beside,
    ) -> Result<OutputFile, TemplateError> {
        let path = paths::month(month);
        let heading = self.words.calendar.month(month);
        let shown = days.iter().map(|day| {
            let more = (day.articles > day.first.len() as u64).then(|| Link {
                href: paths::link(&path, &paths::day(day.date, 1)),
                text: fill(
                    self.words.navigation.all_of_day,
                    "count",
                    &day.articles.to_string(),
                ),
            });
            let mut shown = self.days(&path, &day.first, COLUMNS);
            if let Some(last) = shown.last_mut() {
                last.more = more;
            }
            shown
        });
        let page = DatePage {
            frame: self.frame(&path, &heading, None),
            parent: Link {
                href: paths::link(&path, paths::ARCHIVE),
                text: self.words.navigation.archive.to_owned(),
            },
            heading,
            articles: days.iter().map(|day| day.articles).sum(),
            days: shown.flatten().collect(),
            pages: Vec::new(),
            page: 1,
            books: Vec::new(),
            previous: self.month_link(&path, beside.previous),
            next: self.month_link(&path, beside.next),
        };
        self.render(Name::Date, path.clone(), &page)
    }

    /// A page of a day: [`DAY_ARTICLES`] of its articles, oldest first.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn day(
        &self,
        date: Date,
        DayPage { page, articles }: DayPage,
        (listings, beside): (&[Listing], Beside),
    ) -> Result<OutputFile, TemplateError> {
        let path = paths::day(date, page);
        let heading = self.words.calendar.long(date);
        let mut days = self.days(&path, listings, COLUMNS);
        for day in &mut days {
            day.href = None;
        }
        let pages = (1..=day_pages(articles)).map(|page| Link {
            href: paths::link(&path, &paths::day(date, page)),
            text: page.to_string(),
        });
        let day = DatePage {
            frame: self.frame(&path, &heading, None),
            parent: Link {
                href: paths::link(&path, &paths::month(date)),
                text: self.words.calendar.month(date),
            },
            heading,
            articles,
            days,
            pages: pages.collect(),
            page,
            books: self.book_links(&path, &Scope::Day(date)),
            previous: self.day_link(&path, beside.previous),
            next: self.day_link(&path, beside.next),
        };
        self.render(Name::Date, path.clone(), &day)
    }

    fn month_link(&self, from: &str, month: Option<Date>) -> Option<Link> {
        month.map(|month| Link {
            href: paths::link(from, &paths::month(month)),
            text: self.words.calendar.month(month),
        })
    }

    fn day_link(&self, from: &str, date: Option<Date>) -> Option<Link> {
        date.map(|date| Link {
            href: paths::link(from, &paths::day(date, 1)),
            text: self.words.calendar.long(date),
        })
    }
}

const COLUMNS: Columns = Columns {
    source: true,
    summaries: 0,
};
