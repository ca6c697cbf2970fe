//! A list of sitemaps (`sitemapindex`): which of its parts may hold news. Large sites have hundreds, most of them of
//! years gone by, of sections or of pictures; a few suffice to see what is new.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::super::SitemapPart;
use super::super::scope::join;
use super::{both_ends, text, time};
use crate::xml::tree::Element;

/// Parts that are read: the sitemap of news and those of this month and the last, with one to spare.
const PARTS: usize = 4;

/// A part that last changed so long before the newest one holds nothing new. Archives are commonly cut by months.
const PAST: SignedDuration = SignedDuration::from_hours(31 * 24);

/// Words in the name of a part that lists something else than articles, as WordPress (`wp-sitemap-posts-page-1.xml`,
/// `wp-sitemap-users-1.xml`), Yoast (`post_tag-sitemap.xml`) and others name theirs.
const NO_NEWS: &[&str] = &[
    "author",
    "authors",
    "categories",
    "category",
    "image",
    "images",
    "page",
    "pages",
    "product",
    "products",
    "section",
    "sections",
    "static",
    "tag",
    "tags",
    "taxonomies",
    "topic",
    "topics",
    "user",
    "users",
    "video",
    "videos",
];

/// The parts of a list that may hold news, the likeliest first, at most [`PARTS`].
pub(super) fn with_news(index: Element<'_, '_>, base: Option<&Url>) -> Vec<SitemapPart> {
    let all: Vec<SitemapPart> = index
        .elements()
        .filter(|element| element.name() == "sitemap" && !element.is_cut())
        .filter_map(|sitemap| part(sitemap, base))
        .collect();
    let (news, others): (Vec<_>, Vec<_>) = all.iter().cloned().partition(is_of_news);
    let articles: Vec<_> = others.into_iter().filter(may_hold_articles).collect();
    let mut chosen = newest(news, PARTS);
    chosen.extend(newest(articles, PARTS - chosen.len()));
    // Names that are all of something else tell nothing.
    match chosen.is_empty() {
        true => newest(all, PARTS),
        false => chosen,
    }
}

fn part(sitemap: Element<'_, '_>, base: Option<&Url>) -> Option<SitemapPart> {
    let url = join(base, &text(sitemap, "loc")?)?;
    matches!(url.scheme(), "http" | "https").then(|| SitemapPart {
        url,
        updated: time(sitemap, "lastmod"),
    })
}

/// The words of a part's file name.
fn words(part: &SitemapPart) -> Vec<String> {
    let name = part.url.path().rsplit('/').next().unwrap_or_default();
    name.split(|letter: char| !letter.is_ascii_alphabetic())
        .map(str::to_ascii_lowercase)
        .collect()
}

fn is_of_news(part: &SitemapPart) -> bool {
    words(part).iter().any(|word| word.ends_with("news"))
}

fn may_hold_articles(part: &SitemapPart) -> bool {
    !words(part)
        .iter()
        .any(|word| NO_NEWS.contains(&word.as_str()))
}

/// Those that changed last, newest first, then of those without a time the first and the last.
fn newest(parts: Vec<SitemapPart>, room: usize) -> Vec<SitemapPart> {
    let (mut dated, undated): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| part.updated.is_some());
    dated.sort_by_key(|part| Reverse(part.updated));
    let last = dated.first().and_then(|part| part.updated);
    dated.retain(|part| !is_past(part.updated, last));
    dated.truncate(room);
    let left = room - dated.len();
    dated.extend(both_ends(undated, left));
    dated
}

fn is_past(updated: Option<Timestamp>, last: Option<Timestamp>) -> bool {
    let before = last.zip(updated);
    before.is_some_and(|(last, updated)| last.duration_since(updated) > PAST)
}

#[cfg(test)]
mod tests {
    use super::super::super::{Context, NotAFeed, parse};

    /// The names of the parts that are read of an invented list.
    #[track_caller]
    fn check(parts: &[(&str, &str)], expected: &[&str]) {
        let sitemaps: String = parts
            .iter()
            .map(|(name, lastmod)| match *lastmod {
                "" => format!("<sitemap><loc>/{name}</loc></sitemap>"),
                time => format!("<sitemap><loc>/{name}</loc><lastmod>{time}</lastmod></sitemap>"),
            })
            .collect();
        let context = Context {
            url: "https://hill.example/sitemap.xml".parse().ok(),
            media_type: None,
        };
        let index = format!("<sitemapindex>{sitemaps}</sitemapindex>");
        let Err(NotAFeed::SitemapIndex { parts }) = parse(index.as_bytes(), &context) else {
            panic!("no list of sitemaps");
        };
        let names: Vec<&str> = parts.iter().map(|part| &part.url.path()[1..]).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_parts_that_changed_last_are_read_and_those_of_the_past_are_not() {
        check(
            &[
                ("2025-12.xml", "2026-01-01"),
                ("2026-02.xml", "2026-03-01T08:00:00Z"),
                ("2026-03.xml", "2026-03-20"),
            ],
            &["2026-03.xml", "2026-02.xml"],
        );
        let days = ["01", "02", "03", "04", "05", "06"].map(|day| format!("2026-03-{day}"));
        let many: Vec<_> = days.iter().map(|day| (&day[..], &day[..])).collect();
        check(
            &many,
            &["2026-03-06", "2026-03-05", "2026-03-04", "2026-03-03"],
        );
    }

    #[test]
    fn a_part_of_news_comes_first_and_parts_of_something_else_are_left_out() {
        check(
            &[
                ("post-sitemap.xml", "2026-03-20"),
                ("post_tag-sitemap.xml", "2026-03-20"),
                ("wp-sitemap-posts-page-1.xml", "2026-03-20"),
                ("googlenews.xml", ""),
            ],
            &["googlenews.xml", "post-sitemap.xml"],
        );
        check(
            &[("page-1.xml", ""), ("page-2.xml", "")],
            &["page-1.xml", "page-2.xml"],
        );
    }

    #[test]
    fn of_parts_without_a_time_either_end_may_be_the_newest() {
        let names = ["1.xml", "2.xml", "3.xml", "4.xml", "5.xml", "6.xml"];
        check(
            &names.map(|name| (name, "")),
            &["1.xml", "2.xml", "5.xml", "6.xml"],
        );
        check(&[], &[]);
    }
}
