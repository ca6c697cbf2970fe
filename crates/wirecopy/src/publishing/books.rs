//! The books that stand beside the site: those of the days and sources that changed, their weeks, and the lists of the
//! catalogue that name them.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::Result;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use url::Url;
use wirecopy_document::document::Document;
use wirecopy_publish::book::opds::{self, Shelf, Shelved};
use wirecopy_publish::book::opds2;
use wirecopy_publish::book::pictures::BookPictures;
use wirecopy_publish::book::{self, BOOK_ARTICLES, BookKind, SOURCE_BOOK_ARTICLES, Scope, monday};
use wirecopy_publish::edition::{Edition, Listing, OutputFile};
use wirecopy_publish::paths;
use wirecopy_publish::site::Site;
use wirecopy_publish::site::books::{Books, DAYS_SHOWN, WEEKS_SHOWN};
use wirecopy_publish::site::templates::Templates;

use crate::publishing::catalogue::Catalogue;
use crate::publishing::dates::times_of;
use crate::publishing::records::Records;
use crate::publishing::target::Target;
use crate::publishing::{Holding, Press};

/// Bytes that the pictures of a book take at most, together: what a reading device takes over a slow line in the end.
const BOOK_PICTURES: usize = 10_000_000;

/// The form of a book that is made by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookForm {
    /// EPUB 3.
    Epub,
    /// One HTML file.
    Page,
}

/// A book of what the archive holds, with how many articles; `None` where there are none. A book of more than `limit`
/// articles holds the newest.
///
/// # Errors
///
/// When archive or index cannot be read.
pub fn book(
    records: Records<'_>,
    edition: &Edition,
    (scope, form): (&Scope, BookForm),
    limit: usize,
) -> Result<Option<(OutputFile, usize)>> {
    let entries = entries(&Catalogue::new(records), edition, scope, limit)?;
    if entries.is_empty() {
        return Ok(None);
    }
    let file = match form {
        BookForm::Epub => book::epub(edition, scope, &entries, &BookPictures::none())?,
        BookForm::Page => {
            let templates = Templates::replacing(&edition.theme.templates)?;
            Site::new(edition, templates).single(scope, &entries)?
        }
    };
    Ok(Some((file, entries.len())))
}

/// The articles of a book in its order. Those that cannot be read are left out; their pages are told of.
fn entries(
    catalogue: &Catalogue<'_>,
    edition: &Edition,
    scope: &Scope,
    limit: usize,
) -> Result<Vec<(Listing, Document)>> {
    let listings = match scope {
        Scope::Source(source) => catalogue.newest(Some(&source.slug), limit)?,
        Scope::Day(_) | Scope::Week(_) => {
            let times = times(edition, scope)?;
            let before = catalogue
                .count_between(&times)?
                .saturating_sub(limit as u64);
            catalogue.between(&times, (before, limit as u64))?
        }
    };
    catalogue.documents(&listings)
}

/// When the articles of a day's or week's book were published; always for a source.
fn times(edition: &Edition, scope: &Scope) -> Result<Range<Timestamp>> {
    match scope {
        Scope::Day(date) => times_of(&edition.time_zone, *date, 1.day()),
        Scope::Week(monday) => times_of(&edition.time_zone, *monday, 1.week()),
        Scope::Source(_) => Ok(Timestamp::MIN..Timestamp::MAX),
    }
}

