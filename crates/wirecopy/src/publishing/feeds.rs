//! The feeds of the site: the newest of each channel, and the archive documents that hold all that came before.

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::Timestamp;
use wirecopy_document::document::Document;
use wirecopy_document::subject::{Subject, SubjectKind};
use wirecopy_publish::edition::Listing;
use wirecopy_publish::feed::{self, Channel, ENTRIES, Part};

use crate::publishing::target::Target;
use crate::publishing::{Holding, Press};

/// Articles of an archive document.
const ARCHIVED: u64 = ENTRIES as u64;

/// The archive document that an article belongs to, from its place in its channel's order of archiving, from 1.
pub(crate) fn archive_of(number: u64) -> u64 {
    number.saturating_sub(1) / ARCHIVED + 1
}

impl Press<'_> {
    /// The feeds of all sources, with these of their archive documents.
    pub(crate) fn write_feeds_of_all(
        &self,
        target: &Target,
        newest: &[Listing],
        archives: &BTreeSet<u64>,
    ) -> Result<()> {
        let articles = self.articles();
        for number in self.closed(archives, articles) {
            let ordinals = (number - 1) * ARCHIVED..number * ARCHIVED;
            let listings = self.catalogue.archived(ordinals, articles)?;
            self.write_archive_feed(target, (Channel::All, number), &listings)?;
        }
        let open = self.archives(articles) * ARCHIVED;
        let open = match self.edition.feed_archives {
            true => self.catalogue.archived(open..articles, articles)?,
            false => Vec::new(),
        };
        self.write_feeds(target, (Channel::All, articles), (newest, open))
    }

    /// The feeds of a source, with these of its archive documents.
    pub(crate) fn write_feeds_of_source(
        &self,
        target: &Target,
        holding: &Holding,
        (newest, archives): (&[Listing], &BTreeSet<u64>),
    ) -> Result<()> {
        let (slug, articles) = (&holding.source.slug, holding.articles);
        let channel = Channel::Source(&holding.source);
        for number in self.closed(archives, articles) {
            let numbers = (number - 1) * ARCHIVED + 1..number * ARCHIVED + 1;
            let listings = self.catalogue.numbered(slug, numbers)?;
            self.write_archive_feed(target, (channel, number), &listings)?;
        }
        let open = self.archives(articles) * ARCHIVED;
        let open = match self.edition.feed_archives {
            true => self.catalogue.numbered(slug, open + 1..articles + 1)?,
            false => Vec::new(),
        };
        self.write_feeds(target, (channel, articles), (newest, open))
    }

    /// The feeds of a tag, where tags have them; authors have none.
    pub(crate) fn write_feeds_of_subject(
        &self,
        target: &Target,
        subject: &Subject,
        newest: &[Listing],
    ) -> Result<()> {
        if !self.edition.tag_feeds || subject.kind != SubjectKind::Tag {
            return Ok(());
        }
        self.write_feeds(target, (Channel::Subject(subject), 0), (newest, Vec::new()))
    }

    /// Takes the feeds of a tag away that no article has any more.
    pub(crate) fn remove_feeds_of_subject(&self, target: &Target, subject: &Subject) -> Result<()> {
        let channel = Channel::Subject(subject);
        self.remove(target, &channel.atom())?;
        self.remove(target, &channel.json())
    }

    /// Every archive document that there is to be of so many articles.
    pub(crate) fn all_archives(&self, articles: u64) -> BTreeSet<u64> {
        (1..=self.archives(articles)).collect()
    }

    fn archives(&self, articles: u64) -> u64 {
        match self.edition.feed_archives {
            true => articles / ARCHIVED,
            false => 0,
        }
    }

    /// Those archive documents that are full; what is not in one of them is in the current feed.
    fn closed(&self, archives: &BTreeSet<u64>, articles: u64) -> impl Iterator<Item = u64> {
        let last = self.archives(articles);
        archives
            .clone()
            .into_iter()
            .filter(move |number| *number <= last)
    }

    fn write_archive_feed(
        &self,
        target: &Target,
        (channel, number): (Channel<'_>, u64),
        listings: &[Listing],
    ) -> Result<()> {
        let entries = self.catalogue.documents(listings)?;
        let course = (channel, Part::Archive(number));
        self.write_atom(target, course, &entries)
    }

    fn write_atom(
        &self,
        target: &Target,
        course: (Channel<'_>, Part),
        entries: &[(Listing, Document)],
    ) -> Result<()> {
        let changed = changed(entries);
        self.editions()
            .try_for_each(|edition| target.put(&feed::atom(edition, course, entries, changed)))
    }

    /// The newest articles, and those that are in no archive document yet.
    pub(crate) fn write_feeds(
        &self,
        target: &Target,
        (channel, articles): (Channel<'_>, u64),
        (newest, open): (&[Listing], Vec<Listing>),
    ) -> Result<()> {
        let mut listings = newest[..newest.len().min(ENTRIES)].to_vec();
        let known: BTreeSet<_> = listings.iter().map(|listing| listing.id).collect();
        listings.extend(
            open.into_iter()
                .filter(|listing| !known.contains(&listing.id)),
        );
        let entries = self.catalogue.documents(&listings)?;
        let archives = self.archives(articles);
        let course = (channel, Part::Current { archives });
        self.write_atom(target, course, &entries)?;
        self.editions()
            .try_for_each(|edition| target.put(&feed::json(edition, channel, &entries)))
    }
}

fn changed(entries: &[(Listing, Document)]) -> Timestamp {
    let changes = entries
        .iter()
        .map(|(listing, document)| feed::updated(listing, document));
    changes.max().unwrap_or(Timestamp::UNIX_EPOCH)
}
