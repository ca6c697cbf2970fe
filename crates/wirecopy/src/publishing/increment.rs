//! What changed, and only the pages that show it: the articles and their neighbours, the numbered pages that hold them,
//! their sources' front pages and feeds, their days and subjects, and the overview.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use wirecopy_document::document::{Header, read_header};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::subject::{Subject, subjects};
use wirecopy_publish::edition::Listing;
use wirecopy_publish::site::{numbers_of, page_of};

use crate::images::renditions::Changes;
use crate::publishing::catalogue::Heads;
use crate::publishing::dates::DayChange;
use crate::publishing::feeds::archive_of;
use crate::publishing::generation::{Generations, State};
use crate::publishing::pages::{self, Job};
use crate::publishing::subjects::SubjectChanges;
use crate::publishing::target::{Account, Target};
use crate::publishing::{Holding, Press, Published};

/// What an increment starts from.
#[derive(Clone, Copy)]
pub(crate) struct Base<'a> {
    /// The current generation.
    pub(crate) directory: &'a Path,
    /// What it shows.
    pub(crate) former: &'a State,
    /// The articles that came or changed since, or show a picture that did.
    pub(crate) changed: &'a [DocumentId],
    /// The pictures that did.
    pub(crate) pictures: &'a Changes,
}

/// What is made again.
#[derive(Default)]
struct Affected {
    sources: BTreeMap<String, AffectedSource>,
    days: BTreeMap<Date, DayChange>,
    subjects: SubjectChanges,
    /// The archive documents of the feed of all that hold a changed article.
    archives: BTreeSet<u64>,
}

/// The numbers of the articles whose pages are made again, and the numbered pages that are.
#[derive(Default)]
struct AffectedSource {
    articles: BTreeSet<u64>,
    pages: BTreeSet<u64>,
    /// The archive documents of its feed that hold a changed article.
    archives: BTreeSet<u64>,
}

/// Stages what the changed articles affect, and shows it. Nothing is visible before all of it is on the disk.
pub(crate) fn publish(
    press: &Press<'_>,
    generations: &Generations,
    base: Base<'_>,
    state: State,
) -> Result<Published> {
    let directory = base.directory;
    let affected = affected(press, base)?;
    let target = Target::staged(directory, generations.stage(directory)?, press.precompress);
    let staged = stage(press, &target, (&affected, base.pictures)).and_then(|problems| {
        if press.edition.search {
            press.update_search(&target, base)?;
            press.write_searches(&target)?;
        }
        Ok(problems)
    });
    if staged.is_err() {
        generations.unstage(directory)?;
    }
    let problems = staged?;
    let Account {
        written,
        unchanged,
        overweight,
        feeds,
    } = target.account();
    generations.commit(directory, target.into_changes(), state)?;
    Ok(Published {
        whole: false,
        written,
        unchanged,
        overweight,
        feeds,
        problems,
    })
}

/// Pictures first, then article pages, then the lists that name them: the order in which they will appear.
fn stage(
    press: &Press<'_>,
    target: &Target,
    (affected, pictures): (&Affected, &Changes),
) -> Result<Vec<String>> {
    press.write_changed_pictures(target, pictures)?;
    let sources = &affected.sources;
    let total = sources
        .values()
        .map(|affected| affected.articles.len() as u64)
        .sum();
    let problems = pages::write(press, target, Some(total), |writer| {
        for (slug, affected) in sources {
            for number in &affected.articles {
                if let Some(job) = job(press, slug, *number)? {
                    writer.page(job)?;
                }
            }
        }
        Ok(())
    })?;
    for (slug, affected) in sources {
        let holding = press.holding(slug)?;
        write_pages(press, target, holding, &affected.pages)?;
        press.write_source(target, holding, &affected.archives)?;
    }
    press.write_subjects(target, &affected.subjects)?;
    press.write_dates(target, affected.days.iter())?;
    write_books(press, target, affected)?;
    press.write_overview(target, &affected.archives)?;
    Ok(problems)
}

