//! One entry of a feed to a document: read what the feed carries, fetch the page where that is needed, choose.

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;
use wirecopy_discover::feed::Entry;
use wirecopy_document::{document::Document, forms::head::repair_body};
use wirecopy_extract::{Article, Page, Rejection, RejectionKind, SiteRules, extract, fragment};

use crate::fetch::error::FetchError;
use crate::fetch::{Fetcher, Outcome, Purpose, Request, Response, Validators};
use crate::pipeline::{
    compose::{self, Carried, Material, ReadPage},
    edited,
    source::Source,
    text,
};

/// What gathering needs beside the entry.
pub(crate) struct Scene {
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) source: Arc<Source>,
    pub(crate) rules: Arc<SiteRules>,
    pub(crate) feed: Url,
    pub(crate) feed_language: Option<String>,
    /// How many articles in a row came whole with the feed.
    pub(crate) proofs: u32,
    pub(crate) now: Timestamp,
}

/// What an entry gave.
pub(crate) struct Gathered {
    pub(crate) document: Document,
    /// Whether its text is a stub because the page could not be had for now.
    pub(crate) unfinished: Option<String>,
    /// Where both texts were seen: the feed's proofs after this article.
    pub(crate) proofs: Option<u32>,
    /// Why the page gave nothing, in plain words.
    pub(crate) failure: Option<String>,
    /// What is remembered of the page, where it was read.
    pub(crate) page: Option<PageMemory>,
    /// Why there is no article, where the feed has a teaser at most.
    pub(crate) refused: Option<Refused>,
}

/// A page that gave no article.
pub(crate) struct Refused {
    /// What it is instead, or why it could not be had, as one lower-case word.
    pub(crate) cause: &'static str,
    pub(crate) words: String,
}

/// What a later look at the page is compared with.
pub(crate) struct PageMemory {
    /// What it said ([`edited::seen`]).
    pub(crate) seen: String,
    pub(crate) validators: Validators,
    /// Whether the document's text is the page's.
    pub(crate) is_taken: bool,
}

/// Gathers one entry. Never fails as a whole: what cannot be had is told in the result.
pub(crate) async fn gather(scene: &Scene, entry: &Entry, fingerprint: &str) -> Gathered {
    let link = compose::link_of(entry, &scene.feed);
    let carried = carried(entry, &link);
    let draw = u64::from_str_radix(fingerprint, 16).unwrap_or_default();
    let wanted = text::wants_page(scene.source.text, &carried.text, scene.proofs, draw);
    let page = if wanted && entry.link.is_some() {
        let way = PageWay::of(scene);
        Some(read_page(&way, &link, Validators::default()).await)
    } else {
        None
    };
    let (page, failure) = match page {
        None => (None, None),
        Some(Ok(PageRead::Read(page))) => (Some(page), None),
        Some(Ok(PageRead::NotModified)) => (None, Some(unasked_not_modified(&link))),
        Some(Err(failure)) => (None, Some(failure)),
    };
    let material = Material {
        source: &scene.source,
        feed_language: scene.feed_language.as_deref(),
        entry,
        fingerprint: Some(fingerprint),
        carried: &carried,
        page: page.as_deref(),
        link: &link,
        now: scene.now,
    };
    let document = compose::compose(&material);
    let memory = page.as_ref().map(|page| PageMemory {
        seen: edited::seen(page),
        validators: page.validators.clone(),
        is_taken: compose::takes_page(&material),
    });
    let passing = failure.as_ref().filter(|failure| failure.passes);
    let unfinished = passing
        .filter(|_| text::is_stub(&carried.text))
        .map(|failure| failure.words.clone());
    let refused = failure
        .as_ref()
        .filter(|_| text::is_stub(&carried.text))
        .map(|failure| Refused {
            cause: failure.cause,
            words: failure.words.clone(),
        });
    let proofs = page
        .as_ref()
        .map(|page| text::proofs_after(scene.proofs, &carried.text, &page.text));
    Gathered {
        document,
        unfinished,
        proofs,
        failure: failure.map(|failure| failure.words),
        page: memory,
        refused,
    }
}

/// The fuller of an entry's two texts, cleaned, with what a feed service put before it taken off.
fn carried(entry: &Entry, link: &Url) -> Carried {
    let texts = [entry.content.as_deref(), entry.summary.as_deref()];
    let longest = texts
        .into_iter()
        .flatten()
        .max_by_key(|html| html.len())
        .unwrap_or_default();
    let head = repair_body(longest);
    let body = fragment(&head.body_html, Some(link)).body;
    Carried {
        text: body.text(),
        body,
        head,
    }
}

