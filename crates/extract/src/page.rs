//! A page and its extraction: the crate's front door.

use jiff::Zoned;
use url::Url;
use wirecopy_html::Tree;

use wirecopy_document::clean::{CleanHtml, clean_owned};

use crate::article::Article;
use crate::content::needed::Needed;
use crate::content::{Content, Hints, serialize};
use crate::decode::decode;
use crate::metadata::Metadata;
use crate::reject::{Rejection, RejectionKind};
use crate::rule::SiteRule;
use crate::rule::mend::{Mended, mend};
use crate::{content, hydration, metadata, text, verdict};

/// A response as it came from the network.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The body, in its own encoding.
    pub bytes: &'a [u8],
    /// The whole value of `Content-Type`.
    pub media_type: Option<&'a str>,
    /// The address that the bytes finally came from; relative links are resolved against it.
    pub url: Option<&'a Url>,
}

impl Page<'_> {
    /// Larger pages are refused: 128 MiB, beyond any article, so that memory stays bounded.
    pub const MAX_BYTES: usize = 128 << 20;
}

/// Finds the article of a page. `rule` mends what the engine gets wrong on one site ([`crate::SiteRules`] finds the
/// rule for an address). Links come out absolute where the page has an address, or names one in `<base>`.
///
/// # Errors
/// There is no article; the refusal says what the page is instead, and keeps its title and other fields:
///
/// ```
/// use wirecopy_extract::{Page, RejectionKind, extract};
///
/// let form = r#"<title>Sign in</title><form action="/login"><label>Name <input name="user"></label>
///     <label>Password <input type="password" name="password"></label><button>Sign in</button></form>"#;
/// let refused = extract(&Page { bytes: form.as_bytes(), media_type: None, url: None }, None).unwrap_err();
/// assert_eq!(refused.kind, RejectionKind::Login);
/// ```
pub fn extract(page: &Page<'_>, rule: Option<&SiteRule>) -> Result<Article, Rejection> {
    Reading::of(page, rule)?.finish(page)
}

/// A page as the engine reads it.
pub(crate) struct Reading {
    pub(crate) tree: Tree,
    pub(crate) metadata: Metadata,
    pub(crate) content: Content,
    mended: Mended,
}

/// The article's text as it was chosen.
struct Chosen {
    /// As markup that is not sanitised yet.
    markup: String,
    text: String,
    confidence: f32,
}

/// The article's text, settled.
pub(crate) struct Settled {
    body: CleanHtml,
    text: String,
    confidence: f32,
}

impl Reading {
    /// Reads a page, whatever it holds; refuses what is no page.
    pub(crate) fn of(page: &Page<'_>, rule: Option<&SiteRule>) -> Result<Reading, Rejection> {
        let refuse = |kind, evidence: String| Rejection {
            kind,
            evidence,
            page: None,
        };
        if page.bytes.len() > Page::MAX_BYTES {
            let evidence = format!("{} bytes", page.bytes.len());
            return Err(refuse(RejectionKind::TooLarge, evidence));
        }
        if let Some(evidence) = not_markup(page) {
            return Err(refuse(RejectionKind::NotHtml, evidence));
        }
        let (html, _) = decode(page.bytes, page.media_type);
        let tree = Tree::parse(html);
        let mut metadata = metadata::read(&tree, page.url);
        let mut content = content::find(&tree, &hints(&metadata));
        metadata::complete(&mut metadata, &content);
        let mended = rule.map(|rule| mend(rule, &tree, &mut metadata, &mut content));
        if !content.is_fragment {
            content.drop_bylines(&metadata.authors);
        }
        Ok(Reading {
            tree,
            metadata,
            content,
            mended: mended.unwrap_or_default(),
        })
    }

