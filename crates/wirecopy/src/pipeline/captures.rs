//! Articles that were read elsewhere, in web archives for the most part, into the archive as those that a round
//! fetches: composed, compared with what is recorded, recorded with lists and addresses.
//!
//! A capture counts as of the time it was made. One that is not newer than what is recorded changes nothing, so that
//! the same captures once more find everything done, and what the mirror fetched later stays the newest. A capture of
//! unknown time adds an article that is missing and revises none.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use serde::Serialize;
use url::Url;
use wirecopy_discover::feed::Entry;
use wirecopy_document::clean::clean;
use wirecopy_document::document::Document;
use wirecopy_document::forms::head::Head;
use wirecopy_document::identity::{self, DocumentId};
use wirecopy_extract::Article;

use crate::archive::{Archive, commit::Signature, index::Index, reader::Reader};
use crate::fetch::Validators;
use crate::pipeline::{
    compose::{self, Carried, Material, ReadPage},
    message::ArrivalKind,
    record::{Recording, round_commit},
    settle::{Pending, Recorded, Records, Revised, Settled, first_revision, recorded, revised},
    source::{Source, TextChoice},
};
use wirecopy_publish::edition::Edition;

/// An article as it was read from a page of that time.
pub(crate) struct Capture {
    /// Whose it is.
    pub(crate) source: Arc<Source>,
    /// Where the page was had.
    pub(crate) url: Url,
    pub(crate) article: Article,
    /// When the page was had, where that is known. An article without it tells when it was published.
    pub(crate) captured: Option<Timestamp>,
}

/// What came of captures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    /// Articles that were not there.
    pub(crate) new: usize,
    /// Captures that are new revisions of their articles.
    pub(crate) revised: usize,
    /// Captures in which a reader would see nothing new.
    pub(crate) unchanged: usize,
    /// Captures older than what is recorded, or of unknown time.
    pub(crate) older: usize,
    /// Captures of articles that the operator took out, and that stay out.
    pub(crate) taken_out: usize,
    /// Captures that hold no text, or have lost so much that a failed page is likelier than an edit.
    pub(crate) distrusted: usize,
}

/// What is to be recorded of captures, and what was decided on each.
#[derive(Default)]
pub(crate) struct Settlement {
    /// One commit after the other: the first new revision of every document, the second, and so on.
    waves: Vec<Settled>,
    pub(crate) tally: Tally,
    /// Why captures were distrusted, in words.
    pub(crate) doubts: Vec<String>,
}

/// Decides on captures, those of one article in the order of their times. `volume` is the one that takes what is new,
/// `now` the latest that a date can mean where a capture has no time.
///
/// # Errors
/// The index or the archive cannot be read.
pub(crate) fn settle(
    index: &Index,
    reader: &mut Reader,
    (volume, now): (&str, Timestamp),
    mut captures: Vec<Capture>,
) -> Result<Settlement> {
    captures.sort_by_key(|capture| capture.captured);
    let composed: Vec<(Capture, Document)> = captures
        .into_par_iter()
        .map(|capture| {
            let document = document_of(&capture, now);
            (capture, document)
        })
        .collect();
    let mut desk = Desk {
        records: Records { index, reader, now },
        volume,
        standing: HashMap::new(),
        keys: HashMap::new(),
        settlement: Settlement::default(),
    };
    for (capture, document) in composed {
        desk.settle_one(&capture, document)?;
    }
    Ok(desk.settlement)
}

/// The document that a capture becomes, by the same rules as one whose page was fetched.
fn document_of(capture: &Capture, now: Timestamp) -> Document {
    let carried = Carried {
        body: clean("", None),
        text: String::new(),
        head: Head::default(),
    };
    // There is no feed to take a text from, whatever the source's choice.
    let source = Source {
        text: TextChoice::Page,
        ..(*capture.source).clone()
    };
    let page = ReadPage {
        text: capture.article.body.text(),
        article: capture.article.clone(),
        url: capture.url.clone(),
        validators: Validators::default(),
    };
    let mut document = compose::compose(&Material {
        source: &source,
        feed_language: None,
        entry: &Entry::default(),
        fingerprint: None,
        carried: &carried,
        page: Some(&page),
        link: &capture.url,
        now: capture.captured.unwrap_or(now),
    });
    document.trailer.captured = capture.captured;
    document
}

/// The latest state of an article while its captures are settled.
struct Standing {
    recorded: Recorded,
    /// How many revisions it gets.
    revisions: usize,
}

struct Desk<'a> {
    records: Records<'a>,
    volume: &'a str,
    standing: HashMap<DocumentId, Standing>,
    /// Addresses seen here, by source and key, which the index does not know yet.
    keys: HashMap<(String, String), DocumentId>,
    settlement: Settlement,
}

