//! Article pages in batches: documents are read by one thread, and parsed, rendered and written by all.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rayon::prelude::*;
use wirecopy_document::document::Document;
use wirecopy_publish::edition::{Listing, Neighbours, OutputFile};
use wirecopy_publish::paths;
use wirecopy_publish::site::Site;
use wirecopy_publish::site::revisions::{REVISIONS_SHOWN, Revision};

use crate::publishing::Press;
use crate::publishing::target::Target;

/// Documents in a batch; with two batches under way, and documents of at most a few hundred kilobytes, this bounds
/// memory at some tens of megabytes.
const BATCH: usize = 256;

/// An article page to be written.
pub(crate) struct Job {
    pub(crate) listing: Listing,
    pub(crate) previous: Option<Listing>,
    pub(crate) next: Option<Listing>,
}

/// A job with what was read for it.
pub(crate) struct Read {
    job: Job,
    document: Vec<u8>,
    /// The same story in other sources.
    same_story: Vec<Listing>,
    /// All its revisions, the newest included, where they are shown and there are several.
    revisions: Vec<(Timestamp, Vec<u8>)>,
}

/// Hands over jobs one at a time; what was begun is finished by [`Writer::finish`].
pub(crate) struct Writer<'a> {
    press: &'a Press<'a>,
    batch: Vec<Read>,
    batches: SyncSender<Vec<Read>>,
    done: u64,
    total: Option<u64>,
}

/// Runs `give` with a [`Writer`], whose pages go to `target`; the documents that could not be read are returned.
pub(crate) fn write(
    press: &Press<'_>,
    target: &Target,
    total: Option<u64>,
    give: impl FnOnce(&mut Writer<'_>) -> Result<()>,
) -> Result<Vec<String>> {
    let problems = Mutex::new(Vec::new());
    let sites = Sites {
        site: &press.site,
        forms: &press.all_forms().collect::<Vec<_>>(),
    };
    std::thread::scope(|scope| {
        let (batches, waiting) = sync_channel(1);
        let writing = scope.spawn(|| write_batches(sites, target, waiting, &problems));
        let mut writer = Writer {
            press,
            batch: Vec::with_capacity(BATCH),
            batches,
            done: 0,
            total,
        };
        let given = give(&mut writer).and_then(|()| writer.hand_over());
        drop(writer);
        // A failed write ends the thread, and what then fails to be handed over is only its consequence.
        writing
            .join()
            .unwrap_or_else(|_| bail!("writing pages failed"))?;
        given
    })?;
    let mut problems = problems
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    problems.sort();
    Ok(problems)
}

impl Writer<'_> {
    /// Reads a document, for its page to be written.
    pub(crate) fn page(&mut self, job: Job) -> Result<()> {
        let catalogue = self.press.catalogue;
        let document = catalogue.read(&job.listing)?;
        let is_revised = self.press.revisions && job.listing.revisions > 1;
        let revisions = if is_revised {
            catalogue.revisions(&job.listing, REVISIONS_SHOWN)?
        } else {
            Vec::new()
        };
        self.batch.push(Read {
            same_story: self.press.same_story(&job.listing)?,
            job,
            document,
            revisions,
        });
        if self.batch.len() == BATCH {
            self.hand_over()
        } else {
            Ok(())
        }
    }

    fn hand_over(&mut self) -> Result<()> {
        self.done += self.batch.len() as u64;
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.batches
            .send(batch)
            .ok()
            .context("no more pages are taken")?;
        (self.press.progress)(self.done, self.total);
        Ok(())
    }
}

/// The site in its forms, to which the writing threads have the way without the catalogue.
#[derive(Clone, Copy)]
struct Sites<'a> {
    site: &'a Site<'a>,
    forms: &'a [&'a Site<'a>],
}

fn write_batches(
    sites: Sites<'_>,
    target: &Target,
    batches: Receiver<Vec<Read>>,
    problems: &Mutex<Vec<String>>,
) -> Result<()> {
    for batch in batches {
        batch
            .par_iter()
            .try_for_each(|read| match Document::parse(&read.document) {
                Ok((document, _)) => write_page(sites, target, read, &document),
                Err(error) => {
                    let mut problems = problems
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    let listing = &read.job.listing;
                    let left = match target.keeps(&sites.site.place(&listing.page())) {
                        true => "its page stays as it was before",
                        false => "it has no page",
                    };
                    problems.push(format!("{}: {error}; {left}", listing.path));
                    Ok(())
                }
            })?;
    }
    Ok(())
}

/// The page of an article, and before it the page of its versions, to which it leads.
fn write_page(sites: Sites<'_>, target: &Target, read: &Read, document: &Document) -> Result<()> {
    let Job {
        listing,
        previous,
        next,
    } = &read.job;
    let versions = versions(sites.site, read)?;
    match &versions {
        Some(page) => target.put(page)?,
        None if listing.revisions > 1 => target.remove(&paths::revisions(&listing.page()))?,
        None => {}
    }
    let neighbours = Neighbours {
        previous: previous.as_ref(),
        next: next.as_ref(),
        revised: versions.is_some(),
        same_story: &read.same_story,
    };
    for site in sites.forms {
        if site.has_page(listing) {
            target.put(&site.article(listing, document, neighbours)?)?;
        } else {
            // Before its language was told otherwise it may have had one.
            target.remove(&site.place(&listing.page()))?;
        }
    }
    Ok(())
}

/// The page of an article's versions. A revision that cannot be read is passed over: git has it all the same.
fn versions(site: &Site<'_>, read: &Read) -> Result<Option<OutputFile>> {
    if read.revisions.len() < 2 {
        return Ok(None);
    }
    let revisions = read.revisions.iter().filter_map(|(time, bytes)| {
        let (document, _) = Document::parse(bytes).ok()?;
        Some(Revision {
            time: *time,
            document,
        })
    });
    Ok(site.revisions(&read.job.listing, &revisions.collect::<Vec<_>>())?)
}
