//! `wirecopy extract --batch`: the pages of a list, read on all cores, one JSON line for each in the list's order.
//!
//! A line that is no task is an error with its place; a page that cannot be read, that panics or that takes too long
//! is told as that page's kind. Neither ends the run.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use flate2::read::MultiGzDecoder;
use wirecopy_extract::SiteRules;

use crate::cli::exit::Exit;
use crate::cli::extract::hand::{Hand, PAGE_LIMIT};
use crate::cli::extract::in_order::in_order;
use crate::cli::extract::page;
use crate::cli::extract::task::{Answer, Task};
use crate::cli::terminal::Terminal;

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
    let lines = Lines {
        reader: open(list).with_context(|| format!("cannot read {}", list.display()))?,
        count: 0,
        has_ended: false,
    };
    let order = Order {
        list,
        rules: Arc::new(rules),
    };
    let counter = terminal.counter("pages");
    let mut exit = Exit::Done;
    in_order(
        lines,
        || Hand::new(Task::answer, PAGE_LIMIT),
        |hand, line| placed_outcome(hand, line, &order),
        |outcome| {
            counter.inc(1);
            exit = exit.or(print(outcome, terminal)?);
            Ok(())
        },
    )?;
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

impl Iterator for Lines {
    type Item = (usize, io::Result<Vec<u8>>);

    /// The next line with its number from 1. After an error there is no more to read.
    fn next(&mut self) -> Option<(usize, io::Result<Vec<u8>>)> {
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

/// What came of a line, with its place where something is wrong with it.
fn placed_outcome(
    hand: &mut Hand<Task, Answered>,
    (number, line): (usize, io::Result<Vec<u8>>),
    order: &Order<'_>,
) -> Outcome {
    let place = format!("{}:{number}", order.list.display());
    let outcome = match line.context("cannot read on") {
        Ok(line) if line.trim_ascii().is_empty() => Outcome::Nothing,
        Ok(line) => outcome(hand, line.trim_ascii(), order),
        Err(error) => Outcome::NoTask(error),
    };
    match outcome {
        Outcome::NoTask(error) => Outcome::NoTask(error.context(place)),
        Outcome::Unread(answer, error) => Outcome::Unread(answer, error.context(place)),
        other => other,
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
        Err(lost) => (task, lost.word(), anyhow::Error::new(lost)),
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
        let lines = Lines {
            reader: Box::new(reader),
            count: 0,
            has_ended: false,
        };
        let taken: Vec<bool> = lines.map(|(_, line)| line.is_ok()).collect();
        assert!(taken.len() > 1_000);
        assert_eq!(taken.iter().position(|good| !good), Some(taken.len() - 1));
    }
}
