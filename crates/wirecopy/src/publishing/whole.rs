//! A whole build: every article once, in the order of archiving, in bounded memory.

use std::collections::HashMap;

use anyhow::Result;
use wirecopy_publish::edition::Listing;
use wirecopy_publish::site::removed::{RemovedArticle, RemovedList};
use wirecopy_publish::site::{PAGE_ARTICLES, page_of};

use crate::archive::index::tombstones::Removed;
use crate::publishing::generation::{Generations, State};
use crate::publishing::pages::{self, Job, Writer};
use crate::publishing::target::{Account, Target};
use crate::publishing::{Press, Published};

/// Builds a generation and makes it the current one. What was written of it goes when something fails.
pub(crate) fn publish(
    press: &Press<'_>,
    generations: &Generations,
    state: State,
) -> Result<Published> {
    let directory = generations.begin()?;
    let target = Target::new(
        &directory,
        generations.current_directory(),
        press.precompress,
    );
    let built = build(press, target).and_then(|published| {
        generations.adopt(&directory, &state)?;
        Ok(published)
    });
    if built.is_err() {
        generations.discard(&directory)?;
    }
    built
}

fn build(press: &Press<'_>, target: Target) -> Result<Published> {
    for asset in press.site.assets() {
        target.put(&asset)?;
    }
    press.write_all_pictures(&target)?;
    let articles = press.holdings.iter().map(|holding| holding.articles).sum();
    let problems = pages::write(press, &target, Some(articles), |writer| {
        write_articles(press, &target, writer)
    })?;
    for holding in press.holdings {
        press.write_source(&target, holding, &press.all_archives(holding.articles))?;
    }
    press.write_all_subjects(&target)?;
    press.write_all_dates(&target)?;
    press.write_all_books(&target)?;
    if press.edition.search {
        press.write_search(&target)?;
        press.write_searches(&target)?;
    }
    press.write_overview(&target, &press.all_archives(articles))?;
    write_removed(press, &target)?;
    target.put(&press.site.not_found()?)?;
    target.put(&press.site.robots())?;
    for file in press.site.offline()? {
        target.put(&file)?;
    }
    let Account {
        written,
        unchanged,
        overweight,
        feeds,
    } = target.account();
    Ok(Published {
        whole: true,
        written,
        unchanged,
        overweight,
        feeds,
        problems,
    })
}

/// Where articles were that the operator took out, a page that says so, and the list for a server. An increment leaves
/// them as they are: with each article that is taken out the site is built anew.
fn write_removed(press: &Press<'_>, target: &Target) -> Result<()> {
    let removed = press.catalogue.removed()?;
    let articles: Vec<RemovedArticle<'_>> = removed.iter().map(removed_article).collect();
    for article in &articles {
        target.put(&press.site.removed(article)?)?;
    }
    match articles.is_empty() {
        true => Ok(()),
        false => target.put(&RemovedList::of(&articles).file()),
    }
}

fn removed_article(removed: &Removed) -> RemovedArticle<'_> {
    RemovedArticle {
        id: removed.id,
        document: &removed.path,
        time: removed.tombstone.time,
        reason: &removed.tombstone.reason,
        is_legal: removed.tombstone.is_legal,
    }
}

/// What is held back of a source while its articles go by.
#[derive(Default)]
struct Passing {
    count: u64,
    /// The last but one, for the last one's link.
    previous: Option<Listing>,
    /// The last, whose page waits for the next.
    last: Option<Listing>,
    /// The numbered page that is being filled.
    page: Vec<Listing>,
}

fn write_articles(press: &Press<'_>, target: &Target, writer: &mut Writer<'_>) -> Result<()> {
    let mut sources: HashMap<String, Passing> = HashMap::new();
    press.catalogue.each(|mut listing| {
        let passing = sources.entry(listing.source.clone()).or_default();
        passing.count += 1;
        listing.number = passing.count;
        passing.page.push(listing.clone());
        if passing.page.len() as u64 == PAGE_ARTICLES {
            write_page(press, target, passing)?;
        }
        passing
            .step(Some(listing))
            .map_or(Ok(()), |job| writer.page(job))
    })?;
    for passing in sources.values_mut() {
        if let Some(job) = passing.step(None) {
            writer.page(job)?;
        }
        if !passing.page.is_empty() {
            write_page(press, target, passing)?;
        }
    }
    Ok(())
}

impl Passing {
    /// The page that can be written now that the article after it is known, or known not to be.
    fn step(&mut self, next: Option<Listing>) -> Option<Job> {
        let listing = std::mem::replace(&mut self.last, next.clone())?;
        let previous = self.previous.replace(listing.clone());
        Some(Job {
            listing,
            previous,
            next,
        })
    }
}

fn write_page(press: &Press<'_>, target: &Target, passing: &mut Passing) -> Result<()> {
    let listings = std::mem::take(&mut passing.page);
    let holding = press.holding(&listings[0].source)?;
    let page = page_of(listings[0].number);
    press.write_source_page(target, (holding, page), &listings)
}
