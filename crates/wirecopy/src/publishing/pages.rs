//! Article pages in batches: documents are read by one thread, and parsed, rendered and written by all.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use wirecopy_document::document::Document;
use wirecopy_publish::edition::{Listing, Neighbours};
use wirecopy_publish::site::Site;

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

/// Hands over jobs one at a time; what was begun is finished by [`Writer::finish`].
pub(crate) struct Writer<'a> {
    press: &'a Press<'a>,
    batch: Vec<(Job, Vec<u8>)>,
    batches: SyncSender<Vec<(Job, Vec<u8>)>>,
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
    let site = &press.site;
    std::thread::scope(|scope| {
        let (batches, waiting) = sync_channel(1);
        let writing = scope.spawn(|| write_batches(site, target, waiting, &problems));
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
        let bytes = self.press.catalogue.read(&job.listing)?;
        self.batch.push((job, bytes));
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

fn write_batches(
    site: &Site<'_>,
    target: &Target,
    batches: Receiver<Vec<(Job, Vec<u8>)>>,
    problems: &Mutex<Vec<String>>,
) -> Result<()> {
    for batch in batches {
        batch
            .par_iter()
            .try_for_each(|(job, bytes)| match Document::parse(bytes) {
                Ok((document, _)) => {
                    let neighbours = Neighbours {
                        previous: job.previous.as_ref(),
                        next: job.next.as_ref(),
                    };
                    target.put(&site.article(&job.listing, &document, neighbours)?)
                }
                Err(error) => {
                    let mut problems = problems
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                    problems.push(format!("{}: {error}", job.listing.path));
                    Ok(())
                }
            })?;
    }
    Ok(())
}
