//! The invented publications as data: one TOML file each, their texts and their bad habits.

use serde::Deserialize;

/// The files, in the order in which the sources are listed.
const FILES: &[&str] = &[
    include_str!("saltmarrow.toml"),
    include_str!("hewan.toml"),
    include_str!("wuyu.toml"),
    include_str!("waha.toml"),
    include_str!("minase.toml"),
    include_str!("valmorin.toml"),
    include_str!("lixi.toml"),
    include_str!("backdate.toml"),
    include_str!("nebelbote.toml"),
    include_str!("angae.toml"),
];

/// One invented publication.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publication {
    pub(crate) slug: String,
    pub(crate) name: String,
    /// BCP 47.
    pub(crate) language: String,
    #[serde(default)]
    pub(crate) direction: Direction,
    pub(crate) format: Format,
    pub(crate) carries: Carries,
    #[serde(default)]
    pub(crate) charset: Charset,
    pub(crate) template: Template,
    #[serde(default)]
    pub(crate) temper: Temper,
    pub(crate) description: String,
    pub(crate) words: Words,
    #[serde(rename = "article")]
    pub(crate) articles: Vec<ArticleText>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    #[default]
    Ltr,
    Rtl,
}

/// The form of the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Rss,
    Atom,
    Rdf,
    Json,
}

/// How much of an article the feed holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Carries {
    Whole,
    Beginning,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Charset {
    #[default]
    Utf8,
    Gbk,
}

/// How the pages are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Template {
    /// `main`, `article`, JSON-LD: as the textbooks have it.
    Semantic,
    /// Nothing but `div`.
    Soup,
}

/// What is wrong with the publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Temper {
    #[default]
    Even,
    LiesAboutDates,
    FailsNowAndThen,
    ShiftsIdentities,
}

/// What surrounds an article on its page, in the publication's language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) navigation: Vec<String>,
    pub(crate) author: String,
    pub(crate) share: String,
    pub(crate) related: String,
    pub(crate) advert: String,
    pub(crate) consent: String,
    pub(crate) accept: String,
    pub(crate) newsletter: String,
    /// Says that all of it is invented.
    pub(crate) footer: String,
}

/// One invented article and its fate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleText {
    /// The last part of its address.
    pub(crate) key: String,
    /// The step at which it appears.
    pub(crate) step: u32,
    /// The step from which it is gone.
    pub(crate) withdrawn: Option<u32>,
    /// The first part of its path; `members` is closed to robots.
    #[serde(default = "default_section")]
    pub(crate) section: String,
    pub(crate) title: String,
    pub(crate) author: String,
    /// Of its picture; an article without one has no picture.
    pub(crate) caption: Option<String>,
    #[serde(default)]
    pub(crate) date: DateHabit,
    pub(crate) paragraphs: Vec<String>,
    #[serde(default, rename = "edit")]
    pub(crate) edits: Vec<Edit>,
}

/// What the feed says of an article's date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DateHabit {
    #[default]
    Honest,
    /// Twenty years ahead.
    Future,
    /// The first of January 1970.
    Epoch,
    /// The time of the poll, at each poll.
    Renewed,
    /// None at all.
    Missing,
}

/// A later version of an article: one paragraph replaced, and perhaps the title.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    pub(crate) step: u32,
    pub(crate) title: Option<String>,
    pub(crate) paragraph: usize,
    pub(crate) text: String,
}

fn default_section() -> String {
    "news".to_owned()
}

/// Every publication, in order.
pub(crate) fn all() -> Vec<Publication> {
    FILES
        .iter()
        .map(|file| {
            toml::from_str(file).expect("the files are part of the program and read by its tests")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_publication_has_enough_to_mirror_and_says_that_it_is_invented() {
        let mut slugs = HashSet::new();
        for publication in all() {
            assert!(
                slugs.insert(publication.slug.clone()),
                "{} twice",
                publication.slug
            );
            assert!(
                (4..=7).contains(&publication.articles.len()),
                "{}",
                publication.slug
            );
            assert!(
                publication
                    .articles
                    .iter()
                    .filter(|article| article.step > 0)
                    .count()
                    >= 1,
                "{} never grows",
                publication.slug
            );
            assert!(
                publication.words.footer.contains("Wirecopy"),
                "{}",
                publication.slug
            );
            for article in &publication.articles {
                assert!(article.paragraphs.len() >= 3, "{}", article.key);
                assert!(
                    article
                        .edits
                        .iter()
                        .all(|edit| edit.paragraph < article.paragraphs.len()
                            && edit.step > article.step)
                );
            }
        }
    }

    #[test]
    fn the_newsroom_speaks_many_languages_and_all_feed_formats() {
        let publications = all();
        let languages: HashSet<_> = publications
            .iter()
            .map(|publication| publication.language.as_str())
            .collect();
        assert!(
            ["en", "zh-Hans", "zh-Hant", "ar", "ja", "fr", "de", "ko"]
                .iter()
                .all(|language| languages.contains(language))
        );
        for format in [Format::Rss, Format::Atom, Format::Rdf, Format::Json] {
            assert!(
                publications
                    .iter()
                    .any(|publication| publication.format == format),
                "{format:?}"
            );
        }
    }

    #[test]
    fn what_is_served_in_gbk_can_be_written_in_gbk() {
        let publication = all()
            .into_iter()
            .find(|publication| publication.charset == Charset::Gbk)
            .unwrap();
        for article in &publication.articles {
            let text = article.paragraphs.concat() + &article.title + &publication.words.footer;
            assert!(!encoding_rs::GBK.encode(&text).2, "{}", article.key);
        }
    }
}
