//! The pages and feeds that name articles. They are written after the pages they name.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use wirecopy_publish::edition::Listing;
use wirecopy_publish::feed;
use wirecopy_publish::site::{FRONT_ARTICLES, SOURCE_ARTICLES, SourceSummary};

use crate::publishing::target::Target;
use crate::publishing::{Holding, Press};

impl Press<'_> {
    /// The front page and the feeds of a source, with these of their archive documents.
    pub(crate) fn write_source(
        &self,
        target: &Target,
        holding: &Holding,
        archives: &BTreeSet<u64>,
    ) -> Result<()> {
        let newest = self
            .catalogue
            .newest(Some(&holding.source.slug), SOURCE_ARTICLES)?;
        self.write_feeds_of_source(target, holding, (&newest, archives))?;
        let summary = summary(holding, newest.first());
        self.all_forms()
            .try_for_each(|site| target.put(&site.source(&summary, &newest)?))
    }

    /// A numbered page of a source.
    pub(crate) fn write_source_page(
        &self,
        target: &Target,
        (holding, page): (&Holding, u64),
        listings: &[Listing],
    ) -> Result<()> {
        let summary = summary(holding, None);
        self.all_forms()
            .try_for_each(|site| target.put(&site.source_page(&summary, page, listings)?))
    }

    /// What tells of all sources: feeds, the list of sources, the page on the mirror, and last the front page.
    pub(crate) fn write_overview(&self, target: &Target, archives: &BTreeSet<u64>) -> Result<()> {
        let newest = self.catalogue.newest(None, FRONT_ARTICLES)?;
        let summaries = self.summaries()?;
        self.write_feeds_of_all(target, &newest, archives)?;
        feed::opml(self.edition, &summaries).map_or(Ok(()), |file| target.put(&file))?;
        for site in self.sites() {
            target.put(&site.about(&summaries)?)?;
            target.put(&site.sources(&summaries)?)?;
        }
        self.all_forms()
            .try_for_each(|site| target.put(&site.front(&newest)?))?;
        self.site
            .sitemap(&summaries)
            .map_or(Ok(()), |sitemap| target.put(&sitemap))
    }

    pub(crate) fn summaries(&self) -> Result<Vec<SourceSummary<'_>>> {
        let summaries = self.holdings.iter().map(|holding| {
            let newest = self.catalogue.newest(Some(&holding.source.slug), 1)?;
            Ok(SourceSummary {
                archived: self.catalogue.last_archived(&holding.source.slug)?,
                ..summary(holding, newest.first())
            })
        });
        summaries.collect()
    }

    pub(crate) fn holding(&self, slug: &str) -> Result<&Holding> {
        let holding = self
            .holdings
            .iter()
            .find(|holding| holding.source.slug == slug);
        holding.with_context(|| format!("the index counts no articles of {slug}"))
    }
}

/// Where only its count is needed, as on a numbered page, the newest may be left out; when it was archived only the
/// lists of sources tell.
pub(crate) fn summary<'a>(holding: &'a Holding, newest: Option<&Listing>) -> SourceSummary<'a> {
    SourceSummary {
        source: &holding.source,
        articles: holding.articles,
        newest: newest.map(|listing| listing.published),
        archived: None,
    }
}
