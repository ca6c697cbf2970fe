//! The next page of an article that is parted into several.
//!
//! A link that says "next" may as well lead to the next article. It counts only where its address is the
//! page's own with the following page number.

use url::Url;

use super::clues::{Clues, Mark};

/// Highest page number; a greater one is an identifier or a year.
const MAX_PAGE: u32 = 99;

/// Parameters that number the pages of an article.
const PARAMETERS: [&str; 7] = ["page", "p", "pg", "paged", "pn", "seite", "pagina"];

/// The next page's address, if a link says that it is that.
pub(super) fn find(clues: &Clues, page: Option<&Url>, base: Option<&Url>) -> Option<Url> {
    let own = page?;
    let (stem, number) = numbered(own);
    let links = clues.marked(Mark::NextPage).map(|clue| clue.text.as_str());
    let mut urls = links.filter_map(|href| Url::options().base_url(base).parse(href).ok());
    urls.find(|url| {
        let same_site =
            url.host_str() == own.host_str() && matches!(url.scheme(), "http" | "https");
        same_site && numbered(url) == (stem.clone(), number + 1)
    })
}

/// An address without its page number, and the number, 1 where there is none.
fn numbered(url: &Url) -> (String, u32) {
    let mut number = None;
    let rest = url.query_pairs().filter(|(key, value)| {
        let page = PARAMETERS
            .contains(&&**key)
            .then(|| page_number(value))
            .flatten();
        number = number.or(page);
        page.is_none()
    });
    let query: Vec<String> = rest.map(|(key, value)| format!("{key}={value}")).collect();
    let path = url.path().trim_end_matches('/');
    let (stem, in_path) = match number {
        Some(_) => (path.to_owned(), None),
        None => numbered_path(path),
    };
    (
        format!("{stem}?{}", query.join("&")),
        number.or(in_path).unwrap_or(1),
    )
}

/// `/news/harbour_2.html`, `/news/harbour/2`, `/news/harbour/page/2`, `/news/harbour,seite-2`.
fn numbered_path(path: &str) -> (String, Option<u32>) {
    let folder = path.rfind('/').map_or(0, |slash| slash + 1);
    let dot = path[folder..]
        .rfind('.')
        .map_or(path.len(), |dot| folder + dot);
    let (name, extension) = path.split_at(dot);
    let bare = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = page_number(&name[bare.len()..]);
    let parted = bare.ends_with(['/', '-', '_', ',']);
    match number.filter(|_| parted) {
        None => (path.to_owned(), None),
        Some(number) => {
            let mut stem = bare.trim_end_matches(['/', '-', '_', ',']);
            for word in [
                "/page", ",page", "-page", "_page", "/seite", ",seite", "-seite",
            ] {
                stem = stem.strip_suffix(word).unwrap_or(stem);
            }
            (format!("{stem}{extension}"), Some(number))
        }
    }
}

fn page_number(text: &str) -> Option<u32> {
    text.parse()
        .ok()
        .filter(|number| (1..=MAX_PAGE).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(own: &str, next: &str, expected: bool) {
        let number = |address: &str| {
            numbered(
                &Url::parse("https://news.example/")
                    .unwrap()
                    .join(address)
                    .unwrap(),
            )
        };
        let (stem, page) = number(own);
        assert_eq!(number(next) == (stem, page + 1), expected, "{own} {next}");
    }

    #[test]
    fn the_same_address_with_the_next_number_is_the_next_page() {
        check("/harbour.html", "/harbour_2.html", true);
        check("/harbour_2.html", "/harbour_3.html", true);
        check("/harbour", "/harbour/2/", true);
        check("/harbour/", "/harbour/page/2", true);
        check("/harbour?id=7", "/harbour?id=7&page=2", true);
        check("/harbour?page=2", "/harbour?page=3", true);
        check("/1234567.html", "/1234567-2.html", true);
    }

    #[test]
    fn other_articles_are_none() {
        check("/harbour", "/ferry", false);
        check("/harbour", "/ferry/2", false);
        check("/harbour", "/harbour/3", false);
        check("/1234567.html", "/1234568.html", false);
        check("/harbour?id=7", "/harbour?id=8", false);
    }
}
