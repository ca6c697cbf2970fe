//! The feeds of the invented publications, in four forms, written as their makers would: each with its own idea of ids and dates.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use url::Url;

use crate::demo::newsroom::moment::{Piece, address};
use crate::demo::newsroom::pages::{body, escaped};
use crate::demo::newsroom::publication::{
    Carries, Charset, DateHabit, Format, Publication, Temper,
};

/// How far ahead the dates of [`DateHabit::Future`] lie.
const AHEAD: SignedDuration = SignedDuration::from_hours(20 * 365 * 24);

/// Characters of an article's first paragraph that a feed of [`Carries::Beginning`] gives away.
const BEGINNING: usize = 60;

/// What a feed is written from.
pub(crate) struct Issue<'a> {
    pub(crate) publication: &'a Publication,
    /// The root of the publication's site.
    pub(crate) site: &'a Url,
    pub(crate) step: u32,
    /// The time of the step.
    pub(crate) now: Timestamp,
    /// Newest first.
    pub(crate) pieces: Vec<Piece<'a>>,
}

/// The path of a publication's feed.
pub(crate) fn path(format: Format) -> &'static str {
    match format {
        Format::Rss => "/rss.xml",
        Format::Atom => "/atom.xml",
        Format::Rdf => "/index.rdf",
        Format::Json => "/feed.json",
    }
}

/// The media type that the server gives, without a charset: the XML declaration has it.
pub(crate) fn media_type(format: Format) -> &'static str {
    match format {
        Format::Rss => "application/rss+xml",
        Format::Atom => "application/atom+xml",
        Format::Rdf => "application/rdf+xml",
        Format::Json => "application/feed+json",
    }
}

/// The feed as text; the server encodes it.
pub(crate) fn write(issue: &Issue<'_>) -> String {
    match issue.publication.format {
        Format::Rss => rss(issue),
        Format::Atom => atom(issue),
        Format::Rdf => rdf(issue),
        Format::Json => json_feed(issue),
    }
}

fn rss(issue: &Issue<'_>) -> String {
    let publication = issue.publication;
    let mut text = format!(
        "{}<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <channel>\n<title>{}</title>\n<link>{}</link>\n<description>{}</description>\n<language>{}</language>\n",
        declaration(publication.charset),
        escaped(&publication.name),
        issue.site,
        escaped(&publication.description),
        publication.language,
    );
    for piece in &issue.pieces {
        text.push_str(&rss_item(issue, piece));
    }
    text + "</channel>\n</rss>\n"
}

fn rss_item(issue: &Issue<'_>, piece: &Piece<'_>) -> String {
    let date = told_date(issue, piece).map(|date| {
        format!(
            "<pubDate>{}</pubDate>\n",
            date.strftime("%a, %d %b %Y %H:%M:%S GMT")
        )
    });
    let whole = whole(issue, piece)
        .map(|html| format!("<content:encoded><![CDATA[{html}]]></content:encoded>\n"));
    format!(
        "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"false\">{}</guid>\n{}<dc:creator>{}</dc:creator>\n\
         <description>{}</description>\n{}</item>\n",
        escaped(piece.title),
        escaped(&told_link(issue, piece)),
        escaped(&told_id(issue, piece)),
        date.unwrap_or_default(),
        escaped(&piece.text.author),
        escaped(&beginning(piece)),
        whole.unwrap_or_default(),
    )
}

fn atom(issue: &Issue<'_>) -> String {
    let publication = issue.publication;
    let newest = issue
        .pieces
        .iter()
        .map(|piece| piece.modified)
        .max()
        .unwrap_or(issue.now);
    let mut text = format!(
        "{}<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<id>tag:wirecopy.example,2026:{}</id>\n<title>{}</title>\n\
         <subtitle>{}</subtitle>\n<updated>{newest}</updated>\n<link rel=\"alternate\" type=\"text/html\" href=\"/\"/>\n\
         <link rel=\"self\" href=\"{}\"/>\n",
        declaration(publication.charset),
        publication.language,
        publication.slug,
        escaped(&publication.name),
        escaped(&publication.description),
        path(publication.format),
    );
    for piece in &issue.pieces {
        text.push_str(&atom_entry(issue, piece));
    }
    text + "</feed>\n"
}

