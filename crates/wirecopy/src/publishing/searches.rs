//! The pages and feeds of saved searches: made again with every publishing, written where what they find has changed.

use anyhow::{Context, Result};
use wirecopy_publish::edition::{Listing, SavedSearch};
use wirecopy_publish::feed::{Channel, ENTRIES};
use wirecopy_publish::search::find::Finder;
use wirecopy_publish::search::query::{Filter, Query};

use crate::publishing::Press;
use crate::publishing::target::Target;

impl Press<'_> {
    /// The page and the feeds of each saved search. They need the search index that the site will have.
    pub(crate) fn write_searches(&self, target: &Target) -> Result<()> {
        if self.edition.searches.is_empty() {
            return Ok(());
        }
        let read = target.reader();
        let finder = Finder::open(&read).context("the search index cannot be read")?;
        let searches = &self.edition.searches;
        searches.iter().try_for_each(|search| {
            let newest = self.found(&finder, search)?;
            self.write_feeds_of_search(target, search, &newest)?;
            self.sites()
                .try_for_each(|site| target.put(&site.saved_search(search, &newest)?))
        })
    }

    fn found(&self, finder: &Finder<'_>, search: &SavedSearch) -> Result<Vec<Listing>> {
        let query = Query::parse(&search.query, &Filter::default());
        let mut found = Vec::with_capacity(ENTRIES);
        for ordinal in finder.newest(&query, ENTRIES) {
            let ordinals = u64::from(ordinal)..u64::from(ordinal) + 1;
            found.extend(self.catalogue.archived(ordinals, self.articles())?);
        }
        // A stable sort: of one moment, the one archived last stays first.
        found.sort_by_key(|listing| std::cmp::Reverse(listing.published));
        Ok(found)
    }

    fn write_feeds_of_search(
        &self,
        target: &Target,
        search: &SavedSearch,
        newest: &[Listing],
    ) -> Result<()> {
        self.write_feeds(target, (Channel::Search(search), 0), (newest, Vec::new()))
    }
}
