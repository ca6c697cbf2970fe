//! Feeds to [`Feed`]: RSS 0.9x to 2.0, RDF (RSS 0.90 and 1.0), Atom 0.3 and 1.0, CDF, JSON Feed 1.x and
//! sitemaps, whatever the media type claims. A damaged feed is repaired and read; what was repaired is told in
//! [`Problem`]s. Nothing here sanitises: HTML stays as the publisher wrote it, but for relative links, which become
//! absolute.

mod construct;
mod document;
mod extensions;
mod fingerprint;
mod json;
mod links;
mod markup;
mod person;
mod record;
mod scope;
mod sitemap;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Weekday;
use url::Url;

use crate::charset;

/// Where the bytes came from: needed for relative links and for the charset.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The final URL of the response, after redirects.
    pub url: Option<Url>,
    /// The whole value of the `Content-Type` header.
    pub media_type: Option<String>,
}

/// One feed, in the words of Atom (RFC 4287) whatever its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// The form that was recognised.
    pub version: Version,
    /// The charset that the bytes were decoded from, by its lower-case IANA name.
    pub encoding: String,
    /// The feed's name as plain text, without markup.
    pub title: Option<String>,
    /// The publication's page.
    pub link: Option<Url>,
    /// The address that the feed gives for itself (`rel="self"`, JSON Feed's `feed_url`).
    pub self_link: Option<Url>,
    /// WebSub hubs (`rel="hub"`), in the feed's order.
    pub hubs: Vec<Url>,
    /// Atom's `id`; absent in most other forms.
    pub id: Option<String>,
    /// RSS `description`, Atom `subtitle`: HTML as the publisher wrote it.
    pub description: Option<String>,
    /// The language as the feed writes it, hopefully BCP 47.
    pub language: Option<String>,
    /// When the feed says that it last changed.
    pub updated: Option<Timestamp>,
    /// When the feed says that it was published.
    pub published: Option<Timestamp>,
    /// Authors, editors and `dc:creator`s, in the feed's order.
    pub authors: Vec<Person>,
    /// Copyright notice, HTML as the publisher wrote it.
    pub rights: Option<String>,
    /// The program that wrote the feed.
    pub generator: Option<String>,
    /// The feed's picture: RSS `image`, Atom `logo`, `itunes:image`.
    pub image: Option<Url>,
    /// A small square picture: Atom `icon`, JSON Feed's `favicon`.
    pub icon: Option<Url>,
    /// Categories without their schemes, each once.
    pub categories: Vec<String>,
    /// Every link that the feed itself carries, in order.
    pub links: Vec<Link>,
    /// How long the publisher wants a copy to be kept (RSS `ttl`, the syndication module).
    pub ttl: Option<Duration>,
    /// Hours in UTC, 0 to 23, at which the publisher asks not to be polled (RSS `skipHours`).
    pub skip_hours: Vec<u8>,
    /// Days in UTC on which the publisher asks not to be polled (RSS `skipDays`).
    pub skip_days: Vec<Weekday>,
    /// The next page of the same feed (`rel="next"`, RFC 5005 §3; JSON Feed's `next_url`).
    pub next: Option<Url>,
    /// The archive of entries before these (`rel="prev-archive"`, RFC 5005 §4).
    pub previous_archive: Option<Url>,
    /// Entries in the feed's order, at most [`MAX_ENTRIES`].
    pub entries: Vec<Entry>,
}

impl Feed {
    /// A feed that says nothing of itself.
    fn empty(version: Version) -> Feed {
        Feed {
            version,
            encoding: String::new(),
            title: None,
            link: None,
            self_link: None,
            hubs: Vec::new(),
            id: None,
            description: None,
            language: None,
            updated: None,
            published: None,
            authors: Vec::new(),
            rights: None,
            generator: None,
            image: None,
            icon: None,
            categories: Vec::new(),
            links: Vec::new(),
            ttl: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            next: None,
            previous_archive: None,
            entries: Vec::new(),
        }
    }
}