fn atom_entry(issue: &Issue<'_>, piece: &Piece<'_>) -> String {
    let whole = whole(issue, piece)
        .map(|html| format!("<content type=\"html\">{}</content>\n", escaped(&html)));
    format!(
        "<entry>\n<id>{}</id>\n<title>{}</title>\n<link rel=\"alternate\" type=\"text/html\" href=\"/{}/{}\"/>\n\
         <published>{}</published>\n<updated>{}</updated>\n<author><name>{}</name></author>\n<summary>{}</summary>\n{}</entry>\n",
        escaped(&told_id(issue, piece)),
        escaped(piece.title),
        piece.text.section,
        piece.text.key,
        piece.published,
        piece.modified,
        escaped(&piece.text.author),
        escaped(&beginning(piece)),
        whole.unwrap_or_default(),
    )
}

fn rdf(issue: &Issue<'_>) -> String {
    let publication = issue.publication;
    let mut text = format!(
        "{}<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xml:lang=\"{}\">\n<channel rdf:about=\"{}\">\n<title>{}</title>\n\
         <link>{}</link>\n<description>{}</description>\n</channel>\n",
        declaration(publication.charset),
        publication.language,
        issue.site,
        escaped(&publication.name),
        issue.site,
        escaped(&publication.description),
    );
    for piece in &issue.pieces {
        let link = escaped(&told_link(issue, piece));
        text.push_str(&format!(
            "<item rdf:about=\"{link}\">\n<title>{}</title>\n<link>{link}</link>\n<dc:date>{}</dc:date>\n<dc:creator>{}</dc:creator>\n\
             <description>{}</description>\n</item>\n",
            escaped(piece.title),
            piece.published,
            escaped(&piece.text.author),
            escaped(&beginning(piece)),
        ));
    }
    text + "</rdf:RDF>\n"
}

fn json_feed(issue: &Issue<'_>) -> String {
    let publication = issue.publication;
    let items: Vec<_> = issue
        .pieces
        .iter()
        .map(|piece| {
            let mut item = json!({
                "id": told_id(issue, piece),
                "url": told_link(issue, piece),
                "title": piece.title,
                "summary": beginning(piece),
                "date_published": piece.published.to_string(),
                "date_modified": piece.modified.to_string(),
                "authors": [{ "name": piece.text.author }],
            });
            if let Some(html) = whole(issue, piece) {
                item["content_html"] = html.into();
            }
            item
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": publication.name,
        "description": publication.description,
        "home_page_url": issue.site.as_str(),
        "language": publication.language,
        "items": items,
    });
    format!("{feed:#}\n")
}

fn declaration(charset: Charset) -> &'static str {
    match charset {
        Charset::Utf8 => "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n",
        Charset::Gbk => "<?xml version=\"1.0\" encoding=\"GBK\"?>\n",
    }
}

fn whole(issue: &Issue<'_>, piece: &Piece<'_>) -> Option<String> {
    (issue.publication.carries == Carries::Whole).then(|| body(piece, issue.site))
}

/// The first words of the first paragraph, broken off where they happen to end.
fn beginning(piece: &Piece<'_>) -> String {
    let first = piece.paragraphs[0];
    match first.char_indices().nth(BEGINNING) {
        Some((end, _)) => format!("{}…", &first[..end]),
        None => first.to_owned(),
    }
}

fn told_date(issue: &Issue<'_>, piece: &Piece<'_>) -> Option<Timestamp> {
    match piece.text.date {
        DateHabit::Honest => Some(piece.published),
        DateHabit::Future => piece.published.checked_add(AHEAD).ok(),
        DateHabit::Epoch => Some(Timestamp::UNIX_EPOCH),
        DateHabit::Renewed => Some(issue.now),
        DateHabit::Missing => None,
    }
}

/// The article's address as the feed has it: of a publication that shifts its identities with tracking parameters that change
/// at every poll, and every other time that of the page for telephones.
fn told_link(issue: &Issue<'_>, piece: &Piece<'_>) -> String {
    let address = address(issue.site, piece.text);
    match issue.publication.temper {
        Temper::ShiftsIdentities => {
            let variant = if issue.step.is_multiple_of(2) {
                ""
            } else {
                "/amp"
            };
            let site = issue.site.as_str().trim_end_matches('/');
            format!(
                "{site}{variant}{}?utm_source=rss&utm_medium=feed&utm_campaign=poll{}",
                address.path(),
                issue.step
            )
        }
        _ => address.into(),
    }
}

fn told_id(issue: &Issue<'_>, piece: &Piece<'_>) -> String {
    match issue.publication.temper {
        Temper::ShiftsIdentities => format!(
            "{}-{:04x}",
            piece.text.key,
            issue.step.wrapping_mul(40_503) & 0xffff
        ),
        _ => format!(
            "tag:wirecopy.example,2026:{}/{}",
            issue.publication.slug, piece.text.key
        ),
    }
}
