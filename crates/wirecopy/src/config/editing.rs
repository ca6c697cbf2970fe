//! Changes to `wirecopy.toml` that the program makes: sources come and go, and the operator's comments stay.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use toml_edit::{DocumentMut, Item, Table, value};

use crate::config::migration::write_whole;
use crate::config::{Settings, SourceSettings};

/// Appends sources to the settings file at `path`.
///
/// They go to the end of the file as text: only there no comment changes the section that it stands in.
///
/// # Errors
/// When the file cannot be read or written, or would not be valid afterwards.
pub fn add_sources(path: &Path, sources: &[SourceSettings]) -> anyhow::Result<()> {
    let mut text = fs::read_to_string(path)?;
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let tables = sources.iter().map(table_of).collect();
    let mut added = DocumentMut::new();
    added.insert("source", Item::ArrayOfTables(tables));
    text.push_str(&added.to_string());
    replace(path, &text)
}

/// Removes the source of that short name from the settings file at `path`, with the comments above it.
///
/// # Errors
/// As [`add_sources`].
pub fn remove_source(path: &Path, name: &str) -> anyhow::Result<()> {
    let mut document: DocumentMut = fs::read_to_string(path)?.parse()?;
    let Some(Item::ArrayOfTables(tables)) = document.get_mut("source") else {
        bail!("its sources are written as one array; write each as a [[source]] of its own");
    };
    tables.retain(|table| table.get("name").and_then(Item::as_str) != Some(name));
    if tables.is_empty() {
        document.remove("source");
    }
    replace(path, &document.to_string())
}

/// Puts the new text in place in one step, if it is valid.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    Settings::parse(text, path)?;
    write_whole(path, text).context("the new file cannot be written")
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
    if let Some(selector) = &source.link_selector {
        table["link_selector"] = value(selector.to_string());
    }
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
    fn an_added_source_comes_last_and_all_before_it_stays() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), BEFORE).unwrap();
        add_sources(file.path(), &[river()]).unwrap();
        let added = "\n[[source]]\nname = \"river\"\nfeed = \"https://river.example/rss\"\n";
        assert_eq!(
            fs::read_to_string(file.path()).unwrap(),
            format!("{BEFORE}{added}")
        );
        let settings =
            Settings::parse(&fs::read_to_string(file.path()).unwrap(), file.path()).unwrap();
        assert_eq!(settings.sources.last(), Some(&river()));
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
