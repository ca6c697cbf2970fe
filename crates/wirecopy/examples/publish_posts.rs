//! Publishes a directory of posts or documents (the forms of the first mirrors) as a site, straight from the files and
//! without an archive, to look at pages and to measure a build:
//! `cargo run --release -p wirecopy --example publish_posts -- POSTS SITE [COPIES]`.
//! With COPIES each article is published that many times under addresses of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use url::Url;
use wirecopy::publishing::catalogue::Catalogue;
use wirecopy::publishing::{PublishOptions, bring_up_to_date};
use wirecopy_document::document::{Document, read_header};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::{document_path, slug};
use wirecopy_publish::edition::{Edition, ImagePolicy, Listing, SourceInfo};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let posts = PathBuf::from(arguments.next().context("which directory of posts?")?);
    let directory = PathBuf::from(arguments.next().context("where to?")?);
    let copies: usize = arguments.next().map_or(Ok(1), |copies| copies.parse())?;
    let read = Instant::now();
    let mut articles = Vec::new();
    collect(&posts, copies, &mut articles)?;
    articles.sort_by_key(|(listing, _)| (listing.published, listing.id));
    report("read and sanitised", articles.len(), read);

    let edition = edition(&articles);
    let options = PublishOptions {
        directory,
        precompress: false,
    };
    let built = Instant::now();
    let published = publish(&articles, &edition, &options)?;
    report("published", articles.len(), built);
    println_result(&format!("{published:?}"));
    Ok(())
}

fn publish(
    articles: &[(Listing, Vec<u8>)],
    edition: &Edition,
    options: &PublishOptions,
) -> Result<wirecopy::publishing::Published> {
    let by_id: BTreeMap<DocumentId, &Vec<u8>> = articles
        .iter()
        .map(|(listing, bytes)| (listing.id, bytes))
        .collect();
    let mut counts = BTreeMap::<String, u64>::new();
    for (listing, _) in articles {
        *counts.entry(listing.source.clone()).or_default() += 1;
    }
    let catalogue = Catalogue {
        heads: BTreeMap::new(),
        changed_since: &|_| Ok(None),
        counts: &|| Ok(counts.clone().into_iter().collect()),
        newest: &|source, limit| {
            let newest = articles.iter().rev().map(|(listing, _)| listing);
            let newest =
                newest.filter(|listing| source.is_none_or(|source| listing.source == source));
            Ok(newest.take(limit).cloned().collect())
        },
        listing: &|_| Ok(None),
        numbered: &|_, _| Ok(Vec::new()),
        each: &|each| {
            articles
                .iter()
                .try_for_each(|(listing, _)| each(listing.clone()))
        },
        read: &|listing| {
            by_id
                .get(&listing.id)
                .map(|bytes| (*bytes).clone())
                .context("unknown")
        },
    };
    bring_up_to_date(&catalogue, edition, options, &|_, _| ())
}

fn collect(directory: &Path, copies: usize, articles: &mut Vec<(Listing, Vec<u8>)>) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, copies, articles)?;
            continue;
        }
        let bytes = std::fs::read(&path)?;
        let text = String::from_utf8_lossy(&bytes);
        let source = text
            .lines()
            .find_map(|line| line.strip_prefix("tags: [ ")?.strip_suffix(" ]"))
            .unwrap_or("posts");
        let head = text.find("<!--").unwrap_or(0);
        let Ok((document, _)) = Document::parse(&text.as_bytes()[head..]) else {
            continue;
        };
        articles.extend((0..copies).map(|copy| article(source, &document, copy)));
    }
    Ok(())
}

fn article(name: &str, document: &Document, copy: usize) -> (Listing, Vec<u8>) {
    let source = document
        .trailer
        .source
        .clone()
        .unwrap_or_else(|| slug(name));
    let mut document = document.clone();
    if copy > 0 {
        document
            .url
            .query_pairs_mut()
            .append_pair("copy", &copy.to_string());
    }
    document.trailer.source = Some(source.clone());
    document
        .trailer
        .language
        .get_or_insert("zh-Hans".to_owned());
    let id = DocumentId::of(&source, &document.url);
    let bytes = document.to_bytes();
    let header = read_header(&bytes).expect("just written");
    let listing = Listing {
        id,
        path: document_path(&source, header.published, &header.title, id),
        source,
        title: header.title,
        url: header.url,
        published: header.published,
        language: header.trailer.language.clone(),
        summary: header
            .trailer
            .summary
            .or_else(|| document.body.text().lines().next().map(str::to_owned)),
        volume: "2026".to_owned(),
        revisions: 1,
        number: 0,
        withdrawn: None,
    };
    (listing, bytes)
}

fn edition(articles: &[(Listing, Vec<u8>)]) -> Edition {
    let slugs: std::collections::BTreeSet<&str> = articles
        .iter()
        .map(|(listing, _)| listing.source.as_str())
        .collect();
    let source = |slug: &str| SourceInfo {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        site: None,
        feed: None,
        language: Some("zh-Hans".to_owned()),
    };
    Edition {
        title: "样报".to_owned(),
        description: "公开存档的两千篇文章".to_owned(),
        language: "zh-Hans".to_owned(),
        base_url: Url::parse("https://news.example/").ok(),
        contact: None,
        addresses: Vec::new(),
        archive_url: None,
        document_url: Some("https://git.example/mirror-{volume}/blob/main/{path}".to_owned()),
        history_url: None,
        sources: slugs.into_iter().map(source).collect(),
        images: ImagePolicy::Link,
        time_zone: TimeZone::UTC,
        noindex: false,
    }
}

fn report(what: &str, articles: usize, since: Instant) {
    let seconds = since.elapsed().as_secs_f64();
    println_result(&format!(
        "{what}: {articles} in {seconds:.2} s, {:.0}/s",
        articles as f64 / seconds
    ));
}

#[expect(
    clippy::print_stdout,
    reason = "an example that is run by hand tells its result"
)]
fn println_result(line: &str) {
    println!("{line}");
}
