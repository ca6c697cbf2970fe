//! `wirecopy extract`: the article of one page, or of a whole list of pages, without any mirror.
//!
//! Settings are read where the directory has them, so that a page is fetched as the mirror would fetch it.

mod batch;
mod hand;
mod page;
mod record;
mod report;
mod task;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use url::Url;
use wirecopy_extract::{Article, Rejection, explain, extract, markdown};
use wirecopy_render::{DateChoice, Fields, Form, Options, Parts, render};

use crate::cli::exit::Exit;
use crate::cli::extract::page::Source;
use crate::cli::extract::record::Record;
use crate::cli::options;
use crate::cli::terminal::Terminal;
use crate::config::{SETTINGS_FILE, Settings};
use crate::pipeline::rules;

/// Arguments of `wirecopy extract`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy extract https://www.example.org/news/1 --format markdown"
)]
pub struct Arguments {
    /// Address of a page, file that holds one, or `-` for standard input.
    #[arg(value_name = "PAGE", required_unless_present = "batch")]
    page: Option<Source>,
    /// How the article is printed.
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with_all = ["format", "explain"])]
    json: bool,
    /// Address that a file came from; links in it are relative to it.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "batch")]
    url: Option<Url>,
    /// Directory of site rules, instead of the one that the settings name.
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Print an HTML report instead: what was decided on each block, and where each field came from.
    #[arg(long, conflicts_with = "format")]
    explain: bool,
    /// Read a file of JSON lines, each `{"id", "url", "file"}`, on all cores, and print one JSON line for each.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["page", "format", "explain"])]
    batch: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// CommonMark with tables, strikethrough and footnotes.
    Markdown,
    /// Sanitised HTML, one block a line.
    Html,
    /// The text alone, one block a line.
    Text,
    /// One JSON value with every field.
    Json,
    /// TEI P5, with what is known of the article in its header.
    Tei,
    /// XML in TEI's words, without its header.
    Xml,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = settings(mirror)?;
    let rules = match &arguments.rules {
        Some(directory) => rules::load(directory)?,
        None => options::rules(&settings, mirror)?,
    };
    if let Some(list) = &arguments.batch {
        return batch::run(list, rules, terminal);
    }
    let source = arguments.page.as_ref().expect("clap asks for it");
    let mut taken = page::take(source, &settings)?;
    if let Some(url) = &arguments.url {
        taken.url = Some(url.clone());
    }
    let page = taken.page();
    let rule = page.url.and_then(|url| rules.for_page(url));
    if arguments.explain {
        terminal.result(&report::html(&explain(&page, rule), page.url))?;
        return Ok(Exit::Done);
    }
    print(&extract(&page, rule), page.url, arguments, terminal)
}

/// Those of the mirror, or the defaults where there is none.
fn settings(mirror: &Path) -> anyhow::Result<Settings> {
    if mirror.join(SETTINGS_FILE).exists() {
        Ok(Settings::load(mirror)?)
    } else {
        Ok(Settings::default())
    }
}

fn print(
    found: &Result<Article, Rejection>,
    url: Option<&Url>,
    arguments: &Arguments,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    if arguments.json || arguments.format == Format::Json {
        terminal.json(&Record::of(found))?;
    }
    let article = match found {
        Ok(article) => article,
        Err(rejection) => {
            terminal.error(&anyhow::anyhow!("there is no article: {rejection}"));
            return Ok(Exit::Failed);
        }
    };
    match arguments.format {
        _ if arguments.json => {}
        Format::Json => {}
        Format::Html => terminal.result(article.body.as_str())?,
        Format::Text => terminal.result(&article.text)?,
        Format::Markdown => terminal.result(&markdown(&article.body))?,
        Format::Tei => terminal.result(&as_xml(article, url, Form::Tei)?)?,
        Format::Xml => terminal.result(&as_xml(article, url, Form::Xml)?)?,
    }
    Ok(Exit::Done)
}

/// A file in one of the forms that carry the article's fields.
fn as_xml(article: &Article, url: Option<&Url>, form: Form) -> anyhow::Result<String> {
    let fields = Fields::of(article, url, &DateChoice::default()).map_err(anyhow::Error::msg)?;
    let options = Options {
        parts: Parts::default(),
        metadata: true,
    };
    Ok(render(form, article, &fields, &options))
}
