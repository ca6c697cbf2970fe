//! Articles that are looked at again (when: `pipeline::ladder`), so that edits become revisions and withdrawals are
//! seen. The looks come after what is new, keep to the manners of every other request, and end when their time is up:
//! what is left is looked at in a later round.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use anyhow::Result;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde::Serialize;
use url::Url;
use wirecopy_document::identity::DocumentId;

use crate::archive::index::{Index, visits::Visit};
use crate::fetch::Validators;
use crate::pipeline::{
    Mirror,
    compose::ReadPage,
    edited,
    gather::{PageFailure, PageRead, PageWay, read_page},
    ladder::{self, Met},
    round::Which,
    settle::{Records, Revised, Settled, recorded, revised, withdrawn},
    source::{Source, TextChoice},
};

/// Articles of one source that are looked at in one round at most.
const OF_A_SOURCE: usize = 50;
/// Articles that are looked at in one round at most; bounds what waits in memory.
const IN_A_ROUND: usize = 5000;
/// Hosts that are asked side by side; those of one host are asked one after the other.
const HOSTS_AT_ONCE: usize = 32;
/// Failures that a report tells of in words.
const TOLD: usize = 20;

/// What looking again gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LooksReport {
    /// Articles that were looked at.
    pub looked: usize,
    /// Those that got a further revision.
    pub revised: usize,
    /// Those whose publisher took them back; they are kept.
    pub withdrawn: usize,
    /// Those whose page could not be had for now.
    pub failed: usize,
    /// Those that were to be looked at and for which there was no time.
    pub waiting: usize,
    /// What was wrong, in plain words.
    pub failures: Vec<String>,
}

impl LooksReport {
    /// Whether any article was to be looked at.
    pub fn is_worth_a_line(&self) -> bool {
        self.looked + self.waiting > 0
    }

    fn note(&mut self, words: String) {
        if self.failures.len() < TOLD {
            self.failures.push(words);
        }
    }
}

impl fmt::Display for LooksReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let articles = if self.looked == 1 {
            "article"
        } else {
            "articles"
        };
        write!(
            out,
            "looked again at {} {articles}: {} revised, {} withdrawn",
            self.looked, self.revised, self.withdrawn
        )?;
        for (count, word) in [
            (self.failed, "without an answer"),
            (self.waiting, "left for later"),
        ] {
            if count > 0 {
                write!(out, ", {count} {word}")?;
            }
        }
        Ok(())
    }
}

/// An article to look at.
struct Due {
    visit: Visit,
    url: Url,
    source: Arc<Source>,
}

/// What a look gave.
struct Looked {
    due: Due,
    met: Met,
    /// The page, where it was read.
    page: Option<Box<ReadPage>>,
    failure: Option<String>,
}

impl Mirror {
    /// Looks at what is due of the ladder, as long as there is time.
    ///
    /// # Errors
    /// The index or the archive cannot be read, or the index not written.
    pub(crate) async fn look_again(
        &self,
        which: &Which,
        now: Timestamp,
        settled: &mut Settled,
    ) -> Result<Option<LooksReport>> {
        let Some(time) = self.options.looks else {
            return Ok(None);
        };
        self.begin_visits(now)?;
        let due = self.due_looks(which, now, settled)?;
        let mut report = LooksReport {
            waiting: due.len(),
            ..LooksReport::default()
        };
        let mut looks = stream::iter(by_host(due))
            .map(|host| self.looks_at(host))
            .flatten_unordered(HOSTS_AT_ONCE)
            .take_until(Box::pin(tokio::time::sleep(time)));
        let mut reader = self.archive.reader();
        while let Some(looked) = looks.next().await {
            let mut records = Records {
                index: &self.index(),
                reader: &mut reader,
                now,
            };
            settle_look(&mut records, looked, settled, &mut report)?;
        }
        report.failures.sort();
        Ok(Some(report))
    }

    /// Plans for the articles of an archive whose ladder is not known: there was none, or it was lost.
    fn begin_visits(&self, now: Timestamp) -> Result<()> {
        let mut index = self.index();
        if index.has_begun_visits()? {
            return Ok(());
        }
        let oldest = now.checked_sub(ladder::OLDEST)?;
        let mut visits = Vec::new();
        for source in self
            .options
            .sources
            .iter()
            .filter(|source| has_pages(source))
        {
            let young = index.unvisited(&source.slug, oldest)?;
            visits.extend(
                young.into_iter().filter_map(|(id, published)| {
                    ladder::first((id, &source.slug), published, now)
                }),
            );
        }
        index.begin_visits(&visits)
    }

    /// The articles whose time has come, of the sources that this round is about.
    fn due_looks(&self, which: &Which, now: Timestamp, settled: &Settled) -> Result<Vec<Due>> {
        let index = self.index();
        let is_named = |source: &Source| match which {
            Which::Only(slugs) => slugs.contains(&source.slug),
            Which::Due | Which::All => true,
        };
        let is_wanted = |source: &&Source| !source.paused && is_named(source);
        let mut times: Vec<(Timestamp, DocumentId, &Source)> = Vec::new();
        for source in self.options.sources.iter().filter(is_wanted) {
            let due = index.due_visits(&source.slug, now, OF_A_SOURCE)?;
            let due = due.into_iter().map(|(time, id)| (time, id, source));
            times.extend(due.filter(|(_, id, _)| !settled.visits.contains_key(id)));
        }
        times.sort_by_key(|(time, id, _)| (*time, *id));
        times.truncate(IN_A_ROUND);
        let mut sources: BTreeMap<&str, Arc<Source>> = BTreeMap::new();
        let mut all = Vec::with_capacity(times.len());
        for (_, id, source) in times {
            let shared = sources.entry(&source.slug);
            let source = shared.or_insert_with(|| Arc::new(source.clone())).clone();
            all.extend(due(&index, id, source)?);
        }
        Ok(all)
    }

