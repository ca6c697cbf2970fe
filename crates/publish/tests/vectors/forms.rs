//! A hostile text in every place that a publication fills, as each output form hands it on to a reader.

use url::Url;
use wirecopy_document::clean::clean;
use wirecopy_document::document::{Document, Trailer};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::document_path;
use wirecopy_publish::edition::{Edition, Listing, Neighbours, SourceInfo};
use wirecopy_publish::feed;
use wirecopy_publish::site::Site;
use wirecopy_publish::site::templates::Templates;

/// What one output form shows of the vector, as the HTML that a reader's program gets.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) html: String,
}

/// The vector as title, text, author, summary and tag of one article, in every form.
pub(crate) fn forms(vector: &str) -> Vec<Form> {
    let edition = edition();
    let article = article(vector);
    let neighbours = Neighbours {
        previous: Some(&article.0),
        ..Neighbours::default()
    };
    let site = Site::new(&edition, Templates::built_in());
    let page = site.article(&article.0, &article.1, neighbours).unwrap();
    let front = site.front(std::slice::from_ref(&article.0)).unwrap();
    let (recorded, _) = Document::parse(&article.1.to_bytes()).unwrap();
    let entries = [article];
    let atom = feed::atom(
        &edition,
        (feed::Channel::All, feed::Part::Current { archives: 0 }),
        &entries,
        entries[0].1.published,
    );
    let json = feed::json(&edition, feed::Channel::All, &entries);
    [
        ("document", recorded.body.as_str().to_owned()),
        ("page", main_of(&page.bytes)),
        ("front page", main_of(&front.bytes)),
        ("atom", atom_html(&atom.bytes)),
        ("json feed", json_html(&json.bytes)),
    ]
    .map(|(name, html)| Form { name, html })
    .into()
}

fn edition() -> Edition {
    Edition {
        title: "The Invented Mirror".into(),
        base_url: Url::parse("https://mirror.example/").ok(),
        sources: vec![SourceInfo {
            slug: "hill".into(),
            name: "The Hill".into(),
            site: None,
            feed: None,
            language: None,
        }],
        search: true,
        ..Edition::default()
    }
}

fn article(vector: &str) -> (Listing, Document) {
    let url = Url::parse("https://hill.example/1").unwrap();
    let document = Document {
        published: "2026-11-02T09:05:07Z".parse().unwrap(),
        title: vector.into(),
        url: url.clone(),
        body: clean(vector, Some(&url)),
        trailer: Trailer {
            authors: vec![vector.into()],
            summary: Some(vector.into()),
            tags: vec![vector.into()],
            ..Trailer::default()
        },
    };
    let id = DocumentId::of("hill", &url);
    let listing = Listing {
        id,
        source: "hill".into(),
        title: vector.into(),
        url: url.to_string(),
        published: document.published,
        language: None,
        summary: Some(vector.into()),
        path: document_path("hill", document.published, vector, id),
        volume: "2026".into(),
        revision: String::new(),
        revisions: 1,
        number: 1,
        withdrawn: None,
    };
    (listing, document)
}

/// What stands in the page's `main`; around it are the site's own words and its own script.
fn main_of(page: &[u8]) -> String {
    let page = std::str::from_utf8(page).unwrap();
    let start = page.find("<main").expect("every page has a main part");
    let end = page.rfind("</main>").expect("and it ends");
    page[start..end].to_owned()
}

/// Titles, summaries and texts of a feed's entries, unescaped where they are declared as HTML.
fn atom_html(feed: &[u8]) -> String {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(feed).unwrap());
    let mut html = String::new();
    loop {
        match reader.read_event().expect("the feed is well-formed") {
            Event::Start(start)
                if ["title", "summary", "content"].contains(&start.name().as_ref()) =>
            {
                let kinds = start.attributes().flatten();
                let is_html = kinds.into_iter().any(|kind| &*kind.value == "html");
                let escaped = reader.read_text(start.to_end().name()).unwrap();
                let text = quick_xml::escape::unescape(&escaped).unwrap();
                html.push_str(if is_html { &text } else { &escaped });
                html.push('\n');
            }
            Event::Eof => return html,
            _ => {}
        }
    }
}

fn json_html(feed: &[u8]) -> String {
    let feed: serde_json::Value = serde_json::from_slice(feed).unwrap();
    feed["items"][0]["content_html"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