impl Desk<'_> {
    fn settle_one(&mut self, capture: &Capture, came: Document) -> Result<()> {
        let (source, key) = (capture.source.slug.clone(), identity::key(&capture.url));
        let index = self.records.index;
        let known = match self.keys.get(&(source.clone(), key.clone())) {
            Some(id) => Some(*id),
            None => index.document_by_key(&source, &key)?.map(|row| row.id),
        };
        let id = known.unwrap_or_else(|| DocumentId::of(&source, &came.url));
        if index.removed(id)?.is_some() || index.is_removed(&source, &key)? {
            self.settlement.tally.taken_out += 1;
            return Ok(());
        }
        if came.body.is_empty() {
            self.distrust(format!("{}: the page holds no text", capture.url));
            return Ok(());
        }
        let standing = match self.standing.remove(&id) {
            Some(standing) => Some(standing),
            None => recorded(&mut self.records, id)?.map(|recorded| Standing {
                recorded,
                revisions: 0,
            }),
        };
        if known.is_none() {
            let own = standing
                .as_ref()
                .map_or(&came.url, |standing| &standing.recorded.document.url);
            self.note_address((source.clone(), key), identity::key(own), id);
        }
        let standing = match standing {
            None => self.begin(id, came, &source),
            Some(standing) => self.go_on(standing, came, (id, capture)),
        };
        self.standing.insert(id, standing);
        Ok(())
    }

    /// The first revision of an article that is not there.
    fn begin(&mut self, id: DocumentId, came: Document, source: &str) -> Standing {
        let pending = first_revision(id, came, source);
        self.add(id, pending, 0)
    }

    /// A further capture of an article: a revision of it, or nothing.
    fn go_on(
        &mut self,
        standing: Standing,
        came: Document,
        (id, capture): (DocumentId, &Capture),
    ) -> Standing {
        let recorded = &standing.recorded.document.trailer;
        // A page that was there before it was withdrawn was not published again.
        if !is_newer(capture.captured, recorded.captured.max(recorded.withdrawn)) {
            let is_the_same = capture.captured.is_some() && capture.captured == recorded.captured;
            let tally = &mut self.settlement.tally;
            *(if is_the_same {
                &mut tally.unchanged
            } else {
                &mut tally.older
            }) += 1;
            return standing;
        }
        let now = capture.captured.unwrap_or(self.records.now);
        let kept = standing.recorded.clone();
        match revised(standing.recorded, came, &capture.source.slug, now) {
            Revised::Anew(pending) => return self.add(id, *pending, standing.revisions),
            Revised::Kept => self.settlement.tally.unchanged += 1,
            Revised::Distrusted(words) => self.distrust(words),
        }
        Standing {
            recorded: kept,
            ..standing
        }
    }

    /// Puts a revision into its wave, and makes it the article's latest state.
    fn add(&mut self, id: DocumentId, pending: Pending, wave: usize) -> Standing {
        match pending.arrival.kind {
            ArrivalKind::New => self.settlement.tally.new += 1,
            _ => self.settlement.tally.revised += 1,
        }
        let standing = Standing {
            recorded: Recorded {
                volume: pending
                    .volume
                    .clone()
                    .unwrap_or_else(|| self.volume.to_owned()),
                path: pending.path.clone(),
                document: pending.document.clone(),
            },
            revisions: wave + 1,
        };
        self.wave(wave).documents.insert(id, pending);
        standing
    }

    /// Remembers an address that was not known; one that is not the article's own goes into the archive.
    fn note_address(&mut self, (source, key): (String, String), own: String, id: DocumentId) {
        self.keys.insert((source.clone(), key.clone()), id);
        if key != own {
            self.wave(0).aliases.push((source, key, id));
        }
    }

    fn wave(&mut self, number: usize) -> &mut Settled {
        let waves = &mut self.settlement.waves;
        while waves.len() <= number {
            waves.push(Settled::default());
        }
        &mut waves[number]
    }

    fn distrust(&mut self, words: String) {
        self.settlement.tally.distrusted += 1;
        self.settlement.doubts.push(words);
    }
}

/// Whether a capture says something of a later time than what is recorded; what has no time is the oldest.
fn is_newer(came: Option<Timestamp>, recorded: Option<Timestamp>) -> bool {
    came > recorded
}

/// Where captures are recorded.
pub(crate) struct Shelf<'a> {
    pub(crate) archive: &'a mut Archive,
    pub(crate) index: &'a mut Index,
    pub(crate) edition: &'a Edition,
    pub(crate) author: &'a Signature,
    /// The time of the next commit.
    pub(crate) time: &'a mut Timestamp,
}

/// Records what was settled, and returns the number of commits. Each is a second later than the one before it, since
/// that tells the revisions of an article apart.
///
/// # Errors
/// Our own disk fails: what was recorded until then stays, and the same captures once more record the rest.
pub(crate) fn record(shelf: &mut Shelf<'_>, settlement: &Settlement) -> Result<usize> {
    let mut made = 0;
    for wave in &settlement.waves {
        let recording = Recording {
            archive: shelf.archive,
            index: shelf.index,
            edition: shelf.edition,
            author: shelf.author,
            settings: None,
            time: *shelf.time,
        };
        let Some(round) = round_commit(&recording, wave)? else {
            continue;
        };
        let commits = shelf.archive.commit(&round)?;
        shelf.index.apply(&round, &commits)?;
        *shelf.time = shelf.time.checked_add(SignedDuration::from_secs(1))?;
        made += commits.len();
    }
    Ok(made)
}
