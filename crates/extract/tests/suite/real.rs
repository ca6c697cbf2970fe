//! What holds for every given page, whatever is in it. A debug build looks at some of them, a release build at all.

use wirecopy_document::clean::CleanHtml;
use wirecopy_extract::{Page, extract, markdown};

use crate::data;
use crate::markdown::rendered;

/// The articles of the given pages, each with the page's name.
fn bodies(every: usize) -> impl Iterator<Item = (String, CleanHtml)> {
    data::pages(every).into_iter().filter_map(|(path, url)| {
        let bytes = data::gunzip(&path);
        let page = Page {
            bytes: &bytes,
            media_type: None,
            url: url.as_ref(),
        };
        Some((path.display().to_string(), extract(&page, None).ok()?.body))
    })
}

#[test]
fn markdown_read_and_written_again_is_the_same() {
    for (name, body) in bodies(12) {
        let written = markdown(&body);
        assert!(
            markdown(&rendered(&written)) == written,
            "{name}:\n{written}"
        );
    }
}

#[test]
fn an_extracted_article_is_extracted_whole() {
    for (name, body) in bodies(12) {
        let page = Page {
            bytes: body.as_str().as_bytes(),
            media_type: Some("text/html; charset=utf-8"),
            url: None,
        };
        let again = extract(&page, None).map(|article| article.body);
        let again = again.map_err(|rejection| rejection.to_string());
        assert_eq!(again.as_ref(), Ok(&body), "{name}");
    }
}
