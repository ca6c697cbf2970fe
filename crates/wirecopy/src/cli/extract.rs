//! `wirecopy extract`: the article of one page, or of many, without any mirror.
//!
//! Settings are read where the directory has them, so that a page is fetched as the mirror would fetch it.

mod batch;
mod files;
mod form;
mod hand;
mod in_order;
pub(in crate::cli) mod page;
mod places;
mod record;
mod report;
mod task;
mod warc;

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, Subcommand};
use url::Url;
use wirecopy_extract::{Article, Rejection, SiteRules, explain, extract};

use crate::cli::exit::Exit;
use crate::cli::extract::form::{Format, written};
use crate::cli::extract::page::Source;
use crate::cli::extract::record::Record;
use crate::cli::options;
use crate::cli::terminal::Terminal;
use crate::config::{SETTINGS_FILE, Settings};
use crate::pipeline::rules;

/// Arguments of `wirecopy extract`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "Example:
  wirecopy extract https://www.example.org/news/1 --format markdown
  wirecopy extract pages/ --output articles/
  wirecopy extract pages/ more.html > articles.jsonl")]
pub struct Arguments {
    #[command(subcommand)]
    from: Option<From>,
    /// Address of a page, file that holds one, or `-` for standard input. Of several files, and of the pages below a
    /// directory (`.html`, `.htm`, `.xhtml`, `.shtml`, also gzipped), each gives a line of JSON, or a file with
    /// `--output`; one that cannot be read or has no article does not stop the others.
    #[arg(value_name = "PAGE", required_unless_present = "batch")]
    pages: Vec<Source>,
    /// How the article is printed; without it as Markdown.
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The same as `--format json`.
    #[arg(long, conflicts_with_all = ["format", "explain"])]
    json: bool,
    /// Write each article to a file of its own in this directory, named as its page.
    #[arg(long, short, value_name = "DIR", conflicts_with_all = ["batch", "explain"])]
    output: Option<PathBuf>,
    /// Address that a file came from; links in it are relative to it.
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["batch", "output"])]
    url: Option<Url>,
    /// Directory of site rules, instead of the one that the settings name. A rule is for a page whose address is known.
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// Print an HTML report instead: what was decided on each block, and where each field came from.
    #[arg(long, conflicts_with = "format")]
    explain: bool,
    /// Read a file of JSON lines, each `{"id", "url", "fetched", "file"}`, on all cores, and print one JSON line for
    /// each.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pages", "format", "explain"])]
    batch: Option<PathBuf>,
}

/// Where pages are beside files.
#[derive(Debug, Subcommand)]
enum From {
    /// Read the captures in web archives (WARC, gzipped or not), and print one JSON line for each.
    ///
    /// `status` is `ok`, `not-html`, `no-article`, `truncated` (torn, damaged, different from its digest, or cut short
    /// by the crawler), `panic` or `too-slow`. The exit code is 1 where an archive is damaged or a page has one of the
    /// last two; the other captures are printed all the same.
    Warc(warc::Arguments),
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = settings(mirror)?;
    let rules = |directory: &Option<PathBuf>| match directory {
        Some(directory) => rules::load(directory),
        None => options::rules(&settings, mirror),
    };
    if let Some(From::Warc(archives)) = &arguments.from {
        return warc::run(archives, rules(&archives.rules)?, terminal);
    }
    let rules = rules(&arguments.rules)?;
    if let Some(list) = &arguments.batch {
        return batch::run(list, rules, terminal);
    }
    match arguments.pages.as_slice() {
        [Source::File(path)] if path.is_dir() => many(arguments, terminal),
        [source] if arguments.output.is_none() => {
            let mut taken = page::take(source, &settings)?;
            if let Some(url) = &arguments.url {
                taken.url = Some(url.clone());
            }
            one(&taken, &rules, arguments, terminal)
        }
        _ => many(arguments, terminal),
    }
}

fn one(
    taken: &page::Taken,
    rules: &SiteRules,
    arguments: &Arguments,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let page = taken.page();
    let rule = page.url.and_then(|url| rules.for_page(url));
    if arguments.explain {
        terminal.result(&report::html(&explain(&page, rule), page.url))?;
        return Ok(Exit::Done);
    }
    print(&extract(&page, rule), page.url, arguments, terminal)
}

/// Files and directories of files.
fn many(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    match files_only(arguments) {
        Ok(paths) => {
            let format = arguments.chosen_format();
            let output = arguments.output.as_deref();
            let order = files::Order {
                paths,
                output: output.map(|directory| (directory, format)),
            };
            files::run(order, terminal)
        }
        Err(error) => {
            terminal.error(&error);
            Ok(Exit::Usage)
        }
    }
}

/// What cannot be asked of many pages is said before any is read.
fn files_only(arguments: &Arguments) -> anyhow::Result<Vec<&Path>> {
    if arguments.explain || arguments.url.is_some() {
        bail!("`--explain` and `--url` are for one page: give a single file or address");
    }
    let is_json = matches!(arguments.format, None | Some(Format::Json));
    if arguments.output.is_none() && !is_json {
        bail!(
            "many pages are printed as lines of JSON: name a directory with `--output` for another format"
        );
    }
    arguments.pages.iter().map(file).collect()
}

fn file(source: &Source) -> anyhow::Result<&Path> {
    match source {
        Source::File(path) => Ok(path),
        Source::Address(url) => bail!("{url} stands among files: give it alone"),
        Source::Input => bail!("`-` stands among files: give it alone"),
    }
}

impl Arguments {
    fn chosen_format(&self) -> Format {
        let named = self.format.unwrap_or(Format::Markdown);
        if self.json { Format::Json } else { named }
    }
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
    let format = arguments.chosen_format();
    match found {
        Ok(article) => {
            terminal.result(&written(article, url, format)?)?;
            Ok(Exit::Done)
        }
        Err(rejection) => {
            if format == Format::Json {
                terminal.json(&Record::of(found))?;
            }
            terminal.error(&anyhow::anyhow!("there is no article: {rejection}"));
            Ok(Exit::Failed)
        }
    }
}
