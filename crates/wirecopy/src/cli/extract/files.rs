//! `wirecopy extract` of many files: every page on all cores, each article as a file of its own in a directory, or as
//! a line of JSON. What is wrong with one page is told with its path and stops no other.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Serialize;
use wirecopy_extract::extract;

use crate::cli::exit::Exit;
use crate::cli::extract::form::{Format, written};
use crate::cli::extract::hand::{Hand, PAGE_LIMIT};
use crate::cli::extract::in_order::in_order;
use crate::cli::extract::page::{self, Taken};
use crate::cli::extract::places::{Place, places};
use crate::cli::extract::record::Record;
use crate::cli::terminal::Terminal;

/// What all pages have in common.
pub(super) struct Order<'a> {
    /// Files, and directories of files.
    pub(super) paths: Vec<&'a Path>,
    /// Where articles are written and as what; lines of JSON without it.
    pub(super) output: Option<(&'a Path, Format)>,
}

/// One page to read. Goes to another thread, so that it owns what it needs.
struct Job {
    file: PathBuf,
    format: Option<Format>,
}

/// What a page's thread makes of it: the article's record, and how it is written.
struct Read {
    record: Record,
    text: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a Path,
    #[serde(flatten)]
    record: Record,
}

pub(super) fn run(order: Order<'_>, terminal: &Terminal) -> anyhow::Result<Exit> {
    let output = order.output;
    if let Some((directory, _)) = output {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
    }
    let (places, mut exit) = found_places(&order, terminal);
    let bar = terminal.bar(places.len() as u64, "pages");
    let mut count = 0_usize;
    in_order(
        places.into_iter(),
        || Hand::new(read, PAGE_LIMIT),
        |hand, place| {
            let done = done(hand, &place, output);
            (place, done)
        },
        |(place, (record, error))| {
            bar.inc(1);
            if let Some(error) = error {
                terminal.error(&error.context(place.file.display().to_string()));
                exit = Exit::Failed;
            } else {
                count += 1;
            }
            tell(&place.file, record, output.is_some(), terminal)
        },
    )?;
    bar.finish_and_clear();
    if let Some((directory, _)) = output {
        terminal.remark(&format!("{count} articles in {}", directory.display()));
    }
    Ok(exit)
}

/// The pages to read. A path that cannot be looked into is told and left out.
fn found_places(order: &Order<'_>, terminal: &Terminal) -> (Vec<Place>, Exit) {
    let extension = order.output.map(|(_, format)| format.extension());
    let directory = order.output.map(|(directory, _)| directory);
    let (places, problems) = places(&order.paths, extension, directory);
    for problem in &problems {
        terminal.error(problem);
    }
    let exit = if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    };
    (places, exit)
}

fn tell(file: &Path, record: Record, is_written: bool, terminal: &Terminal) -> anyhow::Result<()> {
    if is_written {
        return Ok(());
    }
    let line = serde_json::to_string(&Line { file, record });
    terminal.result(&line.context("cannot write the answer as JSON")?)
}

type Hands = Hand<Job, anyhow::Result<Read>>;

/// Reads a page, writes its article where that is asked for, and says what went wrong.
fn done(
    hand: &mut Hands,
    place: &Place,
    output: Option<(&Path, Format)>,
) -> (Record, Option<anyhow::Error>) {
    let job = Job {
        file: place.file.clone(),
        format: output.map(|(_, format)| format),
    };
    let (kind, error) = match hand.answer(job) {
        Ok(Ok(read)) => {
            let problem = kept(&read, place, output).err();
            return (read.record, problem);
        }
        Ok(Err(error)) => ("unreadable", error),
        Err(lost) => (lost.word(), anyhow::Error::new(lost)),
    };
    let record = Record {
        kind,
        evidence: Some(format!("{error:#}")),
        ..Record::default()
    };
    (record, Some(error))
}

fn kept(read: &Read, place: &Place, output: Option<(&Path, Format)>) -> anyhow::Result<()> {
    if let Some(evidence) = &read.record.evidence {
        bail!("there is no article: {}: {evidence}", read.record.kind);
    }
    match (output, &read.text) {
        (Some((directory, _)), Some(text)) => write(&directory.join(&place.output), text),
        _ => Ok(()),
    }
}

fn read(job: Job) -> anyhow::Result<Read> {
    let taken = Taken {
        bytes: page::read_file(&job.file)?,
        ..Taken::default()
    };
    // No address is known of it, and so no site's rule.
    let found = extract(&taken.page(), None);
    let text = match (&found, job.format) {
        (Ok(article), Some(format)) => Some(written(article, None, format)?),
        _ => None,
    };
    Ok(Read {
        record: Record::of(&found),
        text,
    })
}

/// Writes beside the place first, so that a file that is there is whole.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let whole = format!("{text}\n");
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(&part, whole))
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| format!("cannot write {}", path.display()))
}
