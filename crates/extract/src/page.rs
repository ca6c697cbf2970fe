//! A page and its extraction: the crate's front door.

use url::Url;

use crate::article::Article;
use crate::decode::decode;
use crate::reject::{Rejection, RejectionKind};
use crate::rule::SiteRule;
use crate::tree::Tree;
use crate::{content, metadata};

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

/// Finds the article of a page. `rule` mends what the engine gets wrong on one site.
pub fn extract(page: &Page<'_>, rule: Option<&SiteRule>) -> Result<Article, Rejection> {
    let _: Option<std::convert::Infallible> = rule.map(|rule| match *rule {});
    let refuse = |kind, evidence: String| Rejection {
        kind,
        evidence,
        canonical_url: None,
    };
    if page.bytes.len() > Page::MAX_BYTES {
        return Err(refuse(
            RejectionKind::TooLarge,
            format!("{} bytes", page.bytes.len()),
        ));
    }
    let (html, _) = decode(page.bytes, page.media_type);
    let tree = Tree::parse(&html);
    let metadata = metadata::read(&tree, page.url);
    let content = content::find(&tree, page.url);
    if content.body.is_empty() {
        return Err(Rejection {
            kind: RejectionKind::Empty,
            evidence: format!("no block of text in {} nodes", tree.len()),
            canonical_url: metadata.canonical_url,
        });
    }
    Ok(Article {
        title: metadata.title,
        authors: Vec::new(),
        published: None,
        modified: None,
        language: None,
        site_name: metadata.site_name,
        canonical_url: metadata.canonical_url,
        lead_image: None,
        body: content.body,
        summary: metadata.summary,
        tags: Vec::new(),
        confidence: content.confidence,
    })
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
    fn a_page_without_text_is_refused() {
        let page = Page {
            bytes: b"<title>x</title>",
            media_type: None,
            url: None,
        };
        assert_eq!(extract(&page, None).unwrap_err().kind, RejectionKind::Empty);
    }
}
