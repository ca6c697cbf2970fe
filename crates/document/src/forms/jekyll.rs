//! Posts for a site generator: front matter, then the first form's head, then the body in a `div`.
//!
//! Some posts were made by other scripts: they lack the head, or hold the page as it was, on many
//! lines. The front matter is the flat subset of YAML that these mirrors wrote, not YAML.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::seed::Seed;
use super::{Foreign, ForeignError, Form, Repair};
use crate::document::Document;

/// Longest part of the title in a file's name, in UTF-16 units.
const MAX_NAME_UNITS: usize = 50;

/// The front matter of a post, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// The title, its quotes and escapes undone.
    pub title: String,
    /// The date as written.
    pub date: String,
    /// Who wrote it, or the name of the source.
    pub author: String,
    /// The address as written.
    pub from: String,
    /// The source's name.
    pub tag: String,
}

impl Front {
    /// The front matter of a post and what follows it; `None` where there is none.
    pub fn read(text: &str) -> Option<(Front, &str)> {
        let rest = text.strip_prefix("---\n")?;
        let (matter, rest) = rest.split_once("\n---\n")?;
        let mut front = Front::default();
        for line in matter.lines() {
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim();
            match key {
                "title" => front.title = unquoted(value),
                "date" => front.date = value.to_owned(),
                "author" => front.author = unquoted(value),
                "from" => front.from = unquoted(value),
                "tags" => front.tag = first_of_list(value),
                _ => {}
            }
        }
        Some((front, rest))
    }

    fn write(&self, file: &mut String) {
        let title = self.title.replace('"', "\\\"");
        let Front {
            date,
            author,
            from,
            tag,
            ..
        } = self;
        file.push_str(&format!(
            "---\nlayout: post\ntitle: \"{title}\"\ndate: {date}\nauthor: {author}\nfrom: {from}\n\
             tags: [ {tag} ]\ncategories: [ {tag} ]\n---\n"
        ));
    }
}

/// Reads a post.
pub(super) fn read(text: &str) -> Result<Foreign, ForeignError> {
    let (front, rest) = Front::read(text).ok_or(ForeignError::NotAnArticle)?;
    let date = moment(&front.date);
    let mut repairs = Vec::new();
    let seed = Seed::read(rest.trim_start_matches('\n'));
    let (published, title, url, body) = match &seed {
        Some(seed) => {
            let epoch = Timestamp::from_millisecond(seed.epoch).ok();
            repairs.extend((date != epoch).then_some(Repair::DateDiffers));
            (
                published(epoch, date),
                seed.title.to_owned(),
                seed.url.to_owned(),
                seed.body,
            )
        }
        None => {
            repairs.push(Repair::WithoutEpoch);
            (date, front.title, front.from.clone(), rest)
        }
    };
    let url = Url::parse(url.trim()).or_else(|_| Url::parse(front.from.trim()));
    // Most posts name the source where the author should be.
    let authors = Some(front.author).filter(|author| !author.is_empty() && *author != front.tag);
    Ok(Foreign {
        form: Form::Jekyll,
        published,
        title,
        url: url.map_err(|_| ForeignError::NoUrl)?,
        source: Some(front.tag).filter(|tag| !tag.is_empty()),
        authors: authors.into_iter().collect(),
        body_html: unwrapped(body).to_owned(),
        repairs,
    })
}

/// When a post was published whose date and epoch may differ.
///
/// They do where a source's local times, eight hours ahead, were read as UTC: the epoch then lay
/// in the future, and the date was clamped to the time of the fetch. So the truth is eight hours
/// before the epoch, and never after the date.
fn published(epoch: Option<Timestamp>, date: Option<Timestamp>) -> Option<Timestamp> {
    const AHEAD: i64 = 8 * 3_600_000;
    let (Some(read), Some(clamped)) = (epoch, date) else {
        return epoch.or(date);
    };
    let gap = read.as_millisecond() - clamped.as_millisecond();
    if (1..=AHEAD).contains(&gap) {
        return Timestamp::from_millisecond(read.as_millisecond() - AHEAD).ok();
    }
    Some(read)
}

/// The body without the `div` that the mirrors put around it.
fn unwrapped(body: &str) -> &str {
    let body = body.trim_matches('\n');
    let inner = body
        .strip_prefix("<div>\n")
        .and_then(|body| body.strip_suffix("</div>"));
    inner.unwrap_or(body).trim_matches('\n')
}

fn moment(date: &str) -> Option<Timestamp> {
    date.parse().ok().or_else(|| {
        let day: jiff::civil::Date = date.get(..10)?.parse().ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    match inner {
        Some(inner) => inner.replace("\\\"", "\""),
        None => value.to_owned(),
    }
}

fn first_of_list(value: &str) -> String {
    let inner = value.trim_start_matches('[').trim_end_matches(']');
    unquoted(inner.split(',').next().unwrap_or_default().trim())
}

/// A document as a post; `source` is the name to show.
pub fn write_jekyll(document: &Document, source: &str) -> Vec<u8> {
    let authors = document.trailer.authors.join(", ");
    let front = Front {
        title: document.title.clone(),
        date: format!("{:.3}", document.published),
        author: if authors.is_empty() {
            source.to_owned()
        } else {
            authors
        },
        from: document.url.to_string(),
        tag: source.to_owned(),
    };
    let body: String = document.body.blocks().collect();
    let seed = Seed {
        epoch: document.published.as_millisecond(),
        title: document.title.trim(),
        url: document.url.as_str(),
        body: &body,
    };
    write(&front, &seed).into_bytes()
}

/// A post of its parts, byte for byte as the mirrors wrote it.
pub fn write(front: &Front, seed: &Seed<'_>) -> String {
    let mut file = String::with_capacity(seed.body.len() + 512);
    front.write(&mut file);
    seed.write_head(&mut file);
    file.push_str("<div>\n");
    file.push_str(seed.body);
    file.push_str("\n</div>\n");
    file
}

/// The path of a post: `_posts/YYYY-MM-DD-<title>.md`, the title cut at 50 UTF-16 units.
pub fn post_path(published: Timestamp, title: &str) -> String {
    let mut units = 0;
    let cut: String = title
        .chars()
        .take_while(|letter| {
            units += letter.len_utf16();
            units <= MAX_NAME_UNITS
        })
        .collect();
    let day = published.to_zoned(TimeZone::UTC).date();
    format!("_posts/{day}-{}.md", cut.replace('/', "--"))
}
