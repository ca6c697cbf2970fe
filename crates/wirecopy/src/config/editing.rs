//! Changes to `wirecopy.toml` that the program makes: sources come and go, and the operator's comments stay.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::config::migration::write_whole;
use crate::config::{Settings, SourceSettings};

/// Appends sources to the settings file at `path`.
///
/// # Errors
/// When the file cannot be read or written, or would not be valid afterwards.
pub fn add_sources(path: &Path, sources: &[SourceSettings]) -> anyhow::Result<()> {
    change(path, |tables| {
        for source in sources {
            tables.push(table_of(source));
        }
    })
}

/// Removes the source of that short name from the settings file at `path`, with the comments above it.
///
/// # Errors
/// As [`add_sources`].
pub fn remove_source(path: &Path, name: &str) -> anyhow::Result<()> {
    change(path, |tables| {
        tables.retain(|table| table.get("name").and_then(Item::as_str) != Some(name))
    })
}

/// Reads the file, changes its sources, and replaces it in one step if the result is valid.
fn change(path: &Path, edit: impl FnOnce(&mut ArrayOfTables)) -> anyhow::Result<()> {
    let text = fs::read_to_string(path)?;
    let mut document: DocumentMut = text.parse()?;
    let sources = document
        .entry("source")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let Item::ArrayOfTables(tables) = sources else {
        bail!("its sources are written as one array; write each as a [[source]] of its own");
    };
    edit(tables);
    if tables.is_empty() {
        document.remove("source");
    }
    let text = document.to_string();
    Settings::parse(&text, path)?;
    write_whole(path, &text).context("the new file cannot be written")
}

/// What `wirecopy add` and an import know of a source; the other settings stay at their defaults.
fn table_of(source: &SourceSettings) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    table["name"] = value(&source.name);
    if let Some(title) = &source.title {
        table["title"] = value(title);
    }
    table["feed"] = match &source.feeds[..] {
        [only] => value(only.as_str()),
        several => value(
            several
                .iter()
                .map(url::Url::as_str)
                .collect::<toml_edit::Array>(),
        ),
    };
    for (key, address) in [("site", &source.site), ("proxy", &source.proxy)] {
        if let Some(address) = address {
            table[key] = value(address.as_str());
        }
    }
    if let Some(folder) = &source.folder {
        table["folder"] = value(folder);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    const BEFORE: &str = "\
# mine
format = 1

# the first of all
[[source]]
name = \"hill\" # a hill
feed = \"https://hill.example/feed\"

[fetch]
# slowly
host_delay = \"5s\"
";

    fn river() -> SourceSettings {
        SourceSettings::new("river", Url::parse("https://river.example/rss").unwrap())
    }

    #[test]
    fn an_added_source_follows_the_others_and_comments_stay() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), BEFORE).unwrap();
        add_sources(file.path(), &[river()]).unwrap();
        let added = "\n[[source]]\nname = \"river\"\nfeed = \"https://river.example/rss\"\n";
        let expected = BEFORE.replace("\n[fetch]", &format!("{added}\n[fetch]"));
        assert_eq!(fs::read_to_string(file.path()).unwrap(), expected);
    }

    #[test]
    fn a_removed_source_leaves_the_file_as_it_was_before() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), BEFORE).unwrap();
        add_sources(file.path(), &[river()]).unwrap();
        remove_source(file.path(), "river").unwrap();
        assert_eq!(fs::read_to_string(file.path()).unwrap(), BEFORE);
    }

    #[test]
    fn an_edit_that_would_break_the_file_is_not_made() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), BEFORE).unwrap();
        let twice = SourceSettings {
            name: "hill".to_owned(),
            ..river()
        };
        assert!(add_sources(file.path(), &[twice]).is_err());
        assert_eq!(fs::read_to_string(file.path()).unwrap(), BEFORE);
    }
}
