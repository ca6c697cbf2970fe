//! `wirecopy init`: a commented settings file, an empty archive, and a workflow for a scheduled job if one is wanted.
//!
//! What is there already is left as it is.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use clap::{Args, ValueEnum};
use toml_edit::value;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::config::SETTINGS_FILE;

const SETTINGS_TEMPLATE: &str = include_str!("init/wirecopy.toml");
const EXAMPLE_REMOTES: &str = "#remotes = [\"git@git.example.org:me/news-{volume}.git\"]";
const IGNORED: &str = include_str!("init/gitignore");

/// Arguments of `wirecopy init`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy init --mirror news --title 'Morning News' --contact editor@news.example"
)]
pub struct Arguments {
    /// Name of the mirror.
    #[arg(long, value_name = "NAME")]
    title: Option<String>,
    /// Mail address or page by which publications can reach you.
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Git repository that receives the archive; may be given several times.
    #[arg(long = "remote", value_name = "ADDRESS")]
    remotes: Vec<String>,
    /// Also write a workflow that updates the mirror every hour at this host (see docs/ci.md).
    #[arg(long, value_name = "HOST")]
    ci: Option<Host>,
}

/// Hosts that run scheduled jobs.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Host {
    Github,
    Gitlab,
    Forgejo,
}

impl Host {
    /// Where the host looks for its workflow, and the workflow.
    fn workflow(self) -> (&'static str, &'static str) {
        match self {
            Host::Github => (
                ".github/workflows/wirecopy.yml",
                include_str!("init/github.yml"),
            ),
            Host::Gitlab => (".gitlab-ci.yml", include_str!("init/gitlab.yml")),
            Host::Forgejo => (
                ".forgejo/workflows/wirecopy.yml",
                include_str!("init/forgejo.yml"),
            ),
        }
    }
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = settings_text(arguments);
    let mut files = vec![(SETTINGS_FILE, settings.as_str()), (".gitignore", IGNORED)];
    files.extend(arguments.ci.map(Host::workflow));
    for (name, text) in files {
        let path = mirror.join(name);
        let word = if write_new(&path, text)? {
            "wrote"
        } else {
            "kept"
        };
        terminal.remark(&format!("{word} {}", path.display()));
    }
    let archive = mirror.join("archive");
    fs::create_dir_all(&archive).with_context(|| format!("cannot create {}", archive.display()))?;
    terminal.remark("next: `wirecopy add <address of a publication>`, then `wirecopy update`");
    Ok(Exit::Done)
}

/// The template with the operator's own words in place of its examples.
fn settings_text(arguments: &Arguments) -> String {
    let mut text = SETTINGS_TEMPLATE.to_owned();
    let remotes: toml_edit::Array = arguments.remotes.iter().collect();
    let words = [
        (
            "title = \"News mirror\"",
            "title",
            arguments.title.as_ref().map(value),
        ),
        (
            "#contact = \"you@example.org\"",
            "contact",
            arguments.contact.as_ref().map(value),
        ),
        (
            EXAMPLE_REMOTES,
            "remotes",
            (!remotes.is_empty()).then(|| value(remotes)),
        ),
    ];
    for (example, key, item) in words {
        if let Some(item) = item {
            text = text.replacen(example, &format!("{key} = {item}"), 1);
        }
    }
    text
}

/// Writes a file unless there is one; tells whether it did.
fn write_new(path: &Path, text: &str) -> anyhow::Result<bool> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => {
            std::io::Write::write_all(&mut file, text.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot create {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::config::theme::ThemeSettings;

    /// The template with its settings switched on; a comment that explains has a space after its sign.
    fn switched_on() -> String {
        let is_setting =
            |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase() || c == '[');
        let line = |line: &'static str| {
            line.strip_prefix('#')
                .filter(|rest| is_setting(rest))
                .unwrap_or(line)
        };
        SETTINGS_TEMPLATE
            .lines()
            .map(line)
            .collect::<Vec<&str>>()
            .join("\n")
    }

    #[test]
    fn the_template_shows_every_default_as_it_is() {
        let mut settings = Settings::parse(&switched_on(), Path::new(SETTINGS_FILE)).unwrap();
        assert_eq!(settings.sources.len(), 1);
        // These have no default; the template shows an example.
        settings.sources.clear();
        settings.mirror.contact = None;
        settings.mirror.base_url = None;
        settings.fetch.rules = None;
        settings.theme = ThemeSettings::default();
        settings.archive.remotes.clear();
        settings.publish.document_url = None;
        settings.publish.history_url = None;
        settings.publish.archive_url = None;
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn the_operators_words_replace_the_examples() {
        let title = "He said \"no\" \\ 山报";
        let arguments = Arguments {
            title: Some(title.to_owned()),
            contact: Some("me@x.example".to_owned()),
            remotes: vec!["/srv/news.git".to_owned()],
            ci: None,
        };
        let text = settings_text(&arguments);
        let settings = Settings::parse(&text, Path::new(SETTINGS_FILE)).unwrap();
        assert_eq!(settings.mirror.title, title);
        assert_eq!(settings.mirror.contact.as_deref(), Some("me@x.example"));
        assert_eq!(settings.archive.remotes, ["/srv/news.git"]);
        assert!(!text.contains(EXAMPLE_REMOTES));
    }

    #[test]
    fn the_template_as_it_is_written_is_all_defaults() {
        let settings = Settings::parse(SETTINGS_TEMPLATE, Path::new(SETTINGS_FILE)).unwrap();
        assert_eq!(settings, Settings::default());
    }
}
