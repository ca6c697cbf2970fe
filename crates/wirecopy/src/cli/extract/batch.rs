//! `wirecopy extract --batch`: the pages of a list, read on all cores, one JSON line for each in the list's order.
//!
//! A line that is no task is an error with its place; a page that cannot be read, that panics or that takes too long
//! is told as that page's kind. Neither ends the run.

use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use wirecopy_extract::SiteRules;

use crate::cli::exit::Exit;
use crate::cli::extract::hand::{Hand, PAGE_LIMIT};
use crate::cli::extract::in_order::in_order;
use crate::cli::extract::task::{Answer, Task};
use crate::cli::lines::Lines;
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
    let lines = Lines::open(list)?;
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
