//! From the bytes of a web page to a clean, complete article: decoding, parsing, finding the text,
//! its title, authors and dates, and saying plainly when there is no article.
//!
//! ```
//! use wirecopy_extract::{Page, extract, markdown};
//!
//! let html = r#"<html lang="en"><title>The bridge is mended | Ferry Post</title>
//!     <nav><a href="/">Home</a> <a href="/sport">Sport</a> <a href="/weather">Weather</a></nav>
//!     <h1>The bridge is mended</h1><article><p>By Ada Pike</p>
//!     <p>The council of the invented town of Lower Ferry has mended <b>the bridge</b> over the
//!     river, which the flood of the spring had taken away, with timber from its own woods.</p>
//!     <p>It opens on Monday, the mayor said, and the ferry will go on for the summer's guests.</p>
//!     </article><footer>About us. Contact. Terms of use.</footer></html>"#;
//!
//! let article = extract(&Page { bytes: html.as_bytes(), media_type: None, url: None }, None)?;
//! assert_eq!(article.title, "The bridge is mended");
//! assert_eq!(article.authors, ["Ada Pike"]);
//! assert!(article.text.starts_with("The council of the invented town"));
//! assert!(markdown(&article.body).contains("mended **the bridge** over the river"));
//! # Ok::<(), wirecopy_extract::Rejection>(())
//! ```
//!
//! Pure: no file, socket, clock or thread. Hostile pages cost time and memory in proportion to their
//! size; nothing here panics or recurses deeper than a fixed bound.

mod article;
mod content;
mod decode;
mod explain;
mod fragment;
mod hydration;
mod language;
mod links;
mod markdown;
mod metadata;
mod page;
mod reject;
mod rule;
mod selector;
mod text;
mod verdict;

pub use article::Article;
pub use decode::decode;
pub use explain::{
    ExplainedBlock, ExplainedField, Explanation, explain, explain_again, explain_chosen,
    explain_signs, feature_names,
};
pub use fragment::{Fragment, fragment};
pub use links::suggest::{Suggestion, suggest};
pub use links::{LinkSelector, MAX_LINKS, links};
pub use markdown::markdown;
pub use metadata::origin::Origin;
pub use page::{Page, extract};
pub use reject::{Rejection, RejectionKind};
pub use rule::{RuleError, SiteRule, SiteRules};
pub use selector::parse::SelectorError;
pub use text::text_length;