    /// Settles the fields that the text tells, or tells why there is no article.
    pub(crate) fn settle(&mut self, page: &Page<'_>) -> Option<Rejection> {
        match self.choose(page) {
            Ok(chosen) => {
                chosen.settled(&mut self.metadata);
                None
            }
            Err(rejection) => Some(rejection),
        }
    }

    /// The text, or why there is no article.
    fn choose(&self, page: &Page<'_>) -> Result<Chosen, Rejection> {
        let Reading {
            tree,
            metadata,
            content,
            mended,
        } = self;
        let doubt = || verdict::against(tree, metadata, content, page.url);
        if let Some(text) = stated_body(tree, metadata, content)
            && !mended.has_body
        {
            return Ok(Chosen {
                markup: serialize::paragraphs(&text),
                text,
                confidence: STATED_CONFIDENCE,
            });
        }
        if let Some((kind, evidence)) = doubt().filter(|_| !mended.has_body) {
            return Err(Rejection {
                kind,
                evidence,
                page: None,
            });
        }
        let mut needed = Needed::of(tree, content);
        for node in &mended.stripped {
            needed.nodes[node.index()] = false;
        }
        Ok(Chosen {
            markup: serialize::markup(tree, &needed),
            text: content.kept_text(),
            confidence: content.confidence(),
        })
    }

    /// The article, or why there is none with the page's fields.
    pub(crate) fn finish(self, page: &Page<'_>) -> Result<Article, Rejection> {
        match self.choose(page) {
            Ok(chosen) => {
                let mut metadata = self.into_metadata();
                let settled = chosen.settled(&mut metadata);
                Ok(article(metadata, settled))
            }
            Err(rejection) => Err(self.described(rejection)),
        }
    }

    /// The page's fields. Tree and blocks are dropped, since the sanitiser needs as much memory again.
    fn into_metadata(self) -> Metadata {
        self.metadata
    }

    /// The rejection with the page's fields.
    fn described(mut self, rejection: Rejection) -> Rejection {
        let shown = self.content.kept_text();
        let nothing = CleanHtml::default();
        metadata::settle(&mut self.metadata, &nothing, &shown);
        let is_list = matches!(
            rejection.kind,
            RejectionKind::FrontPage | RejectionKind::List
        );
        let settled = Settled {
            body: nothing,
            text: if is_list { shown } else { String::new() },
            confidence: 0.0,
        };
        Rejection {
            page: Some(Box::new(article(self.metadata, settled))),
            ..rejection
        }
    }
}

impl Chosen {
    /// Sanitises the text, and fills the fields that it tells.
    fn settled(self, metadata: &mut Metadata) -> Settled {
        let body = clean_owned(self.markup, metadata.base.as_ref());
        metadata::settle(metadata, &body, &self.text);
        Settled {
            body,
            text: self.text,
            confidence: self.confidence,
        }
    }
}

/// What shows that the bytes are no page: the media type, or bytes that no text has (MIME Sniffing
/// §7.2) where no tag begins.
fn not_markup(page: &Page<'_>) -> Option<String> {
    let media_type = page.media_type.unwrap_or_default();
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let foreign = [
        "image/",
        "video/",
        "audio/",
        "font/",
        "application/pdf",
        "application/json",
        "application/zip",
        "application/epub",
    ];
    if foreign.iter().any(|kind| essence.starts_with(kind)) {
        return Some(format!("the media type is {essence}"));
    }
    let start = &page.bytes[..page.bytes.len().min(512)];
    let is_binary = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    let is_marked = start.trim_ascii_start().starts_with(b"<")
        || encoding_rs::Encoding::for_bom(start).is_some();
    (!is_marked && start.iter().any(is_binary)).then(|| "bytes that no text has".to_owned())
}

/// Of a hundred pages whose text JSON-LD alone gives, about 80 give it right.
const STATED_CONFIDENCE: f32 = 0.8;

/// A page that shows so much text, some 400 words, is not searched for data that may hold more.
const ENOUGH_SHOWN: usize = 2000;

