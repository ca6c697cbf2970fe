//! The page of a saved search: the newest articles that it finds, its feeds, and the way to all that it finds.

use serde::Serialize;

use crate::display::one_line;
use crate::edition::{Listing, OutputFile, SavedSearch};
use crate::feed::Channel;
use crate::paths;
use crate::site::Site;
use crate::site::frame::{FeedLink, Frame};
use crate::site::line::{Columns, Day};
use crate::site::overview::Link;
use crate::site::templates::{Name, TemplateError};

#[derive(Serialize)]
struct SavedPage<'a> {
    frame: Frame<'a>,
    /// The search page, with what is looked for.
    search: Link,
    name: String,
    feed: String,
    days: Vec<Day>,
}

impl Site<'_> {
    /// The newest articles that a saved search finds, newest first.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn saved_search(
        &self,
        search: &SavedSearch,
        newest: &[Listing],
    ) -> Result<OutputFile, TemplateError> {
        let path = paths::saved_search(&search.slug);
        let name = self.saved_name(search);
        let channel = Channel::Search(search);
        let mut frame = self.frame(&path, &name, None);
        let feed = paths::link(&path, &channel.atom());
        frame.feeds.insert(
            0,
            FeedLink {
                title: name.clone(),
                atom: feed.clone(),
                json: paths::link(&path, &channel.json()),
            },
        );
        let page = SavedPage {
            frame,
            search: Link {
                href: self.search_link(&path, &search.query),
                text: one_line(&search.query).into_owned(),
            },
            name,
            feed,
            days: self.days(&path, newest, COLUMNS),
        };
        self.render(Name::Saved, path, &page)
    }

    /// The ways from a page to those of the saved searches.
    pub(crate) fn saved_links(&self, from: &str) -> Vec<Link> {
        let searches = self.edition.searches.iter().map(|search| Link {
            href: paths::link(from, &paths::saved_search(&search.slug)),
            text: self.saved_name(search),
        });
        searches.collect()
    }

    fn saved_name(&self, search: &SavedSearch) -> String {
        one_line(&self.edition.name(&search.name)).into_owned()
    }

    fn search_link(&self, from: &str, query: &str) -> String {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        format!("{}?q={query}", self.link_out(from, paths::SEARCH))
    }
}

const COLUMNS: Columns = Columns {
    source: true,
    summaries: 0,
};
