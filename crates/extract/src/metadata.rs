//! What a page says about itself: in its head, in JSON-LD, in microdata, and near its headline.
//! Each field is taken from the first source that gives it, the most trusted first.

mod authors;
mod calendar;
mod clues;
mod dates;
mod json_ld;
mod next_page;
pub(crate) mod origin;
mod picture;
mod shown;
mod site;
mod title;

use jiff::Zoned;
use url::Url;
use wirecopy_document::clean::{CleanHtml, Picture};
use wirecopy_html::Tree;

use crate::content::Content;
use crate::language;
use crate::text::folded;
use authors::Publication;
use clues::Clues;
use json_ld::Linked;
use origin::{Field, Found, Origin, Origins};

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
    /// The article's next page.
    pub(crate) next_page: Option<Url>,
    /// Whether the page calls itself an article, in JSON-LD or Open Graph.
    pub(crate) is_article: bool,
    /// Whether it calls itself something else in Open Graph, a website or a product.
    pub(crate) is_other: bool,
    /// Whether JSON-LD says that the text is not free to read.
    pub(crate) is_withheld: bool,
    /// Whether the page is a thread of a forum.
    pub(crate) is_thread: bool,
    /// Whether JSON-LD calls the page a list, a collection or the results of a search.
    pub(crate) is_list: bool,
    /// Whether JSON-LD tells of one product.
    pub(crate) is_product: bool,
    /// Whether an author is named, and not the publication alone.
    pub(crate) is_signed: bool,
    /// Where each field was found.
    pub(crate) origins: Origins,
}

impl Metadata {
    /// Takes the names in these bylines for the authors, if there are any.
    pub(crate) fn set_authors(&mut self, bylines: &[String], origin: Origin) {
        let names = authors::in_bylines(bylines);
        if !names.is_empty() {
            self.authors = names;
            self.origins.set(Field::Authors, origin);
        }
    }

    /// Takes the first of these texts that is a date for the publication, if there is one.
    pub(crate) fn set_published(&mut self, texts: impl Iterator<Item = String>, origin: Origin) {
        if let Some(date) = texts.into_iter().find_map(|text| dates::parse(&text)) {
            self.published = Some(date);
            self.origins.set(Field::Published, origin);
        }
    }
}

/// Reads everything but what only the text can tell. `page` is the page's address.
pub(crate) fn read(tree: &Tree, page: Option<&Url>) -> Metadata {
    let clues = Clues::of(tree);
    let linked = json_ld::read(&clues.json);
    let mut origins = Origins::default();
    let site_name = origins.note(Field::SiteName, site::name(&clues, &linked, page));
    let site = site_name.as_deref();
    let base = site::base(&clues, page);
    let base = base.as_ref();
    let canonical_url = site::canonical_url(&clues, base);
    let canonical_url = origins.note(Field::CanonicalUrl, canonical_url);
    let title = origins.note(Field::Title, title::choose(&clues, &linked, site));
    let publication = Publication::of(site, &linked, page);
    let is_thread = site::is_thread(&linked, page.or(canonical_url.as_ref()));
    let mut authors = authors::choose(&clues, &linked, &publication);
    if let Some(found) = authors.as_mut().filter(|_| is_thread && !linked.is_article) {
        // Who began it; whoever answers is marked alike.
        found.value.truncate(1);
    }
    let authors = origins.note(Field::Authors, authors);
    let kind = clues.meta("og:type").unwrap_or_default();
    let is_article = linked.is_article || kind.starts_with("article");
    Metadata {
        title: title.unwrap_or_default(),
        published: origins.note(Field::Published, dates::published(&clues, &linked, page)),
        modified: origins.note(Field::Modified, dates::modified(&clues, &linked)),
        language: origins.note(Field::Language, site::language(&clues, &linked)),
        lead_image: origins.note(Field::LeadImage, picture::choose(&clues, &linked, base)),
        summary: origins.note(Field::Summary, summary(&clues, &linked)),
        tags: tags(&clues, &linked),
        article_body: linked.body.clone(),
        is_article,
        is_other: !is_article && (kind.starts_with("website") || kind.starts_with("product")),
        is_thread,
        canonical_url,
        is_list: linked.is_list,
        is_product: linked.is_product,
        is_withheld: linked.is_free == Some(false),
        is_signed: !authors.iter().flatten().all(|name| publication.has(name)),
        site_name,
        next_page: next_page::find(&clues, page, base),
        base: base.cloned(),
        authors: authors.unwrap_or_default(),
        origins,
    }
}

