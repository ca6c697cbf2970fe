//! The form of posts for a site generator: YAML front matter before the first form's head.

use crate::document::Document;
use crate::forms::seed;

/// The document as a post.
pub fn write_jekyll(document: &Document) -> Vec<u8> {
    seed::write_seed(document)
}
