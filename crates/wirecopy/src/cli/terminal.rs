//! What the operator sees: results on standard output, messages, progress and the log on standard error.
//!
//! Colours and progress bars appear on a terminal only, and colours not when `NO_COLOR` is set. Columns are aligned
//! by the width that a terminal gives to each character, two columns for a CJK one.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anyhow::Context;
use console::{Alignment, measure_text_width, pad_str, style};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::cli::remedy::remedy;

/// Environment variable that sets the log's level, in tracing-subscriber's syntax: `debug`, `wirecopy::fetch=trace`.
pub const LOG_VARIABLE: &str = "WIRECOPY_LOG";

/// Where a command prints.
#[derive(Debug)]
pub struct Terminal {
    quiet: bool,
    bars: MultiProgress,
}

impl Terminal {
    /// A quiet one prints results and errors only.
    pub fn new(quiet: bool) -> Terminal {
        let hidden = quiet || !io::stderr().is_terminal();
        let target = if hidden {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        Terminal {
            quiet,
            bars: MultiProgress::with_draw_target(target),
        }
    }

    /// Sends log events to standard error, above the progress bars.
    ///
    /// Without `WIRECOPY_LOG` a command that is left alone tells each outcome, another one problems only, and each
    /// `--verbose` adds a level. What the HTML parser calls a warning is a page's bad markup, which is normal.
    pub fn start_log(&self, verbose: u8, is_long_running: bool) {
        let level = match u8::from(is_long_running) + verbose {
            _ if self.quiet => "error",
            0 => "html5ever=error,warn",
            1 => "wirecopy=info,html5ever=error,warn",
            2 => "wirecopy=debug,info",
            _ => "trace",
        };
        let filter =
            EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new(level));
        let colours = io::stderr().is_terminal() && console::colors_enabled_stderr();
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(colours)
            .with_target(false)
            .with_writer(AboveBars(self.bars.clone()))
            .init();
    }

    /// Prints a line of the result.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn result(&self, line: &str) -> anyhow::Result<()> {
        self.bars
            .suspend(|| writeln!(io::stdout(), "{line}"))
            .context("cannot write to standard output")
    }

    /// Prints one JSON value.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.result(
            &serde_json::to_string_pretty(value).context("cannot write the result as JSON")?,
        )
    }

    /// Prints a remark, unless it is a quiet terminal. Nothing depends on whether it can be seen.
    pub fn remark(&self, line: &str) {
        if !self.quiet {
            self.bars.suspend(|| writeln!(io::stderr(), "{line}").ok());
        }
    }

    /// Prints an error with its causes, and below it what to do where its words do not say so.
    pub fn error(&self, error: &anyhow::Error) {
        let word = style("error:").for_stderr().red().bold();
        let remedy = remedy(error).map(|remedy| format!("\n{remedy}"));
        self.bars.suspend(|| {
            writeln!(
                io::stderr(),
                "{word} {error:#}{}",
                remedy.unwrap_or_default()
            )
            .ok()
        });
    }

    /// A bar for `total` steps; it draws itself at most ten times a second, and only on a terminal.
    pub fn bar(&self, total: u64, unit: &str) -> ProgressBar {
        let template =
            format!("{{bar:32}} {{human_pos}}/{{human_len}} {unit}, {{eta}} left {{msg}}");
        self.add(ProgressBar::new(total), &template)
    }

    /// A counter for work whose size is not known before.
    pub fn counter(&self, unit: &str) -> ProgressBar {
        self.add(
            ProgressBar::no_length(),
            &format!("{{spinner}} {{human_pos}} {unit}, {{per_sec}} {{msg}}"),
        )
    }

    fn add(&self, bar: ProgressBar, template: &str) -> ProgressBar {
        let style =
            ProgressStyle::with_template(template).expect("the template is one of the two above");
        let bar = self.bars.add(bar.with_style(style));
        bar.enable_steady_tick(Duration::from_millis(250));
        bar
    }
}

/// Lays out rows in aligned columns, two spaces apart, with the first row as bold headings.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(String::as_str);
        cells
            .chain([headings[column]])
            .map(measure_text_width)
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut text = String::new();
    let headings = headings
        .iter()
        .map(|heading| style(heading).bold().to_string())
        .collect();
    for row in [&headings].into_iter().chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&pad_str(cell, *width, Alignment::Left, None));
            line.push_str("  ");
        }
        writeln!(text, "{}", line.trim_end()).expect("a string takes every line");
    }
    text.truncate(text.trim_end().len());
    text
}

/// Writes log lines without tearing the progress bars.
struct AboveBars(MultiProgress);

impl Write for &AboveBars {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write_all(bytes))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl<'a> MakeWriter<'a> for AboveBars {
    type Writer = &'a AboveBars;

    fn make_writer(&'a self) -> &'a AboveBars {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_what_a_terminal_shows() {
        let rows = [
            vec!["美国之音".to_owned(), "12".to_owned()],
            vec!["hill".to_owned(), "3".to_owned()],
        ];
        let text = console::strip_ansi_codes(&table(&["source", "articles"], &rows)).into_owned();
        assert_eq!(text, "source    articles\n美国之音  12\nhill      3");
    }
}
