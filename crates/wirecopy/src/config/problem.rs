//! What is wrong with a settings file, in one sentence that names the file, the line and the remedy.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A settings file that cannot be used as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The file.
    pub path: PathBuf,
    /// Line in the file, from 1; absent where the whole file is meant.
    pub line: Option<usize>,
    /// What is wrong and what to do, without a final full stop.
    pub message: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.line {
            Some(line) => write!(
                formatter,
                "{}, line {line}: {}",
                self.path.display(),
                self.message
            ),
            None => write!(formatter, "{}: {}", self.path.display(), self.message),
        }
    }
}

impl std::error::Error for SettingsError {}

impl SettingsError {
    pub(crate) fn whole_file(path: &Path, message: String) -> SettingsError {
        SettingsError {
            path: path.to_owned(),
            line: None,
            message,
        }
    }

    pub(super) fn unreadable(path: &Path, error: &io::Error) -> SettingsError {
        let message = match error.kind() {
            io::ErrorKind::NotFound => {
                "there is no mirror here; run `wirecopy init`, or name its directory with --mirror"
                    .to_owned()
            }
            io::ErrorKind::InvalidData => {
                "the file is not UTF-8 text; save it again as UTF-8".to_owned()
            }
            _ => format!("cannot be read: {error}"),
        };
        SettingsError::whole_file(path, message)
    }

    /// An error of the TOML reader, with its place in `text`.
    pub(super) fn in_file(path: &Path, text: &str, error: &toml::de::Error) -> SettingsError {
        let line = error.span().map(|span| line_of(text, span.start));
        SettingsError {
            path: path.to_owned(),
            line,
            message: plain_words(error.message()),
        }
    }

    /// An error about the last source of that name.
    pub(super) fn at_source(path: &Path, text: &str, name: &str, message: &str) -> SettingsError {
        let line = text
            .lines()
            .enumerate()
            .filter(|(_, line)| names_source(line, name))
            .last();
        SettingsError {
            path: path.to_owned(),
            line: line.map(|(index, _)| index + 1),
            message: message.to_owned(),
        }
    }
}

fn names_source(line: &str, name: &str) -> bool {
    let value = line
        .trim_start()
        .strip_prefix("name")
        .map(str::trim_start)
        .and_then(|rest| rest.strip_prefix('='));
    value.is_some_and(|value| {
        value.contains(&format!("\"{name}\"")) || value.contains(&format!("'{name}'"))
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// Serde's message for an unknown or missing key, said for an operator; other messages stay.
fn plain_words(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field") || message.starts_with("unknown variant") {
        let (wrong, known) = quoted.split_first().unwrap_or((&"", &[]));
        let kind = if message.starts_with("unknown field") {
            "setting"
        } else {
            "choice"
        };
        return match nearest(wrong, known) {
            Some(right) => format!("there is no {kind} `{wrong}`; did you mean `{right}`?"),
            None => format!(
                "there is no {kind} `{wrong}`; there are: {}",
                known.join(", ")
            ),
        };
    }
    if message.starts_with("missing field") {
        return format!(
            "the setting `{}` is missing here; add it",
            quoted.first().unwrap_or(&"")
        );
    }
    message.lines().next().unwrap_or_default().to_owned()
}

/// The known word that a slip of the fingers turns into `wrong`: a third of its letters may differ.
pub(crate) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, word) = known
        .iter()
        .map(|word| (distance(wrong, word), *word))
        .min()?;
    let alike = distance <= word.chars().count().div_ceil(3)
        || word.starts_with(wrong)
        || wrong.starts_with(word);
    (alike && !wrong.is_empty()).then_some(word)
}

/// Levenshtein's distance between two words.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (index, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, b) in to.chars().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.chars().count()]
}
