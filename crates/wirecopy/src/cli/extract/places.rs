//! Which files are read, and where what comes of each is written. A directory gives the pages below it in the order
//! of their names, by their extension; links to other directories are not followed, so that the walk ends.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

/// A file to read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: PathBuf,
    /// Below the directory of the output.
    pub(super) output: PathBuf,
}

/// What pages are called. Each may be gzipped, with `.gz` after it.
const PAGES: [&str; 4] = ["html", "htm", "xhtml", "shtml"];

/// The pages that the paths name, and what is wrong with the paths. Files named themselves are read whatever they are
/// called; nothing below `output` is read. Two pages are never written to one file: the second is a problem.
pub(super) fn places(
    paths: &[&Path],
    extension: Option<&str>,
    output: Option<&Path>,
) -> (Vec<Place>, Vec<anyhow::Error>) {
    let mut walk = Walk {
        output: output.and_then(|output| output.canonicalize().ok()),
        found: Vec::new(),
        problems: Vec::new(),
    };
    for path in paths {
        if path.is_dir() {
            walk.below(path, path);
        } else {
            let name = path.file_name().unwrap_or_default();
            walk.found.push((path.to_path_buf(), PathBuf::from(name)));
        }
    }
    let found = walk.found.into_iter();
    let places = found.map(|(file, name)| Place {
        file,
        output: extension.map_or_else(|| name.clone(), |extension| renamed(&name, extension)),
    });
    let places = places.collect();
    match extension {
        Some(_) => distinct(places, walk.problems),
        None => (places, walk.problems),
    }
}

struct Walk {
    output: Option<PathBuf>,
    /// Files, with their paths below the directory that was named.
    found: Vec<(PathBuf, PathBuf)>,
    problems: Vec<anyhow::Error>,
}

impl Walk {
    fn below(&mut self, directory: &Path, top: &Path) {
        if self.output.is_some() && directory.canonicalize().ok() == self.output {
            return;
        }
        let entries = fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries =
            match entries.with_context(|| format!("cannot list {}", directory.display())) {
                Ok(entries) => entries,
                Err(error) => return self.problems.push(error),
            };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.below(&path, top);
            } else if is_page(&path) && path.is_file() {
                let name = path.strip_prefix(top).unwrap_or(&path).to_owned();
                self.found.push((path, name));
            }
        }
    }
}

fn is_page(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| PAGES.contains(&extension))
}

/// `news/1.html.gz` as `news/1.md`; a name that does not end like a page's keeps its whole ending before the new one.
fn renamed(name: &Path, extension: &str) -> PathBuf {
    let mut stem = name.to_owned();
    if is_page(name) {
        if name
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("gz"))
        {
            stem.set_extension("");
        }
        stem.set_extension("");
    }
    let mut whole = stem.into_os_string();
    whole.push(".");
    whole.push(extension);
    PathBuf::from(whole)
}

fn distinct(
    places: Vec<Place>,
    mut problems: Vec<anyhow::Error>,
) -> (Vec<Place>, Vec<anyhow::Error>) {
    let mut taken: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let mut kept = Vec::new();
    for place in places {
        if let Some(first) = taken.get(&place.output) {
            problems.push(anyhow!(
                "{} would be written to {}, as {} is: give one of them another directory",
                place.file.display(),
                place.output.display(),
                first.display()
            ));
            continue;
        }
        taken.insert(place.output.clone(), place.file.clone());
        kept.push(place);
    }
    (kept, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_their_pages() {
        let named = |name: &str| renamed(Path::new(name), "md").to_str().unwrap().to_owned();
        assert_eq!(named("news/1.html"), "news/1.md");
        assert_eq!(named("1.HTM.gz"), "1.md");
        assert_eq!(named("2026.03.02"), "2026.03.02.md");
        assert_eq!(named("page.php"), "page.php.md");
    }

    #[test]
    fn a_directory_gives_its_pages_in_order_and_never_what_is_written() {
        let top = tempfile::tempdir().unwrap();
        for name in [
            "b.html",
            "a/2.htm",
            "a/1.html.gz",
            "a/style.css",
            "out/b.html",
        ] {
            let path = top.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let out = top.path().join("out");
        let (found, problems) = places(&[top.path()], Some("html"), Some(&out));
        let outputs: Vec<&Path> = found.iter().map(|place| place.output.as_path()).collect();
        assert_eq!(outputs, ["a/1.html", "a/2.html", "b.html"].map(Path::new));
        assert!(problems.is_empty());
    }

    #[test]
    fn no_article_is_written_over_another() {
        let paths = ["x/1.html", "y/1.htm", "y/2.htm"].map(Path::new);
        let (found, problems) = places(&paths, Some("md"), None);
        assert_eq!((found.len(), problems.len()), (2, 1));
        assert!(problems[0].to_string().starts_with("y/1.htm would be"));
        assert_eq!(places(&paths, None, None).0.len(), 3);
    }
}
