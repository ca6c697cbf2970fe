//! What an article page tells machines: schema.org NewsArticle as JSON-LD, and the Open Graph properties.

use minijinja::Value;
use serde::Serialize;
use wirecopy_document::document::Document;

use crate::display::{one_line, shortened, title};
use crate::edition::Listing;
use crate::pictures::{Pictures, is_absolute};
use crate::site::Site;

/// Longest description in characters: what search engines and link previews show.
const DESCRIPTION_CHARACTERS: usize = 200;

/// What `article.html` writes into the head.
#[derive(Serialize)]
pub(crate) struct Metadata {
    /// The picture of a link preview; only a whole address can be one.
    image: Option<String>,
    /// Safe: JSON with every `<` escaped.
    json_ld: Value,
}

/// schema.org/NewsArticle.
#[derive(Serialize)]
struct NewsArticle<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    headline: &'a str,
    url: &'a str,
    #[serde(rename = "datePublished")]
    published: String,
    #[serde(rename = "dateModified", skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(rename = "inLanguage", skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Named>,
    publisher: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
}

#[derive(Serialize)]
struct Named {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
}

impl Site<'_> {
    pub(crate) fn metadata(
        &self,
        listing: &Listing,
        document: &Document,
        pictures: &Pictures<'_>,
    ) -> Metadata {
        let trailer = &document.trailer;
        let image = trailer
            .image
            .as_ref()
            .and_then(|image| pictures.address(image.as_str()));
        let image = image.filter(|address| is_absolute(address));
        let title = title(&document.title, document.url.as_str());
        let json = serde_json::to_string(&NewsArticle {
            context: "https://schema.org",
            kind: "NewsArticle",
            headline: &title,
            url: document.url.as_str(),
            published: document
                .published
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            modified: trailer
                .modified
                .map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            language: self.language_of(listing),
            author: trailer
                .authors
                .iter()
                .map(|name| Named {
                    kind: "Person",
                    name: one_line(name).into_owned(),
                })
                .collect(),
            publisher: Named {
                kind: "NewsMediaOrganization",
                name: one_line(self.edition.source_name(&listing.source)).into_owned(),
            },
            image: image.clone(),
        });
        let json = json.expect("strings always serialise");
        // HTML section 4.12.1.3: no `<` means no `</script>` and no `<!--`.
        Metadata {
            image,
            json_ld: Value::from_safe_string(json.replace('<', "\\u003c")),
        }
    }
}

/// The description of a page: the article's summary. None is made up from its text.
pub(crate) fn description(document: &Document) -> String {
    document
        .trailer
        .summary
        .as_deref()
        .map(|text| shortened(text, DESCRIPTION_CHARACTERS))
        .unwrap_or_default()
}
