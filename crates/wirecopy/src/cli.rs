//! The command line: one file for each command, which reads its arguments and the settings, calls the part of the
//! program that does the work, and prints what came of it.
//!
//! Results go to standard output, messages and progress to standard error. With `--json` standard output is one JSON
//! value and nothing else. `docs/commands.md` is generated from the types here.

mod add;
mod book;
mod clock;
mod demo;
mod doctor;
pub mod exit;
mod export;
mod extract;
mod holdings;
mod images;
mod import;
mod init;
mod ledger;
mod lines;
mod naming;
mod options;
mod picture_worker;
mod publish;
mod push;
mod reindex;
mod remedy;
mod remove;
mod run;
mod search;
mod serve;
mod server;
mod status;
mod stopping;
mod targets;
pub mod terminal;
mod theme;
mod update;
mod verify;
mod withdraw;
mod zim;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;

/// A self-hosted news mirror: it follows publications, keeps every article in git, and publishes them.
///
/// A mirror is a directory with a `wirecopy.toml`; `wirecopy init` begins one, and `wirecopy demo` shows one at work
/// without network or settings.
#[derive(Debug, Parser)]
#[command(
    name = "wirecopy",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct CommandLine {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Directory of the mirror; the working directory without it.
    #[arg(long, global = true, value_name = "DIR")]
    pub mirror: Option<PathBuf>,
    /// Print results and errors only.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Tell more of what happens; twice for every step.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The commands, in the order in which an operator meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show a mirror of an invented newsroom at work, on this machine alone.
    Demo(demo::Arguments),
    /// Begin a mirror.
    Init(init::Arguments),
    /// Follow a publication, found from the address of its feed or of any of its pages.
    Add(add::Arguments),
    /// Stop following a publication.
    Remove(remove::Arguments),
    /// Do one round: poll the sources, archive, publish and push what is new.
    Update(update::Arguments),
    /// Poll, archive, publish and serve until stopped.
    Run(run::Arguments),
    /// Find articles in the published site.
    Search(search::Arguments),
    /// Serve the site, without polling.
    Serve(serve::Arguments),
    /// Tell how each source is doing.
    Status(status::Arguments),
    /// Tell what each source announced and the archive lacks.
    ///
    /// The exit code is 0 where nothing is missing, 1 where something is, and 4 where nothing is but part of the time
    /// could not be seen.
    Ledger(ledger::Arguments),
    /// Look for what is wrong with the mirror or the machine, and say what to do.
    Doctor(doctor::Arguments),
    /// Bring the site up to date with the archive and the settings.
    Publish(publish::Arguments),
    /// Write a day, a week or a source as a book.
    Book(book::Arguments),
    /// Pack the published site into one file for Kiwix.
    Zim(zim::Arguments),
    /// Look at the pictures that are kept, check them, and clear them out.
    Images(images::Arguments),
    /// Send the archive to its remotes.
    Push(push::Arguments),
    /// Take an article out on purpose, and say so in its place.
    Withdraw(withdraw::Arguments),
    /// Tell whether an archive, or any clone of it, is what its operator recorded.
    Verify(verify::Arguments),
    /// Make the index anew from the archive.
    Reindex(reindex::Arguments),
    /// Take over what another program kept.
    Import(import::Arguments),
    /// Write what the mirror has in the form of another program.
    Export(export::Arguments),
    /// Read the article of one page, or of a list of pages.
    Extract(extract::Arguments),
    /// Decode pictures for the proxy; the program starts it for itself.
    #[command(hide = true)]
    PictureWorker,
}

/// Reads the process's arguments, does what they say, and tells how it ended.
pub fn main() -> ExitCode {
    let line = CommandLine::parse();
    let terminal = Terminal::new(line.global.quiet);
    terminal.start_log(line.global.verbose, line.command.is_long_running());
    let exit = match line.command.run(&line.global, &terminal) {
        Ok(exit) => exit,
        Err(error) if exit::is_closed_output(&error) => Exit::Done,
        Err(error) => {
            terminal.error(&error);
            exit::of(&error)
        }
    };
    exit.into()
}

impl Command {
    /// These are left alone for days, so they log what they do without being asked.
    fn is_long_running(&self) -> bool {
        matches!(self, Command::Run(_) | Command::Serve(_))
    }

    fn run(&self, global: &Global, terminal: &Terminal) -> anyhow::Result<Exit> {
        let mirror = global.mirror.as_deref().unwrap_or(Path::new("."));
        match self {
            Command::Demo(arguments) => demo::run(arguments, global.mirror.clone()),
            Command::Init(arguments) => init::run(arguments, mirror, terminal),
            Command::Add(arguments) => add::run(arguments, mirror, terminal),
            Command::Remove(arguments) => remove::run(arguments, mirror, terminal),
            Command::Update(arguments) => update::run(arguments, mirror, terminal),
            Command::Run(arguments) => run::run(arguments, mirror, terminal),
            Command::Search(arguments) => search::run(arguments, mirror, terminal),
            Command::Serve(arguments) => serve::run(arguments, mirror, terminal),
            Command::Status(arguments) => status::run(arguments, mirror, terminal),
            Command::Ledger(arguments) => ledger::run(arguments, mirror, terminal),
            Command::Doctor(arguments) => doctor::run(arguments, mirror, terminal),
            Command::Publish(arguments) => publish::run(arguments, mirror, terminal),
            Command::Book(arguments) => book::run(arguments, mirror, terminal),
            Command::Zim(arguments) => zim::run(arguments, mirror, terminal),
            Command::Images(arguments) => images::run(arguments, mirror, terminal),
            Command::Push(arguments) => push::run(arguments, mirror, terminal),
            Command::Withdraw(arguments) => withdraw::run(arguments, mirror, terminal),
            Command::Verify(arguments) => verify::run(arguments, mirror, terminal),
            Command::Reindex(arguments) => reindex::run(arguments, mirror, terminal),
            Command::Import(arguments) => import::run(arguments, mirror, terminal),
            Command::Export(arguments) => export::run(arguments, mirror, terminal),
            Command::Extract(arguments) => extract::run(arguments, mirror, terminal),
            Command::PictureWorker => picture_worker::run(),
        }
    }
}

/// The tasks' runtime, for commands that use the network.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
}
