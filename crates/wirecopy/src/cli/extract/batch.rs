//! `wirecopy extract --batch`: the pages of a list, read on all cores, one JSON line for each in the list's order.
//!
//! A line that is no task is an error with its place; a page that cannot be read, that panics or that takes too long
//! is told as that page's kind. Neither ends the run.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use flate2::read::MultiGzDecoder;
use wirecopy_extract::SiteRules;

use crate::cli::exit::Exit;
use crate::cli::extract::hand::{Hand, Lost};
use crate::cli::extract::page;
use crate::cli::extract::task::{Answer, Task};
use crate::cli::terminal::Terminal;

/// Longest time for one page. The largest that is read at all, 128 MiB, takes some ten seconds on one core.
const PAGE_LIMIT: Duration = Duration::from_secs(120);

/// Answers that may wait to be printed, for each core.
const WAITING: usize = 32;

/// What came of a line.
enum Outcome {
    /// The page was read.
    Answered(Box<Answer>),
    /// The page could not be read, and its answer says so.
    Unread(Box<Answer>, anyhow::Error),
    /// The line is no task.
    NoTask(anyhow::Error),
    /// The line is empty.
    Nothing,
}

pub(super) fn run(list: &Path, rules: SiteRules, terminal: &Terminal) -> anyhow::Result<Exit> {
    let lines = Mutex::new(Lines {
        reader: open(list).with_context(|| format!("cannot read {}", list.display()))?,
        count: 0,
        has_ended: false,
    });
    let order = Order {
        list,
        rules: Arc::new(rules),
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (sender, outcomes) = sync_channel(cores * WAITING);
    thread::scope(|scope| {
        for _ in 0..cores {
            let sender = sender.clone();
            let (lines, order) = (&lines, &order);
            scope.spawn(move || work(lines, order, &sender));
        }
        drop(sender);
        print_in_order(outcomes, terminal)
    })
}

/// Prints each outcome in its turn; those of later lines wait for it.
fn print_in_order(
    outcomes: impl IntoIterator<Item = (usize, Outcome)>,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let counter = terminal.counter("pages");
    let (mut exit, mut next, mut early) = (Exit::Done, 1, BTreeMap::new());
    for (number, outcome) in outcomes {
        early.insert(number, outcome);
        while let Some(outcome) = early.remove(&next) {
            if print(outcome, terminal)? == Exit::Failed {
                exit = Exit::Failed;
            }
            next += 1;
            counter.inc(1);
        }
    }
    counter.finish_and_clear();
    Ok(exit)
}

fn print(outcome: Outcome, terminal: &Terminal) -> anyhow::Result<Exit> {
    let line = |answer| serde_json::to_string(answer).context("cannot write the answer as JSON");
    match outcome {
        Outcome::Answered(answer) => {
            terminal.result(&line(&answer)?)?;
            return Ok(Exit::Done);
        }
        Outcome::Unread(answer, error) => {
            terminal.result(&line(&answer)?)?;
            terminal.error(&error);
        }
        Outcome::NoTask(error) => terminal.error(&error),
        Outcome::Nothing => return Ok(Exit::Done),
    }
    Ok(Exit::Failed)
}

/// The list's bytes: a file, gzipped or not, or standard input for `-`.
fn open(list: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let reader: Box<dyn Read + Send> = if list == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(list)?)
    };
    let mut reader = BufReader::new(reader);
    Ok(if reader.fill_buf()?.starts_with(&page::GZIP) {
        Box::new(BufReader::new(MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    })
}

/// The list's lines as they are taken, one by one.
struct Lines {
    reader: Box<dyn BufRead + Send>,
    /// Those taken.
    count: usize,
    has_ended: bool,
}

impl Lines {
    /// The next line with its number from 1. After an error there is no more to read.
    fn take(&mut self) -> Option<(usize, io::Result<Vec<u8>>)> {
        let mut line = Vec::new();
        let read = if self.has_ended {
            Ok(0)
        } else {
            self.reader.read_until(b'\n', &mut line)
        };
        self.has_ended = !matches!(read, Ok(1..));
        self.count += 1;
        match read {
            Ok(0) => None,
            Ok(_) => Some((self.count, Ok(line))),
            Err(error) => Some((self.count, Err(error))),
        }
    }
}

/// What all tasks have in common.
struct Order<'a> {
    list: &'a Path,
    rules: Arc<SiteRules>,
}

/// Takes lines until there are none, or until nobody prints any more.
fn work(lines: &Mutex<Lines>, order: &Order<'_>, outcomes: &SyncSender<(usize, Outcome)>) {
    let mut hand = Hand::new(Task::answer, PAGE_LIMIT);
    loop {
        let taken = lines.lock().expect("taking a line does not panic").take();
        let Some((number, line)) = taken else { return };
        let place = format!("{}:{number}", order.list.display());
        let outcome = match line.context("cannot read on") {
            Ok(line) if line.trim_ascii().is_empty() => Outcome::Nothing,
            Ok(line) => outcome(&mut hand, line.trim_ascii(), order),
            Err(error) => Outcome::NoTask(error),
        };
        let outcome = match outcome {
            Outcome::NoTask(error) => Outcome::NoTask(error.context(place)),
            Outcome::Unread(answer, error) => Outcome::Unread(answer, error.context(place)),
            other => other,
        };
        if outcomes.send((number, outcome)).is_err() {
            return;
        }
    }
}

type Answered = Result<Answer, (Task, anyhow::Error)>;

fn outcome(hand: &mut Hand<Task, Answered>, line: &[u8], order: &Order<'_>) -> Outcome {
    let beside = order.list.parent().unwrap_or(Path::new(""));
    let task = match Task::parse(line, beside, &order.rules) {
        Ok(task) => task,
        Err(error) => return Outcome::NoTask(error),
    };
    let (task, kind, error) = match hand.answer(task.clone()) {
        Ok(Ok(answer)) => return Outcome::Answered(Box::new(answer)),
        Ok(Err((task, error))) => (task, "unreadable", error),
        Err(Lost::Panicked(words)) => (task, "failed", anyhow::anyhow!("panicked: {words}")),
        Err(Lost::TooSlow) => (
            task,
            "too-slow",
            anyhow::anyhow!("not done after {} s", PAGE_LIMIT.as_secs()),
        ),
    };
    let answer = task.without_answer(kind, format!("{error:#}"));
    Outcome::Unread(Box::new(answer), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_the_first_that_cannot_be_read() {
        // A gzip member cut short, after which every further read fails again.
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        io::Write::write_all(&mut packed, &b"{}\n".repeat(30_000)).unwrap();
        let mut packed = packed.finish().unwrap();
        packed.truncate(packed.len() / 2);
        let reader = BufReader::new(MultiGzDecoder::new(io::Cursor::new(packed)));
        let mut lines = Lines {
            reader: Box::new(reader),
            count: 0,
            has_ended: false,
        };
        let taken: Vec<bool> = std::iter::from_fn(|| lines.take())
            .map(|(_, line)| line.is_ok())
            .collect();
        assert!(taken.len() > 1_000);
        assert_eq!(taken.iter().position(|good| !good), Some(taken.len() - 1));
    }
}
