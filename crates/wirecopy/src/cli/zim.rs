//! `wirecopy zim`: the published site as one file for Kiwix.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use wirecopy_document::path::slug;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::cli::{holdings, options, theme};
use crate::config::Settings;
use crate::publishing::zim;

/// Arguments of `wirecopy zim`.
#[derive(Debug, Args)]
#[command(
    long_about = "Pack the published site into one ZIM file, which Kiwix reads without a line: every page, with its \
                  search.\n\nThe same site gives the same bytes. To follow what is published, run it again.",
    after_help = "Example:\n  wirecopy publish\n  wirecopy zim --output mirror.zim"
)]
pub struct Arguments {
    /// File to write; without it one named after the mirror, in the working directory.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a Path,
    articles: usize,
    files: usize,
    bytes: u64,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let edition = options::edition(&settings, theme::load(&settings.theme, mirror)?);
    let (_, index) = holdings::open_to_read(mirror)?;
    let named = || PathBuf::from(format!("{}.zim", slug(&edition.title)));
    let output = arguments.output.clone().unwrap_or_else(named);
    let site = options::publish_options(&settings, mirror).directory;
    let bar = terminal.bar(0, "files");
    let packed = zim::pack(&index, &edition, (&site, &output), &|done, total| {
        bar.set_length(total.unwrap_or_default());
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let report = Report {
        file: &output,
        articles: packed.articles,
        files: packed.files,
        bytes: packed.bytes,
    };
    if arguments.json {
        terminal.json(&report)?;
    } else {
        terminal.result(&format!(
            "{}: {} articles, {} kB",
            output.display(),
            report.articles,
            report.bytes.div_ceil(1000)
        ))?;
    }
    Ok(Exit::Done)
}
