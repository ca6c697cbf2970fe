//! `docs/commands.md`, from the command line's own definition.

use clap::{Arg, Command, CommandFactory};
use wirecopy::cli::CommandLine;

const INTRODUCTION: &str = "\
# Commands

<!-- Written by `cargo xtask generate` from crates/wirecopy/src/cli/. -->
";

/// The whole page.
pub(crate) fn page() -> String {
    let mut command = CommandLine::command();
    command.build();
    let mut page = INTRODUCTION.to_owned();
    page.push_str(&format!("\n{}\n", paragraphs(&command)));
    page.push_str("\nEvery command takes these:\n\n");
    page.push_str(&options(
        command
            .get_arguments()
            .filter(|argument| argument.is_global_set()),
    ));
    page.push_str(&format!(
        "\n## Exit codes\n\n{}",
        wirecopy::cli::exit::TABLE
    ));
    for subcommand in command
        .get_subcommands()
        .filter(|subcommand| subcommand.get_name() != "help" && !subcommand.is_hide_set())
    {
        describe(subcommand, &mut page);
    }
    page
}

/// A command and those below it, each under a heading of its own.
fn describe(command: &Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or_default().to_owned();
    page.push_str(&format!("\n## {name}\n\n{}\n", paragraphs(command)));
    let own = command
        .get_arguments()
        .filter(|argument| !argument.is_global_set() && argument.get_id() != "help");
    let options = options(own);
    if !options.is_empty() {
        page.push_str(&format!("\n{options}"));
    }
    if let Some(example) = command.get_after_help() {
        let example = example.to_string();
        let lines = example
            .lines()
            .skip(1)
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("\n");
        page.push_str(&format!("\n```sh\n{lines}\n```\n"));
    }
    for subcommand in command
        .get_subcommands()
        .filter(|subcommand| subcommand.get_name() != "help" && !subcommand.is_hide_set())
    {
        describe(subcommand, page);
    }
}

fn paragraphs(command: &Command) -> String {
    let text = command
        .get_long_about()
        .or(command.get_about())
        .map(ToString::to_string)
        .unwrap_or_default();
    with_stop(&text)
}

/// A table of arguments; empty when there are none.
fn options<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let rows: String = arguments.map(row).collect();
    if rows.is_empty() {
        rows
    } else {
        format!("| argument | |\n|---|---|\n{rows}")
    }
}

fn row(argument: &Arg) -> String {
    let value = argument
        .get_value_names()
        .map(|names| names.join(" "))
        .unwrap_or_default();
    let takes_value = argument.get_action().takes_values();
    let name = match (argument.get_long(), takes_value) {
        (Some(long), true) => format!("--{long} <{value}>"),
        (Some(long), false) => format!("--{long}"),
        (None, _) => format!("<{value}>"),
    };
    let help = argument
        .get_long_help()
        .or(argument.get_help())
        .map(ToString::to_string)
        .unwrap_or_default();
    format!(
        "| `{name}` | {} |\n",
        with_stop(&help.replace('\n', " ")).replace('|', "\\|")
    )
}

/// Clap cuts the final full stop of a comment; a page of prose has it.
fn with_stop(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '`', ':']) || text.is_empty() {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
