//! What an edition is made of: its settings, its sources, and one line for each document that it shows.
//!
//! These are the values that the program hands in. They carry no markup: titles and summaries are plain text as
//! the archive has them, and are made safe where they are written.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;
use wirecopy_document::identity::DocumentId;

use crate::book::BookKind;
use crate::display::language_tag;
use crate::script::Script;
use crate::stock::Stock;
use crate::theme::Theme;

/// A file of the edition, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Relative to the root of the site (or of the archive, for [`crate::lists`]), parts divided by `/`,
    /// not percent-encoded.
    pub path: String,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// The settings of an edition.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The mirror's name, as the masthead shows it.
    pub title: String,
    /// What the site looks like.
    pub theme: Theme,
    /// One sentence on what it mirrors; may be empty.
    pub description: String,
    /// Language of the interface as a BCP 47 tag; see [`crate::words::choose`] for what is offered.
    pub language: String,
    /// The public address of the site's root, ending in `/`. Feeds, the sitemap and OPML name it; pages never do.
    pub base_url: Option<Url>,
    /// How to reach the operator: an address or a sentence, shown on the page about the mirror.
    pub contact: Option<String>,
    /// Where else this mirror can be read (other hosts, onion services).
    pub addresses: Vec<Url>,
    /// Where a copy of the archive can be cloned from.
    pub archive_url: Option<Url>,
    /// Where a document of the archive can be read: `{volume}` and `{path}` are replaced, the latter
    /// percent-encoded, as in `https://git.example/mirror-{volume}/blob/main/{path}`.
    pub document_url: Option<String>,
    /// Where the revisions of a document can be read, in the form of [`Edition::document_url`].
    pub history_url: Option<String>,
    /// The sources, in the order in which they are shown.
    pub sources: Vec<SourceInfo>,
    /// What becomes of the pictures.
    pub images: ImagePolicy,
    /// What there is for [`ImagePolicy::Store`].
    pub stock: Stock,
    /// What the pictures of [`Edition::stock`] on one page may weigh together, in bytes: narrower files are then
    /// offered, and in the end links.
    pub picture_budget: u64,
    /// The zone in which times are shown and days are divided.
    pub time_zone: TimeZone,
    /// Whether there is a text edition beside the site, without pictures, style and script.
    pub text: bool,
    /// Whether search engines are asked to leave the site out.
    pub noindex: bool,
    /// Whether the site can be searched.
    pub search: bool,
    /// The searches that have a page and feeds; they need [`Edition::search`].
    pub searches: Vec<SavedSearch>,
    /// The hub that is told when a feed changes, and that followers can ask to be told by (WebSub).
    pub hub: Option<Url>,
    /// Whether feeds have archive documents, so that a follower that was away misses nothing (RFC 5005).
    pub feed_archives: bool,
    /// Whether tags have feeds.
    pub tag_feeds: bool,
    /// Whether a reader's browser keeps what was read, to be read again without a line.
    pub offline: bool,
    /// The kinds of books that stand beside the site, each once.
    pub books: Vec<BookKind>,
    /// Whether an article's page leads to the same story in other sources.
    pub same_story: bool,
    /// The scripts in which Chinese articles are published beside what was written, each once.
    pub scripts: Vec<Script>,
    /// The script of this edition's Chinese; none where it is as it was written.
    pub script: Option<Script>,
}

/// Pages and feeds in English, without a source, a name or anything that has to be switched on.
impl Default for Edition {
    fn default() -> Edition {
        Edition {
            title: String::new(),
            theme: Theme::default(),
            description: String::new(),
            language: "en".to_owned(),
            base_url: None,
            contact: None,
            addresses: Vec::new(),
            archive_url: None,
            document_url: None,
            history_url: None,
            sources: Vec::new(),
            images: ImagePolicy::Link,
            stock: Stock::default(),
            picture_budget: 1_000_000,
            time_zone: TimeZone::UTC,
            text: false,
            noindex: false,
            search: false,
            searches: Vec::new(),
            hub: None,
            feed_archives: false,
            tag_feeds: false,
            offline: false,
            books: Vec::new(),
            same_story: false,
            scripts: Vec::new(),
            script: None,
        }
    }
}