/// One item of a feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Plain text, without markup.
    pub title: Option<String>,
    /// The article's page.
    pub link: Option<Url>,
    /// RSS `guid`, Atom `id`, `rdf:about`: any text, and not always stable.
    pub id: Option<String>,
    /// Whether [`Entry::id`] is itself the article's address (RSS `isPermaLink`).
    pub id_is_permalink: bool,
    /// The shorter text: HTML.
    pub summary: Option<String>,
    /// The longer text: HTML.
    pub content: Option<String>,
    /// First publication.
    pub published: Option<Timestamp>,
    /// Last change.
    pub updated: Option<Timestamp>,
    /// Authors in order.
    pub authors: Vec<Person>,
    /// Categories without their schemes, each once.
    pub categories: Vec<String>,
    /// Attached media: `enclosure`, `rel="enclosure"`, `media:content`.
    pub enclosures: Vec<Enclosure>,
    /// The entry's picture: `media:thumbnail`, `media:content` of a picture, `itunes:image`.
    pub image: Option<Url>,
    /// The page of comments.
    pub comments: Option<Url>,
    /// The entry's language, its own or the feed's.
    pub language: Option<String>,
    /// Copyright notice, HTML as the publisher wrote it.
    pub rights: Option<String>,
    /// Every link of the entry, in order.
    pub links: Vec<Link>,
}

/// A person or a newsroom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Name as plain text.
    pub name: Option<String>,
    /// Mail address, without `mailto:`.
    pub email: Option<String>,
    /// The person's page.
    pub uri: Option<String>,
}

/// An Atom link, or what amounts to one in the other forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Absolute wherever a base was known.
    pub href: String,
    /// `alternate` where the feed names none (RFC 4287 §4.2.7.2).
    pub rel: String,
    /// Media type.
    pub media_type: Option<String>,
    /// Human name.
    pub title: Option<String>,
    /// Language of the target.
    pub hreflang: Option<String>,
    /// Length in bytes, as the feed writes it.
    pub length: Option<String>,
}

/// An attached file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// Where it is.
    pub url: Url,
    /// Media type as the feed writes it.
    pub media_type: Option<String>,
    /// Length in bytes, where it is a number.
    pub length: Option<u64>,
}

/// The form of a feed. Displayed as a short word: `rss20`, `atom10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Netscape's first, on RDF.
    Rss090,
    /// Netscape's 0.91, with its document type.
    Rss091Netscape,
    /// UserLand's 0.91.
    Rss091,
    /// 0.92.
    Rss092,
    /// 0.93.
    Rss093,
    /// 0.94.
    Rss094,
    /// RSS 1.0, on RDF.
    Rss10,
    /// RSS 2.0.
    Rss20,
    /// RSS that gives no version, or one that never was.
    Rss,
    /// Atom 0.3.
    Atom03,
    /// RFC 4287.
    Atom10,
    /// Atom in no namespace, or in a draft's.
    Atom,
    /// Microsoft's Channel Definition Format.
    Cdf,
    /// JSON Feed 1.0.
    Json10,
    /// JSON Feed 1.1, or without a version.
    Json11,
    /// A sitemap, with or without the words of Google's news extension.
    Sitemap,
    /// The links of a page that lists articles.
    ListPage,
}

impl Version {
    /// Whether the form is one of Atom's.
    pub fn is_atom(self) -> bool {
        matches!(self, Version::Atom03 | Version::Atom10 | Version::Atom)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Version::Rss090 => "rss090",
            Version::Rss091Netscape => "rss091n",
            Version::Rss091 => "rss091u",
            Version::Rss092 => "rss092",
            Version::Rss093 => "rss093",
            Version::Rss094 => "rss094",
            Version::Rss10 => "rss10",
            Version::Rss20 => "rss20",
            Version::Rss => "rss",
            Version::Atom03 => "atom03",
            Version::Atom10 => "atom10",
            Version::Atom => "atom",
            Version::Cdf => "cdf",
            Version::Json10 => "json10",
            Version::Json11 => "json11",
            Version::Sitemap => "sitemap",
            Version::ListPage => "list-page",
        })
    }
}

