//! `wirecopy book`: the articles of a day, a week or a source as a file to take along.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::Serialize;
use wirecopy_publish::book::{BOOK_ARTICLES, Scope};
use wirecopy_publish::edition::Edition;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::cli::{holdings, options, theme};
use crate::config::Settings;
use crate::publishing::books::{self, BookForm};
use crate::publishing::records::Records;

/// Arguments of `wirecopy book`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy book --day 2026-11-20\n  wirecopy book --week 2026-W47 -o week.epub\n  \
                  wirecopy book --source evening-post --limit 50 -o post.html"
)]
pub struct Arguments {
    #[command(flatten)]
    scope: ScopeArguments,
    /// File to write; one that ends in `.html` becomes a single page, any other an EPUB. Without it the file is named
    /// after what it holds, in the working directory.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Most articles to take, the newest.
    #[arg(long, value_name = "NUMBER", default_value_t = BOOK_ARTICLES)]
    limit: usize,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What the book gathers.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct ScopeArguments {
    /// The articles of this day, such as `2026-11-20`.
    #[arg(long, value_name = "DATE")]
    day: Option<Date>,
    /// The articles of this week (ISO 8601), such as `2026-W47`.
    #[arg(long, value_name = "WEEK", value_parser = monday_of)]
    week: Option<Date>,
    /// The newest articles of this source.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a Path,
    articles: usize,
    bytes: usize,
}

/// The Monday of a week.
fn monday_of(text: &str) -> Result<Date, String> {
    let parts = text.split_once("-W");
    let numbers = parts.and_then(|(year, week)| Some((year.parse().ok()?, week.parse().ok()?)));
    let week = numbers.and_then(|(year, week)| ISOWeekDate::new(year, week, Weekday::Monday).ok());
    week.map(Date::from)
        .ok_or_else(|| "write a week like 2026-W47".to_owned())
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let edition = options::edition(&settings, theme::load(&settings.theme, mirror)?);
    let scope = scope(&arguments.scope, &edition)?;
    let output = match &arguments.output {
        Some(output) => output.clone(),
        None => PathBuf::from(format!("{}.epub", scope.name())),
    };
    let is_page = output
        .extension()
        .is_some_and(|extension| extension == "html");
    let form = if is_page {
        BookForm::Page
    } else {
        BookForm::Epub
    };
    let (archive, index) = holdings::open_to_read(mirror)?;
    let records = Records {
        archive: &archive,
        index: &index,
    };
    let Some((file, articles)) = books::book(records, &edition, (&scope, form), arguments.limit)?
    else {
        bail!("the archive has no articles of {}", scope.name());
    };
    write(&output, &file.bytes)?;
    let report = Report {
        file: &output,
        articles,
        bytes: file.bytes.len(),
    };
    if arguments.json {
        terminal.json(&report)?;
    } else {
        let kilobytes = report.bytes.div_ceil(1000);
        terminal.result(&format!(
            "{}: {articles} articles, {kilobytes} kB",
            output.display()
        ))?;
    }
    Ok(Exit::Done)
}

/// A former source is known by its name alone.
fn scope(arguments: &ScopeArguments, edition: &Edition) -> anyhow::Result<Scope> {
    if let Some(name) = &arguments.source {
        return Ok(Scope::Source(edition.source_or_former(name)));
    }
    let day = arguments.day.map(Scope::Day);
    day.or(arguments.week.map(Scope::Week))
        .context("name a day, a week or a source")
}

/// Written beside its place and renamed, so that a former book stays until the new one is whole.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".part");
    let partial = PathBuf::from(partial);
    std::fs::write(&partial, bytes)
        .and_then(|()| std::fs::rename(&partial, path))
        .with_context(|| format!("cannot write {}", path.display()))
}
