//! The newsroom at a moment: which articles stand in which version, and what a mirror that polled at every step must have.
//!
//! All of it is a pure function of the step, so that a demonstration can be repeated and its outcome is known beforehand.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::demo::newsroom::publication::{ArticleText, Publication, Temper};

/// Articles of the first step were published over the days before it, so far apart.
const BETWEEN_EARLIER_ARTICLES: Duration = Duration::from_secs(5 * 3600);

/// How the steps lie in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The time of step 0.
    pub began: Timestamp,
    /// From one step to the next; whole seconds.
    pub pace: Duration,
}

impl Calendar {
    /// The time of a step.
    pub fn at(&self, step: u32) -> Timestamp {
        self.began
            .saturating_add(self.pace * step)
            .unwrap_or(self.began)
    }
}

/// How the publication's server behaves at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Fine,
    /// 500.
    Broken,
    /// The feed breaks off in the middle.
    CutOff,
    /// The answer takes longer than anybody waits.
    Slow,
    /// 503 with Retry-After.
    Busy,
}

/// An article as it stands at a step.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a ArticleText,
    pub(crate) title: &'a str,
    pub(crate) paragraphs: Vec<&'a str>,
    /// How many edits it has seen.
    pub(crate) version: usize,
    pub(crate) published: Timestamp,
    pub(crate) modified: Timestamp,
}

/// What a mirror must hold of one article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The slug of its source.
    pub source: String,
    /// Its canonical address.
    pub url: Url,
    /// Its title in the newest version that could be seen.
    pub title: String,
    /// The paragraphs of that version as plain text; each must stand in the document.
    pub paragraphs: Vec<String>,
    /// The caption of its picture, if it has one.
    pub caption: Option<String>,
    /// How many versions could be seen, the first included, its withdrawal not.
    pub versions: usize,
    /// Whether it is withdrawn.
    pub withdrawn: bool,
}

/// How `publication` fares at `step`. Bad days come in a row, so that waiting as asked never makes a good one be missed.
pub(crate) fn weather(publication: &Publication, step: u32) -> Weather {
    if publication.temper != Temper::FailsNowAndThen {
        return Weather::Fine;
    }
    match step % 6 {
        1 => Weather::Broken,
        2 => Weather::CutOff,
        3 => Weather::Slow,
        4 => Weather::Busy,
        _ => Weather::Fine,
    }
}

/// The articles on show at `step`, newest first.
pub(crate) fn on_show(publication: &Publication, calendar: Calendar, step: u32) -> Vec<Piece<'_>> {
    let articles = publication.articles.iter().enumerate();
    let mut pieces: Vec<_> = articles
        .filter_map(|(place, article)| piece(article, place, calendar, step))
        .collect();
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.published));
    pieces
}

/// The article at `step`, or `None` before it appears and after it is withdrawn.
fn piece(text: &ArticleText, place: usize, calendar: Calendar, step: u32) -> Option<Piece<'_>> {
    if step < text.step || text.withdrawn.is_some_and(|withdrawn| step >= withdrawn) {
        return None;
    }
    let mut paragraphs: Vec<&str> = text.paragraphs.iter().map(String::as_str).collect();
    let mut title = text.title.as_str();
    let edits = text.edits.iter().filter(|edit| edit.step <= step);
    for edit in edits.clone() {
        paragraphs[edit.paragraph] = &edit.text;
        title = edit.title.as_deref().unwrap_or(title);
    }
    let published = published(text, place, calendar);
    let modified = edits
        .clone()
        .map(|edit| calendar.at(edit.step))
        .max()
        .unwrap_or(published);
    Some(Piece {
        text,
        title,
        paragraphs,
        version: edits.count(),
        published,
        modified,
    })
}

fn published(text: &ArticleText, place: usize, calendar: Calendar) -> Timestamp {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    let before = if text.step == 0 {
        BETWEEN_EARLIER_ARTICLES * (place + 1)
    } else {
        calendar.pace / 2
    };
    let whole_seconds = Duration::from_secs(before.as_secs());
    calendar
        .at(text.step)
        .saturating_sub(whole_seconds)
        .unwrap_or(calendar.began)
}

/// The address of an article beneath its publication's `site`.
pub(crate) fn address(site: &Url, text: &ArticleText) -> Url {
    site.join(&format!("/{}/{}", text.section, text.key))
        .expect("sections and keys are plain words")
}

/// What a mirror must hold of `publication` that has polled it at every step up to `step`.
pub(crate) fn expected(
    publication: &Publication,
    site: &Url,
    calendar: Calendar,
    step: u32,
) -> Vec<Expected> {
    let expect = |(place, text): (usize, &ArticleText)| {
        let fine = (0..=step).filter(|step| weather(publication, *step) == Weather::Fine);
        let seen: Vec<Piece<'_>> = fine
            .filter_map(|step| piece(text, place, calendar, step))
            .collect();
        let newest = seen.last()?;
        let mut versions: Vec<usize> = seen.iter().map(|piece| piece.version).collect();
        versions.dedup();
        Some(Expected {
            source: publication.slug.clone(),
            url: address(site, text),
            title: newest.title.to_owned(),
            paragraphs: newest
                .paragraphs
                .iter()
                .map(|paragraph| (*paragraph).to_owned())
                .collect(),
            caption: text.caption.clone(),
            versions: versions.len(),
            withdrawn: text.withdrawn.is_some_and(|withdrawn| step >= withdrawn),
        })
    };
    publication
        .articles
        .iter()
        .enumerate()
        .filter_map(expect)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::newsroom::publication;

    const CALENDAR: Calendar = Calendar {
        began: Timestamp::UNIX_EPOCH,
        pace: Duration::from_secs(3600),
    };

    fn at(slug: &str, step: u32) -> Vec<Expected> {
        let publications = publication::all();
        let publication = publications
            .iter()
            .find(|publication| publication.slug == slug)
            .unwrap();
        expected(
            publication,
            &Url::parse("http://127.0.0.2:80/").unwrap(),
            CALENDAR,
            step,
        )
    }

    #[track_caller]
    fn check(slug: &str, step: u32, [articles, versions, withdrawn]: [usize; 3]) {
        let expected = at(slug, step);
        assert_eq!(expected.len(), articles);
        assert_eq!(
            expected
                .iter()
                .map(|expected| expected.versions)
                .sum::<usize>(),
            versions
        );
        assert_eq!(
            expected
                .iter()
                .filter(|expected| expected.withdrawn)
                .count(),
            withdrawn
        );
    }

    #[test]
    fn articles_appear_change_and_go_step_by_step() {
        check("saltmarrow-herald", 0, [4, 4, 0]);
        check("saltmarrow-herald", 1, [6, 6, 0]);
        check("saltmarrow-herald", 2, [6, 7, 0]);
        check("saltmarrow-herald", 4, [7, 8, 1]);
    }

    #[test]
    fn nothing_is_expected_of_a_server_on_its_bad_days() {
        for step in 0..5 {
            check("nebelbote", step, [3, 3, 0]);
        }
        check("nebelbote", 5, [4, 4, 0]);
    }

    #[test]
    fn a_withdrawn_article_keeps_its_last_text() {
        let withdrawn = at("saltmarrow-herald", 5)
            .into_iter()
            .find(|expected| expected.withdrawn)
            .unwrap();
        assert_eq!(withdrawn.paragraphs.len(), 3);
    }
}
