//! The archive by date: which pages there are, and the pages of given days and months.
//!
//! Days are those of the edition's time zone; the index is asked for spans of time, and never for all of it.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use wirecopy_document::subject::SubjectKind;
use wirecopy_publish::paths;
use wirecopy_publish::site::dates::{
    Beside, DAY_ARTICLES, DAY_HEADLINES, DayOfMonth, DayPage, day_pages,
};

use crate::publishing::Press;
use crate::publishing::target::Target;

/// A day that an increment makes again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DayChange {
    /// Articles that were not on it before.
    pub(crate) added: u64,
    /// Articles that are not on it any more.
    pub(crate) removed: u64,
}

impl Press<'_> {
    /// The day on which something was published.
    pub(crate) fn day_of(&self, time: Timestamp) -> Date {
        time.to_zoned(self.edition.time_zone.clone()).date()
    }

    /// Every day, every month, and the list of months.
    pub(crate) fn write_all_dates(&self, target: &Target) -> Result<()> {
        let days = self.days_within(&(Timestamp::MIN..Timestamp::MAX))?;
        for (place, date) in days.iter().enumerate() {
            let beside = Beside {
                previous: place.checked_sub(1).map(|place| days[place]),
                next: days.get(place + 1).copied(),
            };
            self.write_day(target, *date, beside)?;
        }
        let months: BTreeSet<Date> = days.iter().map(|date| date.first_of_month()).collect();
        for month in months {
            self.write_month(target, month)?;
        }
        self.write_archive(target)
    }

    /// The days that changed, with those beside them where one came into being or went, and their months.
    pub(crate) fn write_dates<'d>(
        &self,
        target: &Target,
        changes: impl Iterator<Item = (&'d Date, &'d DayChange)>,
    ) -> Result<()> {
        let (mut days, mut months) = (BTreeSet::new(), BTreeSet::new());
        for (date, change) in changes {
            let articles = self.articles_of(*date)?;
            let former = (articles + change.removed).saturating_sub(change.added);
            days.insert(*date);
            months.insert(date.first_of_month());
            for page in day_pages(articles).max(1) + 1..=day_pages(former) {
                self.remove(target, &paths::day(*date, page))?;
            }
            if articles == 0 {
                self.remove(target, &paths::day(*date, 1))?;
            }
            if articles == 0 || former == 0 {
                let beside = self.days_beside(*date)?;
                let beside = [beside.previous, beside.next];
                days.extend(beside.iter().flatten());
                months.extend(beside.iter().flatten().map(|date| date.first_of_month()));
            }
        }
        for date in days {
            if self.articles_of(date)? > 0 {
                self.write_day(target, date, self.days_beside(date)?)?;
            }
        }
        for month in months {
            self.write_month(target, month)?;
        }
        self.write_archive(target)
    }

    fn write_day(&self, target: &Target, date: Date, beside: Beside) -> Result<()> {
        let times = times_of(&self.edition.time_zone, date, 1.day())?;
        let articles = self.catalogue.count_between(&times)?;
        for page in 1..=day_pages(articles) {
            let listings = self
                .catalogue
                .between(&times, ((page - 1) * DAY_ARTICLES, DAY_ARTICLES))?;
            let page = DayPage { page, articles };
            for site in self.sites() {
                target.put(&site.day(date, page, (&listings, beside))?)?;
            }
        }
        Ok(())
    }

    /// A month that has no articles any more has no page either.
    fn write_month(&self, target: &Target, month: Date) -> Result<()> {
        let times = times_of(&self.edition.time_zone, month, 1.month())?;
        let mut days = Vec::new();
        for date in self.days_within(&times)?.into_iter().rev() {
            let times = times_of(&self.edition.time_zone, date, 1.day())?;
            days.push(DayOfMonth {
                date,
                articles: self.catalogue.count_between(&times)?,
                first: self.catalogue.between(&times, (0, DAY_HEADLINES as u64))?,
            });
        }
        if days.is_empty() {
            return self.remove(target, &paths::month(month));
        }
        let beside = Beside {
            previous: self.day_before(times.start)?.map(Date::first_of_month),
            next: self.day_from(times.end)?.map(Date::first_of_month),
        };
        self.sites()
            .try_for_each(|site| target.put(&site.month(month, &days, beside)?))
    }

    /// The list of months with their counts, newest first.
    fn write_archive(&self, target: &Target) -> Result<()> {
        let mut months = Vec::new();
        let mut before = Timestamp::MAX;
        while let Some(date) = self.day_before(before)? {
            let month = date.first_of_month();
            let times = times_of(&self.edition.time_zone, month, 1.month())?;
            months.push((month, self.catalogue.count_between(&times)?));
            before = times.start;
        }
        let mut kinds = vec![SubjectKind::Tag, SubjectKind::Author];
        let mut problem = Ok(());
        kinds.retain(|kind| match self.catalogue.subjects(*kind, 1) {
            Ok(subjects) => !subjects.is_empty(),
            Err(error) => {
                problem = Err(error);
                false
            }
        });
        problem?;
        self.sites()
            .try_for_each(|site| target.put(&site.archive(&months, &kinds)?))
    }

    fn articles_of(&self, date: Date) -> Result<u64> {
        let times = times_of(&self.edition.time_zone, date, 1.day())?;
        self.catalogue.count_between(&times)
    }

    fn days_beside(&self, date: Date) -> Result<Beside> {
        let times = times_of(&self.edition.time_zone, date, 1.day())?;
        Ok(Beside {
            previous: self.day_before(times.start)?,
            next: self.day_from(times.end)?,
        })
    }

    pub(crate) fn day_before(&self, time: Timestamp) -> Result<Option<Date>> {
        let last = self.catalogue.last_before(time)?;
        Ok(last.map(|time| self.day_of(time)))
    }

    pub(crate) fn day_from(&self, time: Timestamp) -> Result<Option<Date>> {
        let first = self.catalogue.first_from(time)?;
        Ok(first.map(|time| self.day_of(time)))
    }

    /// The days of a span that have articles, oldest first: one search of the index for each.
    pub(crate) fn days_within(&self, times: &Range<Timestamp>) -> Result<Vec<Date>> {
        let mut days = Vec::new();
        let mut from = times.start;
        while let Some(date) = self.day_from(from)? {
            let day = times_of(&self.edition.time_zone, date, 1.day())?;
            if day.start >= times.end {
                break;
            }
            days.push(date);
            from = day.end;
        }
        Ok(days)
    }
}

/// From the first moment of a date to that of the date after the span.
pub(crate) fn times_of(zone: &TimeZone, date: Date, span: jiff::Span) -> Result<Range<Timestamp>> {
    let start = date.to_zoned(zone.clone())?.timestamp();
    // The last days of time have no end.
    let end = date
        .checked_add(span)
        .and_then(|date| date.to_zoned(zone.clone()));
    Ok(start..end.map_or(Timestamp::MAX, |end| end.timestamp()))
}
