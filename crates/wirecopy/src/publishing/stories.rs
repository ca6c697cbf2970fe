//! The same story in other sources: which articles of the days around an article tell it, and whose pages are made
//! again when one comes or changes.
//!
//! The gists of a day are read from the index once and kept for a few days' time, since articles are archived about in
//! the order of their publication; what is kept changes no answer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use wirecopy_document::document::Header;
use wirecopy_publish::edition::Listing;
use wirecopy_publish::story::{self, Gist, WINDOW, gist};

use crate::publishing::Press;
use crate::publishing::catalogue::Catalogue;

const DAY: i64 = 86_400;
/// Days whose gists are kept: those of a window, and some of another for articles that come late. A gist is about
/// 1 kB, and a busy mirror has some thousand articles a day.
const DAYS_KEPT: usize = 12;

/// The gists of the days that were asked for last.
#[derive(Default)]
pub(crate) struct Stories(RefCell<BTreeMap<i64, Rc<Vec<Gist>>>>);

impl Stories {
    /// The gists of a day of UTC, by its number from 1970.
    fn of_day(&self, catalogue: &Catalogue<'_>, day: i64) -> Result<Rc<Vec<Gist>>> {
        if let Some(known) = self.0.borrow().get(&day) {
            return Ok(Rc::clone(known));
        }
        let start = |day: i64| Timestamp::from_second(day.saturating_mul(DAY));
        let end = start(day + 1).unwrap_or(Timestamp::MAX);
        let listings = catalogue.between(&(start(day)?..end), (0, u64::MAX >> 1))?;
        let gists = Rc::new(listings.iter().map(gist).collect::<Vec<_>>());
        let mut kept = self.0.borrow_mut();
        if kept.len() == DAYS_KEPT {
            kept.clear();
        }
        kept.insert(day, Rc::clone(&gists));
        Ok(gists)
    }
}

impl Press<'_> {
    /// The articles of other sources that an article's page shows as its story; none where the edition shows none.
    pub(crate) fn same_story(&self, listing: &Listing) -> Result<Vec<Listing>> {
        if !self.tells_stories() {
            return Ok(Vec::new());
        }
        let days = self.days_around(listing.published)?;
        let same = story::same_story(&gist(listing), days.iter().flat_map(|day| day.iter()));
        let shown = story::shown(&same).into_iter();
        let listings = shown.map(|gist| self.catalogue.listing(gist.id()));
        Ok(listings
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect())
    }

    /// The articles whose pages show an article, may show it now, or showed it as it was.
    pub(crate) fn shown_with(
        &self,
        listing: &Listing,
        former: Option<&Header>,
    ) -> Result<Vec<Listing>> {
        if !self.tells_stories() {
            return Ok(Vec::new());
        }
        let former = former.map(|header| Listing {
            title: header.title.clone(),
            published: header.published,
            summary: header.trailer.summary.clone(),
            ..listing.clone()
        });
        let mut affected = Vec::new();
        for told in former.iter().chain([listing]) {
            let days = self.days_around(told.published)?;
            let same = story::same_story(&gist(told), days.iter().flat_map(|day| day.iter()));
            for gist in same {
                affected.extend(self.catalogue.listing(gist.id())?);
            }
        }
        Ok(affected)
    }

    /// One source tells each story once.
    fn tells_stories(&self) -> bool {
        self.edition.same_story && self.holdings.len() > 1
    }

    fn days_around(&self, time: Timestamp) -> Result<Vec<Rc<Vec<Gist>>>> {
        let day = |offset: SignedDuration| (time.as_second() + offset.as_secs()).div_euclid(DAY);
        (day(-WINDOW)..=day(WINDOW))
            .map(|day| self.stories.of_day(self.catalogue, day))
            .collect()
    }
}