impl Edition {
    /// The source with this slug; absent for one that is no longer followed and whose articles remain.
    #[must_use]
    pub fn source(&self, slug: &str) -> Option<&SourceInfo> {
        self.sources.iter().find(|source| source.slug == slug)
    }

    /// The source with this slug; one that is no longer followed is told by its slug alone.
    #[must_use]
    pub fn source_or_former(&self, slug: &str) -> SourceInfo {
        self.source(slug).cloned().unwrap_or_else(|| SourceInfo {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            site: None,
            feed: None,
            language: None,
        })
    }

    /// The language that an article is shown in: its own, else its source's, in this edition's script.
    pub(crate) fn language_of(&self, listing: &Listing) -> Option<String> {
        match self.script_of(listing) {
            Some(script) => Some(script.tag().to_owned()),
            None => self.written_language(listing),
        }
    }

    /// The language that an article is written in: its own, else its source's.
    pub(crate) fn written_language(&self, listing: &Listing) -> Option<String> {
        let own = listing.language.as_deref().and_then(language_tag);
        own.or_else(|| language_tag(self.source(&listing.source)?.language.as_deref()?))
    }

    /// The name to show for a source: its slug when the edition does not know it any more.
    #[must_use]
    pub fn source_name<'a>(&'a self, slug: &'a str) -> &'a str {
        self.source(slug).map_or(slug, |source| &source.name)
    }
}

/// A publication that the edition mirrors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// Its directory name, as `wirecopy_document::path::slug` makes it.
    pub slug: String,
    /// Its name as readers know it.
    pub name: String,
    /// Its front page.
    pub site: Option<Url>,
    /// The feed that is followed.
    pub feed: Option<Url>,
    /// The language of its articles as a BCP 47 tag, where a document does not say.
    pub language: Option<String>,
}

/// A search that the operator has given a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its directory name, as `wirecopy_document::path::slug` makes it of the name.
    pub slug: String,
    /// Its name for readers.
    pub name: String,
    /// What is looked for, in the language of [`crate::search::query`].
    pub query: String,
}

/// What becomes of the pictures in articles when an edition is published; documents keep the original addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImagePolicy {
    /// Pictures are loaded from where the publication has them, without a referrer.
    Link,
    /// Pictures are loaded through a proxy. `{url}` in the template becomes the picture's address,
    /// percent-encoded as a query value: `https://images.weserv.nl/?url={url}`. The template may be relative to the
    /// site's root (`image?url={url}`).
    Proxy {
        /// The address of the proxied picture, with `{url}` in it.
        template: String,
    },
    /// Pictures are published with the site, as far as [`Edition::stock`] has them; of others the description stands in
    /// their place.
    Store,
    /// No picture is loaded; its caption or description stands in its place.
    None,
}

/// One line of any list: what is known of a document without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The document's identity.
    pub id: DocumentId,
    /// The slug of its source.
    pub source: String,
    /// Its title as plain text.
    pub title: String,
    /// Its address at the origin.
    pub url: String,
    /// When it was published.
    pub published: Timestamp,
    /// Its language as a BCP 47 tag.
    pub language: Option<String>,
    /// Its first sentences as plain text, if the origin gave some.
    pub summary: Option<String>,
    /// Its path in the archive.
    pub path: String,
    /// The volume of the archive that holds it.
    pub volume: String,
    /// The name of the volume's object that holds its newest revision; empty where the document is in no volume.
    pub revision: String,
    /// How often it was recorded: 1 for an article that was never edited.
    pub revisions: u32,
    /// Its place in its source in the order of archiving, from 1. It never changes, and the numbered pages follow it.
    pub number: u64,
    /// When it was withdrawn, if it was.
    pub withdrawn: Option<Timestamp>,
}

impl Listing {
    /// The path of its article page in the site, stable for ever.
    #[must_use]
    pub fn page(&self) -> String {
        crate::paths::article(&self.path, self.id)
    }
}

/// What stands around an article: on either side of it in its source in the order of archiving, and before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbours<'a> {
    /// The one archived before it.
    pub previous: Option<&'a Listing>,
    /// The one archived after it.
    pub next: Option<&'a Listing>,
    /// Whether it has a page of its versions.
    pub revised: bool,
    /// The same story in other sources, as [`crate::story`] tells.
    pub same_story: &'a [Listing],
}
