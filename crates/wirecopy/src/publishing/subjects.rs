//! The pages of tags and authors: all of them, or those that changed articles are filed under.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use wirecopy_document::identity::DocumentId;
use wirecopy_document::subject::{Subject, SubjectKind};
use wirecopy_publish::paths;
use wirecopy_publish::site::numbers_of;
use wirecopy_publish::site::page_of;
use wirecopy_publish::site::subject::{
    SUBJECT_ARTICLES, SUBJECTS_LISTED, SubjectSummary, subject_pages,
};

use crate::publishing::Press;
use crate::publishing::target::Target;

const KINDS: [SubjectKind; 2] = [SubjectKind::Tag, SubjectKind::Author];

/// What changed under each subject, by kind and slug.
pub(crate) type SubjectChanges = BTreeMap<(SubjectKind, String), SubjectChange>;

/// What changed under one subject.
#[derive(Debug, Default)]
pub(crate) struct SubjectChange {
    /// Numbered pages that show a changed article.
    pages: BTreeSet<u64>,
    /// The first numbered page whose articles have moved.
    moved_from: Option<u64>,
    added: u64,
    removed: u64,
}

impl Press<'_> {
    /// Notes what an article changes under the subjects that it is filed under, or was when the site last showed it.
    pub(crate) fn note_subjects(
        &self,
        changes: &mut SubjectChanges,
        id: DocumentId,
        (former, now): (&[Subject], &[Subject]),
    ) -> Result<()> {
        let slot = |subject: &Subject| (subject.kind, subject.slug.clone());
        let before: BTreeSet<_> = former.iter().map(slot).collect();
        let after: BTreeSet<_> = now.iter().map(slot).collect();
        for subject in before.union(&after) {
            let number = self.catalogue.number_under(subject.0, &subject.1, id)?;
            let pages = [page_of(number), page_of(number.saturating_sub(1))];
            let change = changes.entry(subject.clone()).or_default();
            change.pages.extend(pages);
            let (was, is) = (before.contains(subject), after.contains(subject));
            change.added += u64::from(is && !was);
            change.removed += u64::from(was && !is);
            if was != is {
                let first = change.moved_from.unwrap_or(u64::MAX);
                change.moved_from = Some(first.min(pages[1]));
            }
        }
        Ok(())
    }

    /// Every tag and author, and the lists of them.
    pub(crate) fn write_all_subjects(&self, target: &Target) -> Result<()> {
        for kind in KINDS {
            for summary in self.catalogue.subjects(kind, usize::MAX >> 1)? {
                self.write_newest(target, &summary)?;
                for page in 1..=subject_pages(summary.articles) {
                    self.write_numbered(target, &summary, page)?;
                }
            }
            self.write_list(target, kind)?;
        }
        Ok(())
    }

    /// The pages that the changes touch, and the lists.
    pub(crate) fn write_subjects(&self, target: &Target, changes: &SubjectChanges) -> Result<()> {
        for ((kind, slug), change) in changes {
            let summary = self.catalogue.subject(*kind, slug)?;
            let articles = summary.as_ref().map_or(0, |summary| summary.articles);
            let former = (articles + change.removed).saturating_sub(change.added);
            let (pages, former_pages) = (subject_pages(articles), subject_pages(former));
            if let Some(summary) = &summary {
                self.write_newest(target, summary)?;
                // Numbered pages come into being all at once.
                let first = if former_pages == 0 {
                    Some(1)
                } else {
                    change.moved_from
                };
                let moved = first.map_or(pages + 1, |first| first.max(1))..=pages;
                let shown = change
                    .pages
                    .iter()
                    .copied()
                    .filter(|page| (1..=pages).contains(page));
                for page in shown.chain(moved).collect::<BTreeSet<u64>>() {
                    self.write_numbered(target, summary, page)?;
                }
            } else {
                self.remove(target, &paths::subject(*kind, slug))?;
                let gone = Subject {
                    kind: *kind,
                    slug: slug.clone(),
                    name: String::new(),
                };
                self.remove_feeds_of_subject(target, &gone)?;
            }
            for page in pages + 1..=former_pages {
                self.remove(target, &paths::subject_page(*kind, slug, page))?;
            }
        }
        let kinds: BTreeSet<SubjectKind> = changes.keys().map(|(kind, _)| *kind).collect();
        kinds
            .into_iter()
            .try_for_each(|kind| self.write_list(target, kind))
    }

    fn write_newest(&self, target: &Target, summary: &SubjectSummary) -> Result<()> {
        let Subject { kind, slug, .. } = &summary.subject;
        let newest = self
            .catalogue
            .newest_under(*kind, slug, SUBJECT_ARTICLES as usize)?;
        self.write_feeds_of_subject(target, &summary.subject, &newest)?;
        self.sites()
            .try_for_each(|site| target.put(&site.subject(summary, &newest)?))
    }

    fn write_numbered(&self, target: &Target, summary: &SubjectSummary, page: u64) -> Result<()> {
        let Subject { kind, slug, .. } = &summary.subject;
        let listings = self
            .catalogue
            .numbered_under(*kind, slug, numbers_of(page))?;
        self.sites()
            .try_for_each(|site| target.put(&site.subject_page(summary, page, &listings)?))
    }

    /// Without subjects there is no list of them.
    fn write_list(&self, target: &Target, kind: SubjectKind) -> Result<()> {
        let subjects = self.catalogue.subjects(kind, SUBJECTS_LISTED)?;
        if subjects.is_empty() {
            return self.remove(target, &paths::subjects(kind));
        }
        self.sites()
            .try_for_each(|site| target.put(&site.subjects(kind, &subjects)?))
    }
}