/// What was wrong with a feed that could be read all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The bytes are in another charset than the one declared.
    #[error("declared as {declared}, decoded as {decoded}")]
    WrongCharset {
        /// The label in the header or the document.
        declared: String,
        /// What the bytes are.
        decoded: String,
    },
    /// Bytes that are no character of the charset became U+FFFD.
    #[error("some bytes are no {0} and were replaced")]
    UndecodableBytes(String),
    /// The tags do not match; elements were closed where they had to end.
    #[error("elements that are not closed or not opened")]
    UnbalancedTags,
    /// The document ends inside an element.
    #[error("the document is cut off{}", if *.entry_dropped { " and its last entry with it" } else { "" })]
    Truncated {
        /// Whether an incomplete entry was left out.
        entry_dropped: bool,
    },
    /// The document type declares entities; they were not expanded.
    #[error("entity declarations were ignored")]
    EntityDeclarations,
    /// Text stands before or after the feed.
    #[error("text outside of the feed was skipped")]
    StrayText,
    /// A limit on size, depth or number was reached, and the rest left out.
    #[error("the limit on {0} was reached")]
    Limit(&'static str),
    /// A date that no rule reads.
    #[error("unreadable date {0:?}")]
    Date(String),
}

/// The bytes are no feed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAFeed {
    /// Nothing but white space.
    #[error("the response is empty")]
    Empty,
    /// An HTML page: autodiscovery may help.
    #[error("the response is an HTML page")]
    Html,
    /// A list of sitemaps.
    #[error("the response is a list of sitemaps, and no feed by itself")]
    SitemapIndex {
        /// The few of them that may hold news, the likeliest first: none where the list is empty.
        parts: Vec<SitemapPart>,
    },
    /// Neither XML nor JSON of a kind that is a feed.
    #[error("the response is no feed")]
    Unknown,
}

/// One sitemap of a list of sitemaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapPart {
    /// Where it is, on any host.
    pub url: Url,
    /// When it last changed, where the list tells.
    pub updated: Option<Timestamp>,
}

/// Bytes read of one feed; the rest is left out. The largest real ones have some ten megabytes.
pub const MAX_BYTES: usize = 32 << 20;
/// Problems told of one feed.
const MAX_PROBLEMS: usize = 64;
/// Entries kept of one feed: the longest real feeds, whole podcast histories, hold some thousands.
pub const MAX_ENTRIES: usize = 20_000;

/// Reads a feed of any form. Never panics, and takes time linear in the bytes.
///
/// # Errors
/// Only when there is nothing feed-like at all; damage is told in the problems.
pub fn parse(bytes: &[u8], context: &Context) -> Result<(Feed, Vec<Problem>), NotAFeed> {
    let is_cut = bytes.len() > MAX_BYTES;
    let decoded = charset::decode(
        &bytes[..bytes.len().min(MAX_BYTES)],
        context.media_type.as_deref(),
    );
    let text = decoded.text.trim_start();
    let is_json = text.starts_with('{');
    let read = match text {
        "" => return Err(NotAFeed::Empty),
        text if is_json => json::read(text, &decoded.label, context),
        text if text.starts_with("http") => {
            sitemap::addresses::read(text, &decoded.label).ok_or(NotAFeed::Unknown)
        }
        text => document::read(text, &decoded.label, context),
    };
    let (feed, mut problems) = read?;
    if is_cut {
        problems.push(Problem::Limit("bytes"));
    }
    if decoded.lossy {
        problems.push(Problem::UndecodableBytes(decoded.label.clone()));
    }
    if let Some(declared) = decoded.contradicted {
        problems.push(Problem::WrongCharset {
            declared,
            decoded: decoded.label.clone(),
        });
    }
    problems.truncate(MAX_PROBLEMS);
    Ok((feed, problems))
}

/// The links of a page that lists articles as a feed, in the page's order. Nothing is known of them but their
/// addresses.
pub fn of_links(links: Vec<Url>) -> Feed {
    Feed {
        entries: links.into_iter().map(sitemap::entry_at).collect(),
        ..Feed::empty(Version::ListPage)
    }
}

/// The sitemaps of a list as one feed: the newest entries of all, at most 1,000, newest first.
pub fn join_sitemaps(parts: Vec<Feed>) -> Feed {
    sitemap::joined(parts)
}

/// Sixteen hexadecimal digits over what an editor can change in an entry: its title, its address, its texts and
/// pictures. An entry that only renews its date, its advertisements, its trackers or its layout keeps them.
pub fn fingerprint(entry: &Entry) -> String {
    fingerprint::of(entry)
}

#[cfg(test)]
mod tests;
