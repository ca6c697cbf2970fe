//! An invented newsroom published to a temporary directory: what readers find there after builds, increments and
//! failures.

mod from_git;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use wirecopy_document::clean::clean;
use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::document_path;
use wirecopy_publish::edition::{Edition, ImagePolicy, Listing, SourceInfo};

use crate::publishing::catalogue::{Catalogue, Heads};
use crate::publishing::generation::{Generations, State};
use crate::publishing::{PublishOptions, Published, bring_up_to_date};

/// Articles in the order of archiving, and the directory that they are published to.
struct Newsroom {
    articles: Vec<(Listing, Vec<u8>)>,
    changed: Vec<DocumentId>,
    directory: tempfile::TempDir,
    fails_to_read: RefCell<Option<DocumentId>>,
}

impl Newsroom {
    fn with(articles: usize) -> Newsroom {
        let mut newsroom = Newsroom {
            articles: Vec::new(),
            changed: Vec::new(),
            directory: tempfile::tempdir().unwrap(),
            fails_to_read: RefCell::new(None),
        };
        for number in 0..articles {
            newsroom.write(number, "Invented");
        }
        newsroom
    }

    /// Writes an article, or writes it again.
    fn write(&mut self, number: usize, title: &str) {
        let source = if number.is_multiple_of(3) {
            "evening-post"
        } else {
            "虚构日报"
        };
        let url = url::Url::parse(&format!("https://{}.example/{number}", number % 3)).unwrap();
        let published: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let document = Document {
            published: published + (i64::try_from(number).unwrap() * 50).minutes(),
            title: format!("{title} {number}"),
            body: clean(&format!("<p>Invented text of article {number}.</p>"), None),
            trailer: Trailer {
                source: Some(source.into()),
                ..Trailer::default()
            },
            url: url.clone(),
        };
        let id = DocumentId::of(source, &url);
        let listing = Listing {
            id,
            source: source.into(),
            path: document_path(source, document.published, "fixed", id),
            title: document.title.clone(),
            url: url.into(),
            published: document.published,
            language: None,
            summary: None,
            volume: "2026".into(),
            revisions: 1,
            number: 0,
            withdrawn: None,
        };
        let article = (listing, document.to_bytes());
        match self.articles.iter_mut().find(|(known, _)| known.id == id) {
            Some(known) => *known = article,
            None => self.articles.push(article),
        }
        self.changed.push(id);
    }

    fn publish(&self) -> Result<Published> {
        let of_source = |source: &str| {
            self.numbered()
                .into_iter()
                .filter(|listing| listing.source == source)
                .collect::<Vec<_>>()
        };
        let catalogue = Catalogue {
            heads: Heads::from([("2026".to_owned(), self.changed.len().to_string())]),
            changed_since: &|former| {
                Ok(Some(
                    self.changed[former["2026"].parse::<usize>()?..].to_vec(),
                ))
            },
            counts: &|| {
                let mut counts = BTreeMap::new();
                for (listing, _) in &self.articles {
                    *counts.entry(listing.source.clone()).or_default() += 1;
                }
                Ok(counts.into_iter().collect())
            },
            newest: &|source, limit| {
                let mut newest: Vec<Listing> = source.map_or_else(|| self.numbered(), of_source);
                newest.sort_by_key(|listing| std::cmp::Reverse((listing.published, listing.id)));
                newest.truncate(limit);
                Ok(newest)
            },
            listing: &|id| Ok(self.numbered().into_iter().find(|listing| listing.id == id)),
            numbered: &|source, numbers| {
                Ok(of_source(source)
                    .into_iter()
                    .filter(|listing| numbers.contains(&listing.number))
                    .collect())
            },
            each: &|each| {
                self.articles
                    .iter()
                    .try_for_each(|(listing, _)| each(listing.clone()))
            },
            read: &|listing| self.read(listing),
        };
        bring_up_to_date(&catalogue, &edition(), &self.options(), &|_, _| ())
    }