/// Why a page gave no article.
pub(crate) struct PageFailure {
    pub(crate) words: String,
    /// Whether a later try may go better.
    passes: bool,
    /// The status that the server answered with, where it answered with a failure.
    pub(crate) status: Option<u16>,
    /// Whether there is a page, which is no article.
    pub(crate) is_rejection: bool,
    /// What the page is instead, or `unreachable`.
    cause: &'static str,
}

/// What reading a page needs.
#[derive(Clone)]
pub(crate) struct PageWay {
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) rules: Arc<SiteRules>,
    pub(crate) proxy: Option<Url>,
}

impl PageWay {
    fn of(scene: &Scene) -> PageWay {
        PageWay {
            fetcher: scene.fetcher.clone(),
            rules: scene.rules.clone(),
            proxy: scene.source.proxy.clone(),
        }
    }
}

/// What came of reading a page.
pub(crate) enum PageRead {
    Read(Box<ReadPage>),
    /// It is as it was when it had these validators.
    NotModified,
}

/// The cause where there is no page to judge.
const UNREACHABLE: &str = "unreachable";

/// Most pages of one article that are joined; a gallery has hundreds.
const MAX_PAGES: usize = 12;

/// The article with all its pages. One that cannot be had ends it there.
pub(crate) async fn read_page(
    way: &PageWay,
    link: &Url,
    validators: Validators,
) -> Result<PageRead, PageFailure> {
    let PageRead::Read(mut whole) = read_one(way, link, validators).await? else {
        return Ok(PageRead::NotModified);
    };
    for _ in 1..MAX_PAGES {
        let Some(next) = whole.article.next_page.take() else {
            break;
        };
        whole.validators = Validators::default();
        match read_one(way, &next, Validators::default()).await {
            Ok(PageRead::Read(further)) => whole.article.join(&further.article),
            Ok(PageRead::NotModified) => break,
            Err(failure) => {
                tracing::warn!(page = %next, error = failure.words, "a further page of an article is missing");
                break;
            }
        }
        whole.text = whole.article.body.text();
    }
    Ok(PageRead::Read(whole))
}

async fn read_one(
    way: &PageWay,
    link: &Url,
    validators: Validators,
) -> Result<PageRead, PageFailure> {
    let request = Request {
        url: link.clone(),
        purpose: Purpose::Page,
        validators: Some(validators).filter(|validators| !validators.is_empty()),
        proxy: way.proxy.clone(),
    };
    let response = match way.fetcher.get(&request).await {
        Ok(Outcome::Fetched(response)) => response,
        Ok(Outcome::NotModified) => return Ok(PageRead::NotModified),
        Err(error) => return Err(PageFailure::of(link, &error)),
    };
    let words_of = link.clone();
    let rules = way.rules.clone();
    let read = tokio::task::spawn_blocking(move || {
        article_of(&response, &rules).map(|article| ReadPage {
            text: article.body.text(),
            article,
            url: response.url.clone(),
            validators: response.validators.clone(),
        })
    });
    match read.await {
        Ok(Ok(page)) => Ok(PageRead::Read(Box::new(page))),
        Ok(Err(rejection)) => {
            let passes = matches!(rejection.kind, RejectionKind::Error);
            let words = format!("{words_of}: {rejection}");
            Err(PageFailure {
                cause: rejection.kind.word(),
                ..PageFailure::rejected(words, passes)
            })
        }
        Err(panic) => Err(PageFailure::rejected(
            format!("{words_of}: extraction ended abnormally: {panic}"),
            false,
        )),
    }
}

impl PageFailure {
    /// A missing page rarely comes back; the network and busy servers change.
    fn of(link: &Url, error: &FetchError) -> PageFailure {
        let status = match error {
            FetchError::Status { status, .. } => Some(*status),
            _ => None,
        };
        PageFailure {
            words: format!("{link}: {error}"),
            passes: !error.is_permanent(),
            status,
            is_rejection: false,
            cause: UNREACHABLE,
        }
    }

    fn rejected(words: String, passes: bool) -> PageFailure {
        PageFailure {
            words,
            passes,
            status: None,
            is_rejection: true,
            cause: "unreadable",
        }
    }
}

/// The article of a page that was fetched, mended by its site's rule if there is one. A large page takes
/// a while, so async code asks for it on a thread of its own.
///
/// # Errors
/// The page holds no article.
pub(crate) fn article_of(response: &Response, rules: &SiteRules) -> Result<Article, Rejection> {
    let page = Page {
        bytes: &response.body,
        media_type: response.media_type.as_deref(),
        url: Some(&response.url),
    };
    extract(&page, rules.for_page(&response.url))
}

fn unasked_not_modified(link: &Url) -> PageFailure {
    PageFailure {
        words: format!("{link}: the server said “not modified” to a request without conditions"),
        passes: true,
        status: None,
        is_rejection: false,
        cause: UNREACHABLE,
    }
}