impl Press<'_> {
    /// Every book and the whole catalogue.
    pub(crate) fn write_all_books(&self, target: &Target) -> Result<()> {
        if self.edition.books.is_empty() {
            return Ok(());
        }
        let days = self.days_within(&(Timestamp::MIN..Timestamp::MAX))?;
        let sources = self.holdings.iter().collect::<Vec<_>>();
        self.write_books(target, &days, &sources)
    }

    /// The books of these days and of their weeks, those of these sources, and what names them.
    pub(crate) fn write_books(
        &self,
        target: &Target,
        days: &[Date],
        sources: &[&Holding],
    ) -> Result<()> {
        if self.edition.books.is_empty() {
            return Ok(());
        }
        let mut shelves = BTreeSet::from([Shelf::Sources]);
        let mut scopes = Vec::new();
        for date in days {
            scopes.push(Scope::Day(*date));
            shelves.insert(Shelf::of_day(*date));
        }
        for monday in days
            .iter()
            .map(|date| monday(*date))
            .collect::<BTreeSet<_>>()
        {
            scopes.push(Scope::Week(monday));
            shelves.insert(Shelf::of_week(monday));
        }
        let sources = sources
            .iter()
            .map(|holding| Scope::Source(holding.source.clone()));
        scopes.extend(sources);
        for scope in &scopes {
            self.write_book(target, scope)?;
        }
        for shelf in shelves {
            self.write_shelf(target, shelf)?;
        }
        self.write_catalogue(target)
    }

    /// The files of a book; without articles there are none.
    fn write_book(&self, target: &Target, scope: &Scope) -> Result<()> {
        let (epub, page) = self.forms(scope);
        if !epub && !page {
            return Ok(());
        }
        let limit = match scope {
            Scope::Source(_) => SOURCE_BOOK_ARTICLES,
            Scope::Day(_) | Scope::Week(_) => BOOK_ARTICLES,
        };
        let entries = entries(self.catalogue, self.edition, scope, limit)?;
        if entries.is_empty() {
            target.remove(&paths::book(scope))?;
            target.remove(&paths::publication(scope))?;
            return target.remove(&paths::single(scope));
        }
        if epub {
            let find = |address: &Url| self.gallery?.held(address);
            let pictures = BookPictures {
                find: &find,
                budget: BOOK_PICTURES,
            };
            target.put(&book::epub(self.edition, scope, &entries, &pictures)?)?;
        }
        target.put(&opds2::book(self.edition, &self.one_shelved(scope)?))?;
        if page {
            target.put(&self.site.single(scope, &entries)?)?;
        }
        Ok(())
    }

    /// Whether the edition has a scope as an EPUB, and as a page.
    fn forms(&self, scope: &Scope) -> (bool, bool) {
        let has = |kind| self.edition.books.contains(&kind);
        match scope {
            Scope::Day(_) => (has(BookKind::Day), has(BookKind::Page)),
            Scope::Week(_) => (has(BookKind::Week), false),
            Scope::Source(_) => (has(BookKind::Source), false),
        }
    }

    /// A list of the catalogue; without books there is none.
    fn write_shelf(&self, target: &Target, shelf: Shelf) -> Result<()> {
        let times = self.times_of_shelf(shelf)?;
        let books = match shelf {
            Shelf::Sources => self.source_books()?,
            Shelf::Days(_) => {
                let days = self.days_within(&times)?;
                self.shelved(days.into_iter().rev().map(Scope::Day))?
            }
            Shelf::Weeks(_) => {
                let days = self.days_within(&times)?;
                let weeks: BTreeSet<Date> = days.into_iter().map(monday).collect();
                self.shelved(weeks.into_iter().rev().map(Scope::Week))?
            }
        };
        if books.is_empty() || !self.has(shelf) {
            target.remove(&paths::shelf_2(shelf))?;
            return target.remove(&paths::shelf(shelf));
        }
        target.put(&opds2::shelf(self.edition, shelf, &books))?;
        target.put(&opds::shelf(self.edition, shelf, &books))
    }

    /// The first list of the catalogue and the page of the books.
    fn write_catalogue(&self, target: &Target) -> Result<()> {
        let mut shelves = Vec::new();
        for shelf in self
            .candidates()?
            .into_iter()
            .filter(|shelf| self.has(*shelf))
        {
            let times = self.times_of_shelf(shelf)?;
            let archived = self.catalogue.last_archived_between(&times)?;
            shelves.extend(archived.map(|archived| (shelf, archived)));
        }
        target.put(&opds2::cover())?;
        target.put(&opds2::catalogue(self.edition, &shelves))?;
        target.put(&opds::catalogue(self.edition, &shelves))?;
        let days = |has| if has { DAYS_SHOWN } else { 0 };
        let weeks = |has| if has { WEEKS_SHOWN } else { 0 };
        let sources = if self.has(Shelf::Sources) {
            self.source_books()?
        } else {
            Vec::new()
        };
        let books = Books {
            days: self.newest_books(days(self.has(Shelf::Days(0))), Scope::Day)?,
            weeks: self.newest_books(weeks(self.has(Shelf::Weeks(0))), |day| {
                Scope::Week(monday(day))
            })?,
            sources,
        };
        target.put(&self.site.books(&books)?)
    }

    /// Whether the edition has the books of a list.
    fn has(&self, shelf: Shelf) -> bool {
        let kinds: &[BookKind] = match shelf {
            Shelf::Days(_) => &[BookKind::Day, BookKind::Page],
            Shelf::Weeks(_) => &[BookKind::Week],
            Shelf::Sources => &[BookKind::Source],
        };
        kinds.iter().any(|kind| self.edition.books.contains(kind))
    }

    /// The lists that there may be, the newest first of each kind. A week can belong to another year than its days.
    fn candidates(&self) -> Result<Vec<Shelf>> {
        let mut years = BTreeSet::new();
        let mut from = Timestamp::MIN;
        while let Some(date) = self.day_from(from)? {
            years.insert(date.year());
            from = self.times_of_shelf(Shelf::of_day(date))?.end;
        }
        let weeks: BTreeSet<i16> = years
            .iter()
            .flat_map(|year| [year - 1, *year, year + 1])
            .collect();
        let days = years.into_iter().rev().map(Shelf::Days);
        let weeks = weeks.into_iter().rev().map(Shelf::Weeks);
        Ok(std::iter::once(Shelf::Sources)
            .chain(days)
            .chain(weeks)
            .collect())
    }

    /// When the articles of a list's books were published. Week 1 holds the fourth of January (ISO 8601).
    fn times_of_shelf(&self, shelf: Shelf) -> Result<Range<Timestamp>> {
        let start = |date: Date| {
            Ok::<_, anyhow::Error>(times_of(&self.edition.time_zone, date, 1.day())?.start)
        };
        let Ok(range) = (match shelf {
            Shelf::Sources => return Ok(Timestamp::MIN..Timestamp::MAX),
            Shelf::Days(year) => year_from(year, |year| Date::new(year, 1, 1)),
            Shelf::Weeks(year) => year_from(year, |year| Ok(monday(Date::new(year, 1, 4)?))),
        }) else {
            // The first and last years of time are of no newspaper.
            return Ok(Timestamp::MAX..Timestamp::MAX);
        };
        Ok(start(range.start)?..start(range.end)?)
    }

    fn source_books(&self) -> Result<Vec<Shelved>> {
        let holdings = self.holdings.iter().filter(|holding| holding.articles > 0);
        holdings.map(|holding| self.source_book(holding)).collect()
    }

    fn source_book(&self, holding: &Holding) -> Result<Shelved> {
        let archived = self.catalogue.last_archived(&holding.source.slug)?;
        Ok(Shelved {
            scope: Scope::Source(holding.source.clone()),
            articles: holding.articles.min(SOURCE_BOOK_ARTICLES as u64),
            updated: archived.unwrap_or(Timestamp::UNIX_EPOCH),
        })
    }

    /// What the catalogue tells of one book.
    fn one_shelved(&self, scope: &Scope) -> Result<Shelved> {
        match scope {
            Scope::Source(source) => self.source_book(self.holding(&source.slug)?),
            Scope::Day(_) | Scope::Week(_) => self.time_book(scope.clone()),
        }
    }

    fn shelved(&self, scopes: impl Iterator<Item = Scope>) -> Result<Vec<Shelved>> {
        scopes.map(|scope| self.time_book(scope)).collect()
    }

    fn time_book(&self, scope: Scope) -> Result<Shelved> {
        let times = times(self.edition, &scope)?;
        let archived = self.catalogue.last_archived_between(&times)?;
        Ok(Shelved {
            articles: self
                .catalogue
                .count_between(&times)?
                .min(BOOK_ARTICLES as u64),
            updated: archived.unwrap_or(Timestamp::UNIX_EPOCH),
            scope,
        })
    }

    /// The books of the newest days, each once.
    fn newest_books(&self, limit: usize, of: impl Fn(Date) -> Scope) -> Result<Vec<Shelved>> {
        let mut scopes: Vec<Scope> = Vec::new();
        let mut before = Timestamp::MAX;
        while scopes.len() < limit
            && let Some(date) = self.day_before(before)?
        {
            let scope = of(date);
            before = times(self.edition, &scope)?.start;
            scopes.push(scope);
        }
        self.shelved(scopes.into_iter())
    }
}

fn year_from(
    year: i16,
    first: impl Fn(i16) -> Result<Date, jiff::Error>,
) -> Result<Range<Date>, jiff::Error> {
    Ok(first(year)?..first(year.saturating_add(1))?)
}
