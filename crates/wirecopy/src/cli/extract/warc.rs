//! `wirecopy extract warc`: the captures in web archives, read on all cores, one JSON line for each in the archives'
//! order. A record that is torn, damaged or brings the engine down is told as its status and ends nothing.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Args;
use serde::Serialize;
use url::Url;
use wirecopy_extract::{Page, RejectionKind, SiteRules, extract};
use wirecopy_warc::{Capture, Damage, NoCapture, Reader, capture};

use crate::cli::exit::Exit;
use crate::cli::extract::hand::{Hand, Lost, PAGE_LIMIT};
use crate::cli::extract::in_order::in_order;
use crate::cli::extract::record::Record;
use crate::cli::terminal::Terminal;

/// Largest record that is read as a page. Crawlers of news stop at a few megabytes; what is larger is a film.
const MAX_RECORD: usize = 32 << 20;

/// Bytes of a file read at once.
const BUFFER: usize = 256 << 10;

/// Arguments of `wirecopy extract warc`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy extract warc news-20260302.warc.gz > articles.jsonl")]
pub(super) struct Arguments {
    /// WARC files, gzipped or not; `-` for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Directory of site rules, instead of the one that the settings name.
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Option<PathBuf>,
}

/// One capture.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(flatten)]
    head: Head,
    /// The HTTP status; null for what was not had over HTTP.
    http_status: Option<u16>,
    /// `ok`, `not-html`, `no-article`, `truncated`, `panic` or `too-slow`.
    status: &'static str,
    #[serde(flatten)]
    record: Record,
}

/// Which record it is.
#[derive(Clone, Debug, Default, Serialize)]
struct Head {
    file: PathBuf,
    /// Of the record, or of its gzip member, in the file.
    offset: u64,
    record_id: Option<String>,
    url: Option<String>,
    /// When it was captured, as the archive says.
    fetched: Option<String>,
}

pub(super) fn run(
    arguments: &Arguments,
    rules: SiteRules,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let rules = Arc::new(rules);
    let counter = terminal.counter("captures");
    let mut exit = Exit::Done;
    in_order(
        Captures::of(&arguments.files),
        || Hand::new(read, PAGE_LIMIT),
        |hand, found| told(hand, found, &rules),
        |(line, error)| {
            counter.inc(1);
            if let Some(error) = error {
                terminal.error(&error);
                exit = Exit::Failed;
            }
            let Some(line) = line else { return Ok(()) };
            let line = serde_json::to_string(&line).context("cannot write the answer as JSON")?;
            terminal.result(&line)
        },
    )?;
    counter.finish_and_clear();
    Ok(exit)
}

type Source = BufReader<Box<dyn Read + Send>>;

/// What is found in the files, record by record.
struct Captures<'a> {
    files: std::slice::Iter<'a, PathBuf>,
    open: Option<(&'a Path, Reader<Source>)>,
}

enum Found {
    Record(PathBuf, wirecopy_warc::Record),
    Damage(PathBuf, Damage),
    Unopened(anyhow::Error),
}

impl<'a> Captures<'a> {
    fn of(files: &'a [PathBuf]) -> Captures<'a> {
        Captures {
            files: files.iter(),
            open: None,
        }
    }
}

impl Iterator for Captures<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let Some((path, reader)) = &mut self.open else {
                let path = self.files.next()?;
                match open(path) {
                    Ok(source) => self.open = Some((path, Reader::new(source, MAX_RECORD))),
                    Err(error) => return Some(Found::Unopened(error)),
                }
                continue;
            };
            match reader.next() {
                Some(Ok(record)) if matches!(record.kind(), "response" | "resource") => {
                    return Some(Found::Record(path.to_path_buf(), record));
                }
                // Requests, metadata, what is the same as earlier.
                Some(Ok(_)) => {}
                Some(Err(damage)) => return Some(Found::Damage(path.to_path_buf(), damage)),
                None => self.open = None,
            }
        }
    }
}

