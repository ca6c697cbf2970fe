//! Where everything stands in the site, and how one page links to another.
//!
//! Paths are made here and nowhere else, since they may never change once they are published. Links are relative and
//! name `index.html`, so that the site works below any path, over an onion service and from `file://`.

use jiff::civil::Date;
use wirecopy_document::identity::DocumentId;
use wirecopy_document::subject::SubjectKind;

use crate::book::Scope;
use crate::book::opds::Shelf;
use crate::edition::Listing;

/// The front page.
pub const FRONT: &str = "index.html";
/// The page on the mirror itself.
pub const ABOUT: &str = "about.html";
/// The articles that the operator took out, for a server to tell so.
pub const REMOVED: &str = "removed.json";
/// What a server shows for an address that does not exist.
pub const NOT_FOUND: &str = "404.html";
/// The list of all sources.
pub const SOURCES: &str = "sources/index.html";
/// The months of which there are articles, and the way to tags and authors.
pub const ARCHIVE: &str = "archive/index.html";
/// The search.
pub const SEARCH: &str = "search.html";
/// The books that stand beside the site.
pub const BOOKS: &str = "books/index.html";
/// The catalogue of the books, for programs that read them.
pub const CATALOGUE: &str = "books/catalog.xml";
/// The same as OPDS 2.0.
pub const CATALOGUE_2: &str = "books/catalog.json";
/// The picture that stands for every book in it.
pub const COVER: &str = "books/cover.png";
/// What a browser needs to install the site.
pub const MANIFEST: &str = "manifest.webmanifest";
/// The script that keeps what was read; it stands at the root, since it is for what is below it.
pub const WORKER: &str = "worker.js";
/// What is shown without a line for a page that was not read.
pub const OFFLINE: &str = "offline.html";
/// The feeds of the edition as OPML 2.0.
pub const OPML: &str = "feeds.opml";
/// RFC 9309.
pub const ROBOTS: &str = "robots.txt";
/// sitemaps.org, version 0.9.
pub const SITEMAP: &str = "sitemap.xml";

/// The page of an article, from the path of its document, which is fixed when it is first recorded:
/// `articles/<source>/<yyyy>/<mm>/<dd>-<title>-<id>.md` becomes `articles/<source>/<yyyy>/<mm>/<dd>-<id>.html`.
///
/// The title is left out because it is several hundred bytes in percent-encoding, and of the first recording only.
#[must_use]
pub fn article(document_path: &str, id: DocumentId) -> String {
    let (directory, name) = document_path
        .rsplit_once('/')
        .unwrap_or(("articles", document_path));
    let day: String = name
        .chars()
        .take_while(char::is_ascii_digit)
        .take(2)
        .collect();
    let dash = if day.is_empty() { "" } else { "-" };
    format!("{directory}/{day}{dash}{id}.html")
}

/// The page of an article's versions, beside the article's page.
#[must_use]
pub fn revisions(article: &str) -> String {
    let stem = article.strip_suffix(".html").unwrap_or(article);
    format!("{stem}.versions.html")
}

/// The front page of a source.
#[must_use]
pub fn source(slug: &str) -> String {
    format!("sources/{slug}/index.html")
}

/// A numbered page of a source, from 1, in the order of archiving.
#[must_use]
pub fn source_page(slug: &str, page: u64) -> String {
    format!("sources/{slug}/page-{page}.html")
}

/// The articles of a month, by day of publication.
#[must_use]
pub fn month(date: Date) -> String {
    format!("archive/{:04}/{:02}/index.html", date.year(), date.month())
}

/// The articles of a day; a day of many has several pages, from 1.
#[must_use]
pub fn day(date: Date, page: u64) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let page = if page > 1 {
        format!("-{page}")
    } else {
        String::new()
    };
    format!("archive/{year:04}/{month:02}/{day:02}{page}.html")
}

/// The subjects of a kind.
#[must_use]
pub fn subjects(kind: SubjectKind) -> String {
    format!("{}/index.html", subject_directory(kind))
}

/// The newest articles under a subject.
#[must_use]
pub fn subject(kind: SubjectKind, slug: &str) -> String {
    format!("{}/{slug}/index.html", subject_directory(kind))
}

/// A numbered page of a subject, from 1, in the order of archiving.
#[must_use]
pub fn subject_page(kind: SubjectKind, slug: &str, page: u64) -> String {
    format!("{}/{slug}/page-{page}.html", subject_directory(kind))
}

fn subject_directory(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Tag => "tags",
        SubjectKind::Author => "authors",
    }
}

/// The newest articles that a saved search finds.
#[must_use]
pub fn saved_search(slug: &str) -> String {
    format!("searches/{slug}/index.html")
}

/// The Atom feed of a source, or of all.
#[must_use]
pub fn atom(slug: Option<&str>) -> String {
    beside_source(slug, "feed.xml")
}

/// The JSON feed of a source, or of all.
#[must_use]
pub fn json_feed(slug: Option<&str>) -> String {
    beside_source(slug, "feed.json")
}

fn beside_source(slug: Option<&str>, name: &str) -> String {
    beside(&slug.map_or_else(|| FRONT.to_owned(), source), name)
}

/// A file beside a page.
pub(crate) fn beside(page: &str, name: &str) -> String {
    match page.rsplit_once('/') {
        Some((directory, _)) => format!("{directory}/{name}"),
        None => name.to_owned(),
    }
}

/// The EPUB of a day, a week or a source.
#[must_use]
pub fn book(scope: &Scope) -> String {
    let shelf = match scope {
        Scope::Day(_) => "days",
        Scope::Week(_) => "weeks",
        Scope::Source(_) => "sources",
    };
    format!("books/{shelf}/{}.epub", scope.name())
}