fn write_books(press: &Press<'_>, target: &Target, affected: &Affected) -> Result<()> {
    let days: Vec<Date> = affected.days.keys().copied().collect();
    let sources = affected.sources.keys().map(|slug| press.holding(slug));
    press.write_books(target, &days, &sources.collect::<Result<Vec<_>>>()?)
}

/// An article is on its own page, on its neighbours', on those of the same story, on its numbered page, and in the
/// lists of its day and subjects: where it is now and where it was. One that begins a numbered page gives the one
/// before it a link to it.
fn affected(press: &Press<'_>, base: Base<'_>) -> Result<Affected> {
    let mut affected = Affected::default();
    for id in base.changed {
        let Some(listing) = press.catalogue.listing(*id)? else {
            continue;
        };
        let (former, now) = headers(press, &listing, &base.former.volumes)?;
        note_days(press, &mut affected.days, former.as_ref(), &listing);
        let subjects = (subjects_of(former.as_ref()), subjects_of(now.as_ref()));
        press.note_subjects(&mut affected.subjects, *id, (&subjects.0, &subjects.1))?;
        for other in press.shown_with(&listing, former.as_ref())? {
            let of_source = affected.sources.entry(other.source).or_default();
            of_source.articles.insert(other.number);
        }
        let number = listing.number;
        if press.edition.feed_archives {
            let ordinal = press.catalogue.ordinal(&listing, press.articles())?;
            affected.archives.insert(archive_of(ordinal + 1));
        }
        let of_source = affected.sources.entry(listing.source).or_default();
        let around = [number.saturating_sub(1), number, number + 1];
        of_source.archives.insert(archive_of(number));
        of_source
            .articles
            .extend(around.into_iter().filter(|number| *number > 0));
        of_source
            .pages
            .extend([page_of(number), page_of(number.saturating_sub(1))]);
    }
    Ok(affected)
}

/// What the document's file says now, and what it said when the site last showed it.
fn headers(
    press: &Press<'_>,
    listing: &Listing,
    former: &Heads,
) -> Result<(Option<Header>, Option<Header>)> {
    let former = press.catalogue.former(listing, former)?;
    let now = press.catalogue.read(listing)?;
    // One that was unreadable was on no page.
    let former = former.and_then(|bytes| read_header(&bytes).ok());
    Ok((former, read_header(&now).ok()))
}

fn subjects_of(header: Option<&Header>) -> Vec<Subject> {
    header.map_or_else(Vec::new, |header| subjects(&header.trailer))
}

fn note_days(
    press: &Press<'_>,
    days: &mut BTreeMap<Date, DayChange>,
    former: Option<&Header>,
    now: &Listing,
) {
    let before = former.map(|header| press.day_of(header.published));
    let after = press.day_of(now.published);
    days.entry(after).or_default().added += u64::from(before != Some(after));
    if let Some(before) = before.filter(|before| *before != after) {
        days.entry(before).or_default().removed += 1;
    }
}

fn job(press: &Press<'_>, slug: &str, number: u64) -> Result<Option<Job>> {
    let around = press
        .catalogue
        .numbered(slug, number.saturating_sub(1).max(1)..number + 2)?;
    let at = |wanted: u64| {
        around
            .iter()
            .find(|listing| listing.number == wanted)
            .cloned()
    };
    Ok(at(number).map(|listing: Listing| Job {
        listing,
        previous: at(number.wrapping_sub(1)),
        next: at(number + 1),
    }))
}

fn write_pages(
    press: &Press<'_>,
    target: &Target,
    holding: &Holding,
    pages: &BTreeSet<u64>,
) -> Result<()> {
    for page in pages {
        let listings = press
            .catalogue
            .numbered(&holding.source.slug, numbers_of(*page))?;
        press.write_source_page(target, (holding, *page), &listings)?;
    }
    Ok(())
}
