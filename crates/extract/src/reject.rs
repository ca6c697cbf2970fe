//! Why a page gave no article. A named refusal, so that navigation is never archived as text.

use std::fmt;

use crate::article::Article;

/// A page that holds no article, with what showed it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{kind}: {evidence}")]
pub struct Rejection {
    /// What the page is instead.
    pub kind: RejectionKind,
    /// The observation that decided, for an operator to read.
    pub evidence: String,
    /// What the page says of itself, where it could be read. There is no body; the text is empty too, but
    /// for a front page or a list, where it is what is listed.
    pub page: Option<Box<Article>>,
}

/// What a page without an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The bytes are not an HTML page.
    NotHtml,
    /// More bytes than [`crate::Page::MAX_BYTES`].
    TooLarge,
    /// The site's front page.
    FrontPage,
    /// A list of articles: a section, an archive, search results.
    List,
    /// A form to sign in.
    Login,
    /// A request to accept cookies or terms.
    Consent,
    /// An error page, or a check for robots.
    Error,
    /// The text is withheld from those who do not pay.
    Paywall,
    /// Nothing to read.
    Empty,
}

impl RejectionKind {
    /// The same as one lower-case word for programs, which stays as it is from version to version.
    pub fn word(self) -> &'static str {
        match self {
            RejectionKind::NotHtml => "not-html",
            RejectionKind::TooLarge => "too-large",
            RejectionKind::FrontPage => "front-page",
            RejectionKind::List => "list",
            RejectionKind::Login => "login",
            RejectionKind::Consent => "consent",
            RejectionKind::Error => "error",
            RejectionKind::Paywall => "paywall",
            RejectionKind::Empty => "empty",
        }
    }
}

impl fmt::Display for RejectionKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            RejectionKind::NotHtml => "not an HTML page",
            RejectionKind::TooLarge => "too large",
            RejectionKind::FrontPage => "a front page",
            RejectionKind::List => "a list of articles",
            RejectionKind::Login => "a sign-in page",
            RejectionKind::Consent => "a consent page",
            RejectionKind::Error => "an error page",
            RejectionKind::Paywall => "behind a paywall",
            RejectionKind::Empty => "no text",
        })
    }
}
