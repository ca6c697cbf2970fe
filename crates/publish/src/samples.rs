//! An invented edition with invented articles in several scripts, for the tests of this crate.

use jiff::Timestamp;
use url::Url;
use wirecopy_document::clean::clean;
use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::document_path;

use crate::book::BookKind;
use crate::edition::{Edition, Listing, SourceInfo};

/// An edition of two invented publications.
pub(crate) fn edition() -> Edition {
    Edition {
        title: "The Invented Mirror".into(),
        description: "Two publications that do not exist".into(),
        base_url: Url::parse("https://mirror.example/news/").ok(),
        contact: Some("mirror@mirror.example".into()),
        addresses: vec![Url::parse("http://mirror.onion/").unwrap()],
        archive_url: Url::parse("https://git.example/mirror.git").ok(),
        document_url: Some("https://git.example/mirror-{volume}/blob/main/{path}".into()),
        sources: vec![
            source("虚构日报", "虚构日报", "zh-CN"),
            source("evening-post", "The Evening Post", "en"),
        ],
        text: true,
        search: true,
        hub: Url::parse("https://hub.example/").ok(),
        feed_archives: true,
        tag_feeds: true,
        offline: true,
        books: vec![
            BookKind::Day,
            BookKind::Week,
            BookKind::Source,
            BookKind::Page,
        ],
        ..Edition::default()
    }
}

fn source(slug: &str, name: &str, language: &str) -> SourceInfo {
    SourceInfo {
        slug: slug.into(),
        name: name.into(),
        site: Url::parse("https://paper.example/").ok(),
        feed: Url::parse(&format!("https://paper.example/{language}.xml")).ok(),
        language: Some(language.into()),
    }
}

/// An article as a document and as a line of a list.
pub(crate) fn article(
    source: &str,
    title: &str,
    body: &str,
    trailer: Trailer,
) -> (Listing, Document) {
    let url = Url::parse("https://paper.example/2026/11/1?a=1&b=2").unwrap();
    let published: Timestamp = "2026-11-02T09:05:07Z".parse().unwrap();
    let document = Document {
        published,
        title: title.into(),
        url: url.clone(),
        body: clean(body, Some(&url)),
        trailer,
    };
    (listing(source, &document), document)
}

/// The line of a document in lists.
pub(crate) fn listing(source: &str, document: &Document) -> Listing {
    let id = DocumentId::of(source, &document.url);
    Listing {
        id,
        source: source.into(),
        title: document.title.clone(),
        url: document.url.to_string(),
        published: document.published,
        language: document.trailer.language.clone(),
        summary: document.trailer.summary.clone(),
        path: document_path(source, document.published, &document.title, id),
        volume: "2026".into(),
        revision: String::new(),
        revisions: 1,
        number: 1,
        withdrawn: document.trailer.withdrawn,
    }
}

/// An invented English article with everything that a document can hold.
pub(crate) fn english() -> (Listing, Document) {
    let trailer = Trailer {
        authors: vec!["Ada Example".into(), "Bo Sample".into()],
        language: Some("en".into()),
        modified: Some("2026-11-02T12:00:00Z".parse().unwrap()),
        captured: Some("2026-11-02T09:30:00Z".parse().unwrap()),
        image: Url::parse("https://paper.example/lead.jpg?w=800&h=600").ok(),
        tags: vec!["Harbours & ships".into()],
        summary: Some("An invented ferry was late, and nobody minded.".into()),
        ..Trailer::default()
    };
    let body = "<p>The invented ferry was <em>late</em>.</p>\
                <figure><img src='/quay.jpg' alt='A quay' width='640' height='480'><figcaption>The quay</figcaption></figure>";
    article("evening-post", "An Invented Ferry Is Late", body, trailer)
}

/// An invented Chinese article.
pub(crate) fn chinese() -> (Listing, Document) {
    let trailer = Trailer {
        language: Some("zh-CN".into()),
        ..Trailer::default()
    };
    article(
        "虚构日报",
        "虚构的渡轮晚点",
        "<h1>虚构的渡轮晚点</h1><p>（虚构）渡轮晚点，<em>无人</em>介意。</p>",
        trailer,
    )
}

/// An invented Arabic article, withdrawn.
pub(crate) fn arabic() -> (Listing, Document) {
    let trailer = Trailer {
        language: Some("ar".into()),
        withdrawn: Some("2026-11-03T00:00:00Z".parse().unwrap()),
        ..Trailer::default()
    };
    article(
        "evening-post",
        "العبّارة المتخيَّلة تتأخر",
        "<p>تأخرت العبّارة المتخيَّلة (خبر مختلق).</p>",
        trailer,
    )
}
