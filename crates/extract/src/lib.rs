//! From the bytes of a web page to a clean, complete article: decoding, parsing, finding the text,
//! its title, authors and dates, and saying plainly when there is no article.
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
pub use markdown::markdown;
pub use metadata::origin::Origin;
pub use page::{Page, extract};
pub use reject::{Rejection, RejectionKind};
pub use rule::{RuleError, SiteRule, SiteRules};
pub use selector::parse::SelectorError;
pub use text::text_length;
