//! The article: what a page is taken to say once everything around it is gone.

use jiff::Timestamp;
use jiff::tz::Offset;
use url::Url;
use wirecopy_document::clean::{CleanHtml, Picture, clean};

/// An article as found on its page. Fields that the page does not give are absent, never guessed
/// from the clock.
#[derive(Clone, Debug)]
pub struct Article {
    /// The headline, without the site's name.
    pub title: String,
    /// People or agencies named as authors, in the page's order, each once.
    pub authors: Vec<String>,
    /// First publication.
    pub published: Option<Timestamp>,
    /// The offset from UTC in which the page wrote `published`, zero where it gave none: what day it
    /// was where the article appeared.
    pub published_offset: Option<Offset>,
    /// Last change that the page states.
    pub modified: Option<Timestamp>,
    /// BCP 47 tag, declared by the page or detected from the text.
    pub language: Option<String>,
    /// The publication's own name.
    pub site_name: Option<String>,
    /// The address that the page calls its own, absolute.
    pub canonical_url: Option<Url>,
    /// Where the article goes on, for one that is parted into several pages: see [`Article::join`].
    pub next_page: Option<Url>,
    /// The picture that stands for the article.
    pub lead_image: Option<Picture>,
    /// The text, sanitised.
    pub body: CleanHtml,
    /// The text alone, one block a line: what a reader reads, without the captions that `body` keeps
    /// beside its pictures.
    pub text: String,
    /// The standfirst or description, plain text.
    pub summary: Option<String>,
    /// Keywords and sections as the page gives them.
    pub tags: Vec<String>,
    /// From 0 to 1: how likely the words of the text are to belong to the article, on average.
    pub confidence: f32,
}

impl Article {
    /// Puts the text of a further page after this one's. What the page says of itself stays as the first
    /// page says it; lines with which every page begins are not told again.
    pub fn join(&mut self, further: &Article) {
        let further_body = further.body.as_str();
        self.body = clean(&joined(self.body.as_str(), further_body), None);
        self.text = joined(&self.text, &further.text);
        self.next_page.clone_from(&further.next_page);
    }
}

/// The lines of both, without what the second repeats of the first's beginning.
fn joined(first: &str, second: &str) -> String {
    let is_repeated = |line: &str| first.lines().take(REPEATED).any(|known| known == line);
    let new = second
        .lines()
        .enumerate()
        .filter(|(index, line)| *index >= REPEATED || !is_repeated(line));
    let lines: Vec<&str> = first.lines().chain(new.map(|(_, line)| line)).collect();
    lines.join("\n")
}

/// Lines that a page may repeat from the first: headline, subtitle, lead picture.
const REPEATED: usize = 4;
