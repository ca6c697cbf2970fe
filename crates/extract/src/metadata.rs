//! What a page says about itself: in its head, in JSON-LD, in microdata, and near its headline.
//! Each field is taken from the first source that gives it, the most trusted first.

mod authors;
mod calendar;
mod clues;
mod dates;
mod json_ld;
mod picture;
mod site;
mod title;

use jiff::Zoned;
use url::Url;
use wirecopy_document::clean::Picture;

use crate::text::folded;
use crate::tree::Tree;
use clues::Clues;
use json_ld::Linked;

/// The page's own statements.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    pub(crate) published: Option<Zoned>,
    pub(crate) modified: Option<Zoned>,
    pub(crate) language: Option<String>,
    pub(crate) site_name: Option<String>,
    pub(crate) canonical_url: Option<Url>,
    pub(crate) lead_image: Option<Picture>,
    pub(crate) summary: Option<String>,
    pub(crate) tags: Vec<String>,
    /// The article's text as JSON-LD gives it.
    pub(crate) article_body: Option<String>,
    /// What relative addresses are resolved against.
    pub(crate) base: Option<Url>,
    /// Whether the page calls itself an article, in JSON-LD or Open Graph.
    pub(crate) is_article: bool,
    /// Whether JSON-LD says that the text is not free to read.
    pub(crate) is_withheld: bool,
}

/// Reads everything but what only the text can tell. `base` is the page's address.
pub(crate) fn read(tree: &Tree, base: Option<&Url>) -> Metadata {
    let clues = Clues::of(tree);
    let linked = json_ld::read(&clues.json);
    let site_name = site::name(&clues, &linked);
    let base = site::base(&clues, base);
    let base = base.as_ref();
    Metadata {
        title: title::choose(&clues, &linked, site_name.as_deref()),
        authors: authors::choose(&clues, &linked, site_name.as_deref()),
        published: dates::published(&clues, &linked, base),
        modified: dates::modified(&clues, &linked),
        language: site::language(&clues, &linked),
        canonical_url: site::canonical_url(&clues, base),
        lead_image: picture::choose(&clues, &linked, base),
        summary: summary(&clues, &linked),
        tags: tags(&clues, &linked),
        article_body: linked.body.clone(),
        is_article: linked.is_article
            || clues
                .meta("og:type")
                .is_some_and(|kind| kind.starts_with("article")),
        is_withheld: linked.is_free == Some(false),
        site_name,
        base: base.cloned(),
    }
}

/// Fills what is still absent from the texts around the headline and before the article.
pub(crate) fn complete<'a>(metadata: &mut Metadata, texts: impl Iterator<Item = &'a str> + Clone) {
    if metadata.published.is_none() {
        metadata.published = texts.clone().find_map(dates::in_text);
    }
    if metadata.authors.is_empty() {
        metadata.authors = texts
            .clone()
            .map(authors::in_text)
            .find(|authors| !authors.is_empty())
            .unwrap_or_default();
    }
}

fn summary(clues: &Clues, linked: &Linked) -> Option<String> {
    clues
        .first_meta(&[
            "og:description",
            "description",
            "twitter:description",
            "dc.description",
        ])
        .map(str::to_owned)
        .or_else(|| linked.description.clone())
        .map(|text| folded(&text))
}

fn tags(clues: &Clues, linked: &Linked) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let split = |text: &str| {
        text.split([',', ';', '，', '、'])
            .map(folded)
            .collect::<Vec<_>>()
    };
    let listed = clues
        .metas("article:tag")
        .chain(clues.metas("keywords"))
        .chain(clues.metas("news_keywords"));
    let all = linked
        .keywords
        .iter()
        .cloned()
        .chain(listed.flat_map(split));
    for tag in all.filter(|tag| !tag.is_empty() && tag.len() <= 100) {
        if tags.len() < 30 && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}