fn open(path: &Path) -> anyhow::Result<Source> {
    let source: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot read {}", path.display()))?)
    };
    Ok(BufReader::with_capacity(BUFFER, source))
}

/// What a page's thread needs.
struct Job {
    rules: Arc<SiteRules>,
    url: Option<String>,
    record: wirecopy_warc::Record,
}

/// What it gives back: HTTP status, status, and the rest.
type Answer = (Option<u16>, &'static str, Record);

/// The line of what was found, and what is wrong with the archive or the engine.
fn told(
    hand: &mut Hand<Job, Option<Answer>>,
    found: Found,
    rules: &Arc<SiteRules>,
) -> (Option<Line>, Option<anyhow::Error>) {
    let (file, record) = match found {
        Found::Record(file, record) => (file, record),
        Found::Unopened(error) => return (None, Some(error)),
        Found::Damage(file, damage) => {
            let error = anyhow!("{}: {damage}", file.display());
            let head = Head {
                file,
                offset: damage.place,
                ..Head::default()
            };
            let answer = (None, "truncated", without("truncated", damage.problem));
            return (Some(line(head, answer)), Some(error));
        }
    };
    let head = head(file, &record);
    let place = format!("{}: at byte {}", head.file.display(), head.offset);
    let flaw = record.flaw.clone().map(anyhow::Error::new);
    let job = Job {
        rules: rules.clone(),
        url: head.url.clone(),
        record,
    };
    match hand.answer(job) {
        Ok(answer) => {
            let error = flaw.map(|error| error.context(place));
            (answer.map(|answer| line(head, answer)), error)
        }
        Err(lost) => {
            let status = match lost {
                Lost::Panicked(_) => "panic",
                Lost::TooSlow => "too-slow",
            };
            let answer = (None, status, without(lost.word(), lost.to_string()));
            (
                Some(line(head, answer)),
                Some(anyhow::Error::new(lost).context(place)),
            )
        }
    }
}

fn head(file: PathBuf, record: &wirecopy_warc::Record) -> Head {
    let field = |name| record.headers.get(name).map(str::to_owned);
    Head {
        file,
        offset: record.place,
        record_id: field("warc-record-id"),
        url: record.url().map(str::to_owned),
        fetched: field("warc-date"),
    }
}

fn line(head: Head, (http_status, status, record): Answer) -> Line {
    Line {
        head,
        http_status,
        status,
        record,
    }
}

fn without(kind: &'static str, evidence: String) -> Record {
    Record {
        kind,
        evidence: Some(evidence),
        ..Record::default()
    }
}

/// Reads one record's page; nothing where it is no capture.
fn read(job: Job) -> Option<Answer> {
    match capture(&job.record, MAX_RECORD) {
        Ok(capture) => Some(page(&capture, &job)),
        Err(NoCapture::Other) => None,
        Err(error @ NoCapture::NoResponse) => {
            Some((None, "not-html", without("not-html", error.to_string())))
        }
        Err(NoCapture::Truncated(evidence)) => {
            Some((None, "truncated", without("truncated", evidence)))
        }
    }
}

fn page(capture: &Capture, job: &Job) -> Answer {
    if let Some(code) = capture.status.filter(|code| !(200..300).contains(code)) {
        let evidence = format!("the server answered with status {code}");
        let kind = RejectionKind::Error.word();
        return (Some(code), "no-article", without(kind, evidence));
    }
    let url = job.url.as_deref().and_then(|url| Url::parse(url).ok());
    let page = Page {
        bytes: &capture.body,
        media_type: capture.media_type.as_deref(),
        url: url.as_ref(),
    };
    let rule = page.url.and_then(|url| job.rules.for_page(url));
    let found = extract(&page, rule);
    let status = match &found {
        Ok(_) => "ok",
        Err(rejection) if rejection.kind == RejectionKind::NotHtml => "not-html",
        Err(_) => "no-article",
    };
    (capture.status, status, Record::of(&found))
}