    fn read(&self, listing: &Listing) -> Result<Vec<u8>> {
        if *self.fails_to_read.borrow() == Some(listing.id) {
            bail!("an invented failure");
        }
        let article = self
            .articles
            .iter()
            .find(|(known, _)| known.id == listing.id);
        article.map(|(_, bytes)| bytes.clone()).context("not there")
    }

    fn numbered(&self) -> Vec<Listing> {
        let mut counts = BTreeMap::<&str, u64>::new();
        let numbered = self.articles.iter().map(|(listing, _)| {
            let count = counts.entry(&listing.source).or_default();
            *count += 1;
            Listing {
                number: *count,
                ..listing.clone()
            }
        });
        numbered.collect()
    }

    fn options(&self) -> PublishOptions {
        PublishOptions {
            directory: self.site(),
            precompress: true,
        }
    }

    fn site(&self) -> PathBuf {
        self.directory.path().join("site")
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        read_tree(&self.site(), "", &mut files);
        files
    }

    /// What stands beside the site: generations and what belongs to them.
    fn store(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path().join("site.d")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn edition() -> Edition {
    let source = |slug: &str| SourceInfo {
        slug: slug.into(),
        name: format!("{slug} (invented)"),
        site: None,
        feed: None,
        language: Some("en".into()),
    };
    Edition {
        title: "The Invented Mirror".into(),
        description: String::new(),
        language: "en".into(),
        base_url: None,
        contact: None,
        addresses: Vec::new(),
        archive_url: None,
        document_url: None,
        history_url: None,
        sources: vec![source("evening-post"), source("虚构日报")],
        images: ImagePolicy::Link,
        time_zone: TimeZone::UTC,
        noindex: false,
    }
}

fn read_tree(directory: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read_tree(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// Every `href` and `src` of a page that leads into the site, as a path of the site.
fn links(page: &str, html: &str) -> BTreeSet<String> {
    let base = url::Url::parse("https://site.example/below/")
        .unwrap()
        .join(page)
        .unwrap();
    let targets = html.split([' ', '\n']).filter_map(|part| {
        let value = part
            .strip_prefix("href=\"")
            .or_else(|| part.strip_prefix("src=\""))?;
        let value = value.split('"').next()?;
        let target = base.join(value).unwrap();
        let path = target.path().strip_prefix("/below/")?.to_owned();
        (target.host_str() == Some("site.example")).then_some(path)
    });
    targets.collect()
}

#[test]
fn every_link_of_a_site_leads_to_a_file_of_it() {
    let newsroom = Newsroom::with(320);
    let published = newsroom.publish().unwrap();
    assert!(published.whole && published.problems.is_empty());
    let files = newsroom.files();
    let encoded: BTreeSet<String> = files
        .keys()
        .map(|path| wirecopy_publish::paths::encoded(path))
        .collect();
    let mut checked = 0;
    for (path, bytes) in files
        .iter()
        .filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
    {
        for link in links(path, std::str::from_utf8(bytes).unwrap()) {
            assert!(
                encoded.contains(&link),
                "{path} links {link}, which is not there"
            );
            checked += 1;
        }
    }
    assert!(checked > 3_000, "only {checked} links were found");
}

#[test]
fn an_increment_gives_the_bytes_of_a_whole_build_and_writes_little() {
    let mut newsroom = Newsroom::with(320);
    newsroom.publish().unwrap();
    newsroom.write(320, "Late");
    newsroom.write(7, "Edited");
    let increment = newsroom.publish().unwrap();
    assert!(!increment.whole);
    assert!(increment.written < 25, "{increment:?}");
    let grown = newsroom.files();
    fs::remove_file(newsroom.site()).unwrap();
    assert!(newsroom.publish().unwrap().whole);
    let built = newsroom.files();
    assert_eq!(
        grown.keys().collect::<Vec<_>>(),
        built.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in &built {
        assert!(grown[path] == *bytes, "{path} differs from a whole build's");
    }
}

#[test]
fn nothing_is_written_where_nothing_changed() {
    let newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    assert_eq!(newsroom.publish().unwrap(), Published::default());
}

#[test]
fn a_sealed_increment_is_carried_through_at_the_next_start() {
    let newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    let staged = newsroom.directory.path().join("site.d/1.staged");
    fs::create_dir(&staged).unwrap();
    fs::write(staged.join("0"), "the new front page").unwrap();
    let state = State::new("other".into(), Heads::new());
    let journal =
        serde_json::json!({ "paths": ["index.html", "renamed before the kill"], "state": state });
    fs::write(staged.join("journal"), journal.to_string()).unwrap();
    let generations = Generations::open(&newsroom.site()).unwrap();
    assert_eq!(newsroom.files()["index.html"], b"the new front page");
    assert_eq!(generations.current().unwrap().1, state);
    assert_eq!(newsroom.store(), ["1", "1.json"]);
}

#[test]
fn a_damaged_journal_leads_to_a_whole_build() {
    let newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    let staged = newsroom.directory.path().join("site.d/1.staged");
    fs::create_dir(&staged).unwrap();
    fs::write(staged.join("journal"), "half").unwrap();
    assert!(newsroom.publish().unwrap().whole);
    assert_eq!(newsroom.store(), ["2", "2.json"]);
}

#[test]
fn what_was_never_finished_is_removed_and_the_site_stays() {
    let newsroom = Newsroom::with(10);
    newsroom.publish().unwrap();
    let before = newsroom.files();
    let store = newsroom.directory.path().join("site.d");
    fs::create_dir_all(store.join("1.staged")).unwrap();
    fs::write(store.join("1.staged/0"), "half").unwrap();
    fs::create_dir_all(store.join("2/articles")).unwrap();
    fs::write(store.join("2/articles/half.html"), "half").unwrap();
    Generations::open(&newsroom.site()).unwrap();
    assert_eq!(newsroom.store(), ["1", "1.json"]);
    assert_eq!(newsroom.files(), before);
}

#[test]
fn a_failed_build_or_increment_leaves_the_old_site_whole() {
    let mut newsroom = Newsroom::with(320);
    newsroom.publish().unwrap();
    let before = newsroom.files();
    for added in [1, 300] {
        for _ in 0..added {
            newsroom.write(newsroom.articles.len(), "Unreadable");
        }
        newsroom
            .fails_to_read
            .replace(newsroom.changed.last().copied());
        let error = format!("{:#}", newsroom.publish().unwrap_err());
        assert!(error.contains("an invented failure"), "{error}");
        assert_eq!(newsroom.files(), before);
        assert_eq!(newsroom.store(), ["1", "1.json"]);
    }
}

#[test]
fn a_document_that_cannot_be_read_is_told_and_stops_nothing() {
    let mut newsroom = Newsroom::with(5);
    newsroom.articles[2].1 = b"no document".to_vec();
    let published = newsroom.publish().unwrap();
    assert_eq!(published.problems.len(), 1, "{:?}", published.problems);
    assert!(newsroom.files().contains_key("index.html"));
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    let newsroom = Newsroom::with(1);
    fs::create_dir(newsroom.site()).unwrap();
    let error = newsroom.publish().unwrap_err().to_string();
    assert!(
        error.contains("is not a site made by this program"),
        "{error}"
    );
}

#[test]
fn compressed_copies_hold_the_same_page() {
    use std::io::Read;
    let newsroom = Newsroom::with(40);
    newsroom.publish().unwrap();
    let files = newsroom.files();
    let mut page = Vec::new();
    flate2::read::GzDecoder::new(&*files["index.html.gz"])
        .read_to_end(&mut page)
        .unwrap();
    assert_eq!(page, files["index.html"]);
}