/// The same as one HTML file.
#[must_use]
pub fn single(scope: &Scope) -> String {
    with_extension(&book(scope), "html")
}

/// The catalogue's list of a year's days or weeks, or of the sources.
#[must_use]
pub fn shelf(shelf: Shelf) -> String {
    match shelf {
        Shelf::Days(year) => format!("books/days/{year:04}.xml"),
        Shelf::Weeks(year) => format!("books/weeks/{year:04}.xml"),
        Shelf::Sources => "books/sources.xml".to_owned(),
    }
}

/// The same list as OPDS 2.0.
#[must_use]
pub fn shelf_2(shelf: Shelf) -> String {
    with_extension(&self::shelf(shelf), "json")
}

/// What the catalogue of OPDS 2.0 tells of a book, beside the book.
#[must_use]
pub fn publication(scope: &Scope) -> String {
    with_extension(&book(scope), "json")
}

fn with_extension(path: &str, extension: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    format!("{stem}.{extension}")
}

/// A page's place in the text edition, whose tree is that of the site: between its pages the same links lead.
#[must_use]
pub fn in_text(path: &str) -> String {
    format!("text/{path}")
}

/// Whether a page stands in each script's tree: it shows articles, or leads to them.
pub(crate) fn has_scripts(path: &str) -> bool {
    let is_tool = matches!(path, SEARCH | NOT_FOUND | OFFLINE) || path.starts_with("books/");
    !is_tool && !path.ends_with(".versions.html")
}

/// The page of the text edition that is nearest to a page: the same, or the front page where it has none.
pub(crate) fn nearest_in_text(path: &str) -> String {
    let is_listed = path.starts_with("sources/") && path != SOURCES;
    let is_article = path.starts_with("articles/") && !path.ends_with(".versions.html");
    in_text(if is_listed || is_article { path } else { FRONT })
}

/// The relative link from one page to another, percent-encoded.
///
/// Common leading directories are left out; the result is never empty and never begins with `/`.
#[must_use]
pub fn link(from: &str, to: &str) -> String {
    let shared = shared_directories(from, to);
    let climbs = from
        .bytes()
        .skip(shared)
        .filter(|byte| *byte == b'/')
        .count();
    let way = &to[shared..];
    let mut link = String::with_capacity(3 * climbs + way.len());
    for _ in 0..climbs {
        link.push_str("../");
    }
    encode_into(&mut link, way, |byte| is_unreserved(byte) || byte == b'/');
    link
}

/// The length of the leading directories that two paths have in common, with the `/` after each.
fn shared_directories(from: &str, to: &str) -> usize {
    let alike = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b);
    let directories = alike.enumerate().filter(|(_, (byte, _))| *byte == b'/');
    directories.last().map_or(0, |(place, _)| place + 1)
}

/// Where a document can be read on a git host, by the templates of [`crate::edition::Edition::document_url`].
pub(crate) fn in_git(template: Option<&str>, listing: &Listing) -> Option<String> {
    let located = template?.replace("{volume}", &encoded(&listing.volume));
    Some(located.replace("{path}", &encoded(&listing.path)))
}

/// The way from a page to the site's root: empty or ending in `/`.
#[must_use]
pub fn root(from: &str) -> String {
    "../".repeat(from.matches('/').count())
}

/// A path with each of its parts percent-encoded.
#[must_use]
pub fn encoded(path: &str) -> String {
    link("", path)
}

/// All but the unreserved characters of RFC 3986 section 2.3, so that the result fits a path part, a query value, an
/// HTML attribute and a Markdown link alike.
pub(crate) fn percent_encode_into(target: &mut String, text: &str) {
    encode_into(target, text, is_unreserved);
}

/// The unreserved characters of RFC 3986 section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Percent-encodes all bytes but those that may stand as they are, which are ASCII.
fn encode_into(target: &mut String, text: &str, stands: impl Fn(u8) -> bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut copied = 0;
    for (place, byte) in text.bytes().enumerate() {
        if stands(byte) {
            continue;
        }
        // Within a longer letter nothing was passed over, and no text may be cut.
        if copied < place {
            target.push_str(&text[copied..place]);
        }
        target.push('%');
        target.push(char::from(HEX[usize::from(byte >> 4)]));
        target.push(char::from(HEX[usize::from(byte & 15)]));
        copied = place + 1;
    }
    target.push_str(&text[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_link(from: &str, to: &str, expected: &str) {
        assert_eq!(link(from, to), expected, "from {from} to {to}");
    }

    #[test]
    fn links_climb_only_as_far_as_they_must() {
        check_link("index.html", "about.html", "about.html");
        check_link(
            "sources/voa/page-1.html",
            "sources/voa/index.html",
            "index.html",
        );
        check_link(
            "sources/voa/index.html",
            "sources/bbc/index.html",
            "../bbc/index.html",
        );
        check_link(
            "articles/voa/2026/11/23-a.html",
            "index.html",
            "../../../../index.html",
        );
        check_link(
            "articles/voa/2026/11/23-a.html",
            "articles/voa/2026/10/01-b.html",
            "../10/01-b.html",
        );
    }

    #[test]
    fn links_percent_encode_what_a_slug_may_hold() {
        check_link(
            "index.html",
            "sources/美国之音/index.html",
            "sources/%E7%BE%8E%E5%9B%BD%E4%B9%8B%E9%9F%B3/index.html",
        );
        check_link("index.html", "a b?c#d.html", "a%20b%3Fc%23d.html");
    }
}
