//! The search index on disk: made whole with a whole build, and brought up to date level by level with an increment.
//!
//! Which files change follows from how many documents there were and are and which of them were revised; the manifest
//! of the current generation tells the former count. A level that grows, or whose documents changed, is revised from
//! its files; one that begins elsewhere is small, and made anew.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use rayon::prelude::*;
use wirecopy_document::document::Document;
use wirecopy_publish::edition::{Listing, OutputFile};
use wirecopy_publish::search::build::Builder;
use wirecopy_publish::search::entries::{CHUNK, MANIFEST, Manifest, path};
use wirecopy_publish::search::level::Level;
use wirecopy_publish::search::revise::Revision;
use wirecopy_publish::search::terms::{Terms, terms};

use crate::publishing::Press;
use crate::publishing::increment::Base;
use crate::publishing::target::Target;

/// Documents that are read before their terms are taken from all of them at once.
const BATCH: usize = 256;

impl Press<'_> {
    /// Writes the whole index.
    pub(crate) fn write_search(&self, target: &Target) -> Result<()> {
        let count = self.count()?;
        let mut press = LevelPress::new(self, count);
        let mut chunk: Vec<Listing> = Vec::with_capacity(CHUNK as usize);
        let mut chunks = 0;
        self.catalogue.each(|listing| {
            chunk.push(listing.clone());
            if chunk.len() == CHUNK as usize {
                target.put(&self.site.search_chunk(chunks, &chunk))?;
                chunks += 1;
                chunk.clear();
            }
            press.take(target, listing)
        })?;
        if !chunk.is_empty() {
            target.put(&self.site.search_chunk(chunks, &chunk))?;
        }
        press.finish(target)?;
        self.write_search_frame(target)
    }

    /// Brings the index of the current generation up to date.
    pub(crate) fn update_search(&self, target: &Target, base: Base<'_>) -> Result<()> {
        let count = self.count()?;
        let Some(former) = former_count(base.directory).filter(|former| *former <= count) else {
            return self.write_search(target);
        };
        let mut ordinals: BTreeSet<u32> = (former..count).collect();
        for id in base.changed {
            if let Some(listing) = self.catalogue.listing(*id)? {
                ordinals.insert(u32::try_from(
                    self.catalogue.ordinal(&listing, self.articles())?,
                )?);
            }
        }
        for level in Level::ALL {
            let (before, now) = (level.range(former), level.range(count));
            let came = before.end.max(now.start)..now.end;
            let revised = ordinals.range(now.clone()).copied();
            let changed: BTreeSet<u32> = revised.chain(came).collect();
            if before == now && changed.is_empty() {
                continue;
            }
            let revision = Revision::of(level, former, count);
            let done = match revision {
                Some(revision) => self.revise_level(target, base, (revision, &changed))?,
                None => false,
            };
            if !done {
                self.write_level(target, level, count)?;
            }
        }
        let chunks: BTreeSet<u32> = ordinals.iter().map(|ordinal| ordinal / CHUNK).collect();
        for chunk in chunks {
            let listings = self.archived(chunk * CHUNK..(chunk + 1) * CHUNK)?;
            target.put(&self.site.search_chunk(chunk, &listings))?;
        }
        self.write_search_frame(target)
    }

    /// Writes the files of a level that change; whether its former files could be read.
    fn revise_level(
        &self,
        target: &Target,
        base: Base<'_>,
        (mut revision, changed): (Revision, &BTreeSet<u32>),
    ) -> Result<bool> {
        for run in runs(changed) {
            for (ordinal, listing) in run.clone().zip(self.archived(run)?) {
                let said = match revision.held(ordinal) {
                    true => self.catalogue.former(&listing, &base.former.volumes)?,
                    false => None,
                };
                let said = said.map_or_else(Terms::default, |bytes| terms_of(&listing, &bytes));
                let says = terms_of(&listing, &self.catalogue.read(&listing)?);
                revision.take((ordinal, self.site.search_day(&listing)), said, says);
            }
        }
        let read = |path: &str| std::fs::read(base.directory.join(path)).ok();
        let finished = revision.finish(&read, &mut |file| target.put(&file))?;
        Ok(finished.is_ok())
    }

    fn write_level(&self, target: &Target, level: Level, count: u32) -> Result<()> {
        let mut press = LevelPress::of(self, level, count);
        let range = level.range(count);
        for start in range.clone().step_by(BATCH) {
            let end = range.end.min(start + u32::try_from(BATCH)?);
            for listing in self.archived(start..end)? {
                press.take(target, listing)?;
            }
        }
        press.finish(target)
    }

    fn archived(&self, ordinals: Range<u32>) -> Result<Vec<Listing>> {
        let ordinals = ordinals.start.into()..ordinals.end.into();
        self.catalogue.archived(ordinals, self.articles())
    }

    /// What names the rest of the index, last: a reader of the former manifest finds all that it names.
    fn write_search_frame(&self, target: &Target) -> Result<()> {
        let newest = self.catalogue.newest(None, 1)?;
        let summaries = self.summaries()?;
        target.put(&self.site.search_table())?;
        target.put(&self.site.search()?)?;
        target.put(&self.site.search_manifest(&summaries, newest.first()))
    }

    fn count(&self) -> Result<u32> {
        u32::try_from(self.articles()).context("more articles than the search can number")
    }
}