/// The text that JSON-LD or the data for the page's scripts give, where the page itself shows less
/// than a third of it.
fn stated_body(tree: &Tree, metadata: &Metadata, content: &Content) -> Option<String> {
    let shown = content.kept_weight() as usize;
    let is_more = |stated: &str| {
        let long = text::weight(stated);
        long >= 500 && shown * 3 < long
    };
    if let Some(stated) = metadata
        .article_body
        .as_deref()
        .filter(|text| is_more(text))
    {
        let lines = stated.lines().map(text::folded);
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        return Some(lines.join("\n"));
    }
    if shown > ENOUGH_SHOWN {
        return None;
    }
    let found = hydration::article(tree).filter(|found| is_more(found))?;
    is_same_article(&found, metadata, content).then_some(found)
}

/// Whether a text found in a page's data is that of this page and not of another that it leads to: it
/// has half of the runs of words that the page shows, or where that is no prose, most of the title's
/// words.
fn is_same_article(found: &str, metadata: &Metadata, content: &Content) -> bool {
    if content.kept_prose() >= verdict::LEAST_PROSE {
        content::share_of_runs(&content.kept_text(), found) >= 0.5
    } else {
        content::share_of_words(&metadata.title, found) >= 0.6
    }
}

fn article(metadata: Metadata, settled: Settled) -> Article {
    Article {
        title: metadata.title,
        authors: metadata.authors,
        published_offset: metadata.published.as_ref().map(Zoned::offset),
        published: metadata.published.map(|time| time.timestamp()),
        modified: metadata.modified.map(|time| time.timestamp()),
        language: metadata.language,
        site_name: metadata.site_name,
        canonical_url: metadata.canonical_url,
        next_page: metadata.next_page,
        lead_image: metadata.lead_image,
        body: settled.body,
        text: settled.text,
        summary: metadata.summary,
        tags: metadata.tags,
        confidence: settled.confidence,
    }
}

/// What the metadata tells the search for the text.
pub(crate) fn hints(metadata: &Metadata) -> Hints<'_> {
    Hints {
        title: &metadata.title,
        summary: metadata.summary.as_deref().unwrap_or_default(),
        article_body: metadata.article_body.as_deref(),
        is_article: metadata.is_article,
        is_other: metadata.is_other,
        is_thread: metadata.is_thread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invented page.
    const PAGE: &str = "<title>Harbour reopens - The Example</title><meta property=og:title content='Harbour reopens'>
        <nav><a href=/>Home</a> <a href=/news>News</a></nav>
        <div><p>The harbour of Exampleton opened again on Monday, after a winter of repairs.</p>
        <p>Fishers said that they had waited long enough, and went out with the first tide.</p></div>
        <footer><p>All rights reserved</p></footer>";

    #[test]
    fn finds_title_and_paragraphs_and_leaves_navigation() {
        let page = Page {
            bytes: PAGE.as_bytes(),
            media_type: None,
            url: None,
        };
        let article = extract(&page, None).unwrap();
        assert_eq!(article.title, "Harbour reopens");
        let text = article.body.text();
        assert!(
            text.contains("winter of repairs") && text.contains("first tide"),
            "{text}"
        );
        assert!(
            !text.contains("Home") && !text.contains("rights reserved"),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_markup_is_refused() {
        for (bytes, media_type) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], None),
            (b"x", Some("image/png")),
            (b"%PDF-1.7", Some("application/pdf")),
        ] {
            let page = Page {
                bytes,
                media_type,
                url: None,
            };
            assert_eq!(
                extract(&page, None).unwrap_err().kind,
                RejectionKind::NotHtml
            );
        }
    }

    #[test]
    fn a_page_without_text_is_refused() {
        let page = Page {
            bytes: b"<title>x</title>",
            media_type: None,
            url: None,
        };
        assert_eq!(extract(&page, None).unwrap_err().kind, RejectionKind::Empty);
    }
}
