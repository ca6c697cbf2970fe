//! `wirecopy publish`: brings the site up to date with the archive and the settings.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::cli::{holdings, options, targets, theme};
use crate::config::Settings;
use crate::images::renditions::make::{MakingReport, make};
use crate::publishing::Published;
use crate::publishing::delivery::{self, Delivered, Deliveries};
use crate::publishing::records::{self, Records};
use crate::publishing::weight::Overweight;

/// Arguments of `wirecopy publish`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy publish")]
pub struct Arguments {
    /// Publish nothing, but write the built-in templates to this new directory, to start a theme from.
    #[arg(long, value_name = "DIRECTORY")]
    templates: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    /// Whether everything was built anew.
    whole: bool,
    written: usize,
    unchanged: usize,
    /// Pages that weigh more, compressed, than their kind may.
    overweight: Vec<Heavy>,
    /// What was made of the stored pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    renditions: Option<MakingReport>,
    /// Where the site was delivered to.
    targets: Vec<targets::Report>,
    /// Documents that could not be read, and a hub that was not told, in words.
    problems: Vec<String>,
    seconds: f64,
}

/// A page over its budget, in bytes.
#[derive(Serialize)]
struct Heavy {
    path: String,
    bytes: usize,
    budget: usize,
}

/// How many pages over their budget are named; `--json` names all.
const NAMED: usize = 5;

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    if let Some(directory) = &arguments.templates {
        return write_templates(directory, terminal);
    }
    let settings = Settings::load(mirror)?;
    let holdings = holdings::open(mirror, &settings, terminal)?;
    let started = Instant::now();
    let bar = terminal.bar(0, "articles");
    let records = Records {
        archive: &holdings.archive,
        index: &holdings.index,
    };
    let options = options::publish_options(&settings, mirror);
    let edition = options::edition(&settings, theme::load(&settings.theme, mirror)?);
    let publish = || {
        records::publish(records, &edition, &options, &|done, total| {
            if let Some(total) = total {
                bar.set_length(total);
            }
            bar.set_position(done);
        })
    };
    let mut published = publish()?;
    bar.finish_and_clear();
    let renditions = make_renditions(&settings, mirror, terminal)?;
    if renditions.as_ref().is_some_and(MakingReport::is_news) {
        published = together(published, publish()?);
        bar.finish_and_clear();
    }
    let mut problems = published.problems;
    let mut delivered = Vec::new();
    if let Some(deliveries) = targets::deliveries(&settings, mirror)? {
        let runtime = super::runtime()?;
        let places = runtime.block_on(deliver(&options.directory, &deliveries));
        delivered.extend(places.iter().map(targets::Report::from));
        problems.extend(runtime.block_on(deliveries.announce(&published.feeds)));
    }
    let report = Report {
        renditions,
        targets: delivered,
        whole: published.whole,
        written: published.written,
        unchanged: published.unchanged,
        overweight: heaviest_first(published.overweight),
        problems,
        seconds: started.elapsed().as_secs_f64(),
    };
    show(&report, arguments, terminal)?;
    let is_delivered = report.targets.iter().all(targets::Report::is_delivered);
    Ok(if report.problems.is_empty() && is_delivered {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn write_templates(directory: &Path, terminal: &Terminal) -> anyhow::Result<Exit> {
    let count = theme::write_templates(directory)?;
    let shown = directory.display();
    terminal.result(&format!(
        "{count} templates written to {shown}; keep those you change, and name it as `templates` of `[theme]`"
    ))?;
    Ok(Exit::Done)
}

/// Makes of the stored pictures what pages show, once the pages are out: nothing waits for it.
fn make_renditions(
    settings: &Settings,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Option<MakingReport>> {
    let Some(options) = options::making_options(settings, mirror, None)? else {
        return Ok(None);
    };
    let bar = terminal.bar(0, "renditions");
    let made = super::runtime()?.block_on(make(&options, &|done, wanting| {
        bar.set_length(wanting);
        bar.set_position(done);
    }));
    bar.finish_and_clear();
    made.map(Some)
}

/// What two publishings of one site come to.
fn together(first: Published, second: Published) -> Published {
    Published {
        whole: first.whole || second.whole,
        written: first.written + second.written,
        unchanged: second.unchanged,
        feeds: [first.feeds, second.feeds].concat(),
        ..second
    }
}

/// To every place, whatever it got before: a place that was changed by others is mended so.
async fn deliver(site: &Path, deliveries: &Deliveries) -> Vec<Delivered> {
    delivery::deliver(site, &deliveries.destinations, &deliveries.courier).await
}

fn heaviest_first(overweight: Vec<Overweight>) -> Vec<Heavy> {
    let mut heavy: Vec<Heavy> = overweight
        .into_iter()
        .map(|page| Heavy {
            path: page.path,
            bytes: page.bytes,
            budget: page.budget,
        })
        .collect();
    heavy.sort_by_key(|page| std::cmp::Reverse(page.bytes));
    heavy
}

fn show(report: &Report, arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<()> {
    if arguments.json {
        return terminal.json(report);
    }
    for problem in &report.problems {
        terminal.result(problem)?;
    }
    if !report.overweight.is_empty() {
        let count = report.overweight.len();
        terminal.result(&format!(
            "{count} pages weigh more than they may on a slow line (compressed, without pictures):"
        ))?;
        for page in report.overweight.iter().take(NAMED) {
            let (kilobytes, budget) = (page.bytes / 1000, page.budget / 1000);
            terminal.result(&format!("  {kilobytes} kB of {budget}  {}", page.path))?;
        }
    }
    let Report {
        written,
        unchanged,
        seconds,
        ..
    } = report;
    if let Some(made) = report.renditions.as_ref().filter(|made| made.is_news()) {
        terminal.result(&made.to_string())?;
    }
    for target in &report.targets {
        terminal.result(&target.to_string())?;
    }
    terminal.result(&format!(
        "{written} files written, {unchanged} as they were, in {seconds:.1} s"
    ))
}
