//! Aliases: addresses under which a source told a document and which the document itself cannot tell. They are small
//! files of the archive, `state/<source>/<yyyy-mm>.tsv`, in sorted lines `key<TAB>id`, so that a merge of two
//! versions is the sorted union of their lines. The month is that of the round that learnt them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fmt::Write;
use wirecopy_document::identity::DocumentId;

/// The aliases of one source and month: key to document.
pub type Aliases = BTreeMap<String, DocumentId>;

/// The file that takes the aliases that `source` told at `time`.
pub fn path(source: &str, time: Timestamp) -> String {
    let day = time.to_zoned(TimeZone::UTC).date();
    format!("state/{source}/{:04}-{:02}.tsv", day.year(), day.month())
}

/// The source whose aliases lie at `path`; absent when it is another kind of file.
pub fn source_of_path(path: &str) -> Option<&str> {
    let (source, month) = path.strip_prefix("state/")?.split_once('/')?;
    let month = month.strip_suffix(".tsv")?.as_bytes();
    let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
    let dated = month.len() == 7 && digits(&month[..4]) && month[4] == b'-' && digits(&month[5..]);
    dated.then_some(source)
}

/// Reads a file. Lines that are none are left out: a later version may know more than this one.
pub fn read(bytes: &[u8]) -> Aliases {
    let text = String::from_utf8_lossy(bytes);
    let aliases = text.lines().filter_map(|line| {
        let (key, id) = line.split_once('\t')?;
        Some((key.to_owned(), id.parse().ok()?))
    });
    aliases.collect()
}

/// The file's bytes. Keys with a tab or a line break (no address has them) are left out.
pub fn write(aliases: &Aliases) -> Vec<u8> {
    let mut text = String::new();
    for (key, id) in aliases {
        if !key.contains(['\t', '\n', '\r']) {
            writeln!(text, "{key}\t{id}").expect("writing to a String does not fail");
        }
    }
    text.into_bytes()
}

/// Adds what is new to a file's bytes; an alias that is there keeps its document.
pub fn merge(before: &[u8], new: &Aliases) -> Vec<u8> {
    let mut aliases = new.clone();
    aliases.extend(read(before));
    write(&aliases)
}

#[cfg(test)]
mod tests {
    use super::{Aliases, merge, path, read, source_of_path, write};
    use url::Url;
    use wirecopy_document::identity::DocumentId;

    fn id(name: &str) -> DocumentId {
        DocumentId::of(
            "voa",
            &Url::parse(&format!("https://voa.example/{name}")).unwrap(),
        )
    }

    #[test]
    fn merging_sorts_adds_and_never_moves_an_alias() {
        let before = write(&Aliases::from([("b.example/1".to_owned(), id("1"))]));
        let new = Aliases::from([
            ("a.example/2".to_owned(), id("2")),
            ("b.example/1".to_owned(), id("3")),
        ]);
        let merged = merge(&before, &new);
        assert_eq!(
            String::from_utf8(merged.clone()).unwrap(),
            format!("a.example/2\t{}\nb.example/1\t{}\n", id("2"), id("1"))
        );
        assert_eq!(merge(&merged, &new), merged);
        assert_eq!(write(&read(&merged)), merged);
    }

    #[test]
    fn lines_that_are_no_alias_are_left_out() {
        assert_eq!(read(b"\xff\nno tab\na\tno id\n\n"), Aliases::new());
    }

    #[test]
    fn only_monthly_files_are_aliases() {
        let time = "2026-11-23T10:00:00Z".parse().unwrap();
        assert_eq!(path("voa", time), "state/voa/2026-11.tsv");
        assert_eq!(source_of_path("state/voa/2026-11.tsv"), Some("voa"));
        for other in [
            "state/archive.toml",
            "state/voa/ledger.tsv",
            "lists/voa/2026-11.tsv",
            "state/voa/2026-é.tsv",
        ] {
            assert_eq!(source_of_path(other), None, "{other}");
        }
    }
}