/// Looks at what the page shows around its headline: the date, and bylines where none is marked.
pub(crate) fn complete(metadata: &mut Metadata, content: &Content) {
    let origin = metadata.origins.of(Field::Published);
    let stated = metadata.published.take().zip(origin);
    let stated = stated.map(|(date, origin)| Found::new(date, origin));
    let found = shown::reconcile(stated, metadata.modified.as_ref(), &shown::find(content));
    let found = found.or_else(|| {
        let near = content.surroundings().find_map(dates::in_text);
        let labelled = || shown::find_labelled(content.opening());
        let last = || content.last_lines().find_map(dates::in_closing_line);
        Some(Found::new(
            near.or_else(labelled).or_else(last)?,
            Origin::Text,
        ))
    });
    metadata.published = metadata.origins.note(Field::Published, found);
    if !metadata.is_signed
        && let Some(authors) = signed_in_text(content, metadata.authors.is_empty())
    {
        metadata.authors = authors;
        metadata.origins.set(Field::Authors, Origin::Text);
    }
}

/// The authors that the lines around the article name. `at_any_rate`: who saw to the text where nobody
/// is said to have written it, and names that stand alone.
fn signed_in_text(content: &Content, at_any_rate: bool) -> Option<Vec<String>> {
    // Chinese newspapers name the reporter in the last paragraph's brackets.
    let lines = content.surroundings().chain(content.last_lines());
    let bylines = lines.clone().map(authors::in_text);
    let marked = content.opening().map(authors::marked_in_text);
    let mut found = bylines.chain(marked).filter(|names| !names.is_empty());
    found.next().or_else(|| {
        let alone = content.beneath_headline().map(authors::alone_in_text);
        let editors = lines.map(authors::editors_in_text);
        let mut others = alone.chain(editors).filter(|names| !names.is_empty());
        others.next().filter(|_| at_any_rate)
    })
}

/// Fills what only the article can tell: its language where none is declared or another is written, and
/// its own copy of the lead picture, or its first picture where none is stated.
pub(crate) fn settle(metadata: &mut Metadata, body: &CleanHtml, text: &str) {
    if let Some(tag) = language::corrected(metadata.language.as_deref(), text) {
        let found = Some(Found::new(tag, Origin::Article));
        metadata.language = metadata.origins.note(Field::Language, found);
    }
    let found = picture::in_body(metadata.lead_image.as_ref(), body);
    if let Some(picture) = found {
        if metadata.lead_image.is_none() {
            metadata.origins.set(Field::LeadImage, Origin::Article);
        }
        metadata.lead_image = Some(picture);
    }
}

fn summary(clues: &Clues, linked: &Linked) -> Option<Found<String>> {
    let head = clues.first_meta(&[
        "og:description",
        "description",
        "twitter:description",
        "dc.description",
    ]);
    let in_json = || {
        let description = linked.description.as_deref()?;
        Some(Found::new(description, Origin::JsonLd("description")))
    };
    Some(head.or_else(in_json)?.map(folded))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_answers_in_a_thread_is_none_of_its_authors() {
        let post =
            |name: &str| format!("<p><span itemprop=author>{name}</span> said something.</p>");
        let page = Tree::parse(format!("{}{}", post("tidewatcher"), post("Ann Example")));
        let authors = |address: &str| read(&page, Url::parse(address).ok().as_ref()).authors;
        assert_eq!(authors("https://forum.example/t/tide/17"), ["tidewatcher"]);
        assert_eq!(
            authors("https://news.example/tide"),
            ["tidewatcher", "Ann Example"]
        );
    }
}
