//! A feed's own body: the same sanitising as a page's, without looking for the article in it.

use url::Url;
use wirecopy_document::clean::{CleanHtml, Picture, clean};

/// A cleaned body from a feed.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// The text.
    pub body: CleanHtml,
    /// The first picture in it.
    pub lead_image: Option<Picture>,
}

/// Cleans the HTML of a feed entry; relative addresses are resolved against `base`.
pub fn fragment(html: &str, base: Option<&Url>) -> Fragment {
    let body = clean(html, base);
    let lead_image = body.pictures().into_iter().next();
    Fragment { body, lead_image }
}
