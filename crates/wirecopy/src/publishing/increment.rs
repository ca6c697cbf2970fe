//! What changed, and only the pages that show it: the articles and their neighbours, the numbered pages that hold them,
//! their sources' front pages and feeds, and the overview.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use wirecopy_document::identity::DocumentId;
use wirecopy_publish::edition::Listing;
use wirecopy_publish::site::{numbers_of, page_of};

use crate::publishing::generation::{Generations, State};
use crate::publishing::overview::summary;
use crate::publishing::pages::{self, Job};
use crate::publishing::target::Target;
use crate::publishing::{Holding, Press, Published};

/// The numbers of the articles whose pages are made again, by source, and the numbered pages that are.
#[derive(Default)]
struct Affected {
    articles: BTreeSet<u64>,
    pages: BTreeSet<u64>,
}

/// Stages what the changed articles affect, and shows it. Nothing is visible before all of it is on the disk.
pub(crate) fn publish(
    press: &Press<'_>,
    generations: &Generations,
    (directory, state): (&Path, State),
    changed: &[DocumentId],
) -> Result<Published> {
    let affected = affected(press, changed)?;
    let target = Target::staged(directory, generations.stage(directory)?, press.precompress);
    let staged = stage(press, &target, &affected);
    if staged.is_err() {
        generations.unstage(directory)?;
    }
    let problems = staged?;
    let (written, unchanged) = target.counts();
    generations.commit(directory, target.into_paths(), state)?;
    Ok(Published {
        whole: false,
        written,
        unchanged,
        problems,
    })
}

/// Article pages first, then the lists that name them: the order in which they will appear.
fn stage(
    press: &Press<'_>,
    target: &Target,
    affected: &BTreeMap<String, Affected>,
) -> Result<Vec<String>> {
    let total = affected
        .values()
        .map(|affected| affected.articles.len() as u64)
        .sum();
    let problems = pages::write(press, target, Some(total), |writer| {
        for (slug, affected) in affected {
            for number in &affected.articles {
                if let Some(job) = job(press, slug, *number)? {
                    writer.page(job)?;
                }
            }
        }
        Ok(())
    })?;
    for (slug, affected) in affected {
        let holding = press.holding(slug)?;
        write_pages(press, target, holding, &affected.pages)?;
        press.write_source(target, holding)?;
    }
    press.write_overview(target)?;
    Ok(problems)
}

/// An article is on its own page, on its neighbours' and on its numbered page. One that begins a numbered page gives
/// the one before it a link to it.
fn affected(press: &Press<'_>, changed: &[DocumentId]) -> Result<BTreeMap<String, Affected>> {
    let mut affected: BTreeMap<String, Affected> = BTreeMap::new();
    for id in changed {
        let Some(listing) = (press.catalogue.listing)(*id)? else {
            continue;
        };
        let number = listing.number;
        let of_source = affected.entry(listing.source).or_default();
        of_source.articles.extend(
            [number.saturating_sub(1), number, number + 1]
                .into_iter()
                .filter(|number| *number > 0),
        );
        of_source
            .pages
            .extend([page_of(number), page_of(number.saturating_sub(1))]);
    }
    Ok(affected)
}

fn job(press: &Press<'_>, slug: &str, number: u64) -> Result<Option<Job>> {
    let around = (press.catalogue.numbered)(slug, number.saturating_sub(1).max(1)..number + 2)?;
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
        let listings = (press.catalogue.numbered)(&holding.source.slug, numbers_of(*page))?;
        target.put(
            &press
                .site
                .source_page(&summary(holding, None), *page, &listings)?,
        )?;
    }
    Ok(())
}