/// Neighbouring ordinals as ranges, of at most a batch each.
fn runs(ordinals: &BTreeSet<u32>) -> Vec<Range<u32>> {
    let mut runs: Vec<Range<u32>> = Vec::new();
    for ordinal in ordinals {
        match runs.last_mut() {
            Some(run) if run.end == *ordinal && run.len() < BATCH => run.end += 1,
            _ => runs.push(*ordinal..ordinal + 1),
        }
    }
    runs
}

fn former_count(directory: &Path) -> Option<u32> {
    let bytes = std::fs::read(directory.join(path(MANIFEST))).ok()?;
    Manifest::read(&bytes).map(|manifest| manifest.count)
}

/// Takes documents in the order of archiving, and writes each level when it is full.
struct LevelPress<'a> {
    press: &'a Press<'a>,
    /// The levels that are still to be filled, the next one last.
    builders: Vec<Builder>,
    /// What was put aside of the next level.
    runs: Vec<File>,
    batch: Vec<(Listing, Vec<u8>)>,
}

impl<'a> LevelPress<'a> {
    fn new(press: &'a Press<'a>, count: u32) -> LevelPress<'a> {
        let builders = Level::ALL.map(|level| Builder::new(level, count));
        LevelPress {
            press,
            builders: builders.into_iter().rev().collect(),
            runs: Vec::new(),
            batch: Vec::with_capacity(BATCH),
        }
    }

    fn of(press: &'a Press<'a>, level: Level, count: u32) -> LevelPress<'a> {
        LevelPress {
            builders: vec![Builder::new(level, count)],
            ..LevelPress::new(press, count)
        }
    }

    fn take(&mut self, target: &Target, listing: Listing) -> Result<()> {
        let bytes = self.press.catalogue.read(&listing)?;
        self.batch.push((listing, bytes));
        if self.batch.len() == BATCH {
            self.hand_over(target)?;
        }
        Ok(())
    }

    fn hand_over(&mut self, target: &Target) -> Result<()> {
        let read: Vec<Terms> = self
            .batch
            .par_iter()
            .map(|(listing, bytes)| terms_of(listing, bytes))
            .collect();
        for ((listing, _), terms) in std::mem::take(&mut self.batch).iter().zip(read) {
            while self.builders.last().is_some_and(Builder::is_full) {
                self.write_last(target)?;
            }
            let day = self.press.site.search_day(listing);
            if let Some(builder) = self.builders.last_mut() {
                builder.add(terms, day);
                if builder.is_heavy() {
                    let mut run = BufWriter::new(target.scratch()?);
                    builder.put_aside(&mut run)?;
                    self.runs.push(run.into_inner()?);
                }
            }
        }
        Ok(())
    }

    fn finish(mut self, target: &Target) -> Result<()> {
        self.hand_over(target)?;
        while !self.builders.is_empty() {
            self.write_last(target)?;
        }
        Ok(())
    }

    fn write_last(&mut self, target: &Target) -> Result<()> {
        let Some(builder) = self.builders.pop() else {
            return Ok(());
        };
        let mut runs: Vec<Box<dyn Read>> = Vec::with_capacity(self.runs.len());
        for mut run in self.runs.drain(..) {
            run.rewind()?;
            runs.push(Box::new(BufReader::new(run)));
        }
        builder.finish(runs, &mut |file: OutputFile| target.put(&file))
    }
}

/// A document that cannot be read has no page either, and is found by nothing.
fn terms_of(listing: &Listing, bytes: &[u8]) -> Terms {
    Document::parse(bytes).map_or_else(
        |_| Terms::default(),
        |(document, _)| terms(&listing.source, &document.title, &document.body.text()),
    )
}