    /// The looks at one host, one after the other.
    fn looks_at(&self, host: Vec<Due>) -> stream::BoxStream<'static, Looked> {
        let (fetcher, rules) = (self.fetcher.clone(), self.options.rules.clone());
        let looks = stream::iter(host).then(move |due| {
            let way = PageWay {
                fetcher: fetcher.clone(),
                rules: rules.clone(),
                proxy: due.source.proxy.clone(),
            };
            async move { look(&way, due).await }
        });
        looks.boxed()
    }
}

/// Whether articles of a source have pages that may be asked for.
fn has_pages(source: &Source) -> bool {
    source.text != TextChoice::Feed
}

/// A visit with the address that it goes to; none of a document that is not in the archive any more.
fn due(index: &Index, id: DocumentId, source: Arc<Source>) -> Result<Option<Due>> {
    let (Some(visit), Some(row)) = (index.visit(id)?, index.document(id)?) else {
        return Ok(None);
    };
    let url = Url::parse(&row.url).ok();
    Ok(url.map(|url| Due { visit, url, source }))
}

/// What is due, by host, the longest due first.
fn by_host(due: Vec<Due>) -> Vec<Vec<Due>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut hosts: Vec<Vec<Due>> = Vec::new();
    for due in due {
        let host = due.url.host_str().unwrap_or_default().to_owned();
        let place = *places.entry(host).or_insert(hosts.len());
        if place == hosts.len() {
            hosts.push(Vec::new());
        }
        hosts[place].push(due);
    }
    hosts
}

async fn look(way: &PageWay, due: Due) -> Looked {
    let validators = Validators {
        etag: due.visit.etag.clone(),
        last_modified: due.visit.last_modified.clone(),
    };
    let (met, page, failure) = match read_page(way, &due.url, validators).await {
        Ok(PageRead::Read(page)) => (Met::There, Some(page), None),
        Ok(PageRead::NotModified) => (Met::There, None, None),
        Err(failure) => (met(&failure), None, Some(failure.words)),
    };
    Looked {
        due,
        met,
        page,
        failure,
    }
}

/// What a page that gave no article tells of it. One that is there and no article (a form for consent, say) is there.
pub(crate) fn met(failure: &PageFailure) -> Met {
    match failure.status {
        Some(404) => Met::Missing,
        Some(410) => Met::Gone,
        _ if failure.is_rejection => Met::There,
        _ => Met::Unknown,
    }
}

/// Settles a look: a revision, a withdrawal, or nothing; and when to look next.
fn settle_look(
    records: &mut Records<'_>,
    looked: Looked,
    settled: &mut Settled,
    report: &mut LooksReport,
) -> Result<()> {
    let Looked {
        due: Due {
            mut visit, source, ..
        },
        met,
        page,
        failure,
    } = looked;
    report.looked += 1;
    report.waiting = report.waiting.saturating_sub(1);
    report.failed += usize::from(met == Met::Unknown);
    if let Some(words) = failure.filter(|_| met == Met::Unknown) {
        report.note(words);
    }
    if let Some(page) = page {
        compare(
            records,
            (&mut visit, &source),
            &page,
            (&mut *settled, &mut *report),
        )?;
    }
    let id = visit.id;
    report.withdrawn += usize::from(take_step(records, visit, met, settled)?);
    if !has_pages(&source) && met == Met::There {
        // Its text is its feed's: the look was only to tell whether it was taken back.
        settled.visits.insert(id, None);
    }
    Ok(())
}

/// Compares a page with what it was, and notes what it is.
fn compare(
    records: &mut Records<'_>,
    (visit, source): (&mut Visit, &Source),
    page: &ReadPage,
    (settled, report): (&mut Settled, &mut LooksReport),
) -> Result<()> {
    let Some(recorded) = recorded(records, visit.id)? else {
        return Ok(());
    };
    let reading = (source.text, records.now);
    let came = match has_pages(source) {
        true => edited::edited((&recorded.document, visit), page, reading),
        false => None,
    };
    if let Some(came) = came {
        let takes_text = came.body != recorded.document.body;
        match revised(recorded, came, &source.slug, records.now) {
            Revised::Kept => {}
            Revised::Distrusted(words) => {
                report.note(words);
                return Ok(());
            }
            Revised::Anew(pending) => {
                visit.from_page |= takes_text;
                report.revised += 1;
                settled.documents.insert(visit.id, *pending);
            }
        }
    }
    visit.seen = Some(edited::seen(page));
    visit.etag.clone_from(&page.validators.etag);
    visit
        .last_modified
        .clone_from(&page.validators.last_modified);
    Ok(())
}

/// Goes on from a look that met this. True where a document is thereby marked as taken back.
pub(crate) fn take_step(
    records: &mut Records<'_>,
    visit: Visit,
    met: Met,
    settled: &mut Settled,
) -> Result<bool> {
    let (id, source) = (visit.id, visit.source.clone());
    let step = ladder::after(visit, met, records.now);
    settled.visits.insert(id, step.visit);
    let Some(since) = step.withdrawn else {
        return Ok(false);
    };
    let recorded = recorded(records, id)?;
    let recorded = recorded.filter(|recorded| recorded.document.trailer.withdrawn.is_none());
    let Some(recorded) = recorded else {
        return Ok(false);
    };
    settled
        .documents
        .insert(id, withdrawn(recorded, &source, since));
    Ok(true)
}
