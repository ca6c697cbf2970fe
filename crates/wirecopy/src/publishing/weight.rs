//! What a page may weigh on a slow line, compressed and without its pictures, and which pages weigh more.

use std::io::Write;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use wirecopy_publish::paths;
use wirecopy_publish::script::Script;

/// An article: one window of a fresh connection (RFC 6928: ten segments), so that it comes in one round trip.
const ARTICLE: usize = 14_000;
/// A list of articles.
const LIST: usize = 30_000;
/// A page of the text edition.
const TEXT: usize = 10_000;

/// A page that weighs more than it may.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overweight {
    /// Its path in the site.
    pub path: String,
    /// What it weighs, compressed, in bytes.
    pub bytes: usize,
    /// What it may weigh.
    pub budget: usize,
}

/// The page, if it weighs too much. Only one that is twice its budget as it stands is compressed to know: of 2,500 real
/// pages none that is over its budget compressed was less than that (bench/results/2026-11-23-publish.md).
pub(crate) fn overweight(path: &str, content: &[u8]) -> Result<Option<Overweight>> {
    let Some(budget) = budget(path).filter(|budget| content.len() > 2 * budget) else {
        return Ok(None);
    };
    let mut encoder = GzEncoder::new(
        Vec::with_capacity(content.len() / 2),
        Compression::default(),
    );
    encoder.write_all(content)?;
    let bytes = encoder.finish()?.len();
    Ok((bytes > budget).then(|| Overweight {
        path: path.to_owned(),
        bytes,
        budget,
    }))
}

fn budget(path: &str) -> Option<usize> {
    // A book is taken along, and weighs what its articles do.
    let is_book = path.starts_with("books/") && path != paths::BOOKS;
    if !path.ends_with(".html") || is_book {
        None
    } else if in_any_script(path).starts_with("text/") {
        Some(TEXT)
    } else if in_any_script(path).starts_with("articles/") {
        Some(ARTICLE)
    } else {
        Some(LIST)
    }
}

/// A page's path without the directory of its script.
fn in_any_script(path: &str) -> &str {
    let in_script = Script::ALL
        .iter()
        .find_map(|script| path.strip_prefix(&script.place("")));
    in_script.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::overweight;

    /// Text that hardly compresses.
    fn noise(bytes: usize) -> Vec<u8> {
        let hash = |number: usize| blake3::hash(&number.to_le_bytes()).to_hex().to_string();
        let mut noise: Vec<u8> = (0..=bytes / 64)
            .flat_map(|number| hash(number).into_bytes())
            .collect();
        noise.truncate(bytes);
        noise
    }

    #[track_caller]
    fn check(path: &str, bytes: usize, expected: Option<usize>) {
        let told = overweight(path, &noise(bytes)).unwrap();
        assert_eq!(told.map(|page| page.budget), expected, "{path} of {bytes}");
    }

    #[test]
    fn each_kind_of_page_has_its_budget() {
        check("articles/post/2026/11/02-a.html", 20_000, None);
        check("articles/post/2026/11/02-a.html", 40_000, Some(14_000));
        check("text/articles/post/2026/11/02-a.html", 30_000, Some(10_000));
        check("hant/articles/post/2026/11/02-a.html", 40_000, Some(14_000));
        check(
            "hant/text/articles/post/2026/11/02-a.html",
            30_000,
            Some(10_000),
        );
        check("archive/2026/11/02.html", 40_000, None);
        check("archive/2026/11/02.html", 90_000, Some(30_000));
        check("feed.xml", 900_000, None);
    }
}
